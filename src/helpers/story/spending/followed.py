"""What followed for projects like this one: the next year's rate, the next request, the budget."""

import pandas as pd

from helpers import words
from helpers.analysis import precision
from helpers.analysis.execution import LOW
from helpers.analysis.peers import FEWEST, size_class
from helpers.analysis.persistence import AFTER
from helpers.show import Text

FINE = [name for name in AFTER if name not in ("all", "< 70", ">= 70")]


def read_followed(persistence: pd.DataFrame, rates: pd.DataFrame, about: dict) -> Text:
    """What followed the project-years of the same size with a rate like this project's last one
    (`persistence.table`), or of all sizes where there are too few."""
    known = rates[rates["modelled"]]
    if known.empty:
        return Text(
            words.say(
                "執行率の分かる年度がないため、似た事業のその後は示せません。",
                "Without a known rate it cannot be said what followed for projects like this one.",
            )
        )
    last = known.iloc[-1]
    after = next(name for name in FINE if AFTER[name][0] <= last["share"] < AFTER[name][1])
    named = size_class([last["budget_net"]])[0]
    cells = persistence.set_index(["fact", "size", "after"])
    of = next((it for it in (named, "all") if ("low_next", it, after) in cells.index), None)
    if of is None:
        return Text(
            words.say(
                f"似た事業年度が{FEWEST}に満たないため、そのあとどうなったかは示せません。",
                f"Fewer than {FEWEST} project-years are like this one: what followed is not shown.",
            )
        )
    facts = {
        fact: cells.loc[(fact, of, after)]
        for fact in ("low_next", "asked_as_much", "budget_change")
        if (fact, of, after) in cells.index
    }
    years = words.span(about["fiscal_years"][0], about["fiscal_years"][-1])
    return Text(
        _next(facts["low_next"], cells, known, of, after),
        *_money(facts),
        words.say(
            f"{years}の事業年度を数えたもので、この事業だけの予測ではありません。95 %区間は、事業ごとに引き直した"
            "ブートストラップによる、割合や中央値の不確かさです。要求や予算が続かなかった事業は、要求と予算の数に入っていません。",
            f"These are counts of project-years in {years}, no forecast for this project. The 95 % "
            "intervals are of the shares and the median, by a bootstrap over projects. Projects without a further "
            "request or budget are not among those of requests and budgets.",
        ),
    )


def _next(fact: pd.Series, cells: pd.DataFrame, known: pd.DataFrame, of: str, after: str) -> str:
    last = known.iloc[-1]
    when = words.year(last["fiscal_year"])
    rate = words.percent(last["execution_rate"], precision.of_rates(known.tail(1)))
    who = words.say("すべての規模", "all sizes")
    if of != "all":
        who = words.say(f"同じ規模({words.size(of)})", f"the same size ({words.size(of)})")
    low, is_low = words.level(LOW), last["share"] < LOW
    text = words.say(
        f"{when}の執行率は{rate}でした。執行率が{_class(after)}だった{who}の{int(fact['count']):,}事業年度"
        f"({int(fact['projects']):,}事業)のうち、翌年度{'も' if is_low else 'に'}{low}を下回ったのは{_share(fact)}です。",
        f"In {when} the rate was {rate}. After the {int(fact['count']):,} project-years of {who} with "
        f"a rate {_class(after)} ({int(fact['projects']):,} projects), it was "
        f"{'again ' if is_low else ''}under {low} in the next year in {_share(fact)}.",
    )
    other = ">= 70" if is_low else "< 70"
    if ("low_next", of, other) in cells.index:
        compared = words.share(cells.loc[("low_next", of, other), "value"])
        text += words.say(
            f"{low}{'以上' if is_low else '未満'}だった事業年度のあとでは{compared}でした。",
            f" After those with {low} or more it was {compared}."
            if is_low
            else f" After those with less than {low} it was {compared}.",
        )
    return text


def _money(facts: dict[str, pd.Series]) -> list[str]:
    said = []
    if "asked_as_much" in facts:
        asked = facts["asked_as_much"]
        said.append(
            words.say(
                f"その執行額が判明した後の最初の要求額(2年後の年度の分)が、要求を出した年度の当初予算以上だったのは"
                f"{_share(asked)}です({int(asked['count']):,}事業年度)。",
                "The first request made with that outturn known (for two years later) was at least "
                f"the initial budget of the year it was made in for {_share(asked)} of "
                f"{int(asked['count']):,} project-years.",
            )
        )
    if "budget_change" in facts:
        change = facts["budget_change"]
        value, low, high = (words.ratio(change[name]) for name in ("value", "low", "high"))
        # An interval of no width would only repeat the value.
        ja, en = (
            ("", "")
            if low == high
            else (f"95 %区間{low}–{high}、", f"95 % interval {low}–{high}; ")
        )
        count = f"{int(change['count']):,}"
        said.append(
            words.say(
                f"2年後の当初予算は、その年度の当初予算の、中央値で{value}倍です({ja}{count}事業年度)。",
                f"The initial budget two years later was {value} times that of the year itself in the "
                f"median ({en}{count} project-years).",
            )
        )
    return [words.say("".join(said), " ".join(said))] if said else []


def _share(fact: pd.Series) -> str:
    value = words.share(fact["value"])
    if words.probability(fact["low"]) == words.probability(fact["high"]):
        return value
    limits = words.probabilities(fact["low"], fact["high"])
    return words.say(f"{value}(95 %区間{limits})", f"{value} (95 % interval {limits})")


def _class(after: str) -> str:
    low, high = AFTER[after]
    if after.startswith("<"):
        return words.say(f"{words.level(high)}未満", f"under {words.level(high)}")
    if after.startswith(">"):
        return words.say(f"{words.level(low)}以上", f"of {words.level(low)} or more")
    ends = words.whole_percent(low), words.level(high)
    return words.say(f"{ends[0]}〜{ends[1]}", f"of {'–'.join(ends)}")
