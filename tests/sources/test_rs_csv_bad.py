"""Folders of the RS system that are damaged, unsafe or something else."""

import io
import random
import re
import zipfile

import pytest

import rs_writer
from helpers import sources
from helpers.sheet import SheetError
from helpers.sources import rs_csv, rs_files
from rs_writer import content, put, total, write


def refused(folder) -> SheetError:
    """The error that a folder as a whole gives."""
    with pytest.raises(SheetError) as caught:
        list(rs_csv.stream(folder))
    return caught.value


def says(error: SheetError, file: str, found: str, line: int | None = None) -> None:
    assert error.path.endswith(file)
    assert re.search(found, error.found), error.found
    assert error.line == line


# The folder


def test_something_else_than_a_folder_of_the_system(tmp_path):
    says(refused(tmp_path), tmp_path.name, "neither 1-2 .* nor 2-1")
    (tmp_path / "notes.csv").write_text("a,b\n1,2\n")
    says(
        refused(tmp_path), tmp_path.name, "neither 1-2 .* nor 2-1 .* among 1 files .*notes.csv: no"
    )
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b.csv").write_bytes(content("4-1", [{}]))
    (error,) = sources.stream(tmp_path)
    says(error, tmp_path.name, "neither 1-2 .* nor 2-1 .* among 2 files")
    (tmp_path / "notes.csv").unlink()
    (error,) = sources.stream(tmp_path)
    says(
        error,
        tmp_path.name,
        r"neither 1-2 .* among 1 files \(.*b.csv: 4-1 点検・評価, a file of the",
    )
    says(refused(tmp_path / "notes.csv"), "notes.csv", "no readable folder")
    says(refused(tmp_path / "nowhere"), "nowhere", "no readable folder")
    says(refused("\0"), "\0", "no readable folder")


def test_what_goes_into_no_table_is_listed(tmp_path):
    write(tmp_path)
    put(tmp_path / "2-1.zip", {"2-1.csv": content("2-1", [total(2023)], add=("新しい列",))})
    (tmp_path / "memo.csv").write_bytes("メモ\n".encode("cp932"))
    (tmp_path / "4-1_RS_2024_点検・評価.csv").write_bytes(content("4-1", [{}]))
    (tmp_path / "4-1_RS_2024_メモ.csv").write_text("anything\n")
    (tmp_path / "5-1.csv.gz").write_bytes(b"")
    (tmp_path / "集計.csv").write_text("予算事業ID,合計\n1,2\n")
    (tmp_path / "readme.txt").write_text("anything\n")
    put(tmp_path / "写真.zip", {"a.png": b""})
    assert [(place.rpartition("/")[2], why) for place, why in rs_csv.unread(tmp_path)] == [
        ("4-1_RS_2024_メモ.csv", "no table of the RS system"),
        (
            "4-1_RS_2024_点検・評価.csv",
            "4-1 点検・評価, a file of the RS system that is not read yet",
        ),
        ("5-1.csv.gz", "a gzip file: unpack it"),
        ("memo.csv", "no table of the RS system"),
        ("写真.zip", "a zip without a CSV file"),
        (
            "集計.csv",
            "a table with 予算事業ID whose header is that of none of the system's files: give the "
            "file as downloaded if it is one",
        ),
        ("2-1.zip:2-1.csv", "the column '新しい列' is not known"),
    ]
    assert len(list(rs_csv.stream(tmp_path))) == 1


def test_a_file_is_recognised_by_its_header_where_its_name_does_not_say(tmp_path):
    (tmp_path / "projects.csv").write_bytes(content("1-2", [{}]))
    put(tmp_path / "all.zip", {f"{k}.csv": content(k, []) for k in ("2-1", "5-1")})
    (sheet,) = rs_csv.stream(tmp_path)
    assert {row["rule"] for row in sheet["remark"] if row["table"] == "budget"} == {"empty_section"}


def test_two_versions_of_a_table(tmp_path):
    write(tmp_path)
    name = rs_writer.name("1-2")
    put(tmp_path / f"{name}.zip", {"a.csv": content("1-2", [{"局・庁": "総合通信基盤局"}])})
    error = refused(tmp_path)
    says(error, f"{name}.zip:a.csv", f"same table, 1-2 .* of 2024, as .*/{name}.csv$")
    assert "remove the other" in error.expected


def test_a_table_kept_as_csv_and_as_zip_is_read_once(tmp_path):
    write(tmp_path, t21=[total(2023)])
    write(tmp_path, zipped=True, t21=[total(2023)])
    (sheet,) = rs_csv.stream(tmp_path)
    assert len(sheet["budget"]) == 2
    (first, second) = rs_csv.unread(tmp_path)
    name = rs_writer.name("1-2")
    assert first.place.endswith(f"{name}.zip:{name}.csv")
    assert re.fullmatch(f"the same as .*/{name}.csv, byte for byte", first.why)
    assert "2-1" in second.place


def test_a_table_of_a_year_without_projects(tmp_path):
    write(tmp_path)
    (tmp_path / "a.csv").write_bytes(content("2-1", [total(2023), {"事業年度": "2025"}]))
    says(refused(tmp_path), "a.csv", "the 事業年度 2025, of which there is no 1-2", 3)
    (tmp_path / "a.csv").write_bytes(content("5-2", [{"事業年度": "2025"}]))
    says(refused(tmp_path), "a.csv", "the 事業年度 2025, of which there is no 1-2", 2)


def test_rows_of_no_year_at_all(tmp_path):
    write(tmp_path, t21=[total(2023) | {"事業年度": "6年度"}])
    says(refused(tmp_path), "2-1_RS_2024_試験.csv", "事業年度 '6年度'", 2)


# One file


@pytest.mark.parametrize(
    ("data", "found", "line"),
    [
        (b"", "empty file", None),
        (content("1-2", []), "no row under the header", None),
        (content("1-2", [{}], drop=("政策所管府省庁",)), "no header 政策所管府省庁", 1),
        (content("1-2", [{}], add=("府省庁 ",)), "twice 府省庁", 1),
        (content("1-2", [{}])[3:].decode().encode("cp932"), "not UTF-8 at byte offset 0", 1),
        (content("1-2", [{}])[:-5] + b"\xff", "not UTF-8 at byte offset [0-9]{3}", 2),
        (content("1-2", [{}])[3:].decode().encode("utf-16"), "UTF-16", 1),
        (content("1-2", [{"事業名": "\0"}]), "NUL at byte offset", 2),
        (content("1-2", [{}]) + b'2,"a"b\r\n', "broken CSV", 3),
        (content("1-2", [{}]) + '"閉じない\r\n'.encode(), "broken CSV", 3),
        (content("1-2", [{"事業名": "長" * 140_000}]), "broken CSV .*field larger", 2),
    ],
)
def test_a_file_that_cannot_be_read(tmp_path, data, found, line):
    (tmp_path / "1-2.csv").write_bytes(data)
    says(refused(tmp_path), "1-2.csv", found, line)


def test_an_unreadable_file(tmp_path, monkeypatch):
    write(tmp_path)

    def fail(_path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.read_bytes", fail)
    says(refused(tmp_path), "1-2_RS_2024_試験.csv", "Permission denied")


# Zips


@pytest.mark.parametrize("member", ["../1-2.csv", "a/../../1-2.csv", "/1-2.csv", "C:\\1-2.csv"])
def test_a_member_outside_the_zip(tmp_path, member):
    put(tmp_path / "1-2.zip", {member: content("1-2", [{}])})
    says(refused(tmp_path), f"1-2.zip:{member}", r"absolute path or one with \.\.")


def test_a_zip_bomb(tmp_path):
    put(tmp_path / "1-2.zip", {"1-2.csv": bytes(2**25)})
    says(refused(tmp_path), "1-2.zip:1-2.csv", "33,554,432 bytes packed into .*zip bomb")


def test_too_much_data(tmp_path, monkeypatch):
    write(tmp_path, zipped=True, t21=[total(2023)])
    monkeypatch.setattr(rs_files, "LARGEST", 1500)
    says(refused(tmp_path), tmp_path.name, "bytes of CSV of 2024")
    monkeypatch.setattr(rs_files, "LARGEST", 700)
    assert "bytes packed into" in refused(tmp_path).found
    write(tmp_path)
    assert re.search("a file of [0-9]+ bytes|packed", refused(tmp_path).found)


def test_more_data_than_a_member_says(tmp_path):
    data = content("1-2", [{}])
    path = put(tmp_path / "1-2.zip", {"1-2.csv": data})
    size = len(data).to_bytes(4, "little")
    path.write_bytes(path.read_bytes().replace(size, (90).to_bytes(4, "little")))
    says(refused(tmp_path), "1-2.zip:1-2.csv", "damaged file")


def test_a_file_that_is_no_zip(tmp_path):
    (tmp_path / "1-2.zip").write_bytes(content("1-2", [{}]))
    says(refused(tmp_path), "1-2.zip", "no readable zip")


def test_a_zip_without_a_csv(tmp_path):
    put(tmp_path / "1-2.zip", {"読んで.txt": b"", "__MACOSX/._1-2.csv": b""})
    says(refused(tmp_path), "1-2.zip", "without a CSV file")


@pytest.mark.parametrize("name", ["1-2.zip", "内側.ZIP"])
def test_a_zip_in_a_zip(tmp_path, name):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("1-2.csv", content("1-2", [{}]))
    rs_writer.put_shift_jis(tmp_path / "全部.zip", {name: inner.getvalue()})
    error = refused(tmp_path)
    says(error, f"全部.zip:{name}", "a zip in a zip")
    assert "unpack this one" in error.expected


def test_an_encrypted_member(tmp_path):
    path = put(tmp_path / "1-2.zip", {"1-2.csv": content("1-2", [{}])})
    data = bytearray(path.read_bytes())
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + flags] |= 1
    path.write_bytes(data)
    says(refused(tmp_path), "1-2.zip:1-2.csv", "encrypted")


# One row


@pytest.mark.parametrize(
    ("table", "row", "found"),
    [
        ("t21", total(2023, executed="一億"), "執行額.*'一億'"),
        ("t21", total(2023, executed="1" * 50), "執行額.*'1111"),
        ("t21", {"予算年度": "20年"}, "予算年度 '20年'"),
        ("t21", {"予算年度": "", "当初予算": "x"}, "予算年度 ''"),
        ("t12", {"政策所管府省庁": "../総務省"}, "政策所管府省庁 '../総務省'"),
        ("t12", {"事業年度": "令和六"}, "事業年度 '令和六'"),
        ("t51", {"支出先名": "甲社", "支出先の合計支出額": "多額"}, "支出先の合計支出額 '多額'"),
        ("t53", {"支出先名": "甲社", "金額": "多額"}, "金額 '多額'"),
    ],
)
def test_a_bad_row_rejects_its_project_only(tmp_path, table, row, found):
    rows = [{"予算事業ID": number} for number in ("1", "2", "3")]
    tables = {"t12": rows} | {table: [rows[0] | total(2023) if table == "t21" else rows[0], row]}
    if table == "t12":
        tables["t12"] = [rows[0], row | rows[1], rows[2]]
    else:
        tables[table][1] = row | rows[1]
    first, error, last = rs_csv.stream(write(tmp_path, **tables))
    assert [sheet["sheet"][0]["project_number"] for sheet in (first, last)] == ["1", "3"]
    says(error, f"{table[1]}-{table[2]}_RS_2024_試験.csv", found, 3)


def test_two_rows_of_totals_for_a_year(tmp_path):
    (error,) = rs_csv.stream(write(tmp_path, t21=[total(2023), total(2023)]))
    says(error, "2-1_RS_2024_試験.csv", "予算年度 '2023'", 3)


@pytest.mark.parametrize("cells", [5, 60])
def test_a_row_with_too_few_or_too_many_fields(tmp_path, cells):
    write(tmp_path, t12=[{}, {"予算事業ID": "2"}], t21=[total(2023), total(2024)])
    path = tmp_path / f"{rs_writer.name('2-1')}.csv"
    row = ",".join(["レビューシート", "2024", "2", *["x"] * (cells - 3)]).encode()
    path.write_bytes(path.read_bytes() + row + b"\r\n")
    sheet, error = rs_csv.stream(tmp_path)
    assert len(sheet["budget"]) == 3
    says(error, path.name, f"{cells} fields", 4)


def test_a_row_that_no_project_has(tmp_path):
    stray = {"予算事業ID": "77"}
    tables = {"t21": [stray | total(2023)], "t52": [{}, stray], "t53": [{"予算事業ID": ""}]}
    sheet, *errors = rs_csv.stream(write(tmp_path, **tables))
    assert sheet["sheet"][0]["project_number"] == "1"
    says(errors[0], "2-1_RS_2024_試験.csv", "予算事業ID '77'", 2)
    says(errors[1], "5-3_RS_2024_試験.csv", "予算事業ID ''", 2)
    assert len(errors) == 2


def test_a_project_of_too_many_rows(tmp_path, monkeypatch):
    monkeypatch.setattr(rs_csv, "MAX_ROWS", 3)
    rows = [total(year) for year in (2021, 2022, 2023)]
    (error,) = rs_csv.stream(write(tmp_path, t21=rows))
    says(error, tmp_path.name, "4 rows of 予算事業ID 1")


# Whatever comes


def damaged(data: bytes, chance: random.Random) -> bytes:
    """The bytes with a few of them changed, cut, repeated or moved."""
    data = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        at, length = chance.randrange(len(data)), chance.randint(1, 40)
        letters = chance.choice([bytes(range(256)), b'0123456789,,,"-x\r\n'])
        piece = bytes(chance.choice(letters) for _ in range(length))
        how = chance.choice(["change", "cut", "repeat", "end"])
        if how == "change":
            data[at : at + length] = piece[:length]
        elif how == "cut":
            del data[at : at + length]
        elif how == "repeat":
            data[at:at] = data[at : at + length]
        elif len(data) > 50:
            del data[max(at, 40) :]
    return bytes(data)


def test_nothing_but_sheet_errors_escapes(tmp_path):
    chance = random.Random(0)
    whole = {
        "1-2": content("1-2", [{}, {"予算事業ID": "2"}]),
        "2-1": content("2-1", [total(2023, gross="7"), total(2024, requested="8.0")]),
        "3-1": content("3-1", [{"2023": "5", "単位": "件"}]),
        "5-1": content("5-1", [{"支出先名": "甲社", "支出先の合計支出額": "8"}]),
        "5-2": content("5-2", [{"支出先の支出先ブロック": "A"}]),
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("5-3.csv", content("5-3", [{"支出先名": "甲社", "金額": "8"}]))
    outcomes = set()
    for _ in range(600):
        for kind, data in whole.items():
            bytes_ = damaged(data, chance) if chance.random() < 0.4 else data
            (tmp_path / f"{kind}.csv").write_bytes(bytes_)
        zipped = buffer.getvalue()
        zipped = damaged(zipped, chance) if chance.random() < 0.4 else zipped
        (tmp_path / "5-3.zip").write_bytes(zipped)
        try:
            for sheet in rs_csv.stream(tmp_path):
                outcomes.add("rejected" if isinstance(sheet, SheetError) else "read")
        except SheetError:
            outcomes.add("refused")
    assert outcomes == {"rejected", "read", "refused"}
