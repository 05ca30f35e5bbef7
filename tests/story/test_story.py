"""The computed sentences: the default sheet's numbers, and plain words where data are missing."""

import re

import numpy as np
import pandas as pd
import pytest

from helpers import checks, paths, sources
from helpers.analysis import adoption, execution, payees, presence
from helpers.analysis.series import indicators, pick
from helpers.sheet import ReviewSheet
from helpers.story import adoption as odds_story
from helpers.story import quality, spending

HEAD = {"sheet_id": "2019-省-1", "sheet_year": 2019, "ministry": "省", "name": "事業"}
EMPTY = ReviewSheet.build(sheet=[{**HEAD, "project_number": "1"}])


def of(sheet: ReviewSheet, lang: str, population: float | None = None, **options) -> dict[str, str]:
    """Every sentence and table that the notebooks show of a sheet, as plain text."""
    printed, findings = checks.repaired(sheet, "proved", lang)
    marks = presence.presence(sheet)
    rates = execution.rates(printed)
    pool, coming = execution.pooled(rates), execution.forecast(rates)
    paid = payees.totals(printed)
    named = payees.concentration(paid, rates)
    history = pick(printed, population=population, **options)
    fits = adoption.fit_all(history)
    lead = fits[0].model if fits else ""
    futures = adoption.forecasts(fits, adoption.ahead(history))
    odds = adoption.sensitivity(history, [history.ceiling])
    pace = adoption.pace(history)
    table = adoption.fits_table(fits)
    shown = {
        "quality": quality.answer(sheet, findings, lang),
        "facts": quality.facts(sheet, lang),
        "presence": quality.read_presence(marks, lang),
        "identity": quality.identity(sheet, lang),
        "found": quality.found(findings, lang),
        "repairs": quality.repairs(findings, lang),
        "indicators": quality.indicators(printed, lang),
        "spending": spending.answer(printed, pool, coming, lang),
        "cascade": spending.read_cascade(execution.cascade(rates), lang),
        "losses": spending.cascade_table(execution.cascade(rates), lang),
        "rate": spending.read_rate(
            rates, execution.trend(rates), execution.standing_out(rates), lang
        ),
        "rates": spending.rates_table(rates, lang),
        "unspent": spending.read_unspent(execution.unspent(rates), lang),
        "pefa": spending.pefa_table(execution.pefa(rates), lang),
        "forecast": spending.forecast_table(coming, lang),
        "read_forecast": spending.read_forecast(coming, lang),
        "payments": spending.read_payments(paid, named, lang),
        "paid": spending.payments_table(printed, paid, lang),
        "concentration": spending.concentration_table(named, lang),
        "adoption": odds_story.answer(printed, history, odds, pace, lead, lang),
        "chosen": odds_story.indicators(indicators(printed), history, lang),
        "curve": odds_story.read_curve(history, futures, lead, "", lang),
        "futures": odds_story.forecasts_table(futures, lang),
        "fits": odds_story.fits_table(table, lang),
        "read_fits": odds_story.read_fits(table, lang),
        "odds": odds_story.read_odds(history, odds, lang),
        "odds_table": odds_story.odds_table(odds, lang),
        "pace": odds_story.read_pace(history, pace, lang),
    }
    said = {name: repr(thing) for name, thing in shown.items()}
    for name, text in said.items():
        assert shown[name]._repr_html_().startswith("<div")
        assert not re.search(r"\b(nan|inf|None)\b|<NA>", text), text
    return said


@pytest.fixture(scope="module")
def sheet():
    return sources.read(paths.DEFAULT_SHEET)


def test_the_default_sheet_in_english(sheet):
    said = of(sheet, "en", 1741)
    assert "195 of 277 million yen" in said["spending"]
    assert "70.4 %" in said["spending"]
    assert "52.8–83.5 %" in said["spending"]
    assert "48.2–85.9 %" in said["spending"]
    assert "256 of 324 million yen requested were granted (79.0 %)" in said["cascade"]
    assert "For FY2019 106 million yen were requested, 15.1 times" in said["cascade"]
    assert "lowest is FY2017 with 29.2 %" in said["rate"]
    assert "No trend up or down" in said["rate"]
    assert "82 million yen; most in FY2018, 28 million yen (34.1 %" in said["unspent"]
    assert "scale of PEFA PI-1: D" in said["pefa"]
    assert "147 of 168 million yen" in said["payments"]
    assert "1,067 団体 in FY2018; the target is 1,600" in said["adoption"]
    assert "Do not quote a single probability" in said["adoption"]
    assert "Bass: no probability" in said["odds"]
    for year in range(2019, 2025):
        assert f"FY{year}" in said["futures"]


def test_the_default_sheet_in_japanese(sheet):
    said = of(sheet, "ja", 1741)
    assert "277百万円のうち195百万円" in said["spending"]
    assert "1993 → 2023(根拠「令和5年度」)" in said["quality"]
    assert "比べられる8年すべてで丸めの範囲で合っています" in said["quality"]
    assert "年度末の値と読めば年106.6 団体、年度初めの値と読めば年88.8 団体" in said["adoption"]


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_an_empty_sheet_says_what_is_missing(lang):
    said = of(EMPTY, lang)
    reasons = {
        "spending": ("執行率は計算できません", "no execution rate can be computed"),
        "payments": ("支出先の記載がない", "No payee is named"),
        "adoption": ("実績値のある成果指標がシートにない", "no outcome with an actual value"),
        "forecast": ("予測しません", "No forecast"),
        "pefa": ("尺度は使えません", "needs three years"),
    }
    for name, wording in reasons.items():
        assert wording[lang == "en"] in said[name]


def outcome(values: dict[int, float], **facts) -> ReviewSheet:
    rows = [
        {"number": 1, "indicator": "率", "unit": "件", "fiscal_year": y, "actual": v, **facts}
        for y, v in values.items()
    ]
    return ReviewSheet.build(sheet=EMPTY.sheet, outcome=rows)


def test_a_target_already_due_is_judged_by_its_actual_value():
    met = outcome({2016: 5, 2017: 8, 2018: 12}, target=10, target_year=2018)
    missed = outcome({2016: 5, 2017: 8, 2018: 9}, target=10, target_year=2018)
    falling = outcome({2016: 15, 2017: 12, 2018: 9}, target=10, target_year=2018)
    assert "so it was met" in of(met, "en")["adoption"]
    assert "so it was not met" in of(missed, "en")["adoption"]
    assert "so it was met" in of(falling, "en")["adoption"]


def test_a_single_point_gives_no_odds():
    said = of(outcome({2018: 5}, target=10, target_year=2020), "en")
    assert "can give no probability" in said["adoption"]


def test_without_a_target_no_odds_are_named():
    said = of(outcome({2016: 5, 2017: 8, 2018: 12}), "en")
    assert "the sheet states no target" in said["adoption"]
    assert "no probability is computed" in said["adoption"]


def test_a_year_without_variation_has_no_interval():
    rows = [
        {"fiscal_year": y, "initial": 10, "budget_net": 10, "executed": 9} for y in (2016, 2017)
    ]
    sheet = ReviewSheet.build(sheet=EMPTY.sheet, budget=rows)
    said = of(sheet, "en")
    assert "no interval can be given" in said["spending"]
    assert np.isnan(execution.pooled(execution.rates(sheet)).t[0])


def test_a_broken_identity_is_counted(sheet):
    budget = sheet.budget.copy()
    budget.loc[budget["fiscal_year"] == 2016, "budget_net"] = 97.0
    said = of(sheet.with_table("budget", budget), "en", 1741)
    assert "miss the printed total in 1 of 8 years" in said["quality"]
    assert "errors remain" in said["quality"]


def test_proposals_that_were_not_applied_are_told_apart(sheet):
    _, findings = checks.repaired(sheet, "none", "en")
    assert "only proposed" in repr(quality.repairs(findings, "en"))


def test_lost_negatives_and_wrong_signs_are_no_totals_that_hold():
    lost = {"fiscal_year": 2014, "initial": 10, "supplementary": 5, "budget_net": 8, "executed": 8}
    fine = {"fiscal_year": 2013, "initial": 10, "supplementary": 0, "budget_net": 10, "executed": 9}
    head = EMPTY.sheet.assign(sheet_year=2016)
    said = of(ReviewSheet.build(sheet=head, budget=[fine, lost]), "en")
    assert "miss the printed total in 1 of 2 years" in said["quality"]


def test_a_sheet_without_a_total_has_nothing_to_add_up():
    assert "nothing can be added up" in of(EMPTY, "en")["quality"]


def test_a_floor_already_held_is_met_by_more():
    held = outcome({2016: 80.7, 2017: 82.2, 2018: 82.4}, target=80, target_year=2018)
    still = outcome({2016: 80.7, 2017: 82.2, 2018: 82.4}, target=80, target_year=2021)
    assert "so it was met" in of(held, "en")["adoption"]
    assert "so it was not met" in of(held, "en", direction="down")["adoption"]
    assert "the conclusion is the opposite" in of(held, "en")["adoption"]
    assert "the conclusion is the opposite" not in of(held, "en", direction="up")["adoption"]
    said = of(still, "en")
    assert "meets the target already" in said["adoption"]
    assert "More is taken as better" in said["curve"]
    assert "Needed" not in said["adoption"]


def test_small_numbers_keep_their_digits():
    said = of(outcome({2016: 0.44, 2017: 0.52, 2018: 0.6}, target=0.8, target_year=2021), "en")
    assert "(1–1)" not in said["futures"]
    assert re.search(r"0\.6\d \(0\.\d+–0\.\d+\)", said["futures"])


def test_a_target_centuries_away_gets_no_odds():
    said = of(outcome({2016: 1, 2017: 2, 2018: 4}, target=9, target_year=4010), "en")
    assert "more than 50 years away" in said["adoption"]


def test_a_target_at_the_ceiling_is_said_to_be_out_of_reach_of_the_curves():
    sheet = outcome({2016: 80, 2017: 85, 2018: 91}, target=100, target_year=2022)
    percent = sheet.with_table("outcome", sheet.outcome.assign(unit="%"))
    assert "The target is the ceiling itself" in of(percent, "en")["odds"]


def test_execution_far_above_the_budget_has_a_rate_but_no_interval():
    rows = [
        {"fiscal_year": year, "initial": 10, "budget_net": 10, "executed": spent}
        for year, spent in {2014: 13, 2015: 9, 2016: 14, 2017: 13.5, 2018: 12}.items()
    ]
    said = of(ReviewSheet.build(sheet=EMPTY.sheet, budget=rows), "en")
    assert "123.0 %" in said["spending"]
    assert "executed above their net budget" in said["spending"]


def test_payments_of_nothing_are_named_but_have_no_share():
    budget = [{"fiscal_year": 2018, "initial": 1, "budget_net": 1, "executed": 1}]
    paid = [{"fiscal_year": 2018, "payee": "甲", "amount": 0.0}]
    said = of(ReviewSheet.build(sheet=EMPTY.sheet, budget=budget, payment=paid), "en")
    assert "No payee is named for" not in said["payments"]


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_a_reader_decision_is_told_and_does_not_look_open(sheet, lang):
    remark = {"table": "budget", "row": "予算額・執行額", "column": "", "observed": ""}
    remark |= {"rule": "money_unit_missing", "proposed": "百万円"}
    noted = sheet.with_table("remark", pd.DataFrame([remark]))
    said = of(noted, lang, 1741)
    assert ("百万円" if lang == "ja" else "million yen") in said["found"]
    assert "予算額・執行額" not in said["repairs"]
