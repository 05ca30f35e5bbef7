"""All that `helpers.Portfolio` rests on, of all projects of a sheet year: worked out from a corpus,
read from a folder that `review-sheets portfolio` wrote, or as far as it ships with the package.

Nothing here hangs on weights, on a ministry or on a language.
"""

import json
from functools import cached_property
from pathlib import Path

import pandas as pd

from helpers import fitted, paths
from helpers.analysis import execution, explanations, leads
from helpers.analysis import portfolio as sums
from helpers.corpus import Corpus
from helpers.fitted import SHIPPED
from helpers.forecast import ABOUT, every_project, ranking
from helpers.sheet import NO_PROJECT, SheetError

FORMAT = "portfolio 1"
"""What `ABOUT` says of a folder that it is."""

SAID = {"year", "sheet_years", "seen", "unfinished", "ministry", "policy_area", "weights"}
"""What the file has to say."""

WHOLE = 0.5
"""A sheet year is whole whose sheets print the year before in so many projects, as a part of those
of the fullest year."""

WRITTEN = "what `review-sheets portfolio CORPUS --out DIR` writes of all ministries in Parquet"

LAST = ["budget_net", "executed", "unspent", "execution_rate"]
AREA = ["sheet_id", "area"]
LEFT_OUT = ["sheet_id", "ministry", "name", "fiscal_year", "left_out", "budget_net", "executed"]
PROJECT = [
    *("project_id", "sheet_id", "ministry", "name", "size", *LAST, "p_below_70"),
    *("budget_current", "expected_budget", "expected_unspent"),
    *("number", "indicator", "target", "target_year", "missing_target", "target_outside"),
    *("low_years", "low_unspent", "asked", "low_again"),
    *("contracts_of", "purchases", "uncompeted_amount", "bidders_unknown", "uncompeted"),
    *("opinion", "reaction", "not_followed", "raised", "errors", "warnings", "rules"),
    *("gravest", "gravest_en"),
]
OWN_MONEY = [*LAST, "p_below_70", "expected_unspent", "low_years", "low_unspent", "low_again"]
OF_YEAR = ["sheet_id", "sheet_year", "ministry", "fiscal_year", "left_out", "modelled"]
OF_YEAR += ["requested", "initial", "budget_net", "carried_out", "executed", "unspent"]
TABLES = ("money", "leads", "left_out", "record", "explained", "areas", "printed")
"""The files of a folder that are read."""


class Government:
    """The tables, each of all projects of the sheet year `year`.

    money: `analysis.portfolio.money`. left_out: the sheets' years that are in no sum, `LEFT_OUT`.
    projects: `PROJECT` with what `leads.placed` adds, in the order of equal weights. explained:
    `explanations.explained`, of reasons that are notable. areas: which policy areas a sheet states,
    `AREA`: its main expenses and the policies it belongs to. printed: what the sheets of the year
    print of fiscal years, `OF_YEAR`. record: `forecast.ranking.record`.

    about: year; sheet_years, those looked at; seen, the last sheets that the forecasts were fitted
    to; unfinished, sheet years after `year` that were passed over as they are not whole
    (sheet_year, sheets, printed: how many print the year before).
    """

    about: dict
    years: list[int]
    money: pd.DataFrame
    left_out: pd.DataFrame
    projects: pd.DataFrame
    explained: pd.DataFrame
    areas: pd.DataFrame
    printed: pd.DataFrame
    record: pd.DataFrame


class OfCorpus(Government):
    """Of a corpus, from the sheets up to `year`: without one the last year that is `WHOLE`."""

    def __init__(self, folder: str | Path, year: int | None):
        self._corpus, self._folder = Corpus(folder), folder
        years = _published(self._corpus)
        whole = years.index[years["printed"] >= WHOLE * years["printed"].max()]
        self._year = int(whole.max()) if year is None else year
        after = years[years.index > self._year] if year is None else years[:0]
        self._unfinished = after.reset_index().to_dict("records")

    @cached_property
    def about(self) -> dict:
        fits = (self._fitted.execution, self._fitted.outcomes)
        return {
            "year": self._year,
            "sheet_years": self._years,
            "seen": max(part["sheets"][-1] for part in fits),
            "unfinished": self._unfinished,
        }

    @property
    def years(self) -> list[int]:
        """The sheet years there are."""
        return self._corpus.years

    @cached_property
    def money(self) -> pd.DataFrame:
        return sums.money(self._rows, self._every("sheet"), self._year)

    @cached_property
    def left_out(self) -> pd.DataFrame:
        rows = self._rows[self._rows["left_out"] != ""]
        rows = rows[rows["fiscal_year"] == rows["sheet_year"] - 1]
        return rows[LEFT_OUT].reset_index(drop=True)

    @cached_property
    def printed(self) -> pd.DataFrame:
        rows = self._rows[self._rows["sheet_year"] == self._year]
        return rows[OF_YEAR].reset_index(drop=True)

    @cached_property
    def projects(self) -> pd.DataFrame:
        corpus, year = self._corpus, self._year
        spending, budget = corpus.spending(year), self._of_year("budget")
        of = every_project.sheets(corpus, year)
        of["name"] = of["name"].map(lambda name: " ".join(str(name).split()))
        of = of[~of["is_branch"]].drop(columns="is_branch")
        bought = [self._of_year(name) for name in ("contract", "commitment", "payment")]
        by_sheet = [
            leads.competition(*bought),
            leads.opinions(self._of_year("review"), budget, year),
            leads.contradictions(self._of_year("finding"), of["sheet_id"]),
        ]
        table = of.assign(
            size=of["project_id"].map(leads.sized(spending, year)).astype("str"),
        )
        for part in (self._last(spending), *self._forecast, leads.persistence(spending, year)):
            table = table.merge(part, "left", on="project_id", validate="one_to_one")
        # What several sheets print together tells nothing of one of them.
        table[OWN_MONEY] = table[OWN_MONEY].where(~table["project_id"].isin(self._sharing))
        for part in by_sheet:
            table = table.merge(part, "left", on="sheet_id", validate="one_to_one")
        return leads.ordered(leads.placed(table[PROJECT].astype({"target_outside": "str"})))

    @cached_property
    def explained(self) -> pd.DataFrame:
        several = self._of_year("commitment").rename(columns={"contract_amount": "amount"})
        why = ["sheet_id", "amount", "single_bid_reason"]
        contracts = pd.concat([self._of_year("contract")[why], several[why]])
        table = explanations.explained(self._of_year("note"), self._of_year("review"), contracts)
        told = leads.notable(self.projects)[["sheet_id", "reason"]]
        return told.merge(table, on=["sheet_id", "reason"])

    @cached_property
    def areas(self) -> pd.DataFrame:
        sheet, policy = self._of_year("sheet"), self._of_year("policy")
        spent = sheet.assign(area=sheet["main_expenses"].str.split("、")).explode("area")
        policy = policy[policy["entry"] == "policy"].assign(area=policy["title"])
        table = pd.concat([spent[AREA], policy[AREA]]).dropna()
        table["area"] = table["area"].str.strip()
        return table[table["area"] != ""].drop_duplicates(ignore_index=True)

    @property
    def record(self) -> pd.DataFrame:
        return self._fitted.track_record["ranking"]

    @cached_property
    def _fitted(self) -> fitted.Fitted:
        return fitted.of(f"{self._folder}#", self._year)

    @cached_property
    def _rows(self) -> pd.DataFrame:
        return sums.rows(self._every("budget"), self._every("sheet"))

    @cached_property
    def _forecast(self) -> list[pd.DataFrame]:
        made = every_project.all_of(self._corpus, self._fitted, self._year)
        spent, outcomes = made["execution"].table, made["outcomes"].table
        money = spent[["project_id", "p_below_70"]].assign(
            budget_current=spent["budget"],
            expected_budget=spent["budget_mean"],
            expected_unspent=ranking.unspent(spent),
        )
        facts = ["project_id", "number", "indicator", "target", "target_year"]
        target = ranking.missing(outcomes)[[*facts, "chance", "outside"]]
        named = {"chance": "missing_target", "outside": "target_outside"}
        return [money, target.rename(columns=named)]

    @property
    def _sharing(self) -> set[str]:
        """The projects whose sheets of the last two years print an outturn with others."""
        project = self._every("project").set_index("sheet_id")["project_id"]
        rows = self._rows[self._rows["sheet_year"] >= self._year - 1]
        return {*project.reindex(sorted(sums.sharing(rows))).dropna()}

    def _last(self, spending: pd.DataFrame) -> pd.DataFrame:
        """The money of the year before, by project."""
        rows = execution.measured(spending, spending["is_branch"])
        rows = rows[(rows["fiscal_year"] == self._year - 1) & rows["closed"].astype(bool)]
        return rows[["project_id", *LAST]]

    @property
    def _years(self) -> list[int]:
        return [year for year in self.years if year <= self._year]

    def _every(self, name: str) -> pd.DataFrame:
        return self._corpus.table(name, self._years)

    def _of_year(self, name: str) -> pd.DataFrame:
        return self._corpus.table(name, [self._year])


class OfFolder(Government):
    """As `review-sheets portfolio CORPUS --out` wrote it, of the whole government and in Parquet.
    Raises SheetError where it is something else."""

    def __init__(self, folder: str | Path):
        place = paths.find(folder)
        if not is_written(place):
            raise SheetError(place / ABOUT, "no readable description of the tables", WRITTEN)
        self.about = json.loads((place / ABOUT).read_text("utf-8"))
        if missing := SAID - self.about.keys():
            raise SheetError(place / ABOUT, f"no {', '.join(sorted(missing))}", WRITTEN)
        self.years = [self.about["year"]]
        if part := self.about["ministry"] or self.about["policy_area"]:
            raise SheetError(folder, f"the tables of {part} alone", WRITTEN)
        for name in TABLES:
            path = place / f"{name}.parquet"
            try:
                table = pd.read_parquet(path)
                if name == "leads":
                    # What hangs on weights and on a language is made anew.
                    table = leads.ordered(table.drop(columns=["reasons", "score", "order"]))
            except FileNotFoundError as error:
                raise SheetError(path, "no such file", WRITTEN) from error
            except (OSError, ValueError, KeyError) as error:
                raise SheetError(path, f"another table ({error})", WRITTEN) from error
            setattr(self, "projects" if name == "leads" else name, table)


class Shipped(Government):
    """Of what ships with the package: the money and the record. There is no project in it, as the
    texts of sheets, such as names, are no part of the package."""

    def __init__(self) -> None:
        self.money, self.record = SHIPPED.ministries, SHIPPED.track_record["ranking"]
        published = sorted(int(year) for year in self.money["sheet_year"].dropna().unique())
        self.years = published[-1:]
        self.about = {"year": published[-1], "sheet_years": published, "seen": published[-1]}
        self.about |= {"unfinished": []}
        kinds = {name: float for reason in leads.REASONS.values() for name in reason}
        self.projects = leads.ordered(leads.placed(pd.DataFrame(columns=PROJECT).astype(kinds)))
        self.left_out, self.printed = (pd.DataFrame(columns=of) for of in (LEFT_OUT, OF_YEAR))
        self.explained = pd.DataFrame(columns=explanations.EXPLAINED)
        self.areas = pd.DataFrame(columns=AREA)


def is_written(path: str | Path) -> bool:
    """Whether `path` is a folder that `review-sheets portfolio` wrote."""
    try:
        about = json.loads((paths.find(path) / ABOUT).read_text("utf-8"))
    except (OSError, RuntimeError, ValueError):
        return False
    return isinstance(about, dict) and about.get("format") == FORMAT


def _published(corpus: Corpus) -> pd.DataFrame:
    """By sheet year: sheets (of projects), and printed, how many of them print the year before."""
    sheet = corpus.table("sheet", columns=["sheet_id", "sheet_year", "sheet_type"])
    sheet = sheet[~sheet["sheet_type"].isin(NO_PROJECT)]
    budget = corpus.table("budget", columns=["sheet_id", "fiscal_year", "budget_net", "executed"])
    rows = budget.dropna(subset=["budget_net", "executed"], how="all").merge(sheet, on="sheet_id")
    before = rows[rows["fiscal_year"] == rows["sheet_year"] - 1]
    table = pd.DataFrame(
        {
            "sheets": sheet.groupby("sheet_year").size(),
            "printed": before.groupby("sheet_year")["sheet_id"].nunique(),
        }
    )
    return table.fillna(0).astype(int)
