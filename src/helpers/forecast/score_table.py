"""The main scores of a backtest as text for a terminal."""

import pandas as pd

from helpers import export, words

HEADINGS = {
    "quantity": ("予測", "Forecast"),
    "part": ("区分", "Part"),
    "forecasts": ("予測の数", "Forecasts"),
    "in80": ("80%区間内", "In 80 %"),
    "in95": ("95%区間内", "In 95 %"),
    "mean_error": ("誤差の比", "Error ratio"),
    "pinball": ("分位点損失の比", "Pinball ratio"),
    "brier_skill": ("ブライアスキル", "Brier skill"),
}
PARTS = {"chosen": ("選定に使用", "chosen on"), "held out": ("検証用", "held out")}


def scores(table: pd.DataFrame) -> str:
    """The scores that say most, a line a quantity and part; `table` is `track_scores.table`."""
    of = table[table["by"] == "part"].rename(columns={"group": "part"})
    key = ["quantity", "part", "forecasts"]
    wide = of.set_index([*key, "measure"])["value"].unstack().reset_index()  # noqa: PD010
    wide = wide.reindex(columns=[*HEADINGS])
    shown = wide.assign(
        quantity=[words.say(*words.QUANTITIES[name]) for name in wide["quantity"]],
        part=[words.say(*PARTS[name]) for name in wide["part"]],
        forecasts=wide["forecasts"].map("{:,}".format),
        **{name: wide[name].map(words.percent) for name in ("in80", "in95")},
        **{name: wide[name].map(words.ratio) for name in ("mean_error", "pinball", "brier_skill")},
    )
    named = shown.rename(columns={name: words.say(*pair) for name, pair in HEADINGS.items()})
    note = words.say(
        "比は、直近の値をそのまま予測とした場合に対するもの(小さいほどよい)。ブライアスキルは、起点までの頻度を確率とした場合に"
        "対するもの(1が完全、0が改善なし)。",
        "Ratios are to taking the last value as the forecast: less is better. Brier skill is over "
        "taking how often it happened before as the chance: 1 is perfect, 0 no better.",
    )
    return f"{export.aligned(named)}\n{note}"
