"""That the default sheet's reports are read on a phone, on paper, by keyboard and by ear."""

import io
import itertools
import re
import shutil
import subprocess
import time
from base64 import b64decode

import nbformat
import pandas as pd
import pytest

import browser
from default_reports import EACH, FOLDERS, each_report, parsed
from helpers.batch import pdf
from helpers.batch.page import TEMPLATE
from helpers.show import DATA

PHONE, TABLET, DESKTOP = (390, 844), (800, 1100), (1100, 800)

LARGEST = 350_000
"""Bytes of a report of one sheet."""

JAPANESE = re.compile("[\u3041-\u30ff\u3400-\u9fff]")

UNITS = {
    "ja": r"\d[\d,.]*(?:[兆億万][\d,]+)*[\u00a0 ]?(?:[兆億万]|百万)?"
    r"(?:円|年度|年|件|人|社|回|%|ポイント)",
    "en": r"[\d,.]*\d[\u00a0 ](?:%|(?:m|b|tr)illion|yen|percentage)",
}
"""A number with its unit, as reports write them."""

BROKEN = """
((unit) => [...document.querySelectorAll('p, li, dt, dd, h1, h2, h3, summary, caption, th, td')]
  .filter((block) => block.checkVisibility() && !block.querySelector('p, li, td, dd'))
  .flatMap((block) => {
    const texts = [], walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) texts.push(walker.currentNode);
    const place = (at) => {
      for (const text of texts) {
        if (at <= text.length) return [text, at];
        at -= text.length;
      }
    };
    return [...texts.map((text) => text.data).join('').matchAll(unit)].filter((found) => {
      const range = document.createRange();
      range.setStart(...place(found.index));
      range.setEnd(...place(found.index + found[0].length));
      const tops = [...range.getClientRects()].filter((r) => r.width > 0).map((r) => r.bottom);
      return Math.max(...tops) - Math.min(...tops) > 12;
    }).map((found) => found[0]);
  }))(new RegExp(String.raw`%s`, 'g'))
"""
"""JavaScript: the numbers that stand on another line than their unit."""


def opened(tab, rendered, stem, lang, size):
    tab.open((rendered / FOLDERS[stem] / f"{stem}.{lang}.html").as_uri())
    resize(tab, size)


def resize(tab, size):
    """Have the page that is open on another screen."""
    width, height = size
    screen = {"deviceScaleFactor": 1, "mobile": width < 600}
    tab.send("Emulation.setDeviceMetricsOverride", width=width, height=height, **screen)
    tab.until(f"matchMedia('(width: {width}px)').matches")


@pytest.fixture
def page(rendered, stem, lang):
    return parsed(rendered / FOLDERS[stem] / f"{stem}.{lang}.html")


# On a screen of any width


@each_report
def test_what_is_asked_and_answered_is_in_the_first_screen(tab, rendered, stem, lang):
    opened(tab, rendered, stem, lang, PHONE)
    for size in (PHONE, DESKTOP):
        resize(tab, size)
        first = ["h1", ".answer .sentence", ".answer .number", ".answer .facts"]
        first += [] if stem.startswith("05") else [".subtitle"]
        ends = [
            tab.run(f"document.querySelector('{each}')?.getBoundingClientRect().bottom")
            for each in first
        ]
        assert max(filter(None, ends)) <= size[1], (size, dict(zip(first, ends, strict=True)))


@each_report
def test_no_number_stands_on_another_line_than_its_unit(tab, rendered, stem, lang):
    opened(tab, rendered, stem, lang, PHONE)
    tab.run("for (const fold of document.querySelectorAll('details')) fold.open = true")
    for size in (PHONE, TABLET):
        resize(tab, size)
        assert tab.run(BROKEN % UNITS[lang]) == [], size


@browser.installed
def test_a_number_without_its_unit_is_found_out(tab, tmp_path):
    """That the test above can fail."""
    page = tmp_path / "page.html"
    page.write_text("<meta charset=utf-8><p style='width: 1em'>5 <b>%</b> 3\u00a0%</p>", "utf-8")
    tab.open(page.as_uri())
    assert tab.run(BROKEN % UNITS["en"]) == ["5 %"]


@each_report
def test_nothing_is_wider_than_a_phone(tab, rendered, stem, lang):
    opened(tab, rendered, stem, lang, PHONE)
    assert tab.run("document.documentElement.scrollWidth") == PHONE[0]
    narrow = "[...document.querySelectorAll('th')].filter((th) => th.textContent.length > 3"
    narrow += " && th.clientWidth < 3 * parseFloat(getComputedStyle(th).fontSize))"
    assert tab.run(f"{narrow}.map((th) => th.textContent)") == [], "broken letter by letter"


@each_report
def test_is_no_larger_than_a_mail_takes(rendered, stem, lang):
    if not stem.startswith("05"):
        path = rendered / FOLDERS[stem] / f"{stem}.{lang}.html"
        assert path.stat().st_size < LARGEST


# By ear, by keyboard


@each_report
def test_headings_are_a_tree(page):
    levels = [int(heading.name[1]) for heading in page.find_all(["h1", "h2", "h3", "h4"])]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert [pair for pair in itertools.pairwise(levels) if pair[1] > pair[0] + 1] == []


@each_report
def test_every_column_and_every_link_says_what_it_is(page):
    heads = [th for table in page.find_all("table") for th in table.find_all("th")]
    assert {th.get("scope") for th in heads} <= {"col", "row"}
    assert all(th.get_text().strip() for th in heads)
    holders = page.select("div.table")
    assert [holder for holder in holders if holder["tabindex"] != "0"] == []
    names = [holder["aria-label"] for holder in holders]
    assert len(set(names)) == len(names)
    links: dict[str, set[str]] = {}
    for link in page.find_all("a", href=True):
        text = link.get("aria-label") or link.get_text().strip()
        links.setdefault(text, set()).add(link["href"])
    assert "" not in links
    assert {text: hrefs for text, hrefs in links.items() if len(hrefs) > 1} == {}


@each_report
def test_japanese_in_english_says_so(page, lang):
    def unmarked(text):
        own = text.find_parent(lang=True)
        return JAPANESE.search(text) and own["lang"] != "ja"

    found = [str(text) for text in page.body.find_all(string=True) if unmarked(text)]
    assert lang == "ja" or found == []


def luminance(colour):
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return sum(share * c for share, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_text_stands_out_from_what_is_behind_it():
    """By the rule of WCAG 2.2, 1.4.3: 4.5 to 1."""
    css = (TEMPLATE / "report.css").read_text("utf-8")
    texts = re.findall(r"--(?:ink|muted|link): (#[0-9a-f]{6})", css)
    grounds = ["#ffffff", *re.findall(r"(?:--soft:|background:) (#[0-9a-f]{6})", css)]
    assert (len(texts), len(grounds)) == (3, 4)
    for text, ground in itertools.product(map(luminance, texts), map(luminance, grounds)):
        assert (ground + 0.05) / (text + 0.05) >= 4.5


# What is taken away


def csv_links(page):
    return page.select("figcaption a[download]")


@each_report
def test_a_figures_data_are_those_it_was_drawn_from(page, rendered, stem, lang):
    notebook = nbformat.read(rendered / FOLDERS[stem] / f"{stem}.{lang}.ipynb", as_version=4)
    given = [o.data[DATA] for c in notebook.cells for o in c.get("outputs", []) if DATA in o.data]
    links = csv_links(page)
    assert len(links) == len(given)
    names = [link["download"] for link in links]
    assert len(set(names)) == len(names)
    for link, text in zip(links, given, strict=True):
        assert re.fullmatch(rf"{stem}\.{lang}-\d+\.csv", link["download"])
        saved = b64decode(link["href"].partition("base64,")[2])
        assert saved.startswith(b"\xef\xbb\xbf"), "by which Excel knows UTF-8"
        pd.testing.assert_frame_equal(
            pd.read_csv(io.BytesIO(saved)), pd.read_csv(io.StringIO(text))
        )


@each_report
def test_a_click_saves_a_figures_data(tab, rendered, page, tmp_path, stem, lang):
    """Under the page's policy, and without any script."""
    links = csv_links(page)
    if not links:
        pytest.skip("none of its figures has data")
    opened(tab, rendered, stem, lang, DESKTOP)
    tab.send("Page.setDownloadBehavior", behavior="allow", downloadPath=str(tmp_path))
    tab.run("document.querySelector('a[download]').click()")
    saved = tmp_path / links[0]["download"]
    end = time.monotonic() + browser.SECONDS
    # Until then it has another name.
    while not saved.exists() and time.monotonic() < end:
        time.sleep(0.02)
    assert saved.read_bytes() == b64decode(links[0]["href"].partition("base64,")[2])


@browser.installed
@pytest.mark.skipif(not shutil.which("pdftotext"), reason="no pdftotext (poppler-utils) here")
@pytest.mark.parametrize(("stem", "lang"), EACH[1:4:2])
def test_paper_has_what_is_folded(page, rendered, tmp_path, stem, lang):
    printed = tmp_path / "printed.pdf"
    pdf.to_pdf(rendered / FOLDERS[stem] / f"{stem}.{lang}.html", printed)
    text = subprocess.run(["pdftotext", printed, "-"], capture_output=True, check=True).stdout
    shown = re.sub(r"\s", "", text.decode())
    folded = [fold.find("p") for fold in page.select("main details:not(nav details)")]
    assert any(folded)
    for each in filter(None, folded):
        assert re.sub(r"\s", "", each.get_text())[:40] in shown
    assert "CSV" not in shown
