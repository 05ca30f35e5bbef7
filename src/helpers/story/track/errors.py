"""Are the forecasts better than simple rules?"""

import pandas as pd

from helpers import words
from helpers.sentences import Sentences
from helpers.show import Table, Text
from helpers.story.track import design

say = Sentences("track/errors")

POINTS = ["median_error", "mean_error", "squared_error"]
WHOLE = ["pinball", "crps", "interval80", "interval95"]
"""Measures of a point forecast, and of a whole distribution."""

RULES = ["own", "drift", "mean3", "peers"]

LEAST = 0.02
"""Ratios are drawn no smaller than this."""


def ratios(scores: pd.DataFrame) -> pd.DataFrame:
    """The held-out errors of the forecasts and of the simple rules, for the figure; apart: whether
    the 95 % interval of the ratio misses 1, the last value's."""
    measures = {
        name if rule == "own" else f"{rule}_{name}": (rule, name)
        for name in [*POINTS, *WHOLE]
        for rule in (RULES if name in POINTS else ["own"])
    }
    table = design.in_groups(scores, ["part"], list(measures))
    table = table[(table["group"] == design.HELD_OUT) & (table["value"] > 0)]
    return table.assign(
        rule=[measures[name][0] for name in table["measure"]],
        label=[say(measures[name][1]) for name in table["measure"]],
        rule_label=[say(measures[name][0]) for name in table["measure"]],
        apart=(table["low"] > 1) | (table["high"] < 1),
        value=table["value"].clip(lower=LEAST),
        low=table["low"].clip(lower=LEAST),
        high=table["high"].clip(lower=LEAST),
    ).reset_index(drop=True)


def read_errors(table: pd.DataFrame) -> Text:
    """How to read the ratios, and whether any simple rule did better."""
    if table.empty:
        return Text(say("none"))
    better = _better(table)
    sure, doubtful = (
        [say("rule", row=row) for row in rows.itertuples()]
        for rows in (better[better["sure"]], better[~better["sure"]])
    )
    return Text(*say.paragraphs("errors", better=sure, perhaps_better=doubtful))


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


def errors_table(scores: pd.DataFrame) -> Table | Text:
    """Errors over those of the last value by years ahead and kind: the forecasts, and drift."""
    columns = ["median_error", "mean_error", "drift_mean_error", "pinball", "interval80"]
    table = design.in_groups(scores, ["part", "h", "kind"], columns)
    table = table[table["group"] != "chosen"]
    if table.empty:
        return Text()
    frame = design.by_measure(table, ["heading", "label", "forecasts"], columns, "value")
    headings = {name: say(name) for name in columns}
    headings = {name: text[0].upper() + text[1:] for name, text in headings.items()}
    formats = dict.fromkeys(columns, words.ratio)
    return Table(frame, say("caption"), formats, design.headings() | headings)
