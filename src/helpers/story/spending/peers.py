"""Whether the rate is low among other projects, and what followed for those like this one."""

import pandas as pd

from helpers import digits, money, precision, words
from helpers.analysis.execution import LOW
from helpers.analysis.peers import ENOUGH, FEWEST, size_class
from helpers.analysis.persistence import AFTER
from helpers.sentences import Sentences
from helpers.sheet import records
from helpers.show import Table, Text

say = Sentences("spending/peers")

GROUPS = ("all", "ministry", "size")

MEASURES = ("execution_rate", "rate_gross", "unspent", "granted", "attainment", "hhi")
SHARES = ("execution_rate", "rate_gross", "granted", "attainment")

FINE = [name for name in AFTER if name not in ("all", "< 70", ">= 70")]


def read_peers(places: pd.DataFrame, held: pd.DataFrame, rates: pd.DataFrame, about: dict) -> Text:
    """Where the execution rate stands (`peers.standing`), the money beside it
    (`held`, of `persistence.money`), and what it is compared with (`peers.about`)."""
    rate = places[places["measure"].eq("execution_rate")]
    if rate.empty:
        return Text(say("no_rate"))
    groups = {row["group"]: row for row in rate.to_dict("records")}
    if not groups["all"]["count"]:
        return Text(say("no_peers", fewest=FEWEST))
    known = rates.loc[rates["modelled"], "fiscal_year"]
    return Text(
        _place(groups),
        *say.paragraphs("money", **_money(places, held)),
        say(
            "scope",
            about=about,
            outside=[year for year in known if year not in about["fiscal_years"]],
        ),
    )


def _place(groups: dict[str, dict]) -> str:
    rate = groups["all"]
    shown = [groups[name] for name in GROUPS if groups[name]["count"]]
    facts = {"single": rate["unit"] == "year", "tied": rate["equal"] > 0, "enough": ENOUGH}
    return say(
        "place",
        rate=rate,
        places=[say("among", place=place, **facts) for place in shown],
        equal=[place["equal"] for place in shown],
        medians=[say("group_median", place=place) for place in shown],
        without=[groups[name] for name in GROUPS if not groups[name]["count"]],
        fewest=FEWEST,
        **facts,
    )


def _money(places: pd.DataFrame, held: pd.DataFrame) -> dict:
    """What is left unspent a year and the share with less of all and of the same size, None where
    nothing is or it is unknown, and whether it is one of single years of projects; the share of all
    unspent money that the top 1 % hold."""
    unspent = {row["group"]: row for row in _known(places) if row["measure"] == "unspent"}
    top = held.loc[held["size"].eq("all"), "top_share"]
    left = "all" in unspent and (unspent["all"]["value"] or 0) > 0
    return {
        "unspent": digits.rounded(unspent["all"]["value"], 1) if left else None,
        "below": {group: row["below"] for group, row in unspent.items()},
        "single": any(row["unit"] == "year" for row in unspent.values()),
        "top_share": top.iloc[0] if len(top) and top.notna().all() else None,
    }


def _known(places: pd.DataFrame) -> list[dict]:
    """The rows of `peers.standing` that say where the project stands."""
    return [row for row in records(places) if row["count"] > 0]


def read_band(band: pd.DataFrame) -> str:
    """What the grey columns behind the execution rate are (`peers.band`); empty without any."""
    if band.empty:
        return ""
    row = band.iloc[0].to_dict()
    return say("band", row=row, years=list(band.loc[band["all_years"], "fiscal_year"]))


def peers_table(places: pd.DataFrame) -> Table | Text:
    """The project's measures, the medians of its peers, and the share of them with less."""
    known, rows = _known(places), []
    if not known:
        return Text()
    for measure in MEASURES:
        groups = {row["group"]: row for row in known if row["measure"] == measure}
        if not groups:
            continue
        text = {"unspent": _mean_amount, "hhi": words.ratio}.get(measure, words.percent)
        first = next(iter(groups.values()))
        own = text(first["value"])
        if measure in SHARES:
            own = words.percent(first["value"], int(first["decimals"]))
        of = {group: groups.get(group, {}) for group in GROUPS}
        medians = {group: text(place.get("median")) for group, place in of.items()}
        below = {f"below_{group}": words.share(place.get("below")) for group, place in of.items()}
        row = {"measure": say(measure), "own": own, "years": str(first["years"])}
        rows.append(row | medians | below)
    frame = pd.DataFrame(rows)
    caption = say(
        "caption", enough=ENOUGH, attainment=any(row["measure"] == "attainment" for row in known)
    )
    return Table(frame, caption, headings={name: say(name) for name in frame})


def _mean_amount(value: float | None) -> str:
    """A mean of amounts, to a tenth of a million yen: it has no more digits."""
    return "–" if pd.isna(value) else money.yen(digits.rounded(value, 1))


def read_followed(persistence: pd.DataFrame, rates: pd.DataFrame, about: dict) -> Text:
    """What followed the project-years of the same size with a rate like this project's last one
    (`persistence.table`), or of all sizes where there are too few."""
    known = rates[rates["modelled"]]
    if known.empty:
        return Text(say("nothing_followed"))
    last = known.iloc[-1]
    after = next(name for name in FINE if AFTER[name][0] <= last["share"] < AFTER[name][1])
    named = size_class([last["budget_net"]])[0]
    cells = persistence.set_index(["fact", "size", "after"])
    of = next((it for it in (named, "all") if ("low_next", it, after) in cells.index), None)
    if of is None:
        return Text(say("few_followed", fewest=FEWEST))
    is_low = last["share"] < LOW
    other = ">= 70" if is_low else "< 70"

    def cell(fact: str, after: str) -> dict | None:
        key = (fact, of, after)
        return cells.loc[key].to_dict() if key in cells.index else None

    next_year, asked = cell("low_next", after), cell("asked_as_much", after)
    paragraphs = say.paragraphs(
        "followed",
        year=last["fiscal_year"],
        rate=last["execution_rate"],
        decimals=precision.of_rates(known.tail(1)),
        size=of,
        after=after,
        bounds=AFTER[after],
        low=LOW,
        is_low=is_low,
        next_year=next_year,
        next_share=say("share", fact=next_year),
        otherwise=cell("low_next", other),
        asked=asked,
        asked_share=say("share", fact=asked) if asked else "",
        budget=cell("budget_change", after),
        about=about,
    )
    return Text(*paragraphs)
