"""The front door: what it offers, how it shows, and a reader's own figures."""

import doctest
import importlib
import subprocess
import sys

import matplotlib.pyplot as plt
import pandas as pd
import pytest

import bought
import corpus_sheets
import helpers
from helpers import (
    Corpus,
    Quality,
    Spending,
    TrackRecord,
    check,
    language,
    load,
    paths,
    sentences,
    words,
)
from helpers.front import of_a_sheet
from helpers.parameters import ParameterError
from helpers.sheet import SheetError
from helpers.words import LANGUAGES

SHEET = str(paths.DEFAULT_SHEET)
OBJECTS = ("Quality", "Spending", "Adoption", "TrackRecord")


def make(name):
    return getattr(helpers, name)(*() if name == "TrackRecord" else (SHEET,))


@pytest.fixture(autouse=True)
def _japanese_again():
    yield
    language("ja")
    plt.close("all")


@pytest.fixture
def shown(monkeypatch):
    """What a section displays, in order."""
    parts = []
    monkeypatch.setattr(of_a_sheet, "display", parts.append)
    return parts


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    """Two sheets of one project: of what it had, 50, 60 and 90 % were executed in 2016 to 2018."""
    folder = tmp_path_factory.mktemp("front")
    shares = {2016: 50.0, 2017: 60.0, 2018: 180.0}
    nets = {2016: 100.0, 2017: 100.0, 2018: 200.0}
    budget = {
        year: {"initial": nets[year], "budget_net": nets[year], "executed": shares[year]}
        for year in nets
    }
    earlier = {year: row for year, row in budget.items() if year < 2018}
    earlier |= {2018: {"initial": 200.0, "budget_net": 200.0}}
    sheets = [corpus_sheets.sheet(2018, budget=earlier), corpus_sheets.sheet(2019, budget=budget)]
    corpus_sheets.made(folder, *sheets)
    return Corpus(folder / "corpus")


def test_it_offers_these_names_and_no_others():
    program = "import helpers, sys; print(dir(helpers), 'pandas' in sys.modules)"
    told = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    names = [
        "Adoption",
        "Corpus",
        "Payees",
        "Portfolio",
        "Quality",
        "ReviewSheetError",
        "Spending",
        "TrackRecord",
    ]
    names += ["check", "choose", "language", "load"]
    assert told.stdout == f"{names} False\n"
    for name in names:
        assert getattr(helpers, name).__doc__
    with pytest.raises(AttributeError, match="has no attribute 'anything'"):
        _ = helpers.anything


@pytest.mark.parametrize(
    "home",
    [
        "helpers",
        *(
            f"helpers.front.{name}"
            for name in (
                *("adoption", "corpus", "of_a_sheet", "portfolio", "quality", "spending"),
                "track_record",
            )
        ),
    ],
)
def test_the_examples_of_the_docstrings_work(home, monkeypatch):
    monkeypatch.chdir(paths.ROOT)
    done = doctest.testmod(importlib.import_module(home))
    assert not done.failed


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", OBJECTS)
def test_it_says_what_it_holds_and_all_of_that_is_there(name, lang):
    language(lang)
    made = make(name)
    tables, figures, sections = made._contents().values()
    assert repr(made).startswith(f"<{name}: ")
    for part in (*tables, *figures, *sections):
        assert part in repr(made)
        assert f"<code>{part}</code>" in made._repr_html_()
    assert {part for part in dir(made) if not part.startswith("_")} == {
        *tables,
        *(part.removesuffix("()") for part in (*figures, *sections)),
    }
    for part in tables:
        assert getattr(made, part) is not None
    assert ("データ" in repr(made)) == (lang == "ja")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", OBJECTS)
def test_a_section_opens_with_what_its_notebook_says_of_it(name, lang, shown):
    language(lang)
    made, said = make(name), []
    for block in sentences._blocks(f"{lang}/{made._prose.name}.j2").sources:
        paragraphs = made._prose.paragraphs(block)
        getattr(made, f"show_{block}")()
        plt.close("all")
        if block == "limits":
            assert repr(shown.pop()) == "\n".join(f"- {text}" for text in paragraphs)
        else:
            assert repr(shown[0]) == paragraphs[0]
            if paragraphs[1:]:
                assert repr(shown[-1]).endswith("\n".join(paragraphs[1:]))
                assert "<details>" in shown[-1]._repr_html_()
        said += paragraphs
        shown.clear()
    assert len(said) == len(set(said)) > 5


NOT_PRINTED = {"plot_contracts", "plot_flows"}
"""Figures of what the default sheet does not print."""


@pytest.mark.parametrize("name", OBJECTS)
def test_a_figure_can_stand_in_a_readers_own(name):
    made = make(name)
    plots = [part for part in dir(made) if part.startswith("plot_")]
    for plot in NOT_PRINTED.intersection(plots):
        assert getattr(made, plot)() is None
    plots = [plot for plot in plots if plot not in NOT_PRINTED]
    own, axes = plt.subplots(1, len(plots) + 1, figsize=(8 * len(plots), 5), squeeze=False)
    for place, plot in zip(axes[0], plots, strict=False):
        drawn = getattr(made, plot)(place)
        assert drawn.figure is own
        assert drawn.get_title(loc="left")
    axes[0, -1].set_title("執行率と不用額")
    # A sign that a font lacks warns, and every warning is an error in these tests.
    own.draw_without_rendering()
    assert plt.get_fignums() == [own.number], "no figure beside the reader's"
    alone = getattr(made, plots[0])()
    assert alone.figure.get_suptitle()


def test_the_language_of_now_decides(shown):
    budget = Spending(SHEET)
    budget.show_unspent()
    japanese = repr(shown.pop())
    language("EN")
    budget.show_unspent()
    assert "合計は8,200万円" in japanese
    assert "In all ¥82 million" in repr(shown.pop())
    assert not check(SHEET)["reason"].str.contains("[ぁ-ん]{3}").any()
    assert not budget.findings["reason"].str.contains("[ぁ-ん]{3}").any()
    with pytest.raises(ParameterError, match='lang: found \'fr\'; expected "ja" or "en"'):
        language("fr")
    assert language() == "en"


def test_a_sheet_at_hand_gives_what_its_file_gives():
    sheet = load(SHEET)
    pd.testing.assert_frame_equal(Spending(sheet).rates, Spending(SHEET).rates)
    pd.testing.assert_frame_equal(Spending(sheet).forecast, Spending(SHEET).forecast)
    assert "2019-総務省-0042" in repr(sheet)
    assert "budget 9" in repr(sheet)


def test_the_printed_sheet_stays_beside_the_repaired_one():
    quality = Quality(SHEET)
    printed, repaired = (table.outcome["target_year"] for table in (quality.printed, quality.sheet))
    assert (printed.max(), repaired.max()) == (1993, 2023)
    assert not Quality(SHEET, repair="none").findings["applied"].any()
    assert check(SHEET)["applied"].any()
    assert not check(SHEET, repair="none")["applied"].any()


def test_what_cannot_be_is_refused_by_name():
    with pytest.raises(ParameterError, match="budget: found -5"):
        Spending(SHEET, budget=-5)
    with pytest.raises(SheetError, match=r"nowhere\.txt"):
        Quality("nowhere.txt")
    with pytest.raises(ParameterError, match="as_of: found 5"):
        TrackRecord(as_of=5)
    with pytest.raises(ParameterError, match="as_of: found 2016 without a corpus"):
        TrackRecord(as_of=2016)
    with pytest.raises(ParameterError, match="first_year: found 2050; expected years"):
        Spending(SHEET, first_year=2050)


def test_a_corpus_in_tables(corpus):
    assert repr(corpus).endswith(": 2018〜2019年公表のシート2枚、1事業>")
    assert len(corpus) == 2
    (project,) = corpus.projects().itertuples()
    assert (project.sheets, project.first_sheet, project.last_sheet) == (2, 2018, 2019)
    assert (project.fiscal_year, project.execution_rate, project.unspent) == (2018, 0.9, 20)
    assert not project.contradicted
    spent = corpus.spending()
    closed = spent[spent["closed"] & spent["fiscal_year"].between(2016, 2018)]
    assert closed["execution_rate"].tolist() == [0.5, 0.6, 0.9]
    assert spent.query("closed and execution_rate < .7")["fiscal_year"].tolist() == [2016, 2017]
    assert not corpus.spending(2018).query("fiscal_year == 2018")["closed"].any()
    assert corpus[project.sheet_id].id == project.sheet_id
    assert corpus[project.project_id].budget["fiscal_year"].is_unique
    assert corpus.projects(name=project.name[:2], ministry=project.ministry).equals(
        corpus.projects()
    )
    assert corpus.projects(name="無い名前").empty
    with pytest.raises(ParameterError, match="found '無い府省庁'; expected some of 国土交通省"):
        corpus.projects(ministry="無い府省庁")
    assert corpus._ipython_key_completions_() == [project.project_id]


def test_a_corpus_takes_years_in_any_form_and_names_what_it_has(corpus):
    pd.testing.assert_frame_equal(corpus.spending("平成30年度"), corpus.spending(2018))
    for asked, message in (
        (lambda: corpus.spending(as_of="soon"), "as_of: found 'soon'"),
        (
            lambda: corpus.table("payments"),
            "found 'payments'; expected some of sheet, budget",
        ),
        (lambda: corpus.table("budget", [2017]), "years: found 2017; expected some of 2018, 2019"),
        (
            lambda: corpus.table("budget", columns=["payer"]),
            "columns: found 'payer'; expected",
        ),
        (
            lambda: corpus.findings("rule"),
            "by: found 'rule'; expected some of sheet_year",
        ),
        (lambda: corpus.forecast(2017), "as_of: found 2017; expected some of 2018, 2019"),
    ):
        with pytest.raises(ParameterError, match=message):
            asked()
    with pytest.raises(SheetError, match="no sheet 2018-nowhere"):
        corpus["2018-nowhere"]


def test_an_opened_corpus_stays_as_it_was(tmp_path):
    corpus_sheets.made(tmp_path, corpus_sheets.sheet(2018))
    opened = Corpus(tmp_path / "corpus")
    later = corpus_sheets.lines(tmp_path / "later.ndjson", corpus_sheets.sheet(2019))
    corpus_sheets.build.add([later], tmp_path / "corpus", 1)
    assert len(opened) == 1
    with pytest.raises(SheetError, match="no sheet 2019"):
        opened[corpus_sheets.sheet_id(2019)]
    assert Corpus(tmp_path / "corpus")[corpus_sheets.sheet_id(2019)].year == 2019


def test_numbers_of_later_sheets_are_not_hidden_silently(corpus):
    sheet = corpus[corpus_sheets.sheet_id(2019)]
    with pytest.raises(SheetError, match="numbers published in 2019, later than as_of 2018"):
        Spending(sheet, as_of=2018)
    earlier = load(f"{corpus.folder}#{corpus_sheets.sheet_id(2018)}", "平成30年")
    assert Spending(earlier, as_of=2018).rates["fiscal_year"].max() <= 2019


def test_a_corpus_describes_its_columns(corpus):
    told = corpus.describe().set_index(["table", "column"])
    assert told.loc[("budget", "budget_net"), "heading"] == "予算計"
    language("en")
    told = corpus.describe().set_index(["table", "column"])
    assert told.loc[("budget", "budget_net"), ["heading", "unit"]].tolist() == [
        "Net budget",
        "million yen",
    ]
    for table in told.index.unique("table"):
        if table != "rejected" and "(" not in table:
            assert list(told.loc[table].index) == list(corpus.table(table).columns)


BOUGHT = bought.sheet(
    contract=[bought.contract("tender", 20.0, 1), bought.contract("small", 4.0, 3)],
    block=[bought.block("A", 24.0, 2), bought.block("B", 6.0, 1)],
    flow=bought.links("-A A-B"),
)
PLOTS = [
    (name, plot)
    for name in OBJECTS
    for plot in dir(getattr(helpers, name))
    if plot.startswith("plot_")
]


@pytest.mark.parametrize(("name", "plot"), PLOTS)
def test_the_data_of_a_figure_is_one_attribute_away(name, plot):
    made = Spending(BOUGHT) if plot in NOT_PRINTED else make(name)
    data = getattr(made, plot)().figure.data
    assert isinstance(data, pd.DataFrame), f"charts hand no data= to style.finish for {plot}"
    assert len(data)
    assert not data.select_dtypes("number").empty or plot == "plot_presence"
    named = [words.heading(str(column)) for column in data]
    assert len(set(named)) == len(named), "columns of the CSV that cannot be told apart"


def test_all_sentences_are_compiled_in_advance_only_for_many_kernels(monkeypatch):
    class Nothing(of_a_sheet.Shown):
        def show_limits(self) -> None:
            pass

    compiled = []
    monkeypatch.setattr(of_a_sheet.Sentences, "compile_all", lambda: compiled.append(1))
    Nothing._warm_up_(of_a_sheet.MANY - 1)
    assert compiled == []
    Nothing._warm_up_(of_a_sheet.MANY)
    assert compiled == [1]
