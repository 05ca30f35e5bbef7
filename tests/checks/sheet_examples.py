"""Small sheets for the tests of checks: one that triggers each rule, and how to build others."""

from helpers.checks import findings
from helpers.sheet import COLUMNS, ReviewSheet
from speaking import told


def sheet(sheet_year=2019, start_year=2011, **given) -> ReviewSheet:
    """A sheet with the tables and further facts given; `sheet_year` or `start_year` may be None."""
    tables = {name: given.pop(name) for name in COLUMNS if name in given}
    facts = {"sheet_id": "2019-総務省-0001", "sheet_year": sheet_year, "start_year": start_year}
    return ReviewSheet.build(sheet=[facts | given], **tables)


def budget(*rows: dict, **facts) -> ReviewSheet:
    """A sheet with budget rows; those without a fiscal year follow 2018."""
    return sheet(budget=[{"fiscal_year": 2018 + i} | row for i, row in enumerate(rows)], **facts)


def elsewhere(table: str, column: str, value: float, fiscal_year=None, number=None) -> dict:
    """What the project's sheet of 2018 prints for a cell."""
    cell = {"table": table, "number": number, "fiscal_year": fiscal_year, "column": column}
    return cell | {"sheet_year": 2018, "sheet_id": "2018-総務省-0001", "value": value}


def outcome(*rows: dict, sheet_year=2019, start_year=2011, **common) -> ReviewSheet:
    """A sheet with one outcome for 2016-18, or the rows given; `common` goes into each row."""
    rows = rows or ({"fiscal_year": 2016}, {"fiscal_year": 2017}, {"fiscal_year": 2018})
    base = {"number": 1, "indicator": "導入数", "unit": "団体", "actual": 1.0, "expected": 1.0}
    base |= {"target": 9.0}
    facts = {name: common.pop(name) for name in ("end_year", "vintage") if name in common}
    return sheet(sheet_year, start_year, outcome=[base | common | row for row in rows], **facts)


def target(year, goal="", sheet_year=2019, start_year=2011, **common) -> ReviewSheet:
    """A sheet with one outcome that has a target year and a goal."""
    return outcome(
        goal=goal,
        target_year=year,
        target_year_printed=year,
        sheet_year=sheet_year,
        start_year=start_year,
        **common,
    )


def output(actuals: dict, executed: dict, unit="百万円") -> ReviewSheet:
    """A sheet with one output and the amounts executed, each fiscal year -> value."""
    return sheet(
        budget=[{"fiscal_year": year, "executed": value} for year, value in executed.items()],
        output=[
            {"number": 1, "indicator": "報告書", "unit": unit, "fiscal_year": year, "actual": value}
            for year, value in actuals.items()
        ],
    )


def payments(*rows: dict, executed=100.0) -> ReviewSheet:
    """A sheet with payments of 2018, and what was executed in that year."""
    base = {"fiscal_year": 2018, "payee": "甲", "amount": 100.0}
    return sheet(
        budget=[{"fiscal_year": 2018, "executed": executed}], payment=[base | row for row in rows]
    )


def remark(rule: str) -> ReviewSheet:
    """A sheet with one remark of its reader."""
    facts = {"row": "L7", "column": "unit", "observed": "千円", "proposed": "百万円"}
    return sheet(remark=[{"table": "budget", "rule": rule} | facts])


def found(made: ReviewSheet, rule: str, lang: str = "ja") -> list:
    """The findings of one rule, as named tuples."""
    return [row for row in told(lang, findings, made).itertuples() if row.rule == rule]


def rated(actual: float, expected: float, achievement: float, **common) -> ReviewSheet:
    """A sheet with one outcome of FY2018: what was reached, the year's target, the printed rate."""
    numbers = {"actual": actual, "expected": expected, "achievement": achievement}
    return outcome({"fiscal_year": 2018, **numbers}, **common)


def targets(*values: float, **common) -> ReviewSheet:
    """A sheet with one outcome that has a target for each of the years from 2016 on."""
    rows = [{"fiscal_year": 2016 + at, "expected": value} for at, value in enumerate(values)]
    return outcome(*rows, sheet_year=2016, **common)


def direct(*rows: dict, **tables) -> ReviewSheet:
    """A sheet with payments of 2018 that the ministry makes itself, all of block A."""
    base = {"fiscal_year": 2018, "block": "A", "tier": "first", "payee": "甲", "amount": 100.0}
    return sheet(payment=[base | row for row in rows], **tables)


def contracts(*rows: dict, table="contract", **tables) -> ReviewSheet:
    """A sheet with contracts by tender, of 2,000 million yen where nothing else is said."""
    amount = {"contract": "amount", "commitment": "contract_amount"}[table]
    base = {"block": "A", "payee": "甲", "contract_group": "tender", amount: 2000.0}
    base |= {"contract_method": "一般競争契約（最低価格）", "single_bid_reason": "下記のとおり"}
    base |= {"fiscal_year": 2018} if table == "contract" else {}
    return sheet(**{table: [base | row for row in rows]}, **tables)


def reviewed(requested=None, granted=None, initial=100.0, year=2019, **review) -> ReviewSheet:
    """A sheet with a review of 2019, that year's initial budget, and what follows in the next."""
    budget = [
        {"fiscal_year": 2019, "initial": initial},
        {"fiscal_year": 2020, "requested": requested, "initial": granted},
    ]
    return sheet(budget=budget, review=[{"fiscal_year": year} | review])


def accounts(*rows: dict, executed=90.0, **tables) -> ReviewSheet:
    """A sheet with account rows of 2018; in all 90 of 100 million yen were spent."""
    budget = {"fiscal_year": 2018, "initial": 100.0, "budget_gross": 100.0, "executed": executed}
    base = {"fiscal_year": 2018, "account_kind": "特別会計", "account": "労働保険"}
    return sheet(budget=[budget], account=[base | row for row in rows], **tables)


def items(*rows: dict, **account) -> ReviewSheet:
    """A sheet with budget items of 2018, whose initial budget is 100 million yen."""
    base = {"fiscal_year": 2018, "account_kind": "特別会計", "account": "労働保険"}
    made = [base | {"budget_kind": "当初予算"} | row for row in rows]
    return accounts(*([account] if account else []), item=made)


def twice(**second) -> ReviewSheet:
    """A sheet with two outcomes of one text, unit and numbers but for what `second` says."""
    return outcome({"fiscal_year": 2018}, {"fiscal_year": 2018, "number": 2, **second})


def hit(*values: float, **common) -> ReviewSheet:
    """A sheet with one outcome whose actuals of the years from 2015 on are its targets."""
    rows = [
        {"fiscal_year": 2015 + at, "expected": value, "actual": value}
        for at, value in enumerate(values)
    ]
    return outcome(*rows, **common)


TENDER_OF_ONE = {"bidders": 1}
USED = {"fiscal_year": 2018, "block": "A", "payee": "甲", "cost_item": "人件費", "amount": 101.0}

LOST = {"initial": 30.0, "carried_out": 0.0, "budget_net": 10.0}

TRIGGERS = {
    "budget_identity": budget({"initial": 20.0, "budget_net": 25.0}),
    "negative_lost": budget(LOST, sheet_year=2016),
    "negative_lost.carried": budget(LOST, {"carried_in": 20.0}, sheet_year=2016),
    "negative_lost.vintage": budget(
        LOST, sheet_year=2016, vintage=[elsewhere("budget", "carried_out", -20.0, 2018)]
    ),
    "carry_out_sign": budget({"carried_out": 5.0}),
    "carry_out_sign.added": budget({"initial": 20.0, "carried_out": 5.0, "budget_net": 25.0}),
    "carry_out_sign.misplaced": budget({"initial": 3.0, "carried_out": 5.0, "budget_net": 8.0}),
    "executed_over_budget": budget({"budget_net": 100.0, "executed": 120.0}),
    "executed_over_budget.slightly": budget({"budget_net": 100.0, "executed": 103.0}),
    "executed_over_budget.branch": sheet(
        parent_number="0001", budget=[{"fiscal_year": 2018, "budget_net": 0.0, "executed": 2.0}]
    ),
    "executed_over_budget.no_budget": budget({"budget_net": 0.0, "executed": 2.0}),
    "executed_missing": budget({"budget_net": 100.0}),
    "executed_missing.zero": budget(
        {"budget_net": 9.0, "executed": 0.0}, source_format="judgit json"
    ),
    "unit_slip": budget(
        {"budget_net": 9000.0, "executed": 8000.0},
        vintage=[
            elsewhere("budget", "budget_net", 9.0, 2018),
            elsewhere("budget", "executed", 8.0, 2018),
        ],
    ),
    "request_cut": budget({"requested": 100.0, "initial": 79.0}),
    "granted_over_request": budget({"requested": 100.0, "initial": 102.0}),
    "request_not_given": budget({"requested": 0.0, "initial": 102.0}),
    "request_ignores_outturn": budget(
        {"initial": 30.0, "budget_net": 30.0, "executed": 8.0}, {}, {"requested": 30.0}
    ),
    "account_over_budget": accounts(
        {"budget_gross": 40.0, "executed": 50.0},
        {"account": "一般会計", "budget_gross": 60.0, "executed": 40.0},
    ),
    "items_differ": items({"budgeted": 60.0}, {"budgeted": 50.0}),
    "items_differ.account": items({"budgeted": 100.0}, initial=90.0),
    "zero_year": budget({"initial": 0.0, "budget_net": 0.0}, start_year=None),
    "zero_year.before_start": budget({"initial": 0.0, "budget_net": 0.0}, start_year=2019),
    "budget_year_gap": budget({"fiscal_year": 2014}, {"fiscal_year": 2017}),
    "target_year_era": target(1993, start_year=1956),
    "target_year_era.proved": target(1993, "令和5年度末までに"),
    "target_year_era.vintage": target(
        1993, vintage=[elsewhere("outcome", "target_year", 2023.0, number=1)]
    ),
    "target_year_era.near": target(
        1993, start_year=1956, vintage=[elsewhere("outcome", "target_year", 2020.0, number=1)]
    ),
    "target_year_era.dates": target(1993),
    "target_year_impossible": target(4000),
    "target_year_impossible.meant": target(4010),
    "target_year_impossible.proved": target(4010, "2022年度までに"),
    "target_year_impossible.vintage": target(
        4010, vintage=[elsewhere("outcome", "target_year", 2022.0, number=1)]
    ),
    "target_year_impossible.near": target(
        4010, vintage=[elsewhere("outcome", "target_year", 2020.0, number=1)]
    ),
    "target_year_impossible.dates": target(4010, end_year=2024),
    "target_year_before_start": target(2010),
    "target_year_past": target(2018),
    "indicator_year_gap": outcome({"fiscal_year": 2014}, {"fiscal_year": 2016}),
    "target_approximate": outcome(
        {"goal": "約1,600団体に導入する", "unit": "団体", "target": 1600.0, "actual": 900.0}
    ),
    "goal_names_more": outcome(
        {"goal": "1,600団体、うち1,100団体", "unit": "団体", "target": 1600.0, "actual": 900.0}
    ),
    "output_in_money": output({2017: 7.0, 2018: 43.0}, {2017: 7.0, 2018: 43.0}),
    "targets_hit": hit(7.0, 9.0, 12.0),
    "indicator_repeated": twice(goal="別の目標"),
    "actual_missing": outcome({"fiscal_year": 2017}, {"fiscal_year": 2018, "actual": None}),
    "actual_missing.earlier": outcome({"fiscal_year": 2017, "actual": None}, {"fiscal_year": 2018}),
    "actual_missing.never": outcome(actual=None),
    "outcome_missing": sheet(),
    "outcome_without_target": outcome(target=None, expected=None),
    "outcome_without_target.yearly": outcome(target=None),
    "expected_missing": outcome(expected=None),
    "achievement_differs": rated(8.0, 10.0, 85.0),
    "achievement_differs.inverted": rated(12.0, 10.0, 83.33333, direction="down"),
    "achievement_differs.share": rated(8.0, 10.0, 0.8),
    "direction_against_targets": targets(9.0, 8.0, 7.0, direction="up"),
    "direction_against_goal": outcome(goal="9団体以下にする", direction="up"),
    "direction_differs": outcome(
        {"fiscal_year": 2018, "direction": "up"},
        {"fiscal_year": 2018, "direction": "down", "number": 2},
    ),
    "result_missing": outcome(
        {"fiscal_year": None, "actual": None, "expected": None, "target": None},
        kind="qualitative",
    ),
    "percent_over_100": outcome(unit="％", actual=101.0),
    "payments_partly_named": payments({"amount": 60.0}),
    "payments_missing": payments(),
    "payments_over_executed": payments({"amount": 60.0}, {"payee": "乙", "amount": 60.0}),
    "payments_over_executed.block": payments(
        {"amount": 60.0, "block": "A"}, {"payee": "乙", "amount": 60.0, "block": "A"}
    ),
    "payments_over_executed.payee": payments({"amount": 120.0}),
    "payments_over_executed.payee_slightly": payments({"amount": 103.0}),
    "duplicate_payee": payments({"payee": "ITbook", "amount": 50.0}, {"payee": "ＩＴｂｏｏｋ"}),
    "duplicate_payee.form": payments({"payee": "甲株式会社"}, {"payee": "㈱甲"}),
    "duplicate_payee.forms": payments({"payee": "独立行政法人甲"}, {"payee": "国立研究開発法人甲"}),
    "corporate_number_missing": direct(
        {"payee": "株式会社甲"}, {"payee": "仙台市", "corporate_number": "8000020041009"}
    ),
    "payees_bundled": direct({}, {"payee": "その他", "amount": 101.0, "bundled_payee": True}),
    "payees_declared": direct(
        {}, {"payee": "乙"}, block=[{"fiscal_year": 2018, "block": "A", "payees": 1}]
    ),
    "uses_over_payment": direct({}, use=[USED]),
    "single_bid": contracts(TENDER_OF_ONE, {"bidders": 2}),
    "winning_rate": contracts({"winning_rate": 99.5}, {"winning_rate": 90.0}),
    "no_competition": contracts({"contract_group": "sole"}),
    "single_bid_reason": contracts({"contract_group": "sole", "single_bid_reason": "--"}),
    "not_reduced": reviewed(110.0, reaction="縮減", reflected=5.0),
    "not_reduced.reform": reviewed(100.0, opinion="事業全体の抜本的な改善", reaction="執行等改善"),
    "not_reduced.granted": reviewed(90.0, 100.0, reaction="縮減"),
    "merged": sheet(
        related=[{"related_id": "12", "related_name": "後継事業", "relation": "統合先"}]
    ),
    "merged.origin": sheet(
        related=[{"related_id": "7", "related_name": "前身事業", "relation": "分割元"}]
    ),
    "corporate_number_invalid": payments({"corporate_number": "600012080001"}),
    "corporate_number_invalid.check": payments({"corporate_number": "1000020041009"}),
}
"""Rule, or rule and variant -> a sheet that triggers it; the reader's and the repairs' apart."""
