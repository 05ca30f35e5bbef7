import pandas as pd
import pytest

from corpus_sheets import MINISTRY, made, sheet
from helpers.batch.selection import USABLE, Selection
from helpers.parameters import ParameterError
from helpers.sources import judgit_json

SMALL = sheet(2019, 1)  # initial of 2018: 1,226
LARGE = sheet(2019, 9)  # 2,026
OTHER = sheet(2018, 1, {2017: {"executed": 100.0}}, 府省庁="総務省")  # initial of 2017: 1,219
UNKNOWN = sheet(2018, 2, 予算=[], 府省庁="総務省", 開始年度=None)


def kept(selection, *records):
    rows = [judgit_json.rows(record, "x.json") for record in records]
    return selection.keep(selection.of_rows(rows))["sheet_id"].tolist()


def ids(*records):
    return [judgit_json.rows(record, "x.json")["sheet"][0]["sheet_id"] for record in records]


EVERY = (SMALL, LARGE, OTHER, UNKNOWN)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    return made(tmp_path_factory.mktemp("every"), *EVERY)


@pytest.mark.parametrize(
    ("filters", "wanted"),
    [
        ({}, EVERY),
        ({"years": [2018]}, (OTHER, UNKNOWN)),
        ({"years": [2018, 2019]}, EVERY),
        ({"ministries": ["総務省"]}, (OTHER, UNKNOWN)),
        ({"ministries": ["総務省", MINISTRY]}, EVERY),
        ({"ministries": [MINISTRY], "years": [2019], "where": "initial > 2000"}, (LARGE,)),
        ({"where": "initial > 1219"}, (SMALL, LARGE)),
        ({"where": "initial < 1220"}, (OTHER,)),
        ({"where": " executed / budget_net < 0.7 and ministry == '総務省' "}, (OTHER,)),
        ({"where": "executed.isna()"}, (UNKNOWN,)),
        ({"where": "not executed > 0"}, (UNKNOWN,)),
        ({"where": "start_year > 1900"}, (SMALL, LARGE, OTHER)),
        ({"where": "not start_year > 1900"}, ()),
        ({"where": "1200 < initial < 1300 | name.str.contains('9号')"}, (SMALL, LARGE, OTHER)),
        # Warnings are errors here: pandas warns of groups, Python of the backslash.
        ({"where": "name.str.contains('(?P<n>9)号')"}, (LARGE,)),
        ({"where": "name.str.contains('(\\d)号')"}, EVERY),
        ({"where": "(initial > 2000) | (sheet_year == 2018) & ~(initial > 0)"}, (LARGE, UNKNOWN)),
        ({"where": "ministry in ['総務省', '内閣府']"}, (OTHER, UNKNOWN)),
        ({"where": "ministry.isin(['内閣府'])"}, ()),
        ({"where": "initial.between(1220, 1230)"}, (SMALL,)),
        ({"where": "project_number == '0009'"}, (LARGE,)),
        ({"where": "status == 'closed'"}, (SMALL, LARGE, OTHER)),
        ({"where": "-carried_out + initial > 1220"}, (SMALL, LARGE)),
    ],
)
def test_sheets_are_kept_by_what_they_print_whatever_they_come_from(corpus, filters, wanted):
    selection = Selection(**filters)
    assert kept(selection, *EVERY) == ids(*wanted)
    frames = [selection.of_corpus(corpus, year) for year in selection.of_years(corpus.years)]
    found = pd.concat([selection.keep(frame) for frame in frames])["sheet_id"]
    assert sorted(found) == sorted(ids(*wanted))


def test_an_empty_chunk_and_width_do_no_harm():
    assert kept(Selection(where="initial > 0")) == []
    assert kept(Selection(ministries=["総務省 "[:3], "ＡＢＣ"]), OTHER) == ids(OTHER)
    assert Selection(ministries=["ＡＢＣ"]).ministries == {"ABC"}


def test_the_last_closed_year_is_the_one_before_the_sheets():
    given = sheet(2019, budget={2018: {"reserve": 5.0}, 2017: {"reserve": 7.0}})
    assert kept(Selection(where="reserve == 5"), given) == ids(given)
    assert kept(Selection(where="reserve == 7"), given) == []


@pytest.mark.parametrize(
    ("where", "reason"),
    [
        ("budget > 3", "budget is no column"),
        ("fiscal_year == 2018", "fiscal_year is no column"),
        ("initial >", "cannot be read"),
        ("", "cannot be read"),
        ("\0", "cannot be read"),
        ("initial = 3", "cannot be read"),
        ("initial", "neither yes nor no"),
        ("1 == 1", "neither yes nor no"),
        ("'総務省'", "neither yes nor no"),
        ("ministry > 3", "TypeError"),
        ("name.str.contains('(')", "name.str.contains"),
        ("name.str.contains('*')", "no argument for repetition operator"),
        ("name.str.contains('[')", "missing ]"),
        ("name.contains('a')", "AttributeError"),
        ("@initial > 3", "cannot be read"),
        ("initial @ executed", "MatMult cannot be used"),
        ("name.__class__ == 3", ".__class__ cannot be used"),
        ("name.str.__init__('a') == 3", ".__init__ cannot be used"),
        ("name.to_csv('stolen')", ".to_csv cannot be used"),
        ("name.map(print)", ".map cannot be used"),
        ("initial.mean() > 3", ".mean cannot be used"),
        ("abs(initial) > 3", "Call cannot be used"),
        ("__import__('os').system('true')", ".system cannot be used"),
        ("(lambda: initial)() > 3", "Call cannot be used"),
        ("[x for x in name]", "ListComp cannot be used"),
        ("initial > 9 ** 9 ** 9", "Pow cannot be used"),
        ("initial if 1 else executed", "IfExp cannot be used"),
        ("name[0] == 'a'", "Subscript cannot be used"),
        ("index > 3", "index is no column"),
        ("(" * 3000 + "initial" + ")" * 3000 + " > 3", "cannot be read"),
    ],
)
def test_an_expression_that_cannot_be_used_names_what_can(where, reason):
    with pytest.raises(ParameterError) as failure:
        Selection(where=where)
    message = str(failure.value)
    assert message.startswith(f"where {where!r}: ")
    assert reason in message
    assert all(column in message for column in USABLE)


def test_a_deep_expression_is_refused_and_does_not_break_python():
    with pytest.raises(ParameterError, match="where"):
        Selection(where="not " * 5000 + "initial > 3")


@pytest.mark.parametrize(
    ("filters", "message"),
    [
        ({"years": [2018, 2020]}, "no sheet of the sheet year 2020; there are: 2018, 2019"),
        (
            {"ministries": ["総務庁"]},
            f"no sheet of the ministry 総務庁; there are: {MINISTRY}, 総務",
        ),
        ({"where": "initial > 9999"}, "none of 4 sheets fits initial > 9999"),
        ({"years": [2018], "ministries": [MINISTRY]}, f"none of 4 sheets fits 2018; {MINISTRY}"),
    ],
)
def test_a_filter_that_leaves_nothing_says_what_there_is(filters, message):
    selection = Selection(**filters)
    left = len(kept(selection, *EVERY))
    with pytest.raises(ParameterError, match=f"^{message}"):
        selection.check_left(left, [])
    with pytest.raises(ParameterError, match=r"\(2 could not be read, the first: x: broken\)$"):
        selection.check_left(left, [("x", "x: broken"), ("y", "y: broken")])


def test_without_a_filter_only_silence_is_a_problem():
    Selection().check_left(0, [("x", "x: broken")])
    Selection().check_left(3, [])
    selection = Selection(as_of=2010)
    assert kept(selection, SMALL) == ids(SMALL)
    with pytest.raises(ParameterError, match="none of 1 sheets up to sheet year 2010 fits"):
        selection.check_left(0, [])
