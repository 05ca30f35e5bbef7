"""Whether the rate is low among other projects: the project's place among them."""

import pandas as pd

from helpers import words
from helpers.analysis.peers import ENOUGH, FEWEST
from helpers.show import Text
from helpers.story.spending.peers_words import scope


def read_peers(places: pd.DataFrame, money: pd.DataFrame, rates: pd.DataFrame, about: dict) -> Text:
    """Where the execution rate stands (`standing.standing`), the money beside it
    (`persistence.money`), and what it is compared with (`peers.about`)."""
    rate = places[places["measure"].eq("execution_rate")]
    if rate.empty:
        return Text(
            words.say(
                "執行率が分からないため、ほかの事業とは比べません。",
                "Without an execution rate it is not compared with other projects.",
            )
        )
    groups = rate.set_index("group")
    if not groups.loc["all", "count"]:
        return Text(
            words.say(
                f"比べられる事業が{FEWEST}に満たないため、ほかの事業とは比べません。",
                f"Fewer than {FEWEST} projects can be compared: no place among them can be given.",
            )
        )
    sentences = [_place(groups), _money(places, money), scope(rates, about)]
    return Text(*filter(None, sentences))


def _place(groups: pd.DataFrame) -> str:
    first = groups.loc["all"]
    value = words.percent(first["value"], int(first["decimals"]))
    single = first["unit"] == "year"
    shown = [group for group in ("all", "ministry", "size") if groups.loc[group, "count"]]
    who = {group: _who(groups.loc[group], group, single) for group in shown}
    below = {group: words.share(groups.loc[group, "below"]) for group in shown}
    text = ""
    if single:
        text = words.say(
            f"執行率の分かる年度が{ENOUGH}年に満たないため、各事業の1年ごとの執行率と比べます。",
            f"With fewer than {ENOUGH} years known it is compared with single years of projects. ",
        )
    lower = words.listed([f"{who[group]}の{below[group]}" for group in shown])
    equal = [words.share(groups.loc[group, "equal"]) for group in shown]
    if first["equal"]:
        ja = f"より低いのは{lower}で、同じ値が{'、'.join(equal)}あります。"
    else:
        ja = "は、" + "、".join(f"{who[group]}の{_end(groups.loc[group])}" for group in shown)
        ja += "の位置にあります。"
    english = words.listed([f"{below[group]} of {who[group]}" for group in shown])
    same = f"; {words.listed(equal)} have the same one" if first["equal"] else ""
    text += words.say(
        f"執行率(純額){value}{ja}",
        f"{english} have a lower net execution rate than this project's {value}{same}.",
    )
    missing = [group for group in ("ministry", "size") if group not in shown]
    for group in missing:
        level = groups.loc[group, "level"]
        name = level if group == "ministry" else words.size(level)
        english = level if group == "ministry" else f"the size {words.size(level)}"
        text += words.say(
            f"{name}には比べられるものが{FEWEST}以上ないため、その中の位置は出せません。",
            f" Fewer than {FEWEST} of {english} can be compared.",
        )
    medians = [
        f"{_short(group, groups)}{words.percent(groups.loc[group, 'median'])}" for group in shown
    ]
    return text + words.say(
        f"中央値は{words.listed(medians)}です。",
        f" Medians: {words.listed(medians)}.",
    )


def _short(group: str, groups: pd.DataFrame) -> str:
    if group == "ministry":
        return f"{groups.loc[group, 'level']}{words.say('', ' ')}"
    return words.say(*{"all": ("全体", "all "), "size": ("同じ規模", "same size ")}[group])


def _who(place: pd.Series, group: str, single: bool) -> str:
    many = f"{int(place['count']):,}"
    thing = words.say(*(("事業年度", "project-years") if single else ("事業", "projects")))
    if group == "all":
        known = "" if single else f"{ENOUGH}年以上の執行率が分かる"
        of = "" if single else f" with {ENOUGH} or more years known"
        return words.say(f"全事業({known}{many}{thing})", f"all {many} {thing}{of}")
    if group == "ministry":
        ministry = place["level"]
        return words.say(f"{ministry}({many}{thing})", f"the {many} of {ministry}")
    within = words.size(place["level"])
    mean = words.say(*(("予算計", "") if single else ("予算計の年平均", "")))
    return words.say(
        f"同じ規模({mean}{within}、{many}{thing})",
        f"the {many} of the same size ({within} a year)",
    )


def _end(place: pd.Series) -> str:
    above = 1 - place["below"]
    if place["below"] <= 0.5:
        return f"下から{words.share(place['below'])}"
    return f"上から{words.share(above)}"


def _money(places: pd.DataFrame, money: pd.DataFrame) -> str:
    unspent = places[places["measure"].eq("unspent") & (places["count"] > 0)].set_index("group")
    text = ""
    if "all" in unspent.index and unspent.loc["all", "value"] > 0:
        amount = words.million(unspent.loc["all", "value"])
        every = words.share(unspent.loc["all", "below"])
        ja, en = f"全体の{every}", f"{every} of all projects"
        if "size" in unspent.index:
            same = words.share(unspent.loc["size", "below"])
            ja, en = f"{ja}、同じ規模では{same}", f"{en} and {same} of those of the same size"
        text = words.say(
            f"金額で見ると、不用額は年平均{amount}で、これより少ないのは{ja}です。",
            f"In money, {amount} a year were not spent; {en} left less. ",
        )
    held = money.loc[money["size"].eq("all"), "top_share"]
    if len(held) and held.notna().all():
        text += words.say(
            f"すべての事業の不用額の{words.share(held.iloc[0])}は、1 %の事業年度に集まっています。",
            f"1 % of all project-years hold {words.share(held.iloc[0])} of all unspent money.",
        )
    return text.strip()
