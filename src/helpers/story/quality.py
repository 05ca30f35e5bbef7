"""Notebook 01: can this sheet be trusted?"""

import pandas as pd

from helpers import words
from helpers.checks.budget import PARTS
from helpers.sheet import ReviewSheet
from helpers.show import Answer, Table, Text
from helpers.story import common

BROKEN_TOTALS = ("budget_identity", "negative_lost", "carry_out_sign")
SHOWN = 3


def answer(sheet: ReviewSheet, findings: pd.DataFrame, lang: str) -> Answer:
    """The opening answer: the counts by severity, what was repaired, whether the totals hold."""
    counts = {name: int((findings["severity"] == name).sum()) for name in words.SEVERITIES}
    repaired = findings[findings["applied"]]
    broken = findings.loc[findings["rule"].isin(BROKEN_TOTALS), "row"].nunique()
    checked = int(sheet.budget[["initial", "budget_net"]].notna().all(axis=1).sum())
    if counts["error"] > len(repaired[repaired["severity"] == "error"]):
        verdict = words.say(
            lang,
            "直っていない誤りがあり、そのままでは使えません。",
            "Not as it stands: errors remain.",
        )
    elif counts["error"]:
        verdict = words.say(
            lang,
            "印字のままでは使えません。下の修正をすれば使えます。",
            "Not as printed; with the repairs below it can be used.",
        )
    else:
        verdict = words.say(
            lang,
            "誤りは見つかりませんでした。警告と注記を見た上で使えます。",
            "Yes: no error was found; mind the warnings and notes.",
        )
    tally = words.listed(
        [
            words.say(
                lang,
                f"{_severity(name, lang)}{count}件",
                f"{count} {_severity(name, lang)}{'' if count == 1 else 's'}",
            )
            for name, count in counts.items()
        ],
        lang,
    )
    first = words.say(
        lang,
        f"{common.project(sheet, lang)}: {verdict}検査の結果は{tally}です。",
        f"{common.project(sheet, lang)}: {verdict} The checks gave {tally}.",
    )
    second = _totals(checked, broken, lang)
    third = [
        words.say(
            lang,
            f"修正したもの: {row.row}の{words.heading(row.column, lang)} {row.observed} → "
            f"{row.proposed}" + (f"(根拠「{row.proof}」)。" if row.proof else "。"),
            f"Repaired: {words.heading(row.column, lang).lower()} of {row.row}, {row.observed} → "
            f"{row.proposed}" + (f' (proof: "{row.proof}").' if row.proof else "."),
        )
        for row in repaired.head(SHOWN).itertuples()
    ]
    if len(repaired) > SHOWN:
        third.append(
            words.say(
                lang,
                f"修正は全部で{len(repaired)}件あります(下の表)。",
                f"In all {len(repaired)} repairs were made (table below).",
            )
        )
    title = words.say(lang, "このシートは信頼できるか", "Can this sheet be trusted?")
    numbers = {f"{name}s": count for name, count in counts.items()}
    warned = findings[findings["severity"] == "warning"]
    if len(warned):
        places = [_place(row, lang) for row in warned.head(SHOWN).itertuples()]
        more = "" if len(warned) <= SHOWN else words.say(lang, "など", " and others")
        third.append(
            words.say(
                lang,
                f"修正では消えない警告があります: {words.listed(places, lang)}{more}(下の表)。",
                f"Warnings that no repair removes: {words.listed(places, lang)}{more} (table below).",
            )
        )
    headline = common.headline(sheet, title, lang, **numbers, repaired=len(repaired))
    return Answer(first, second, *third, headline=headline)


def _totals(checked: int, broken: int, lang: str) -> str:
    if not checked:
        return words.say(
            lang,
            "予算の内訳と予算計をともに持つ年度がなく、合うかどうかは調べられません。",
            "No year has both a budget total and its parts, so nothing can be added up.",
        )
    if broken:
        return words.say(
            lang,
            f"予算の内訳と予算計は、比べられる{checked}年のうち{broken}年で合いません(負の額が0と"
            "記載された年度や、繰越しの符号が誤りの年度を含みます)。",
            f"The parts of the budget miss the printed total in {broken} of {checked} years "
            "(negative amounts lost, or a wrong sign of carry-over, among the causes).",
        )
    return words.say(
        lang,
        f"予算の内訳と予算計は、比べられる{checked}年すべてで丸めの範囲で合っています。",
        f"The parts of the budget add up to the printed total, but for rounding, in all {checked} "
        "years that can be compared.",
    )


def facts(sheet: ReviewSheet, lang: str) -> Table:
    """What the sheet says of itself, a line each."""
    columns = [name for name in sheet.sheet.columns if not name.startswith("source_")]
    values = [sheet.facts[name] for name in columns]
    frame = pd.DataFrame(
        {
            "column": [words.term(name, lang) for name in columns],
            "observed": ["–" if pd.isna(value) or value == "" else str(value) for value in values],
        }
    )
    headings = {
        "column": words.say(lang, "項目", "Item"),
        "observed": words.say(lang, "シートの記載", "As the sheet says"),
    }
    return Table(frame, lang, headings=headings)


def read_presence(table: pd.DataFrame, lang: str) -> Text:
    """How to read the presence map, and the longest and shortest history on it."""
    how = words.say(
        lang,
        "横に年度、縦に項目。「-」は値がないことで、0ではありません。",
        'Fiscal years across, items down. "-" means no value, which is not 0.',
    )
    printed = table[table["state"].isin(["value", "zero"])]
    if printed.empty:
        return Text(how, words.say(lang, "値は一つもありません。", "No value is printed at all."))
    spans = printed.groupby("table")["fiscal_year"].agg(["min", "max"])
    lines = [
        f"{words.term(name, lang)} {words.span(row['min'], row['max'], lang)}"
        for name, row in spans.iterrows()
    ]
    missing = [
        words.term(name, lang)
        for name in ("budget", "outcome", "output", "payment")
        if name not in spans.index
    ]
    end = (
        words.say(
            lang,
            f"値が一つもない表: {words.listed(missing, lang)}。",
            f"Tables without any value: {words.listed(missing, lang)}.",
        )
        if missing
        else ""
    )
    ranges = words.say(
        lang,
        f"値がある年度: {'、'.join(lines)}。{end}",
        f"Years with values: {', '.join(lines)}. {end}".strip(),
    )
    return Text(how, ranges)


def identity(sheet: ReviewSheet, lang: str) -> Table:
    """The parts of each year's budget beside the printed total, million yen."""
    table = sheet.budget.dropna(subset=["budget_net"])
    frame = table[["fiscal_year", *PARTS, "budget_net"]].copy()
    frame["difference"] = table["budget_net"] - table[PARTS].sum(axis=1)
    headings = {"difference": words.say(lang, "差", "Difference")}
    caption = words.say(lang, "百万円", "million yen")
    return Table(frame, lang, caption, {"fiscal_year": str}, headings)


def found(findings: pd.DataFrame, lang: str) -> Table:
    """The findings, errors first."""
    frame = findings[["severity", "table", "row", "observed", "proposed", "reason"]].copy()
    frame["severity"] = [_severity(value, lang) for value in frame["severity"]]
    frame["table"] = [words.heading(name, lang) for name in frame["table"]]
    return Table(frame, lang)


def repairs(findings: pd.DataFrame, lang: str) -> Table | Text:
    """What was changed and what was only proposed, the printed value beside the new one."""
    frame = findings[findings["proposed"] != ""]
    if frame.empty:
        return Text(words.say(lang, "修正も提案もありません。", "Nothing repaired or proposed."))
    frame = frame[["row", "column", "observed", "proposed", "proof", "applied"]].copy()
    frame["column"] = [words.heading(name, lang) for name in frame["column"]]
    frame["applied"] = [
        words.say(lang, "直した", "repaired")
        if done
        else words.say(lang, "提案のみ", "only proposed")
        for done in frame["applied"]
    ]
    return Table(frame, lang)


def indicators(sheet: ReviewSheet, lang: str) -> Table | Text:
    """The outcome and output values as they enter the analysis, after the repairs."""
    frame = pd.concat(
        [sheet.outcome.assign(table="outcome"), sheet.output.assign(table="output")]
    ).dropna(subset=["fiscal_year"])
    if frame.empty:
        return Text(words.say(lang, "指標がありません。", "The sheet has no indicator."))
    frame["table"] = [words.term(name, lang) for name in frame["table"]]
    columns = ["table", "indicator", "unit", "fiscal_year", "expected", "actual", "target"]
    return Table(
        frame[[*columns, "target_year"]],
        lang,
        formats=dict.fromkeys(("fiscal_year", "target_year"), words.bare_year),
    )


def _place(finding, lang: str) -> str:
    parts = [words.heading(finding.table, lang), finding.row, words.heading(finding.column, lang)]
    return " ".join(part for part in parts if part)


def _severity(value: str, lang: str) -> str:
    return words.say(lang, *words.SEVERITIES[value])
