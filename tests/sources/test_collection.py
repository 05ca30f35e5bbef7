"""What `review-sheets fetch` fills is taken as it is, whoever takes folders of sheets."""

import json

import pytest

import rs_writer
from fetch_site import sheet
from helpers import corpus, sources
from helpers.batch.selection import Selection
from helpers.batch.sheets import scan
from helpers.corpus import Corpus, build
from helpers.sheet import SheetError
from helpers.sources.collection import parts

IDS = ["2018-総務省-0041", "2019-総務省-0042", "2024-総務省-1", "2025-総務省-1"]


@pytest.fixture
def fetched(tmp_path):
    """As fetched: two years of either source, and what was replaced."""
    folder = tmp_path / "fetched"
    for year, number in ((2018, "0041"), (2019, "0042")):
        put(folder / f"judgit/{year}/総務省/{number}.json", sheet(year, number))
    for year in (2024, 2025):
        for kind in ("1-2", "2-1"):
            cells = rs_writer.total(year - 1, initial="1000000") if kind == "2-1" else {}
            data = rs_writer.content(kind, [{"事業年度": str(year), **cells}])
            place = folder / f"rs/{year}"
            place.mkdir(parents=True, exist_ok=True)
            rs_writer.put(place / f"{kind}_RS_{year}_試験.zip", {"a.csv": data})
    earlier = folder / "earlier/2026-11-01"
    put(earlier / "judgit/2019/総務省/0042.json", sheet(2019, "0042"))
    (earlier / "rs/2024").mkdir(parents=True)
    rs_writer.write(earlier / "rs/2024", zipped=True, t21=[rs_writer.total(2022)])
    (folder / "fetched.json").write_text('{"format": 1, "sources": {}, "files": {}}')
    return folder


def put(path, content) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, ensure_ascii=False), "utf-8")


def test_its_parts_are_the_sources_in_it(fetched, tmp_path):
    assert parts(fetched) == [fetched / "judgit", fetched / "rs/2024", fetched / "rs/2025"]
    assert parts(str(fetched)) == parts(fetched)
    (fetched / "api/2026").mkdir(parents=True)
    (fetched / "rs/2026").mkdir()
    (fetched / "rs/2026/.DS_Store").write_text("")
    assert len(parts(fetched)) == 3
    put(fetched / "api/2026/list.json", {})
    assert parts(fetched)[3:] == [fetched / "api/2026"]
    # Any other path is itself, whatever it is.
    others = [tmp_path, fetched / "rs", f"{fetched}#2019-総務省-0042", "no such", "a\0b"]
    assert [parts(path) for path in others] == [[path] for path in others]


def test_one_with_nothing_in_it_is_refused(tmp_path):
    (tmp_path / "fetched.json").write_text("{}")
    with pytest.raises(SheetError, match="nothing could be fetched; expected judgit, rs/YEAR"):
        parts(tmp_path)
    with pytest.raises(SheetError, match="nothing could be fetched"):
        build.build([tmp_path], tmp_path / "corpus", 1)
    assert [str(error) for _, error in scan([tmp_path], Selection())] == [
        str(error) for error in sources.stream(tmp_path)
    ]


def test_a_corpus_is_built_of_all_its_parts_and_of_nothing_earlier(fetched, tmp_path):
    done = build.build([fetched], tmp_path / "corpus", 1)
    assert done.rejected == []
    table = Corpus(tmp_path / "corpus").table("sheet")
    assert sorted(table["sheet_id"]) == IDS
    assert not table["source_path"].str.contains("earlier").any()


def test_its_sheets_can_be_read_one_by_one(fetched):
    assert sources.kind(fetched) == "collection"
    assert [rows["sheet"][0]["sheet_id"] for rows in sources.stream(fetched)] == IDS
    for sheet_id in IDS:
        assert corpus.load(f"{fetched}#{sheet_id}").id == sheet_id
    with pytest.raises(SheetError, match="no sheet 2020-x among 4"):
        corpus.load(f"{fetched}#2020-x")


@pytest.mark.parametrize("beside", [False, True])
def test_reports_are_made_of_its_parts_also_where_it_lies_in_a_folder(beside, fetched):
    given = fetched.parent if beside else fetched
    if beside:
        put(fetched.parent / "own/one.json", sheet(2017, "0009"))
        (fetched.parent / "tables").mkdir()
        rs_writer.write(fetched.parent / "tables", t21=[rs_writer.total(2023)])
    found = [found for _, found in scan([given], Selection())]
    own = [str(fetched.parent / "own/one.json"), f"{fetched.parent}/tables#2024-総務省-1"]
    assert [one.reference for one in found] == [
        *(own if beside else []),
        f"{fetched}/judgit/2018/総務省/0041.json",
        f"{fetched}/judgit/2019/総務省/0042.json",
        f"{fetched}/rs/2024#2024-総務省-1",
        f"{fetched}/rs/2025#2025-総務省-1",
    ]
