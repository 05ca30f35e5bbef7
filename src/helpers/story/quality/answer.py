"""The answer that opens notebook 01."""

import pandas as pd

from helpers import words
from helpers.checks.budget import PARTS
from helpers.sheet import ReviewSheet
from helpers.show import Answer
from helpers.story import common
from helpers.story.quality.found import severity

BROKEN_TOTALS = ("budget_identity", "negative_lost", "carry_out_sign")
SHOWN = 3


def answer(sheet: ReviewSheet, findings: pd.DataFrame) -> Answer:
    """The opening answer: the counts by severity, what was repaired, whether the totals hold."""
    counts = {name: int((findings["severity"] == name).sum()) for name in words.SEVERITIES}
    repaired = findings[findings["applied"]]
    broken = findings.loc[findings["rule"].isin(BROKEN_TOTALS), "row"].nunique()
    checked = len(_comparable(sheet))
    if counts["error"] > len(repaired[repaired["severity"] == "error"]):
        verdict = words.say(
            "直っていない誤りがあり、そのままでは使えません。",
            "Not as it stands: errors remain.",
        )
    elif counts["error"]:
        verdict = words.say(
            "印字のままでは使えません。下の修正をすれば使えます。",
            "Not as printed; with the repairs below it can be used.",
        )
    else:
        verdict = words.say(
            "誤りは見つかりませんでした。警告と注記を見た上で使えます。",
            "Yes: no error was found; mind the warnings and notes.",
        )
    tally = words.listed(
        [
            words.say(
                f"{severity(name)}{count}件",
                f"{count} {severity(name)}{'' if count == 1 else 's'}",
            )
            for name, count in counts.items()
        ],
    )
    first = words.say(
        f"{common.project(sheet)}: {verdict}検査の結果は{tally}です。",
        f"{common.project(sheet)}: {verdict} The checks gave {tally}.",
    )
    second = _totals(checked, broken)
    third = [
        words.say(
            f"修正したもの: {row.row}の{words.heading(row.column)} {row.observed} → "
            f"{row.proposed}" + (f"(根拠「{row.proof}」)。" if row.proof else "。"),
            f"Repaired: {words.heading(row.column).lower()} of {row.row}, {row.observed} → "
            f"{row.proposed}" + (f' (proof: "{row.proof}").' if row.proof else "."),
        )
        for row in repaired.head(SHOWN).itertuples()
    ]
    if len(repaired) > SHOWN:
        third.append(
            words.say(
                f"修正は全部で{len(repaired)}件あります(下の表)。",
                f"In all {len(repaired)} repairs were made (table below).",
            )
        )
    title = words.say("このシートは信頼できるか", "Can this sheet be trusted?")
    numbers = {f"{name}s": count for name, count in counts.items()}
    warned = findings[findings["severity"] == "warning"]
    if len(warned):
        places = [_place(row) for row in warned.head(SHOWN).itertuples()]
        more = "" if len(warned) <= SHOWN else words.say("など", " and others")
        third.append(
            words.say(
                f"修正では消えない警告があります: {words.listed(places)}{more}(下の表)。",
                f"Warnings that no repair removes: {words.listed(places)}{more} (table below).",
            )
        )
    headline = common.headline(sheet, title, **numbers, repaired=len(repaired))
    return Answer(first, second, *third, headline=headline)


def _totals(checked: int, broken: int) -> str:
    if not checked:
        return words.say(
            "予算の内訳と予算計をともに持つ年度がなく、合うかどうかは調べられません。",
            "No year has both a budget total and its parts, so nothing can be added up.",
        )
    if broken:
        return words.say(
            f"予算の内訳と予算計は、比べられる{checked}年のうち{broken}年で合いません(負の額が0と"
            "記載された年度や、繰越しの符号が誤りの年度を含みます)。",
            f"The parts of the budget miss the printed total in {broken} of {words.count(checked, 'year')} "
            "(negative amounts lost, or a wrong sign of carry-over, among the causes).",
        )
    if checked == 1:
        return words.say(
            "予算の内訳と予算計は、比べられる1年では丸めの範囲で合っています。",
            "The parts of the budget add up to the printed total, but for rounding, in the one year "
            "that can be compared.",
        )
    return words.say(
        f"予算の内訳と予算計は、比べられる{checked}年すべてで丸めの範囲で合っています。",
        f"The parts of the budget add up to the printed total, but for rounding, in all {checked} "
        "years that can be compared.",
    )


def _comparable(sheet: ReviewSheet) -> pd.DataFrame:
    """The budget rows with a total and its parts; a row of nothing but 0 is no row."""
    table = sheet.budget.dropna(subset=["initial", "budget_net"])
    return table[table[[*PARTS, "budget_net"]].fillna(0).ne(0).any(axis=1)]


def _place(finding) -> str:
    if finding.rule == "indicator_dropped":
        name = common.cut(finding.observed, 40)
        return words.say(
            f"{finding.row}年の「{name}」の消失", f"“{name}”, dropped after {finding.row}"
        )
    parts = [words.heading(finding.table), finding.row, words.heading(finding.column)]
    return " ".join(part for part in parts if part)
