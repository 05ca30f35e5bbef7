"""Next year's outturn."""

import math
from functools import partial

import pandas as pd

from helpers import digits, words
from helpers.analysis.execution import WIDE
from helpers.forecast.outlook import Backing
from helpers.sentences import Sentences
from helpers.show import Table, Text

say = Sentences("spending/forecast")

STEPS = 20
"""Steps of its last digit that an interval's ends are apart at least."""


def coarse(value: float, low: float, high: float) -> float:
    """A forecast amount, million yen, with the digits that its interval `low` to `high` calls for:
    an interval of 24.6 to 90.4 is one of 25 to 90."""
    width = high - low
    if not width > 0:
        return value
    step = math.floor(math.log10(width / STEPS * (1 + digits.NOISE)))
    return digits.rounded(value, min(-step, 1))


def forecast_table(forecast: pd.DataFrame, obstacle: str) -> Table | Text:
    """The forecast of the next year's outturn, or the `obstacle` to it (`outlook.obstacle`)."""
    if obstacle:
        return Text(say(f"obstacle_{obstacle}"))
    money = ["executed_lower", "executed_median", "executed_upper"]
    shares = ["lower", "median", "upper"]
    shown = forecast[["fiscal_year", "budget", "level", *money, *shares]].copy()
    for name in money:
        ends = (shown[name], forecast["executed_lower"], forecast["executed_upper"])
        shown[name] = [coarse(*parts) for parts in zip(*ends, strict=True)]
    headings = {name: say(name) for name in ("level", *money, *shares)}
    headings["budget"] = words.term("budget_net")
    formats = {"level": words.level, **dict.fromkeys(shares, partial(words.percent, decimals=0))}
    caption = say("caption", alone=forecast["model"].iloc[0] == "alone")
    return Table(shown, caption, formats, headings)


def read_forecast(forecast: pd.DataFrame, alone: pd.DataFrame, backing: Backing | None) -> Text:
    """What the forecast rests on, how such forecasts did, and what the project's own years alone
    (`alone`, of `outlook.alone`) would say."""
    if forecast.empty:
        return Text()
    facts = {"mean": forecast["mean"].iloc[0], "backing": backing}
    if backing is None:
        return Text(*say.paragraphs("forecast", **facts))
    paragraphs = say.paragraphs(
        "forecast",
        **facts,
        seen=int(forecast["fiscal_year"].iloc[0]) < backing.sheets[-1],
        outside=[say(f"outside_{name}") for name in backing.outside],
    )
    return Text(*paragraphs, *_alone(alone))


def _alone(alone: pd.DataFrame) -> list[str]:
    if alone.empty:
        return []
    row = alone.iloc[0]
    ends = row["executed_lower"], row["executed_upper"]
    return say.paragraphs(
        "alone",
        too_wide=ends[1] - ends[0] > WIDE * row["budget"],
        level=row["level"],
        low=coarse(ends[0], *ends),
        high=coarse(ends[1], *ends),
        chance=row["p_below_70"],
    )
