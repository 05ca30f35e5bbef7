"""The chance of meeting the target: the leading forecast, what stands behind it, all models."""

import numpy as np
import pandas as pd

from helpers import digits, words
from helpers.analysis.series import Series
from helpers.forecast.models import POOLED, Backing
from helpers.story import common

TIMING = {
    "end": ("年度末の値とみれば", "if measured at year end"),
    "start": ("年度初めの値とみれば", "if measured at year start"),
}

NEARLY_ALL = 0.9
"""Part of the way from 0 to the ceiling."""

MANY = 10
"""Times the range of the history beyond which an interval says nothing."""

OUTSIDE = {
    "year": (
        "最新の実績が、学んだ年度より2年を超えて後のものである",
        "its latest value is more than two years later than what it was learned from",
    ),
    "horizon": (
        "{ahead}年先(測定の時点の読みにより1年ずれる)の予測で、学んだ先({horizon}年先まで)より遠い",
        "it is {ahead} years ahead (a year more or less by the date of measurement), farther than the {horizon} years that it was learned from",
    ),
    "need": (
        "これまでの4倍以上のペースが要る目標からはほとんど学んでいない",
        "hardly any target that needs four times the pace or more was learned from",
    ),
    "ceiling": (
        "100 %以外の上限がある指標からは学んでいない",
        "no series with a ceiling other than 100 % was learned from",
    ),
}
"""`Backing.outside` -> what to say of it."""


def chances(
    series: Series,
    futures: pd.DataFrame,
    odds: pd.DataFrame,
    lead: str,
    backing: Backing | None,
) -> list[str]:
    """Paragraphs on P(target): of the leading model, and the range over all of them (`odds`, of
    `adoption.sensitivity`, that hold at least one)."""
    known = odds.dropna(subset="p")
    leading = known[known["model"] == lead].groupby("observed_at", sort=False)["p"].first()
    each = [
        words.say(
            f"{TIMING[observed_at][0]}{words.probability(p)}",
            f"{words.probability(p)} {TIMING[observed_at][1]}",
        )
        for observed_at, p in leading.items()
    ]
    if backing and each:
        paragraphs = [_pooled(series, futures, each, backing), held(backing)]
        if (odds["model"] != POOLED).any():
            paragraphs.append(_range(series, known[known["model"] != POOLED]))
        return paragraphs
    return [_single(series, known, each, lead)]


def held(backing: Backing) -> str:
    """How past forecasts like this one did, and what of this one lies outside of them."""
    outside = ""
    if backing.outside:
        facts = {"ahead": backing.ahead, "horizon": backing.horizon}
        reasons = [words.say(*OUTSIDE[name]).format(**facts) for name in backing.outside]
        outside = words.say(
            f"この予測は学んだ範囲の外にあります: {'、'.join(f'{reason}こと' for reason in reasons)}。",
            f"This forecast lies outside of what it was learned from: {'; '.join(reasons)}.",
        )
    if backing.record is None:
        return outside
    found, many = backing.record.scores, f"{backing.record.forecasts:,}"
    share, between = words.percent(found["in80"]), words.interval(*backing.record.limits["in80"])
    kind = words.say(*words.KINDS[backing.kind])
    like = {
        "kind and h": (
            f"{kind}指標の{backing.ahead}年先の予測",
            f"of series {kind}, {words.count(backing.ahead, 'year')} ahead",
        ),
        "kind": (f"{kind}指標の1〜3年先の予測", f"of series {kind}, one to three years ahead"),
        "part": ("指標の1〜3年先の予測", "of all series, one to three years ahead"),
    }
    ja, en = like[backing.record.by]
    return words.say(
        f"同じ方法を検証用の年度の実績なしで推定し、その年度の実績で確かめると、{ja}{many}件の80 %予測区間は"
        f"{share}(95 %区間{between})が実績を含みました。{outside}",
        f"The same method, fitted without a held-out year and tested on it: of {many} 80 % "
        f"intervals {en}, {share} (95 % interval {between}) contained the actual value. {outside}",
    ).strip()


def _pooled(series: Series, futures: pd.DataFrame, each: list[str], backing: Backing) -> str:
    first, last_sheet = backing.sheets
    kind = words.say(*words.KINDS[backing.kind])
    at = futures[(futures["model"] == POOLED) & (futures["fiscal_year"] == series.target_column)]
    row = at.iloc[0] if len(at) else None
    limits = ""
    if row is not None:
        low, high = (words.estimate(row[f"{end}80"]) for end in ("lower", "upper"))
        unit = f" {series.unit}" if series.unit else ""
        middle, when = words.estimate(row["path"]), words.year(series.target_column)
        top = bool(series.ceiling) and digits.equal(row["upper80"], series.ceiling)
        limits = _vague(row, low, high, when, series) or words.say(
            f"{when}の列の値の80 %予測区間は{low}〜{high}{unit}{'(上限)' if top else ''}、中央値は{middle}{unit}です。",
            f" The 80 % forecast interval of the value in column {series.target_column} is "
            f"{low}–{high}{unit}{' (the ceiling)' if top else ''}, its median {middle}.",
        )
        if (
            not vague(row, series)
            and series.ceiling
            and row["upper95"] - row["lower95"] > NEARLY_ALL * series.ceiling
        ):
            limits += words.say(
                "95 %予測区間は、あり得る値のほぼ全部にわたります。",
                " The 95 % interval spans nearly every possible value.",
            )
        if series.years[-1] + 1 < last_sheet:
            limits += words.say(
                "その後の実績も学習に入っているため、当時出せた予測ではありません。",
                " What came after was among what was learned from: this is no forecast as it could "
                "have been made then.",
            )
        plain = words.probability(backing.uncorrected)
        limits += words.say(
            f"確率は、こうした予測で目標が実際に達成された割合に合わせて補正してあります({when}の列で補正前は{plain})。"
            "中央値、区間、経路は補正していないので、確率と食い違うことがあります。",
            f" The probability is corrected by how often targets so forecast were met (before, for "
            f"column {series.target_column}: {plain}); median, interval and path are not corrected and "
            "may disagree with it.",
        )
    return (
        words.say(
            f"目標が達成される確率は{words.listed(each)}です。{first}〜{last_sheet}年公表のシートで{kind}"
            f"指標{backing.indicators:,}件がその後どうなったかから学んだ予測です。",
            f"The probability of meeting the target is {words.listed(each)}: a forecast learned "
            f"from how {backing.indicators:,} series {kind} went on in the sheets published "
            f"{first}–{last_sheet}.",
        )
        + limits
    )


def vague(row: pd.Series, series: Series) -> bool:
    """Whether the 80 % interval of a forecast says nothing: it spans nearly all that is possible;
    or reaches from half of the lowest value to double the highest; or is many times as wide as the
    range of the history, and wider than its largest value."""
    low, high, values = row["lower80"], row["upper80"], series.values
    if series.ceiling:
        return bool(high - low > NEARLY_ALL * series.ceiling)
    if values.min() > 0 and low <= values.min() / 2 and high >= 2 * values.max():
        return True
    return bool(high - low > max(MANY * np.ptp(values), np.abs(values).max(), 1))


def _vague(row: pd.Series, low: str, high: str, when: str, series: Series) -> str:
    """The sentence in place of an interval that says nothing; "" for one that does."""
    if not vague(row, series):
        return ""
    of = (
        ("あり得る値のほぼ全部にわたり", "nearly every possible value")
        if series.ceiling
        else ("これまでの実績の範囲よりはるかに広く", "far more than the values so far")
    )
    return words.say(
        f"{when}の列の値の80 %予測区間({low}〜{high})は{of[0]}、値そのものについては何も言えません。",
        f" The 80 % forecast interval of the value in column {series.target_column} ({low}–{high}) "
        f"spans {of[1]}: of the value itself nothing can be said.",
    )


def _range(series: Series, known: pd.DataFrame) -> str:
    if known.empty:
        return words.say(
            "この指標だけを見るモデルは、点が足りず確率を出せません。",
            "Models that look at this series alone cannot give a probability: too few points.",
        )
    count, points = known["model"].nunique(), len(series.values)
    span = common.chances(known["p"].min(), known["p"].max())
    return words.say(
        f"この指標の{points}点だけを見る{count}つのモデルでは、モデルと前提(測定の時点、上限)により{span}になります。"
        f"{_paths(series, known)}",
        f"{words.count(count, 'model').capitalize()} that look at these {points} points alone "
        f"give{'s' if count == 1 else ''} {span}, by model and assumption (date of measurement, ceiling). "
        f"{_paths(series, known)}",
    ).strip()


def _single(series: Series, known: pd.DataFrame, each: list[str], lead: str) -> str:
    low, high = (words.probability(known["p"].agg(end)) for end in ("min", "max"))
    span = common.chances(known["p"].min(), known["p"].max())
    count = known["model"].nunique()
    points = len(series.values)
    name = words.model(lead)
    way = _paths(series, known)
    if low == high:
        return words.say(
            f"確率を出せる{count}つのモデルは、どの前提でも達成の確率を{low}とします(モデルがそろって外れる"
            f"こともあります)。{way}",
            f"{words.count(count, 'model')} that can tell give the target a probability of {low} "
            f"under every assumption, which does not keep them from being wrong together. {way}",
        ).rstrip()
    first = (
        words.say(
            f"{points}点の実績からは達成の確率を一つに決められません。最初に挙げる{name}モデルでは"
            f"{words.listed(each)}ですが、",
            f"{words.count(points, 'point')} do not fix the probability. The {name} model "
            f"gives {words.listed(each)}, but ",
        )
        if each
        else ""
    )
    return first + words.say(
        f"確率を出せる{count}つのモデルと前提を通して見ると{span}の幅があります。{way}"
        "一つの確率だけを引用しないでください。",
        f"over {words.count(count, 'model')} that can tell and over the assumptions it ranges over "
        f"{span}. {way}Do not quote a single probability.",
    )


def _paths(series: Series, known: pd.DataFrame) -> str:
    ranges = known.groupby("observed_at", sort=False)["path"].agg(["min", "max"])
    paths = []
    for observed_at, row in ranges.iterrows():
        reach = common.span(words.estimate(row["min"]), words.estimate(row["max"]))
        when = TIMING[observed_at]
        paths.append(words.say(f"{when[0]}{reach.replace('–', '〜')}", f"{reach} {when[1]}"))
    unit = f" {series.unit}" if series.unit else ""
    return words.say(
        f"期限の時点の経路は、モデルと前提を通して、{words.listed(paths)}{unit}です。",
        f"Their paths when the target is due, over models and assumptions: {words.listed(paths)}. ",
    )
