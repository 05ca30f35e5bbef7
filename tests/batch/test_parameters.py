import nbformat
import pytest

from helpers.batch.parameters import ParameterError, checked, declared

CELL = """\
# A comment.
text: str = "a # b"  # help
count: int = 3
rate: float | None = 0.5
population: "float" = None
wide: Optional[int] = 4
flag: bool = False
years: list[int] = [
    2017,  # an old one
    2018,
]
models: list[str] = ["logit"]
bare: list = [1]
guessed = 1741
"""


def notebook(source=CELL):
    return nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source, metadata={"tags": ["parameters"]})]
    )


@pytest.mark.parametrize(
    ("name", "given", "value"),
    [
        ("text", "0042", "0042"),
        ("text", "none", "none"),
        ("text", "", ""),
        ("count", "-12", -12),
        ("count", "１７", 17),
        ("count", 7, 7),
        ("rate", "0.25", 0.25),
        ("rate", "None", None),
        ("population", "1741", 1741.0),
        ("population", "none", None),
        ("population", None, None),
        ("wide", "none", None),
        ("wide", "5", 5),
        ("flag", "TRUE", True),
        ("flag", "false", False),
        ("years", "2017,2018", [2017, 2018]),
        ("years", "[2017, 2018]", [2017, 2018]),
        ("years", "", []),
        ("models", "logit, probit", ["logit", "probit"]),
        ("models", "['0042']", ["0042"]),
        ("guessed", "1718", 1718),
    ],
)
def test_text_is_read_by_the_declared_type(name, given, value):
    found = checked({name: given}, notebook(), "x.ipynb")
    assert found == {name: value}
    assert type(found[name]) is type(value)


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("count", "3.5"),
        ("count", "none"),
        ("count", None),
        ("rate", "much"),
        ("rate", "nan"),
        ("population", "inf"),
        ("flag", "maybe"),
        ("years", "2017,soon"),
        ("bare", "1,2"),
        ("text", object()),
    ],
)
def test_a_value_that_does_not_fit_is_refused_by_name(name, given):
    with pytest.raises(ParameterError, match=rf"^{name}: "):
        checked({name: given}, notebook(), "x.ipynb")


def test_an_unknown_name_lists_what_is_declared():
    with pytest.raises(ParameterError) as failure:
        checked({"tetx": "a"}, notebook(), "x.ipynb")
    assert "x.ipynb has no parameter 'tetx'" in str(failure.value)
    assert "text: str = 'a # b'; count: int = 3; rate: float | None = 0.5" in str(failure.value)


def test_a_notebook_without_parameters_declares_none():
    plain = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("x: int = 1")])
    assert declared(plain) == {}
    with pytest.raises(ParameterError, match="it declares: none"):
        checked({"x": "1"}, plain, "x.ipynb")


@pytest.mark.parametrize("source", ["%matplotlib inline", "path = open('x')"])
def test_a_cell_that_is_no_list_of_parameters_is_refused(source):
    with pytest.raises(ParameterError, match="name: type = value"):
        declared(notebook(source))
