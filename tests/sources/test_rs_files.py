"""Folders of the RS system: wherever their files lie and whatever they are called; and those that
are damaged, unsafe or something else."""

import csv
import io
import os
import random
import re
import shutil
import zipfile
from collections import ChainMap
from itertools import islice
from pathlib import Path

import pytest

import rs_writer
from helpers import sources
from helpers.sheet import SheetError
from helpers.sources import rs_csv, rs_files, rs_tables
from rs_writer import content, name, packed, put, put_shift_jis, total, write

SHARED = Path(__file__).parents[3] / "shared"
YEARS = (2024, 2025)
GARBLED = {"1-2": "政策.csv", "1-3": "事業.csv", "2-1": "1-2.csv", "5-1": "sheet1.csv"}


def rows(kind: str, year: int) -> list[dict]:
    """Rows of two projects of a sheet year."""
    own = {
        "2-1": total(year - 1, initial="3000000", gross="3000000", executed="2000000"),
        "5-1": {"支出先ブロック番号": "A", "支出先名": "甲社", "支出先の合計支出額": "1000000"},
        "5-2": {"担当組織からの支出": "TRUE", "支出先の支出先ブロック": "A"},
    }
    return [
        {"事業年度": str(year), "予算事業ID": number, **own.get(kind, {})} for number in ("1", "2")
    ]


def files(year: int) -> dict[str, bytes]:
    """Kind -> content of all of a year's files."""
    return {kind: content(kind, rows(kind, year)) for kind in rs_writer.HEADERS}


def plain(folder: Path, year: int) -> Path:
    """A year's files in a folder as they are downloaded."""
    folder.mkdir(parents=True, exist_ok=True)
    for kind, data in files(year).items():
        put(folder / f"{name(kind)}_{year}.zip", {f"{name(kind)}_{year}.csv": data})
    return folder


def told(found) -> list:
    """What sheets say, but for the folder they are from."""
    kept = []
    for sheet in found:
        facts = {**sheet["sheet"][0], "source_path": ""}
        kept.append({**{table: list(part) for table, part in sheet.items()}, "sheet": [facts]})
    return kept


def one_folder_each(folder: Path) -> None:
    for year in YEARS:
        for kind, data in files(year).items():
            (folder / str(year) / f"{name(kind)}_{year}").mkdir(parents=True)
            (folder / str(year) / f"{name(kind)}_{year}" / f"{name(kind)}.csv").write_bytes(data)


def a_folder_a_year(folder: Path) -> None:
    for year in YEARS:
        plain(folder / f"rs{year}", year)


def side_by_side(folder: Path) -> None:
    for year in YEARS:
        plain(folder, year)


def unnamed(folder: Path) -> None:
    for year in YEARS:
        for number, data in enumerate(files(year).values()):
            (folder / f"{year}{number}.CSV").write_bytes(data)


def wrongly_named(folder: Path) -> None:
    for year in YEARS:
        (folder / str(year)).mkdir()
        for kind, data in files(year).items():
            (folder / str(year) / GARBLED.get(kind, f"{kind}.csv")).write_bytes(data)


def marks_lost(folder: Path) -> None:
    for year in YEARS:
        for kind, data in files(year).items():
            title = rs_tables.title(kind).replace("・", "").replace("、", "").replace(" ", "_RS_")
            (folder / f"{title}_{year}.csv").write_bytes(data)


def one_zip_of_shift_jis(folder: Path) -> None:
    for year in YEARS:
        members = {
            f"RS_{year}/{rs_tables.title(kind)}能.csv": data for kind, data in files(year).items()
        }
        put_shift_jis(folder / f"{year}.zip", members)


def years_in_each_file(folder: Path) -> None:
    for kind in rs_writer.HEADERS:
        both = [row for year in YEARS for row in rows(kind, year)]
        # Not one after the other.
        (folder / f"{kind}.csv").write_bytes(content(kind, both[::2] + both[1::2]))


def years_in_words(folder: Path) -> None:
    for kind in rs_writer.HEADERS:
        for year, printed in ((2024, "令和6年度"), (2025, "２０２５年度")):
            said = [row | {"事業年度": printed} for row in rows(kind, year)]
            (folder / f"{kind}_{year}.csv").write_bytes(content(kind, said))


def columns_moved(folder: Path) -> None:
    for year in YEARS:
        for kind, data in files(year).items():
            lines = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
            text = io.StringIO(newline="")
            csv.writer(text).writerows(line[::-1] for line in lines)
            (folder / f"{year}{kind}.csv").write_text(text.getvalue(), "utf-8")


ARRANGED = [
    *(one_folder_each, a_folder_a_year, side_by_side, unnamed, wrongly_named, marks_lost),
    *(one_zip_of_shift_jis, years_in_each_file, years_in_words, columns_moved),
]


@pytest.mark.parametrize("arrange", ARRANGED)
def test_years_are_read_however_their_files_lie(tmp_path, arrange):
    alone = [sheet for year in YEARS for sheet in rs_csv.stream(plain(tmp_path / str(year), year))]
    together = tmp_path / "together"
    together.mkdir()
    arrange(together)
    found = list(sources.stream(together))
    # Where both years stand in one file, the rows' lines are others.
    if arrange is years_in_each_file:
        for sheet in [*alone, *found]:
            sheet["remark"] = [{**one, "row": ""} for one in sheet["remark"]]
    assert told(found) == told(alone)
    assert [sheet["sheet"][0]["sheet_id"] for sheet in found] == [
        f"{year}-総務省-{number}" for year in YEARS for number in (1, 2)
    ]
    assert {len(sheet["budget"]) for sheet in found} == {2}
    assert {row["payee"] for sheet in found for row in sheet["payment"]} == {"甲社"}
    assert rs_csv.unread(together) == []
    listed = sorted(
        (row["file"], row["sheet_year"], row["rows"]) for row in rs_csv.inventory(together)
    )
    assert listed == sorted((kind, year, 2) for kind in rs_writer.HEADERS for year in YEARS)
    assert sources.read(f"{together}#2025-総務省-2").year == 2025


@pytest.mark.parametrize("encoding", ["cp932", "utf-8"])
def test_names_in_an_encoding_not_told_are_legible_in_messages(tmp_path, encoding):
    members = {"予算・表.csv": content("1-2", [{}]), "b/能.csv": b""}
    put_shift_jis(tmp_path / "a.zip", members, encoding)
    (left,) = rs_csv.unread(tmp_path)
    assert left.place.endswith("a.zip:b/能.csv")


def test_names_in_a_zip_that_says_utf_8_stay(tmp_path):
    put(tmp_path / "a.zip", {"a.csv": content("1-2", [{}]), "données.csv": b""})
    (left,) = rs_csv.unread(tmp_path)
    assert left.place.endswith("a.zip:données.csv")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes among files")
def test_what_is_no_regular_file_is_not_waited_for(tmp_path):
    plain(tmp_path, 2024)
    os.mkfifo(tmp_path / "2-1.csv")
    (tmp_path / "gone.csv").symlink_to(tmp_path / "nowhere.csv")
    assert len(list(rs_csv.stream(tmp_path))) == 2
    left = [place for place, why in rs_csv.unread(tmp_path) if why == "no regular file"]
    assert left == [f"{tmp_path}/2-1.csv", f"{tmp_path}/gone.csv"]


@pytest.mark.parametrize("kind", rs_writer.HEADERS)
def test_a_header_is_that_of_its_file_with_a_column_more_or_less(kind):
    header = [*rs_writer.SHARED, *rs_writer.HEADERS[kind]]
    assert rs_tables.kind_of(header) == kind
    assert rs_tables.kind_of([*header, "新しい列"]) == kind
    own = rs_writer.HEADERS[kind]
    for column in own if len(own) > 3 else ():
        assert rs_tables.kind_of([name for name in header if name != column]) == kind


def test_files_that_were_published_again_are_the_same_table(tmp_path):
    added = ("派生元ー活動指標／成果指標", "派生先ー活動指標／成果指標")
    cases = {
        "3-2": [content("3-2", []), content("3-2", [], drop=added)],
        "1-1": [content("1-1", []), content("1-1", [], rename={})],
        "1-2": [content("1-2", []), content("1-2", [], rename=rs_writer.IN_1_1)],
    }
    for kind, contents in cases.items():
        for data in contents:
            path = tmp_path / "x.csv"
            path.write_bytes(data)
            source = rs_tables.Source(path, len(data), path.name)
            assert rs_tables.kind_of(source.header()) == kind


def test_a_ministry_under_the_name_that_1_1_gives_it(tmp_path):
    (tmp_path / "a.csv").write_bytes(content("1-2", [{}], rename=rs_writer.IN_1_1))
    (sheet,) = rs_csv.stream(tmp_path)
    assert sheet["sheet"][0]["ministry"] == "総務省"
    assert rs_csv.unread(tmp_path) == []


def test_a_table_saved_anew_in_another_encoding_is_refused_under_any_name(tmp_path):
    (tmp_path / "事業.csv").write_bytes(content("1-2", [{}]))
    (tmp_path / "予算.csv").write_bytes(content("2-1", [total(2023)])[3:].decode().encode("cp932"))
    with pytest.raises(SheetError, match=r"予算\.csv, line 1: found bytes that are not UTF-8"):
        list(rs_csv.stream(tmp_path))


def test_a_table_without_a_needed_column_is_refused_under_any_name(tmp_path):
    (tmp_path / "事業.csv").write_bytes(content("1-2", [{}]))
    (tmp_path / "支出.csv").write_bytes(content("5-1", [{}], drop=("支出先名",)))
    with pytest.raises(SheetError, match=r"支出\.csv, line 1: found no header 支出先名"):
        list(rs_csv.stream(tmp_path))


def test_what_unpacking_on_a_mac_leaves_is_no_file(tmp_path):
    folder = plain(tmp_path / "a", 2024)
    put(folder / "x.zip", {"__MACOSX/._1-2.csv": b"", "y.csv": b"a,b"})
    (folder / "__MACOSX").mkdir()
    (folder / "__MACOSX" / "._1-2.csv").write_bytes(b"\0\0")
    assert len(list(rs_csv.stream(folder))) == 2


def test_a_file_of_both_years_keeps_a_broken_row_to_its_own(tmp_path):
    rows = [{"事業年度": year, "予算事業ID": number} for year in YEARS for number in ("1", "2")]
    rows[3]["事業年度"] = "来年"
    (tmp_path / "a.csv").write_bytes(content("1-2", rows))
    first, second, third, error = rs_csv.stream(tmp_path)
    ids = [sheet["sheet"][0]["sheet_id"] for sheet in (first, second, third)]
    assert ids == ["2024-総務省-1", "2024-総務省-2", "2025-総務省-1"]
    assert (error.line, error.found) == (5, "事業年度 '来年'")


def test_a_csv_of_something_else_in_a_folder_of_sheets_is_no_table(tmp_path):
    shutil.copy(rs_csv.paths.DEFAULT_SHEET, tmp_path)
    (tmp_path / "notes.csv").write_text("a,b\n1,2\n")
    (sheet,) = sources.stream(tmp_path)
    assert sheet["sheet"][0]["project_number"] == "0042"
    plain(tmp_path / "rs", 2024)
    (error,) = sources.stream(tmp_path)
    assert "a folder of rs csv and page text" in error.found


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
    says(error, tmp_path.name, "neither 1-2 .* nor 2-1 .* among 1 files")
    (tmp_path / "notes.csv").unlink()
    (error,) = sources.stream(tmp_path)
    says(error, tmp_path.name, "neither 1-2 .* nor 2-1 ")
    says(refused(tmp_path / "notes.csv"), "notes.csv", "no readable folder")
    says(refused(tmp_path / "nowhere"), "nowhere", "no readable folder")
    says(refused("\0"), "\0", "no readable folder")


def test_what_goes_into_no_table_is_listed(tmp_path):
    write(tmp_path)
    put(tmp_path / "2-1.zip", {"2-1.csv": content("2-1", [total(2023)], add=("新しい列",))})
    (tmp_path / "memo.csv").write_bytes("メモ\n".encode("cp932"))
    (tmp_path / "4-1_RS_2024_点検・評価.csv").write_bytes(content("4-1", [{}]))
    (tmp_path / "memo_RS_2024_メモ.csv").write_text("anything\n")
    (tmp_path / "5-1.csv.gz").write_bytes(b"")
    (tmp_path / "集計.csv").write_text("予算事業ID,合計\n1,2\n")
    (tmp_path / "readme.txt").write_text("anything\n")
    put(tmp_path / "写真.zip", {"a.png": b""})
    assert [(place.rpartition("/")[2], why) for place, why in rs_csv.unread(tmp_path)] == [
        ("5-1.csv.gz", "a gzip file: unpack it"),
        ("memo.csv", "no table of the RS system"),
        ("memo_RS_2024_メモ.csv", "no table of the RS system"),
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
    named = name("1-2")
    put(tmp_path / f"{named}.zip", {"a.csv": content("1-2", [{"局・庁": "総合通信基盤局"}])})
    error = refused(tmp_path)
    says(error, f"{named}.zip:a.csv", f"same table, 1-2 .* of 2024, as .*/{named}.csv$")
    assert "remove the other" in error.expected


def test_a_table_kept_as_csv_and_as_zip_is_read_once(tmp_path):
    write(tmp_path, t21=[total(2023)])
    write(tmp_path, zipped=True, t21=[total(2023)])
    (sheet,) = rs_csv.stream(tmp_path)
    assert len(sheet["budget"]) == 2
    (first, second) = rs_csv.unread(tmp_path)
    named = name("1-2")
    assert first.place.endswith(f"{named}.zip:{named}.csv")
    assert re.fullmatch(f"the same as .*/{named}.csv, byte for byte", first.why)
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
    inner = packed({"1-2.csv": content("1-2", [{}])})
    put_shift_jis(tmp_path / "全部.zip", {name: inner})
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
    path = tmp_path / f"{name('2-1')}.csv"
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
    whole_zip = packed({"5-3.csv": content("5-3", [{"支出先名": "甲社", "金額": "8"}])})
    outcomes = set()
    for _ in range(600):
        for kind, data in whole.items():
            bytes_ = damaged(data, chance) if chance.random() < 0.4 else data
            (tmp_path / f"{kind}.csv").write_bytes(bytes_)
        zipped = damaged(whole_zip, chance) if chance.random() < 0.4 else whole_zip
        (tmp_path / "5-3.zip").write_bytes(zipped)
        try:
            for sheet in rs_csv.stream(tmp_path):
                outcomes.add("rejected" if isinstance(sheet, SheetError) else "read")
        except SheetError:
            outcomes.add("refused")
    assert outcomes == {"rejected", "read", "refused"}


# The official files

SHEETS = 400
FEW = ("1-2", "2-1", "5-2", "6-1")
"""Files that stand for all 13: how they lie is the same to each."""
official = pytest.mark.skipif(not SHARED.exists(), reason="no ../shared beside the repository")


@official
def test_the_official_headers_are_known_wholly():
    seen = set()
    found = sorted(SHARED.glob("rs202*/*.zip")) + sorted(SHARED.glob("rs-fixtures/csv*/*.csv"))
    for path in found:
        for source in rs_files._sources(path.parent):
            if source.path == path:
                header = source.header()
                kind = rs_tables.kind_of(header)
                assert kind == path.name[:3]
                assert [one for one in header if rs_tables.KINDS[kind].column(one) is None] == []
                seen.add(kind)
    assert seen == rs_tables.KINDS.keys() == rs_writer.HEADERS.keys()


def official_zips(year: int) -> list[Path]:
    """Some of a year's zips."""
    return [path for path in sorted(SHARED.glob(f"rs{year}/*.zip")) if path.name[:3] in FEW]


@pytest.fixture(scope="module")
def as_downloaded(tmp_path_factory) -> list[dict]:
    """The first sheets of 2024."""
    folder = tmp_path_factory.mktemp("rs2024")
    for path in official_zips(2024):
        (folder / path.name).symlink_to(path)
    return told(islice(rs_csv.stream(folder), SHEETS))


def beginning(data: bytes, last: int) -> bytes:
    """A file up to the rows of the project of this number, byte by byte as they are there."""
    lines = list(io.StringIO(data.decode(), newline=""))
    found = csv.reader(lines)
    at, end = next(found).index("予算事業ID"), 1
    for row in found:
        if int(row[at]) > last:
            break
        end = found.line_num
    return "".join(lines[:end]).encode()


@pytest.fixture(scope="module")
def beginnings(as_downloaded) -> dict[str, dict[str, bytes]]:
    """Zip -> its member of both years, as far as the first sheets of 2024 go: to rearrange what no
    test reads would take most of the time."""
    last = int(as_downloaded[-1]["sheet"][0]["project_number"])
    made = {}
    for path in [*official_zips(2024), *official_zips(2025)]:
        with zipfile.ZipFile(path) as archive:
            (member,) = archive.namelist()
            made[path.name] = {member: beginning(archive.read(member), last)}
    return made


@official
@pytest.mark.parametrize("how", ["bare and unnamed", "one zip in Shift_JIS", "beside 2025"])
def test_the_official_zips_rearranged_give_the_same_sheets(
    tmp_path, as_downloaded, beginnings, how
):
    of_2024 = {path.name: beginnings[path.name] for path in official_zips(2024)}
    if how == "bare and unnamed":
        for number, members in enumerate(of_2024.values()):
            (tmp_path / str(number)).mkdir()
            (tmp_path / str(number) / "data.csv").write_bytes(*members.values())
    elif how == "one zip in Shift_JIS":
        put_shift_jis(tmp_path / "全部.zip", dict(ChainMap(*of_2024.values())))
    else:
        for zipped, members in beginnings.items():
            put(tmp_path / zipped, members)
    assert told(islice(rs_csv.stream(tmp_path), SHEETS)) == as_downloaded
    assert rs_csv.unread(tmp_path) == []
