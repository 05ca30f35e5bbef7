"""The RS system's files wherever they lie and whatever they are called."""

import csv
import io
import os
import shutil
import zipfile
from itertools import islice
from pathlib import Path

import pytest

import rs_writer
from helpers import sources
from helpers.sheet import SheetError
from helpers.sources import rs_csv, rs_files, rs_tables
from rs_writer import content, name, put, put_shift_jis, total

SHARED = Path(__file__).parents[3] / "shared"
YEARS = (2024, 2025)
READ = ("1-2", "2-1", "3-1", "5-1", "5-2", "5-3")
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
    left_out = sorted(why[:3] for _, why in rs_csv.unread(together))
    each = 1 if arrange is years_in_each_file else 2
    assert left_out == sorted(each * [kind for kind in rs_writer.HEADERS if kind not in READ])
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
    put(folder / "x.zip", {"__MACOSX/._1-2.csv": b"", "y.csv": content("6-1", [{}])})
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


# The official files

SHEETS = 400
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


@pytest.fixture(scope="module")
def as_downloaded() -> list[dict]:
    """The first sheets of 2024."""
    return told(islice(rs_csv.stream(SHARED / "rs2024"), SHEETS))


@official
@pytest.mark.parametrize("how", ["bare and unnamed", "one zip in Shift_JIS", "beside 2025"])
def test_the_official_zips_rearranged_give_the_same_sheets(tmp_path, as_downloaded, how):
    if how == "bare and unnamed":
        for number, path in enumerate(sorted(SHARED.glob("rs2024/*.zip"))):
            (tmp_path / str(number)).mkdir()
            with zipfile.ZipFile(path) as archive:
                (member,) = archive.namelist()
                (tmp_path / str(number) / "data.csv").write_bytes(archive.read(member))
    elif how == "one zip in Shift_JIS":
        members = {}
        for path in SHARED.glob("rs2024/*.zip"):
            with zipfile.ZipFile(path) as archive:
                members |= {one: archive.read(one) for one in archive.namelist()}
        put_shift_jis(tmp_path / "全部.zip", members)
    else:
        for path in [*SHARED.glob("rs2024/*.zip"), *SHARED.glob("rs2025/*.zip")]:
            (tmp_path / path.name).symlink_to(path)
    assert told(islice(rs_csv.stream(tmp_path), SHEETS)) == as_downloaded
    assert len(rs_csv.unread(tmp_path)) == 9
