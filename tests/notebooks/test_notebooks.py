"""Every notebook keeps the rules of the house, and renders through papermill's plain API."""

import ast
import contextlib
import functools
import itertools
import json
import os
import re

import nbformat
import papermill
import pytest

from forked_kernel import client, zygote
from helpers import paths
from helpers.batch.execute import prepare
from helpers.batch.notebook import all_notebooks, headline
from helpers.words import LANGUAGES

SPEAK_OF_A_SHEET = {"01_sheet_quality", "02_budget_underspending", "03_adoption_curve"}
EXPECTED = SPEAK_OF_A_SHEET | {"04_portfolio", "05_forecast_track_record", "06_payees"}
NAMES = sorted(EXPECTED | {path.stem for path in all_notebooks()})
FOLDERS = {"root": paths.ROOT, "inside": paths.NOTEBOOKS}
STARTED = ("root", "ja")
"""Folder, language of which papermill's own engine starts a kernel, which is slow; for the others
it is forked where it can be, and `test_a_forked_kernel` shows that this is the same."""
COLD, WARM = ("root", "en"), ("inside", "en")
"""Those of which the first kernel is forked, and the one that is forked after all is warm."""

QUANTITIES = ("outcome", "rate", "outturn")
SHEETS = {"source_file", "source_format", "official_id", "url"}
IDENTITY = {
    "sheet_id",
    "name",
    "ministry",
    "project_number",
    "sheet_year",
    "lang",
    "title",
} | SHEETS
HEADLINES = {
    "01_sheet_quality": {"errors", "warnings", "notes", "repaired"},
    "02_budget_underspending": {
        *("executed", "budget_net", "execution_rate", "rate_low", "rate_high", "rate_decimals"),
        *("unspent", "rates", "first_year", "last_year"),
    },
    "03_adoption_curve": {
        *("indicator", "last_year", "last_actual", "target", "target_year"),
        *("lead_model", "p_lead", "p_low", "p_high"),
    },
    "04_portfolio": {
        *("year", "ministry", "policy_area", "projects_ranked"),
        *("fiscal_year", "budget_known", "executed", "unspent", "rate", "outturns"),
    },
    "05_forecast_track_record": {
        *("origins", "quantities", "brier_skill_outcome", "brier_skill_rate"),
        *(f"{name}_{of}" for name in ("in80", "in95", "interval80") for of in QUANTITIES),
        *(f"mean_error_{of}" for of in QUANTITIES),
    },
    "06_payees": {
        *("ministry", "first", "last", "payee", "largest", "direct", "untold"),
        *("bundled_share", "sole_bidders"),
    },
}


@pytest.fixture(params=NAMES)
def notebook(request):
    return nbformat.read(paths.NOTEBOOKS / f"{request.param}.ipynb", as_version=4)


@pytest.fixture(scope="session")
def render(tmp_path_factory):
    """render(name, lang, folder): the executed notebook; each is run once in a session."""
    out = tmp_path_factory.mktemp("rendered")
    prepare([nbformat.read(path, as_version=4) for path in all_notebooks()])

    @functools.cache
    def run(name: str, lang: str, folder: str):
        if (folder, lang) == WARM and hasattr(os, "fork"):
            run(name, COLD[1], COLD[0])
            warm_up(name)
        given = f"notebooks/{name}.ipynb" if folder == "root" else f"{name}.ipynb"
        with contextlib.chdir(FOLDERS[folder]):
            return papermill.execute_notebook(
                given,
                str(out / f"{name}.{lang}.{folder}.ipynb"),
                parameters={"lang": lang},
                engine_name="forked" if hasattr(os, "fork") and (folder, lang) != STARTED else None,
                progress_bar=False,
            )

    return run


def warm_up(name: str) -> None:
    """Have what forks the kernels of a notebook expect as many as it warms up for."""
    modules = client.imports(nbformat.read(paths.NOTEBOOKS / f"{name}.ipynb", as_version=4))
    client.zygote(modules).importing(modules, zygote.WARM_AFTER + 1).close()


def tags(cell) -> list[str]:
    return cell.metadata.get("tags", [])


def code(notebook) -> list:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def outputs(notebook) -> list:
    return [output for cell in code(notebook) for output in cell.outputs]


def parameters_cell(notebook):
    (cell,) = [cell for cell in notebook.cells if "parameters" in tags(cell)]
    return cell


def headings(notebook) -> list[str]:
    _, *cells = [cell for cell in notebook.cells if cell.cell_type == "markdown"]
    return [cell.source for cell in cells]


def figures(notebook) -> list:
    return [output for output in outputs(notebook) if "image/png" in output.get("data", {})]


def test_has_20_to_30_cells(notebook):
    assert 20 <= len(notebook.cells) <= 30


def test_parameters_are_the_second_cell(notebook):
    assert notebook.cells[1] == parameters_cell(notebook)


def test_code_cells_are_short_and_define_nothing(notebook):
    defining = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
    first, made, *sections = code(notebook)
    # The parameters take a line each; what is made of them three lines, or four for a long call.
    assert len(first.source.splitlines()) == len(ast.parse(first.source).body)
    assert len([line for line in made.source.splitlines() if line[0] != "#"]) <= 4
    assert all(len(line) <= 100 for line in made.source.splitlines())
    assert {len(cell.source.splitlines()) for cell in sections} == {1}
    for cell in code(notebook):
        module = ast.parse(cell.source)
        nodes = list(ast.walk(module))
        assert nodes[1:], "an empty code cell"
        assert not [node for node in nodes if isinstance(node, defining)], cell.source


def test_was_executed_from_top_to_bottom(notebook):
    counts = [cell.execution_count for cell in code(notebook)]
    assert counts == list(range(1, len(counts) + 1)), "run `make notebooks`"


def test_stores_outputs_without_errors_or_warnings(notebook):
    stored = outputs(notebook)
    assert stored
    assert not [output for output in stored if output.output_type == "error"]
    assert not [output for output in stored if output.get("name") == "stderr"]


def test_metadata_does_not_change_from_run_to_run(notebook):
    assert set(notebook.metadata) == {"kernelspec", "language_info"}, "run `make notebooks`"
    assert notebook.metadata.kernelspec.name == "python3"
    assert "version" not in notebook.metadata.language_info
    assert {key for cell in notebook.cells for key in cell.metadata} <= {"tags"}


def test_prose_is_a_heading_a_section(notebook):
    """In JupyterLab both languages are seen: what is said at length the sections' calls say."""
    first, *cells = [cell for cell in notebook.cells if cell.cell_type == "markdown"]
    assert tags(first) == ["notebook-only"], "the bilingual title, for whoever opens the notebook"
    assert [tags(cell) for cell in cells] == [["bilingual"]] * len(cells)
    assert [text for text in headings(notebook) if "\n" in text] == []
    levels = [text.split(" ", 1)[0] for text in headings(notebook)]
    assert levels == ["#", *["##"] * (len(cells) - 1)]
    assert len(cells) >= 6


def test_a_heading_speaks_both_languages(notebook):
    japanese = re.compile(r"[\u3041-\u30ff\u4e00-\u9fff]")
    for text in headings(notebook):
        ja, en = text.split(" · ")
        assert japanese.search(ja)
        assert not japanese.search(en)


def test_it_ends_with_its_limits(notebook):
    assert notebook.cells[-1].source.endswith(".show_limits()")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_under_every_heading_something_is_said(render, name, lang):
    """In the language asked for, before any figure."""
    kana = re.compile(r"[\u3041-\u30ff]")
    _, *cells = render(name, lang, "root").cells
    for heading, following in itertools.pairwise(cells):
        if "bilingual" in tags(heading):
            said = following.outputs[0].data["text/plain"]
            assert "image/png" not in following.outputs[0].data
            # A quotation or a name may be Japanese inside an English sentence.
            share = len(kana.findall(said)) / len(said)
            assert share > 0.1 if lang == "ja" else share < 0.1, said


def test_file_is_small():
    sizes = {path.stem: path.stat().st_size for path in all_notebooks()}
    assert set(sizes) >= EXPECTED
    assert not {name: size for name, size in sizes.items() if size >= 1_500_000}


@pytest.mark.parametrize("name", NAMES)
def test_papermill_documents_every_parameter(name):
    notebook = nbformat.read(paths.NOTEBOOKS / f"{name}.ipynb", as_version=4)
    source = parameters_cell(notebook).source
    statements = ast.parse(source).body
    assert all(isinstance(statement, ast.AnnAssign) for statement in statements)
    assert [line for line in source.splitlines() if line.count("=") > 1] == []
    inspected = papermill.inspect_notebook(str(paths.NOTEBOOKS / f"{name}.ipynb"))
    assert list(inspected) == [statement.target.id for statement in statements]
    assert ("sheet" in inspected) == (name in SPEAK_OF_A_SHEET)
    until = {"04_portfolio": "year", "06_payees": "last_year"}.get(name, "as_of")
    assert {until, "lang"} <= set(inspected)
    for parameter in inspected.values():
        assert parameter["inferred_type_name"] != "None", parameter
        assert parameter["help"], parameter


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("folder", FOLDERS)
@pytest.mark.parametrize("name", NAMES)
def test_renders_from_anywhere(render, name, folder, lang):
    rendered = render(name, lang, folder)
    found = headline(rendered)
    identity = IDENTITY if name in SPEAK_OF_A_SHEET else {"lang", "title"}
    assert set(found) == identity | HEADLINES.get(name, set(found) - identity)
    assert found["lang"] == lang
    if name in SPEAK_OF_A_SHEET:
        assert (found["sheet_id"], found["project_number"]) == ("2019-総務省-0042", "0042")
    assert bool(re.search(r"[\u3041-\u30ff]", found["title"])) == (lang == "ja")
    assert found == headline(render(name, lang, "root")), "depends on the working directory"
    assert not [output for output in outputs(rendered) if output.get("name") == "stderr"]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_every_figure_says_what_it_shows(render, name, lang):
    shown = figures(render(name, lang, "root"))
    assert shown
    for figure in shown:
        alt = figure.data["text/plain"]
        assert re.search(r"\d", alt), alt
        assert not alt.startswith("<"), alt
    assert len({figure.data["text/plain"] for figure in shown}) == len(shown)


@pytest.mark.parametrize("name", NAMES)
def test_languages_show_the_same_story(render, name):
    japanese, english = (render(name, lang, "root") for lang in LANGUAGES)
    kinds = [
        [sorted(output.get("data", {})) for output in outputs(rendered)]
        for rendered in (japanese, english)
    ]
    assert kinds[0] == kinds[1]
    told = {"lang", "title", "lead_model"}
    assert {key: value for key, value in headline(japanese).items() if key not in told} == {
        key: value for key, value in headline(english).items() if key not in told
    }


@pytest.mark.parametrize("name", NAMES)
def test_stored_answer_is_the_default_one(render, name):
    stored = nbformat.read(paths.NOTEBOOKS / f"{name}.ipynb", as_version=4)
    assert headline(stored) == headline(render(name, "ja", "root")), "run `make notebooks`"


def test_quality_counts_what_the_sheet_has_wrong(render):
    found = headline(render("01_sheet_quality", "en", "root"))
    assert found["repaired"] >= 1, "the target year 1993 is 2023"
    assert found["errors"] + found["warnings"] + found["notes"] >= 3


def test_underspending_is_195_of_277(render):
    rendered = render("02_budget_underspending", "en", "root")
    found = headline(rendered)
    assert (found["executed"], found["budget_net"]) == (195, 277)
    assert found["execution_rate"] == pytest.approx(195 / 277, abs=1e-5)
    assert found["rate_low"] == pytest.approx(0.482, abs=0.001)
    assert found["rate_high"] == pytest.approx(0.859, abs=0.001)
    text = json.dumps([output.get("data", {}) for output in outputs(rendered)], ensure_ascii=False)
    assert "53–83 %" in text, "the normal approximation stands beside the t limits"
    assert (found["first_year"], found["last_year"]) == (2012, 2018)


def test_adoption_never_gives_one_probability_alone(render):
    rendered = render("03_adoption_curve", "en", "root")
    found = headline(rendered)
    assert (found["last_year"], found["last_actual"]) == (2018, 1067)
    assert (found["target"], found["target_year"]) == (1600, 2023)
    assert 0 <= found["p_low"] <= found["p_lead"] <= found["p_high"] <= 1
    assert found["p_low"] < found["p_high"]
    text = json.dumps([output.get("data", {}) for output in outputs(rendered)], ensure_ascii=False)
    assert not [year for year in range(2019, 2025) if str(year) not in text]


def test_the_pooled_forecast_leads_between_the_extremes(render):
    found = headline(render("03_adoption_curve", "en", "root"))
    assert found["p_low"] + 0.05 < found["p_lead"] < found["p_high"] - 0.05


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
@pytest.mark.parametrize("name", NAMES)
def test_a_warm_kernel_shows_the_same_as_a_cold_one(render, name):
    cold, warm = (outputs(render(name, lang, folder)) for folder, lang in (COLD, WARM))
    assert warm == cold


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
@pytest.mark.parametrize("name", NAMES)
def test_a_forked_kernel_shows_the_same_to_the_last_pixel(render, name):
    started, forked = (render(name, "ja", folder) for folder in FOLDERS)
    assert [cell.get("outputs") for cell in forked.cells] == [
        cell.get("outputs") for cell in started.cells
    ]
    assert any("image/png" in output.get("data", {}) for output in outputs(forked))
