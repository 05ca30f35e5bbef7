"""What the sheets do not say, declared in data/assumptions.yml with a reason."""

from pathlib import Path

import yaml

from helpers import paths, words
from helpers.analysis.series import IndicatorSeries


def populations(
    sheet_id: str,
    series: IndicatorSeries,
    given: float | None,
    declared: Path = paths.ASSUMPTIONS,
) -> tuple[list[float | None], str]:
    """The ceilings to use for an indicator, the leading one first, and the reason for them.

    `given` (a notebook's parameter) comes first and 0 means none; for a percentage it is not used,
    and the reason says so; else what `declared` states for
    this sheet and indicator; else the series' own ceiling (100 for a percentage, or None). Raises
    ValueError naming the file for an entry without its keys.
    """
    if given and series.is_percent:
        unused = words.say("populationは%の指標には使わない", "population is not used for a %")
        return [series.ceiling], unused
    if given is not None:
        return [float(given) or None], words.say("指定した値", "as given")
    for at, entry in enumerate(yaml.safe_load(declared.read_text("utf-8")) or [], start=1):
        missing = {"sheet", "indicator", "populations", "reason"} - set(entry)
        if missing:
            raise ValueError(f"{declared}: entry {at} lacks {', '.join(sorted(missing))}; add it")
        if (entry["sheet"], entry["indicator"]) == (sheet_id, series.indicator):
            ceilings: list[float | None] = [float(ceiling) for ceiling in entry["populations"]]
            return ceilings, entry["reason"][words.language()]
    return [series.ceiling], ""
