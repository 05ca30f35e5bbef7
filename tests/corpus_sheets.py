"""Small JUDGIT sheets of projects over the years, corpora of them, and what is compared of two."""

import gzip
import json
import os
from pathlib import Path

import pandas as pd
from pandas.testing import assert_frame_equal

from helpers.corpus import Corpus, build
from helpers.corpus.store import TABLES
from helpers.sheet import ReviewSheet
from judgit_records import record

MINISTRY = "国土交通省"
KEYS = {
    "requested": "要求額",
    "initial": "当初予算",
    "supplementary": "補正予算",
    "carried_in": "前年度から繰越し",
    "carried_out": "翌年度へ繰越し",
    "reserve": "予備費等",
    "budget_net": "予算計",
    "executed": "執行額",
}


def amounts(number: int, year: int) -> dict:
    """What a project of this number has in a fiscal year: its sheets agree, no other's do."""
    initial = 1000.0 + 100 * number + 7 * (year % 100)
    zeros = dict.fromkeys(("supplementary", "carried_in", "carried_out", "reserve"), 0.0)
    return zeros | {"initial": initial, "budget_net": initial, "executed": initial - 3}


def sheet(
    year: int,
    number: int = 1,
    budget: dict[int, dict] | None = None,
    outcome: list[dict] | None = None,
    output: list[dict] | None = None,
    **facts,
) -> dict:
    """A sheet of `year`: three closed fiscal years, the current one, the next one's request.

    `budget` (fiscal year -> column -> value) changes what `amounts` gives; `outcome` and `output`
    are `indicator`s; `facts` are JUDGIT's keys.
    """
    rows = []
    for fiscal_year in range(year - 3, year + 2):
        row = amounts(number, fiscal_year)
        if fiscal_year > year:
            row = {"requested": row["initial"]}
        elif fiscal_year == year:
            del row["executed"]
        row |= (budget or {}).get(fiscal_year, {})
        rows.append({"年度": fiscal_year} | {KEYS[name]: value for name, value in row.items()})
    given = {
        "公開年度": year,
        "事業ID": None,
        "事業番号": f"{number:04}",
        "事業番号2": f"{number:04}",
        "事業名": f"{number}号橋の点検",
        "予算": rows,
        "支出先": [],
        "アウトカム": outcome or [],
        "アウトプット": output or [],
        "関連する過去のレビューシート": [],
    }
    return record(**given | facts)


def outcome(actuals: dict[int, float | None], **facts) -> dict:
    """An outcome; `facts` are JUDGIT's keys."""
    rows = [{"年度": year, "成果実績": actual, "目標値": None} for year, actual in actuals.items()]
    given = {"成果目標": "点検する", "成果指標": "点検した橋", "単位": "橋", "目標値": "700"}
    return given | {"目標最終年度": 2023} | facts | {"成果実績": rows}


def output(actuals: dict[int, float | None], **facts) -> dict:
    """An output; `facts` are JUDGIT's keys."""
    rows = [{"年度": year, "活動実績": value, "当初見込み": 4.0} for year, value in actuals.items()]
    return {"活動指標": "点検の回数", "単位": "回"} | facts | {"活動実績": rows}


def payment(year: int, payee: str, amount: float) -> dict:
    """A payment in JUDGIT's keys."""
    place = {"年度": year, "グループ": "A", "番号": 1, "法人番号": None, "業務概要": "点検"}
    return place | {"支出先名": payee, "支出額": amount}


def sheet_id(year: int, number: int = 1) -> str:
    """The id of `sheet(year, number)`."""
    return f"{year}-{MINISTRY}-{number:04}"


def lines(path: Path, *sheets: dict | str) -> Path:
    """A file of sheets, one a line, gzipped if its name says so; a text is put in as it is."""
    texts = [one if isinstance(one, str) else json.dumps(one) for one in sheets]
    content = "".join(f"{text}\n" for text in texts).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(content, mtime=0) if path.suffix == ".gz" else content)
    return path


def made(folder: Path, *sheets: dict | str) -> Corpus:
    """A corpus of the sheets, in `folder`/corpus."""
    source = lines(folder / "sheets.ndjson", *sheets)
    build.build([source], folder / "corpus", workers=1)
    return Corpus(folder / "corpus")


def files_of(folder: Path) -> dict[str, bytes]:
    """Name -> content of every file of a corpus, hidden ones too; of a link, where it leads."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            found[name] = os.readlink(path).encode()
        elif path.is_file():
            found[name] = path.read_bytes()
    return found


def assert_same_sheet(got: ReviewSheet, wanted: ReviewSheet) -> None:
    """Every table but `vintage`, which only a corpus can fill, is equal."""
    for name, frame in wanted.tables().items():
        # `equals` is quick, and says nothing of what differs.
        if name != "vintage" and not got.tables()[name].equals(frame):
            assert_frame_equal(got.tables()[name], frame, obj=f"{wanted.id}: {name}")


def assert_same_corpus(got: Corpus, wanted: Corpus) -> None:
    """Every table has the same rows, in whatever order."""
    for name in TABLES:
        if name != "rejected":
            assert_frame_equal(*(_ordered(one.table(name)) for one in (got, wanted)), obj=name)


def _ordered(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.sort_values(list(frame.columns)).reset_index(drop=True)
