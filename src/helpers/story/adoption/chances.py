"""The chance of meeting the target: the leading forecast, what stands behind it, all models."""

import pandas as pd

from helpers import words
from helpers.analysis.models import POOLED
from helpers.analysis.pooled import Backing
from helpers.analysis.series import Series
from helpers.story import common

TIMING = {
    "end": ("年度末の値と読めば", "if measured at year end"),
    "start": ("年度初めの値と読めば", "if measured at year start"),
}

OUTSIDE = {
    "year": (
        "ただし最新の実績は、学んだ年度より2年を超えて後のものです。",
        "But its latest value is more than two years later than what it was learned from. ",
    ),
    "horizon": (
        "ただし期限は、学んだ先({horizon}年先まで)より遠くにあります。",
        "But the target is due farther ahead than the {horizon} years that it was learned from. ",
    ),
    "ceiling": (
        "ただし、100 %のほかには、上限のある指標から学んでいません。",
        "But it was learned from no series with a ceiling other than 100 %. ",
    ),
    "need": (
        "ただし、これまでの4倍以上のペースが要る目標は、学んだ範囲の外です。",
        "But a target that needs four times the pace or more lies outside what it was learned from. ",
    ),
}


def chances(
    series: Series,
    futures: pd.DataFrame,
    known: pd.DataFrame,
    lead: str,
    backing: Backing | None,
    lang: str,
) -> list[str]:
    """Paragraphs on P(target): of the leading model, and the range over all of them (`known`, of
    `adoption.sensitivity`)."""
    leading = known[known["model"] == lead].groupby("observed_at", sort=False)["p"].first()
    each = [
        words.say(
            lang,
            f"{TIMING[observed_at][0]}{words.probability(p)}",
            f"{words.probability(p)} {TIMING[observed_at][1]}",
        )
        for observed_at, p in leading.items()
    ]
    if backing and each:
        return [
            _pooled(series, futures, each, backing, lang),
            held(backing, lang),
            _range(series, known[known["model"] != POOLED], lang),
        ]
    return [_single(series, known, each, lead, lang)]


def held(backing: Backing, lang: str) -> str:
    """How past forecasts like this one did, and what of this one lies outside of them."""
    outside = ""
    if backing.outside:
        outside = words.say(lang, *OUTSIDE[backing.outside]).format(horizon=backing.horizon)
    if backing.record is None:
        return outside.strip()
    found, many = backing.record.scores, f"{backing.record.forecasts:,}"
    hits = f"{100 * found['in80']:.0f}"
    kind = words.say(lang, *words.KINDS[backing.kind])
    like = {
        "kind and h": (f"{kind}指標の同じ年数先の予測", f"of series {kind}, as many years ahead"),
        "kind": (f"{kind}指標の予測", f"of series {kind}, one to three years ahead"),
        "part": ("指標の予測", "of all series, one to three years ahead"),
    }
    ja, en = like[backing.record.by]
    return (
        words.say(
            lang,
            f"学習にも選択にも使わなかった年度の{ja}{many}件で確かめると、80 %予測区間は100回に{hits}回の割合で実績を"
            "含みました。",
            f"Of 100 such 80 % intervals ({many} forecasts {en}, for a year that nothing was learned "
            f"from), {hits} held. ",
        )
        + outside
    ).strip()


def _pooled(
    series: Series, futures: pd.DataFrame, each: list[str], backing: Backing, lang: str
) -> str:
    first, last = backing.sheets
    kind = words.say(lang, *words.KINDS[backing.kind])
    at = futures[(futures["model"] == POOLED) & (futures["fiscal_year"] == series.target_column)]
    row = at.iloc[0] if len(at) else None
    limits = ""
    if row is not None:
        low, high = (words.estimate(row[f"{end}80"]) for end in ("lower", "upper"))
        unit = f" {series.unit}" if series.unit else ""
        middle, when = words.estimate(row["path"]), words.year(series.target_column, lang)
        limits = words.say(
            lang,
            f"{when}の列の値の80 %予測区間は{low}〜{high}{unit}、中央値は{middle}{unit}です。",
            f" The 80 % forecast interval of the value in column {series.target_column} is "
            f"{low}–{high}{unit}, its median {middle}.",
        )
    return (
        words.say(
            lang,
            f"目標が達成される確率は{words.listed(each, lang)}です。{first}〜{last}年公表のシートで{kind}"
            f"指標{backing.indicators:,}件がその後どうなったかから学んだ予測です。",
            f"The probability of meeting the target is {words.listed(each, lang)}: a forecast learned "
            f"from how {backing.indicators:,} series {kind} went on in the sheets published "
            f"{first}–{last}.",
        )
        + limits
    )


def _range(series: Series, known: pd.DataFrame, lang: str) -> str:
    if known.empty:
        return words.say(
            lang,
            "この指標だけを見るモデルは、点が足りず確率を出せません。",
            "Models that look at this series alone cannot give a probability: too few points.",
        )
    low, high = (words.probability(known["p"].agg(end)) for end in ("min", "max"))
    count, points = known["model"].nunique(), len(series.values)
    span = common.span(low, high)
    return words.say(
        lang,
        f"この指標の{points}点だけを見る{count}つのモデルでは、モデルと前提により{span}になります。"
        f"{_paths(series, known, lang)}",
        f"{words.count(count, 'model').capitalize()} that look at these {points} points alone "
        f"give{'s' if count == 1 else ''} {span}, by model and assumption. "
        f"{_paths(series, known, lang)}",
    ).strip()


def _single(series: Series, known: pd.DataFrame, each: list[str], lead: str, lang: str) -> str:
    low, high = (words.probability(known["p"].agg(end)) for end in ("min", "max"))
    count = known["model"].nunique()
    points = len(series.values)
    name = words.model(lead, lang)
    way = _paths(series, known, lang)
    if low == high:
        return words.say(
            lang,
            f"確率を出せる{count}つのモデルは、どの前提でも達成の確率を{low}とします(モデルがそろって外れる"
            f"こともあります)。{way}",
            f"{words.count(count, 'model')} that can tell give the target a probability of {low} "
            f"under every assumption, which does not keep them from being wrong together. {way}",
        ).rstrip()
    first = (
        words.say(
            lang,
            f"{points}点の実績からは達成の確率を一つに決められません。最初に挙げる{name}モデルでは"
            f"{words.listed(each, lang)}ですが、",
            f"{words.count(points, 'point')} do not fix the probability. The {name} model "
            f"gives {words.listed(each, lang)}, but ",
        )
        if each
        else ""
    )
    return first + words.say(
        lang,
        f"確率を出せる{count}つのモデルと前提を通して見ると{common.span(low, high)}の幅があります。{way}"
        "一つの確率だけを引用しないでください。",
        f"over {words.count(count, 'model')} that can tell and over the assumptions it ranges over "
        f"{common.span(low, high)}. {way}Do not quote a single probability.",
    )


def _paths(series: Series, known: pd.DataFrame, lang: str) -> str:
    ranges = known.groupby("observed_at", sort=False)["path"].agg(["min", "max"])
    paths = []
    for observed_at, row in ranges.iterrows():
        reach = common.span(words.estimate(row["min"]), words.estimate(row["max"]))
        when = TIMING[observed_at]
        paths.append(words.say(lang, f"{when[0]}{reach.replace('–', '〜')}", f"{reach} {when[1]}"))
    unit = f" {series.unit}" if series.unit else ""
    return words.say(
        lang,
        f"期限の時点の経路は、{words.listed(paths, lang)}{unit}です。",
        f"Their paths when the target is due: {words.listed(paths, lang)}. ",
    )
