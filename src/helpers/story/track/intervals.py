"""How often intervals held, for whom they did not, and where in the forecasts truths fell."""

import pandas as pd

from helpers import words
from helpers.show import Table, Text
from helpers.story.track import groups

MEASURES = list(groups.NOMINAL)
NONE = {
    "ja": "検証に残した年度の予測が足りず、示せません。",
    "en": "Too few held-out forecasts to show.",
}
SHOWN = 10
"""Groups with intervals too wide that a table names: those too narrow matter more."""


def coverage(scores: pd.DataFrame, lang: str) -> pd.DataFrame:
    """The shares of truths in intervals by part, years ahead and kind, for the figure."""
    return groups.with_apart(groups.chosen(scores, ["part", "h", "kind"], MEASURES, lang))


def ministries(scores: pd.DataFrame, lang: str) -> pd.DataFrame:
    """The shares in 80 % intervals by ministry, those apart from the nominal first, then from the
    least, for the figure."""
    table = groups.with_apart(groups.chosen(scores, ["ministry"], ["in80"], lang))
    by = table.groupby("label")
    keys = pd.DataFrame(
        {"sure": -by["apart"].agg(lambda side: side.abs().max()), "value": by["value"].min()}
    )
    order = {label: at for at, label in enumerate(keys.sort_values(["sure", "value"]).index)}
    return table.sort_values("label", key=lambda labels: labels.map(order), kind="stable")


def all_intervals(scores: pd.DataFrame, lang: str) -> pd.DataFrame:
    """All shares of held-out truths, by every grouping."""
    bys = ["h", "kind", "kind and h", "ministry"]
    return groups.with_apart(groups.chosen(scores, bys, MEASURES, lang))


def read_coverage(table: pd.DataFrame, lang: str) -> Text:
    """How to read the shares, and which are apart from the nominal level."""
    if table.empty:
        return Text(NONE[lang])
    how = words.say(
        lang,
        "点は実績が区間に入った割合、横線はその割合の95 %区間(事業を引き直すブートストラップ)、破線は名目の"
        "割合です。塗りつぶした点は、横線が破線にかからないものです。破線より左は区間が狭すぎ、右は広すぎることを"
        "示します。",
        "Dots: share of truths inside; lines: 95 % interval of that share (bootstrap over projects); "
        "dashed: the nominal level. A dot is filled where its line misses the dashed one: to the left "
        "of it intervals are too narrow, to the right too wide.",
    )
    of_held = table[table["group"] != "chosen"]
    if of_held.empty:
        return Text(how, NONE[lang])
    below, above = (of_held[of_held["apart"] == side] for side in (-1, 1))
    named = words.say(lang, "、", "; ").join(_named(row, lang) for row in below.itertuples())
    if below.empty:
        text = words.say(
            lang,
            "検証に残した年度で、名目より低いと言えるものはありません。",
            "In the held-out years no share is surely below its nominal level.",
        )
    else:
        text = words.say(
            lang,
            f"検証に残した年度で、名目より低いと言えるのは{named}です。",
            f"In the held-out years, surely below the nominal level: {named}.",
        )
    if len(above):
        far = above.loc[(above["value"] - above["nominal"]).idxmax()]
        text += words.say(
            lang,
            f"高いと言えるのは{len(of_held)}のうち{len(above)}で、最も離れているのは{_named(far, lang)}です。",
            f" {len(above)} of {len(of_held)} are surely above it; the farthest: {_named(far, lang)}.",
        )
    return Text(how, text)


def read_ministries(table: pd.DataFrame, lang: str) -> Text:
    """How to read the shares by ministry."""
    if table.empty:
        return Text(NONE[lang])
    return Text(
        words.say(
            lang,
            "塗りつぶした点は、95 %区間が名目の80 %を含まない府省庁で、上に並べてあります。予測の数が少ない府省庁は"
            "横線が長く、点が離れていても偶然かもしれません。",
            "Filled: ministries whose 95 % interval misses the nominal 80 %, listed first. Ministries "
            "with few forecasts have long lines: a dot far off may be chance.",
        )
    )


def failures_table(scores: pd.DataFrame, lang: str) -> Table | Text:
    """The shares that are apart from the nominal level: those below it first, with the most misses,
    then the farthest above it."""
    table = all_intervals(scores, lang)
    if table.empty:
        return Text(NONE[lang])
    off = table[table["apart"] != 0]
    chance = 0.05 * len(table)
    if off.empty:
        return Text(
            words.say(
                lang,
                f"比べた{len(table)}の割合に、名目から外れたと言えるものはありません。",
                f"Of {words.count(len(table), 'share')} compared none is surely off its nominal level.",
            )
        )
    off = off.assign(misses=(1 - off["value"]) / (1 - off["nominal"]))
    below = off[off["apart"] < 0].sort_values("misses", ascending=False, kind="stable")
    above = off[off["apart"] > 0].sort_values("misses", kind="stable")
    off = pd.concat([below, above.head(SHOWN)])
    frame = pd.DataFrame(
        {
            "heading": off["heading"],
            "label": off["label"],
            "level": off["nominal"].map(words.level),
            "share": off["value"].map(words.percent),
            "interval": [
                words.interval(*ends) for ends in zip(off["low"], off["high"], strict=True)
            ],
            "misses": [f"{ratio:.1f}" for ratio in off["misses"]],
            "forecasts": off["forecasts"],
            "projects": off["projects"],
        }
    )
    more = len(above) - len(off) + len(below)
    rest = words.say(
        lang, f"。広すぎる残りの{more}は省略", f"; {more} more that are too wide are left out"
    )
    caption = words.say(
        lang,
        f"名目の割合から外れたと言えるもの: 比べた{len(table)}のうち、狭すぎる{len(below)}と広すぎる{len(above)}"
        f"(偶然だけでも合わせて{chance:.0f}ほど)",
        f"Shares surely off their nominal level: of {len(table)} compared, {len(below)} too narrow and "
        f"{len(above)} too wide (about {chance:.0f} by chance alone)",
    ) + (rest if more else "")
    headings = {
        "heading": words.say(lang, "予測", "Forecast"),
        "label": words.say(lang, "区分", "Group"),
        "level": words.say(lang, "名目", "Nominal"),
        "share": words.say(lang, "入った割合", "Inside"),
        "interval": words.say(lang, "その95 %区間", "95 % interval"),
        "misses": words.say(lang, "外れ ÷ 名目", "Misses / nominal"),
        "forecasts": words.say(lang, "予測の数", "Forecasts"),
        "projects": words.say(lang, "事業数", "Projects"),
    }
    return Table(frame, lang, caption, headings=headings)


def read_pit(pit: pd.DataFrame, lang: str) -> Text:
    """How to read the histogram: the share below the median and in the outer tenths."""
    if pit.empty:
        return Text(NONE[lang])
    parts = []
    for name, part in pit.groupby("quantity", sort=False):
        below = words.percent(part.loc[part["to"] < 0.55, "share"].sum())
        outer = words.percent(part["share"].iloc[[0, -1]].sum())
        parts.append(
            words.say(
                lang,
                f"{groups.quantity(name, lang)}では中央値より下に{below}、両端の2本に合わせて{outer}",
                f"{groups.quantity(name, lang)}: {below} below the median, {outer} in the two outer bars",
            )
        )
    return Text(
        words.say(
            lang,
            "予測分布が正しければ、どの棒も破線(10 %)の高さになります。両端が高ければ区間が狭すぎ、両端が低ければ"
            "広すぎ、片側に寄れば予測がずれています。",
            "If the forecast distributions are right, every bar reaches the dashed line (10 %). High "
            "ends: too narrow; low ends: too wide; leaning to one side: biased.",
        ),
        words.say(
            lang,
            f"{'、'.join(parts)}が入りました(正しければ50 %と20 %)。",
            f"{'. '.join(parts)} (50 % and 20 % if right).",
        ),
    )


def _named(row, lang: str) -> str:
    inside = f"{words.level(row.nominal)}, {words.percent(row.value)}"
    return words.say(
        lang,
        f"{row.heading}の「{row.label}」({words.level(row.nominal)}区間に{words.percent(row.value)})",
        f"{row.heading}, {row.label} ({inside} inside)",
    )
