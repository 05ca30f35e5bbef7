import json
import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import show, words
from helpers.show import HEADLINE, Answer, Fold, Outline, Points, Table, Text, marked
from speaking import told

HOSTILE = '<script>alert("x")</script>'


def test_text_is_escaped_in_html_and_plain_in_repr():
    text = Text(HOSTILE, "二つ目")
    assert "<script" not in text._repr_html_()
    assert "&lt;script&gt;" in text._repr_html_()
    assert repr(text) == f"{HOSTILE}\n二つ目"


def test_answer_leaves_its_headline_as_json():
    numbers = {"rate": np.float64(0.70397111913), "years": np.int64(7), "p": np.nan, "unit": None}
    listed = {"rates": [np.float64(1 / 3), None, np.nan, 1], "none": []}
    bundle = Answer("答え", headline={**numbers, **listed})._repr_mimebundle_()
    assert bundle[HEADLINE] == {
        **{"rate": 0.703971, "years": 7, "p": None, "unit": None},
        **{"rates": [0.333333, None, None, 1], "none": []},
    }
    assert json.loads(json.dumps(bundle[HEADLINE])) == bundle[HEADLINE]
    assert bundle["text/plain"] == "答え"


def test_an_outline_is_nested_lists_and_indented_lines():
    lines = [(0, "A", "甲"), (1, "B", HOSTILE), (2, "C", ""), (1, "D", "丁"), (0, "E", "戊")]
    outline = Outline(lines, "終わり")
    assert repr(outline).splitlines() == [
        *("- A: 甲", f"  - B: {HOSTILE}", "    - C: ", "  - D: 丁", "- E: 戊", "終わり"),
    ]
    html = outline._repr_html_()
    assert "<script" not in html
    body = re.sub(r"<b>(.)</b>[^<]*", r"\1", html.partition('mathjax_ignore">')[2])
    nested = "<ul><li>A<ul><li>B<ul><li>C</li></ul></li><li>D</li></ul></li><li>E</li></ul>"
    assert body == f"{nested}<p>終わり</p></div>"


def test_points_are_listed_and_escaped():
    points = Points("a < b", "5 %")
    assert repr(points) == "- a < b\n- 5 %"
    listed = "<li>a &lt; b</li><li>5\xa0%</li>"
    assert points._repr_html_() == f'<ul class="mathjax_ignore">{listed}</ul>'


def test_table_translates_headings_aligns_numbers_and_escapes():
    frame = pd.DataFrame({"payee": [HOSTILE], "amount": [1234.0], "work": [np.nan]})
    table = told("ja", Table, frame, caption="百万円 <b>")
    html = table._repr_html_()
    assert table.headings == ["支出先", "支出額", "業務概要"]
    assert "<script" not in html
    assert "<b>" not in html
    assert '<td class="n">1,234</td>' in html
    assert "–" in repr(table)


CELL = st.text(st.sampled_from("ab 日，\t\r\\'é0\u0301\x00–"), max_size=8)


@given(st.data(), st.integers(1, 4), st.integers(1, 4))
def test_a_table_in_plain_text_is_what_pandas_writes(data, columns, rows):
    row = st.lists(CELL, min_size=columns, max_size=columns)
    headings = [text.strip() for text in data.draw(row)]
    cells = data.draw(st.lists(row, min_size=rows, max_size=rows))
    written = pd.DataFrame(cells, columns=headings).to_string(index=False)
    assert show._in_columns(headings, cells) == written


def test_table_of_an_unnamed_column_fails_loudly():
    with pytest.raises(KeyError):
        told("en", Table, pd.DataFrame({"no such column": [1]}))


def test_an_empty_table_keeps_its_headings():
    assert "Executed" in told("en", Table, pd.DataFrame({"executed": []}))._repr_html_()


def test_amounts_in_dollars_are_no_formula_in_jupyterlab():
    # Seen in JupyterLab 4.6.6, which typesets HTML outputs: this class is what it leaves alone.
    cost = "単価 $1,000、団体 $2"
    assert f'<p class="mathjax_ignore">{cost}</p>' in Text(cost)._repr_html_()
    table = told("ja", Table, pd.DataFrame({"work": [cost]}), caption=cost)._repr_html_()
    assert table.startswith('<div class="table"><table class="mathjax_ignore">')


def test_years_and_numbers_of_rows_are_no_amounts():
    frame = pd.DataFrame(
        {"fiscal_year": [2018], "target_year": [2023.0], "rank": [1001], "amount": [2018.0]}
    )
    frame["sheet_year"] = pd.array([None], "Int64")
    table = told("en", Table, frame, headings={"rank": "Rank"})
    assert table.rows == [["2018", "2023", "1001", "2,018", "–"]]


def test_an_answer_shows_its_number_large_its_facts_as_a_list_and_the_rest_folded():
    number, facts = ("30 %", "<b>"), ["", "一つ目", "二つ目"]
    answer = told("ja", Answer, "答え", number, facts, ["", "方法"], ["unspent"], headline={})
    heading, meaning = told("ja", words.term, "unspent"), told("ja", words.meaning, "unspent")
    assert repr(answer).splitlines() == [
        *("答え", "<b>: 30 %", "- 一つ目", "- 二つ目", "方法", f"{heading}: {meaning}"),
    ]
    html = told("ja", answer._repr_html_)
    shown, opens, folded = html.partition("<details><summary>計算の方法と注意</summary>")
    assert opens
    assert re.findall(r"<li>(.*?)</li>", shown) == ["一つ目", "二つ目"]
    assert re.search(r'<p class="number"><b[^>]*>30\xa0%</b> &lt;b&gt;</p>', shown)
    assert "方法" in folded
    assert f"<dt>{heading}</dt><dd>" in folded
    assert "方法" not in shown


def test_an_answer_of_one_sentence_has_no_fold_and_no_number():
    html = Answer("答え", headline={})._repr_html_()
    assert html == '<div class="answer"><p class="sentence mathjax_ignore">答え</p></div>'


def test_a_fold_opens_to_its_parts():
    fold = Fold("数字 <b>", Text("甲"), Table(pd.DataFrame({"work": ["乙"]})))
    assert repr(fold).startswith("数字 <b>\n甲\n")
    html = fold._repr_html_()
    assert html.startswith('<details><summary>数字 &lt;b&gt;</summary><div class="reading">')
    assert html.endswith("</table></div></details>")


@pytest.mark.parametrize(
    ("lang", "text", "html"),
    [
        ("en", "-5 % of 3 million yen", "−5\xa0% of 3\xa0million yen"),
        ("en", "¥1.2 billion, 2 percentage points", "¥1.2\xa0billion, 2\xa0percentage points"),
        ("en", "FY2012-2018 and A-1 stay", "FY2012-2018 and A-1 stay"),
        ("en", "of 甲事業2期 (B)<b>", 'of <span lang="ja">甲事業2期</span> (B)&lt;b&gt;'),
        ("ja", "甲事業-5 %", "甲事業-5\xa0%"),
        ("ja", "差は、-1億円", '差は、−<span class="quantity">1億円</span>'),
        (
            "ja",
            "2,765億4,321万円と7年間",
            '<span class="quantity">2,765億4,321万円</span>と<span class="quantity">7年間</span>',
        ),
    ],
)
def test_no_line_breaks_before_a_unit_and_japanese_says_so(lang, text, html):
    assert told(lang, marked, text) == html


def test_entries_of_lists_speak_the_language_of_the_table():
    frame = pd.DataFrame({"ministry": ["環境省"], "methods": ["補助、その他"], "payee": ["その他"]})
    assert told("en", Table, frame).rows == [
        ["Ministry of the Environment", "Subsidy, other", "その他"]
    ]
    assert told("ja", Table, frame).rows == [["環境省", "補助、その他", "その他"]]


def test_numbers_of_sheets_keep_their_hyphens_and_lists_of_years_may_break():
    text = told("ja", marked, "-5 %、2018-04-01、0042-1、-0042、2018,2019年度")
    assert "−5\xa0%、2018-04-01、0042-1、-0042、2018," in text
    assert '<span class="quantity">2019年度</span>' in text
