"""How the forecasts were tested, and how many there were."""

import itertools

import pandas as pd

from helpers import words
from helpers.analysis.peers import SIZES
from helpers.forecast.track_scores import FEWEST
from helpers.show import Table, Text
from helpers.story.track import groups


def read_tested(about: dict, scores: pd.DataFrame) -> Text:
    """The origins, what was chosen on, what was held out, and which groups are too small."""
    origins = [str(year) for year in about["origins"]]
    first, last = about["sheets"][0], max(about["origins"])
    paragraphs = [
        words.say(
            f"予測の起点は{words.listed(origins)}年に公表されたシートです。どの起点でも、係数はそれまでのシート"
            f"({first}年公表から)に記載された実績だけで推定し直しています。",
            f"Origins are the sheets published in {words.listed(origins)}. At each, coefficients "
            f"were fitted anew to what the sheets from {first} up to it print.",
        )
    ]
    if last >= about["held_out"]:
        years, before = groups.years(about), words.year(about["held_out"] - 1)
        paragraphs.append(
            words.say(
                f"説明変数や規則は{before}までの実績で選び、{years}の実績({about['held_out'] + 1}年以降に公表のシートに"
                "初めて載ったもの)は検証に残しました。",
                f"Features and rules were chosen on truths up to {before}; those of {years}, first printed "
                f"in sheets published from {about['held_out'] + 1} on, were held out.",
            )
        )
    else:
        paragraphs.append(
            words.say(
                "検証に残した年度は、このコーパスの範囲にはありません。",
                "The held-out years lie outside this corpus.",
            )
        )
    return Text(*paragraphs, _too_few(about, scores))


def _too_few(about: dict, scores: pd.DataFrame) -> str:
    """The sizes and years ahead that have forecasts, but fewer than a group needs."""
    parts = []
    held = {row["quantity"]: row["forecasts"] for row in about["counts"] if _is_held(row)}
    for name in groups.quantities(scores):
        of = scores[scores["quantity"] == name].drop_duplicates(["by", "group"])
        for by in ("kind", "h"):
            scored = of[of["by"] == by]
            left = held.get(name, 0) - int(scored["forecasts"].sum())
            if left <= 0 or scored.empty:
                continue
            labels = _absent(name, by, set(scored["group"].astype(str)))
            parts.append(
                words.say(
                    f"{groups.quantity(name)}の「{labels}」({left:,}件)",
                    f"{words.QUANTITIES[name][1]}, {labels} ({left:,})",
                )
            )
    text = words.say(
        f"何年先、種類、規模、府省庁などの区分は、検証に残した予測が{FEWEST}件以上あるものだけを載せます。",
        "Years ahead, kinds, sizes and ministries are shown where they have at least "
        f"{FEWEST} held-out forecasts.",
    )
    if not parts:
        return text
    return text + words.say(
        f"これより少なく、載せていないもの: {'、'.join(parts)}。",
        f" Left out for having fewer: {'; '.join(parts)}.",
    )


def _absent(name: str, by: str, scored: set[str]) -> str:
    if by == "h":
        ahead = {int(float(group)) for group in scored}
        most = next(years for years in itertools.count(1) if years + 1 not in ahead)
        return words.say(f"{most}年より先", f"more than {words.count(most, 'year')} ahead")
    every = words.KINDS if name == "outcome" else SIZES
    absent = [groups.label("kind", group) for group in every if group not in scored]
    return words.listed(absent)


def _is_held(row: dict) -> bool:
    return row["part"] == groups.HELD_OUT


def counts_table(about: dict) -> Table:
    """Forecasts and projects by quantity and part."""
    counts = pd.DataFrame(about["counts"], columns=["quantity", "part", "forecasts", "projects"])
    counts = counts.sort_values(
        "quantity", key=lambda names: names.map(list(words.QUANTITIES).index), kind="stable"
    )
    frame = counts.assign(
        quantity=[groups.quantity(name) for name in counts["quantity"]],
        part=[groups.label("part", part) for part in counts["part"]],
    )
    headings = {
        "quantity": words.say("予測", "Forecast"),
        "part": words.say("区分", "Group"),
        "forecasts": words.say("予測の数", "Forecasts"),
        "projects": words.say("事業数", "Projects"),
    }
    caption = words.say(
        "一つの指標や事業の、一つの起点から一つの年度への予測を1と数える",
        "One forecast: of one indicator or project, from one origin, for one fiscal year",
    )
    return Table(frame, caption, headings=headings)
