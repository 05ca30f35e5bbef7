"""Next year's outturn."""

import math

import pandas as pd

from helpers import digits, money, words
from helpers.analysis.execution import WIDE
from helpers.forecast.outlook import Backing
from helpers.sentences import Sentences
from helpers.show import Table, Text

say = Sentences("spending/forecast")

LEVELS = (80, 95)
"""Per cent that an interval holds."""

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


def outturn(forecast: pd.Series) -> dict:
    """A row of forecasts as facts: low and high, the ends of the 80 % interval of the outturn in
    million yen, as `coarse` as it is wide; too_wide, whether that tells nothing of the amount."""
    ends = forecast["executed_lower80"], forecast["executed_upper80"]
    low, high = (coarse(end, *ends) for end in ends)
    return {"low": low, "high": high, "too_wide": ends[1] - ends[0] > WIDE * forecast["budget"]}


def movement(forecast: pd.Series) -> dict:
    """How the budget still moves: budget_low and budget_high, the ends of its 80 % interval, as
    `outturn` gives them; moves, whether these are two; stays, the chance that nothing moves."""
    ends = forecast["budget_lower80"], forecast["budget_upper80"]
    low, high = (coarse(end, *ends) for end in ends)
    stays = 1 - forecast["p_fall"] - forecast["p_rise"]
    return {"budget_low": low, "budget_high": high, "moves": low < high, "stays": stays}


def forecast_table(forecast: pd.DataFrame, obstacle: str) -> Table | Text:
    """The forecast of the next year's outturn, or the `obstacle` to it (`outlook.obstacle`)."""
    if obstacle:
        return Text(say(f"obstacle_{obstacle}"))
    row = forecast.iloc[0]
    rows = [{"what": say("executed"), **_spread(row, "executed_")}]
    if pd.notna(row["median"]):
        rate = {
            level: words.interval(row[f"lower{level}"], row[f"upper{level}"], 0) for level in LEVELS
        }
        rows += [{"what": say("rate"), "median": words.percent(row["median"], 0), **rate}]
    if pd.notna(row.get("budget_lower80")):
        rows += [{"what": say("final_budget"), **_spread(row, "budget_")}]
    table = pd.DataFrame(rows, columns=["what", "median", *LEVELS]).rename(columns=str)
    headings = {name: say(f"of_{name}") for name in table}
    caption = say("caption", model=row["model"], year=row["fiscal_year"], budget=row["budget"])
    return Table(table, caption, headings=headings)


def _spread(row: pd.Series, name: str) -> dict:
    """Median and intervals of an amount, each as coarse as its interval calls for."""
    texts = {}
    for level in LEVELS:
        ends = [row[f"{name}lower{level}"], row[f"{name}upper{level}"]]
        texts[level] = money.yens(*(coarse(end, *ends) for end in ends))
        texts.setdefault("median", money.yen(coarse(row[f"{name}median"], *ends)))
    return texts


def chances_table(forecast: pd.DataFrame) -> Table | Text:
    """How likely it is that much is left, that the budget moves, or that nothing is spent."""
    if forecast.empty:
        return Text()
    row = forecast.iloc[0]
    known = {name: row.get(name) for name in ("p_below_70", "p_rise", "p_fall", "p_none")}
    shown = {name: value for name, value in known.items() if pd.notna(value)}
    rows = [(say(name), f"{words.share(p)} ({words.chance(p)})") for name, p in shown.items()]
    table = pd.DataFrame(rows, columns=["what", "chance"])
    caption = say("chances", year=row["fiscal_year"])
    return Table(table, caption, headings={"what": "", "chance": say("chance")})


def read_forecast(forecast: pd.DataFrame, alone: pd.DataFrame, backing: Backing | None) -> Text:
    """What the forecast rests on, how such forecasts did, and what the project's own years alone
    (`alone`, of `outlook.alone`) would say."""
    if forecast.empty:
        return Text()
    row = forecast.iloc[0]
    if backing and row["model"] == "unbudgeted":
        return Text(*say.paragraphs("unbudgeted", rows=backing.projects, sheets=backing.sheets))
    facts = {"mean": row["mean"], "backing": backing}
    if backing is None:
        return Text(*say.paragraphs("forecast", **facts))
    paragraphs = say.paragraphs(
        "forecast",
        **facts,
        seen=int(row["fiscal_year"]) < backing.sheets[-1],
        fall=row["p_fall"],
        rise=row["p_rise"],
        left_out=backing.left_out,
    )
    return Text(*paragraphs, *_alone(alone))


def _alone(alone: pd.DataFrame) -> list[str]:
    if alone.empty:
        return []
    row = alone.iloc[0]
    return say.paragraphs("alone", **outturn(row), chance=row["p_below_70"])
