"""`review-sheets portfolio` and `helpers.Portfolio` on simulated projects."""

import json
import shutil

import duckdb
import matplotlib.pyplot as plt
import pandas as pd
import pytest
from forecasting_commands import folder_of, run

from corpus_sheets import files_of
from helpers import Portfolio, words
from helpers.forecast import write
from helpers.parameters import ParameterError
from helpers.sheet import SheetError

TABLES = ("money", "leads", "reasons", "left_out", "record", "explained", "areas", "printed")
FILES = {f"{name}.{ending}" for name in TABLES for ending in ("csv", "parquet")} | {"about.json"}


@pytest.fixture(scope="module")
def portfolio(corpus) -> Portfolio:
    """Of the year that it takes by itself; the commands are given it."""
    return Portfolio(folder_of(corpus))


@pytest.fixture(scope="module")
def written(portfolio, tmp_path_factory):
    out = tmp_path_factory.mktemp("portfolio")
    write.tables(out, ["parquet", "csv"], portfolio.tables, portfolio.about, {})
    return out


def test_every_project_of_the_year_has_a_row_and_branches_none(corpus, portfolio):
    ids = set(corpus.table("sheet", [2018])["sheet_id"])
    branch = {"2018-国土交通省-0001-01"}
    assert {*portfolio.leads["sheet_id"]} == ids - branch
    assert {*portfolio.left_out["sheet_id"]} >= branch


QUERY = """
select ministry, b.fiscal_year,
    sum(initial::decimal(38, 6)) as initial,
    sum(budget_net::decimal(38, 6)) as budget_net,
    sum(case when executed is not null and budget_net > 0 then executed::decimal(38, 6) end)
        as executed,
    sum(case when executed is not null and budget_net > 0
        then budget_net::decimal(38, 6) - executed::decimal(38, 6) end) as unspent
from '{tables}/budget/*/*.parquet' b join '{tables}/sheet/*/*.parquet' s using (sheet_id)
where s.sheet_year = b.fiscal_year + 1 and s.sheet_year <= {year}
    and coalesce(parent_number, '') = '' and coalesce(sheet_type, 'review') = 'review'
    and (initial <> 0 or budget_net <> 0 or executed <> 0)
group by all order by all
"""


def test_sums_are_those_of_a_query_of_its_own_to_the_yen(corpus, portfolio):
    wanted = duckdb.sql(QUERY.format(tables=corpus.tables, year=2018)).fetchall()
    assert len(wanted) == 4
    table = portfolio.money.set_index(["ministry", "fiscal_year"])
    for ministry, year, *sums in wanted:
        row = table.loc[(ministry, year), ["initial", "budget_net", "executed", "unspent"]]
        assert [round(float(value) * 1e6) for value in row] == [
            int(value.scaleb(6)) for value in sums
        ]


def test_the_command_writes_the_tables_and_says_what_they_are(capsys, corpus, written, tmp_path):
    status, told, wrong = run(
        capsys, "portfolio", folder_of(corpus), "--year", "2018", "--out", tmp_path
    )
    assert (status, wrong) == (0, "")
    assert files_of(tmp_path).keys() == FILES
    assert files_of(tmp_path) == files_of(written)
    assert "119事業" in told
    assert f"{tmp_path}" in told.splitlines()[-1]
    about = json.loads((tmp_path / "about.json").read_text("utf-8"))
    for name in TABLES:
        table = pd.read_parquet(tmp_path / f"{name}.parquet")
        assert [*about["columns"][name]] == [*table]
        assert all(ja and en for ja, en, _ in about["columns"][name].values())
    assert about["sheet_years"] == [2015, 2016, 2017, 2018]


def test_nothing_that_was_published_later_is_seen(capsys, later, written, tmp_path):
    status, _, _ = run(capsys, "portfolio", folder_of(later), "--year", "2018", "--out", tmp_path)
    assert status == 0
    assert files_of(tmp_path) == files_of(written)


def test_without_a_folder_it_speaks_alone_in_either_language(capsys, corpus):
    status, told, wrong = run(
        capsys, "portfolio", folder_of(corpus), "--year", "2018", "--lang", "en"
    )
    assert (status, wrong) == (0, "")
    assert "Sheets of 2018: 119 projects." in told
    assert "contracts without competition: not told by the sheets of this year" in told
    words.speak("ja")


def test_what_is_not_told_is_not_ranked(portfolio):
    known = portfolio.coverage.set_index("reason")["known"]
    assert known["competition"] == known["opinion"] == 0
    assert 0 < known["unspent"] < known["contradictions"] == 119
    leads = portfolio.leads
    # Project 2 has no budget left: no money is expected of it, and it is not the last for that.
    row = leads[leads["sheet_id"] == "2018-国土交通省-0002"].iloc[0]
    assert row[["expected_unspent", "unspent_rank", "unspent_percentile"]].isna().all()
    assert leads["unspent_rank"].max() <= known["unspent"]
    ordered = leads.dropna(subset="order")
    assert ordered["score"].is_monotonic_decreasing


def test_the_expected_money_is_what_forecast_writes(corpus, portfolio):
    from helpers import fitted
    from helpers.forecast import every_project

    made = every_project.execution(corpus, fitted.shipped(2018).execution, 2018).table
    made = made.set_index("sheet_id")
    left = (made["budget_mean"] - made["executed_mean"]).dropna()
    found = portfolio.leads.set_index("sheet_id")["expected_unspent"].reindex(left.index)
    assert found.to_numpy() == pytest.approx(left.to_numpy(), abs=1e-9)


def test_reasons_are_said_in_words(portfolio):
    told = portfolio.reasons
    assert {*told["reason"]} <= {"unspent", "target", "persistence", "contradictions"}
    assert told["told"].str.endswith("。").all()
    first = told[told["reason"] == "unspent"].iloc[0]
    row = portfolio.leads.set_index("project_id").loc[first["project_id"]]
    assert first["told"] in row["reasons"]
    assert "2018年度末の予算計約" in first["told"]
    places = portfolio.leads.set_index("project_id")["unspent_rank"]
    assert f"全府省庁で{int(places[first['project_id']])}番目" in first["told"]


def test_weights_and_a_ministry_change_no_rank(corpus, portfolio):
    given = {"target": 5, "unspent": "0"}
    other = Portfolio(folder_of(corpus), 2018, "国土交通省", weights=given)
    assert other.weights == dict.fromkeys(portfolio.weights, 1.0) | {
        **{"target": 5.0, "unspent": 0.0}
    }
    ranks = [f"{reason}_rank" for reason in other.weights]
    both = [one.leads.set_index("project_id").sort_index()[ranks] for one in (portfolio, other)]
    pd.testing.assert_frame_equal(*both)
    assert other.leads["project_id"].tolist() != portfolio.leads["project_id"].tolist()
    assert "国土交通省" in repr(other)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--year", "2020"], "year: found 2020; expected one of the sheet years 2015, 2016"),
        (["--year", "2018", "--ministry", "甲省"], "ministry: found '甲省'; expected one of 国土"),
        (
            ["--year", "2018", "--weight", "size", "1"],
            "weights: found {'size': '1'}; expected some of",
        ),
        (["--year", "2018", "--weight", "target", "-1"], "each = a number from 0 on"),
        (["--year", "2018", "--weight", "target", "much"], "each = a number from 0 on"),
    ],
)
def test_what_is_wrong_is_one_line(capsys, corpus, tmp_path, arguments, message):
    given = [*arguments, "--out", tmp_path / "out"]
    status, told, wrong = run(capsys, "portfolio", folder_of(corpus), *given)
    assert (status, told) == (2, "")
    assert message in wrong
    assert len(wrong.splitlines()) == 1
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "given", [{}, {"ministry": "国土交通省"}, {"weights": "target=5, unspent = 0", "top": 3}]
)
def test_the_written_folder_gives_what_the_corpus_gives(corpus, portfolio, written, given):
    one = Portfolio(folder_of(corpus), 2018, **given) if given else portfolio
    other = Portfolio(written, **given)
    assert one.about == other.about
    for name, table in one.tables.items():
        pd.testing.assert_frame_equal(table, other.tables[name])
    with words.speaking("en"):
        pd.testing.assert_frame_equal(one.reasons, other.reasons)
        assert other.reasons["told"].str.endswith(".").all()


def test_a_folder_of_a_ministry_alone_is_no_government(capsys, corpus, tmp_path):
    arguments = ["--year", "2018", "--ministry", "国土交通省", "--out", tmp_path]
    assert run(capsys, "portfolio", folder_of(corpus), *arguments)[0] == 0
    with pytest.raises(SheetError, match="the tables of 国土交通省 alone"):
        Portfolio(tmp_path)


def test_a_folder_has_one_year_and_all_its_tables(written, tmp_path):
    with pytest.raises(
        ParameterError, match="year: found 2017; expected one of the sheet years 2018"
    ):
        Portfolio(written, 2017)
    shutil.copytree(written, tmp_path / "less")
    (tmp_path / "less" / "explained.parquet").unlink()
    with pytest.raises(
        SheetError, match=r"explained\.parquet.*review-sheets portfolio CORPUS --out"
    ):
        Portfolio(tmp_path / "less")
    shutil.copy(written / "money.parquet", tmp_path / "less" / "leads.parquet")
    with pytest.raises(SheetError, match=r"leads\.parquet.*another table"):
        Portfolio(tmp_path / "less")
    about = tmp_path / "less" / "about.json"
    about.write_text(about.read_text("utf-8").replace('"seen"', '"sawn"'), encoding="utf-8")
    with pytest.raises(SheetError, match=r"about\.json.*no seen"):
        Portfolio(tmp_path / "less")


def test_without_a_year_it_is_the_last_whole_one(portfolio, later):
    assert portfolio.about["year"] == 2018
    assert Portfolio(folder_of(later)).about["year"] == 2019


@pytest.mark.parametrize("lang", words.LANGUAGES)
@pytest.mark.parametrize("given", [{}, {"ministry": "国土交通省", "top": 2}])
def test_every_section_speaks(capsys, written, lang, given):
    with words.speaking(lang):
        made = Portfolio(written, **given)
        sections = [name for name in dir(made) if name.startswith("show_")]
        assert len(sections) == 8
        told = {}
        for name in sections:
            getattr(made, name)()
            told[name] = capsys.readouterr().out
        assert "None" not in "".join(told.values())
        assert " nan" not in "".join(told.values())
        first = made.leads.iloc[0]
        assert f"1. {first['name']}" in told["show_reasons"]
        assert first["name"] in made.answer().facts[-2]
    plt.close("all")


def test_without_a_corpus_it_says_how_to_make_one(capsys):
    made = Portfolio()
    assert made.leads.empty
    assert made.about["year"] == made.money["sheet_year"].max()
    for section in (made.show_first, made.show_reasons, made.show_each, made.show_left_out):
        section()
    told = capsys.readouterr().out
    assert "make corpus" in told
    assert "-p corpus corpus" in told
    assert "コーパスがいる" in made.answer().facts[-2]
    with pytest.raises(ParameterError, match=r"year: found 2011; .*, as there is no corpus"):
        Portfolio(year=2011)
    with pytest.raises(ParameterError, match="expected None without a corpus"):
        Portfolio(policy_area="科学技術振興費")
    with pytest.raises(
        ParameterError, match="ministry: found '甲省'; expected one of こども家庭庁"
    ):
        Portfolio(ministry="甲省")


def test_a_policy_area_is_of_the_projects_whose_sheets_state_it(portfolio, written, tmp_path):
    shutil.copytree(written, tmp_path / "stated")
    ids = [f"2018-国土交通省-{n:04}" for n in (3, 4, 5)]
    areas = pd.DataFrame({"sheet_id": [*ids, ids[0]], "area": [*["治山治水"] * 3, "道路整備"]})
    areas.to_parquet(tmp_path / "stated" / "areas.parquet", index=False)
    made = Portfolio(tmp_path / "stated", policy_area="治山治水")
    assert {*made.leads["sheet_id"]} == {*ids}
    # Ranks are those among all; the sums are of these sheets, for the years about theirs.
    whole = portfolio.leads.set_index("sheet_id")["order"]
    assert made.leads.set_index("sheet_id")["order"].to_dict() == whole[ids].to_dict()
    last = portfolio.leads.set_index("sheet_id").loc[ids]
    row = made.years.set_index("fiscal_year").loc[2017]
    assert row["executed"] == pytest.approx(last["executed"].sum())
    assert row["outturns"] == last["executed"].notna().sum()
    assert made.years["fiscal_year"].min() == 2017
    with pytest.raises(
        ParameterError, match="one of the 2 that the sheets state, such as 治山治水"
    ):
        Portfolio(tmp_path / "stated", policy_area="治山")


def test_old_sheets_state_no_policy_area(written):
    with pytest.raises(ParameterError, match="the sheets of 2018 state none"):
        Portfolio(written, policy_area="科学技術振興費")


def test_no_weight_at_all_is_refused(corpus, portfolio):
    none = dict.fromkeys(portfolio.weights, 0)
    with pytest.raises(ParameterError, match="found 0 for every reason"):
        Portfolio(folder_of(corpus), 2018, weights=none)


def test_a_folder_that_is_no_corpus_is_told(tmp_path):
    with pytest.raises(SheetError, match="review-sheets corpus build"):
        Portfolio(tmp_path, 2018)
