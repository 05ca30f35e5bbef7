"""Where to look first: the reasons in words, and what the command says of a year."""

import math

import pandas as pd

from helpers import digits, words
from helpers.analysis.leads import FIRST, REASONS, notable
from helpers.checks.reviews import REDUCED
from helpers.sentences import Sentences
from helpers.sheet import records

say = Sentences("portfolio/reasons")

SHOWN = 10
"""Projects that the command names."""

QUOTED, IN_A_LINE = 300, 80
"""Characters of an explanation, and of what of it the command says."""

TOLD = ["project_id", "sheet_id", "reason", "reason_rank", "percentile", "told"]
TOLD += ["place", "explanation"]


def reasons(leads: pd.DataFrame, explained: pd.DataFrame, year: int) -> pd.DataFrame:
    """What `leads.notable` finds in `leads`, told in the language of now: project_id, sheet_id,
    reason, reason_rank, percentile; told, a sentence; place and explanation, what the sheet itself
    says of it (`explanations.explained`), missing where nothing is found."""
    found = notable(leads)
    facts = {row["project_id"]: row for row in records(leads)}
    named = zip(found["project_id"], found["reason"], strict=True)
    told = [reason(kind, facts[project], year) for project, kind in named]
    table = found.assign(told=pd.array(told, "str"))
    table = table.merge(explained, "left", on=["sheet_id", "reason"], validate="many_to_one")
    cut = table["explanation"].map(lambda text: words.cut(text, QUOTED), na_action="ignore")
    return table.assign(explanation=cut)[TOLD]


def reason(kind: str, lead: dict, year: int) -> str:
    """One reason to look at a project: `lead` is its row of the leads."""
    above, place = lead[f"{kind}_percentile"], int(lead[f"{kind}_rank"])
    facts = {
        "fiscal_year": year,
        "left": digits.significant(lead["expected_unspent"] or math.nan, 2),
        "of": digits.significant(lead["expected_budget"] or math.nan, 2),
        "above": None if above is None else math.floor(100 * above),
        "place": place if place <= FIRST else None,
        # Less than the budget only where it repeats it with more digits.
        "same": bool(digits.at_least(1.0, lead["asked"] or math.nan)),
        "far": "need" in (lead["target_outside"] or "").split(),
        "several": lead["contracts_of"] == "commitment",
        "unknown": (lead["bidders_unknown"] or 0) > 0,
        "reduced": lead["reaction"] in REDUCED,
        "found": words.say(lead["gravest"] or "", lead["gravest_en"] or ""),
        "said": lead["reaction"] if lead["reaction"] in REDUCED else lead["opinion"],
    }
    counts = {name: int(lead[name] or 0) for name in ("low_years", "errors", "warnings")}
    return say(kind, **(lead | facts | counts))


def summary(
    money: dict | None, leads: pd.DataFrame, reasons: pd.DataFrame, year: int, of: str
) -> str:
    """What the command says: the money of the last year that is over (`money`, a row of
    `portfolio.years`), and the first projects with their reasons; `of` which they are, "" for
    all."""
    unknown = [kind for kind in REASONS if leads[f"{kind}_rank"].isna().all()]
    facts = {"year": year, "of": of, "projects": len(leads), "money": money}
    lines = say.paragraphs("summary", unknown=unknown, **facts)
    said = reasons.groupby("project_id")
    for lead in leads[leads["order"].notna()].head(SHOWN).itertuples():
        name = words.cut(lead.name, 40)
        lines.append(f"{int(lead.order)}. {lead.sheet_id} {name} ({words.ministry(lead.ministry)})")
        told = said.get_group(lead.project_id) if lead.project_id in said.groups else reasons[:0]
        for row in told.itertuples():
            lines.append(f"   - {row.told}")
            if pd.notna(row.explanation):
                text = words.cut(row.explanation, IN_A_LINE)
                lines.append("     " + say("explained", place=row.place, text=text))
    return words.visible("\n".join(lines))
