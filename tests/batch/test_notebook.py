import nbformat
import pytest

import tiny_tasks
from helpers import paths
from helpers.batch.notebook import (
    all_notebooks,
    as_bytes,
    checked,
    declared,
    headline,
    notebook_named,
    read,
)
from helpers.parameters import ParameterError

CELL = """\
# A comment.
text: str = "a # b"  # help
count: int = 3
rate: float | None = 0.5
size: "float" = None
wide: Optional[int] = 4
flag: bool = False
years: list[int] = [
    2017,  # an old one
    2018,
]
names: list[str] = ["logit"]
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
        ("size", "1,741", 1741.0),
        ("size", "none", None),
        ("size", None, None),
        ("wide", "none", None),
        ("wide", "5", 5),
        ("flag", "TRUE", True),
        ("flag", "false", False),
        ("years", "2017,2018", [2017, 2018]),
        ("years", "[2017, 2018]", [2017, 2018]),
        ("years", "", []),
        ("names", "logit, probit", ["logit", "probit"]),
        ("names", "['0042']", ["0042"]),
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
        ("size", "inf"),
        ("count", True),
        ("count", "1,74"),
        ("count", "1_000"),
        ("rate", False),
        ("rate", ""),
        ("flag", "maybe"),
        ("years", "2017,soon"),
        ("bare", "1,2"),
        ("text", object()),
    ],
)
def test_a_value_that_does_not_fit_is_refused_by_name(name, given):
    with pytest.raises(ParameterError, match=rf"^{name}: "):
        checked({name: given}, notebook(), "x.ipynb")


KNOWN = """\
first_year: int = None
last_year: int | None = None
budget: float = 5
models: list[str] = None
target: str = "text"
"""


@pytest.mark.parametrize(
    ("name", "given", "value"),
    [
        ("first_year", "平成28年度", 2016),
        ("last_year", "2018年", 2018),
        ("budget", "1,000", 1000.0),
        ("models", "Bass, drift", ["bass", "drift"]),
        ("models", ["bass"], ["bass"]),
        # Declared as another type, it is another parameter.
        ("target", "1,600", "1,600"),
    ],
)
def test_a_parameter_of_the_notebooks_is_read_as_they_read_it(name, given, value):
    assert checked({name: given}, notebook(KNOWN), "x.ipynb") == {name: value}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"first_year": "28"}, "^first_year: found '28'; expected a fiscal year"),
        ({"budget": None}, "^budget: found None; expected .* such as 1,000.5$"),
        ({"models": "gauss"}, "^models: found 'gauss'; expected some of pooled, drift"),
        ({"last_year": "H28", "first_year": "H30"}, "^first_year: found 2018, later than"),
    ],
)
def test_a_parameter_of_the_notebooks_is_refused_as_they_refuse_it(given, message):
    with pytest.raises(ParameterError, match=message):
        checked(given, notebook(KNOWN), "x.ipynb")


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


# Files


@pytest.mark.parametrize("name", ["01", "01_a", "01_a.ipynb", "other/03_c.ipynb"])
def test_a_notebook_is_meant_by_its_number_name_or_path(tmp_path, monkeypatch, name):
    for stem in ("01_a", "02_b", "02_c", "01_a.failed"):
        tiny_tasks.notebook(tmp_path, f"{stem}.ipynb")
    tiny_tasks.notebook(tmp_path / "other", "03_c.ipynb")
    monkeypatch.setattr(paths, "NOTEBOOKS", tmp_path)
    monkeypatch.chdir(tmp_path / "other" if name == "01" else tmp_path)
    assert notebook_named(name).resolve().stem == ("03_c" if "03" in name else "01_a")
    with pytest.raises(ParameterError, match="notebook 02 means several of 02_b, 02_c: name one"):
        notebook_named("02")
    with pytest.raises(ParameterError, match="notebook 9 means none of 01_a, 02_b, 02_c: name one"):
        notebook_named("9")


def test_failed_notebooks_are_none_of_the_projects(tmp_path, monkeypatch):
    for name in ("02_b.ipynb", "01_a.ipynb", "01_a.failed.ipynb"):
        (tmp_path / name).touch()
    monkeypatch.setattr(paths, "NOTEBOOKS", tmp_path)
    assert [path.name for path in all_notebooks()] == ["01_a.ipynb", "02_b.ipynb"]
    monkeypatch.setattr(paths, "NOTEBOOKS", tmp_path / "empty")
    with pytest.raises(FileNotFoundError, match="no notebooks in"):
        all_notebooks()


@pytest.mark.parametrize("text", ["", "no json", "[]", "{}", '"x"', '{"nbformat": 4}'])
def test_a_file_that_is_no_notebook_is_refused(tmp_path, text):
    path = tmp_path / "x.ipynb"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ParameterError, match=r"x\.ipynb is no notebook"):
        read(path)


def test_a_notebook_without_an_answer_has_no_headline():
    assert headline(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1")])) == {}


def test_a_notebook_is_written_as_nbformat_writes_it():
    cells = [
        nbformat.v4.new_markdown_cell("一\n\n  二 \u2028三"),
        nbformat.v4.new_code_cell(
            "", outputs=[nbformat.v4.new_output("stream", text="a\n    b\n")]
        ),
    ]
    made = nbformat.v4.new_notebook(cells=cells, metadata={"b": {}, "a": [[1.5, None], []]})
    for notebook in [made, *map(read, all_notebooks())]:
        before = nbformat.from_dict(notebook)
        assert as_bytes(notebook) == f"{nbformat.v4.writes(before)}\n".encode()
        assert notebook == before
