"""The page of all tables is what the tables and terms.csv say, and names the right files."""

import csv
import runpy
from pathlib import Path

import pytest

from helpers import paths
from helpers.corpus.store import TABLES
from helpers.sheet import COLUMNS
from helpers.sources import rs_csv
from helpers.sources.rs_tables import KINDS
from rs_writer import content

DOCS = paths.ROOT / "docs"
FIXTURES = paths.ROOT.parent / "shared" / "rs-fixtures" / "csv2024"
LINES = (DOCS / "tables.csv").read_text(encoding="utf-8").splitlines()
TOLD = {row["table"]: row for row in csv.DictReader(LINES)}

MADE = {
    "1-5": [{"予算事業ID": "884", "番号（関連事業）": "1", "関連事業の事業ID": "1"}],
    "5-2": [
        {"予算事業ID": "11", "担当組織からの支出": "TRUE", "支出先の支出先ブロック": "B"},
        {"予算事業ID": "11", "国自らが支出する間接経費": "事務費"},
    ],
}
"""Files of which the fixtures have no rows for a table."""


def test_the_page_is_up_to_date():
    page = runpy.run_path(str(DOCS / "tables.py"))["page"]()
    assert (DOCS / "tables.md").read_text(encoding="utf-8") == page, "run docs/tables.py"


def test_every_table_is_told_in_both_languages():
    assert list(TOLD) == list(COLUMNS | TABLES)
    for row in TOLD.values():
        assert row["row_ja"]
        assert row["row_en"]
        assert bool(row["never_ja"]) == bool(row["never_en"])
    assert {name for row in TOLD.values() for name in row["files"].split() if "-" in name} == {
        *KINDS
    }


@pytest.mark.skipif(not FIXTURES.is_dir(), reason="../shared/rs-fixtures is not there")
@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"1-2"}))
def test_a_table_is_from_the_file_it_names(kind, tmp_path):
    """Without the file those tables have other rows, and no others but the remarks."""

    def read(name: str, without: str = "") -> dict[str, list]:
        folder = tmp_path / name
        folder.mkdir()
        for path in Path(FIXTURES).glob("?-?_RS_*.csv"):
            if not path.name.startswith(f"{without}_"):
                made = MADE.get(path.name[:3])
                data = content(path.name[:3], made) if made else path.read_bytes()
                (folder / path.name).write_bytes(data)
        sheets = list(rs_csv.stream(folder))
        return {table: [sheet.get(table) for sheet in sheets] for table in COLUMNS}

    whole, rest = read("all"), read("rest", kind)
    changed = {table for table in COLUMNS if whole[table] != rest[table]}
    named = {table for table, row in TOLD.items() if kind in row["files"].split()}
    assert changed - {"remark", "sheet"} == named - {"sheet"}
