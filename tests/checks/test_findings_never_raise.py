"""Whatever stands in the tables, the checks answer, and a repair keeps the tables' shape."""

from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.checks import FINDING, findings, repaired
from helpers.sheet import COLUMNS, CORE, MAYBE, NUMBER, TEXT, ReviewSheet
from speaking import told

WORDS = [
    "",
    "-",
    "令和5年度末",
    "平成32年度",
    "2050年",
    "百万円",
    "％",
    "㈱甲",
    "甲株式会社",
    "{x}",
    "missing_section",
    "縮減",
    "統合先",
    "tender",
    "first",
]
KINDS = {
    TEXT: st.none() | st.sampled_from(WORDS) | st.text(max_size=12),
    MAYBE: st.none() | st.booleans(),
    NUMBER: st.none()
    | st.sampled_from([0.0, 1.0, -1.0, 4.912, 1e9, -2e-149, 5e-324])
    | st.floats(-1e12, 1e12),
}
YEARS = st.none() | st.sampled_from([0, 1993, 2015, 2016, 2017, 2018, 2023, 2050, 4010])


def rows(name: str, max_size: int) -> st.SearchStrategy:
    columns = {column: KINDS.get(kind, YEARS) for column, kind in COLUMNS[name].items()}
    return st.lists(st.fixed_dictionaries(columns), max_size=max_size)


@st.composite
def sheets(draw) -> ReviewSheet:
    most = {"sheet": 1} | dict.fromkeys(CORE, 4)
    tables = {name: draw(rows(name, most.get(name, 2))) for name in COLUMNS}
    return ReviewSheet.build(**tables)


@settings(max_examples=30)
@given(made=sheets(), lang=st.sampled_from(["ja", "en"]))
def test_any_sheet_has_findings(made, lang):
    table = told(lang, findings, made)
    assert list(table.columns) == list(FINDING)
    assert table["reason"].str.len().gt(0).all()
    assert not table.drop(columns="applied").isna().any(axis=None)
    fixed, again = told(lang, repaired, made, "all")
    assert len(again) == len(table)
    for name, frame in made.tables().items():
        assert getattr(fixed, name).shape == frame.shape
        assert (getattr(fixed, name).dtypes == frame.dtypes).all()


def test_empty_sheet():
    table = findings(ReviewSheet.build())
    assert list(table["rule"]) == ["outcome_missing"]


def test_tables_of_nothing_but_missing_values():
    made = ReviewSheet.build(**{name: [dict.fromkeys(COLUMNS[name])] * 2 for name in COLUMNS})
    assert set(findings(made)["severity"]) <= {"warning", "note"}
