"""How did the money change over the years, and which ministries hold it?"""

import pandas as pd

from helpers import digits, words
from helpers.analysis.portfolio import years
from helpers.sentences import Sentences
from helpers.sheet import records
from helpers.show import Fold, OfSheet, Table, Text
from helpers.story import common
from helpers.story.portfolio.first import several

say = Sentences("portfolio/sums")

LISTED = 10
"""Sheets that a table of those left out has."""

LARGEST = 10
"""Projects that a table of those with most money left has."""

FLOOR = 10
"""Projects with a known outturn from which on a ministry's share may be called the highest: that of
a single project says little."""

FEW = 0.8
"""Sheets of a year are few that have less than this part of the projects of the fullest year."""

JUMP, MATERIAL = 10, 0.1
"""A ministry's budget jumps where it is so many times its median, and this part of the year's."""


def last(money: pd.DataFrame) -> dict | None:
    """The sums of the last year whose outturn is known (`portfolio.years` of `money`), with
    fiscal_year and rate, the share of the net budget that was left; None without one."""
    known = with_rate(years(money))
    known = known[known["outturns"] > 0]
    return records(known)[-1] if len(known) else None


def with_rate(money: pd.DataFrame) -> pd.DataFrame:
    """`money` with rate, the share left of the net budget whose outturn is known, and carried, that
    of the net budget that was carried out (positive)."""
    net = money["budget_known"].where(money["budget_known"] > 0)
    granted = money["budget_net"].where(money["budget_net"] > 0)
    return money.assign(rate=money["unspent"] / net, carried=-money["carried_out"] / granted)


def ministries(money: pd.DataFrame, fiscal_year: int) -> pd.DataFrame:
    """The rows of `money` of a year with a known outturn, most unspent first: with `rate`, share
    (of the unspent money of all), and place and rate_place, 1 for the most."""
    rows = with_rate(money[money["fiscal_year"] == fiscal_year])
    rows = rows[rows["outturns"] > 0]
    total = rows["unspent"].sum()
    settled = {name: digits.settled(rows[name]) for name in ("unspent", "rate")}
    places = {name: of.rank(method="min", ascending=False) for name, of in settled.items()}
    rows = rows.assign(
        share=rows["unspent"] / total if total > 0 else float("nan"),
        place=places["unspent"].astype("Int64"),
        rate_place=places["rate"].astype("Int64"),
    )
    return rows.sort_values(["place", "ministry"], ignore_index=True)


def seen_years(table: pd.DataFrame) -> str:
    """The title of the figure of the years: the last share that was left. Which year left most
    depends on whose sheets are there."""
    known = table[table["rate"].notna()]
    return say("seen_years", last=records(known)[-1]) if len(known) else say("seen_no_rate")


def read_years(table: pd.DataFrame, money: pd.DataFrame, printed: pd.DataFrame, year: int) -> Text:
    """What the figure shows, and what must be known to compare the years; `printed` is what the
    sheets of `year` themselves print of the years before (`analysis.portfolio.rows`)."""
    known = table[table["outturns"] > 0]
    few = known[digits.less(known["outturns"], FEW * known["outturns"].max())]
    asked = records(table[table["requested"].notna() & table["initial"].notna()])
    # The request is printed by the projects with a sheet of the year before.
    before = table.set_index("fiscal_year")["projects_before"].to_dict()
    same = _of_the_same(printed, year)
    facts = {
        "year": year,
        "same": records(same),
        "of_same": same["outturns"].max() if len(same) else 0,
        "last": records(known)[-1] if len(known) else None,
        "asked": asked[-1] if asked else None,
        "alike": bool(asked) and _alike(before.get(asked[-1]["fiscal_year"] - 1, 0), asked[-1]),
        "few": list(few["fiscal_year"]),
        "fewest": few["outturns"].min(),
        "fullest": known["outturns"].max(),
        "jumps": _jumps(money, table),
    }
    return Text(*say.paragraphs("years", **facts))


def _of_the_same(printed: pd.DataFrame, year: int) -> pd.DataFrame:
    """The share left by fiscal year of the projects whose sheet prints every year's outturn:
    fiscal_year, outturns, rate."""
    rows = printed[printed["modelled"] & (printed["fiscal_year"] < year)]
    rows = rows[(rows["left_out"] == "") & (rows["sheet_year"] == year)]
    years = rows.groupby("sheet_id")["fiscal_year"].nunique()
    rows = rows[rows["sheet_id"].isin(years.index[years == rows["fiscal_year"].nunique()])]
    sums = rows.groupby("fiscal_year", as_index=False).agg(
        outturns=("sheet_id", "nunique"), budget=("budget_net", "sum"), unspent=("unspent", "sum")
    )
    return sums.assign(rate=sums["unspent"] / sums["budget"])


def _alike(before: int, row: dict) -> bool:
    """Whether about as many projects asked for a year's money as were then granted some."""
    few, many = sorted([before, row["projects"]])
    return bool(digits.at_least(few, FEW * many))


def _jumps(money: pd.DataFrame, table: pd.DataFrame) -> list[dict]:
    """Where one ministry's budget of one year is out of all proportion to its others."""
    total = table.set_index("fiscal_year")["budget_net"]
    usual = money["ministry"].map(money.groupby("ministry")["budget_net"].median())
    share = money["budget_net"] / money["fiscal_year"].map(total).astype(float)
    far = digits.less(JUMP * usual, money["budget_net"]) & digits.less(MATERIAL, share)
    return records(money[far])


def years_table(table: pd.DataFrame) -> Fold:
    """The sums by year."""
    names = ["requested", "initial", "budget_net", "carried_out", "budget_known", "executed"]
    names += ["unspent"]
    caption, formats = common.in_units(table[names])
    frame = table[["fiscal_year", "projects", "outturns", *names, "rate"]]
    return _folded(Table(frame, caption, formats | {"rate": words.percent}, _headings()))


def seen_ministries(table: pd.DataFrame) -> str:
    """The title of the figure of the ministries: who holds most of what was left."""
    first, *_ = records(table)
    return say("seen_ministries", first=first, alone=len(table) == 1)


def read_ministries(table: pd.DataFrame, own: str | None) -> Text:
    """Who left most, who left the largest share, and the place of the ministry asked for."""
    rates = table[table["rate"].notna() & (table["outturns"] >= FLOOR)]
    highest = rates.loc[digits.highest(rates["rate"])].to_dict() if len(rates) else None
    row = records(table[table["ministry"] == own])
    own_row = row[0] if row else None
    facts = {"first": records(table)[0], "highest": highest, "own": own_row}
    facts |= {"count": len(table), "asked": own, "floor": FLOOR}
    return Text(*say.paragraphs("ministries", **facts))


def ministries_parts(
    table: pd.DataFrame, own: str | None, leads: pd.DataFrame
) -> list[Text | Table | Fold]:
    """What is said of the ministries of a year, their sums, and the projects of `leads` that left
    most."""
    if table.empty:
        return [Text(say("no_outturn"))]
    mine = table if own is None else table[table["ministry"] == own]
    parts = [read_ministries(table, own), ministries_table(table)]
    return parts if leads.empty else [*parts, largest_table(leads, mine["unspent"].sum())]


def ministries_table(table: pd.DataFrame) -> Fold:
    """The sums by ministry of a year."""
    names = ["budget_known", "executed", "unspent", "carried_out"]
    caption, formats = common.in_units(table[names])
    frame = table[["ministry", "projects", "outturns", *names, "share", "rate"]]
    shares = {"share": words.percent, "rate": words.percent}
    return _folded(Table(frame, caption, formats | shares, _headings()))


def largest(leads: pd.DataFrame) -> pd.DataFrame:
    """The projects that left most money in the year before, most first."""
    left = leads[leads["unspent"] > 0]
    return left.sort_values(["unspent", "project_id"], ascending=[False, True]).head(LARGEST)


def largest_table(leads: pd.DataFrame, total: float) -> Table | Text:
    """These projects, with the share of `total`, what was left in all, that each has."""
    rows = largest(leads)
    if rows.empty:
        return Text(say("no_project_left"))
    names = ["budget_net", "executed", "unspent"]
    caption, formats = common.in_units(rows[names])
    frame = rows.assign(share=rows["unspent"] / total)
    frame = frame[["name", "unspent", "share", "budget_net", "executed", "ministry"]].copy()
    frame["name"] = OfSheet.column(rows)
    frame, caption = several(frame), say("largest", shown=len(rows), units=caption)
    formats |= {"name": OfSheet.itself, "share": words.percent}
    return Table(frame, caption, formats, _headings())


def left_out(table: pd.DataFrame, money: pd.DataFrame) -> list[Text | Fold]:
    """What of the last closed year in `money` is in no sum: how many sheets for which reason, and
    which."""
    sums = last(money)
    if sums is None:
        return [Text(say("no_outturn"))]
    rows = table[table["fiscal_year"] == sums["fiscal_year"]]
    counts = rows["left_out"].value_counts()
    told = Text(*say.paragraphs("left_out", last=sums, counts=counts.to_dict()))
    if rows.empty:
        return [told]
    many, names = len(rows), ["budget_net", "executed"]
    caption, formats = common.in_units(rows[names])
    caption = say("listed", shown=min(many, LISTED), many=many, units=caption)
    rows = rows.assign(size=rows["budget_net"].abs()).sort_values(
        ["size", "sheet_id"], ascending=[False, True], kind="stable"
    )
    rows = rows.head(LISTED)
    frame = rows[["name", "ministry", "left_out", *names]].assign(
        name=OfSheet.column(rows),
        left_out=[say("why", why=why) for why in rows["left_out"]],
    )
    return [told, _folded(Table(frame, caption, formats | {"name": OfSheet.itself}))]


def _headings() -> dict[str, str]:
    return {name: say("heading", name=name) for name in ("rate", "share", "budget_known")}


def _folded(table: Table) -> Fold:
    return Fold(say("numbers"), table)
