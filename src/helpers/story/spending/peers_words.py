"""Who the peers are, in words: their sizes, their years, the band drawn of them."""

import pandas as pd

from helpers import words


def read_band(band: pd.DataFrame) -> str:
    """What the grey columns behind the execution rate are (`standing.band`); empty without any."""
    if band.empty:
        return ""
    row = band.iloc[0]
    who = words.say("全事業", "all projects")
    if row["size"] != "all":
        within = words.size(row["size"])
        who = words.say(f"同じ規模({within})の事業", f"projects of the same size ({within})")
    if row["ministry"] != "all":
        who = words.say(f"{row['ministry']}で{who}", f"{who} of {row['ministry']}")
    later = [words.year(year) for year in band.loc[band["all_years"], "fiscal_year"]]
    together = ""
    if later:
        together = words.say(
            f"{words.listed(later)}は比べる表にないため、表の全年度をまとめた値です。",
            f" For {words.listed(later)}, which the table does not have, they are those of all "
            "its years together.",
        )
    return (
        words.say(
            f"灰色の柱は{who}のその年度の執行率です(薄い柱は10〜90パーセンタイル、濃い柱は25〜75パーセンタイル、横線は中央値)。",
            f"Grey columns: that year's rates of {who} (light: 10th to 90th percentile, dark: "
            "25th to 75th, line: median).",
        )
        + together
    )


def scope(rates: pd.DataFrame, about: dict) -> str:
    """What the peers are, and the project's years that lie outside theirs."""
    first, last = about["sheet_years"][0], about["sheet_years"][-1]
    sheets, projects = f"{about['sheets']:,}", f"{about['projects']:,}"
    years = words.span(about["fiscal_years"][0], about["fiscal_years"][-1])
    published = words.say(f"{first}〜{last}年", f"{first}–{last}")
    if first == last:
        published = words.say(f"{first}年", f"{first}")
    text = words.say(
        f"比べる相手は、{published}公表のシート{sheets}枚のうち執行率の分かる{projects}事業({years})です。",
        f"The peers are the {projects} projects with a known rate in the {sheets} sheets published "
        f"{published} ({years}).",
    )
    known = rates.loc[rates["modelled"], "fiscal_year"]
    outside = [words.year(year) for year in known if year not in about["fiscal_years"]]
    if outside:
        these = words.listed(outside)
        text += words.say(
            f"この事業の{these}はこの範囲の外で、その年度の分布は違うかもしれません。",
            f" {these} of this project {'lies' if len(outside) == 1 else 'lie'} outside that span, "
            "and rates may be distributed otherwise there.",
        )
    return text
