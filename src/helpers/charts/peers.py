"""The peers of a project, drawn behind its own years."""

import pandas as pd
from matplotlib.axes import Axes

from helpers import words
from helpers.charts import style


def behind(axes: Axes, band: pd.DataFrame) -> None:
    """The table of `standing.band` in per cent: a grey column a year from p10 to p90, a darker one
    from p25 to p75, a line at the median; lighter where the years are taken together."""
    look = {"color": style.FAINT, "lw": 0, "zorder": 0.5}
    for row in band.itertuples():
        faint = 0.5 if row.all_years else 1
        for low, high, alpha in ((row.p10, row.p90, 0.25), (row.p25, row.p75, 0.45)):
            axes.bar(
                row.fiscal_year,
                100 * (high - low),
                bottom=100 * low,
                width=0.72,
                alpha=alpha * faint,
                **look,
            )
        ends = (row.fiscal_year - 0.36, row.fiscal_year + 0.36)
        axes.hlines(100 * row.p50, *ends, color=style.GREY, lw=1, alpha=faint, zorder=0.6)


def behind_alt(band: pd.DataFrame) -> str:
    """The same in words, for the figure's text; empty without peers."""
    if band.empty:
        return ""
    rows = [
        f"{words.year(row.fiscal_year)} {words.percent(row.p50)} "
        f"({words.percent(row.p10)}–{words.percent(row.p90)})"
        for row in band.itertuples()
    ]
    head = words.say(
        "。同じような事業の中央値(10〜90 %点): ",
        ". Median of its peers (10th to 90th percentile): ",
    )
    return head + ", ".join(rows)
