"""Folders of reports as a run leaves them, without any notebook run."""

import json

QUALITY = {"errors": 1, "warnings": 2, "notes": 13, "repaired": 1}
SPENDING = {
    "executed": 195.0,
    "budget_net": 277.0,
    "unspent": 82.0,
    "execution_rate": 0.70397,
    "rate_low": 0.53,
    "rate_high": 0.83,
    "first_year": 2014,
    "last_year": 2018,
    "rates": [1, 0, None, 1.7, 0.704],
}
ADOPTION = {
    "indicator": "導入数",
    "last_year": 2018,
    "last_actual": 1067.0,
    "target": 1600.0,
    "target_year": 2023,
    "lead_model": "logit",
    "p_lead": 0.2,
    "p_low": 0.01,
    "p_high": 0.999,
}
IDENTITY = {
    "sheet_id": "2019-総務省-0042",
    "name": "調査 <script>alert(1)</script>",
    "ministry": "総務省",
    "project_number": "0042",
    "sheet_year": 2019,
}
QUESTIONS = {"ja": ("信頼?", "執行?", "達成?"), "en": ("Trust?", "Spent?", "Met?")}
HOSTILE = "</title></script><script>x()</script>\"'><img src=x onerror=x()>{{7*7}} \udc80\u202e"


def touch(folder, name):
    for ending in ("ipynb", "html"):
        (folder / f"{name}.{ending}").touch()


def save_manifest(folder, reports, **more):
    """A folder whose manifest speaks of `reports`: name -> headline."""
    folder.mkdir()
    entries = {}
    for name, headline in reports.items():
        touch(folder, name)
        title = headline.get("title", name)
        entries[name] = {"key": "k", "page": "p", "pdf": None, "headline": headline, "title": title}
        entries[name] |= more
    known = {"sheet": "sheet.txt", "stamp": None, "digest": "d", "reports": entries}
    (folder / "manifest.json").write_text(json.dumps(known), encoding="utf-8")


def all_three(**facts):
    """Name -> headline of the three notebooks in both languages."""
    return {
        f"{stem}.{lang}": {**IDENTITY, **numbers, "lang": lang, "title": title, **facts}
        for lang, titles in QUESTIONS.items()
        for stem, numbers, title in zip(
            ("01", "02", "03"), (QUALITY, SPENDING, ADOPTION), titles, strict=True
        )
    }
