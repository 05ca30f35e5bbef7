"""What the README and the pages it leads to say can be typed works, in both languages."""

import gzip
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path

import papermill
import pytest

import fetch_site
import rs_writer
from helpers import cli, paths
from helpers.batch.notebook import all_notebooks

README = (paths.ROOT / "README.md").read_text(encoding="utf-8")
FIRST = dict(zip(("ja", "en"), README.split("\n# In English\n"), strict=True))
PAGES = ("python", "sheet", "corpus", "forecasts", "batch", "parameters")
"""Those of `docs/`, in the order in which one makes what the next one uses."""


def page(lang: str, name: str) -> Path:
    return paths.ROOT / "docs" / lang / f"{name}.md"


def whole(lang: str) -> str:
    """All that is said in a language; the README, which uses what is made elsewhere, last."""
    pages = [page(lang, name).read_text(encoding="utf-8") for name in PAGES]
    return "\n".join([*pages, FIRST[lang]])


HALVES = {lang: whole(lang) for lang in FIRST}
JAPANESE, ENGLISH = HALVES.values()
COMMAND_SECONDS = 300
SHEETS = [fetch_site.sheet(2018, "0041"), fetch_site.sheet(2019, "0042")]
COMPARED = fetch_site.sheet(2019, "0043")
"""What the Python compares with another; no command needs it, and `render` would take it."""

TENDER = {"支出先ブロック番号": "A", "契約方式等": "一般競争契約（最低価格）", "金額": "1000000"}
CONTRACTS = [
    TENDER | {"支出先名": "甲社", "入札者数": "1", "その他の契約": "FALSE"},
    TENDER | {"支出先名": "乙社", "入札者数": "3", "その他の契約": "FALSE"},
    TENDER | {"支出先名": "丙社", "入札者数": "0", "その他の契約": "FALSE"},
    TENDER | {"支出先名": "その他", "入札者数": "1", "その他の契約": "TRUE"},
    TENDER | {"支出先名": "丁社", "入札者数": "1", "契約方式等": "随意契約（その他）"},
]


def commands(text: str) -> list[str]:
    """The command lines of the text's sh blocks."""
    blocks = re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line.strip()]


def programs(text: str) -> list[str]:
    """The text's blocks of Python."""
    return re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def make_targets() -> set[str]:
    makefile = (paths.ROOT / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))


def parameters(text: str) -> dict[str, dict[str, str]]:
    """Notebook number -> parameter -> default, as the README's table has them."""
    rows = re.findall(r"^\| `(\w+)` \|(.*)\|$", text, re.MULTILINE)
    cells = {name: [cell.strip() for cell in rest.split(" | ")] for name, rest in rows}
    (header,) = re.findall(r"^\| (?:Parameter|パラメータ) \|((?: \d\d \|)+)", text, re.MULTILINE)
    numbers = re.findall(r"\d\d", header)
    return {
        number: {
            name: values[len(numbers)].strip("`")
            for name, values in cells.items()
            if values[position] == "●"
        }
        for position, number in enumerate(numbers)
    }


@pytest.fixture(scope="module", autouse=True)
def site() -> Iterator[None]:
    """What `fetch` finds in place of the real sites: one of our own."""
    playing = fetch_site.Site()
    playing.give_judgit(*SHEETS)
    for year in (2024, 2025):
        playing.give_year(year)
    with fetch_site.serving(playing) as address, pytest.MonkeyPatch.context() as patch:
        for name, value in fetch_site.environment(address).items():
            patch.setenv(name, value)
        yield


@pytest.fixture(scope="module")
def clone(tmp_path_factory) -> Path:
    """The folders that the commands read, so that nothing is written into the repository."""
    folder = tmp_path_factory.mktemp("clone")
    for name in ("data", "notebooks"):
        shutil.copytree(paths.ROOT / name, folder / name)
    shutil.copy(paths.DEFAULT_SHEET, folder / "my-sheet.txt")
    write_judgit(folder, SHEETS)
    (folder / "rs2024").mkdir()
    rs_writer.write(folder / "rs2024", t21=[rs_writer.total(2023, initial="1000000")])
    (listed,) = {*re.findall(r"^```yaml\n(.*?)^```$", JAPANESE + ENGLISH, re.MULTILINE | re.DOTALL)}
    (folder / "reports.yml").write_text(listed, encoding="utf-8")
    return folder


def write_judgit(folder: Path, sheets: list[dict]) -> None:
    """JUDGIT!'s files of both years."""
    for year in (2018, 2019):
        lines = [json.dumps(one, ensure_ascii=False) for one in sheets if one["公開年度"] == year]
        with gzip.open(folder / f"judgit-{year}.ndjson.gz", "wt", encoding="utf-8") as file:
            file.write("\n".join(lines))


def kind(command: str) -> list[str]:
    """Program and subcommand."""
    return shlex.split(command)[:2]


def is_started(command: str) -> bool:
    """Whether a command gets a process: the first of each kind. The others are called, and need
    not load again what takes longer than what they do."""
    alike = [other for other in commands(ENGLISH) if kind(other) == kind(command)]
    return command == alike[0] or "papermill" in command


def test_both_languages_give_the_same_commands():
    assert commands(JAPANESE) == commands(ENGLISH)
    assert len(commands(ENGLISH)) >= 8


@pytest.mark.parametrize("command", dict.fromkeys(commands(ENGLISH)))
def test_command_works(command, clone, capsys):
    program, *arguments = shlex.split(command)
    if program == "make":
        # `make test` would run this test again; CI runs it, and the reports' tests the rendering.
        assert set(arguments) <= make_targets()
        return
    folder, name = program.rsplit("/", 1)
    assert folder == ".venv/bin", f"teach this test how to run: {command}"
    if not is_started(command):
        assert name == "review-sheets", f"teach this test how to call: {command}"
        with chdir(clone):
            assert cli.main(arguments) == 0
        assert "Traceback" not in capsys.readouterr().err
        return
    done = subprocess.run(
        [Path(sys.executable).with_name(name), *arguments],
        cwd=clone,
        capture_output=True,
        text=True,
        timeout=COMMAND_SECONDS,
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr


def test_both_languages_give_the_same_python():
    assert programs(JAPANESE) == programs(ENGLISH)
    assert len(programs(ENGLISH)) >= 5


def test_its_python_works(clone):
    # All blocks in one, as a reader would type them; what is built for it may be there already.
    years = ("judgit-2018.ndjson.gz", "judgit-2019.ndjson.gz", "rs2024")
    rs_writer.write(clone / "rs2024", t12=None, t51=CONTRACTS)
    write_judgit(clone, [*SHEETS, COMPARED])
    with chdir(clone):
        assert cli.main(["corpus", "build", *years, "--out", "corpus"]) == 0
    program = "\n".join(programs(ENGLISH))
    # One of the two tenders whose bidders are known had one bidder.
    program += (
        "single = tenders['bidders'].eq(1).groupby(tenders['ministry']).agg(['mean', 'size'])\n"
    )
    program += "assert single.loc['総務省'].tolist() == [0.5, 2.0], single\n"
    done = subprocess.run(
        [sys.executable, "-W", "error::UserWarning", "-c", program],
        cwd=clone,
        env={**os.environ, "MPLBACKEND": "agg"},
        capture_output=True,
        text=True,
        timeout=COMMAND_SECONDS,
    )
    assert done.returncode == 0, done.stderr
    assert "glyph" not in done.stderr.lower()
    assert (clone / "own.png").stat().st_size > 10_000


@pytest.mark.parametrize("lang", HALVES)
def test_parameter_table_is_what_the_notebooks_declare(lang):
    declared = {
        path.name[:2]: {
            name: parameter["default"]
            for name, parameter in papermill.inspect_notebook(str(path)).items()
        }
        for path in all_notebooks()
    }
    assert parameters(HALVES[lang]) == declared


@pytest.mark.parametrize("path", [paths.ROOT / "README.md", *paths.ROOT.glob("docs/*/*.md")])
def test_every_link_leads_somewhere(path):
    links = re.findall(r"\]\(([^)#]+)\)", path.read_text(encoding="utf-8"))
    assert len(links) >= 2
    assert [link for link in links if not (path.parent / link).exists()] == []


@pytest.mark.parametrize("lang", FIRST)
def test_the_readme_is_short_and_leads_to_every_page(lang):
    links = set(re.findall(r"\]\((docs/[^)#]+)\)", FIRST[lang]))
    pages = {f"docs/{lang}/{name}.md" for name in PAGES}
    assert {path.name for path in page(lang, "").parent.iterdir()} == {f"{n}.md" for n in PAGES}
    pictures = {f"docs/pictures/{name}.png" for name in (f"report-{lang}", f"index-{lang}")}
    assert links == {*pages, *pictures, "docs/tables.md"}
    assert len(README.splitlines()) < 200


@pytest.mark.parametrize("lang", HALVES)
def test_described_layout_is_the_default_sheets(lang):
    """Every heading and label that the README quotes stands in the sheet it gives as an example.

    The list below them says which other forms are read.
    """
    (section,) = re.findall(
        r"^## (?:読めるページ|The page layout it reads)$(.*?)^- ", HALVES[lang], re.M | re.S
    )
    quoted = [text for text in re.findall(r"`([^`]+)`", section) if text[-1] != "|"]
    labels = [text for text in quoted if "目標:" not in text]
    assert len(labels) >= 12
    sheet = paths.DEFAULT_SHEET.read_text(encoding="utf-8")
    assert [label for label in labels if label not in sheet] == []


@pytest.mark.parametrize("lang", HALVES)
def test_every_notebook_is_introduced(lang):
    stems = {path.stem for path in all_notebooks()}
    assert stems == set(re.findall(r"\(notebooks/(\w+)\.ipynb\)", HALVES[lang]))
