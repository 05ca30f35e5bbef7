"""What can be given for the notebooks' parameters, and what is refused, and how that is said."""

import ast
import inspect
import math
import os
from decimal import Decimal
from pathlib import Path

import nbformat
import numpy as np
import pytest

import helpers
from helpers import corpus, parameters, words
from helpers.batch.notebook import all_notebooks, declared
from helpers.forecast.models import MODELS, POOLED
from helpers.parameters import RULES, ParameterError, check

YEARS = ("as_of", "year", "first_year", "last_year", "target_year")
NUMBERS = ("budget", "population", "target")
TEXTS = ("sheet", "corpus", "ministry", "policy_area")
CHOICES = ("lang", "repair", "observed_at", "direction")


def read(name, given):
    """What a parameter becomes."""
    names = {name: given}
    check(names)
    return names[name]


def refused(name, given) -> str:
    """What is said of a value."""
    with pytest.raises(ParameterError) as caught:
        read(name, given)
    said = str(caught.value)
    assert said.startswith(f"{name}: found ")
    assert "; expected " in said
    return said


YEAR = [
    (2018, 2018),
    (1868, 1868),
    (2100, 2100),
    (2018.0, 2018),
    (np.int64(2018), 2018),
    (np.float64(2018), 2018),
    ("2018", 2018),
    (" 2018 ", 2018),
    ("２０１８", 2018),
    ("2018年", 2018),
    ("2018年度", 2018),
    ("２０１８年度", 2018),
    ("2018 年度", 2018),
    ("FY2018", 2018),
    ("fy 2018", 2018),
    ("平成28年度", 2016),
    ("平成28年", 2016),
    ("平成28", 2016),
    ("平成２８年度", 2016),
    ("平成三十年度", 2018),
    ("平成32年度", 2020),
    ("令和元年度", 2019),
    ("令和5年度", 2023),
    ("昭和64年", 1989),
    ("H28", 2016),
    ("h28", 2016),
    ("R5年度", 2023),
    ("Ｒ５", 2023),
    ("㍻30年", 2018),
]


@pytest.mark.parametrize("name", YEARS)
@pytest.mark.parametrize(("given", "value"), YEAR)
def test_a_year_in_every_clear_form(name, given, value):
    found = read(name, given)
    assert found == value
    assert type(found) is int


@pytest.mark.parametrize("name", YEARS)
@pytest.mark.parametrize(
    "given",
    [
        *(28, "28", 5, "5年度", 0, -2018, 1867, 2101, 20180, "20180", "2018.5", 2018.5, "1867年"),
        *("", " ", "soon", "2018-04-01", "2018/19", "2018-2019", "2018年度末", "2,018", "2_018"),
        *("令和", "令和0年度", "令和100年", "昭和65年", "5", "平成28年度と平成30年度", "公平5年"),
        *("平成28年度(2016)", "西暦2018年", True, False, math.nan, math.inf, "nan", [2018], {}),
        *(
            np.bool_(True),
            Decimal(2018),
            10**400,
            "二〇一八",
            "201⁸",
            "令和⑤年",
            np.array([2018, 2019]),
        ),
    ],
)
def test_what_says_no_year_is_refused(name, given):
    assert "expected a fiscal year from 1868 to 2100 with all its digits" in refused(name, given)


NUMBER = [
    (1000, 1000.0),
    (1000.5, 1000.5),
    (np.int64(7), 7.0),
    (np.float32(0.5), 0.5),
    ("1000", 1000.0),
    ("1,000", 1000.0),
    ("1,000.5", 1000.5),
    ("1,234,567", 1234567.0),
    ("１，０００", 1000.0),
    ("１０００．５", 1000.5),
    (" 12 ", 12.0),
    ("+12", 12.0),
    (".5", 0.5),
    ("5.", 5.0),
    ("1e3", 1000.0),
    (1e300, 1e300),
]


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize(("given", "value"), NUMBER)
def test_a_number_in_every_clear_form(name, given, value):
    found = read(name, given)
    assert found == value
    assert type(found) is float


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize(
    "given",
    [
        *("", " ", "much", "1,00", "1,0000", ",100", "1 000", "1.000,5", "1_000", "1,000百万円"),
        *("80%", "3/5", "10³", "1①", "½", "1000～1067", "千", "0x10", "e3", "--5", "-", "．"),
        *("nan", "inf", "-inf", "1e999", math.nan, math.inf, -math.inf, 10**400),
        *(True, False, np.bool_(True), [1000], (1000,), {}, b"1000", 1 + 2j),
    ],
)
def test_what_is_no_number_is_refused(name, given):
    refused(name, given)


@pytest.mark.parametrize(
    ("name", "given", "value"),
    [
        ("budget", 0.001, 0.001),
        ("budget", 0, None),
        ("budget", -5, None),
        ("budget", "-5", None),
        ("budget", "−1,000", None),
        ("population", 0, 0.0),
        ("population", "０", 0.0),
        ("population", -1, None),
        ("population", "-0.5", None),
        ("target", 0, 0.0),
        ("target", "−5.5", -5.5),
        ("target", -1600, -1600.0),
    ],
)
def test_the_signs_of_numbers(name, given, value):
    if value is None:
        refused(name, given)
    else:
        assert read(name, given) == value


@pytest.mark.parametrize(
    ("name", "given", "value"),
    [
        ("lang", "en", "en"),
        ("lang", " EN ", "en"),
        ("lang", "ｊａ", "ja"),
        ("repair", "None", "none"),
        ("repair", "ALL", "all"),
        ("observed_at", "Start", "start"),
        ("direction", "up", "up"),
        ("direction", "Down", "down"),
        ("direction", None, None),
        ("direction", "none", None),
    ],
)
def test_a_choice(name, given, value):
    assert read(name, given) == value


@pytest.mark.parametrize("name", CHOICES)
@pytest.mark.parametrize("given", ["", " ", "other", "both", 1, True, ["en", "up"], b"en"])
def test_what_is_no_choice_is_refused_with_the_list(name, given):
    said = refused(name, given)
    known = {"lang": "ja", "repair": "proved", "observed_at": "end", "direction": "down"}
    assert f'"{known[name]}"' in said
    assert (", or None" in said) == (name == "direction")


@pytest.mark.parametrize("name", ["lang", "repair", "observed_at", "sheet"])
def test_what_has_to_be_there_cannot_be_none(name):
    if name != "repair":
        assert refused(name, None).startswith(f"{name}: found None; ")
    assert "None" not in refused(name, None).partition("; ")[2]


@pytest.mark.parametrize(
    ("given", "value"),
    [
        (["bass"], ["bass"]),
        (("drift", "ols"), ["drift", "ols"]),
        ("logit", ["logit"]),
        ("logit, bass", ["logit", "bass"]),
        ("Logit、ｂａｓｓ", ["logit", "bass"]),
        ("['logit', 'bass']", ["logit", "bass"]),
        ([np.str_("logit")], ["logit"]),
        (None, None),
        ("None", None),
    ],
)
def test_models(given, value):
    assert read("models", given) == value


@pytest.mark.parametrize(
    "given", ["", " , ", "[]", [], (), "gauss", "logit, gauss", ["logit", 3], [None], 3, True, {}]
)
def test_what_is_no_model_is_refused_with_the_list(given):
    said = refused("models", given)
    assert f"expected some of {', '.join([POOLED, *MODELS])}, by commas, or None" in said


@pytest.mark.parametrize(
    ("given", "value"),
    [
        ("加入団体数", "加入団体数"),
        (" 加入団体数 ", "加入団体数"),
        ("2", "2"),
        ("２", "2"),
        (2, 2),
        (2.0, 2),
        (np.int64(2), 2),
        (None, None),
    ],
)
def test_an_indicator_is_a_name_or_a_number(given, value):
    assert read("indicator", given) == value


@pytest.mark.parametrize("given", ["", " ", 0, -1, 2.5, True, math.nan, ["2"]])
def test_what_is_no_indicator_is_refused(given):
    refused("indicator", given)


@pytest.mark.parametrize("name", TEXTS)
def test_a_source_stays_as_it_is(name):
    assert read(name, " a#b ") == " a#b "
    assert read(name, Path("a") / "b") == os.path.join("a", "b")


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("given", ["", " ", "　", 42, 0.5, True, ["a"], b"a"])
def test_what_names_no_source_is_refused(name, given):
    assert any(text in refused(name, given) for text in ("as text", "as sheets"))


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ("", ""),
        (" unspent = 3 ,opinion: 0", "unspent=3.0, opinion=0.0"),
        ("ｕｎｓｐｅｎｔ＝３、target=.5", "unspent=3.0, target=0.5"),
        ({"target": "2", "unspent": 1}, "target=2.0, unspent=1.0"),
        ({}, ""),
    ],
)
def test_weights_are_text_that_names_reasons(given, text):
    assert read("weights", given) == text
    assert read("weights", text) == text


@pytest.mark.parametrize(
    "given",
    [
        *("size=1", "unspent", "unspent=", "unspent=-1", "unspent=x", "unspent=1, unspent=2"),
        *("unspent=inf", "=3", "unspent=1=2", 3, ["unspent=1"], None, {"unspent": None}),
    ],
)
def test_what_is_no_weight_is_refused(given):
    assert "some of unspent, target, persistence" in refused("weights", given)


@pytest.mark.parametrize(("given", "many"), [(20, 20), ("1", 1), ("1,000", 1000), (5.0, 5)])
def test_so_many_are_listed(given, many):
    assert read("top", given) == many


@pytest.mark.parametrize("given", [0, -1, 1.5, "x", "", True, None])
def test_what_is_no_count_is_refused(given):
    assert "a whole number from 1 on" in refused("top", given)


def test_a_number_in_place_of_a_sheet_says_how_papermill_keeps_it_text():
    assert "papermill's -p makes a number of 0042, -r does not" in refused("sheet", 42)


def test_years_in_the_wrong_order_are_refused():
    check({"first_year": "2018", "last_year": "平成30年度"})
    check({"first_year": "2018", "last_year": None})
    with pytest.raises(ParameterError, match=r"^first_year: found 2018, later than .* 2016"):
        check({"first_year": "H30", "last_year": "H28"})


def test_of_several_wrong_ones_the_first_is_named():
    with pytest.raises(ParameterError, match=r"^lang: found 'fr'; "):
        check({"models": 3, "budget": 0, "first_year": np.int64(28), "lang": "fr"})
    with pytest.raises(ParameterError, match=r"^first_year: found 28; "):
        check({"models": 3, "budget": 0, "first_year": np.int64(28)})


def test_what_is_no_parameter_is_left_alone():
    names = {"corpus": corpus, "page": 5, "first_year": "H30", "__name__": "__main__"}
    check(names)
    assert names == {"corpus": corpus, "page": 5, "first_year": 2018, "__name__": "__main__"}
    check(names)
    assert names["first_year"] == 2018


def test_the_rules_are_those_of_the_notebooks():
    found = {}
    for path in all_notebooks():
        found |= declared(nbformat.read(path, as_version=4))
    assert RULES.keys() == found.keys()
    for name, one in found.items():
        assert (RULES[name].type, RULES[name].optional) == (one.kind, one.optional), name
        (default,) = [eval(one.default)]
        assert read(name, default) == default
    assert RULES["lang"].accepted == " or ".join(f'"{lang}"' for lang in words.LANGUAGES)


def test_the_models_are_those_that_can_be_fitted():
    assert set(parameters.MODELS) == {POOLED, *MODELS} == set(words.MODELS)


def test_every_notebook_hands_its_parameters_to_its_object_before_anything_else():
    for path in all_notebooks():
        notebook = nbformat.read(path, as_version=4)
        first, *_ = [cell.source for cell in notebook.cells[2:] if cell.cell_type == "code"]
        import_, speak, made = ast.parse(first).body
        assert isinstance(import_, ast.ImportFrom), path
        assert (import_.module, ast.unparse(speak)) == ("helpers", "language(lang)")
        given = [argument.id for argument in made.value.args]
        assert given == [name for name in declared(notebook) if name != "lang"], path
        kind = getattr(helpers, made.value.func.id)
        assert given == list(inspect.signature(kind).parameters), path


def test_a_notebook_shows_the_error_and_no_traceback():
    with pytest.raises(ParameterError) as caught:
        check({"budget": "nan"})
    first, found, _ = caught.value._render_traceback_()
    assert (first, found) == ("ParameterError: budget", "見つかったもの: 'nan'")
