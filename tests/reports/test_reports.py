"""The reports of the default sheet: complete, safe to forward, and the committed ones current."""

import io
import re
import shutil
from base64 import b64decode
from pathlib import Path
from urllib.parse import unquote, urlsplit

import matplotlib.image
import nbformat
import pytest
from bs4 import BeautifulSoup

from default_reports import EACH, FOLDERS, SHEET_ID, STEMS, each_report, parsed, render
from helpers import paths
from helpers.batch.results import MADE
from helpers.words import LANGUAGES

COMMITTED = paths.ROOT / "reports"


@pytest.fixture
def page(rendered, stem, lang) -> BeautifulSoup:
    return parsed(rendered / FOLDERS[stem] / f"{stem}.{lang}.html")


def visible(soup: BeautifulSoup) -> str:
    """What a reader sees, without white space: line breaks in prose mean nothing."""
    return re.sub(r"\s", "", soup.body.get_text())


def headings(notebook, lang: str) -> list[str]:
    """The headings of the notebook in one language, in order."""
    cells = [cell for cell in notebook.cells if "bilingual" in cell.metadata.get("tags", [])]
    return [cell.source.lstrip("# ").split(" · ")[LANGUAGES.index(lang)] for cell in cells]


def told(notebook) -> list[str]:
    """Sources of the cells a report is made from."""
    return [
        cell.source
        for cell in notebook.cells
        if "injected-parameters" not in cell.metadata.get("tags", [])
    ]


def assert_refers_to_no_network(soup: BeautifulSoup, folder: Path) -> None:
    assert not soup.find_all(["iframe", "object", "embed", "base", "form"])
    for tag in soup.find_all(True):
        for name, value in tag.attrs.items():
            assert not name.startswith("on"), tag
            if name in ("src", "href", "srcset", "action", "poster", "data", "xlink:href"):
                outside = re.match(r"\s*([a-z+.-]+:)?//|\s*javascript:", value, re.IGNORECASE)
                assert not outside or leads_to_the_government(tag), tag
    for image in soup.find_all("img"):
        assert image["src"].startswith("data:image/"), image
    for link in soup.find_all("link"):
        assert link["href"].startswith("data:"), link
    css = " ".join(style.get_text() for style in soup.find_all("style"))
    css += " ".join(tag["style"] for tag in soup.find_all(style=True))
    assert "@import" not in css
    assert re.findall(r"url\(\s*['\"]?(?!data:)", css) == []
    for link in soup.find_all("a", href=True):
        if link.has_attr("download"):
            assert link["href"].startswith("data:text/csv;"), link
        elif not link.has_attr("rel"):
            assert_link_leads_somewhere(link["href"], soup, folder)


def leads_to_the_government(tag) -> bool:
    """Whether this is a link, which loads nothing unless somebody follows it, to a page of the
    Japanese government's, which is not told from where."""
    address = urlsplit(tag.get("href", ""))
    official = address.scheme in ("http", "https") and address.hostname.endswith(".go.jp")
    return tag.name == "a" and tag["rel"] == ["external", "noreferrer"] and official


def assert_link_leads_somewhere(href: str, soup: BeautifulSoup, folder: Path) -> None:
    file, _, anchor = unquote(href).partition("#")
    if file:
        assert (folder / file).is_file(), href
    else:
        assert soup.find(id=anchor), href


def test_renders_every_notebook_in_both_languages(rendered):
    found = sorted(path.relative_to(rendered).as_posix() for path in rendered.rglob("*.*"))
    reports = [
        f"{FOLDERS[stem]}/{stem}.{lang}.{kind}" for stem, lang in EACH for kind in ("html", "ipynb")
    ]
    assert set(reports) | {"index.html"} <= set(found)
    assert not [name for name in found if "failed" in name or "/." in name]


@each_report
def test_opens_offline(page, rendered, stem):
    assert_refers_to_no_network(page, rendered / FOLDERS[stem])
    assert not page.find_all("script")
    (policy,) = page.find_all("meta", attrs={"http-equiv": "Content-Security-Policy"})
    assert "default-src 'none'" in policy["content"]
    assert "script-src" not in policy["content"]


@each_report
def test_every_figure_has_alt_text_with_its_numbers(page):
    alts = [image.get("alt", "") for image in page.find_all("img")]
    assert alts
    assert [alt for alt in alts if not re.search(r"\d", alt)] == []
    assert len(set(alts)) == len(alts)


@each_report
def test_is_one_titled_page_in_its_language(page, lang):
    assert page.html["lang"] == lang
    assert len(page.find_all("h1")) == 1
    assert page.title.get_text().strip()
    sections = [heading["id"] for heading in page.find_all("h2")]
    assert len(sections) >= 2
    contents = [link["href"] for link in page.select("nav.contents a")]
    assert contents == [f"#{section}" for section in sections]


@each_report
def test_holds_the_prose_of_one_language(page, stem, lang):
    notebook = nbformat.read(paths.NOTEBOOKS / f"{stem}.ipynb", as_version=4)
    (other,) = set(LANGUAGES) - {lang}
    # A section without data is a line of a list.
    parts = page.select(".prose :is(h1, h2:not(:has(+ dl)), dt)")
    said = [tag.find(string=True, recursive=False) for tag in parts]
    assert sorted(said) == sorted(headings(notebook, lang))
    assert [text for text in headings(notebook, other) if text in page.get_text()] == []


@each_report
def test_shows_no_code_and_no_trouble(page, rendered, stem, lang):
    source = (rendered / FOLDERS[stem] / f"{stem}.{lang}.ipynb").read_text(encoding="utf-8")
    for trouble in ("Glyph ", "missing from font", "Traceback", str(paths.ROOT)):
        assert trouble not in page.get_text() + source
    cells = nbformat.reads(source, 4).cells
    code = [c.source for c in cells if c.cell_type == "code" and "(" in c.source]
    assert code
    shown = visible(page)
    assert [cell for cell in code if re.sub(r"\s", "", cell) in shown] == []


def test_reports_say_the_headline_numbers(rendered):
    for lang in LANGUAGES:
        underspending = visible(parsed(rendered / SHEET_ID / f"{STEMS[1]}.{lang}.html"))
        assert re.search("277.*195|195.*277", underspending)
        assert "70.4%" in underspending


def test_index_lists_every_report(rendered):
    index = parsed(rendered / "index.html")
    assert_refers_to_no_network(index, rendered)
    assert len({link["href"] for link in index.find_all("a", href=True)}) >= len(EACH)
    assert "70.4%" in visible(index)


def test_same_inputs_give_the_same_bytes_whatever_the_workers(rendered, tmp_path):
    """The sheet's, and the index of all: that the others' notebooks show the same to the last pixel
    in another process, and their pages say the same, other tests look at."""
    out = tmp_path / "reports"
    shutil.copytree(rendered, out, ignore=shutil.ignore_patterns(SHEET_ID, "index*"))
    results = render(out, workers=0)
    assert sum(result.state == MADE for result in results) == len(LANGUAGES) * len(STEMS)
    for path in sorted(rendered.rglob("*.html")):
        name = path.relative_to(rendered)
        assert (out / name).read_bytes() == path.read_bytes(), name


@each_report
def test_committed_report_is_of_the_current_notebook(stem, lang):
    report = COMMITTED / FOLDERS[stem] / f"{stem}.{lang}.ipynb"
    assert report.is_file(), "run `make reports` and commit reports/"
    current, committed = (
        told(nbformat.read(path, as_version=4))
        for path in (paths.NOTEBOOKS / f"{stem}.ipynb", report)
    )
    assert committed == current, "the notebook changed: run `make reports` and commit reports/"


@pytest.mark.parametrize(
    "name", [*(f"{FOLDERS[stem]}/{stem}.{lang}.html" for stem, lang in EACH), "index.html"]
)
def test_committed_page_says_what_a_fresh_one_says(rendered, name):
    """Pixels may differ with the machine's libraries; every word and number may not."""
    fresh, committed = (
        re.sub(r"base64,[^\"]*", "", (folder / name).read_text(encoding="utf-8"))
        for folder in (rendered, COMMITTED)
    )
    assert committed == fresh, "run `make reports` and commit reports/"


@each_report
def test_shows_in_a_browser(tab, rendered, page, stem, lang):
    screen = {"width": 900, "height": 2000, "deviceScaleFactor": 1, "mobile": False}
    tab.send("Emulation.setDeviceMetricsOverride", **screen)
    tab.open((rendered / FOLDERS[stem] / f"{stem}.{lang}.html").as_uri())
    assert page.h1.get_text() in tab.run("document.body.textContent")
    shot = io.BytesIO(b64decode(tab.send("Page.captureScreenshot")["data"]))
    inked = (matplotlib.image.imread(shot)[..., :3].min(axis=2) < 0.5).mean()
    assert inked > 0.005, "the page is blank"
