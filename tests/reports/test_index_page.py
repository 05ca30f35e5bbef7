"""The index in a browser: sorted, filtered, used by keyboard; what a sheet says does nothing."""

import json
from urllib.parse import quote

import pytest

import browser
from devtools import browsing
from helpers.batch import index
from helpers.words import MINISTRIES as MINISTRY_NAMES
from index_folders import HOSTILE, IDENTITY, QUESTIONS, all_three, save_manifest

pytestmark = browser.installed

MINISTRIES = ["総務省", "厚生労働省", "国土交通省"]
ENGLISH = [MINISTRY_NAMES[name] for name in MINISTRIES]
MANY = 120
"""More than are laid out at once."""

NAMES = "[...document.querySelectorAll('tbody tr')]"
NAMES += ".map((row) => row.cells[0].firstChild.textContent)"
FOCUS = "document.activeElement"


def name(number):
    return f"事業{number:03}" + ("　ＣＬＯＵＤの調査" if number % 10 == 0 else "")


def rate(number):
    """Unknown for one in six, and for no two others the same."""
    return None if number % 6 == 5 else number * 7 % MANY / MANY


def sheet(number):
    return {
        "name": name(number),
        "ministry": MINISTRIES[number % 3],
        "project_number": f"{number:04}",
        "sheet_year": 2018 + number % 2,
        "execution_rate": rate(number),
        "unspent": -number if number % 2 else number,
    }


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    out = tmp_path_factory.mktemp("reports")
    for number in range(MANY):
        save_manifest(out / f"{number:03} 事業#", all_three(**sheet(number)))
    index.write(out)
    return out


@pytest.fixture(scope="module")
def tab(tmp_path_factory):
    with browsing(tmp_path_factory.mktemp("profile")) as tab:
        tab.send(
            "Emulation.setDeviceMetricsOverride",
            **{"width": 1280, "height": 900, "deviceScaleFactor": 1, "mobile": False},
        )
        yield tab


@pytest.fixture
def page(tab, out):
    """The index, as a reader opens it: nothing may go wrong while a test uses it."""
    tab.open((out / "index.html").as_uri())
    yield tab
    assert trouble(tab) == []


def trouble(tab):
    """What the browser complains of: errors, and what the policy of the page forbids."""
    methods = ("Log.entryAdded", "Runtime.exceptionThrown", "Runtime.consoleAPICalled")
    return [event for event in tab.events if event["method"] in methods]


def head(column):
    return f"document.querySelector('th[data-column=\"{column}\"]')"


def click(page, column):
    page.run(f"{head(column)}.querySelector('button').click()")


def choose(page, field, value):
    page.run(f"{field}.value = '{value}'; {field}.dispatchEvent(new Event('change'))")


def search(page, text):
    page.run("search.focus(); search.select()")
    page.type(text)


def shown(page):
    """The names in the order of the page, all of which must be seen."""
    names = page.run(NAMES)
    assert page.run("shown.textContent") == f"{len(names):,}"
    assert page.run(
        "[...document.querySelectorAll('tbody')].every((b) => b.hidden != b.rows.length)"
    )
    return names


def sorted_by(key, numbers=range(MANY), reverse=False):
    known = [number for number in numbers if key(number) is not None]
    unknown = [number for number in numbers if key(number) is None]
    return [name(n) for n in [*sorted(known, key=key, reverse=reverse), *unknown]]


def test_opens_in_the_order_of_the_folders(page):
    assert shown(page) == [name(number) for number in range(MANY)]
    assert page.run("document.querySelectorAll('[aria-sort]').length") == 0


@pytest.mark.parametrize("width", [1280, 390])
def test_fits_its_window_and_lays_out_only_what_is_seen(page, width):
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    page.send("Emulation.setDeviceMetricsOverride", **size)
    page.until(f"innerWidth == {width}")
    assert page.run("document.documentElement.scrollWidth") <= width
    seen = "[...document.querySelectorAll('tbody')].map((part) => part.rows[0].cells[0]"
    seen += ".checkVisibility({ contentVisibilityAuto: true }))"
    page.until(f"{seen}.toString() == 'true,false,false'")
    page.send("Emulation.setDeviceMetricsOverride", **{**size, "width": 1280})


def test_sorts_from_the_least_and_from_the_most_with_the_unknown_last(page):
    click(page, 5)
    assert page.run(f"{head(5)}.ariaSort") == "ascending"
    assert shown(page) == sorted_by(rate)
    click(page, 5)
    assert page.run(f"{head(5)}.ariaSort") == "descending"
    assert shown(page) == sorted_by(rate, reverse=True)
    click(page, 7)
    assert shown(page) == sorted_by(lambda n: -n if n % 2 else n, reverse=True)
    assert page.run("[...document.querySelectorAll('[aria-sort]')].length") == 1


def test_sorts_what_is_equal_as_it_was(page):
    click(page, 1)
    assert shown(page) == sorted_by(lambda n: sorted(ENGLISH).index(ENGLISH[n % 3]))
    page.run("document.querySelector('[data-lang=ja]').click()")
    order = page.run(f"[{','.join(map(repr, MINISTRIES))}].sort(new Intl.Collator('ja').compare)")
    assert shown(page) == sorted_by(lambda n: order.index(MINISTRIES[n % 3]))
    click(page, 3)
    assert shown(page) == [name(number) for number in range(MANY)], "all have the same findings"


def test_filters_by_ministry_year_and_words(page):
    assert page.run("[...ministry.options].map((option) => option.text).sort()") == sorted(
        ["All", *(f"{one} (40)" for one in ENGLISH)]
    )
    cell = "document.querySelector('tbody tr').cells[1].textContent"
    assert page.run(cell) == ENGLISH[0]
    assert page.run("[...year.options].map((option) => option.value)") == ["", "2019", "2018"]
    choose(page, "ministry", "厚生労働省")
    assert shown(page) == [name(n) for n in range(MANY) if n % 3 == 1]
    choose(page, "year", "2018")
    assert shown(page) == [name(n) for n in range(MANY) if n % 6 == 4]
    search(page, "調査 cloud")
    assert shown(page) == [name(n) for n in range(MANY) if n % 30 == 10], "of any width and case"
    click(page, 5)
    assert shown(page) == sorted_by(rate, [n for n in range(MANY) if n % 30 == 10])
    search(page, "調査 道路")
    assert shown(page) == []
    page.run("document.getElementById('clear').click()")
    assert page.run("[search.value, ministry.value, year.value]") == ["", "", ""]
    assert shown(page) == sorted_by(rate)


def test_finds_a_project_by_its_number_and_its_ministry(page):
    for text in ("0042 総務", "0042 internal affairs"):
        search(page, text)
        assert shown(page) == [name(42)]


def test_the_address_has_all_that_was_asked_for(page, out):
    search(page, "調査")
    page.until("location.hash.startsWith('#search=')")
    choose(page, "ministry", "総務省")
    choose(page, "year", "2018")
    click(page, 7)
    before, address = shown(page), page.run("location.href")
    assert before == sorted_by(lambda n: n, range(0, MANY, 30), reverse=True)
    page.open((out / "index.html").as_uri())
    assert len(shown(page)) == MANY
    page.open(address)
    assert shown(page) == before
    assert page.run("[search.value, ministry.value, year.value]") == ["調査", "総務省", "2018"]


def test_is_used_by_keyboard_alone(page):
    page.press("Tab")
    assert page.run(f"{FOCUS}.id") == "search"
    page.type("総務")
    page.press("Tab", "Tab")
    assert page.run(f"{FOCUS}.id") == "year"
    page.press("ArrowDown")
    assert shown(page) == [name(n) for n in range(MANY) if n % 6 == 3], "2019, the newest"
    page.press(*["Tab"] * 5)
    assert page.run(f"{FOCUS}.innerText").startswith("Project")
    page.press(*["Tab"] * 4)
    assert page.run(f"{FOCUS}.innerText").startswith("Execution rate")
    assert page.run(f"getComputedStyle({FOCUS}).outlineStyle") != "none"
    page.press("Enter")
    ninth = [n for n in range(MANY) if n % 6 == 3]
    assert shown(page) == sorted_by(rate, ninth)
    page.press(" ")
    assert shown(page) == sorted_by(rate, ninth, reverse=True)
    assert page.run(f"{FOCUS}.parentElement.ariaSort") == "descending"
    page.press("Tab", "Tab", "Tab")
    assert page.run(f"{FOCUS}.textContent") == shown(page)[0]
    page.press("Enter")
    page.until("location.pathname.endsWith('02.en.html')")


def test_is_as_it_was_on_coming_back_from_a_report(page):
    choose(page, "ministry", "総務省")
    click(page, 5)
    click(page, 5)
    before = shown(page)
    assert before == sorted_by(rate, range(0, MANY, 3), reverse=True)
    page.run("setTimeout(() => document.querySelector('tbody a').click())")
    page.until("location.pathname.endsWith('02.en.html')")
    page.run("setTimeout(() => history.back())")
    # The page that comes back may be replaced once more, and is without its parts until then: what
    # it shows is waited for in one piece, and never looked at a second time.
    page.until("location.pathname.endsWith('index.html') && document.readyState == 'complete'")
    again = json.dumps([before, f"{len(before):,}", "総務省"])
    now = f"[{NAMES}, shown.textContent, ministry.value]"
    page.until(f"JSON.stringify({now}) == JSON.stringify({again})")


def test_speaks_one_language_and_leads_to_its_reports(page):
    said = "[document.documentElement.lang, document.querySelector('h1').innerText.trim()]"
    href = "decodeURI(document.querySelector('th a').href).slice(-10)"
    assert page.run(said) == ["en", "Project reviews"], "what the browser asks for"
    assert page.run(href) == "02.en.html"
    page.run("document.querySelector('[data-lang=ja]').click()")
    assert page.run(said) == ["ja", "行政事業レビュー"]
    assert page.run(href) == "02.ja.html"
    assert page.run("[location.hash, ministry.options[0].text]") == ["#lang=ja", "すべて"]
    seen = "[...document.querySelectorAll('tbody tr')[0].querySelectorAll('td a')]"
    seen += ".filter((a) => a.checkVisibility()).map((a) => a.text)"
    assert page.run(seen) == ["日本語"] * 3
    page.run("history.replaceState(null, '', '#'); location.hash = 'lang=en'")
    page.until("document.documentElement.lang == 'en'")


def test_on_a_phone_a_project_is_a_card(page):
    size = {"width": 390, "height": 900, "deviceScaleFactor": 1, "mobile": True}
    page.send("Emulation.setDeviceMetricsOverride", **size)
    page.until("innerWidth == 390")
    card = "document.querySelector('tbody tr')"
    assert page.run(f"[...{card}.cells].every((c) => c.getBoundingClientRect().right <= 390)")
    label = "getComputedStyle({}.cells[{}], '::before').content"
    assert page.run(label.format(card, 5)) == '"Execution rate, 95 % interval"'
    links = f"[...{card}.querySelectorAll('td a[lang=en]')].filter((a) => a.checkVisibility())"
    said = f"{links}.map((a) => getComputedStyle(a, '::before').content)"
    assert page.run(said) == [f'"{title}"' for title in QUESTIONS["en"]]
    assert page.run(f"{links}.every((a) => a.getBoundingClientRect().height >= 24)")
    assert page.run("document.querySelector('thead').checkVisibility()") is False
    choose(page, "sort", "-6")
    assert shown(page) == sorted_by(rate, reverse=True)
    choose(page, "sort", "")
    assert shown(page) == [name(number) for number in range(MANY)]
    page.send("Emulation.setDeviceMetricsOverride", **{**size, "width": 1280, "mobile": False})


def test_an_address_that_means_nothing_does_nothing(page):
    for state in ("#sort=99", "#sort=x", "#sort=5", "#ministry=none", "#%", "#search=%FF%00", "#x"):
        page.run(f"location.hash = '{state}'")
        page.until(f"location.hash == '{state}'")
        assert len(page.run(NAMES)) in (MANY, 0), state
        assert page.run("ministry.value") == "", state
        assert trouble(page) == [], state


def test_tells_a_screen_reader_what_it_is(page):
    click(page, 5)
    nodes = page.send("Accessibility.getFullAXTree")["nodes"]
    told = [(node["role"]["value"], node.get("name", {}).get("value")) for node in nodes]
    roles = [role for role, _ in told]
    assert roles.count("table") == 1
    assert roles.count("row") > 10
    assert {"columnheader", "rowheader", "cell", "search", "status"} <= set(roles)
    assert ("searchbox", "Search") in told
    assert ("combobox", "Ministry") in told
    assert ("image", "2014 100 %, 2015 0 %, 2017 170 %, 2018 70 %") in told
    buttons = [label for role, label in told if role == "button"]
    assert [label for label in buttons if label.startswith("Execution")] == [
        "Execution rate 95 % interval"
    ]


@pytest.fixture
def scriptless(tab):
    tab.send("Emulation.setScriptExecutionDisabled", value=True)
    yield tab
    tab.send("Emulation.setScriptExecutionDisabled", value=False)


def test_without_its_script_all_is_there_but_the_controls(scriptless, out):
    tab = scriptless
    tab.open((out / "index.html").as_uri() + "#search=none")
    nodes = tab.send("DOM.getDocument", depth=-1)["root"]
    for selector, many in (("tbody tr", MANY), ("button", 3), ("[aria-sort]", 0)):
        query = {"nodeId": nodes["nodeId"], "selector": selector}
        assert len(tab.send("DOM.querySelectorAll", **query)["nodeIds"]) == many, selector
    assert tab.run("document.querySelector('.controls').offsetHeight") == 0
    assert tab.run("document.querySelector('table').offsetHeight") > 1000


def test_what_a_sheet_says_neither_runs_nor_asks_for_anything(tab, tmp_path):
    long = ["長" * 300, "a" * 300]
    texts = [HOSTILE, "javascript:x()", "\"' onerror=x() ", "</style><style>*{display:none}", *long]
    for number, text in enumerate(texts):
        facts = dict.fromkeys([*IDENTITY, "title", "lead_model"], text)
        save_manifest(tmp_path / f"{number}{quote(text[:20], '')}", all_three(**facts))
    address = index.write(tmp_path).as_uri()
    tab.open(address)
    names = [text.replace("\udc80\u202e", "��") for text in texts]
    assert tab.run(NAMES) == names
    for column in (0, 1, 2, 5):
        click(tab, column)
    for number, _ in enumerate(texts, 1):
        tab.run(f"ministry.selectedIndex = {number}; ministry.dispatchEvent(new Event('change'))")
        assert tab.run(NAMES) == [tab.run("ministry.value")]
    tab.run("document.getElementById('clear').click()")
    assert sorted(tab.run(NAMES)) == sorted(names)
    assert tab.run("document.scripts.length") == 1
    assert tab.run("document.documentElement.scrollWidth") <= 1280
    assert trouble(tab) == []
    asked = [event for event in tab.events if event["method"] == "Network.requestWillBeSent"]
    assert {event["params"]["documentURL"].partition("#")[0] for event in asked} == {address}
    assert {event["params"]["request"]["url"] for event in asked} == {address}
