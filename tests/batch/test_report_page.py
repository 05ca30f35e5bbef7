from base64 import b64decode, b64encode
from hashlib import sha256
from html.parser import HTMLParser
from io import BytesIO

import nbformat
import pytest
from bs4 import BeautifulSoup
from PIL import Image

from helpers.batch import report_page as room
from helpers.batch.execute import execute
from helpers.batch.notebook import headline
from helpers.batch.page import page
from helpers.batch.report_page import to_html
from helpers.show import DATA, HEADLINE

SIBLINGS = {
    "01_a": {"ja": "信頼できるか?", "en": "Can it be trusted?"},
    "02_b": {"ja": "予算は余ったか?", "en": "Was money left?"},
    "03_c": {"ja": "間に合うか? <b>"},
}


DESCRIBED = (("name", "description"), ("property", "og:description"))


class Tags(HTMLParser):
    """Every start tag with its attributes."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


@pytest.fixture(scope="module")
def executed(tiny, tmp_path_factory):
    folder = tmp_path_factory.mktemp("html")
    given = {"population": "1741"}
    return {
        lang: execute(tiny, folder / f"tiny.{lang}.ipynb", {"lang": lang, **given})
        for lang in ("ja", "en")
    }


@pytest.fixture(scope="module")
def texts(executed):
    return {lang: to_html(executed[lang], lang, "02_b", SIBLINGS) for lang in executed}


@pytest.fixture(params=["ja", "en"])
def text(texts, request):
    return texts[request.param]


@pytest.fixture
def ja(texts):
    return BeautifulSoup(texts["ja"], "html.parser")


@pytest.fixture
def en(texts):
    return BeautifulSoup(texts["en"], "html.parser")


def stored(*outputs):
    cell = nbformat.v4.new_code_cell("secret_code()", outputs=list(outputs))
    heading = nbformat.v4.new_markdown_cell("# Title")
    return nbformat.v4.new_notebook(cells=[heading, cell])


def told(**facts):
    """An answer's output with these facts in its headline."""
    known = {
        "name": "橋",
        "ministry": "省",
        "project_number": "1",
        "sheet_year": 2019,
        "title": "?",
    }
    return nbformat.v4.new_output(
        "display_data", {"text/html": "<div class='answer'>a</div>", HEADLINE: known | facts}
    )


def png(alt):
    return nbformat.v4.new_output(
        "display_data", {"image/png": "iVBORw0KGgo=\n", "text/plain": alt}
    )


def test_holds_no_script_and_refers_to_nothing_outside(text):
    tags = Tags(text).found
    assert {"html", "style", "h1", "img", "table"} <= {tag for tag, _ in tags}
    assert not {"script", "iframe", "link", "object", "form"} & {tag for tag, _ in tags}
    assert [
        value
        for tag, a in tags
        if tag == "img" and not (value := a["src"]).startswith("data:image/")
    ] == []
    links = [a["href"] for tag, a in tags if tag == "a" and "href" in a]
    assert [link for link in links if ":" in link or link.startswith("//")] == []
    assert not {name for _, attributes in tags for name in attributes if name.startswith("on")}
    assert "@import" not in text
    assert "url(" not in text


def policy(text):
    (found,) = [
        attributes["content"]
        for _, attributes in Tags(text).found
        if attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    return found


def test_forbids_what_it_does_not_hold(text):
    assert policy(text) == (
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; "
        "form-action 'none'"
    )


def test_a_page_of_ours_may_run_its_own_script_and_no_other():
    script = "document.title = '<b> & \"ま\"'"
    text = page("page.html.j2", "en", "Title", script)
    assert f"<script>{script}</script>\n</body>" in text
    digest = b64encode(sha256(script.encode()).digest()).decode()
    assert policy(text).endswith(f"; script-src 'sha256-{digest}'")


def test_text_of_a_sheet_stays_text(ja, executed):
    hostile = headline(executed["ja"])["name"]
    assert hostile in ja.title.get_text()
    for place in (".subtitle", ".answer", ".reading", "caption", "td", "pre"):
        assert any(hostile in tag.get_text() for tag in ja.select(place)), place
    assert [image["alt"] for image in ja.find_all("img")] == [f'195 of 277 "million" yen {hostile}']


def test_holds_the_prose_of_one_language(ja, en):
    assert "前書き" in ja.get_text()
    assert "preface" not in ja.get_text()
    assert "前書き" not in en.main.get_text()
    assert (ja.html["lang"], en.html["lang"]) == ("ja", "en")
    for report in (ja, en):
        assert "JupyterLab only" not in report.get_text()


def test_hides_the_code_and_shows_what_it_printed(text):
    page = BeautifulSoup(text, "html.parser")
    assert "import matplotlib" not in text
    assert any("printed" in pre.get_text() for pre in page.find_all("pre"))


def test_title_names_question_project_and_sheet(ja, en, executed):
    hostile = headline(executed["ja"])["name"]
    assert ja.title.get_text() == f"予算は余ったか? — {hostile} (総務省 0042, 2019)"
    ministry = "Ministry of Internal Affairs and Communications"
    assert en.title.get_text() == f"Was money left? — {hostile} ({ministry} 0042, 2019)"


def test_answer_stands_between_the_sheet_and_the_contents(ja):
    order = list(ja.main.find_all(True))
    places = [ja.h1, *(ja.select_one(f".{name}") for name in ("subtitle", "answer", "contents"))]
    places.append(ja.h2)
    found = [next(i for i, tag in enumerate(order) if tag is place) for place in places]
    assert found == sorted(found)
    assert ja.select_one(".answer").find_next("nav") is ja.select_one(".contents")


def test_contents_lead_to_the_sections(ja):
    links = [(link["href"], link.get_text()) for link in ja.select(".contents a")]
    assert links == [("#図", "図"), ("#図-2", "図")]
    assert [heading["id"] for heading in ja.find_all("h2")] == ["図", "図-2"]


def test_links_to_the_reports_beside_it(ja, en):
    hrefs = [link["href"] for link in ja.select("nav.reports a")]
    assert hrefs == ["../index.html", "01_a.ja.html", "03_c.ja.html", "02_b.en.html"]
    assert ja.select_one("nav.reports [aria-current]").get_text() == "予算は余ったか?"
    assert "間に合うか? <b>" in ja.select_one("nav.reports").get_text()
    assert [a["href"] for a in en.select("nav.reports a")] == [
        "../index.html",
        "01_a.en.html",
        "02_b.ja.html",
    ]


def test_names_the_notebook_and_the_parameters_given(ja):
    assert ja.footer.a["href"] == "02_b.ja.ipynb"
    assert "population = 1741.0" in ja.footer.get_text()
    assert "lang =" not in ja.footer.get_text()


def test_says_how_to_cite_it_and_what_its_answer_is(ja, en, executed):
    name = headline(executed["ja"])["name"]
    cited = f"「予算は余ったか?」行政事業レビューシート(総務省 0042、2019年公表)「{name}」より。"
    assert cited in ja.footer.get_text()
    assert "project review sheet of" in en.footer.get_text()
    for report in (ja, en):
        first = " ".join(report.select_one(".answer").p.get_text().split())
        described = [report.find("meta", attrs={key: value}) for key, value in DESCRIBED]
        assert [" ".join(tag["content"].split()) for tag in described] == [first, first]
        assert report.find("meta", property="og:title")["content"] == report.title.get_text()


def test_same_notebook_gives_the_same_page(executed, texts):
    assert to_html(executed["en"], "en", "02_b", SIBLINGS) == texts["en"]


def test_warnings_are_shown_not_hidden():
    noise = nbformat.v4.new_output("stream", name="stderr", text="\x1b[31mdivided by <zero>\x1b[0m")
    page = BeautifulSoup(to_html(stored(noise), "en"), "html.parser")
    assert page.select_one(".warning pre").get_text() == "divided by <zero>"


def test_a_notebook_without_answer_or_name_is_still_a_page():
    page = BeautifulSoup(to_html(stored(png("3 of 4")), "en"), "html.parser")
    assert page.title.get_text() == "Title"
    assert page.img["alt"] == "3 of 4"
    assert page.find("a") is None


@pytest.mark.parametrize(("size", "look"), [((100, 70), None), ((100, 71), ["tall"])])
def test_a_tall_figure_has_more_room_on_paper(size, look):
    picture = BytesIO()
    Image.new("RGB", size).save(picture, "png")
    output = png("3 of 4")
    output.data["image/png"] = b64encode(picture.getvalue()).decode()
    page = BeautifulSoup(to_html(stored(output), "en"), "html.parser")
    assert page.figure.get("class") == look
    output.data["image/png"] = "broken"
    assert "class" not in BeautifulSoup(to_html(stored(output), "en"), "html.parser").figure.attrs


def test_a_figure_without_alt_text_is_refused():
    with pytest.raises(ValueError, match="no alt text"):
        to_html(stored(png("<Figure size 640x480 with 1 Axes>")), "ja")


def test_markup_of_other_makers_is_cleaned():
    frame = nbformat.v4.new_output(
        "execute_result",
        {
            "text/html": "<style>td {}</style><table border=1><td>1</td></table>"
            "<script>alert(1)</script>",
            "text/plain": "1",
        },
    )
    page = BeautifulSoup(to_html(stored(frame), "en"), "html.parser")
    assert str(page.main.table) == "<table><tbody><tr><td>1</td></tr></tbody></table>"
    assert "alert" not in str(page)
    assert len(page.find_all("style")) == 1


def sections(*shown):
    """A notebook with an answer, a section for each text of HTML shown, and the limits."""
    cells = [nbformat.v4.new_markdown_cell("# Title\n\nWhat a reader knows.")]
    cells += [nbformat.v4.new_code_cell("", outputs=[told()])]
    for number, html in enumerate(shown, 1):
        output = nbformat.v4.new_output("display_data", {"text/html": html})
        cells += [nbformat.v4.new_markdown_cell(f"## Question {number}\n\nHow 5 % is read.")]
        cells += [nbformat.v4.new_code_cell("", outputs=[output])]
    cells += [nbformat.v4.new_markdown_cell("## Limits\n\n- None.")]
    return nbformat.v4.new_notebook(cells=cells)


NONE = "<div class='lead'><p>Above</p></div><div class='reading'><p>No data.</p></div>"
TABLE = "<div class='table'><table><td>1</td></table></div>"


def test_the_answer_comes_first_whatever_stands_before_it():
    page = BeautifulSoup(to_html(sections(TABLE), "en"), "html.parser")
    order = [
        page.h1,
        *page.select(".subtitle, .answer, nav.contents"),
        page.main.find("p", string="What a reader knows."),
    ]
    places = [list(page.main.find_all(True)).index(tag) for tag in order]
    assert places == sorted(places)


def test_sections_without_data_are_short_and_together():
    text = to_html(
        sections(NONE, TABLE, NONE + "<details><p>Method</p></details>", "<p>1</p>"), "en"
    )
    page = BeautifulSoup(text, "html.parser")
    contents = [link.get_text() for link in page.select(".contents a")]
    assert contents == ["Question 2", "Questions without a figure or table", "Limits"]
    assert [h2.contents[0] for h2 in page.find_all("h2")] == contents
    rows = [(tag.name, tag.get_text().strip()) for tag in page.main.dl.find_all(["dt", "dd"])]
    assert rows == [
        *(("dt", "Question 1"), ("dt", "Question 3"), ("dd", "No data.")),
        *(("dt", "Question 4"), ("dd", "1")),
    ]
    assert text.count("is read.") == 1
    assert "Method" not in text


@pytest.mark.parametrize("shown", [(NONE,), (NONE, TABLE), (TABLE, TABLE), ()])
def test_one_section_without_data_stays_where_it_is(shown):
    page = BeautifulSoup(to_html(sections(*shown), "en"), "html.parser")
    heads = [f"Question {number}" for number, _ in enumerate(shown, 1)]
    assert [h2.contents[0] for h2 in page.find_all("h2")] == [*heads, "Limits"]


def test_no_line_of_prose_ends_between_a_number_and_its_unit():
    assert "How 5\u00a0% is read." in to_html(sections(TABLE), "en")


def test_tables_and_figures_are_numbered():
    data = {"text/plain": "3 of 4", "image/png": "iVBORw0KGgo=", DATA: "年度,n\n2018,1\n"}
    figures = [nbformat.v4.new_output("display_data", data) for _ in range(2)]
    notebook = sections(TABLE, TABLE)
    notebook.cells[3].outputs += [png("1 of 2"), *figures]
    page = BeautifulSoup(to_html(notebook, "ja", "02_b", SIBLINGS), "html.parser")
    assert [table["aria-label"] for table in page.select(".table")] == ["表1", "表2"]
    links = [(link["download"], link.get_text()) for link in page.select("figcaption a")]
    assert links == [(f"02_b.ja-{n}.csv", f"図{n}のデータ(CSV)") for n in (2, 3)]
    saved = b64decode(page.select_one("figcaption a")["href"].partition("base64,")[2])
    assert saved.decode("utf-8-sig") == data[DATA]


@pytest.mark.parametrize(
    ("facts", "links", "said"),
    [
        (
            {"url": "https://www.mlit.go.jp/a.pdf", "source_format": "judgit json"},
            ["https://www.mlit.go.jp/a.pdf"],
            "Official sheet",
        ),
        ({"url": "https://www.fsa.go.jpsaisyu/01.pdf"}, [], "JUDGIT!"),
        ({"url": "https://go.jp.example/"}, [], "JUDGIT!"),
        ({"url": "javascript:x()//.go.jp/"}, [], "JUDGIT!"),
        ({"url": "https://u@evil.example/?.go.jp"}, [], "JUDGIT!"),
        ({"url": 'https://a.go.jp/"onclick=x()'}, ['https://a.go.jp/"onclick=x()'], "Official"),
        ({"url": None, "source_file": "a.txt", "source_format": "page text"}, [], "a.txt"),
        (
            {
                "url": "https://www.soumu.go.jp/",
                "source_format": "rs csv",
                "sheet_year": 2024,
                "official_id": "rs:17",
            },
            ["https://www.soumu.go.jp/", "https://rssystem.go.jp/"],
            "project ID 17",
        ),
    ],
)
def test_leads_to_the_official_sheet_where_that_is_the_governments(facts, links, said):
    """A link loads nothing; anybody may have written an address of another kind."""
    page = BeautifulSoup(to_html(stored(told(**facts)), "en", "02_b", SIBLINGS), "html.parser")
    outside = page.select("a[rel]")
    assert [link["href"] for link in outside] == links
    assert all(link["rel"] == ["external", "noreferrer"] for link in outside)
    assert all(set(link.attrs) == {"href", "rel"} for link in outside)
    assert said in page.footer.get_text()


HOSTILE = "</title><script>x()</script>\"'><img src=x onerror=x()>[a](javascript:x()) {{7*7}} %s"


@pytest.mark.parametrize("fact", ["name", "ministry", "project_number", "sheet_year", "title"])
def test_no_fact_of_a_sheet_becomes_markup(fact):
    text = to_html(stored(told(**{fact: HOSTILE})), "en", "02_b", SIBLINGS)
    page = BeautifulSoup(text, "html.parser")
    assert HOSTILE in page.title.get_text()
    assert fact == "title" or HOSTILE in page.select_one(".subtitle").get_text()
    assert not page.find_all(["script", "img"])


def test_parameters_and_titles_given_stay_text():
    notebook = stored(told())
    notebook.metadata["papermill"] = {"parameters": {"indicator": HOSTILE, "sheet": HOSTILE}}
    text = to_html(notebook, "en", "02_b", {"02_b": {"en": HOSTILE}, HOSTILE: {"en": "b"}})
    page = BeautifulSoup(text, "html.parser")
    assert f"indicator = {HOSTILE}" in page.footer.get_text()
    assert page.select_one("[aria-current]").get_text() == HOSTILE
    assert page.select("nav a")[1]["href"].startswith("%3C/title%3E%3Cscript%3Ex%28%29")
    assert not page.find_all(["script", "img"])


def test_what_acts_unseen_is_seen():
    noise = nbformat.v4.new_output("stream", name="stdout", text="\x1b[1mbold\x1b[0m\x07")
    text = to_html(stored(told(name="橋\u202e\x00"), noise), "ja")
    assert "橋��" in BeautifulSoup(text, "html.parser").title.get_text()
    assert "<pre>bold�</pre>" in text


def test_an_error_that_the_notebook_allows_is_shown():
    error = nbformat.v4.new_output(
        "error", ename="ValueError", evalue="x", traceback=["\x1b[31mTrace", "<b>x"]
    )
    page = BeautifulSoup(to_html(stored(error), "ja"), "html.parser")
    assert page.select_one(".warning pre").get_text() == "Trace\n<b>x"


@pytest.mark.parametrize(
    ("lang", "shown"), [("ja", ["問い", "図 1", "図"]), ("en", ["Q", "1", "2"])]
)
def test_of_a_bilingual_heading_stays_what_the_report_speaks(lang, shown):
    source = "# 問い · Q\n\na · b\n\n## 図 1 · 1\n\n### 図 · 2"
    notebook = stored()
    notebook.cells.append(nbformat.v4.new_markdown_cell(source, metadata={"tags": ["bilingual"]}))
    page = BeautifulSoup(to_html(notebook, lang), "html.parser")
    texts = [tag.find(string=True, recursive=False) for tag in page.main.select("h1, h2, h3")]
    assert texts == ["Title", *shown]
    assert "a · b" in page.main.get_text(), "no heading"
    assert page.select_one(".contents a")["href"] == f"#{shown[1].replace(' ', '-')}"


def test_a_heading_without_the_tag_is_its_authors():
    notebook = stored()
    notebook.cells.append(nbformat.v4.new_markdown_cell("## 総務省 · 2019"))
    assert "総務省 · 2019" in to_html(notebook, "en")


def test_a_picture_pasted_into_prose_stays():
    notebook = stored()
    notebook.cells[0]["source"] = "# Title\n\n![a map](attachment:map.png)"
    notebook.cells[0]["attachments"] = {"map.png": {"image/png": "iVBORw0KGgo="}}
    page = BeautifulSoup(to_html(notebook, "en"), "html.parser")
    assert (page.img["alt"], page.img["src"]) == ("a map", "data:image/png;base64,iVBORw0KGgo=")


def test_a_vector_figure_is_a_picture_too():
    """As <img> it can neither run a script nor load anything."""
    svg = "<svg xmlns='http://www.w3.org/2000/svg'><script>x()</script></svg>"
    figure = nbformat.v4.new_output("display_data", {"image/svg+xml": svg, "text/plain": "3 of 4"})
    page = BeautifulSoup(to_html(stored(figure), "en"), "html.parser")
    kind, _, encoded = page.img["src"].partition(",")
    assert (kind, b64decode(encoded).decode()) == ("data:image/svg+xml;base64", svg)
    assert page.script is None


def test_the_prose_of_one_notebook_is_kept_for_the_next_report(monkeypatch):
    first = to_html(stored(png("3 of 4")), "en")
    monkeypatch.setattr(room, "MarkdownWithMath", None)
    assert to_html(stored(png("3 of 4")), "en") == first
