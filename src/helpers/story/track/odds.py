"""Whether probabilities came true."""

import pandas as pd

from helpers import words
from helpers.show import Table, Text
from helpers.story.track import groups

MEASURES = ["brier_skill", "drift_brier_skill", "auc"]


def read_odds(reliability: pd.DataFrame, lang: str) -> Text:
    """How to read the diagram, and in which bins probabilities and shares differ."""
    if reliability.empty:
        return Text(
            words.say(
                lang,
                "検証に残した年度に、結果の分かる確率がありません。",
                "No held-out probability has a known result.",
            )
        )
    how = words.say(
        lang,
        "確率を10 %ごとにまとめ、実際に起きた割合を点で、その95 %区間(Wilson)を縦線で、件数を数字で示します。"
        "点が破線の上にあれば、確率は言葉どおりです。",
        "Probabilities in steps of 10 %: the share that came true (dot), its 95 % interval (Wilson) and "
        "the number of forecasts. On the dashed line a probability means what it says.",
    )
    sentences = []
    for name, part in reliability.groupby("quantity", sort=False):
        off = part[~part["p"].between(part["low"], part["high"])]
        heading, total = groups.quantity(name, lang), f"{int(part['forecasts'].sum()):,}"
        if off.empty:
            sentences.append(
                words.say(
                    lang,
                    f"{heading}({total}件): どの段階も区間の中です。",
                    f"{heading} ({total}): every bin agrees within its interval.",
                )
            )
            continue
        pairs = [
            f"{words.probability(given)} → {words.probability(came)}"
            for given, came in zip(off["p"], off["happened"], strict=True)
        ]
        sentences.append(
            words.say(
                lang,
                f"{heading}({total}件): 区間から外れるのは{words.listed(pairs, lang)}(予測 → 実際)です。",
                f"{heading} ({total}): off is {words.listed(pairs, lang)} (given → came true).",
            )
        )
    return Text(how, *sentences)


def odds_table(scores: pd.DataFrame, lang: str) -> Table | Text:
    """Brier skill of the forecasts and of drift, and AUC, with 95 % intervals, by group."""
    table = groups.chosen(scores, ["part", "h", "kind"], MEASURES, lang)
    if table.empty:
        return Text()
    texts = [
        f"{row.value:.2f} ({row.low:.2f}–{row.high:.2f})".replace("-", "−")
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
        "heading": words.say(lang, "予測", "Forecast"),
        "label": words.say(lang, "区分", "Group"),
        "brier_skill": words.say(lang, "Brierスキル", "Brier skill"),
        "drift_brier_skill": words.say(lang, "ドリフトのBrierスキル", "Brier skill of drift"),
        "auc": "AUC",
    }
    caption = words.say(
        lang,
        "かっこ内は95 %区間。Brierスキルは起点までの実際の割合をいつも答える予測との比較(0は同じ、1は完全)。AUCは、"
        "起きたものに起きなかったものより高い確率を出していた割合(0.5は無作為)",
        "In brackets: 95 % intervals. Brier skill: against always giving the share known at the origin "
        "(0: no better, 1: perfect). AUC: how often what happened had the higher probability (0.5: at "
        "random)",
    )
    return Table(frame, lang, caption, headings=headings)
