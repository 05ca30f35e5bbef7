"""The answer that opens notebook 05."""

import pandas as pd

from helpers import words
from helpers.show import Answer
from helpers.story.track import against, design, inside
from helpers.story.track.intervals import all_shares, of_tied
from helpers.story.track.probabilities import edges, together

EVENTS = {
    "outcome": ("目標達成の確率", "P(target met)"),
    "rate": ("執行率が70 %を下回る確率", "P(execution rate < 70 %)"),
}


def answer(record: dict) -> Answer:
    """The opening answer: of 100 intervals how many held, how large the errors were against those
    of the last value, whether probabilities came true."""
    scores, about = record["scores"], record["about"]
    names = design.quantities(scores)
    found = {
        f"{measure}_{name}": design.held_out_score(scores, name, measure)
        for name in words.QUANTITIES
        for measure in ("in80", "in95", *against.MEASURES, "crps", "brier_skill")
        if not (name == "outturn" and measure == "brier_skill")
    }
    headline = {
        "lang": words.language(),
        "title": words.say("予測はどれだけ当たったか", "How good were past forecasts?"),
        "held_out": about["held_out"],
        "quantities": names,
        **{name: None if row is None else row["value"] for name, row in found.items()},
    }
    told = [name for name in names if found[f"in80_{name}"] is not None]
    if not told:
        return Answer(
            words.say(
                f"検証に残した{design.held_out_years(about)}の予測が足りず、当たったかどうかは言えません。",
                f"Too few forecasts of {design.held_out_years(about)}, which were held out: how good they "
                "were cannot be said.",
            ),
            headline=headline,
        )
    paragraphs = [
        inside.of_100({name: found[f"in80_{name}"]["value"] for name in told}, record),
        against.of_all(scores, told),
        against.of_kinds(scores, told),
        _odds(told, found, record["reliability"]),
        _apart(scores),
        _of_one_year(about),
    ]
    return Answer(*filter(None, paragraphs), headline=headline)


def _odds(told: list[str], found: dict, reliability: pd.DataFrame) -> str:
    parts = []
    for name in told:
        row, bins = found.get(f"brier_skill_{name}"), reliability[reliability["quantity"] == name]
        if row is None or bins.empty:
            continue
        event = words.say(*EVENTS[name])
        fits, many = int(bins["p"].between(bins["low"], bins["high"]).sum()), len(bins)
        where = words.say(f"{many}段階のうち{fits}段階", f"{fits} of {words.count(many, 'bin')}")
        if fits == many:
            where = words.say(
                f"{many}段階のすべて",
                f"all {words.count(many, 'bin')}" if many > 1 else "its one bin",
            )
        skill = words.ratio(row["value"]), words.ratios(row["low"], row["high"])
        parts.append(
            words.say(
                f"{event}は、{where}で実際の割合と標本誤差の範囲で合いました{_off(bins)}。"
                f"Brierスキルは{skill[0]}(95 %区間{skill[1]})です。",
                f"{event} agreed with what happened, within sampling error, in {where}"
                f"{_off(bins)}; its Brier skill is {skill[0]} (95 % interval {skill[1]}).",
            )
        )
    if not parts:
        return ""
    scale = words.say(
        "Brierスキルは、過去の割合をいつも答える予測なら0、完全な予測なら1です。",
        "A Brier skill of 0 is that of always giving the past share, 1 is perfect.",
    )
    return words.say("", " ").join([*parts, scale])


def _off(bins: pd.DataFrame) -> str:
    """The bins taken together that were too high or too low; empty without any."""
    joined = together(bins)
    parts = [
        words.say(
            f"{edges(row.above, row.below)}は{'高' if row.apart > 0 else '低'}すぎ(平均{words.percent(row.p)}、"
            f"実際は{words.percent(row.share)})",
            f"those {'of ' if row.above else ''}{edges(row.above, row.below)} were too {'high' if row.apart > 0 else 'low'} (mean "
            f"{words.percent(row.p)}, came true {words.percent(row.share)})",
        )
        for row in joined[joined["apart"] != 0].itertuples()
    ]
    if not parts:
        return ""
    return words.say(
        f"が、段階をまとめると{'、'.join(parts)}でした",
        f", but with bins taken together {words.listed(parts)}",
    )


def _apart(scores: pd.DataFrame) -> str:
    table = all_shares(scores)
    if table.empty:
        return ""
    below, above = table[table["apart"] < 0], table[table["apart"] > 0]
    chance = words.fixed(0.05 * len(table), 0)
    return words.say(
        f"80 %と95 %の区間に入った割合を府省庁別や種類別などに分けると、{len(table)}のうち、名目より有意に(95 %)"
        f"低いのは{len(below)}、高いのは{len(above)}です{of_tied(above)}。これだけ比べると、偶然だけでも"
        f"{chance}ほどは外れます(下の「どこで外れるか」)。",
        f"Split by ministry, kind and so on, of {len(table)} shares inside 80 and 95 % intervals "
        f"significantly (95 %) below the nominal level: {len(below)}, above it: {len(above)}"
        f"{(' ' + of_tied(above)).rstrip()}. Of so many, about {chance} would be off by chance alone (see "
        '"Where do they fail?").',
    )


def _of_one_year(about: dict) -> str:
    years = design.held_out_years(about)
    return words.say(
        f"ここでの成績の95 %区間は、検証に残した{years}の中で事業を引き直して(ブートストラップ)求めたものです。別の"
        "年度なら成績がどれだけ違うかは含みません。",
        f"The 95 % intervals of these scores come from resampling projects within {years}, held out: how "
        "scores differ from year to year is not in them.",
    )
