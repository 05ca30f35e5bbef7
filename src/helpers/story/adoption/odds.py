"""P(target), and the pace it takes."""

import pandas as pd

from helpers import digits, words
from helpers.analysis.series import Series
from helpers.show import Table, Text
from helpers.story import common
from helpers.story.adoption.answer import closed
from helpers.story.adoption.chances import TIMING
from helpers.story.adoption.standing import against, no_values

NEVER = "never"
"""A path that does not meet the target within the years that are followed."""


def read_odds(series: Series, odds: pd.DataFrame) -> Text:
    """How far the odds of the target depend on what is assumed."""
    known = odds.dropna(subset=["p"])
    if not len(series.values):
        return Text(no_values(series))
    if not series.target_open:
        return Text(closed(series))
    if known.empty:
        return Text(
            words.say(
                "実績の点が足りないか動きがなく、達成の確率は計算できません。",
                "Too few actual values, or no change among them: no probability can be computed.",
            )
        )
    by_model = known.groupby("model", sort=False)["p"].mean()
    low, high = digits.lowest(by_model), digits.highest(by_model)
    spans = {
        model: common.chances(part.min(), part.max()) for model, part in known.groupby("model")["p"]
    }
    timing = known.groupby("observed_at", sort=False)["p"].mean()
    shift = digits.difference(timing.max(), timing.min())
    leading = known.loc[known["model"] == known["model"].iloc[0], "p"]
    own = words.model(known["model"].iloc[0])
    moved = _points(digits.difference(leading.max(), leading.min()))
    blank = [model for model in odds["model"].unique() if model not in by_model.index]
    unknown = words.listed([words.model(model) for model in blank])
    return Text(
        words.say(
            "印は前提(測定の時点と上限)ごとの確率です。印が左右に広がるほど、答えはデータではなく前提で決まっています。",
            "Each mark is the probability under one assumption (measurement date and ceiling). The "
            "wider the marks spread, the more the answer comes from assumptions and not from data.",
        ),
        words.say(
            f"最も低いのは{words.model(low)}({spans[low]})、最も高いのは"
            f"{words.model(high)}({spans[high]})です。"
            f"測定の時点の読みだけで全モデルの平均が変わる幅は{_points(shift)}です"
            f"({own}は前提により{moved})。",
            f"Lowest is {words.model(low)} ({spans[low]}), highest "
            f"{words.model(high)} ({spans[high]}). The "
            f"measurement date alone moves the mean of all models by "
            f"{_points(shift)} ({own}: {moved} over the assumptions).",
        ),
        *(
            [
                words.say(
                    f"{unknown}は確率を算出できません(理由は上のモデルの表)。",
                    f"{unknown}: no probability can be given (the table of models above says why).",
                )
            ]
            if blank
            else []
        ),
        *(
            [
                words.say(
                    "目標が上限そのものなので、上限に近づくだけで届かない曲線(ロジット、プロビット、"
                    "補対数対数、ゴンペルツ)の確率は、形の上からほぼ0になります。",
                    "The target is the ceiling itself: curves that approach a ceiling without "
                    "reaching it (logit, probit, cloglog, Gompertz) give it next to no chance by "
                    "their form alone.",
                )
            ]
            if series.ceiling is not None and digits.equal(series.target, series.ceiling)
            else []
        ),
    )


def odds_table(odds: pd.DataFrame) -> Table | Text:
    """Path and P(target) when due under both measurement dates, and the column that reaches the
    target: a row a model, under the leading ceiling."""
    if odds["path"].isna().all():
        return Text(
            words.say(
                "これからの目標か、延ばせる実績がないため、表はありません。",
                "No open target, or no history to extend: there is no table.",
            )
        )
    lead = odds[odds["population"].fillna(0) == odds["population"].fillna(0).iloc[:1].sum()]
    frame = pd.DataFrame(index=lead["model"].drop_duplicates())
    headings = {"name": words.say("モデル", "Model")}
    for observed_at, part in lead.groupby("observed_at", sort=False):
        due = part["column"].iloc[0]
        # The pooled forecast's path differs with the date of measurement.
        frame[f"reaches {observed_at}"] = part.set_index("model")["reaches"]
        headings[f"reaches {observed_at}"] = words.say("達成する年度の列", "Column reached")
        frame[f"path {observed_at}"] = part.set_index("model")["path"]
        frame[f"p {observed_at}"] = part.set_index("model")["p"]
        headings[f"path {observed_at}"] = words.say(
            f"{TIMING[observed_at][0]}、{due}年度の列",
            f"Column {due} ({TIMING[observed_at][1]})",
        )
        headings[f"p {observed_at}"] = words.say("P(目標達成)", "P(target met)")
    frame.insert(0, "name", [words.model(model) for model in frame.index])
    # A model without a path says nothing of when.
    for observed_at in lead["observed_at"].unique():
        reaches = frame[f"reaches {observed_at}"].astype(object)
        without = frame[f"path {observed_at}"].isna()
        frame[f"reaches {observed_at}"] = reaches.where(reaches.notna() | without, NEVER)
    never = words.say("達しない", "never")
    kinds = {
        "p": words.probability,
        "path": words.estimate,
        "reaches": lambda value: never if isinstance(value, str) else words.bare_year(value),
    }
    formats = {name: kinds[name.split(" ")[0]] for name in frame if " " in name}
    return Table(frame, formats=formats, headings=headings)


def read_pace(series: Series, pace: pd.DataFrame) -> Text:
    """What the needed pace says."""
    if not len(series.values):
        return Text(no_values(series))
    if series.target_open and series.met(series.values[-1]):
        return Text(against(series))
    if pace.empty:
        return Text(
            words.say(
                "これからの目標か、2つ以上の実績がないため、必要なペースは計算できません。",
                "No open target or fewer than two actual values: no needed pace can be computed.",
            )
        )
    how = words.say(
        "黒は年ごとの増減、青はその平均、斜線は目標に届くために必要な年あたりの増減です。",
        "Black: change from year to year; blue: its mean; hatched: the change a year needed to "
        "meet the target.",
    )
    if not (pace["ratio"] > 0).all():
        return Text(
            how,
            words.say(
                "実績の平均は、目標の方へ動いていません。これまでの動きが変わらなければ届きません。",
                "On average the values have not moved towards the target: it is out of reach unless "
                "that changes.",
            ),
        )
    ratios = pace
    parts = [
        words.say(
            f"{TIMING[row.observed_at][0]}実績の{_times(row.ratio)}",
            f"{_times(row.ratio)} the observed {TIMING[row.observed_at][1]}",
        )
        for row in ratios.itertuples()
    ]
    return Text(
        how,
        words.say(
            f"必要なペースは、{words.listed(parts)}です。普及は終わりに近づくほど遅くなるのが"
            "普通なので、同じペースが続くとは限りません。",
            f"The needed pace is {words.listed(parts)}. Uptake usually slows towards its "
            "end, so the observed pace need not last.",
        ),
    )


def _points(difference: float) -> str:
    """A difference of probabilities in whole points; what is no whole one may still be seen between
    two that were rounded."""
    if digits.rounded(difference, 5) > 0 and digits.less(difference, 0.005):
        return words.say("1ポイント未満", "less than 1 percentage point")
    points = words.whole_percent(difference)
    return words.say(
        f"{points}ポイント", f"{points} percentage point{'' if points == '1' else 's'}"
    )


def _times(ratio: float) -> str:
    """A ratio in per cent, one of several times as such."""
    if digits.less(ratio, 5):
        return words.say(words.level(ratio), f"{words.level(ratio)} of")
    return words.say(f"{words.fixed(ratio, 0)}倍", f"{words.fixed(ratio, 0)} times")
