"""The project's measures beside those of its peers."""

import pandas as pd

from helpers import digits, words
from helpers.analysis.peers import ENOUGH
from helpers.show import Table, Text

MEASURES = {
    "execution_rate": ("執行率(純額)", "Net execution rate"),
    "rate_gross": ("執行率(総額)", "Gross execution rate"),
    "unspent": ("不用額(年平均、百万円)", "Unspent a year, million yen"),
    "granted": ("当初予算 ÷ 要求額", "Initial budget / request"),
    "attainment": ("成果実績 ÷ 当初見込み", "Outcome / expected"),
    "hhi": (
        "支出先の集中度(名前のある支出のHHI、年平均)",
        "Payee concentration (HHI of named, mean)",
    ),
}
SHARES = ("execution_rate", "rate_gross", "granted", "attainment")


def peers_table(places: pd.DataFrame) -> Table | Text:
    """The project's measures, the medians of its peers, and the share of them with less."""
    places = places[places["count"] > 0]
    if places.empty:
        return Text()
    rows = []
    for measure in MEASURES:
        groups = places[places["measure"].eq(measure)].set_index("group")
        if groups.empty:
            continue
        text = {"unspent": _mean_amount, "hhi": words.ratio}.get(measure, words.percent)
        first = groups.iloc[0]
        own = text(first["value"])
        if measure in SHARES:
            own = words.percent(first["value"], int(first["decimals"]))
        row = {"measure": words.say(*MEASURES[measure]), "own": own}
        row["years"] = str(first["years"])
        for group in ("all", "ministry", "size"):
            row[group] = text(groups["median"].get(group))
        for group in ("all", "ministry", "size"):
            row[f"below_{group}"] = words.probability(groups["below"].get(group))
        rows.append(row)
    headings = {
        "measure": words.say("尺度", "Measure"),
        "own": words.say("この事業", "This project"),
        "years": words.say("年数", "Years"),
        "all": words.say("中央値 全事業", "Median, all"),
        "ministry": words.say("中央値 府省庁", "Median, ministry"),
        "size": words.say("中央値 同規模", "Median, size"),
        "below_all": words.say("低い割合 全事業", "Lower, all"),
        "below_ministry": words.say("低い割合 府省庁", "Lower, ministry"),
        "below_size": words.say("低い割合 同規模", "Lower, size"),
    }
    caption = words.say(
        f"「低い割合」はこの事業より値の低い事業の割合({ENOUGH}年以上ある事業の間。この事業が{ENOUGH}年に"
        "満たない尺度では、各事業の1年ごとの値の間)",
        f"Lower: share of projects with a lower value, among those with {ENOUGH} years or more (where "
        f"this project has fewer than {ENOUGH}, among single project-years)",
    )
    if places["measure"].eq("attainment").any():
        caption += words.say(
            "。成果は減らす目標でも実績 ÷ 見込み",
            ". Outcome is actual / expected also where less is the goal",
        )
    return Table(pd.DataFrame(rows), caption, headings=headings)


def _mean_amount(value: float | None) -> str:
    """A mean of amounts in whole million yen; a median that is small has no more digits."""
    return words.number(value if pd.isna(value) else digits.rounded(value, 1))
