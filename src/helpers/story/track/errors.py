"""Whether the forecasts beat simple rules."""

import pandas as pd

from helpers import words
from helpers.show import Table, Text
from helpers.story.track import groups

LEADING = {"outcome": "median_error", "rate": "mean_error", "outturn": "mean_error"}
"""Quantity -> the error that is quoted: a few outcomes jump, and would be all of a mean."""

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


def errors(scores: pd.DataFrame, lang: str) -> pd.DataFrame:
    """The held-out errors of the forecasts and of the simple rules, for the figure; apart: whether
    the 95 % interval of the ratio misses 1, the last value's."""
    names = {**POINTS, **WHOLE}
    rules = {f"{rule}_{name}": (rule, name) for rule in RULES for name in POINTS if rule != "own"}
    measures = {name: ("own", name) for name in names} | rules
    table = groups.chosen(scores, ["part"], list(measures), lang)
    table = table[(table["group"] == groups.HELD_OUT) & (table["value"] > 0)]
    rule = [measures[name][0] for name in table["measure"]]
    base = [measures[name][1] for name in table["measure"]]
    table = table.assign(
        rule=rule,
        label=[words.say(lang, *names[name]) for name in base],
        rule_label=[words.say(lang, *RULES[name]) for name in rule],
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


def read_errors(table: pd.DataFrame, lang: str) -> Text:
    """How to read the ratios, and whether any simple rule did better."""
    if table.empty:
        return Text(
            words.say(
                lang,
                "検証に残した年度の予測が足りず、比べられません。",
                "Too few held-out forecasts to compare.",
            )
        )
    how = words.say(
        lang,
        "1(破線)より左は、直近の値をそのまま使う予測より誤差が小さいことを示します。塗りつぶした点は、95 %区間が"
        "1を含まないものです。下の4つの尺度は予測分布の全体を評価し、直近の値は一点に確実とみて比べています。",
        "Left of 1 (dashed): a smaller error than taking the last value. Filled: the 95 % interval "
        "misses 1. The last four measures score whole distributions; there the last value is taken as "
        "certain.",
    )
    better = [
        words.say(
            lang,
            f"{row.heading}の{row.label}では{row.name_}(比{row.ratio:.2f}、この予測は{row.own:.2f})",
            f"{row.heading}, {row.label}: {row.name_} ({row.ratio:.2f}, these forecasts {row.own:.2f})",
        )
        for row in _better(table, lang).itertuples()
    ]
    if better:
        verdict = words.say(
            lang,
            f"単純な規則のほうが誤差の小さいものもあります: {'、'.join(better)}。",
            f"A simple rule has the smaller error in: {'; '.join(better)}.",
        )
    else:
        verdict = words.say(
            lang,
            "どの尺度でも、比べた単純な規則よりこの予測のほうが誤差が小さいか、同じです。",
            "By every measure these forecasts have an error as small as the simple rules, or smaller.",
        )
    return Text(how, verdict)


def _better(table: pd.DataFrame, lang: str) -> pd.DataFrame:
    """The simple rules with a smaller error, the last value (a ratio of 1) among them."""
    own = table[table["rule"] == "own"]
    last = own.assign(
        rule="last", rule_label=words.say(lang, "直近の値", "the last value"), value=1.0
    )
    simple = pd.concat([last, table[table["rule"] != "own"]])
    beside = own.set_index(["quantity", "label"])["value"].rename("own")
    both = simple.join(beside, on=["quantity", "label"])
    columns = {"rule_label": "name_", "value": "ratio"}
    return both[both["value"] < both["own"]].rename(columns=columns)


def errors_table(scores: pd.DataFrame, lang: str) -> Table | Text:
    """Errors over those of the last value by years ahead and kind: the forecasts, and drift."""
    columns = ["median_error", "mean_error", "drift_mean_error", "pinball", "interval80"]
    table = groups.chosen(scores, ["part", "h", "kind"], columns, lang)
    table = table[table["group"] != "chosen"]
    if table.empty:
        return Text()
    keys = ["heading", "label", "forecasts"]
    rows = list(dict.fromkeys(zip(*(table[key] for key in keys), strict=True)))
    wide = table.pivot_table(index=keys, columns="measure", values="value")
    frame = wide.reindex(index=pd.MultiIndex.from_tuples(rows, names=keys), columns=columns)
    frame = frame.dropna(axis="columns", how="all").reset_index()
    of_drift = words.say(lang, "ドリフトの平均絶対誤差", "drift: mean absolute error")
    headings = {name: words.say(lang, *both) for name, both in {**POINTS, **WHOLE}.items()}
    headings |= {
        "heading": words.say(lang, "予測", "Forecast"),
        "label": words.say(lang, "区分", "Group"),
        "forecasts": words.say(lang, "予測の数", "Forecasts"),
        "drift_mean_error": of_drift,
    }
    headings = {name: text[0].upper() + text[1:] for name, text in headings.items()}
    formats = dict.fromkeys(columns, _ratio)
    caption = words.say(
        lang,
        "直近の値をそのまま使う予測との比(検証に残した年度)。1より小さければ誤差が小さい",
        "Ratios to taking the last value, held-out years. Below 1: a smaller error",
    )
    return Table(frame, lang, caption, formats, headings)


def ratio(quantity: str, row: pd.Series, lang: str) -> str:
    """The quoted error of a quantity as a ratio to that of the last value, in words."""
    error = words.say(lang, *POINTS[LEADING[quantity]])
    return words.say(
        lang,
        f"{groups.quantity(quantity, lang)}の{error}は{times(row, lang)}",
        f"the {error} of {words.QUANTITIES[quantity][1]} was {times(row, lang)}",
    )


def times(row: pd.Series, lang: str) -> str:
    """A ratio with its 95 % interval."""
    limits = f"{row['low']:.2f}–{row['high']:.2f}"
    return words.say(
        lang,
        f"{row['value']:.2f}倍(95 %区間{limits})",
        f"{row['value']:.2f} times as large (95 % interval {limits})",
    )


def _ratio(value: float) -> str:
    return "–" if pd.isna(value) else f"{value:.2f}"
