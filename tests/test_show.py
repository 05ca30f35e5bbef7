import json
import re

import numpy as np
import pandas as pd
import pytest

from helpers.show import HEADLINE, Answer, Outline, Points, Table, Text
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


def test_entries_of_lists_speak_the_language_of_the_table():
    frame = pd.DataFrame({"ministry": ["環境省"], "methods": ["補助、その他"], "payee": ["その他"]})
    assert told("en", Table, frame).rows == [
        ["Ministry of the Environment", "Subsidy, other", "その他"]
    ]
    assert told("ja", Table, frame).rows == [["環境省", "補助、その他", "その他"]]
