"""The JUDGIT sheets of the shared corpus as ReviewSheets, for tests over many real sheets."""

import gzip
import json
import random
from collections.abc import Iterator

from helpers import paths
from helpers.sheet import ReviewSheet

CORPUS = paths.ROOT.parent / "shared" / "corpus"
YEARS = range(2015, 2020)

BUDGET = {
    "年度": "fiscal_year",
    "要求額": "requested",
    "当初予算": "initial",
    "補正予算": "supplementary",
    "前年度から繰越し": "carried_in",
    "翌年度へ繰越し": "carried_out",
    "予備費等": "reserve",
    "予算計": "budget_net",
    "執行額": "executed",
}
PAYMENT = {
    "年度": "fiscal_year",
    "グループ": "block",
    "番号": "rank",
    "支出先名": "payee",
    "法人番号": "corporate_number",
    "業務概要": "work",
    "支出額": "amount",
}


def sheets(year: int, sample: int | None = None, seed: int = 0) -> Iterator[ReviewSheet]:
    """All sheets published in `year`, or a seeded random sample of them in the file's order."""
    with gzip.open(CORPUS / f"judgit-{year}.ndjson.gz", "rt", encoding="utf-8") as lines:
        chosen = list(lines)
    if sample is not None:
        picked = sorted(random.Random(seed).sample(range(len(chosen)), min(sample, len(chosen))))
        chosen = [chosen[position] for position in picked]
    for line in chosen:
        yield sheet(json.loads(line))


def sheet(record: dict) -> ReviewSheet:
    """One JSON sheet as a ReviewSheet."""
    year, ministry = record["公開年度"], record["府省庁"]
    facts = {
        "sheet_id": f"{year}-{ministry}-{record['事業番号']}",
        "sheet_year": year,
        "ministry": ministry,
        "project_number": record["事業番号"],
        "name": record["事業名"],
        "bureau": record["担当部局庁"],
        "division": record["担当課室"],
        "start_year": record["開始年度"],
        "end_year": record["終了年度"],
        "source_format": "judgit json",
    }
    payments = _renamed(record["支出先"], PAYMENT)
    return ReviewSheet.build(
        sheet=[facts],
        budget=_renamed(record["予算"], BUDGET),
        outcome=[
            {
                "number": number,
                "indicator": outcome["成果指標"],
                "goal": outcome["成果目標"],
                "unit": outcome["単位"],
                "fiscal_year": row["年度"],
                "expected": row["目標値"],
                "actual": row["成果実績"],
                "target": _number(outcome["目標値"]),
                "target_year": outcome["目標最終年度"],
                "target_year_printed": outcome["目標最終年度"],
            }
            for number, outcome in enumerate(record["アウトカム"] or [], start=1)
            for row in outcome["成果実績"]
        ],
        output=[
            {
                "number": number,
                "indicator": output["活動指標"],
                "unit": output["単位"],
                "fiscal_year": row["年度"],
                "expected": row["当初見込み"],
                "actual": row["活動実績"],
            }
            for number, output in enumerate(record["アウトプット"] or [], start=1)
            for row in output["活動実績"]
        ],
        payment=payments,
    )


def _renamed(rows: list[dict] | None, names: dict[str, str]) -> list[dict]:
    return [{names[key]: row[key] for key in names if key in row} for row in rows or []]


def _number(text: str | None) -> float | None:
    try:
        return float((text or "").replace(",", ""))
    except ValueError:
        return None
