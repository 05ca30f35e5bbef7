"""Errors against those of the last value, in sentences: the same measures for every quantity."""

import pandas as pd

from helpers import digits, words
from helpers.story.track import design
from helpers.story.track.errors import say as say_error

MEASURES = ("mean_error", "median_error")


def of_all(scores: pd.DataFrame, names: list[str]) -> str:
    """The mean and the median error of all held-out forecasts of each quantity; empty without."""
    sentences = []
    for measure in MEASURES:
        rows = {name: design.held_out_score(scores, name, measure) for name in names}
        rows = {name: row for name, row in rows.items() if row is not None}
        if rows:
            sentences.append(_sentence(measure, rows))
    if not sentences:
        return ""
    head = words.say(
        "誤差を、直近の値がそのまま続くとみる予測と比べました。",
        "Errors are given as ratios to those of taking the last value for the next one.",
    )
    return words.say("", " ").join([head, *sentences])


def of_kinds(scores: pd.DataFrame, names: list[str]) -> str:
    """The kind of indicator or size of budget with the smallest mean error, and with the largest;
    empty where nothing was split, or nothing differs."""
    of = scores[(scores["by"] == "kind") & (scores["measure"] == MEASURES[0])]
    parts = []
    for name in names:
        rows = of[(of["quantity"] == name) & of["value"].notna()]
        if rows["value"].nunique() < 2:
            continue
        best, worst = (
            rows.loc[at] for at in (digits.lowest(rows["value"]), digits.highest(rows["value"]))
        )
        least, most = (design.group_label("kind", row["group"]) for row in (best, worst))
        among = words.say(f"{design.heading(name)}では", f"of {words.QUANTITIES[name][1]} ")
        parts.append(
            words.say(
                f"{among}「{least}」の{_noted(best)}が最小、「{most}」の{_noted(worst)}が最大です",
                f'{among}smallest for "{least}", {_noted(best)}, largest for "{most}", '
                f"{_noted(worst)}",
            )
        )
    if not parts:
        return ""
    text = words.say(
        f"平均絶対誤差を指標の種類や予算の規模に分けると、{'。'.join(parts)}。",
        f"The mean absolute error by kind of indicator or size of budget: {'; '.join(parts)}.",
    )
    return words.say("", " ").join(filter(None, [text, _worse(scores, names)]))


def _worse(scores: pd.DataFrame, names: list[str]) -> str:
    """The kinds and sizes for which the last value does significantly better; empty without any."""
    table = design.in_groups(scores, ["kind"], list(MEASURES))
    table = table[table["quantity"].isin(names) & (table["low"] > 1)]
    if table.empty:
        return ""
    parts = []
    for _, row in table.iterrows():
        error = say_error(row["measure"])
        parts.append(
            words.say(
                f"{row['heading']}の「{row['label']}」の{error}{_noted(row)}",
                f"{words.QUANTITIES[row['quantity']][1]}, {row['label']}, {error} {_noted(row)}",
            )
        )
    return words.say(
        f"直近の値のほうが有意に良いのは、{'、'.join(parts)}です。",
        f"The last value is significantly better for: {'; '.join(parts)}.",
    )


def _sentence(measure: str, rows: dict[str, pd.Series]) -> str:
    error = say_error(measure)
    parts = [
        words.say(
            f"{design.heading(name)}で{_noted(row, noting=False)}",
            f"{_noted(row, noting=False)} for {words.QUANTITIES[name][1]}",
        )
        for name, row in rows.items()
    ]
    text = words.say(
        f"{error}は、{words.listed(parts)}",
        f"The {error} was {words.listed(parts)}",
    )
    doubtful, worse = (
        words.listed(
            [words.say(*words.QUANTITIES[name]) for name in rows if side(rows[name]) == at],
        )
        for at in (0, 1)
    )
    if doubtful:
        text += words.say(
            f"で、{doubtful}では95 %区間が1倍を含み、直近の値より良いとは言えません",
            f"; for {doubtful} the 95 % interval includes 1: no better than the last value can be told",
        )
    if worse:
        text += words.say(
            f"{'。' if doubtful else 'で、'}{worse}では直近の値のほうが小さい誤差です",
            f"; for {worse} the last value has the smaller error",
        )
    return text + words.say("。" if doubtful or worse else "でした。", ".")


def side(row: pd.Series) -> int:
    """-1 where a ratio is below 1 by its whole interval, 1 where above, else 0."""
    return int(row["low"] > 1) - int(row["high"] < 1)


def _noted(row: pd.Series, noting: bool = True) -> str:
    """A ratio with its 95 % interval and, if `noting`, whether that includes 1."""
    none = words.say("直近の値より良いとは言えない", "no better than the last value can be told")
    limits = _limits(row, none if noting and side(row) == 0 else "")
    return words.say(
        f"{words.ratio(row['value'])}倍{limits}", f"{words.ratio(row['value'])}{limits}"
    )


def _limits(row: pd.Series, note: str = "") -> str:
    known = "" if pd.isna(row["low"] + row["high"]) else words.ratios(row["low"], row["high"])
    name = words.say("95 %区間", "95 % interval ")
    inside = [part for part in (known and name + known, note) if part]
    if not inside:
        return ""
    return words.say(f"({'、'.join(inside)})", f" ({', '.join(inside)})")
