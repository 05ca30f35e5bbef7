"""The computed sentences: the default sheet's numbers, and plain words where data are missing."""

import numpy as np
import pytest

from helpers import checks, paths, sources
from helpers.analysis import adoption, execution, payees, presence
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
    named = payees.concentration(printed, paid)
    history = adoption.series(printed, population=population, **options)
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
        "rate": spending.read_rate(
            rates, execution.trend(rates), execution.standing_out(rates), lang
        ),
        "rates": spending.rates_table(rates, lang),
        "unspent": spending.read_unspent(rates, lang),
        "pefa": spending.pefa_table(execution.pefa(rates), lang),
        "forecast": spending.forecast_table(coming, lang),
        "read_forecast": spending.read_forecast(coming, lang),
        "payments": spending.read_payments(paid, named, lang),
        "concentration": spending.concentration_table(named, lang),
        "adoption": odds_story.answer(printed, history, odds, pace, lead, lang),
        "chosen": odds_story.indicators(adoption.indicators(printed), history, lang),
        "curve": odds_story.read_curve(history, futures, lead, lang),
        "futures": odds_story.forecasts_table(futures, lang),
        "fits": odds_story.fits_table(table, lang),
        "read_fits": odds_story.read_fits(table, lang),
        "odds": odds_story.read_odds(odds, lang),
        "odds_table": odds_story.odds_table(odds, lang),
        "pace": odds_story.read_pace(pace, lang),
    }
    for thing in shown.values():
        assert thing._repr_html_().startswith("<div")
    return {name: repr(thing) for name, thing in shown.items()}


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
    assert "For FY2019 106 million yen were requested" in said["cascade"]
    assert "lowest is FY2017 with 29.2 %" in said["rate"]
    assert "No trend up or down" in said["rate"]
    assert "82 million yen; most in FY2018, 28 million yen (34.1 %" in said["unspent"]
    assert "scale of PEFA PI-1: D" in said["pefa"]
    assert "147 of 168 million yen" in said["payments"]
    assert "1,067 団体 in FY2018; the target is 1,600" in said["adoption"]
    assert "do not quote one P alone" in said["adoption"]
    assert "Bass: too few points" in said["odds"]
    for year in range(2019, 2025):
        assert f"FY{year}" in said["futures"]


def test_the_default_sheet_in_japanese(sheet):
    said = of(sheet, "ja", 1741)
    assert "277百万円のうち195百万円" in said["spending"]
    assert "1993 → 2023(根拠「令和5年度」)" in said["quality"]
    assert "比べられる8年すべてで合っています" in said["quality"]
    assert "年106.6 団体(年度初めの値と読めば年88.8)" in said["adoption"]


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_an_empty_sheet_says_what_is_missing(lang):
    said = of(EMPTY, lang)
    reasons = {
        "spending": ("執行率は計算できません", "no execution rate can be computed"),
        "payments": ("支出先の記載がない", "No payee is named"),
        "adoption": ("実績値のある成果指標がシートにない", "no outcome with an actual value"),
        "forecast": ("予測できません", "No forecast"),
        "pefa": ("尺度は使えません", "needs three years"),
    }
    for name, wording in reasons.items():
        assert wording[lang == "en"] in said[name]
    assert not [text for text in said.values() if "nan" in text.lower()]


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
    assert "no model can give odds" in said["adoption"]
    assert "nan" not in said["adoption"].lower()


def test_without_a_target_no_odds_are_named():
    said = of(outcome({2016: 5, 2017: 8, 2018: 12}), "en")
    assert "the sheet states no target" in said["adoption"]
    assert "no odds are computed" in said["adoption"]


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
