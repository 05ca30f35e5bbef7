"""The indicators of a sheet, how to read the curve of one, and the models fitted to it."""

import numpy as np
import pandas as pd

from helpers import digits, words
from helpers.analysis.series import IndicatorSeries
from helpers.forecast.adoption import telling
from helpers.forecast.fits import RECENT
from helpers.forecast.models import POOLED, Backing
from helpers.sentences import Sentences
from helpers.sheet import ReviewSheet, records
from helpers.show import Fold, Table, Text
from helpers.story.adoption.answer import brief, chosen, no_values

say = Sentences("adoption/curve")

SAID = ("kind", "direction", "result")
"""What a sheet may state of an indicator: columns of `series.indicators`."""

COLUMNS = 8
"""Years that a table of forecasts has room for."""


def read_indicators(sheet: ReviewSheet, table: pd.DataFrame, series: IndicatorSeries) -> Text:
    """Which of the indicators in the `table` is analysed, and why."""
    if table.empty:
        return Text(say("no_indicators"))
    name, goal = words.cut(series.indicator), words.cut(series.goal)
    facts = {"name": name, "goal": "" if goal == name else goal}
    return Text(*filter(None, [say("analysed", **facts), chosen(sheet, series)]))


def indicators(table: pd.DataFrame, series: IndicatorSeries) -> Fold | Text:
    """The outcome indicators that the parameter `indicator` can choose."""
    if table.empty:
        return Text()
    # What most sheets do not state has no column then.
    columns = {
        name: column.to_numpy()
        for name, column in table.items()
        if name not in SAID or column.notna().any()
    }
    used = columns["number"] == series.number
    # The parameters may replace what the sheet says.
    own = {"target": np.nan if series.target is None else series.target}
    for name, value in (own | {"target_year": series.target_year}).items():
        columns[name] = np.where(used, value, columns[name])
    for name in columns.keys() & {"indicator", "result"}:
        texts = columns[name]
        columns[name] = [words.cut(text) if isinstance(text, str) else "" for text in texts]
    frame = pd.DataFrame(columns | {"used": np.where(used, "●", "")})
    formats = dict.fromkeys(("kind", "direction"), words.stated)
    headings = {name: say(name) for name in ("actuals", "used")}
    formats |= {"target_year": words.bare_year, "unit": words.unit}
    return Fold(say("list"), Table(frame, "", formats, headings))


def found_curve(series: IndicatorSeries) -> Text:
    """Whence the values have come, and how much that is a year."""
    if not len(series.values):
        return Text(no_values(series))
    change = digits.difference(series.values[-1], series.values[0])
    unit = series.difference_unit
    return Text(
        say(
            "found",
            first=series.years[0],
            was=words.amount(series.values[0], series.unit),
            last=series.years[-1],
            value=words.amount(series.values[-1], series.unit),
            side=int(np.sign(change)),
            mean=brief(abs(change) / max(int(series.years[-1] - series.years[0]), 1), unit),
        )
    )


def curve_evidence(
    series: IndicatorSeries,
    forecasts: pd.DataFrame,
    lead: str,
    backing: Backing | None,
    why: str,
    earlier: pd.DataFrame,
    gone: list[dict],
) -> Fold | Text:
    """The values, the forecasts and how to read them; `backing` is what stands behind the leading
    forecast, `why` the reason given for the ceiling, "" without one, `earlier` what other sheets
    print (`revisions.actuals`), `gone` what later ones print no more (`revisions.gone`)."""
    if not len(series.values):
        return Text()
    leading = forecasts[forecasts["model"] == lead]
    fan = telling(series, leading)["vague"]
    capped = leading[digits.at_least(leading["path"], series.ceiling or np.inf)]
    known = bool(series.direction or series.stated)
    paragraphs = say.paragraphs(
        "curve",
        lead=lead,
        fan=leading["lower80"].notna().any(),
        vague=fan.any(),
        bends=lead == POOLED and series.target_open,
        more=series.rising,
        direction="known" if known else "" if series.target is None else "assumed",
        ceiling=series.ceiling,
        percent=series.is_percent,
        why=why,
        capped=capped["fiscal_year"].iloc[0] if len(capped) and lead != POOLED else None,
    )
    if len(earlier):
        paragraphs.append(_earlier(series, earlier))
    paragraphs.append(_gone(series, gone))
    parts = [Text(*filter(None, paragraphs)), history_table(series), forecasts_table(forecasts)]
    return Fold(say("evidence"), *parts, *_record(backing))


def history_table(series: IndicatorSeries) -> Table:
    """The actual values, the targets of each year, and the rates of achievement printed."""
    frame = pd.DataFrame({"fiscal_year": series.years, "actual": series.values})
    for name in ("expected", "achievement"):
        values = getattr(series, name)
        if values is not None and not np.isnan(values).all():
            frame[name] = values
    formats = dict.fromkeys(("actual", "expected"), words.printed)
    headings = {"expected": words.term("expected", "outcome")}
    return Table(frame, say("history", unit=words.unit(series.unit)), formats, headings)


def _record(backing: Backing | None) -> list[Table]:
    """How forecasts like this one did, as a table."""
    if backing is None or backing.record is None:
        return []
    record = backing.record
    frame = pd.DataFrame({"forecasts": [record.forecasts], "in80": [record.scores["in80"]]})
    frame["limits"] = words.interval(*record.limits["in80"])
    headings = {name: say(f"record_{name}") for name in frame}
    return [Table(frame, say("record"), {"in80": words.percent}, headings)]


def _earlier(series: IndicatorSeries, earlier: pd.DataFrame) -> str:
    """What other sheets print of the values, and where they differ most."""
    row = earlier.loc[digits.highest((earlier["value"] - earlier["present"]).abs())]
    return say(
        "earlier",
        years=earlier["fiscal_year"].nunique(),
        year=row["fiscal_year"],
        published=int(row["sheet_year"]),
        value=words.amount(row["value"], series.unit),
        present=words.amount(row["present"], series.unit),
    )


def _gone(series: IndicatorSeries, gone: list[dict]) -> str:
    """Which numbers of the series later sheets print no more."""
    own = [row for row in gone if (row["table"], row["number"]) == ("outcome", series.number)]
    years = {
        column: [row["fiscal_year"] for row in own if row["column"] == column]
        for column in ("target", "actual", "expected")
    }
    return say("gone", **years, published=sorted({row["sheet_year"] for row in own}))


def forecasts_table(forecasts: pd.DataFrame) -> Table | Text:
    """Every model's path with its 80 % forecast interval, a row a model, a column a year; of more
    years than a page has room for, some."""
    rows = records(forecasts)
    if all(row["path"] is None for row in rows):
        return Text()
    years = sorted({row["fiscal_year"] for row in rows})
    kept = digits.rounded(np.linspace(0, len(years) - 1, min(len(years), COLUMNS))).astype(int)
    # The last two are the columns in which the target may fall due.
    shown = {years[at] for at in (*kept, len(years) - 2)}
    table: dict[str, dict[str, str]] = {}
    for row in rows:
        if row["fiscal_year"] not in shown:
            continue
        cell = words.estimate(np.nan if row["path"] is None else row["path"])
        if row["lower80"] is not None:
            cell += f"\n({words.estimate(row['lower80'])}–{words.estimate(row['upper80'])})"
        of_model = table.setdefault(row["model"], {"model": words.model(row["model"])})
        of_model[str(row["fiscal_year"])] = cell
    frame = pd.DataFrame(list(table.values()))
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


def read_fits(series: IndicatorSeries, fits: pd.DataFrame, forecasts: pd.DataFrame) -> Text:
    """How far apart the models of `series` alone end."""
    if not len(series.values):
        return Text(no_values(series))
    if fits.empty:
        return Text(say("no_fits"))
    models, due = set(fits["model"]), series.target_column if series.target_open else np.inf
    alone = [
        (row["fiscal_year"], row["path"])
        for row in records(forecasts)
        if row["model"] in models and row["path"] is not None and row["fiscal_year"] <= due
    ]
    year = max((year for year, _ in alone), default=None)
    ends = sorted(path for of, path in alone if of == year)
    return Text(
        say(
            "apart",
            points=len(series.values),
            models=len(ends),
            year=year,
            low=words.estimate(ends[0]) if ends else "",
            high=words.estimated(ends[-1], series.unit) if ends else "",
            same=bool(ends) and words.estimate(ends[0]) == words.estimate(ends[-1]),
        )
    )


def fits_evidence(series: IndicatorSeries, fits: pd.DataFrame) -> Fold | Text:
    """The fits side by side, and what they allow to say."""
    if fits.empty:
        return Text()
    known = fits.dropna(subset=["floor"])
    bass = fits.loc[fits["model"] == "bass", "estimate"]
    said = Text(
        *say.paragraphs(
            "fits",
            recent=RECENT,
            slopes=len(series.values) > RECENT and fits["model"].isin(["drift", "ols"]).any(),
            at_floor=len(known) and digits.less(known["dispersion"], known["floor"]).all(),
            negative_innovation=bass.str.startswith("-").any(),
        )
    )
    return Fold(say("fits_heading"), fits_table(fits), said)
