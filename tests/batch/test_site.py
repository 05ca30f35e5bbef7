"""A run of a whole corpus: its pages lead to each other, wherever the folder is, and the search
finds its projects."""

import json
import os
import re
import shutil
import signal
import unicodedata
from pathlib import Path
from urllib.parse import unquote, urldefrag

import pytest
from bs4 import BeautifulSoup
from papermill.iorw import papermill_io

import browser
import site_world
import tiny_tasks
from corpus_sheets import files_of
from devtools import browsing
from helpers import words
from helpers.batch import payee_pages, search_page, site
from helpers.batch.plan import Plan, Whole, plan
from helpers.batch.render import run
from helpers.batch.results import Options
from helpers.corpus import Corpus
from helpers.parameters import ParameterError

CLOUD = "㈱クラウド屋"
"""The first of two spellings that are printed as often."""

pytestmark = pytest.mark.usefixtures("preloaded")

SHEET = 'sheet: str = ""\nlang: str = "ja"'
OF_SHEET = """\
from helpers import corpus, show
facts = corpus.load(sheet).facts
told = {name: facts[name] for name in ("sheet_id", "name", "ministry", "project_number")}
show.Answer("a", headline=told | {"sheet_year": 2024, "title": lang, "lang": lang})
"""


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    return site_world.corpus(tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="module")
def books(tmp_path_factory):
    return site_world.notebooks(tmp_path_factory.mktemp("notebooks"))


@pytest.fixture(scope="module")
def of_sheet(tmp_path_factory):
    return tiny_tasks.notebook(tmp_path_factory.mktemp("sheets"), "01_a.ipynb", OF_SHEET, SHEET)


def refuse(*_):
    raise ValueError("made again")


@pytest.fixture(scope="module")
def twice(world, books, tmp_path_factory):
    """The folder of a run that was made twice: each outcome, and the files after it."""
    out = tmp_path_factory.mktemp("site") / "first"
    planned, found = plan([world], books), []
    with pytest.MonkeyPatch.context() as patch:
        for _ in range(2):
            outcome = run(planned, Options(str(out)), 2)
            found.append((outcome, files_of(out)))
            patch.setattr(site, "_write", refuse)
            patch.setattr("helpers.forecast.write.tables", refuse)
    return out, found


@pytest.fixture(scope="module")
def out(world, twice, of_sheet):
    """The folder with reports of the sheets of one ministry, too, moved since."""
    out, _ = twice
    narrowed = plan([world], [of_sheet], ministry=["環境省"])
    outcome = run(narrowed, Options(str(out)), 0)
    assert (outcome.status, outcome.warning) == (0, "")
    return Path(shutil.move(out, out.with_name("moved on")))


def parsed(path):
    return BeautifulSoup(path.read_text("utf-8"), "html.parser")


def pages(out):
    return sorted(out.rglob("*.html"))


@pytest.mark.parametrize(
    "left", ["", "[]", "[1]", '{"links": 3}', '{"links": [{"ja": ["a"], "en": ["b"]}]}', '{"a": 1}']
)
def test_a_list_of_pages_that_is_none_leads_nowhere(tmp_path, left):
    (tmp_path / site.LINKS).write_text(left, encoding="utf-8")
    assert site.links(tmp_path, Plan(), None) == ()


# What is planned


def brief(planned):
    return [
        (task.folder, report.lang, report.parameters, task.of_tables)
        for task in planned.tasks()
        for report in task.reports
    ]


def test_notebooks_of_a_corpus_are_given_it_and_its_last_year(world, books):
    given = {"corpus": str(world), "year": 2024}
    planned = plan([world], books, ["en"])
    assert brief(planned) == [
        ("05_record", "en", {}, False),
        ("04_portfolio", "en", given, True),
        *((name, "en", given | {"ministry": name}, True) for name in sorted(site_world.MINISTRIES)),
        ("06_payees", "en", {"corpus": str(world), "last_year": 2023}, False),
    ]
    assert (planned.whole.corpus, planned.whole.year) == (str(world), 2024)


def test_filters_choose_year_and_ministries(world, books):
    (record, whole, own, payees) = brief(plan([world], books, ["ja"], ministry=["環境省"]))
    assert own[2] == {"corpus": str(world), "year": 2024, "ministry": "環境省"}
    assert "ministry" not in whole[2] | payees[2] | record[2]
    assert plan([world], books, years=[2019]).whole.year == 2019


def test_what_is_given_by_hand_wins(world, books):
    for given in ({"year": 2019}, {"corpus": "elsewhere"}):
        found = brief(plan([world], books[:1], ["ja"], given))
        assert {values[name] for *_, values, _ in found for name in given} == {*given.values()}
        assert not any(of_tables for *_, of_tables in found)
    (only,) = brief(plan([world], books[:1], ["ja"], {"ministry": "環境省"}))
    assert (only[0], only[2]["ministry"]) == ("04_portfolio", "環境省")


def test_without_a_corpus_each_runs_once_as_it_is(world, books, of_sheet):
    assert [folder for folder, *_ in brief(plan([], books, ["ja"]))] == [
        "05_record",
        "04_portfolio",
        "06_payees",
    ]
    named = plan([f"{world}#2024-環境省-2"], [*books, of_sheet], ["ja"])
    assert named.whole is None
    # Of a single sheet the notebooks of all projects have nothing to say.
    assert [folder for folder, *_ in brief(named)] == ["05_record", "2024-環境省-2"]
    given = plan([f"{world}#2024-環境省-2"], [*books, of_sheet], ["ja"], {"corpus": str(world)})
    assert "04_portfolio" in [folder for folder, *_ in brief(given)]
    with pytest.raises(ParameterError, match="takes no sheet"):
        plan([f"{world}#2024-環境省-2"], books)


# The pages of the folder


def test_all_kinds_of_pages_are_there(out):
    found = {path.relative_to(out).as_posix() for path in pages(out)}
    assert {"index.html", "search.html", "04_portfolio/04_portfolio.ja.html"} <= found
    assert {f"{name}/04_portfolio.en.html" for name in site_world.MINISTRIES} <= found
    assert {f"payees/{site_world.NUMBER}.{lang}.html" for lang in ("ja", "en")} <= found
    assert {"payees/index.ja.html", "2024-環境省-2/01_a.ja.html"} <= found


def test_every_link_leads_somewhere_within_the_folder(out):
    ids = {f"2024-{site_world.ministry(number)}-{number}" for number in site_world.PROJECTS}
    seen = set()
    for path in pages(out):
        page = parsed(path)
        assert not page.find_all(["iframe", "link", "base", "object"])
        assert not page.find_all("img", src=re.compile("^(?!data:)"))
        assert not page.find_all("script", src=True)
        for link in page.find_all("a", href=True, download=False):
            address, mark = urldefrag(link["href"])
            if re.match("https?:", address):
                assert "noreferrer" in link["rel"], link
                continue
            to = (path.parent / unquote(address)).resolve() if address else path
            assert to.is_relative_to(out.resolve()), (path, link)
            assert to.exists(), (path, link)
            seen.add(to.relative_to(out.resolve()).as_posix())
            if to.name == "search.html" and mark:
                assert unquote(mark).partition("&")[0] in ids | {"lang=en"}, link
    assert {"search.html", "index.html", "payees/index.en.html"} <= seen
    assert {"04_portfolio/04_portfolio.en.html", "環境省/04_portfolio.ja.html"} <= seen


def test_every_page_leads_back_to_the_others(out):
    for path in pages(out):
        hrefs = {link["href"] for link in parsed(path).select("nav.reports a[href]")}
        to = {(path.parent / unquote(urldefrag(href)[0])).resolve() for href in hrefs}
        to = {one.relative_to(out.resolve()).as_posix() for one in (*to, path.resolve())}
        assert {"index.html", "search.html"} <= to, path
        assert any(one.startswith("payees/index.") for one in to), path
        assert any(one.startswith("04_portfolio/") for one in to), path
    nav = parsed(out / "2024-環境省-2/01_a.ja.html").select("nav.reports > :not(.other)")
    assert [link.get_text() for link in nav][:4] == ["一覧", "全体", "検索", "支出先"]


def test_a_projects_name_leads_to_its_report_or_to_the_search(out):
    text = (out / "環境省/04_portfolio.en.html").read_text("utf-8")
    page = BeautifulSoup(text, "html.parser")
    to = {one["data-sheet"]: one.get("href") for one in page.select("[data-sheet]")}
    assert to["2024-環境省-2"] == "../2024-環境省-2/01_a.en.html"
    assert to["1999-x"] is None
    page = parsed(out / "04_portfolio/04_portfolio.en.html")
    (link,) = page.select("[data-sheet='2024-総務省-3']")
    assert link["href"] == "../search.html#2024-総務省-3&lang=en"
    assert link.get_text() == site_world.PROJECTS[3][0]
    assert len(page.select("li [data-sheet]")) == len(site_world.PROJECTS) + 1
    paid = [one.get("href") for one in page.select("[data-payee]")]
    assert paid == [f"../payees/{site_world.NUMBER}.en.html", None]
    listed = page.select("main li:has([data-sheet])")
    assert [len(item.find_all("a")) for item in listed] == [1] * len(site_world.PROJECTS) + [0]


def test_the_index_lists_ministries_apart(out):
    page = parsed(out / "index.html")
    listed = page.select(".ministries li")
    assert [item.select_one("[lang=ja]").get_text() for item in listed] == sorted(
        site_world.MINISTRIES
    )
    assert listed[0].select_one("[lang=en]")["href"].endswith("/04_portfolio.en.html")
    assert page.select("tbody a[href*='01_a.ja']")


def test_a_payees_page_says_what_it_was_paid_and_for_what(out):
    page = parsed(out / f"payees/{site_world.NUMBER}.en.html")
    assert page.html["lang"] == "en"
    assert page.h1.get_text() == CLOUD
    assert "¥14 million directly, for 2 projects of 2 ministries" in _plain(page)
    links = [link["href"] for link in page.select("td a")]
    assert links == [
        "../search.html#2024-厚生労働省-1&lang=en",
        "../2024-環境省-2/01_a.en.html",
    ]
    assert "Most of it is from the Ministry of Health, Labour and Welfare: 64.3 %" in _plain(page)
    assert not page.find_all("script")
    assert "no more than the first payee" not in _plain(page)
    names = [link.get_text() for link in parsed(out / "payees/index.ja.html").select("td a")]
    assert names[:2] == [page.h1.get_text(), "一般社団法人道の会"]
    assert "山田太郎" not in " ".join(path.read_text("utf-8") for path in pages(out))


def _plain(element):
    return " ".join(element.get_text().replace("\xa0", " ").split())


def test_pages_are_light(out):
    assert max(path.stat().st_size for path in (out / "payees").iterdir()) < 40_000


def test_a_second_run_changes_nothing_and_makes_nothing(twice):
    (once, first), (again, second) = twice[1]
    assert (once.made, once.status, once.warning) == (12, 0, "")
    assert (again.made, again.unchanged, again.warning) == (0, 12, "")
    changed = [name for name in first if first[name] != second.get(name)]
    assert changed == ["render.log"]
    assert second.keys() == first.keys()


def test_a_run_that_is_stopped_leaves_the_search_to_the_next(world, books, out, tmp_path):
    # What each report takes, and the tables, is not what this is about.
    shutil.copytree(out / site.TABLES, tmp_path / site.TABLES)
    options, planned = Options(str(tmp_path)), plan([world], books[1:], ["ja"])

    def press(result):
        if result.path:
            os.kill(os.getpid(), signal.SIGTERM)

    assert run(planned, options, 0, on_result=press).stopped == "SIGTERM"
    assert (tmp_path / "index.html").exists()
    assert not (tmp_path / "search.html").exists()
    outcome = run(planned, options, 0)
    assert (outcome.stopped, outcome.made, outcome.unchanged) == ("", 1, 1)
    assert (tmp_path / "search.html").exists()


def test_tables_that_are_no_longer_those_of_all_are_made_again(world, out, tmp_path):
    whole = Whole(world, 2024)
    folder = Path(shutil.copytree(out / site.TABLES, tmp_path / site.TABLES))
    before = files_of(folder)
    about = folder / "about.json"
    about.write_text(about.read_text("utf-8").replace('"ministry": null', '"ministry": "甲"'))
    (folder / "leads.parquet").unlink()
    assert files_of(site.prepare(tmp_path, whole)) == before


def test_no_portfolio_is_said_and_the_other_reports_are_made(
    world, of_sheet, tmp_path, monkeypatch
):
    def refuse(*_):
        raise ValueError("no fit")

    monkeypatch.setattr(site, "prepare", refuse)
    planned = plan([world], [of_sheet], ["ja"], ministry=["環境省"])
    outcome = run(planned, Options(str(tmp_path)), 0)
    assert (outcome.made, outcome.status) == (2, 0)
    # A run of notebooks about single sheets makes none of it where it is not there already.
    assert outcome.warning == ""
    assert not (tmp_path / "search.html").exists()
    (tmp_path / "search.html").touch()
    outcome = run(planned, Options(str(tmp_path)), 0)
    assert (outcome.unchanged, outcome.status) == (2, 0)
    assert outcome.warning == f"no portfolio of {world}, 2024: no fit"
    assert (tmp_path / "search.html").read_text("utf-8")
    monkeypatch.setattr(site, "finish", refuse)
    outcome = run(planned, Options(str(tmp_path)), 0)
    assert (outcome.unchanged, outcome.status) == (2, 0)
    assert outcome.warning.endswith(f"; no search of {world}, 2024: no fit")


def test_a_place_that_is_no_folder_has_its_index_alone(world, of_sheet, monkeypatch):
    class Memory(dict):
        def write(self, text, path):
            self[path] = text

        def read(self, path):
            return self[path]

    there = Memory()
    monkeypatch.setattr(papermill_io, "_handlers", [("memory://", there), *papermill_io._handlers])
    planned = plan([world], [of_sheet], ["ja"], ministry=["環境省"])
    outcome = run(planned, Options("memory://bucket"), 0)
    assert (outcome.made, outcome.warning) == (2, "")
    assert "memory://bucket/index.html" in there
    assert not any("search" in path or "portfolio" in path for path in there)
    assert "search.html" not in "".join(there.values())


# The search


@pytest.fixture(scope="module")
def known(world):
    corpus = Corpus(world)
    payments = site._payments(corpus, 2024)
    return search_page.found(corpus, 2024, payments, {}, {}, {}, {})


def fold(text):
    return unicodedata.normalize("NFKC", text).lower()


def names(known, query):
    """The projects that a query finds, in order, told in Python."""
    wanted, ranked = fold(query).split(), []
    for place, name in enumerate(known["name"]):
        ministry = known["ministries"][known["ministry"][place]]
        fields = [
            [name, known["number"][place], known["id"][place], *ministry],
            [known["payees"][payee] for payee in known["payees_of"][place]],
            known["indicators"][place],
            [known["purpose"][place], known["outline"][place]],
        ]
        at = [
            next((n for n, texts in enumerate(fields) if word in fold("\n".join(texts))), None)
            for word in wanted
        ]
        if None not in at:
            ranked.append((max(at, default=0), place, name))
    return [name for *_, name in sorted(ranked)]


def test_what_the_search_knows(known):
    first = known["id"].index("2024-厚生労働省-1")
    assert known["name"][first] == "自治体クラウドの推進"
    assert known["amounts"][known["budget"][first]] == ["1億円", "¥100 million"]
    assert known["rate"][first] == "10.0 %"
    assert known["url"][first] == "https://www.soumu.go.jp/cloud"
    assert known["url"][known["id"].index("2024-環境省-2")] == ""
    assert len(known["payees"]) == len(set(known["payees"])) == 3
    assert "山田太郎" not in known["payees"]
    assert "\u202e" not in json.dumps(known, ensure_ascii=False)
    assert known["budget"][0] == 0, "the largest budget comes first"


def test_a_years_sheets_without_purposes_can_be_searched(world):
    corpus = Corpus(world)
    known = search_page.found(corpus, 2019, site._payments(corpus, 2019), {}, {}, {}, {})
    assert len(known["id"]) == 2
    assert names(known, "橋") == known["name"]
    assert "2019" in search_page.html(known, [])


@pytest.fixture(scope="module")
def tab(tmp_path_factory):
    with browsing(tmp_path_factory.mktemp("profile")) as tab:
        yield tab


@pytest.fixture
def search(tab, out):
    tab.open((out / "search.html").as_uri() + "#lang=ja")
    tab.until("!document.querySelector('.controls').hidden")
    yield tab
    methods = ("Log.entryAdded", "Runtime.exceptionThrown", "Runtime.consoleAPICalled")
    assert [event for event in tab.events if event["method"] in methods] == []
    asked = [e for e in tab.events if e["method"] == "Network.requestWillBeSent"]
    assert all(event["params"]["request"]["url"].startswith("file:") for event in asked)


NAMES = "[...document.querySelectorAll('#cards summary b')].map((name) => name.textContent)"
QUERIES = ["", "クラウド", "ｸﾗｳﾄﾞ", "CLOUD", "ｃｌｏｕｄ 業務", "クラウド 医療", "道の会"]
QUERIES += ["㈱クラウド屋", "総務省", "Internal Affairs", "補修 道路", "ハンカク", "abc", "ガギ"]
QUERIES += ["i̇stanbul", "SFI", "σας", "ΣΑΣ", "2024-環境省", "{{7*7}}", "<script>", "&amp;"]
QUERIES += ["無いもの", "　 ", "観測する。予測", "概要"]


@browser.installed
@pytest.mark.parametrize("query", QUERIES)
def test_finds_in_the_browser_what_python_finds(search, known, query):
    search.run("search.focus(); search.select()")
    if query:
        search.type(query)
    assert search.run(NAMES) == names(known, query)
    assert search.run("shown.textContent") == f"{len(names(known, query))}"


@browser.installed
def test_a_word_in_the_name_comes_before_payee_indicator_and_purpose(search):
    search.run("search.focus()")
    search.type("クラウド")
    assert search.run(NAMES) == ["自治体クラウドの推進", "医療情報の基盤", "気候変動の観測"]
    hits = "[...document.querySelectorAll('#cards .hit:not([hidden])')].map((one) => "
    hits += "[...one.querySelectorAll(':scope > span:not([hidden])')].map((s) => s.textContent))"
    of_payee, of_indicator = search.run(hits)
    assert (of_payee[1], of_indicator[1]) == (CLOUD, "クラウドに載せた記録")
    assert "支出先" in of_payee[0]
    assert "指標" in of_indicator[0]
    pages = "[...document.querySelectorAll('#pages a')].map((link) => link.getAttribute('href'))"
    assert search.run(pages) == [f"payees/{site_world.NUMBER}.ja.html"]


@browser.installed
def test_an_address_opens_a_card_with_its_links(tab, out):
    address = (out / "search.html").as_uri()
    tab.open(f"{address}#2024-環境省-2&lang=en")
    tab.until("document.querySelectorAll('#cards details[open] dl').length")
    assert tab.run(NAMES) == ["医療情報の基盤"]
    assert tab.run("document.documentElement.lang") == "en"
    hrefs = tab.run(
        "[...document.querySelectorAll('#cards a[href]')].map((a) => a.getAttribute('href'))"
    )
    assert "2024-環境省-2/01_a.en.html" in [unquote(href) for href in hrefs]
    assert "環境省/04_portfolio.en.html" in [unquote(href) for href in hrefs]
    assert f"payees/{site_world.NUMBER}.en.html" in hrefs
    assert not [href for href in hrefs if "attacker" in href]
    text = tab.run("document.querySelector('#cards dl').innerText")
    assert "クラウドを用いて医療の質を上げる。" in text
    assert "¥200 million / ¥20 million (10.0 %)" in text
    assert "Reasons to look" in text
    tab.open(f"{address}#q=%E9%81%93%E8%B7%AF&lang=ja")
    tab.until("document.querySelectorAll('#cards > li').length == 1")
    assert tab.run("search.value") == "道路"
    for nothing in ("#x", "#%", "#q=%FF%00x", "#ministry=none"):
        tab.open(address + nothing)
        tab.until("!document.querySelector('.controls').hidden")
        assert len(tab.run(NAMES)) in (0, len(site_world.PROJECTS))


@browser.installed
def test_what_a_sheet_says_is_text(search):
    search.run("search.focus()")
    search.type("敵対的")
    assert search.run(NAMES) == [words.visible(site_world.PROJECTS[5][0])]
    search.run("document.querySelector('#cards summary').click()")
    search.until("document.querySelectorAll('#cards dl').length")
    text = search.run("document.querySelector('#cards dl').textContent")
    assert text.count("<script>x()</script>") >= 3
    assert search.run("document.querySelectorAll('#cards script, #cards img').length") == 0
    assert search.run("[...document.scripts].length") == 2


@browser.installed
@pytest.mark.parametrize("width", [390, 1100])
def test_pages_fit_their_window(tab, out, width):
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}
    tab.send("Emulation.setDeviceMetricsOverride", **size)
    of_payees = ["payees/index.en.html", f"payees/{site_world.NUMBER}.ja.html"]
    for name in ["index.html", "search.html", *of_payees]:
        tab.open((out / name).as_uri())
        tab.until(f"innerWidth == {width}")
        assert tab.run("document.documentElement.scrollWidth") <= width, name


@browser.installed
def test_without_scripts_the_search_says_what_it_needs(tab, out):
    tab.send("Emulation.setScriptExecutionDisabled", value=True)
    try:
        tab.open((out / "search.html").as_uri())
        said = tab.run("document.querySelector('noscript').innerText")
        assert "JavaScript" in said
        assert tab.run("document.querySelector('.controls').offsetHeight") == 0
    finally:
        tab.send("Emulation.setScriptExecutionDisabled", value=False)


def test_pages_say_where_no_more_than_first_payees_are_known(world, tmp_path):
    payments = site._payments(Corpus(world), 2024).assign(first_only=True)
    listed = payee_pages.names(payments, 2024)
    payee_pages.write(tmp_path, payments, listed, 2024, [site.INDEX], lambda *_: "")
    for name in ("index", site_world.NUMBER):
        page = parsed(tmp_path / f"payees/{name}.en.html")
        assert "no more than the first payee of each block" in _plain(page)


def test_only_so_many_payees_have_a_page(world, monkeypatch):
    payments = site._payments(Corpus(world), 2024)
    assert len(payee_pages.names(payments, 2024)) == 3
    monkeypatch.setattr(payee_pages, "MOST", 1)
    assert payee_pages.names(payments, 2024)["payee_id"].to_list() == [site_world.NUMBER]
