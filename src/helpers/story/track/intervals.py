"""Do the intervals hold? Where in its forecast does the truth fall? Where do they fail?"""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from helpers import digits, words
from helpers.forecast.track_scores import ALL
from helpers.sentences import Sentences
from helpers.show import Fold, Table, Text
from helpers.story.track import design

say = Sentences("track/intervals")

NOMINAL = {"in80": 0.8, "in95": 0.95}

TIED = "rate"
"""The quantity with many truths at one value, 100 %: an interval that ends there holds them all."""

NEAR = 0.03
"""A share inside that is so much more or less than promised is called about right."""

EVEN = 0.02
"""Tenths of the PIT that are off by no more than this are called nearly even."""

SHOWN, NAMED = 10, 3
"""Groups on either side of the nominal level that a table has, and that a sentence names."""


def origins(scores: pd.DataFrame) -> pd.DataFrame:
    """The shares of truths in 80 % intervals by origin, for the figure."""
    table = _shares(scores, ["origin"], ["in80"])
    return table.assign(origin=table["group"].astype(int))


def coverage(scores: pd.DataFrame) -> pd.DataFrame:
    """The shares of the outcomes' truths in intervals by years ahead and kind, for the figure."""
    of = scores[scores["quantity"] == "outcome"]
    return _shares(of, [ALL, "span", "h", "kind"], list(NOMINAL))


def money(scores: pd.DataFrame) -> pd.DataFrame:
    """The shares of rates and outturns in 80 % intervals by size of the budget, and by what became
    of it, for the figure."""
    of = scores[scores["quantity"] != "outcome"]
    return _shares(of, [ALL, "kind", "budget"], ["in80"])


def all_shares(scores: pd.DataFrame) -> pd.DataFrame:
    """All shares of truths in intervals, by every grouping."""
    bys = ["origin", "span", "h", "kind", "kind and h", "budget", "ministry"]
    return _shares(scores, bys, list(NOMINAL))


def _shares(scores: pd.DataFrame, bys: list[str], measures: list[str]) -> pd.DataFrame:
    """Shares in intervals with their nominal, misses (over those promised), and `apart`: -1 where
    the share is significantly below it (its 95 % interval lies below), 1 above, else 0."""
    table = design.in_groups(scores, bys, measures)
    value, low, high = (table[name].to_numpy(float) for name in ("value", "low", "high"))
    nominal = np.array([NOMINAL[name] for name in table["measure"]], float)
    apart = (low > nominal).astype(int) - (high < nominal)
    return table.assign(nominal=nominal, misses=(1 - value) / (1 - nominal), apart=apart)


def narrow(table: pd.DataFrame) -> pd.DataFrame:
    """The shares in 80 % intervals that are clearly too low: significantly, and not by little."""
    low = table["measure"].eq("in80") & (table["value"] < 0.8 - NEAR) & (table["apart"] < 0)
    return table[low]


def worst(scores: pd.DataFrame, bys: Iterable[str]) -> dict | None:
    """The lowest of the shares by these groupings that are clearly too low; None without any."""
    low = narrow(_shares(scores, list(bys), ["in80"]))
    return low.loc[digits.lowest(low["value"])].to_dict() if len(low) else None


def seen_origins(table: pd.DataFrame) -> str:
    """The title of the figure of `origins`."""
    return say("seen_origins", years=sorted(narrow(table)["group"].unique()))


def seen_inside(table: pd.DataFrame) -> str:
    """The title of the figures of `coverage` and `money`: the group for which intervals held least,
    or that there is none."""
    low = narrow(table)
    row = low.loc[digits.lowest(low["value"])].to_dict() if len(low) else None
    return say("seen_inside", row=row, names=list(dict.fromkeys(table["quantity"])))


def seen_ministries(table: pd.DataFrame) -> str:
    """The title of the figure of `ministries`."""
    low = table[table["apart"] < 0]
    return say("seen_ministries", names=list(dict.fromkeys(low["label"])))


def seen_pit(pit: pd.DataFrame) -> str:
    """The title of the histograms."""
    off = {name: deviation(pit, name) for name in pit["quantity"].unique()}
    most = max(off.values(), default=0)
    return say("seen_pit", most=most, even=most <= EVEN)


def read_coverage(table: pd.DataFrame) -> Text:
    """Which shares of `coverage` or `money` are apart from the nominal."""
    if table.empty:
        return Text(say("none"))
    below, above = (table[table["apart"] == side] for side in (-1, 1))
    worst = below.sort_values("misses", ascending=False, kind="stable").head(NAMED)
    others = above[above["quantity"] != TIED]
    farthest = ""
    if len(others):
        row = others.loc[digits.highest(others["value"] - others["nominal"])]
        farthest = say("share", row=row.to_dict())
    text = say(
        "coverage",
        shares=len(table),
        below=len(below),
        worst=[say("share", row=row) for row in worst.to_dict("records")],
        above=len(above),
        tied=len(above) - len(others),
        farthest=farthest,
    )
    return Text(text)


def how_coverage() -> Fold:
    """How to read the figures of `coverage` and `money`."""
    return design.how(say("how_coverage"))


def money_table(scores: pd.DataFrame) -> Fold | Text:
    """Rates and outturns side by side, by size and by what became of the budget: shares inside,
    and how wide the intervals are for what they hold (interval score)."""
    of = scores[scores["quantity"].isin(["rate", "outturn"])]
    table = design.in_groups(of, [ALL, "kind", "budget"], ["in80", "in95", "is80"])
    if table.empty:
        return Text()
    columns = ["in80", "in95", "is80"]
    frame = design.by_measure(table, ["heading", "label", "forecasts"], columns, "value")
    formats = dict.fromkeys(NOMINAL, words.percent) | {"is80": words.ratio}
    headings = design.headings() | {name: say(name) for name in columns}
    return design.folded(Table(frame, say("money"), formats, headings))


def of_tied(above: pd.DataFrame) -> str:
    """How many of the shares above the nominal are of rates; empty without any."""
    return say("tied", tied=above["quantity"].eq(TIED).sum(), shares=len(above))


def deviation(pit: pd.DataFrame, quantity: str) -> float | None:
    """How far the tenth of a PIT that is farthest off is from its due share; None without a PIT."""
    if pit.empty or quantity not in set(pit["quantity"]):
        return None
    part = pit[pit["quantity"] == quantity]
    return float((part["share"] - (part["to"] - part["from"])).abs().max())


def read_pit(pit: pd.DataFrame) -> Text:
    """The share below the median and in the outer tenths."""
    if pit.empty:
        return Text(say("none"))
    parts = [
        say(
            "pit_of",
            name=name,
            below=part.loc[part["to"] < 0.55, "share"].sum(),
            outer=part["share"].iloc[[0, -1]].sum(),
            deviation=deviation(pit, name),
        )
        for name, part in pit.groupby("quantity", sort=False)
    ]
    return Text(say("pit", quantities=parts))


def how_pit() -> Fold:
    """How to read the histograms."""
    return design.how(say("how_pit"))


def ministries(scores: pd.DataFrame) -> pd.DataFrame:
    """The shares in 80 % intervals by ministry, for the figure: ministries with a share
    significantly below the nominal first, then by their lowest share."""
    table = _shares(scores, ["ministry"], ["in80"])
    by = table.groupby("label")
    keys = pd.DataFrame({"below": by["apart"].min().clip(upper=0), "value": by["value"].min()})
    order = {label: at for at, label in enumerate(keys.sort_values(["below", "value"]).index)}
    return table.sort_values("label", key=lambda labels: labels.map(order), kind="stable")


def read_ministries(table: pd.DataFrame) -> Text:
    """Which shares by ministry are off."""
    if table.empty:
        return Text(say("none"))
    below, above = (table[table["apart"] == side] for side in (-1, 1))
    text = say(
        "ministries",
        shares=len(table),
        below=[say("ministry", row=row) for row in below.itertuples()],
        above=len(above),
        tied=of_tied(above),
    )
    return Text(text)


def how_ministries() -> Fold:
    """How to read the figure of `ministries`."""
    return design.how(say("how_ministries"))


def failures_table(scores: pd.DataFrame) -> Fold | Text:
    """The shares significantly off the nominal level that are farthest from it: those below it
    first, with the most misses, then those above."""
    table = all_shares(scores)
    if table.empty:
        return Text(say("none"))
    below = table[table["apart"] < 0].sort_values("misses", ascending=False, kind="stable")
    above = table[table["apart"] > 0].sort_values("misses", kind="stable")
    if below.empty and above.empty:
        return Text(say("none_off", shares=len(table)))
    shown = pd.concat([below.head(SHOWN), above.head(SHOWN)])
    shown = shown.assign(
        level=shown["nominal"].map(words.level),
        inside=shown["value"].map(words.percent),
        interval=list(map(words.interval, shown["low"], shown["high"])),
        misses=[words.fixed(ratio, 1) for ratio in shown["misses"]],
    )
    columns = ["heading", "label", "level", "inside", "interval", "misses", "forecasts", "projects"]
    caption = say(
        "failures",
        shares=len(table),
        below=len(below),
        above=len(above),
        tied=of_tied(above),
        left_out=len(below) + len(above) - len(shown),
    )
    headings = {name: say(name) for name in ("level", "inside", "interval", "misses")}
    return design.folded(Table(shown[columns], caption, headings=design.headings() | headings))
