"""What came of earlier forecasts: a section of notebooks 02 and 03."""

import pandas as pd

from helpers import money, words
from helpers.sentences import Sentences
from helpers.show import Heading, Table, Text
from helpers.story.spending.forecast import coarse

say = Sentences("came")


def section(came: pd.DataFrame, sheet: int, unit: str = "") -> tuple[Heading | Text | Table, ...]:
    """The section of `forecast.came` for a sheet of the year `sheet`; `unit` is an outcome's."""
    return heading(came), read_came(came), came_table(came, unit), made(came, sheet)


def heading(came: pd.DataFrame) -> Heading:
    """The question, where there is anything to compare (`forecast.came`)."""
    return Heading(*([say("question")] if len(came) else []))


def read_came(came: pd.DataFrame) -> Text:
    """How many forecasts held what came."""
    if came.empty:
        return Text()
    facts = {"held": int(came["inside"].sum()), "forecasts": len(came)}
    return Text(say("came", money=came["quantity"].eq("outturn").any(), **facts))


def made(came: pd.DataFrame, sheet: int) -> Text:
    """From what the forecasts were made; `sheet` is the sheet's year."""
    if came.empty:
        return Text()
    return Text(
        say(
            "made",
            before=sheet - 1 if (came["as_of"] < sheet).any() else None,
            since=bool((came["printed"] > sheet).any()),
            sheet=sheet,
            hindsight=bool((came["sheets"] > came["as_of"]).any()),
            money=came["quantity"].eq("outturn").any(),
        )
    )


def came_table(came: pd.DataFrame, unit: str = "") -> Table | Text:
    """Forecast then, value now; `unit` is an outcome's."""
    if came.empty:
        return Text()
    rows = []
    for row in came.itertuples():
        ends = row.lower80, row.upper80
        if row.quantity == "rate":
            middle, value = (words.percent(part, 0) for part in (row.median, row.value))
            # An end that is printed as the value itself, and does not hold it, needs its decimal.
            interval = words.interval(*ends, 0 if row.inside else 1)
        elif row.quantity == "outturn":
            of = (coarse(part, *ends) for part in (row.median, *ends))
            middle, *limits = of
            interval, value = money.yens(*limits), money.yen(row.value)
            middle = money.yen(middle)
        else:
            middle, *limits = map(words.estimate, (row.median, *ends))
            interval, value = "–".join(limits), words.printed(row.value)
        facts = (row.as_of, row.sheets, row.fiscal_year, say(row.quantity, unit=unit))
        rows.append((*facts, middle, interval, value, row.printed, say(f"inside_{row.inside}")))
    columns = ["as_of", "sheets", "fiscal_year", "of", "middle", "interval", "value", "printed"]
    frame = pd.DataFrame(rows, columns=[*columns, "inside"])
    years = dict.fromkeys(["as_of", "sheets", "fiscal_year", "printed"], words.bare_year)
    headings = {name: say(f"column_{name}") for name in frame if name != "fiscal_year"}
    return Table(frame, say("caption"), years, headings)
