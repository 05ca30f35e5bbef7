"""Small panels of project-years, as `Corpus.spending` gives them."""

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
