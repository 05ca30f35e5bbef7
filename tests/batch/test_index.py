import csv
import io
import json
import math
import os
import re
from base64 import b64encode
from hashlib import sha256
from urllib.parse import unquote

import nbformat
import pytest
from bs4 import BeautifulSoup

from helpers.batch import index, index_page
from helpers.batch.index_page import Cell
from helpers.show import HEADLINE
from index_folders import (
    ADOPTION,
    HOSTILE,
    IDENTITY,
    QUALITY,
    QUESTIONS,
    SPENDING,
    all_three,
    save_manifest,
)


def save_notebook(folder, name, headline, page=True):
    folder.mkdir(exist_ok=True)
    outputs = [nbformat.v4.new_output("execute_result", {"text/plain": "", HEADLINE: headline})]
    cells = [nbformat.v4.new_code_cell("", outputs=outputs if headline else [])]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / f"{name}.ipynb")
    if page:
        (folder / f"{name}.html").write_text("page", encoding="utf-8")


def parsed(path):
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def links(page):
    """All but those of the names, each of which leads to one of them."""
    return [a["href"] for a in page.select("td a, ul a")]


def text(tag):
    return " ".join(tag.get_text(" ").split())


@pytest.fixture
def out(tmp_path):
    """A folder of a run, one of an earlier version's notebooks, and what is no report."""
    save_manifest(tmp_path / "2019-総務省-0042", all_three())
    old = tmp_path / "a & b #1"
    save_notebook(old, "own.work.en", {"name": ""})
    save_notebook(old, "02.ja", {**IDENTITY, **SPENDING, "title": "執行?"}, page=False)
    save_notebook(old, "04.en", "no headline of ours")
    for broken in ("03.ja", "02.ja.failed"):
        (old / f"{broken}.ipynb").write_text("broken", encoding="utf-8")
        (old / f"{broken}.html").touch()
    save_notebook(tmp_path / ".hidden", "01.ja", QUALITY)
    (tmp_path / "empty").mkdir()
    (tmp_path / "render.log").touch()
    assert index.write(tmp_path) == tmp_path / "index.html"
    return tmp_path


@pytest.fixture
def page(out):
    return parsed(out / "index.html")


def test_lists_every_report_that_has_a_page(out, page):
    assert [unquote(href) for href in links(page)] == [
        *(
            f"2019-総務省-0042/{stem}.{lang}.html"
            for stem in ("01", "02", "03")
            for lang in QUESTIONS
        ),
        "a & b #1/own.work.en.html",
    ]
    assert all((out / unquote(href)).is_file() for href in links(page))


def test_a_link_leads_to_its_file_whatever_the_folder_is_called(tmp_path):
    """Japanese stays as it is; what means something in an address does not."""
    names = [
        "省 100%?#&;=1",
        "javascript:x()",
        "\"'<>`{}|\\^",
        "a\u202eb\tc\n",
        "・「橋」～",
        "%41",
    ]
    for name in names:
        save_manifest(tmp_path / name, {"01.ja": IDENTITY | QUALITY})
    (tmp_path / os.fsdecode(b"\xff")).mkdir()
    save_notebook(tmp_path / os.fsdecode(b"\xff"), "01.ja", QUALITY)
    found = links(parsed(index.write(tmp_path)))
    assert len(found) == len(names) + 1
    for href in found:
        assert not re.search(r"""[\s?#:;&"'<>`\\]""", href)
        assert (tmp_path / unquote(href, errors="surrogateescape")).is_file()
    assert any(href.startswith("・「橋」～/") for href in found)


def test_gives_the_headline_numbers(page):
    cells = page.tbody.tr.find_all(["th", "td"])
    assert [text(cell) for cell in cells] == [
        "調査 <script>alert(1)</script> 0042",
        "総務省",
        "2019",
        *("1 / 2 / 13", "日本語 English"),
        "70.4 % 53–83 %",
        "2014 100 %, 2015 0 %, 2017 170 %, 2018 70 % 2014–2018",
        *("8,200万円 / 2億7,700万円 ¥82 million / ¥277 million", "日本語 English"),
        *("20 % (1 %–> 99 %) 1,067 → 1,600 (2023)", "日本語 English"),
        "",
    ]
    assert [cell["data-v"] for cell in cells if cell.has_attr("data-v")] == [
        *("100020013", "0.70397", "82.0", "0.2")
    ]
    assert cells[6].svg["role"] == "img"


def test_a_sheet_without_a_report_has_an_unknown_there(page):
    row = page.find_all("tr")[-1]
    assert [text(cell) for cell in row.find_all(["th", "td"])] == [
        *("a & b #1", "", "", "–", "", "–", "–", "–", "", "–", "", "English")
    ]


def test_heads_the_columns_with_the_questions(page):
    assert [text(th) for th in page.select("thead .group[scope=colgroup]")] == [
        *("信頼? Trust?", "執行? Spent?", "達成? Met?", "own.work")
    ]
    spans = [int(th["colspan"]) for th in page.select("thead .group[scope=colgroup]")]
    assert spans == [2, 4, 2, 1]
    rows = page.select("tbody tr")
    assert {len(row.find_all(["th", "td"])) for row in rows} == {3 + sum(spans)}
    sortable = {int(th["data-column"]): text(th) for th in page.select("[data-column]")}
    assert {place: name.split()[0] for place, name in sortable.items()} == {
        **{0: "事業名", 1: "府省庁", 2: "公表年度"},
        **{3: "所見", 5: "執行率", 7: "不用額", 9: "達成確率"},
    }


def test_without_its_script_it_is_a_table_to_read(page):
    assert page.select_one(".controls").has_attr("hidden")
    assert not page.select("thead button")
    assert not page.select("tr[hidden], tbody[hidden]")


def test_allows_its_own_script_and_nothing_else(page):
    (script,) = page.find_all("script")
    assert not script.attrs
    (policy,) = page.find_all("meta", attrs={"http-equiv": "Content-Security-Policy"})
    digest = b64encode(sha256(script.string.encode()).digest()).decode()
    assert policy["content"].split("; ") == [
        *("default-src 'none'", "img-src data:", "style-src 'unsafe-inline'", "base-uri 'none'"),
        *("form-action 'none'", f"script-src 'sha256-{digest}'"),
    ]
    assert not [name for tag in page.find_all(True) for name in tag.attrs if name.startswith("on")]


def test_text_of_a_sheet_stays_text(tmp_path):
    hostile = dict.fromkeys(("name", "ministry", "project_number", "sheet_year", "title"), HOSTILE)
    save_manifest(tmp_path / "a", all_three(**hostile))
    page = parsed(index.write(tmp_path))
    assert len(page.find_all("script")) == 1
    assert not page.find_all("img")
    shown = HOSTILE.replace("\udc80\u202e", "��")
    row = page.tbody.tr
    assert row.th.a.string == shown
    assert [td.string for td in row.find_all("td")[:2]] == [shown, shown]
    assert text(page.select_one("thead .group")) == shown


def test_names_what_it_cannot_read(page):
    assert [p.bdi.string for p in page.select("p.warning")] == [
        *("a & b #1/03.ja.ipynb", "a & b #1/04.en.ipynb")
    ]


@pytest.mark.parametrize("damage", ["{", "[]", '{"reports": {"01.ja": {}}}', "\ud800", ""])
def test_a_damaged_manifest_leaves_the_notebooks(tmp_path, damage):
    save_notebook(tmp_path / "a", "01.ja", {**IDENTITY, **QUALITY})
    (tmp_path / "a" / "manifest.json").write_bytes(damage.encode(errors="surrogatepass"))
    page = parsed(index.write(tmp_path))
    assert links(page) == ["a/01.ja.html"]
    assert "1 / 2 / 13" in page.tbody.get_text()
    assert text(page.select_one("p.warning")).endswith("a/manifest.json")


def test_a_report_whose_page_is_gone_is_not_listed(tmp_path):
    save_manifest(tmp_path / "a", all_three())
    (tmp_path / "a" / "02.en.html").unlink()
    assert "a/02.en.html" not in links(parsed(index.write(tmp_path)))


def test_a_name_leads_to_the_report_on_the_money_else_to_the_first(tmp_path):
    save_manifest(tmp_path / "a", all_three())
    save_manifest(tmp_path / "b", {"01.en": {**IDENTITY, **QUALITY}, "03.en": IDENTITY})
    page = parsed(index.write(tmp_path))
    assert [a["href"] for a in page.select("th a")] == ["a/02.ja.html", "b/01.en.html"]


def test_a_report_without_a_language_has_a_link_too(tmp_path):
    save_manifest(tmp_path / "a", {"01.ja": {**IDENTITY, **QUALITY}, "own": {"title": "私 Mine"}})
    page = parsed(index.write(tmp_path))
    assert links(page) == ["a/01.ja.html", "a/own.html"]
    assert text(page.select("thead .group[scope=colgroup]")[1]) == "私 Mine"


def test_reports_that_speak_of_no_sheet_stand_above_the_table(tmp_path):
    whole = {"04_portfolio.ja": {"title": "全体は?"}, "04_portfolio.en": {"title": HOSTILE}}
    save_manifest(tmp_path / "04_portfolio", whole)
    alone = parsed(index.write(tmp_path))
    save_manifest(tmp_path / "a", all_three())
    page = parsed(index.write(tmp_path))
    assert links(alone) == links(page)[:2]
    assert links(page)[:2] == [f"04_portfolio/04_portfolio.{lang}.html" for lang in ("ja", "en")]
    shown = HOSTILE.replace("\udc80\u202e", "��")
    assert [a.string for a in page.select("ul a")] == ["全体は?", shown]
    assert alone.table is None
    assert "まだありません" not in alone.get_text()
    assert len(page.select("tbody tr")) == 1
    assert "04_portfolio" not in page.table.get_text()


def test_the_same_for_machines(out):
    known = json.loads((out / "index.json").read_text(encoding="utf-8"))
    first, second = known["sheets"]
    assert {key: first[key] for key in IDENTITY} == IDENTITY
    assert [(r["notebook"], r["lang"]) for r in first["reports"]] == [
        (stem, lang) for stem in ("01", "02", "03") for lang in ("ja", "en")
    ]
    spending = first["reports"][2]
    assert spending["headline"] == SPENDING
    assert (spending["title"], spending["pdf"]) == ("執行?", None)
    assert (out / spending["page"]).is_file()
    assert (out / spending["executed"]).is_file()
    assert (second["folder"], second["name"]) == ("a & b #1", "")
    assert known["unreadable"] == ["a & b #1/03.ja.ipynb", "a & b #1/04.en.ipynb"]


def test_a_title_is_a_label_on_a_phone_whatever_it_says(tmp_path):
    save_manifest(tmp_path / "a", {"01.ja": IDENTITY | QUALITY | {"title": 'a"}</style>\\\n* {x'}})
    page = parsed(index.write(tmp_path))
    assert len(page.find_all("style")) == 2
    assert (
        re.search(r"a::before { content: (.*); }", page.find_all("style")[1].string)[1]
        == r'"a\22 \7d \3c \2f style\3e \5c \a \2a  \7b x"'
    )


def test_a_printed_report_is_told_to_machines(tmp_path):
    save_manifest(tmp_path / "a", {"01.ja": IDENTITY | QUALITY}, pdf="p")
    index.write(tmp_path)
    (sheet,) = json.loads((tmp_path / "index.json").read_text())["sheets"]
    assert sheet["reports"][0]["pdf"] == "a/01.ja.pdf"


def test_numbers_that_json_does_not_have_are_null(tmp_path):
    save_manifest(tmp_path / "a", {"01.ja": {"a": float("nan"), "b": [float("-inf"), 1]}})
    index.write(tmp_path)
    told = (tmp_path / "index.json").read_text()
    (sheet,) = json.loads(told, parse_constant=pytest.fail)["sheets"]
    assert sheet["reports"][0]["headline"] == {"a": None, "b": [None, 1]}


def test_the_same_for_a_spreadsheet(tmp_path):
    save_manifest(tmp_path / "=b", all_three(name="=cmd|' /C calc'!A0", ministry="+省\r\n\udc80"))
    save_manifest(tmp_path / "a", {"02.en": {"unspent": -12.5, "first_year": 2012, "name": "橋"}})
    index.write(tmp_path)
    content = (tmp_path / "index.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbffolder,")
    assert content.count(b"\r\n") == 4, "one of them in a cell"
    first, second = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    assert (first["folder"], first["name"]) == ("'=b", "'=cmd|' /C calc'!A0")
    assert first["ministry"] == "'+省\r\n?"
    assert first["project_number"] == "0042"
    assert (first["01.errors"], first["02.last_year"], first["03.last_year"]) == (
        "1",
        "2018",
        "2018",
    )
    assert first["02.rates"] == "[1, 0, null, 1.7, 0.704]"
    assert (first["03.ja"], second["03.ja"]) == ("'=b/03.ja.html", "")
    assert (second["02.unspent"], second["02.first_year"]) == ("-12.5", "2012")


def test_the_same_folder_gives_the_same_bytes(out):
    before = {path.name: path.read_bytes() for path in out.glob("index.*")}
    assert set(before) == {"index.html", "index.json", "index.csv"}
    index.write(out)
    assert {path.name: path.read_bytes() for path in out.glob("index.*")} == before


def test_a_page_is_complete_or_stays(out, monkeypatch):
    before = (out / "index.html").read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.write_bytes", full)
    with pytest.raises(OSError, match="No space"):
        index.write(out)
    assert (out / "index.html").read_bytes() == before
    assert not list(out.glob(".*.partial-*"))


def test_an_empty_folder_gives_a_page_that_says_so(tmp_path):
    assert "There are no reports yet" in index.write(tmp_path).read_text(encoding="utf-8")
    assert json.loads((tmp_path / "index.json").read_text()) == {"sheets": [], "unreadable": []}
    assert (tmp_path / "index.csv").read_text("utf-8-sig").startswith("folder,sheet_id,name")


def test_a_thousand_sheets_take_less_than_two_megabytes(tmp_path):
    """With a name of 40 letters: of the sheets of 2019 nine in ten have a shorter one."""
    name = "再生可能エネルギーの導入拡大に向けた系統安定化のための技術開発及び実証に必要な経費"
    for number in range(100):
        sheet_id = f"2019-個人情報保護委員会-新30-{number:04}"
        facts = {"sheet_id": sheet_id, "name": name, "ministry": "個人情報保護委員会"}
        stems = {
            "01": "01_sheet_quality",
            "02": "02_budget_underspending",
            "03": "03_adoption_curve",
        }
        reports = all_three(**facts, project_number=f"新30-{number:04}")
        save_manifest(
            tmp_path / sheet_id, {f"{stems[k[:2]]}{k[2:]}": v for k, v in reports.items()}
        )
        if number == 0:
            alone = index.write(tmp_path).stat().st_size
    assert (index.write(tmp_path).stat().st_size - alone) / 99 < 1600


# The headline numbers as cells


def cells(facts):
    return index_page.kind_of(facts).cells(facts)


def test_findings_sort_by_errors_then_warnings_then_notes():
    (shown,) = cells(QUALITY)
    assert shown.text == "1 / 2 / 13"
    counts = [(0, 0, 9), (0, 1, 0), (0, 12, 3), (1, 0, 0), (1, 0, 1), (2, 0, 0)]
    values = [
        cells(dict(zip(("errors", "warnings", "notes"), c, strict=True)))[0].value for c in counts
    ]
    assert values == sorted(set(values))


def test_spending_has_its_rate_its_years_and_what_was_left():
    rate, spark, left = cells(SPENDING)
    assert rate == Cell(0.70397, "70.4 %", "53–83 %")
    english = ("¥82 million", "/ ¥277 million")
    assert left == Cell(82.0, "8,200万円", "/ 2億7,700万円", english=english)
    assert cells(SPENDING | {"budget_net": None})[2].english == ("¥82 million", "")
    coarse = cells(SPENDING | {"rate_decimals": 0, "rate_low": None, "rate_high": None})[0]
    assert coarse == Cell(0.70397, "70 %", "")
    assert spark.text == "2014 100 %, 2015 0 %, 2017 170 %, 2018 70 %"
    assert spark.below == "2014–2018"
    assert spark.value is None


def test_the_spark_line_breaks_where_a_year_is_unknown_and_stays_in_its_frame():
    spark = cells(SPENDING)[1]
    assert spark.path == "M2 3.5h0L16 18.5M44 0.5h0L58 7.94"


@pytest.mark.parametrize("rates", [[0.5], [None, 0.5, None], [-3], [None], []])
def test_a_year_alone_is_no_course(rates):
    assert cells({**SPENDING, "rates": rates})[1] == Cell()


def test_a_chance_is_the_leading_models_with_the_range():
    assert cells(ADOPTION) == [Cell(0.2, "20 % (1 %–> 99 %)", "1,067 → 1,600 (2023)")]
    (without_lead,) = cells({**ADOPTION, "p_lead": None})
    assert without_lead.value == pytest.approx(0.5045)
    assert without_lead.text == "1 %–> 99 %"
    (alike,) = cells({**ADOPTION, "p_low": 0.001, "p_high": 0.002})
    assert alike.text == "20 %"


@pytest.mark.parametrize(
    ("known", "below"),
    [
        ({}, ""),
        ({"target": 3.0}, ""),
        ({"last_actual": 1067.0}, "1,067"),
        ({"last_actual": 0.0, "target": 0.0}, "0 → 0"),
        ({"last_actual": 5.0, "target": 20.0, "target_year": 2023}, "5 → 20 (2023)"),
    ],
)
def test_where_no_chance_is_known_the_values_are_shown(known, below):
    assert cells({**dict.fromkeys(ADOPTION), **known}) == [Cell(None, "–", below)]


@pytest.mark.parametrize("facts", [QUALITY, SPENDING, ADOPTION])
@pytest.mark.parametrize(
    "value", [None, "12", True, math.nan, math.inf, -math.inf, 10**400, 1e300, [1], {"a": 1}]
)
def test_what_is_no_number_is_unknown(facts, value):
    shown = cells(dict.fromkeys(facts, value))
    assert [(cell.value, cell.text, cell.below, cell.path) for cell in shown] == [
        (None, "–", "", "")
    ] * len(shown)


def test_nothing_is_zero():
    rate, _, left = cells({**SPENDING, "execution_rate": 0, "unspent": 0})
    assert (rate.value, rate.text) == (0, "0.0 %")
    assert (left.value, left.text, left.english[0]) == (0, "0円", "¥0")
    over = cells({**SPENDING, "unspent": -12.5})[2]
    assert (over.value, over.text) == (-12.5, "−1,250万円")


def test_other_notebooks_have_no_numbers():
    assert index_page.kind_of({"other": 1}) is None
    assert index_page.kind_of({}) is None
