import nbformat
import pytest
from bs4 import BeautifulSoup

from helpers.batch import index
from helpers.show import HEADLINE

IDENTITY = {
    "name": "調査 <script>alert(1)</script>",
    "ministry": "総務省",
    "project_number": "0042",
    "sheet_year": 2019,
}
QUALITY = {"errors": 1, "warnings": 2, "notes": 3, "repaired": 1}
EXECUTION = {
    "executed": 195.0,
    "budget_net": 277.0,
    "execution_rate": 0.70397,
    "rate_low": 0.53,
    "rate_high": 0.83,
    "first_year": 2012,
    "last_year": 2018,
}
ADOPTION = {
    "indicator": "導入数",
    "last_year": 2018,
    "last_actual": 1067.0,
    "target": 1600.0,
    "target_year": 2023,
    "lead_model": "logit",
    "p_lead": 0.2,
    "p_low": 0.01,
    "p_high": 0.999,
}


def save(folder, stem, lang, headline, page=True):
    folder.mkdir(exist_ok=True)
    outputs = [nbformat.v4.new_output("execute_result", {"text/plain": "", HEADLINE: headline})]
    cells = [nbformat.v4.new_code_cell("", outputs=outputs if headline else [])]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / f"{stem}.{lang}.ipynb")
    if page:
        (folder / f"{stem}.{lang}.html").write_text("page", encoding="utf-8")


@pytest.fixture
def written(tmp_path):
    first, second = tmp_path / "2019-総務省-0042", tmp_path / "a & b #1"
    for lang, questions in (
        ("ja", ("信頼?", "執行?", "達成?")),
        ("en", ("Trust?", "Spent?", "Met?")),
    ):
        for stem, numbers, title in zip(
            ("01", "02", "03"), (QUALITY, EXECUTION, ADOPTION), questions, strict=True
        ):
            save(first, stem, lang, {**IDENTITY, **numbers, "title": title})
    save(second, "own.work", "en", {})
    save(second, "02", "ja", {**IDENTITY, **EXECUTION, "title": "執行?"}, page=False)
    (second / "03.ja.ipynb").write_text("broken", encoding="utf-8")
    (second / "02.ja.failed.ipynb").write_text("broken", encoding="utf-8")
    path = index.write(tmp_path)
    assert path == tmp_path / "index.html"
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def test_lists_every_report_that_has_a_page(written):
    folder = "2019-%E7%B7%8F%E5%8B%99%E7%9C%81-0042"
    assert [a["href"] for a in written.find_all("a")] == [
        *(f"{folder}/{stem}.{lang}.html" for stem in ("01", "02", "03") for lang in ("ja", "en")),
        "a%20%26%20b%20%231/own.work.en.html",
    ]


def test_gives_the_headline_numbers_in_both_languages(written):
    row = " ".join(written.tbody.tr.get_text().split())
    for phrase in (
        "誤り1、警告2、注記3(うち修正1)",
        "errors 1, warnings 2, notes 3 (repaired 1)",
        "2012〜2018年度 予算277百万円のうち195百万円を執行、70.4 %(平均の95 %区間 53.0–83.0 %)",
        "FY2012–2018: 195 of 277 million yen executed, 70.4 % "
        "(95 % interval for the mean: 53.0–83.0 %)",
        "2018年度 1,067 → 目標1,600(2023年度)、達成確率はモデルと前提により1 %–> 99 %",
        "1,067 in FY2018 → target 1,600 (FY2023); probability 1 %–> 99 % by model and assumption",
        "総務省 0042 2019",
    ):
        assert phrase in row


def test_heads_the_columns_with_the_questions(written):
    assert [" ".join(th.get_text(" ").split()) for th in written.thead.find_all("th")] == [
        "事業 Project",
        "信頼? Trust?",
        "執行? Spent?",
        "達成? Met?",
        "own.work own.work",
    ]


def test_text_of_a_sheet_stays_text(written):
    assert written.find("script") is None
    assert "調査 <script>alert(1)</script>" in written.tbody.get_text()


def test_names_what_it_cannot_read(written):
    assert [p.get_text().split(": ")[1] for p in written.select("p.warning")] == [
        "a & b #1/03.ja.ipynb"
    ]


def test_what_is_unknown_is_left_out_or_said():
    nothing = dict.fromkeys(ADOPTION)
    assert index.summary(nothing, "en") == "no outcome with an actual value"
    known = {"last_year": 2018, "last_actual": 3.0}
    assert index.summary({**nothing, **known}, "ja") == "2018年度 3"
    assert index.summary({"executed": None}, "en") == "no execution rate can be computed"
    assert index.summary({"other": 1}, "ja") == ""


def test_an_empty_folder_gives_a_page_that_says_so(tmp_path):
    assert "There are no reports yet" in index.write(tmp_path).read_text(encoding="utf-8")
