"""Small panels: project-years as `Corpus.spending` gives them, outcomes as `Corpus.outcomes`."""

import numpy as np
import pandas as pd


def panel(*projects: dict[int, tuple], **facts) -> pd.DataFrame:
    """Budget rows of projects p0, p1 ...; a project maps a year to (net budget, executed), and
    where given (requested, initial); without an outturn the year is the current one."""
    rows = []
    for number, years in enumerate(projects):
        for year, (net, executed, *more) in years.items():
            requested, initial = more or (np.nan, net)
            rows.append(
                {
                    "project_id": f"p{number}",
                    "fiscal_year": year,
                    "initial": initial,
                    "budget_net": net,
                    "budget_gross": net,
                    "executed": executed,
                    "requested": requested,
                    "status": "current" if pd.isna(executed) else "closed",
                    "ministry": "省",
                    "methods": "補助",
                    "is_branch": False,
                }
                | facts
            )
    return pd.DataFrame(rows)


def outcome_panel(
    values: dict[int, float], name: str = "i", expected: dict | None = None, **facts
) -> pd.DataFrame:
    """Rows of one indicator, as `Corpus.outcomes` gives them as of 2018."""
    given = {"indicator_id": name, "project_id": "p", "ministry": "省", "unit": "団体"}
    given |= {"indicator": "数", "goal": "", "direction": None}
    given |= {"target": np.nan, "target_year": pd.NA, "is_branch": False}
    given |= {"last_sheet": 2018, "stated": 2018, "sheet_year": 2018} | facts
    rows = [
        given | {"fiscal_year": y, "actual": v, "expected": (expected or {}).get(y, np.nan)}
        for y, v in values.items()
    ]
    return pd.DataFrame(rows).astype({"fiscal_year": "Int64", "target_year": "Int64"})
