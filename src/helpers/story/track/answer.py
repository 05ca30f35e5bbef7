"""The answer that opens notebook 05."""

from helpers import words
from helpers.show import Answer
from helpers.story.track import groups
from helpers.story.track.errors import LEADING, ratio, times
from helpers.story.track.intervals import all_intervals

EVENTS = {
    "outcome": ("目標達成の確率", "P(target met)"),
    "rate": ("執行率が70 %を下回る確率", "P(execution rate < 70 %)"),
}

ABOUT = 0.03
"""An interval that held so much more or less often than it promised is called about right."""


def answer(record: dict, lang: str) -> Answer:
    """The opening answer: of 100 intervals how many held, how much smaller the errors were than
    those of the last value, whether probabilities came true."""
    scores, about = record["scores"], record["about"]
    names = groups.quantities(scores)
    found = {
        f"{measure}_{name}": groups.held(scores, name, measure)
        for name in words.QUANTITIES
        for measure in ("in80", "in95", LEADING[name], "crps", "brier_skill")
        if not (name == "outturn" and measure == "brier_skill")
    }
    headline = {
        "lang": lang,
        "title": words.say(lang, "予測はどれだけ当たったか", "How good were past forecasts?"),
        "held_out": about["held_out"],
        "quantities": names,
        **{name: None if row is None else row["value"] for name, row in found.items()},
    }
    told = [name for name in names if found[f"in80_{name}"] is not None]
    if not told:
        return Answer(
            words.say(
                lang,
                f"検証に残した{groups.years(about, lang)}の予測が足りず、当たったかどうかは言えません。",
                f"Too few forecasts of {groups.years(about, lang)}, which were held out: how good they "
                "were cannot be said.",
            ),
            headline=headline,
        )
    paragraphs = [
        _held(told, found, about, lang),
        _errors(told, found, scores, lang),
        _odds(told, found, record["reliability"], lang),
        _apart(scores, lang),
    ]
    return Answer(*filter(None, paragraphs), headline=headline)


def _held(told: list[str], found: dict, about: dict, lang: str) -> str:
    counts = [
        words.say(
            lang,
            f"{groups.quantity(name, lang)}で{_of_100(row['value'])}個",
            f"{_of_100(row['value'])} for {words.QUANTITIES[name][1]}",
        )
        for name in told
        if (row := found[f"in80_{name}"]) is not None
    ]
    years = groups.years(about, lang)
    text = words.say(
        lang,
        f"モデルの選択に一切使わなかった{years}の実績は、80 %予測区間100個のうち、{words.listed(counts, lang)}"
        "に入りました(80個なら言葉どおり)。",
        f"Of 100 such 80 % intervals for {years}, on which no choice was made, "
        f"{words.listed(counts, lang)} held the truth (80 is what they promise). ",
    )
    return text + _verdict({name: found[f"in80_{name}"]["value"] - 0.8 for name in told}, lang)


def _verdict(off: dict[str, float], lang: str) -> str:
    """Whether intervals were about right, by how far the share inside is off for each quantity."""
    sides = [
        ([name for name, by in off.items() if abs(by) <= ABOUT], "ほぼ言葉どおり", "about right"),
        ([name for name, by in off.items() if by < -ABOUT], "狭すぎ", "too narrow"),
        ([name for name, by in off.items() if by > ABOUT], "広すぎ", "too wide"),
    ]
    japanese = [
        f"{words.listed([words.QUANTITIES[name][0] for name in names], 'ja')}では{ja}"
        for names, ja, _ in sides
        if names
    ]
    english = [
        f"{en} for {words.listed([words.QUANTITIES[name][1] for name in names], 'en')}"
        for names, _, en in sides
        if names
    ]
    return words.say(
        lang,
        f"区間は、{'、'.join(japanese)}でした。",
        f"Intervals were {words.listed(english, lang)}.",
    )


def _errors(told: list[str], found: dict, scores, lang: str) -> str:
    parts = [
        ratio(name, found[f"{LEADING[name]}_{name}"], lang)
        for name in told
        if found[f"{LEADING[name]}_{name}"] is not None
    ]
    if not parts:
        return ""
    text = words.say(
        lang,
        f"直近の値がそのまま続くとみる予測に比べて、{'、'.join(parts)}でした。",
        f"Against taking the last value for the next one, {words.listed(parts, lang)}.",
    )
    towards = scores[
        (scores["by"] == "kind")
        & (scores["group"] == "towards")
        & (scores["measure"] == LEADING["outcome"])
    ]
    if len(towards):
        one = times(towards.iloc[0], lang)
        kind = words.say(lang, *words.KINDS["towards"])
        text += words.say(
            lang,
            f"成果のうち{kind}指標では{one}でした。",
            f" For outcomes {kind} it was {one}.",
        )
    return text


def _odds(told: list[str], found: dict, reliability, lang: str) -> str:
    parts = []
    for name in told:
        row, bins = found.get(f"brier_skill_{name}"), reliability[reliability["quantity"] == name]
        if row is None or bins.empty:
            continue
        event = words.say(lang, *EVENTS[name])
        fits = int(bins["p"].between(bins["low"], bins["high"]).sum())
        skill = f"{row['value']:.2f}", f"{row['low']:.2f}–{row['high']:.2f}"
        parts.append(
            words.say(
                lang,
                f"{event}を{len(bins)}段階に分けると、うち{fits}段階で実際の割合と誤差の範囲で合いました。"
                f"Brierスキルは{skill[0]}(95 %区間{skill[1]})です。",
                f"{event} agreed with what happened, within sampling error, in {fits} of "
                f"{words.count(len(bins), 'bin')}; its Brier skill is {skill[0]} (95 % interval "
                f"{skill[1]}).",
            )
        )
    if not parts:
        return ""
    scale = words.say(
        lang,
        "Brierスキルは、過去の割合をいつも答える予測なら0、完全な予測なら1です。",
        "A Brier skill of 0 is that of always giving the past share, 1 is perfect.",
    )
    return words.say(lang, "", " ").join([*parts, scale])


def _apart(scores, lang: str) -> str:
    table = all_intervals(scores, lang)
    if table.empty:
        return ""
    below, above = int((table["apart"] < 0).sum()), int((table["apart"] > 0).sum())
    return words.say(
        lang,
        f"80 %と95 %の区間に入った割合を府省庁別や種類別などに分けると、{len(table)}のうち、名目より低いと言えるのは"
        f"{below}、高いと言えるのは{above}です(下の「どこで外れるか」)。",
        f"Split by ministry, kind and so on, of {len(table)} shares inside 80 and 95 % intervals {below} are "
        f'surely below the nominal level and {above} above it (see "Where do they fail?").',
    )


def _of_100(share: float) -> str:
    return f"{100 * share:.0f}"
