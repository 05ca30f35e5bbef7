"""The indicators of a sheet, how to read the curve of one, and the models fitted to it."""

import numpy as np
import pandas as pd

from helpers import digits, words
from helpers.analysis.series import IndicatorSeries
from helpers.forecast.fits import RECENT
from helpers.forecast.models import POOLED, Backing
from helpers.sentences import Sentences
from helpers.show import Table, Text
from helpers.story import common
from helpers.story.adoption.answer import no_values
from helpers.story.adoption.chances import held

say = Sentences("adoption/curve")

SAID = ("kind", "direction", "result")
"""What a sheet may state of an indicator: columns of `series.indicators`."""

COLUMNS = 8
"""Years that a table of forecasts has room for."""


def indicators(table: pd.DataFrame, series: IndicatorSeries) -> Table | Text:
    """The outcome indicators that the parameter `indicator` can choose."""
    if table.empty:
        return Text(say("no_indicators"))
    # What most sheets do not state has no column then.
    frame = table.drop(columns=[name for name in SAID if table[name].isna().all()])
    used = frame["number"] == series.number
    frame["used"] = used.map({True: "●", False: ""})
    # The parameters may replace what the sheet says.
    frame.loc[used, "target"] = np.nan if series.target is None else series.target
    frame.loc[used, "target_year"] = pd.NA if series.target_year is None else series.target_year
    for name in frame.columns.intersection(["indicator", "result"]):
        frame[name] = [words.cut(text) if isinstance(text, str) else "" for text in frame[name]]
    formats = dict.fromkeys(("kind", "direction"), words.stated)
    headings = {name: say(name) for name in ("actuals", "used")}
    return Table(frame, "", formats | {"target_year": words.bare_year}, headings)


def read_curve(
    series: IndicatorSeries,
    forecasts: pd.DataFrame,
    lead: str,
    backing: Backing | None,
    why: str,
    earlier: pd.DataFrame,
) -> Text:
    """How to read the curve; `backing` is what stands behind the leading forecast, `why` the reason
    given for the ceiling, "" without one, `earlier` what other sheets print
    (`revisions.actuals`)."""
    if not len(series.values):
        return Text(no_values(series))
    leading = forecasts[forecasts["model"] == lead]
    capped = leading[digits.at_least(leading["path"], series.ceiling or np.inf)]
    known = bool(series.direction or series.stated)
    paragraphs = say.paragraphs(
        "curve",
        lead=lead,
        target=series.target is not None,
        target_open=series.target_open,
        paths=forecasts["path"].notna().any(),
        fan=leading["lower80"].notna().any(),
        bends=lead == POOLED and series.target_open,
        more=series.rising,
        direction="known" if known else "" if series.target is None else "assumed",
        ceiling=series.ceiling,
        percent=series.is_percent,
        why=why,
        capped=capped["fiscal_year"].iloc[0] if len(capped) and lead != POOLED else None,
    )
    if backing:
        paragraphs.append(held(backing))
    if len(earlier):
        paragraphs.append(_earlier(series, earlier))
    return Text(*filter(None, paragraphs))


def _earlier(series: IndicatorSeries, earlier: pd.DataFrame) -> str:
    """What other sheets print of the values, and where they differ most."""
    row = earlier.loc[digits.highest((earlier["value"] - earlier["present"]).abs())]
    return say(
        "earlier",
        years=earlier["fiscal_year"].nunique(),
        year=row["fiscal_year"],
        published=int(row["sheet_year"]),
        value=common.amount(row["value"], series.unit),
        present=common.amount(row["present"], series.unit),
    )


def forecasts_table(forecasts: pd.DataFrame) -> Table | Text:
    """Every model's path with its 80 % forecast interval, a row a model, a column a year; of more
    years than a page has room for, some."""
    if forecasts["path"].isna().all():
        return Text()
    years = np.sort(forecasts["fiscal_year"].unique())
    kept = digits.rounded(np.linspace(0, len(years) - 1, min(len(years), COLUMNS))).astype(int)
    # The last two are the columns in which the target may fall due.
    kept = {*kept, len(years) - 2}
    forecasts = forecasts[forecasts["fiscal_year"].isin([years[at] for at in kept])]
    rows: dict[str, dict[str, str]] = {}
    for row in forecasts.itertuples():
        cell = words.estimate(row.path)
        if pd.notna(row.lower80):
            cell += f"\n({words.estimate(row.lower80)}–{words.estimate(row.upper80)})"
        of_model = rows.setdefault(row.model, {"model": words.model(row.model)})
        of_model[str(row.fiscal_year)] = cell
    frame = pd.DataFrame(list(rows.values()))
    headings = {year: words.year(year) for year in frame.columns[1:]}
    return Table(frame, say("path"), headings=headings | {"model": say("model")})


def fits_table(fits: pd.DataFrame) -> Table | Text:
    """The fits side by side."""
    if fits.empty:
        return Text()
    frame = fits.copy()
    frame["model"] = frame["model"].map(words.model)
    frame["note"] = [note and say(note) for note in frame["note"]]
    # In the square of the unit of account, they are worth no more digits.
    formats = dict.fromkeys(("dispersion", "floor"), words.estimate)
    return Table(frame, formats=formats, headings={name: say(name) for name in frame})


def read_fits(series: IndicatorSeries, fits: pd.DataFrame) -> Text:
    """What the table of fits to `series` allows to say."""
    if not len(series.values):
        return Text(no_values(series))
    if fits.empty:
        return Text(say("no_fits"))
    known = fits.dropna(subset=["floor"])
    bass = fits.loc[fits["model"] == "bass", "estimate"]
    return Text(
        *say.paragraphs(
            "fits",
            recent=RECENT,
            slopes=len(series.values) > RECENT and fits["model"].isin(["drift", "ols"]).any(),
            at_floor=len(known) and digits.less(known["dispersion"], known["floor"]).all(),
            negative_innovation=bass.str.startswith("-").any(),
        )
    )
