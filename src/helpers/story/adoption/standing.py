"""Where an outcome stands: what is better, against the target, by the printed rate; in words."""

import numpy as np
import pandas as pd

from helpers import digits, words
from helpers.analysis.series import Series
from helpers.story import common

BETTER = {True: ("大きい", "More"), False: ("小さい", "Less")}

FROM = {
    "bound": (
        "目標の文に「{words}」とあることから",
        "because the words of the goal have “{words}”",
    ),
    "rate": ("達成率の指標であることから", "because it is a rate of achievement"),
    "zero": ("目標が0であることから", "because the target is 0"),
    "ahead": (
        "目標が最初の実績より大きいことから",
        "because the target lies above the first value",
    ),
    "level": (
        "目標が最初の実績と同じことから(維持する目標とみて)",
        "because the target equals the first value (a level to be kept)",
    ),
    "risen": (
        "目標が最初の実績より小さいのに実績が増えたことから(保つべき下限とみて)",
        "because the values rose though the target lies below the first (a floor to be held)",
    ),
    "reduce": (
        "目標が最初の実績より小さく、目標の文に「{words}」とあることから",
        "because the target lies below the first value and the goal's words have “{words}”",
    ),
    "through": (
        "目標より大きかった実績が目標を割り込み、目標の文に減らす言葉がないことから(保つべき下限とみて)",
        "because the values fell through the target and no word of the goal speaks of reducing (a "
        "floor to be held)",
    ),
    "falls": (
        "実績が毎年、下にある目標の方へ減っていることから",
        "because the values fall every year towards a target below them",
    ),
    "held": (
        "目標が最初の実績より小さく、最新の実績も目標を下回らず、目標の文に減らす言葉がないことから"
        "(保つべき下限とみて)",
        "because neither the first value nor the latest is below the target and no word of the "
        "goal speaks of reducing (a floor to be held)",
    ),
}
"""`Assumed.why` -> from what the direction was assumed, where there is a target."""

HELD = {
    0: ("保てるか", "is held"),
    1: ("目標を下回らないか", "stays at or above it"),
    -1: ("目標を上回らないか", "stays at or below it"),
}
"""Side of the target on which a value meets it -> what is asked until the target is due."""

DOUBTFUL = ("risen", "through", "falls", "held")
"""Assumed from the values alone, where the other direction reverses the conclusion."""


def better(series: Series) -> str:
    """Whether more or less is better, and who says so; "" where nobody does and no target is there
    for it to matter."""
    ja, en = BETTER[series.rising]
    if series.direction:
        other = series.stated not in (None, series.direction)
        opposed = words.say(
            "シートの記載とは逆です。" if other else "",
            "The sheet states the opposite." if other else "",
        )
        given = words.say(
            f"パラメータdirectionの指定により、{ja}ほど良い指標とします。",
            f"{en} is taken as better, as the parameter direction says.",
        )
        return common.joined([given, opposed])
    if series.stated:
        way = "上がる" if series.rising else "下がる"
        return words.say(
            f"シートはこれを{way}と良い指標としています。",
            f"The sheet states that {en.lower()} is better.",
        )
    if series.target is None:
        return ""
    why = series.assumed.why
    reason = words.say(*FROM[why]).format(words=common.cut(series.assumed.words))
    turn = "down" if series.rising else "up"
    taken = words.say(
        f"どちらが良いかはシートに記載がなく、{reason}、{ja}ほど良いとみなしました。",
        f"The sheet does not state what is better. {en} is taken as better {reason}.",
    )
    if why in DOUBTFUL:
        opposite = words.say(
            f"逆なら結論も逆になります(パラメータdirectionを{turn}に)。",
            f"If that is wrong the conclusion is the opposite (set the parameter direction to {turn}).",
        )
    else:
        opposite = words.say(
            f"違う場合はパラメータdirectionを{turn}にします。",
            f"If that is wrong, set the parameter direction to {turn}.",
        )
    return common.joined([taken, opposite])


def against(series: Series) -> str:
    """The latest value against a target that is not due yet."""
    value, target = series.values[-1], series.target
    gap = common.amount(abs(value - target), common.difference_unit(series))
    if digits.equal(value, target):
        side = words.say("最新の実績は目標と同じ", "The latest value equals the target")
    else:
        side = words.say(
            f"最新の実績は目標を{gap}{'上回り' if value > target else '下回り'}",
            f"The latest value is {gap} {'above' if value > target else 'below'} the target",
        )
    if series.met(value):
        ja, en = HELD[int(np.sign(digits.difference(value, target)))]
        text = words.say(
            f"{side}{'で' if digits.equal(value, target) else ''}、既に目標に達しています。期限まで{ja}が問いです。",
            f"{side}: it meets the target already; the question is whether it {en} until the target "
            "is due.",
        )
        if target == 0 and series.rising and series.values.min() >= 0:
            always = words.say(
                "ただし大きいほど良い指標で目標が0なら、必ず達成になります。0は「目標なし」の印字かもしれません。",
                "But where more is better a target of 0 is always met: 0 may stand for no target.",
            )
            return common.joined([text, always])
        return text
    earlier = series.years[:-1][series.met(series.values[:-1])]
    before = ""
    if len(earlier):
        before = words.say(
            f"{words.year(earlier[-1])}には目標を満たしていましたが、",
            f"In {words.year(earlier[-1])} the target was met.",
        )
    missed = words.say(f"{side}、目標に届いていません。", f"{side}: it does not meet the target.")
    return common.joined([before, missed])


def printed_rate(series: Series) -> str:
    """The rate of achievement that the sheet prints for its latest year, beside ours."""
    if series.achievement is None or np.isnan(series.achievement).all():
        return ""
    at = np.flatnonzero(~np.isnan(series.achievement))[-1]
    printed, plan, value = series.achievement[at], series.expected[at], series.values[at]
    own = 100 * value / plan if plan else np.nan
    year = words.year(series.years[at])
    rate = words.number(printed)
    same = np.isnan(own) or words.number(own) == rate
    ours = "" if np.isnan(own) else words.number(own)
    beside = words.say(
        ""
        if np.isnan(own)
        else "で、計算とも合います"
        if same
        else f"ですが、計算では{ours} %です",
        "" if np.isnan(own) else ", as computed" if same else f", where {ours} % is computed",
    )
    text = words.say(
        f"シートに印字された{year}の達成率(実績÷その年度の目標)は{rate} %{beside or 'です'}。",
        f"The rate of achievement that the sheet prints for {year} (actual / that year's target) is "
        f"{rate} %{beside}.",
    )
    if series.rising:
        return text
    miss = words.say(
        "小さいほど良い指標なので、100 %を超えれば目標に届いていません(印字の達成率は逆数にしていません)。",
        "As less is better, more than 100 % is a miss (the printed rate is not inverted).",
    )
    return common.joined([text, miss])


def chosen(table: pd.DataFrame, series: Series) -> str:
    """Which of the sheet's indicators (`series.indicators`) is analysed, and why; "" for the only
    one."""
    others = len(table) - 1
    if others < 1 or series.number is None:
        return ""
    aimed = (
        table.loc[table["number"] == series.number, ["target", "target_year"]].notna().all(axis=1)
    )
    if series.asked:
        ja, en = (
            "パラメータindicatorで指定したもの",
            "it was asked for by the parameter indicator",
        )
    elif series.qualitative:
        ja, en = (
            "数値の実績のある指標がないため最初のもの",
            "no indicator has actual values: the first",
        )
    elif aimed.any():
        ja = "目標値と目標年度があるもののうち、実績の数が最も多い最初のもの"
        en = "of those with a target and a target year, the first with the most actual values"
    else:
        ja = "目標値と目標年度のそろった指標がないため、実績の数が最も多い最初のもの"
        en = "none has a target and its year: the first with the most actual values"
    return words.say(
        f"分析したのは{len(table)}件の成果指標のうち{series.number}番です({ja})。ほかの{others}件は"
        "パラメータindicatorで選べます。",
        f"Of {len(table)} outcome indicators number {series.number} is analysed ({en}). The "
        f"parameter indicator chooses {'the other' if others == 1 else f'one of the other {others}'}.",
    )


def proposed(series: Series) -> str:
    """A target that stands in the sheet's words alone, and how to use it; "" without one."""
    if series.proposed is None:
        return ""
    target, due, said = series.proposed
    said = common.cut(said)
    value = words.exact(target).replace(",", "")
    return words.say(
        f"ただし目標の文に「{said}」とあります。表にない値なので使っていません。これを目標とするなら、"
        f"パラメータを -p target {value} -p target_year {due} としてください。",
        f"But the words of the goal have “{said}”. It is not in the table and not used; to take it "
        f"as the target, give the parameters -p target {value} -p target_year {due}.",
    )


def in_words(series: Series) -> list[str]:
    """What a sheet tells of a qualitative outcome."""
    goal = common.cut(series.goal)
    paragraphs = [
        words.say(
            f"成果指標「{_name(series)}」は定性的な成果です。数値の実績はなく、図や達成の確率は"
            "ありません。",
            f"The outcome “{_name(series)}” is a qualitative one: it has no values to plot, "
            "and no probability can be given.",
        )
    ]
    if goal and goal != common.cut(series.indicator):
        paragraphs.append(words.say(f"成果目標: {goal}", f"Goal: {goal}"))
    result = " ".join(series.result.split())
    paragraphs.append(
        words.say(f"シートに書かれた実績: {result}", f"Result as the sheet tells it: {result}")
        if result
        else words.say("実績の記載はシートにありません。", "The sheet tells no result of it.")
    )
    return paragraphs


def no_values(series: Series) -> str:
    """The sentence of a section that needs values, where there are none."""
    if series.qualitative:
        return words.say(
            "定性的な成果で数値がないため、ここに示すものはありません。",
            "A qualitative outcome has no values: there is nothing to show here.",
        )
    return words.say("実績がありません。", "There is no actual value.")


def _name(series: Series) -> str:
    return common.cut(series.indicator) or words.say("(名前なし)", "(no name)")
