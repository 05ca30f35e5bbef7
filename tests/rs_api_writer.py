"""Made-up answers of the RS system's API, of the shapes that they have, in a folder as `fetch`
leaves it."""

import json
from pathlib import Path
from typing import Any

YEAR = 2026
METHOD = "open-tendering-lowest-price"


def uuid(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012}"


def row(number: int = 7, **changes: Any) -> dict:
    """A row of the list: a review sheet that spent 30 million yen in the year before."""
    return {
        "id": uuid(number),
        "lineage_id": None,
        "sheet_type": "RS",
        "fiscal_year": YEAR,
        "is_published": True,
        "updated_at": "2026-10-01T00:00:00+09:00",
        "project_number": f"{number:06}",
        "name": f"試験事業{number}",
        "ministry_name": "総務省",
        "organization_name": "試験局",
        "purpose": "試す。",
        "overview": "試験を行う。\n毎年行う。",
        "start_year": 2020,
        "end_year": None,
        "last_implemented_fiscal_year": 2024,
        "previous_year_execution_rate": None,
        "previous_year_execution_amount": 30_000_000,
        "negative_previous_year_execution_amount_count": 0,
        "finalized_amount_for_initial_budget": 50_000_000,
        "budget_data": [
            {"fiscal_year": 2024, "initial_budgets_total_amount": 35_000_000},
            {"fiscal_year": 2025, "initial_budgets_total_amount": 40_000_000},
            {"fiscal_year": 2026, "initial_budgets_total_amount": 50_000_000},
        ],
    } | changes


def fund(number: int = 8, **changes: Any) -> dict:
    """A row of a fund sheet."""
    return (
        row(
            number,
            sheet_type="KS",
            previous_year_execution_amount=None,
            finalized_amount_for_initial_budget=None,
            budget_data=[],
            fund_sheet_number="K-1",
            fund_owner="試験機構",
            operation_forms=["reduce", "revolve"],
            business_forms=["subsidy"],
            composition_backgrounds_fiscal_year_of_creation=2019,
            scheduled_end_end_date="2030-03-31",
            scheduled_end_end_date_of_new_application_receiving=None,
            beginning_of_the_fund_balance=7_000_000_000,
            previous_year_total_income=500_000,
            negative_previous_year_total_income_count=0,
            previous_year_total_expense=900_000_000,
            negative_previous_year_total_expense_count=1,
            previous_year_administrative_expense=12_000_000,
            previous_year_administrative_expense_rate=1.3,
            previous_year_amount_returned_to_the_national_treasury=0,
            previous_year_divergence_rate=None,
            ownership_ratio=1.25,
        )
        | changes
    )


def detail(number: int = 7, **more: Any) -> dict:
    """The detail, which has names that are not known."""
    return {
        "id": uuid(number),
        "fiscal_year": YEAR,
        "is_published": True,
        "related_projects": [
            {"name": "11:親の事業", "relation_type": "others-base"},
            {"name": "000012：基金", "relation_type": "ks-link-base"},
        ],
        "made_up": {"outcomes": [{"goal": "増やす", "values": [1, 2]}], "persons": ["試験 太郎"]},
    } | more


def contract(amount: int | None, **changes: Any) -> dict:
    return {
        "overview": "調査",
        "amount": amount,
        "negative_amount_count": 0,
        "is_others": False,
        "contract_method": METHOD,
        "contract_method_description": "－",
        "number_of_applicants": 1,
        "bid_rate": 99.5,
        "amount_breakdown": [],
    } | changes


def payee(name: str, total: int | None, *contracts: dict, **changes: Any) -> dict:
    return {
        "id": f"p-{name}",
        "name": name,
        "corporate_number": "8000000000018",
        "corporate_address": "東京都千代田区",
        "corporate_kind": "301",
        "is_others": False,
        "type": "payee",
        "total_contract_amount": total,
        "negative_total_contract_amount_count": 0,
        "contracts": list(contracts),
    } | changes


def group(block: str, total: int | None, *payments: dict, number: int = 7, **changes: Any) -> dict:
    return {
        "id": f"g-{block}",
        "project_id": uuid(number),
        "display_code": block,
        "name": f"{block}社ほか",
        "overview": "調査する",
        "payment_count": len(payments),
        "total_amount": total,
        "negative_total_amount_count": 0,
        "payments": list(payments),
    } | changes


def edge(target: str, source: str | None = None, **changes: Any) -> dict:
    return {
        "source_node_id": source and f"g-{source}",
        "target_node_id": f"g-{target}",
        "is_connected_to_source_root": source is None,
        "label": None,
    } | changes


GROUPS = [
    group(
        "A",
        30_000_000,
        payee("試験会社", 20_000_000, contract(15_000_000), contract(5_000_000, overview="印刷")),
        payee("その他", 10_000_000, corporate_number=None, is_others=True),
    ),
    group("B", 4_000_000, payee("下請", 4_000_000, contract(4_000_000, contract_method="others"))),
]
EDGES = [edge("A"), edge("B", "A", label="再委託")]


def write(
    folder: Path,
    *rows: dict,
    details: dict[str, Any] | None = None,
    groups: dict[str, Any] | None = None,
    edges: dict[str, Any] | None = None,
    **listed: Any,
) -> Path:
    """A folder with the list and the answers, which are by the number of the project as printed."""
    rows = rows or (row(),)
    folder.mkdir(parents=True, exist_ok=True)
    body = {"fiscal_year": YEAR, "count": len(rows), "results": list(rows)} | listed
    put(folder / "list.json", body)
    answers = {"detail": details, "payment-groups": groups, "payment-edges": edges}
    for name, of in answers.items():
        for number, answer in (of or {}).items():
            put(folder / number / f"{name}.json", answer)
    return folder


def put(path: Path, body: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(body), encoding="utf-8")
    return path


def whole(folder: Path, **listed: Any) -> Path:
    """A folder of one project with all its answers; `listed` changes its row of the list."""
    parts = {"details": detail(), "groups": GROUPS, "edges": EDGES}
    return write(folder, row(**listed), **{name: {"000007": of} for name, of in parts.items()})
