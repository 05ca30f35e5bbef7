"""Sheets of 2024 with a logic model and with indicators, written briefly."""

from helpers.sheet import ReviewSheet

HEAD = {
    "sheet_id": "2024-省-1",
    "sheet_year": 2024,
    "ministry": "省",
    "name": "事業",
    "project_number": "1",
}
VALUES = {"fiscal_year": 2023, "actual": 1.0}

ELEMENT = {"a": "activity", "p": "output", "s": "outcome", "m": "outcome", "l": "outcome"}
TERM = {"s": "short", "m": "middle", "l": "long"}


def end(name: str, before: str = "") -> dict:
    """The end of a link: "a1" activity 1, "p2" output 2, "s3" "m4" "l5" outcomes; "s3:x" has the
    goal x, and without one its name is its goal."""
    name, _, goal = name.partition(":")
    return {
        f"{before}number" if before else "element_number": int(name[1:]),
        f"{before}element": ELEMENT[name[0]],
        f"{before}term": TERM.get(name[0]),
        f"{before}goal": goal or name,
    }


def sheet(*links: str, **tables) -> ReviewSheet:
    """A sheet whose links are written "a1 p1"."""
    rows = []
    for link in links:
        source, target = link.split()
        rows.append(end(source, "source_") | end(target))
    return ReviewSheet.build(sheet=[HEAD], logic=rows, **tables)


def rows(number: int, values: dict, **facts) -> list[dict]:
    """Year -> (expected, actual) or (expected, actual, achievement)."""
    names = ("expected", "actual", "achievement")
    common = {"number": number, "indicator": f"指標{number}", "unit": "件"} | facts
    return [
        common | {"fiscal_year": year} | dict(zip(names, value, strict=False))
        for year, value in values.items()
    ]
