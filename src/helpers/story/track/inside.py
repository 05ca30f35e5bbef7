"""How many of 100 intervals contained the actual value, in sentences."""

from helpers import words
from helpers.story.track import design
from helpers.story.track.intervals import deviation

FLAT = 0.02
"""Tenths of the PIT that are off by no more than this are called nearly even."""

ABOUT = 0.03
"""An interval that held so much more or less often than it promised is called about right."""


def of_100(shares: dict[str, float], record: dict) -> str:
    """How many of 100 80 % intervals contained the actual value, by quantity, and what to make of
    it; `shares` are those inside."""
    counts = [
        words.say(
            f"{design.heading(name)}で{words.whole_percent(share)}個",
            f"{words.whole_percent(share)} for {words.QUANTITIES[name][1]}",
        )
        for name, share in shares.items()
    ]
    years = design.held_out_years(record["about"])
    text = words.say(
        f"モデルの選択に一切使わなかった{years}の実績は、80 %予測区間100個のうち、{words.listed(counts)}"
        "に入りました(80個なら名目どおり)。",
        f"Of 100 such 80 % intervals for {years}, on which no choice was made, "
        f"{words.listed(counts)} contained the actual value (80 is nominal).",
    )
    off = {name: share - 0.8 for name, share in shares.items()}
    tied = off.pop(design.TIED) if off.get(design.TIED, 0) > ABOUT else None
    parts = [text, _verdict(off)]
    if tied is not None:
        parts.append(_of_ties(deviation(record["pit"], design.TIED)))
    return words.say("", " ").join(filter(None, parts))


def _verdict(off: dict[str, float]) -> str:
    """Whether intervals were about right, by how far the share inside is off for each quantity."""
    sides = [
        ([name for name, by in off.items() if abs(by) <= ABOUT], "ほぼ名目どおり", "about right"),
        ([name for name, by in off.items() if by < -ABOUT], "狭すぎ", "too narrow"),
        ([name for name, by in off.items() if by > ABOUT], "必要以上に広め", "wider than needed"),
    ]
    japanese = [
        f"{words.listed([words.QUANTITIES[name][0] for name in names])}では{ja}"
        for names, ja, _ in sides
        if names
    ]
    english = [
        f"{en} for {words.listed([words.QUANTITIES[name][1] for name in names])}"
        for names, _, en in sides
        if names
    ]
    if not english:
        return ""
    return words.say(
        f"区間は、{'、'.join(japanese)}でした。",
        f"Intervals were {words.listed(english)}.",
    )


def _of_ties(most: float | None) -> str:
    """Why more rates than the nominal share lie inside: `most` is how far their PIT is off."""
    name = words.say(*words.QUANTITIES[design.TIED])
    text = words.say(
        f"{name}で80個を超えるのは、ちょうど100 %の年度が多く、端が100 %の区間はその全部を含むことを映しています。",
        f"For {name} the share above 80 reflects the many years at exactly 100 %: an interval that ends "
        "there contains them all.",
    )
    if most is None:
        return text
    points = words.fixed(100 * most, 1)
    if most <= FLAT:
        return text + words.say(
            f"同じ値を散らして数えた予測分布の中の位置(PIT)はほぼ均等です(10等分の10 %からの差は最大{points}ポイント)。",
            " With ties spread out, places in the forecast distributions (PIT) are nearly even: tenths "
            f"are at most {points} points off 10 %.",
        )
    return text + words.say(
        f"ただし、同じ値を散らして数えた予測分布の中の位置(PIT)も均等ではなく(10等分の10 %からの差は最大{points}"
        "ポイント)、それだけでは説明できません。",
        " But even with ties spread out, places in the forecast distributions (PIT) are not even (tenths "
        f"up to {points} points off 10 %): this is not all.",
    )
