"""What every notebook's answer carries."""

from helpers import words
from helpers.sheet import ReviewSheet


def headline(sheet: ReviewSheet, title: str, lang: str, **numbers) -> dict:
    """The headline of an Answer: which sheet, which question, and the notebook's numbers."""
    facts = sheet.facts
    names = ("sheet_id", "name", "ministry", "project_number", "sheet_year")
    return {**{name: facts[name] for name in names}, "lang": lang, "title": title, **numbers}


def project(sheet: ReviewSheet, lang: str) -> str:
    """The sheet named in a sentence."""
    facts = sheet.facts
    return words.say(
        lang,
        f"{facts['ministry']}「{facts['name']}」({facts['sheet_year']}年公表、"
        f"事業番号{facts['project_number']})",
        f"{facts['name']} ({facts['ministry']} {facts['project_number']}, "
        f"published {facts['sheet_year']})",
    )
