"""Whether the forecasts beat simple rules."""

import pandas as pd

from helpers import words
from helpers.show import Table, Text
from helpers.story.track import design

POINTS = {
    "median_error": ("誤差の中央値", "median error"),
    "mean_error": ("平均絶対誤差", "mean absolute error"),
    "squared_error": ("平均二乗誤差の平方根", "root mean squared error"),
}
WHOLE = {
    "pinball": ("ピンボール損失", "pinball loss"),
    "crps": ("CRPS", "CRPS"),
    "interval80": ("80 %区間のスコア", "80 % interval score"),
    "interval95": ("95 %区間のスコア", "95 % interval score"),
}
RULES = {
    "own": ("この予測", "these forecasts"),
    "drift": ("ドリフト", "drift"),
    "mean3": ("直近3年の平均", "mean of three years"),
    "peers": ("同じ府省庁・規模の平均", "mean of ministry and size"),
}
LEAST = 0.02
"""Ratios are drawn no smaller than this."""


def errors(scores: pd.DataFrame) -> pd.DataFrame:
    """The held-out errors of the forecasts and of the simple rules, for the figure; apart: whether
    the 95 % interval of the ratio misses 1, the last value's."""
    names = {**POINTS, **WHOLE}
    rules = {f"{rule}_{name}": (rule, name) for rule in RULES for name in POINTS if rule != "own"}
    measures = {name: ("own", name) for name in names} | rules
    table = design.in_groups(scores, ["part"], list(measures))
    table = table[(table["group"] == design.HELD_OUT) & (table["value"] > 0)]
    rule = [measures[name][0] for name in table["measure"]]
    base = [measures[name][1] for name in table["measure"]]
    table = table.assign(
        rule=rule,
        label=[words.say(*names[name]) for name in base],
        rule_label=[words.say(*RULES[name]) for name in rule],
        apart=(table["low"] > 1) | (table["high"] < 1),
        value=table["value"].clip(lower=LEAST),
        low=table["low"].clip(lower=LEAST),
        high=table["high"].clip(lower=LEAST),
    )
    keys = pd.DataFrame(
        {
            "quantity": table["quantity"].map(list(words.QUANTITIES).index),
            "base": [list(names).index(name) for name in base],
            "rule": [list(RULES).index(name) for name in rule],
        },
        index=table.index,
    )
    return table.loc[keys.sort_values(list(keys)).index].reset_index(drop=True)


def read_errors(table: pd.DataFrame) -> Text:
    """How to read the ratios, and whether any simple rule did better."""
    if table.empty:
        return Text(
            words.say(
                "検証に残した年度の予測が足りず、比べられません。",
                "Too few held-out forecasts to compare.",
            )
        )
    how = words.say(
        "1(破線)より左は、直近の値をそのまま使う予測より誤差が小さいことを示します。塗りつぶした点は、95 %区間が"
        "1を含まないものです。下の4つの尺度は予測分布の全体を評価し、直近の値は一点に確実とみて比べています。",
        "Left of 1 (dashed): a smaller error than taking the last value. Filled: the 95 % interval "
        "misses 1. The last four measures score whole distributions; there the last value is taken as "
        "certain.",
    )
    better = _better(table)
    sure, doubtful = (
        words.say("、", "; ").join(_named(row) for row in rows.itertuples())
        for rows in (better[better["sure"]], better[~better["sure"]])
    )
    verdicts = []
    if sure:
        verdicts.append(
            words.say(
                f"単純な規則のほうが誤差の小さいもの: {sure}。",
                f"A simple rule has the smaller error in: {sure}.",
            )
        )
    if doubtful:
        verdicts.append(
            words.say(
                f"値は単純な規則のほうが小さいものの、95 %区間からは差があるとは言えないもの: {doubtful}。",
                "A simple rule has the smaller figure, but by the 95 % intervals there is no "
                f"significant difference: {doubtful}.",
            )
        )
    if better.empty:
        verdicts.append(
            words.say(
                "どの尺度でも、比べた単純な規則よりこの予測のほうが誤差が小さいか、同じです。",
                "By every measure these forecasts have an error as small as the simple rules, or "
                "smaller.",
            )
        )
    return Text(how, *verdicts)


def _named(row) -> str:
    return words.say(
        f"{row.heading}の{row.label}では{row.name_}(比{words.ratio(row.ratio)}、この予測は{words.ratio(row.own)})",
        f"{row.heading}, {row.label}: {row.name_} ({words.ratio(row.ratio)}, these forecasts {words.ratio(row.own)})",
    )


def _better(table: pd.DataFrame) -> pd.DataFrame:
    """The simple rules with a smaller error, the last value (1 by definition) among them; sure:
    whether their interval lies below that of these forecasts."""
    own = table[table["rule"] == "own"]
    name = words.say("直近の値", "the last value")
    last = own.assign(rule="last", rule_label=name, value=1.0, low=1.0, high=1.0)
    simple = pd.concat([last, table[table["rule"] != "own"]])
    beside = own.set_index(["quantity", "label"])[["value", "low"]]
    both = simple.join(beside.add_prefix("own_"), on=["quantity", "label"])
    both = both.assign(sure=both["high"] < both["own_low"])
    columns = {"rule_label": "name_", "value": "ratio", "own_value": "own"}
    return both[both["value"] < both["own_value"]].rename(columns=columns)


def errors_table(scores: pd.DataFrame) -> Table | Text:
    """Errors over those of the last value by years ahead and kind: the forecasts, and drift."""
    columns = ["median_error", "mean_error", "drift_mean_error", "pinball", "interval80"]
    table = design.in_groups(scores, ["part", "h", "kind"], columns)
    table = table[table["group"] != "chosen"]
    if table.empty:
        return Text()
    keys = ["heading", "label", "forecasts"]
    rows = list(dict.fromkeys(zip(*(table[key] for key in keys), strict=True)))
    wide = table.pivot_table(index=keys, columns="measure", values="value")
    frame = wide.reindex(index=pd.MultiIndex.from_tuples(rows, names=keys), columns=columns)
    frame = frame.dropna(axis="columns", how="all").reset_index()
    of_drift = words.say("ドリフトの平均絶対誤差", "drift: mean absolute error")
    headings = {name: words.say(*both) for name, both in {**POINTS, **WHOLE}.items()}
    headings |= {
        "heading": words.say("予測", "Forecast"),
        "label": words.say("区分", "Group"),
        "forecasts": words.say("予測の数", "Forecasts"),
        "drift_mean_error": of_drift,
    }
    headings = {name: text[0].upper() + text[1:] for name, text in headings.items()}
    formats = dict.fromkeys(columns, words.ratio)
    caption = words.say(
        "直近の値をそのまま使う予測との比(検証に残した年度)。1より小さければ誤差が小さい",
        "Ratios to taking the last value, held-out years. Below 1: a smaller error",
    )
    return Table(frame, caption, formats, headings)
