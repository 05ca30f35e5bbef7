"""Whether probabilities came true."""

import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from helpers import digits, words
from helpers.show import Table, Text
from helpers.story.track import design

MEASURES = ["brier_skill", "drift_brier_skill", "auc"]
EDGES = [0, 0.3, 0.5, 0.7, 1]
"""Bins are taken together between these: a run of small ones all on one side is no chance."""


def together(reliability: pd.DataFrame) -> pd.DataFrame:
    """The bins of `track_scores.reliability` taken together between `EDGES`.

    Columns: quantity, edge (the upper one), forecasts, came (how many came true), p (mean given),
    share (came true), low, high (its 95 % Wilson interval), apart (1: given too high, -1: too low).
    """
    edge = pd.cut(reliability["p"], EDGES, right=False, labels=EDGES[1:]).astype(float)
    given = reliability["p"] * reliability["forecasts"]
    came = digits.rounded(reliability["happened"] * reliability["forecasts"])
    table = reliability.assign(edge=edge.fillna(1), given=given, came=came)
    sums = ["forecasts", "came", "given"]
    table = table.groupby(["quantity", "edge"], sort=False)[sums].sum().reset_index()
    low, high = proportion_confint(table["came"], table["forecasts"], method="wilson")
    p, share = (table[name] / table["forecasts"] for name in ("given", "came"))
    apart = (p > high).astype(int) - (p < low).astype(int)
    return table.assign(p=p, share=share, low=low, high=high, apart=apart)


def run(edge: float) -> str:
    """The probabilities up to an edge, in words."""
    low = EDGES[EDGES.index(edge) - 1]
    if low == 0:
        return words.say(f"{words.level(edge)}未満", f"below {words.level(edge)}")
    if edge == 1:
        return words.say(f"{words.level(low)}以上", f"{words.level(low)} or more")
    return words.say(
        f"{words.whole_percent(low)}〜{words.level(edge)}",
        f"{words.whole_percent(low)}–{words.level(edge)}",
    )


def saying(edge: float) -> str:
    """`run` in English, as it follows on "forecasts"."""
    return run(edge) if edge == EDGES[1] else f"of {run(edge)}"


def read_odds(reliability: pd.DataFrame) -> Text:
    """How to read the diagram, and where probabilities and shares differ: in which bins, and in
    which bins taken together."""
    if reliability.empty:
        return Text(
            words.say(
                "検証に残した年度に、結果の分かる確率がありません。",
                "No held-out probability has a known result.",
            )
        )
    runs = [run(edge) for edge in EDGES[1:]]
    how = words.say(
        "確率を10 %ごとにまとめ、実際に起きた割合を点で、その95 %区間(Wilson)を縦線で、件数を数字で示します。"
        "点が破線に重なれば、確率は名目どおりです。件数の少ない段階が同じ側へ続けて外れることもあるため、"
        f"{'、'.join(runs)}にまとめても比べます。",
        "Probabilities in steps of 10 %: the share that came true (dot), its 95 % interval (Wilson) and "
        "the number of forecasts. On the dashed line a probability means what it says. As small bins "
        f"may all be off to one side, they are also taken together: {words.listed(runs)}.",
    )
    joined = together(reliability)
    sentences = [
        words.say("", " ").join([_bins(name, part), _runs(joined[joined["quantity"] == name])])
        for name, part in reliability.groupby("quantity", sort=False)
    ]
    return Text(how, *sentences)


def _bins(name: str, bins: pd.DataFrame) -> str:
    off = bins[~bins["p"].between(bins["low"], bins["high"])]
    heading, total = design.heading(name), f"{int(bins['forecasts'].sum()):,}"
    if off.empty:
        return words.say(
            f"{heading}({total}件): どの段階でも、予測した確率は実際の割合の95 %区間の中です。",
            f"{heading} ({total}): in every bin the probability lies in the interval of the share.",
        )
    pairs = [
        f"{words.probability(given)} → {words.probability(came)}"
        for given, came in zip(off["p"], off["happened"], strict=True)
    ]
    return words.say(
        f"{heading}({total}件): 区間から外れる段階は{words.listed(pairs)}(予測 → 実際)です。",
        f"{heading} ({total}): off is {words.listed(pairs)} (given → came true).",
    )


def _runs(joined: pd.DataFrame) -> str:
    off = joined[joined["apart"] != 0]
    if off.empty:
        return words.say(
            "まとめても、高すぎる、または低すぎると言える確率はありません。",
            "Taken together, none can be told to be too high or too low.",
        )
    parts = []
    for row in off.itertuples():
        high = row.apart > 0
        inside = f"{words.percent(row.share)}", words.interval(row.low, row.high)
        parts.append(
            words.say(
                f"{run(row.edge)}では、予測の平均{words.percent(row.p)}に対して実際は"
                f"{row.forecasts:,}件中{words.fixed(row.came, 0)}件({inside[0]}、95 %区間{inside[1]})で、確率は"
                f"{'高' if high else '低'}すぎました",
                f"of {row.forecasts:,} forecasts {saying(row.edge)}, {words.percent(row.p)} on average, "
                f"{words.fixed(row.came, 0)} came true ({inside[0]}, 95 % interval {inside[1]}): too "
                f"{'high' if high else 'low'}",
            )
        )
    return words.say(f"まとめると、{'。'.join(parts)}。", f"Together: {'; '.join(parts)}.")


def odds_table(scores: pd.DataFrame) -> Table | Text:
    """Brier skill of the forecasts and of drift, and AUC, with 95 % intervals, by group."""
    table = design.in_groups(scores, ["part", "h", "kind"], MEASURES)
    if table.empty:
        return Text()
    texts = [
        f"{words.ratio(row.value)} ({words.ratios(row.low, row.high)})".replace("-", "−")
        for row in table.itertuples()
    ]
    rows = list(dict.fromkeys(zip(table["heading"], table["label"], strict=True)))
    wide = table.assign(text=texts).pivot_table(
        index=["heading", "label"], columns="measure", values="text", aggfunc="first"
    )
    frame = wide.reindex(
        index=pd.MultiIndex.from_tuples(rows, names=["heading", "label"]), columns=MEASURES
    )
    frame = frame.dropna(axis="columns", how="all").reset_index()
    headings = {
        "heading": words.say("予測", "Forecast"),
        "label": words.say("区分", "Group"),
        "brier_skill": words.say("Brierスキル", "Brier skill"),
        "drift_brier_skill": words.say("ドリフトのBrierスキル", "Brier skill of drift"),
        "auc": "AUC",
    }
    caption = words.say(
        "かっこ内は95 %区間。Brierスキルは起点までの実際の割合をいつも答える予測との比較(0は同じ、1は完全)。AUCは、"
        "起きたものに起きなかったものより高い確率を出していた割合(0.5は無作為)",
        "In brackets: 95 % intervals. Brier skill: against always giving the share known at the origin "
        "(0: no better, 1: perfect). AUC: how often what happened had the higher probability (0.5: at "
        "random)",
    )
    return Table(frame, caption, headings=headings)
