"""The numbers of 03's answer, worked out again from what its tables show; figures of real sheets
whose texts lie upon no other."""

import re

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import pytest
from test_story import EMPTY, outcome

from helpers import Adoption, digits, show, words
from helpers.front import adoption as front
from helpers.sheet import ReviewSheet
from helpers.words import LANGUAGES

AIM = {"target": 20.0, "target_year": 2023}
FIFTEEN = [
    {"number": n, "indicator": f"指標{n}", "unit": "件", "fiscal_year": y, "actual": n * y % 97.0}
    | AIM
    for n in range(1, 16)
    for y in (2016, 2017, 2018)
]
KINDS = {
    "towards": outcome({2016: 8, 2017: 10, 2018: 13}, **AIM),
    "up to 100 %": outcome(
        {2016: 96.2, 2017: 97.1, 2018: 98}, unit="％", target=100, target_year=2022
    ),
    "down is better": outcome({2016: 30, 2017: 27, 2018: 25}, **AIM, direction="down"),
    "away": outcome({2016: 14, 2017: 13, 2018: 11}, **AIM, direction="up"),
    "met already": outcome({2016: 18, 2017: 19, 2018: 23}, **AIM, direction="up"),
    "two values": outcome({2017: 8, 2018: 13}, **AIM),
    "one value": outcome({2018: 13}, **AIM),
    "met": outcome({2016: 18, 2017: 19, 2018: 23}, target=20.0, target_year=2018),
    "missed": outcome({2016: 18, 2017: 19, 2018: 19.5}, target=20.0, target_year=2018),
    "no year": outcome({2017: 8, 2018: 13}, target=20.0),
    "yearly": outcome({2017: 8, 2018: 13}, expected=16.0),
    "no target": outcome({2017: 8, 2018: 13}),
    "fifteen": ReviewSheet.build(sheet=EMPTY.sheet, outcome=FIFTEEN),
}


def numbers(text: str) -> set[float]:
    """The numbers in a text; what stands in quotes is no number of ours."""
    text = re.sub("“[^”]*”|「[^」]*」", "", text).replace("10,000", "").replace("−", "-")
    return {float(found.replace(",", "")) for found in re.findall(r"\d[\d,]*\.?\d*", text)}


def tables(part) -> list[show.Table]:
    if isinstance(part, show.Fold):
        return [table for each in part.parts for table in tables(each)]
    return [part] if isinstance(part, show.Table) else []


def on_the_page(page: Adoption, monkeypatch) -> set[float]:
    """Every number in a table of the page."""
    shown: list = []
    monkeypatch.setattr(front, "show", lambda *parts: shown.extend(parts))
    for name in ("indicators", "curve", "fits", "odds", "when", "pace"):
        getattr(page, f"show_{name}")()
    found = set()
    for table in (table for part in shown for table in tables(part)):
        found |= numbers(" ".join(cell for row in table.rows for cell in row))
        found |= numbers(" ".join(table.headings))
    return found


def follow(known: set[float], page: Adoption) -> set[float]:
    """What a reader works out from `known`: rounded, the distance to the target, the years left,
    the mean a year, what is needed of it, a chance in ten, the rate of achievement."""
    series = page.series
    years, values, target = series.years, series.values, series.target
    found = set(known)
    if target is not None:
        gap = abs(values[-1] - target)
        found |= {gap, 0.0}
        if series.target_column is not None:
            left = series.target_column - years[-1]
            found |= {float(left), gap / left if left else gap}
    if len(values) > 1:
        mean = abs(values[-1] - values[0]) / (years[-1] - years[0])
        found |= {mean}
        if target is not None and series.target_open:
            found |= {gap / left / mean}
    if series.expected is not None:
        found |= {
            100 * each / plan for each, plan in zip(values, series.expected, strict=True) if plan
        }
    found |= {each / 10 for each in known}
    rounded = {float(digits.significant(each, 3)) for each in found}
    return found | rounded | {float(digits.rounded(each, d)) for each in found for d in (0, 1, 2)}


@pytest.fixture(autouse=True)
def _closed():
    yield
    plt.close("all")


PLAIN = {10.0, 80.0, 100.0, 1.0, 99.0}
"""Of "1 in 10", "80 %", "less than 1 %", which are words."""


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_number_of_the_answer_follows_from_the_tables(kind, lang, monkeypatch):
    with words.speaking(lang):
        page = Adoption(KINDS[kind])
        answer = page.answer()
        known = on_the_page(page, monkeypatch)
    said = " ".join([answer.sentence, *answer.number, *answer.facts])
    missing = numbers(said) - follow(known, page) - PLAIN
    assert not missing, f"{missing} of: {said}"
    assert len(answer.sentence) < 130
    assert len(answer.facts) <= 6


def test_a_number_of_nowhere_is_found():
    page = Adoption(KINDS["towards"])
    assert numbers("it was 12,345.6") - follow({8.0, 20.0}, page) == {12345.6}


VERDICTS = {
    "towards": (
        "年1.4件の上積みが必要で、これまでは年2.5件",
        "by 1.4 cases a year and has been rising by 2.5 cases",
    ),
    "down is better": (
        "年1件の減少が必要で、これまでは年2.5件",
        "fall by 1 case a year and has been falling",
    ),
    "away": ("これまでは逆に年1.5件減っている", "and has been falling by 1.5 cases"),
    "met already": ("既に目標に達しており、", "The target is met already, and"),
    "one value": ("実績が2018年度の13件だけ", "13 cases in FY2018 is the only value"),
    "met": (
        "シートの数字では、目標は達成された: 2018年度の実績は23件",
        "The target was met on the sheet’s figures: 23 cases in FY2018",
    ),
    "missed": (
        "シートの数字では、目標は達成されなかった: ",
        "The target was not met on the sheet’s figures: 19.5 cases",
    ),
    "no year": ("期限の年度がなく", "The target has no year"),
    "yearly": (
        "表に最終的な目標値がない: 2018年度の達成率は81.3 %",
        "The table has no final target; 81.3 % of that for FY2018 was achieved",
    ),
    "no target": ("表に目標値がない: ", "The table has no target: the value of FY2018"),
}


@pytest.mark.parametrize("kind", VERDICTS)
def test_each_case_has_its_sentence(kind):
    for lang, part in zip(LANGUAGES, VERDICTS[kind], strict=True):
        with words.speaking(lang):
            assert part in Adoption(KINDS[kind]).answer().sentence


def test_a_target_without_a_result_is_the_number():
    aim = {"target": 5.0, "target_year": 2027}
    for actual, rest in (({2018: None}, {}), ({2018: None}, {"indicator": "件数※ 注は別紙"})):
        page = Adoption(outcome(actual, **aim | rest))
        with words.speaking("ja"):
            assert page.answer().sentence == "目標は2027年度に5件。実績はまだない"
        with words.speaking("en"):
            answer = page.answer()
        assert answer.sentence == "Target: 5 cases by FY2027; no result yet"
        assert answer.number[0] == "5 cases"
        assert "※" not in answer.number[1]
    past = Adoption(outcome({2018: None}, target=5.0, target_year=2016))
    with words.speaking("en"):
        assert past.answer().sentence.endswith("no result in what was read")


def test_rates_of_several_outcomes_are_counted():
    row = {"unit": "件", "fiscal_year": 2018, "expected": 10.0}
    table = [row | {"number": n, "indicator": f"指標{n}", "actual": 7.0 + n} for n in range(1, 5)]
    page = Adoption(ReviewSheet.build(sheet=EMPTY.sheet, outcome=table))
    with words.speaking("en"):
        assert "2 of the sheet’s 4 outcome indicators with a rate" in " ".join(page.answer().facts)
    with words.speaking("ja"):
        assert "成果指標4個のうち、100 %以上は2個" in " ".join(page.answer().facts)


def test_a_target_without_a_year_has_its_unit():
    with words.speaking("en"):
        assert "the target is 20 cases, without a year" in repr(Adoption(KINDS["no year"]).answer())


def test_the_headline_of_a_chance_below_even_is_no_yes():
    page = Adoption("data/sheets/2019-総務省-0042.txt")
    parts = ("達成はやや難しい: ", "だが、同じペースは"), ("More likely missed than met", "slows")
    for lang, said in zip(LANGUAGES, parts, strict=True):
        with words.speaking(lang):
            answer = page.answer()
        assert all(part in answer.sentence for part in said)
        assert answer.number[0] == "35 %"
        assert not any("at its word" in fact or "額面" in fact for fact in answer.facts)
