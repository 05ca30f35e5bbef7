"""All indicators of a sheet: rates, repeats, words for numbers, which have a panel."""

import pytest

from helpers.analysis.every_indicator import every_indicator, leading
from helpers.sheet import ReviewSheet
from logic_sheets import HEAD, rows


def every(outcome=(), output=(), analysed=None):
    sheet = ReviewSheet.build(sheet=[HEAD], outcome=[*outcome], output=[*output])
    return every_indicator(sheet, analysed)


def test_outcomes_come_first_with_what_is_stated():
    facts = {"direction": "down", "term": "long", "target": 3.0, "target_year": 2030}
    found = every(rows(1, {2022: (5, 6), 2023: (4, None)}, **facts), rows(1, {2022: (1, 1)}), 1)
    first, second = found.indicators.to_dict("records")
    assert (first["table"], second["table"]) == ("outcome", "output")
    assert (first["direction"], first["term"], first["target"]) == ("down", "long", 3.0)
    assert (first["values"], first["actuals"]) == (2, 1)
    assert first["analysed"]
    assert not second["analysed"], "an output of the same number is another"
    assert found.history["actual"].count() == 2


@pytest.mark.parametrize(
    ("values", "rate", "year", "printed"),
    [
        ({2022: (5, 6, 119.0), 2023: (4, None)}, 119.0, 2022, True),
        ({2022: (5, 6, 119.0), 2023: (4, 2)}, 50.0, 2023, False),
        ({2022: (5, 6), 2023: (0, 2)}, 120.0, 2022, False),
        ({2022: (-5, 6)}, None, None, False),
        ({2022: (None, 6)}, None, None, False),
    ],
)
def test_the_rate_is_that_of_the_last_year_that_has_one(values, rate, year, printed):
    row = every(rows(1, values)).indicators.iloc[0]
    if rate is None:
        assert row[["rate", "rate_year"]].isna().all()
    else:
        assert row["rate"] == pytest.approx(rate)
        assert row["rate_year"] == year
    assert row["rate_printed"] == printed


def test_the_same_name_and_numbers_under_two_goals_are_one():
    values = {2022: (1, 2), 2023: (2, 2)}
    same = {"indicator": "出席率"}
    found = every(
        [
            *rows(1, values, goal="甲", **same),
            *rows(2, values, goal="乙", **same),
            *rows(3, values, goal="丙", **same, target=5.0),
            *rows(4, {2022: (1, 2)}, **same),
        ],
        rows(1, values, **same),
        analysed=2,
    )
    table = found.indicators
    assert list(zip(table["table"], table["number"], strict=True)) == [
        *(("outcome", 1), ("outcome", 3), ("outcome", 4), ("output", 1)),
    ]
    assert table["repeats"].tolist() == [1, 0, 0, 0]
    assert table["analysed"].tolist() == [True, False, False, False]
    assert found.printed == 5
    assert len(found.history) == 7


def test_noise_in_the_last_digit_does_not_part_them():
    found = every([*rows(1, {2023: (1, 0.3)}), *rows(2, {2023: (1, 0.1 + 0.2)}, indicator="指標1")])
    assert found.indicators["repeats"].tolist() == [1]
    found = every([*rows(1, {2023: (1, 0)}), *rows(2, {2023: (1, None)}, indicator="指標1")])
    assert found.indicators["repeats"].tolist() == [0, 0]


def test_indicators_without_numbers_are_not_taken_for_each_other():
    empty = [{"number": n, "indicator": "未定", "unit": "件"} for n in (1, 2)]
    assert every(empty).indicators["repeats"].tolist() == [0, 0]


def test_placeholders_of_an_outcome_in_words_are_no_values():
    facts = {"kind": "qualitative", "indicator": "", "goal": "定着する", "result": "進んだ"}
    found = every(rows(1, {2023: (1, 1)}, **facts, target=1.0, target_year=2023))
    row = found.indicators.iloc[0]
    assert (row["name"], row["result"], row["values"]) == ("定着する", "進んだ", 0)
    assert row[["target", "target_year", "rate"]].isna().all()
    assert found.history.empty


def test_the_analysed_one_has_a_panel_however_many_there_are():
    many = [row for n in range(1, 16) for row in rows(n, {2023: (1, n)})]
    many += [{"number": 16, "indicator": "未定", "unit": ""}]
    found = every(many, analysed=14)
    shown, rest = leading(found, 4)
    assert shown.indicators["number"].tolist() == [1, 2, 3, 14]
    assert shown.history["number"].tolist() == [1, 2, 3, 14]
    assert [row["number"] for row in rest] == [4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 15]
    shown, rest = leading(found, 15)
    assert rest == []
    assert len(shown.indicators) == 15


def test_a_sheet_without_indicators():
    found = every()
    assert found.indicators.empty
    shown, rest = leading(found, 12)
    assert shown.history.empty
    assert rest == []
