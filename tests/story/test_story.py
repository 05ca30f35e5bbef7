"""The computed sentences: the default sheet's numbers, and plain words where data are missing."""

import re
from functools import cache

import numpy as np
import pandas as pd
import pytest

from helpers import checks, fitted, paths, sources
from helpers.analysis import execution, measures, payees, peers, presence, revisions
from helpers.analysis.series import indicators, pick
from helpers.forecast import adoption, models, outlook
from helpers.forecast.came import CAME
from helpers.sheet import ReviewSheet
from helpers.show import Fold
from helpers.story import adoption as odds_story
from helpers.story import quality
from helpers.story.adoption.curve import fits_table, forecasts_table
from helpers.story.spending import answer as spending
from helpers.story.spending.budget import (
    cascade_table,
    pefa_table,
    rates_table,
    read_cascade,
    read_rate,
    read_unspent,
    read_variation,
)
from helpers.story.spending.forecast import chances_table, forecast_table, read_forecast
from helpers.story.spending.payments import concentration_table, payments_table, read_payments
from helpers.story.spending.peers import peers_table, read_followed, read_peers
from speaking import told

HEAD = {"sheet_id": "2019-省-1", "sheet_year": 2019, "ministry": "省", "name": "事業"}
EMPTY = ReviewSheet.build(sheet=[{**HEAD, "project_number": "1"}])


class Said(dict):
    """Name -> what is said, as plain text, made when it is asked for."""

    def __init__(self, lang: str, makers: dict):
        super().__init__()
        self.lang, self.makers = lang, makers

    def __missing__(self, name: str) -> str:
        thing = told(self.lang, self.makers[name])
        assert thing._repr_html_().startswith(("<div", "<details"))
        self[name] = repr(thing)
        assert not re.search(r"\b(nan|inf|None)\b|<NA>", self[name]), self[name]
        return self[name]

    def all(self) -> "Said":
        """With everything said."""
        for name in self.makers:
            self[name]
        return self


POOL = fitted.shipped(2019).outcomes


def of(
    sheet: ReviewSheet,
    lang: str,
    population: float | None = None,
    pool: dict | None = POOL,
    came: list[tuple] | None = None,
    **options,
) -> Said:
    """Every sentence and table that the notebooks show of a sheet."""
    printed, findings = told(lang, checks.judged, sheet, "proved")
    rates = execution.rates(printed)
    history = pick(printed, population=population, **options)
    return Said(
        lang,
        {
            **_of_quality(sheet, printed, findings),
            **_of_spending(printed, rates, came),
            **_of_adoption(printed, history, pool),
        },
    )


def _of_quality(sheet, printed, findings) -> dict:
    return {
        "quality": lambda: quality.answer(sheet, findings),
        "presence": lambda: quality.read_presence(
            *presence.leading(presence.presence(sheet)), sheet
        ),
        "repairs": lambda: quality.repairs(findings),
        "revised": lambda: quality.revised(revisions.cells(sheet), sheet),
        "indicators": lambda: quality.indicators(printed),
    }


def _of_spending(printed, rates, came) -> dict:
    known, facts = fitted.shipped(2019), printed.facts
    company, scores = known.peers, known.track_record["scores"]

    @cache
    def mean():
        return execution.overall(rates)

    @cache
    def alone():
        return outlook.alone(rates)

    @cache
    def learned():
        coming, behind = outlook.learned(printed, rates, known.execution, scores)
        return (alone() if coming.empty else coming), behind

    @cache
    def places():
        own, size = measures.own(printed, rates), peers.mean_size(rates)
        return peers.standing(company.table, own, facts["ministry"], size)

    def band():
        years = rates.loc[rates["modelled"], "fiscal_year"].astype(int).tolist()
        return peers.band(company.table, years, facts["ministry"], peers.mean_size(rates))

    def obstacle():
        return "" if learned()[1] else outlook.obstacle(rates)

    def named():
        return payees.concentration(payees.totals(printed), rates)

    return {
        "spending": lambda: spending.answer(
            *(printed, rates, mean(), learned()[0], places(), execution.trend(rates)),
            *(obstacle(), pd.DataFrame(came or [], columns=CAME)),
        ),
        "cascade": lambda: read_cascade(execution.cascade(rates)),
        "losses": lambda: cascade_table(execution.cascade(rates)),
        "rate": lambda: read_rate(rates, learned()[0], band(), revisions.rates(printed, rates)),
        "variation": lambda: read_variation(
            rates, execution.trend(rates), outlook.standing_out(rates)
        ),
        "rates": lambda: rates_table(rates, mean()),
        "unspent": lambda: read_unspent(execution.unspent(rates)),
        "pefa": lambda: pefa_table(execution.pefa(rates)),
        "peers": lambda: read_peers(places(), company.money, rates, company.about),
        "compared": lambda: peers_table(places()),
        "followed": lambda: read_followed(company.persistence, rates, company.about),
        "chances": lambda: chances_table(learned()[0]),
        "forecast": lambda: forecast_table(learned()[0], obstacle()),
        "read_forecast": lambda: read_forecast(learned()[0], alone(), learned()[1]),
        "payments": lambda: read_payments(payees.totals(printed), named(), printed),
        "paid": lambda: payments_table(payees.listed(printed)),
        "concentration": lambda: concentration_table(named()),
    }


def _of_adoption(printed, history, pool) -> dict:
    fits = adoption.fit_all(history, None, pool)
    lead, ahead = fits[0].model if fits else "", adoption.ahead(history)
    futures, pace = adoption.forecasts(fits, ahead), adoption.pace(history)
    scores = fitted.SHIPPED.track_record["scores"]
    backing = models.backing(fits[0], ahead, scores) if fits else None

    @cache
    def odds():
        return adoption.sensitivity(history, [history.ceiling], None, pool)

    def table():
        return adoption.fits_table(fits)

    return {
        "adoption": lambda: odds_story.answer(
            printed, history, futures, odds(), pace, lead, backing
        ),
        "chosen": lambda: Fold(
            "",
            odds_story.read_indicators(printed, indicators(printed), history),
            odds_story.indicators(indicators(printed), history),
        ),
        "curve": lambda: Fold(
            "",
            odds_story.found_curve(history),
            odds_story.curve_evidence(
                *(history, futures, lead, backing, ""),
                *(revisions.actuals(printed, history), revisions.gone(printed)),
            ),
        ),
        "futures": lambda: forecasts_table(futures),
        "fits": lambda: fits_table(table()),
        "read_fits": lambda: Fold(
            "",
            odds_story.read_fits(history, table(), futures),
            odds_story.fits_evidence(history, table()),
        ),
        "odds": lambda: Fold(
            "",
            odds_story.read_odds(history, odds()),
            odds_story.odds_evidence(history, odds()),
        ),
        "odds_table": lambda: Fold(
            "", odds_story.read_when(history, odds()), odds_story.odds_table(odds())
        ),
        "pace": lambda: Fold(
            "", odds_story.read_pace(history, pace), odds_story.pace_table(history, pace)
        ),
    }


@pytest.fixture(scope="module")
def sheet():
    return sources.read(paths.DEFAULT_SHEET)


def test_the_default_sheet_in_english(sheet):
    said = of(sheet, "en", 1741).all()
    sentence = "About three in ten yen of the FY2012–2018 budget of ¥277 million were not spent\n"
    assert said["spending"].startswith(sentence)
    assert "¥195 million of ¥277 million were executed" in said["spending"]
    assert "unspent (¥82 million of a net budget of ¥277 million): 29.6 %" in said["spending"]
    assert "70.4 %" in said["spending"]
    assert "53–83 %" in said["spending"]
    assert "48–86 %" in said["spending"]
    assert "¥324 million were requested and ¥256 million granted (79.0 %)" in said["cascade"]
    assert "For FY2019 ¥106 million were requested, about 15 times" in said["cascade"]
    assert "lowest is FY2017 with 29 %" in said["rate"]
    assert "No trend up or down" in said["variation"]
    assert "¥82 million; most in FY2018, ¥28 million (34 %" in said["unspent"]
    assert "scale of PEFA PI-1: D" in said["pefa"]
    assert "¥147 million of ¥168 million" in said["payments"]
    assert "1,067 organisations in FY2018; the target is 1,600" in said["adoption"]
    assert "35 % if measured at year end and 42 % if measured at year start" in said["adoption"]
    assert (
        "Few projects left a larger share: 14 % of all projects, 11 % of its ministry's and 17 %"
        in said["spending"]
    )
    assert "Bass: no probability" in said["odds"]
    for year in range(2019, 2025):
        assert f"FY{year}" in said["futures"]


def test_the_default_sheet_in_japanese(sheet):
    said = of(sheet, "ja", 1741).all()
    sentence = "2012〜2018年度の予算2億7,700万円のうち、約3割が使われなかった\n"
    assert said["spending"].startswith(sentence)
    assert "2億7,700万円のうち1億9,500万円" in said["spending"]
    assert "(不用額8,200万円 ÷ 予算計2億7,700万円): 29.6 %" in said["spending"]
    assert "7年のうち3年で3割を超えて残り、最も多い2017年度は71 %でした" in said["spending"]
    assert "1993から2023に直しました(根拠は「令和5年度」)" in said["quality"]
    assert "比べられる8年すべてで合計(予算計)と合います" in said["quality"]
    assert "年度末の値とみれば年106.6団体、年度初めの値とみれば年88.8団体" in said["adoption"]


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_an_empty_sheet_says_what_is_missing(lang):
    said = of(EMPTY, lang).all()
    reasons = {
        "spending": ("執行率は計算できません", "no execution rate can be computed"),
        "payments": ("支出先の記載がない", "No payee is named"),
        "adoption": ("実績値のある成果指標がなく", "no outcome has an actual value"),
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


def test_what_outcomes_state_is_shown_in_words():
    rows = [
        {"number": 1, "indicator": "待ち時間", "fiscal_year": 2018, "actual": 9.0, "term": "short"}
        | {"achievement": 112.5, "direction": "down", "kind": "quantitative"},
        {"number": 2, "goal": "理解を深める", "kind": "qualitative", "result": "<b>試した</b>"},
    ]
    made = ReviewSheet.build(sheet=[{**HEAD, "project_number": "1"}], outcome=rows)
    table = told("en", quality.stated, made)
    assert table.rows == [
        ["1. 待ち時間", "down is better", "quantitative", "short term", "–"],
        ["2. 理解を深める", "–", "qualitative", "–", "<b>試した</b>"],
    ]
    assert "&lt;b&gt;試した" in table._repr_html_()
    assert told("ja", quality.stated, made).rows[0][1:4] == ["下がると良い", "定量的", "短期"]
    (shown,) = told("ja", quality.indicators, made).parts[0].rows
    assert "112.5" in shown
    assert "書かれていません" in repr(told("ja", quality.stated, EMPTY))


@pytest.mark.parametrize(("target", "at"), [(100, True), (100 * (1 - 1e-9), True), (99, False)])
def test_a_target_that_is_the_ceiling_but_for_noise_is_the_ceiling(target, at):
    sheet = outcome({2013: 20, 2014: 80, 2015: 95}, target=target, target_year=2018, unit="％")
    assert ("The target is the ceiling itself" in of(sheet, "en")["odds"]) == at


def test_a_target_already_due_is_judged_by_its_actual_value():
    met = outcome({2016: 5, 2017: 8, 2018: 12}, target=10, target_year=2018)
    missed = outcome({2016: 5, 2017: 8, 2018: 9}, target=10, target_year=2018)
    falling = {2016: 15, 2017: 12, 2018: 9}
    reduced = outcome(falling, target=10, target_year=2018, goal="苦情の件数を減らす")
    floor = outcome(falling, target=10, target_year=2018, goal="相談に応じる")
    assert "so it was met" in of(met, "en")["adoption"]
    assert "so it was not met" in of(missed, "en")["adoption"]
    assert "so it was met" in of(reduced, "en")["adoption"]
    assert "so it was not met" in of(floor, "en")["adoption"]


def test_a_single_point_gives_no_odds():
    said = of(outcome({2018: 5}, target=10, target_year=2020), "en").all()
    assert "no model can give a probability" in said["adoption"]


def test_without_a_target_no_odds_are_named():
    said = of(outcome({2016: 5, 2017: 8, 2018: 12}), "en").all()
    assert "the sheet states no target" in said["adoption"]
    assert "no probability is computed" in said["adoption"]


def test_a_year_without_variation_has_no_interval():
    rows = [
        {"fiscal_year": y, "initial": 10, "budget_net": 10, "executed": 9} for y in (2016, 2017)
    ]
    sheet = ReviewSheet.build(sheet=EMPTY.sheet, budget=rows)
    said = of(sheet, "en").all()
    assert "no interval can be given" in said["spending"]
    assert np.isnan(execution.overall(execution.rates(sheet)).t[0])


def test_a_floor_already_held_is_met_by_more():
    held = outcome({2016: 80.7, 2017: 82.2, 2018: 82.4}, target=80, target_year=2018)
    still = outcome({2016: 80.7, 2017: 82.2, 2018: 82.4}, target=80, target_year=2021)
    assert "so it was met" in of(held, "en")["adoption"]
    assert "so it was not met" in of(held, "en", direction="down")["adoption"]
    assert "the conclusion is the opposite" in of(held, "en")["adoption"]
    assert "the conclusion is the opposite" not in of(held, "en", direction="up")["adoption"]
    said = of(still, "en").all()
    assert "meets the target already" in said["adoption"]
    assert "More is taken as better" in said["curve"]
    assert "Needed" not in said["adoption"]


def test_small_numbers_keep_their_digits():
    said = of(
        outcome({2016: 0.44, 2017: 0.52, 2018: 0.6}, target=0.8, target_year=2021), "en"
    ).all()
    assert "(1–1)" not in said["futures"]
    assert re.search(r"0\.6\d \(0\.\d+–0\.\d+\)", said["futures"])


def test_a_target_centuries_away_gets_no_odds():
    said = of(outcome({2016: 1, 2017: 2, 2018: 4}, target=9, target_year=4010), "en").all()
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
    said = of(ReviewSheet.build(sheet=EMPTY.sheet, budget=rows), "en").all()
    assert "rate of 123 %" in said["spending"]
    assert "executed above their net budget" in said["spending"]


def test_payments_of_nothing_are_named_but_have_no_share():
    budget = [{"fiscal_year": 2018, "initial": 1, "budget_net": 1, "executed": 1}]
    paid = [{"fiscal_year": 2018, "payee": "甲", "amount": 0.0}]
    said = of(ReviewSheet.build(sheet=EMPTY.sheet, budget=budget, payment=paid), "en").all()
    assert "No payee is named for" not in said["payments"]


def budget(values: dict[int, tuple], **facts) -> ReviewSheet:
    """A sheet of years: (net budget, executed), of which the last is the current one."""
    rows = [
        {"fiscal_year": year, "initial": net, "budget_net": net, "executed": spent}
        for year, (net, spent) in values.items()
    ]
    for row in rows:
        row["status"] = "closed" if row["fiscal_year"] < 2019 else "current"
    return ReviewSheet.build(sheet=EMPTY.sheet.assign(**facts), budget=rows)


def test_a_forecast_of_a_year_that_is_over_tells_what_came(sheet):
    # The forecast is 29-85 million yen: an end as it is told is inside.
    cases = (
        (14, "1,4", "outside", "外"),
        (29, "2,9", "inside", "中"),
        (86, "8,6", "outside", "外"),
    )
    for value, digits_of, en, ja in cases:
        came = [(2019, 2019, 2019, "outturn", 28.7, 59.3, 85.0, value, 2020, None)]
        came += [(2018, 2018, 2018, "outturn", 22.3, 53.1, 67.0, 43.0, 2019, True)]
        said = [of(sheet, lang, came=came)["spending"] for lang in ("en", "ja")]
        assert f"The outturn printed since: ¥{value} million, {en} the range." in said[0]
        assert f"その後に印字された執行額は{digits_of}00万円で、幅の{ja}です。" in said[1]
    assert "printed since" not in of(sheet, "en")["spending"]
    assert "¥29–85 million are expected to be executed (80 % range)." in said[0]


@pytest.mark.parametrize(
    ("fall", "rise", "en", "ja"),
    [
        (0.95, 0.02, "is likely to fall", "減る可能性が高く"),
        (0.1, 0.4 - 1e-12, "may well rise", "増える可能性もかなりあり"),
        (0.39, 0.3, "", ""),
    ],
)
def test_a_budget_that_moves_is_told_beside_the_forecast(fall, rise, en, ja):
    row = {"fiscal_year": 2019, "budget": 80.0, "p_below_70": 0.5, "model": "pooled"}
    row |= {"executed_lower80": 0.0, "executed_upper80": 37.0, "outside": "ministry"}
    row |= {"budget_lower80": 2.0, "budget_upper80": 71.0, "p_fall": fall, "p_rise": rise}
    facts = spending._coming(pd.DataFrame([row]), pd.DataFrame(columns=CAME))
    for lang, words_of, of_final in (
        ("en", en, "the 30 % is of the final budget"),
        ("ja", ja, "3割は最終的な予算計に対する割合"),
    ):
        said = told(lang, spending.say, "coming", **facts)
        assert (of_final in said) == bool(words_of)
        assert words_of in said
    # What was not learned from is in view.
    assert facts["outside"] == [spending.say("outside_ministry")]
    assert facts["outside"][0] in told("ja", spending.say, "coming", **facts)


def test_why_there_is_no_forecast_is_in_view():
    none = budget({2016: (10, 5), 2017: (10, 8), 2018: (10, 9)})
    assert "No forecast: what was read has no budget for the next" in of(none, "en")["spending"]
    assert "次の年度の予算計が読んだ資料にないため、予測はできません" in of(none, "ja")["spending"]
    assert "No forecast: fewer than three years" in of(EMPTY, "en")["spending"]


def test_where_nothing_was_read_the_sheet_itself_may_have_it():
    assert "シート自体にないとは限らない" in of(EMPTY, "ja")["spending"]
    assert "no budget or outturn (the sheet itself may)" in of(EMPTY, "en")["spending"]
    zero = budget({2017: (0, 0), 2018: (0, 0)})
    assert "no budget and no outturn above zero" in of(zero, "en")["spending"]
    assert "0円を超えるものがない" in of(zero, "ja")["spending"]


def test_years_with_a_gap_are_told_as_those_with_figures():
    gaps = budget({2014: (10, 2), 2015: (10, None), 2016: (10, 1.3), 2019: (10, None)})
    said = of(gaps, "en")["spending"]
    assert "of the ¥20 million budgeted in the 2 years with figures (FY2014–2016)" in said
    # One printed share, in the sentence and in the large number.
    assert said.startswith("84 % of the") == ("million): 84 %" in said)
    assert "2014〜2016年度(実績の分かる2年)の予算2,000万円のうち" in of(gaps, "ja")["spending"]


def test_what_is_named_in_years_without_an_outturn_is_no_part_of_the_known_sum():
    years = {2015: (100, None), 2016: (100, 80), 2017: (100, 20), 2018: (100, 50)}
    paid = [(2015, "甲", 60), (2016, "甲", 30)]
    rows = [dict(zip(("fiscal_year", "payee", "amount"), row, strict=True)) for row in paid]
    sheet = budget(years)
    sheet = ReviewSheet.build(sheet=sheet.sheet, budget=sheet.budget, payment=rows)
    assert "outturn ¥30 million of ¥150 million (20.0 %) are named" in of(sheet, "en")["payments"]
    assert "執行額1億5,000万円のうち3,000万円(20.0 %)です" in of(sheet, "ja")["payments"]


def test_others_are_no_payee():
    paid = [{"fiscal_year": 2018, "payee": "その他(11名)", "amount": 70.0}]
    paid += [{"fiscal_year": 2018, "payee": "甲", "amount": 20.0}]
    sheet = ReviewSheet.build(
        sheet=EMPTY.sheet, budget=budget({2018: (100, 100)}).budget, payment=paid
    )
    said = of(sheet, "en").all()
    assert "The largest is 甲 with ¥20 million, 100" in said["payments"]
    # A single year is drawn as bars, in one blue.
    assert "darker" not in said["payments"]
    assert "¥70 million stand under “others” alone" in said["payments"]
    assert "¥20 million of ¥100 million executed (20.0 %)" in said["payments"]
    assert "その他(11名)" in said["paid"]
    assert "「その他」とだけある7,000万円" in of(sheet, "ja")["payments"]


def test_the_amounts_of_pefa_have_their_unit(sheet):
    assert "million yen" in of(sheet, "en")["pefa"]
    assert "百万円" in of(sheet, "ja")["pefa"]


@pytest.mark.parametrize("years", [2, 3])
def test_shares_of_single_years_are_not_called_shares_of_projects(years):
    page = budget(dict.fromkeys(range(2019 - years, 2019), (60, 40)))
    ja, en = (of(page, lang)["spending"] for lang in ("ja", "en"))
    assert ("% of all project-years (one project in one year) and " in en) == (years == 2)
    assert ("Few project-years left a larger share: " in en) == (years == 2)
    assert ("as fewer than 3 of this one are known" in en) == (years == 2)
    assert ("全事業年度(1事業の1年度を1件とする)の" in ja) == (years == 2)
    assert ("% of all projects and " in en) == (years == 3)
    assert ("これより多く残したのは全事業の" in ja) == (years == 3)


def test_a_closed_year_without_an_outturn_is_told_and_not_forecast():
    years = {2015: (10, 5), 2016: (10, 8), 2017: (10, 9), 2018: (10, None), 2019: (30, None)}
    said = of(budget(years), "en").all()
    assert "Not in it: FY2018, closed, but the sheet gives no outturn" in said["spending"]
    assert "Of the FY2019 budget of ¥30 million" in said["spending"]
    assert "2018" not in said["forecast"]


def test_the_obstacle_to_a_forecast_is_named():
    assert (
        "The parameter budget can give one"
        in (of(budget({2016: (10, 5), 2017: (10, 8), 2018: (10, 9)}), "en")["forecast"])
    )
    branch = budget({2018: (10, 9), 2019: (10, None)}, parent_number="0884")
    assert "fewer than three years" in of(branch, "en")["forecast"]


def test_a_project_with_few_years_is_forecast_from_the_others():
    said = of(budget({2018: (10, 9), 2019: (10, None)}), "en").all()
    assert "learned from what" in said["read_forecast"]
    new = of(budget({2019: (10, None)}, ministry="総務省"), "en").all()
    assert "No rate of its last three years is known" in new["spending"]


def test_a_branch_sheet_points_to_its_parent():
    said = of(budget({2017: (0, 7), 2018: (0, 8)}, parent_number="0884"), "en").all()
    assert "a branch of 0884" in said["spending"]
    assert "The budget probably stands in the parent sheet 0884" in said["spending"]


def test_years_of_nothing_but_0_are_no_years():
    said = of(budget({2016: (0, 0), 2017: (10, 9), 2018: (10, 8)}), "en").all()
    assert "2016" not in said["losses"] + said["rates"]
    assert "in all 2 years" in said["quality"]


def test_all_budget_executed_leaves_nothing():
    said = of(budget({2016: (10, 10), 2017: (12, 12)}), "en").all()
    assert "nothing was left" in said["unspent"]
    assert "It is 100 % in every year" in said["rate"]
    assert "Orange" not in said["rate"]


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_revisions_are_shown_where_other_sheets_are_at_hand(sheet, lang):
    names = ("table", "number", "fiscal_year", "column", "sheet_year", "sheet_id", "value")
    rows = [
        ("budget", None, 2017, "executed", 2018, "x", 9.0),
        ("budget", None, 2017, "budget_net", 2018, "x", 24.0),
        ("outcome", 1, 2017, "actual", 2018, "x", 930.0),
        ("outcome", 1, None, "target", 2018, "x", 1000.0),
    ]
    vintage = pd.DataFrame([dict(zip(names, row, strict=True)) for row in rows])
    said = of(sheet.with_table("vintage", vintage), lang, 1741).all()
    assert re.search(r"950 +930 \(2018\)", said["revised"])
    assert ("2か所" if lang == "ja" else "2 of them are revisions") in said["revised"]
    assert ("38 %(2018年公表)" if lang == "ja" else "38 % as published in 2018") in said["rate"]
    assert ("930団体(2018年公表)" if lang == "ja" else "930 organisations as published") in said[
        "curve"
    ]
    alone = of(sheet, lang, 1741).all()
    assert ("手元にない" if lang == "ja" else "nothing to compare") in alone["revised"]
    assert "輪" not in alone["rate"] + alone["curve"]
    assert "rings" not in alone["rate"] + alone["curve"]


def test_what_later_sheets_print_no_more_is_told_where_revisions_are():
    page = outcome({2017: 5, 2018: 8}, target=9.0, target_year=2022, expected=7.0)
    row = {"table": "outcome", "number": 1, "sheet_year": 2020, "sheet_id": "x"}
    page = page.with_table(
        "vintage", pd.DataFrame([row | {"fiscal_year": 2018, "column": "expected", "value": 7.0}])
    )
    ja, en = (of(page, lang) for lang in ("ja", "en"))
    assert (
        "4 numbers of outcomes and outputs here, 1 of them a final target, are no longer printed "
        "in later sheets (published 2020), though these have the indicator." in en["revised"]
    )
    assert "4か所(うち最終の目標値1)は、同じ指標のある後の年(2020年公表)" in ja["revised"]
    assert (
        "(published 2020) have this outcome, but no longer print its final target, its values of "
        "FY2017 and FY2018, its target of FY2017." in en["curve"]
    )
    assert "最終の目標値と2017年度、2018年度の実績と2017年度の目標値はもう印字されて" in ja["curve"]
    alone = outcome({2017: 5, 2018: 8}, target=9.0, target_year=2022)
    assert "no longer" not in of(alone, "en")["revised"] + of(alone, "en")["curve"]


def test_joined_sheets_are_named_and_a_doubtful_link_is_told(sheet):
    remarks = [
        {"table": "sheet", "rule": "stitched", "observed": "2017, 2018, 2019"},
        {"table": "sheet", "rule": "link_contradicted", "row": "a", "observed": "b"},
    ]
    said = of(sheet.with_table("remark", pd.DataFrame(remarks)), "en", 1741).all()
    for name in ("spending", "adoption"):
        assert "3 sheets published 2017–2019 joined" in said[name]
        assert "Numbers of another project may be mixed in" in said[name]


def test_percentages_differ_by_points():
    sheet = outcome({2016: 50, 2017: 55, 2018: 61}, target=90, target_year=2023)
    said = of(sheet.with_table("outcome", sheet.outcome.assign(unit="％")), "en").all()
    assert "5.8 percentage points a year" in said["adoption"]
    assert "observed so far: 5.5 percentage points a year" in said["adoption"]


def test_a_history_that_moves_away_from_the_target_has_no_needed_share():
    said = of(outcome({2016: 9, 2017: 8, 2018: 7}, target=12, target_year=2021), "en").all()
    assert "have not moved towards the target" in said["pace"]
    still = of(outcome({2016: 9, 2017: 9, 2018: 9}, target=12, target_year=2021), "en").all()
    assert "have not moved towards the target" in still["pace"]


def test_a_given_target_stands_in_the_list_of_indicators():
    sheet = outcome({2016: 5, 2017: 8, 2018: 12}, target=20, target_year=2019)
    said = of(sheet, "en", target=30, target_year=2022).all()
    assert re.search(r"30\s+2022\s+●", said["chosen"])


def test_a_source_without_outcomes_is_not_taken_for_a_sheet_without_them():
    remark = {"table": "outcome", "rule": "not_in_source", "row": "アウトカム"}
    sheet = ReviewSheet.build(sheet=EMPTY.sheet, remark=[remark])
    assert "The printed sheet may have them" in of(sheet, "en")["adoption"]


def test_payments_above_the_outturn_are_not_a_share_of_it():
    paid = [
        {"fiscal_year": year, "payee": "甲", "amount": 15.0, "tier": tier}
        for year, tier in [(2017, "first"), (2018, "first"), (2018, "sub")]
    ]
    sheet = budget({2017: (10, 10), 2018: (10, 9)}).with_table("payment", pd.DataFrame(paid))
    said = of(sheet, "en").all()
    assert "add up to ¥30 million, more than the ¥19 million executed" in said["payments"]
    assert "1 payment made by payees (¥15 million)" in said["payments"]
    assert "by a payee" in said["paid"]


def test_a_single_value_above_the_target_does_not_tell_what_is_better():
    assert (
        "the conclusion is the opposite"
        in of(outcome({2018: 35}, target=10, target_year=2022), "en")["adoption"]
    )
    stated = outcome({2017: 40, 2018: 35}, target=10, target_year=2022, direction="down")
    assert "the conclusion is the opposite" not in of(stated, "en")["adoption"]


def test_models_that_agree_are_not_said_to_differ():
    rows = outcome({2016: 5, 2017: 5.1, 2018: 5.2}, target=900, target_year=2020)
    said = of(rows, "en", pool=None).all()
    assert "give the target a probability of < 1 % under every assumption" in said["adoption"]
    assert "ranges over" not in said["adoption"]
    assert "times the observed" in said["pace"]


def test_spending_leaves_its_headline_for_the_index():
    printed = budget({2014: (10, 9), 2016: (10, 5), 2017: (0, 0), 2018: (20, 20)})
    rates = execution.rates(printed)
    coming, places = outlook.alone(rates), pd.DataFrame(columns=peers.STANDING)
    found = told(
        *("en", spending.answer, printed, rates, execution.overall(rates), coming, places),
        *(execution.trend(rates), "few", pd.DataFrame(columns=CAME)),
    ).headline
    assert (found["executed"], found["budget_net"], found["unspent"]) == (34, 40, 6)
    assert (found["first_year"], found["last_year"]) == (2014, 2018)
    assert found["rates"] == [0.9, None, 0.5, None, 1], "2015 is not there, 2017 is nothing but 0"
    nothing = execution.rates(EMPTY)
    empty = told(
        *("en", spending.answer, EMPTY, nothing, execution.overall(nothing), coming, places),
        *(execution.trend(nothing), "few", pd.DataFrame(columns=CAME)),
    ).headline
    assert set(empty) == set(found)
    assert (empty["unspent"], empty["rates"]) == (None, [])


def in_yen(values: dict[int, tuple], **facts) -> ReviewSheet:
    """A sheet of the RS system of years: (requested, initial, net budget, executed)."""
    columns = ("requested", "initial", "budget_net", "executed")
    rows = [
        {"fiscal_year": year, "status": "closed" if year < 2024 else "current"}
        | dict(zip(columns, amounts, strict=True))
        for year, amounts in values.items()
    ]
    head = {"sheet_year": 2024, "source_format": "rs csv"} | facts
    return ReviewSheet.build(sheet=EMPTY.sheet.assign(**head), budget=rows)


LARGE = {
    2021: (None, 269944.0, 300721.6, 58220.8),
    2022: (0.0, 460052.0, 117238.0, 112919.4),
    2023: (555606.0, 481188.0, 142364.0, 140392.2),
    2024: (567040.0, 480327.3, 779123.1, None),
}


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_a_request_that_is_not_given_counts_nowhere(lang):
    said = of(in_yen(LARGE), lang).all()
    # (481,188 + 480,327) / (555,606 + 567,040); with the 0 it was 126.6 %.
    assert "85.6 %" in said["cascade"]
    assert "85.6 %" in said["compared"]
    assert "126.6" not in "".join(said.values())
    assert re.search(r"2022 +– +– +460,052", said["losses"])


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_unspent_has_one_sign_and_what_is_rounded_says_so(lang):
    said = of(in_yen(LARGE), lang).all()
    for name in ("losses", "rates"):
        assert re.search(r"2021 .* 242,501", said[name])
        assert "-242,501" not in said[name]
        assert ("四捨五入" if lang == "ja" else "rounded") in said[name]
    for name in ("spending", "unspent"):
        assert ("2,487億9,100万円" if lang == "ja" else "¥249 billion") in said[name]
    whole = of(budget({2016: (67, 53), 2017: (24, 7), 2018: (71, 43)}), lang).all()
    assert "四捨五入" not in "".join(whole.values())
    assert "rounded" not in whole["spending"] + whole["losses"] + whole["rates"] + whole["unspent"]


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_an_interval_that_says_nothing_is_not_given(lang):
    said = of(in_yen(LARGE), lang).all()
    for word in ("95 %区間は", "95 % interval for", "分散", "variance", "1.0–99.4"):
        assert word not in said["spending"]
    nothing = ("長い目で見た平均の執行率について何も言えません", "say nothing about the mean rate")
    assert nothing[lang == "en"] in said["spending"]
    assert "19–99 %" in said["spending"]
    assert ("帯" if lang == "ja" else "band") not in said["rate"].lower()
    assert ("何も言えません", "to say anything about the next one")[lang == "en"] in said[
        "read_forecast"
    ]


def test_the_variance_of_an_account_is_not_told(sheet):
    for lang in ("ja", "en"):
        said = of(sheet, lang, 1741)["spending"]
        assert "分散" not in said
        assert "variance" not in said.lower()
        assert "29–95 %" in said


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_budget_rate_and_outturn_are_said_to_be_one_forecast(sheet, lang):
    said = of(sheet, lang, 1741).all()
    assert ("一つの予測" if lang == "ja" else "are one forecast") in said["spending"]
    assert ("2,900万〜8,500万円" if lang == "ja" else "¥29–85 million") in said["spending"]
    assert ("最終的な予算計に対する" if lang == "ja" else "of the final one") in said["forecast"]
    assert ("60 % (10回に6回ほど)" if lang == "ja" else "60 % (about 6 in 10)") in said["chances"]
    assert ("変わらない確率は" if lang == "ja" else "stays as it is with a") in said["spending"]


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_money_without_a_budget_is_forecast_alone(lang):
    """Nothing initial or carried in, and spent all the same: the outturn of the next year."""
    rows = dict.fromkeys((2021, 2022, 2023), (None, 0.0, 120.0, 100.0))
    said = of(in_yen(rows | {2024: (None, 0.0, 0.0, None)}), lang).all()
    assert ("予算計はシートになく" if lang == "ja" else "without a net budget") in said["spending"]
    assert ("まったく執行されない確率" if lang == "ja" else "that nothing is spent") in said[
        "spending"
    ]
    assert ("執行率は出せません" if lang == "ja" else "no rate can be") in said["read_forecast"]
    assert ("青は" if lang == "ja" else "Blue") not in said["rate"]
    planned = dict.fromkeys((2021, 2022, 2023), (None, 120.0, 120.0, 100.0))
    said = of(in_yen(planned | {2024: (None, 0.0, 0.0, None)}), lang).all()
    assert ("まったく執行" if lang == "ja" else "nothing is spent") not in said["spending"]


def test_rates_of_small_budgets_in_whole_millions_are_said_to_be_rough():
    small = {2016: (3, 3), 2017: (3, 2), 2018: (4, 2)}
    ja, en = (of(budget(small), lang) for lang in ("ja", "en"))
    assert "金額が百万円単位なので" in ja["rate"]
    assert "(FY2017: somewhere in 43–100 %)" in en["rate"]
    assert not re.search(r"\d\.\d %", ja["rate"] + en["rate"] + en["rates"] + en["pefa"])
    large = of(budget({2016: (300, 299), 2017: (300, 212), 2018: (400, 201)}), "en")
    assert "whole millions" not in large["rate"]
    assert "70.7 %" in large["rates"]


def test_years_with_the_same_least_rate_are_all_named():
    said = of(budget({2016: (13, 1), 2017: (13, 1), 2018: (13, 3)}), "en").all()
    assert "The lowest is FY2016 and FY2017 with 8 %" in said["rate"]
    assert "most in FY2016 and FY2017, ¥12 million each" in said["unspent"]


def test_a_wide_interval_is_told_with_its_ends():
    """It need not take in the budget: supplements and carry-over move it."""
    forecast = pd.DataFrame([{"fiscal_year": 2024, "budget": 200.0}]).assign(
        **{"executed_lower80": 161.0, "executed_upper80": 458.0, "p_below_70": 0.08},
        **{"budget_lower80": 180.0, "budget_upper80": 470.0, "p_fall": 0.2, "p_rise": 0.5},
        **{"outside": "budget", "model": "pooled"},
    )
    rates = execution.rates(budget({2021: (10, 9), 2022: (10, 8), 2023: (10, 9)}))
    none = pd.DataFrame(columns=["measure", "group", "count", "below", "unit"])
    pool = execution.overall(rates)
    given = (budget({2023: (10, 9)}), rates, pool, forecast, none, rates[:0], "")
    text = repr(told("en", spending.answer, *given, pd.DataFrame(columns=CAME)))
    assert "the FY2024 budget of ¥200 million will be executed cannot be told" in text
    assert "outturn is ¥160–460 million" in text
    assert "its 80 % interval is ¥180–470 million" in text
    assert "Its budget is outside the range" in text
    assert "nearly all of it" not in text


def test_requests_of_nothing_are_those_known():
    rows = [{"fiscal_year": 2021, "initial": 5.0, "budget_net": 5.0}]
    rows += [{"fiscal_year": 2022, "requested": 0.0, "initial": 0.0, "budget_net": 5.0}]
    made = ReviewSheet.build(sheet=EMPTY.sheet, budget=rows)
    assert "Every request that is known is 0." in of(made, "en")["cascade"]
    assert "分かっている要求額はいずれも0です" in of(made, "ja")["cascade"]
