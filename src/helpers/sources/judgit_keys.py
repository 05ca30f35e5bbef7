"""The keys of JUDGIT's JSON sheets: which column each goes to, and what its value must be."""

from collections.abc import Iterator

from helpers.sources.json_fields import (
    each,
    number,
    number_or_text,
    object_of,
    required,
    text,
    whole,
    words,
)

PARTS = tuple(f"事業番号{part}" for part in range(1, 6))
"""The parts of a project number: 新30, 0002 and a branch until 2020, then 2021, 総務, 20, 0037
and a branch."""

_FISCAL_YEAR = ("fiscal_year", required(whole(1868, 2100, "a fiscal year")))
_printed_year = whole(0, 9999, "a year")

BUDGET = {
    "年度": _FISCAL_YEAR,
    "要求額": ("requested", number),
    "当初予算": ("initial", number),
    "補正予算": ("supplementary", number),
    "前年度から繰越し": ("carried_in", number),
    "翌年度へ繰越し": ("carried_out", number),
    "予備費等": ("reserve", number),
    "予算計": ("budget_net", number),
    "執行額": ("executed", number),
}
OUTCOME_YEAR = {
    "年度": _FISCAL_YEAR,
    "目標値": ("expected", number),
    "成果実績": ("actual", number),
}
OUTCOME = {
    "成果指標": ("indicator", words),
    "成果目標": ("goal", words),
    "単位": ("unit", words),
    "目標値": ("target", number_or_text),
    "目標最終年度": ("target_year", _printed_year),
    "成果実績": ("years", each(object_of(OUTCOME_YEAR, "年度"))),
}
OUTPUT_YEAR = {
    "年度": _FISCAL_YEAR,
    "当初見込み": ("expected", number),
    "活動実績": ("actual", number),
}
OUTPUT = {
    "活動指標": ("indicator", words),
    "単位": ("unit", words),
    "活動実績": ("years", each(object_of(OUTPUT_YEAR, "年度"))),
}
PAYMENT = {
    "年度": _FISCAL_YEAR,
    "グループ": ("block", words),
    "番号": ("rank", whole(0, 10**9, "a rank")),
    "支出先名": ("payee", words),
    "法人番号": ("corporate_number", words),
    "業務概要": ("work", words),
    "支出額": ("amount", number),
}
PAST = {"年度": ("year", _printed_year), "府省庁": ("ministry", text)}
PAST |= {part: (part, text) for part in PARTS}
SHEET = {
    "事業ID": ("official_id", whole(0, 10**18, "an id")),
    "公開年度": ("sheet_year", required(whole(2001, 2100, "a year"))),
    "府省庁": ("ministry", required(text)),
    "事業番号": ("project_number", text),
    **{part: (part, text) for part in PARTS},
    "事業名": ("name", required(text)),
    "担当部局庁": ("bureau", words),
    "担当課室": ("division", words),
    "開始年度": ("start_year", _printed_year),
    "終了年度": ("end_year", _printed_year),
    "会計区分": ("accounts", each(words)),
    "実施方法": ("methods", each(words)),
    "関連する過去のレビューシート": ("past_ids", each(object_of(PAST))),
    "予算": ("budget", each(object_of(BUDGET, "年度"))),
    "アウトカム": ("outcome", each(object_of(OUTCOME))),
    "アウトプット": ("output", each(object_of(OUTPUT))),
    "支出先": ("payment", each(object_of(PAYMENT, "年度"))),
    "定量的な目標が設定できない理由": ("not_quantified", words),
}
LEFT_OUT = ("ID", "url", "作成責任者", "事業目的", "事業概要", "主要施策")
"""Keys of a sheet that go into no table."""

_INNER = {
    "予算": (BUDGET, "", {}),
    "アウトカム": (OUTCOME, "成果実績", OUTCOME_YEAR),
    "アウトプット": (OUTPUT, "活動実績", OUTPUT_YEAR),
    "支出先": (PAYMENT, "", {}),
    "関連する過去のレビューシート": (PAST, "", {}),
}


def unknown(record: dict) -> Iterator[tuple[str, str]]:
    """(list, key) of each key beyond its fields in a sheet that fits them; "" is the sheet."""
    for key in record.keys() - SHEET.keys() - set(LEFT_OUT):
        yield "", key
    for name, (fields, inner, inner_fields) in _INNER.items():
        items = record.get(name) or ()
        for key in {key for item in items for key in item} - fields.keys():
            yield name, key
        years = [year for item in items for year in item.get(inner) or ()] if inner else ()
        for key in {key for year in years for key in year} - inner_fields.keys():
            yield f"{name}.{inner}", key
