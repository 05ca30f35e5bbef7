"""Ties fall to one side, whatever noise a processor adds."""

import ast
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import helpers
from helpers import digits, words

PAGES = ("clean", "index", "index_page", "page", "pdf", "report_page")
SHOWN = ("story", "charts", "show.py", "words.py", "checks/reasons.py", "checks/finding.py")
SHOWN += tuple(f"batch/{name}.py" for name in PAGES)


@given(st.integers(-(10**7), 10**7), st.integers(0, 3), st.floats(-1e-9, 1e-9))
def test_a_tie_goes_away_from_zero(whole, decimals, noise):
    tie = (abs(whole) + 0.5) / 10**decimals * (1 + noise)
    up = (abs(whole) + 1) / 10**decimals
    assert digits.rounded(tie, decimals) == up
    assert digits.rounded(-tie, decimals) == -up


@pytest.mark.parametrize(
    ("value", "text"),
    [(1290.5, "1,291"), (12.25, "12.3"), (0.125, "0.13"), (2.5e-3, "0.0025"), (-0.0, "0")],
)
def test_the_number_that_is_printed(value, text):
    for noise in (-1e-9, -1e-12, 0, 1e-12, 1e-9):
        assert words.number(value * (1 + noise)) == text


def test_rounding_keeps_what_is_no_tie():
    values = np.array([1290.49, -1290.49, 0.0, np.nan, np.inf, 123456789012.0])
    expected = [1290, -1290, 0, np.nan, np.inf, 123456789012.0]
    np.testing.assert_array_equal(digits.rounded(values), expected)
    assert digits.rounded(1250, -2) == 1300
    assert digits.significant(0.0012345, 4) == 0.001235
    assert not np.signbit(digits.rounded(-0.2))


@pytest.mark.parametrize(
    ("share", "text"), [(0.005, "1 %"), (0.0049, "< 1 %"), (0.995, "> 99 %"), (0.994, "99 %")]
)
def test_a_probability_at_its_ends(share, text):
    for noise in (-1e-9, 0, 1e-9):
        assert words.probability(share * (1 + noise)) == text


def test_comparisons():
    assert digits.equal(0.7, 0.7 + 1e-10)
    assert not digits.equal(0.7, 0.7001)
    assert not digits.less(0.7 - 1e-10, 0.7)
    assert digits.at_least(0.7 - 1e-10, 0.7)
    assert not digits.at_least(np.nan, 0.7)
    assert not digits.less(np.nan, 0.7)
    assert digits.difference(1000.0, 1000.000001) == 0
    assert digits.difference(1000.0, 999.0) == 1
    assert digits.highest(pd.Series([1.0, 3.0 - 1e-10, 3.0], ["a", "b", "c"])) == "b"
    assert digits.lowest(pd.Series([2.0, 1.0 + 1e-10, 1.0], ["a", "b", "c"])) == "b"


def formatted(tree: ast.AST) -> list[int]:
    """The lines on which a float is rounded or formatted."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.FormattedValue) and node.format_spec:
            parts = [part for part in node.format_spec.values if isinstance(part, ast.Constant)]
            if parts and parts[-1].value.rstrip()[-1:] in tuple("fFeEgG%"):
                found.append(node.lineno)
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in ("round", "around", "idxmax", "idxmin"):
                found.append(node.lineno)
    return sorted(found)


ROUND = {"words.py": 2, "font.py": 2}
"""Lines that may: numbers in words, and the places of signs, which matplotlib rounds so."""


def test_nothing_but_words_rounds_what_is_shown():
    room = Path(helpers.__file__).parent
    for name in SHOWN:
        of = room / name
        for path in sorted(of.rglob("*.py")) if of.is_dir() else [of]:
            lines = formatted(ast.parse(path.read_text("utf-8")))
            assert len(lines) == ROUND.get(path.name, 0), f"{path}: {lines}: use helpers.words"


def test_what_rounds_elsewhere_would_be_found():
    bad = 'f"{x:.2f}"\nround(x)\nf"{x:,}"\nf"{x:.{n}f}"\nframe.round(2)\nf"{x:>4}"'
    assert formatted(ast.parse(bad)) == [1, 2, 4, 5]
