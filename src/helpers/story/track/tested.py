"""How the forecasts were tested, and how many there were."""

import pandas as pd

from helpers import words
from helpers.show import Table, Text
from helpers.story.track import groups


def read_tested(about: dict, lang: str) -> Text:
    """The origins, what was chosen on and what was held out."""
    origins = [str(year) for year in about["origins"]]
    first, last = min(about["origins"]), max(about["origins"])
    paragraphs = [
        words.say(
            lang,
            f"予測の起点は{words.listed(origins, lang)}年に公表されたシートです。どの起点でも、係数はそれまでのシート"
            f"({first - 1}年公表から)に印字された実績だけで推定し直しています。",
            f"Origins are the sheets published in {words.listed(origins, lang)}. At each, coefficients "
            f"were fitted anew to what the sheets from {first - 1} up to it print.",
        )
    ]
    if last >= about["held_out"]:
        years, before = groups.years(about, lang), words.year(about["held_out"] - 1, lang)
        paragraphs.append(
            words.say(
                lang,
                f"説明変数や規則は{before}までの実績で選び、{years}の実績({about['held_out'] + 1}年以降に公表のシートに"
                "初めて載ったもの)は検証に残しました。",
                f"Features and rules were chosen on truths up to {before}; those of {years}, first printed "
                f"in sheets published from {about['held_out'] + 1} on, were held out.",
            )
        )
    else:
        paragraphs.append(
            words.say(
                lang,
                "検証に残した年度は、このコーパスの範囲にはありません。",
                "The held-out years lie outside this corpus.",
            )
        )
    return Text(*paragraphs)


def counts_table(about: dict, lang: str) -> Table:
    """Forecasts and projects by quantity and part."""
    counts = pd.DataFrame(about["counts"], columns=["quantity", "part", "forecasts", "projects"])
    counts = counts.sort_values(
        "quantity", key=lambda names: names.map(list(words.QUANTITIES).index), kind="stable"
    )
    frame = counts.assign(
        quantity=[groups.quantity(name, lang) for name in counts["quantity"]],
        part=[groups.label("part", part, lang) for part in counts["part"]],
    )
    headings = {
        "quantity": words.say(lang, "予測", "Forecast"),
        "part": words.say(lang, "区分", "Group"),
        "forecasts": words.say(lang, "予測の数", "Forecasts"),
        "projects": words.say(lang, "事業数", "Projects"),
    }
    caption = words.say(
        lang,
        "一つの指標や事業の、一つの起点から一つの年度への予測を1と数える",
        "One forecast: of one indicator or project, from one origin, for one fiscal year",
    )
    return Table(frame, lang, caption, headings=headings)
