"""How often intervals held, and where in the forecasts truths fell."""

import pandas as pd

from helpers import digits, words
from helpers.show import Text
from helpers.story.track import design

MEASURES = list(design.NOMINAL)
NONE = {
    "ja": "検証に残した年度の予測が足りず、示せません。",
    "en": "Too few held-out forecasts to show.",
}

FLAT = 0.02
"""Tenths of the PIT that are off by no more than this are called nearly even."""


def coverage(scores: pd.DataFrame) -> pd.DataFrame:
    """The shares of truths in intervals by part, years ahead and kind, for the figure."""
    return design.with_apart(design.in_groups(scores, ["part", "h", "kind"], MEASURES))


def all_intervals(scores: pd.DataFrame) -> pd.DataFrame:
    """All shares of held-out truths, by every grouping."""
    bys = ["h", "kind", "kind and h", "ministry"]
    return design.with_apart(design.in_groups(scores, bys, MEASURES))


def read_coverage(table: pd.DataFrame, scores: pd.DataFrame) -> Text:
    """How to read the shares of `coverage`, which are apart from the nominal level, and how many
    more of all `scores` lie below it."""
    if table.empty:
        return Text(words.say(*NONE.values()))
    how = words.say(
        "点は実績が区間に入った割合、横線はその割合の95 %区間(事業を引き直すブートストラップ)、破線は名目の"
        "割合です。塗りつぶした点は、横線が破線にかからないものです。破線より左は区間が狭すぎ、右は必要以上に"
        "広いことを示します。",
        "Dots: share of truths inside; lines: 95 % interval of that share (bootstrap over projects); "
        "dashed: the nominal level. A dot is filled where its line misses the dashed one: to the left "
        "of it intervals are too narrow, to the right wider than needed.",
    )
    of_held = table[table["group"] != "chosen"]
    if of_held.empty:
        return Text(how, words.say(*NONE.values()))
    below, above = (of_held[of_held["apart"] == side] for side in (-1, 1))
    among = words.say(
        f"この図の検証に残した年度の{len(of_held)}の割合では、",
        f"Among the {words.count(len(of_held), 'share')} of held-out years in this figure ",
    )
    named = words.say("、", "; ").join(_named(row) for row in below.itertuples())
    sentences = [
        words.say(
            f"{among}名目より有意に(95 %)低い{f'のは{named}です' if named else 'ものはありません'}。",
            f"{among}{'' if named else 'none is '}significantly (95 %) below the nominal level"
            f"{f': {named}' if named else ''}.",
        ),
        _elsewhere(scores),
        _above(above),
    ]
    return Text(how, words.say("", " ").join(filter(None, sentences)))


def _elsewhere(scores: pd.DataFrame) -> str:
    finer = all_intervals(scores)
    finer = finer[finer["by"].isin(["kind and h", "ministry"])]
    many = int((finer["apart"] < 0).sum())
    if finer.empty:
        return ""
    return words.say(
        f"府省庁別や、種類ごと何年先ごとまで分けると、{len(finer)}のうち低いのは{many}です(最後の表)。",
        f"Of {words.count(len(finer), 'share')} by ministry, or by kind and years ahead, significantly "
        f"below: {many} (see the last table).",
    )


def _above(above: pd.DataFrame) -> str:
    if above.empty:
        return ""
    others = above[above["quantity"] != design.TIED]
    text = words.say(
        f"この図で有意に高いのは{len(above)}",
        f"In this figure, significantly above: {len(above)}",
    )
    if len(others) < len(above):
        many, name = len(above) - len(others), words.say(*words.QUANTITIES[design.TIED])
        text += words.say(
            f"で、{f'うち{many}は' if len(others) else 'すべて'}{name}です。{name}では、ちょうど100 %の年度が多いことが割合を押し上げています",
            f", {f'{many} of them' if len(others) else 'all'} of {name}, where the many years at exactly 100 % raise the share",
        )
    if len(others):
        far = _named(others.loc[digits.highest(others["value"] - others["nominal"])])
        rest = len(others) < len(above)
        text += words.say(
            f"{'。そのほかで' if rest else 'で、'}最も離れているのは{far}",
            f"; {'of the others ' if rest else ''}the farthest: {far}",
        )
    return text + words.say("。" if len(others) < len(above) and others.empty else "です。", ".")


def deviation(pit: pd.DataFrame, quantity: str) -> float | None:
    """How far the tenth of a PIT that is farthest off is from its due share; None without a PIT."""
    if pit.empty or quantity not in set(pit["quantity"]):
        return None
    part = pit[pit["quantity"] == quantity]
    return float((part["share"] - (part["to"] - part["from"])).abs().max())


def read_pit(pit: pd.DataFrame) -> Text:
    """How to read the histogram: the share below the median and in the outer tenths."""
    if pit.empty:
        return Text(words.say(*NONE.values()))
    parts = []
    for name, part in pit.groupby("quantity", sort=False):
        below = words.percent(part.loc[part["to"] < 0.55, "share"].sum())
        outer = words.percent(part["share"].iloc[[0, -1]].sum())
        most = words.fixed(100 * deviation(pit, name), 1)
        parts.append(
            words.say(
                f"{design.heading(name)}では中央値より下に{below}、両端の2本に合わせて{outer}(10 %から最も外れた棒は"
                f"{most}ポイント)",
                f"{design.heading(name)}: {below} below the median, {outer} in the two outer "
                f"bars, the farthest bar {most} points off 10 %",
            )
        )
    return Text(
        words.say(
            "予測分布が正しければ、どの棒も破線(10 %)の高さになります。両端が高ければ区間が狭すぎ、両端が低ければ"
            "必要以上に広く、片側に寄れば予測がずれています。",
            "If the forecast distributions are right, every bar reaches the dashed line (10 %). High "
            "ends: too narrow; low ends: wider than needed; leaning to one side: biased.",
        ),
        words.say(
            f"{'、'.join(parts)}が入りました(正しければ50 %と20 %)。",
            f"{'. '.join(parts)} (50 % and 20 % if right).",
        ),
    )


def _named(row) -> str:
    inside = f"{words.level(row.nominal)}, {words.percent(row.value)}"
    return words.say(
        f"{row.heading}の「{row.label}」({words.level(row.nominal)}区間に{words.percent(row.value)})",
        f"{row.heading}, {row.label} ({inside} inside)",
    )
