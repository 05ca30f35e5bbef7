"""Are the forecasts better than simple rules?"""

import pandas as pd

from helpers import words
from helpers.forecast.track_scores import ALL
from helpers.sentences import Sentences
from helpers.show import Fold, Table, Text
from helpers.story.track import design

say = Sentences("track/errors")

POINTS = ["median_error", "mean_error", "squared_error"]
WHOLE = ["pinball", "interval80", "interval95"]
"""Measures of a point forecast, and of a whole distribution."""

RULES = ["own", "drift", "mean3", "peers"]

LEAST = 0.02
"""Ratios are drawn no smaller than this."""


def ratios(scores: pd.DataFrame) -> pd.DataFrame:
    """The errors of the forecasts and of the simple rules, for the figure; apart: whether
    the 95 % interval of the ratio misses 1, the last value's."""
    measures = {
        name if rule == "own" else f"{rule}_{name}": (rule, name)
        for name in [*POINTS, *WHOLE]
        for rule in (RULES if name in ("mean_error", "squared_error") else ["own"])
    }
    table = design.in_groups(scores, [ALL], list(measures))
    table = table[table["value"] > 0]
    return table.assign(
        rule=[measures[name][0] for name in table["measure"]],
        label=[say(measures[name][1]) for name in table["measure"]],
        rule_label=[say(measures[name][0]) for name in table["measure"]],
        apart=(table["low"] > 1) | (table["high"] < 1),
        value=table["value"].clip(lower=LEAST),
        low=table["low"].clip(lower=LEAST),
        high=table["high"].clip(lower=LEAST),
    ).reset_index(drop=True)


def read_errors(table: pd.DataFrame, scores: pd.DataFrame) -> Text:
    """Whether any simple rule did better, and for which kinds and sizes the last value did."""
    if table.empty:
        return Text(say("none"))
    better = _better(table)
    sure, doubtful = (
        [say("rule", row=row) for row in rows.itertuples()]
        for rows in (better[better["sure"]], better[~better["sure"]])
    )
    facts = {"better": sure, "perhaps_better": doubtful, "worse": _worse(scores)}
    return Text(*say.paragraphs("errors", **facts, rates=_of_rates(scores)))


def how() -> Fold:
    """How to read the ratios."""
    return design.how(say("how"))


def seen(table: pd.DataFrame) -> str:
    """The title of the figure of `ratios`: by how much mean errors are smaller than the last
    value's."""
    own = table[(table["rule"] == "own") & table["measure"].eq("mean_error")]
    gains = 1 - own["value"]
    worse = own.loc[gains <= 0, "heading"]
    return say("seen", low=gains.min(), high=gains.max(), worse=list(worse), known=len(own) > 0)


def _worse(scores: pd.DataFrame) -> list[str]:
    """The kinds and sizes for which the last value does significantly better in the mean."""
    table = design.in_groups(scores, ["kind"], ["mean_error"])
    return [say("worse", row=row) for row in table[table["low"] > 1].to_dict("records")]


def _of_rates(scores: pd.DataFrame) -> float | None:
    """The mean absolute error of execution rates as it is; None without one."""
    known = design.whole(scores)
    return known["mae", "rate"]["value"] if ("mae", "rate") in known else None


def _better(table: pd.DataFrame) -> pd.DataFrame:
    """The simple rules with a smaller error, the last value (1 by definition) among them; sure:
    whether their interval lies below that of these forecasts."""
    own = table[table["rule"] == "own"]
    last = own.assign(rule="last", rule_label=say("last"), value=1.0, low=1.0, high=1.0)
    simple = pd.concat([last, table[table["rule"] != "own"]])
    beside = own.set_index(["quantity", "label"])[["value", "low"]]
    both = simple.join(beside.add_prefix("own_"), on=["quantity", "label"])
    both = both.assign(sure=both["high"] < both["own_low"])
    return both[both["value"] < both["own_value"]]


def errors_table(scores: pd.DataFrame) -> Fold | Text:
    """Errors over those of the last value by years ahead and kind: the forecasts, and drift."""
    columns = ["median_error", "mean_error", "drift_mean_error", "pinball", "interval80"]
    table = design.in_groups(scores, [ALL, "span", "kind"], columns)
    if table.empty:
        return Text()
    frame = design.by_measure(table, ["heading", "label", "forecasts"], columns, "value")
    headings = {name: say(name) for name in columns}
    headings = {name: text[0].upper() + text[1:] for name, text in headings.items()}
    formats = dict.fromkeys(columns, words.ratio)
    return design.folded(Table(frame, say("caption"), formats, design.headings() | headings))


def years_table(scores: pd.DataFrame) -> Fold | Text:
    """The pinball loss over that of the last value, a row an origin, a column a quantity."""
    table = design.in_groups(scores, ["origin"], ["pinball"])
    if table.empty:
        return Text()
    shown = design.by_origin(table, say("by_year"), say("origin"), words.ratio)
    return Fold(say("year_numbers"), shown)
