import pytest

from corpus_sheets import lines, made, sheet, sheet_id
from helpers import paths
from helpers.batch import reports_file
from helpers.batch.reports_file import from_file
from helpers.parameters import ParameterError
from tiny_tasks import notebook, page

DECLARES = """\
sheet: str = ""
lang: str = "ja"
as_of: int = None
number: str = "1"
population: float = None
years: list[int] = None
names: list[str] = None
flag: bool = False
first_year: int = None
last_year: int = None
"""


@pytest.fixture(autouse=True)
def _folder(tmp_path, monkeypatch):
    """Notebooks 02 and 03 take a sheet, 04 takes none; the page is 2019-総務省-0042."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(paths, "NOTEBOOKS", tmp_path / "notebooks")
    for name in ("02_b.ipynb", "03_c.ipynb"):
        notebook(tmp_path / "notebooks", name, declares=DECLARES)
    notebook(tmp_path / "notebooks", "04_all.ipynb", declares='corpus: str = "c"')
    page(tmp_path, name="2019-a.txt")


@pytest.fixture
def listed(tmp_path):
    """listed(text): the tasks of a reports.yml, as (sheet, folder, [(stem, lang, parameters)])."""

    def listed(text):
        (tmp_path / "reports.yml").write_text(text, "utf-8")
        listed.plan = from_file("reports.yml")
        return [
            (
                task.sheet,
                task.folder,
                [(r.notebook.stem, r.lang, r.parameters) for r in task.reports],
            )
            for task in listed.plan.tasks()
        ]

    return listed


def test_a_row_is_a_notebook_for_a_sheet(listed):
    tasks = listed("- {notebook: 02, sheet: 2019-a.txt}\n- {notebook: 03_c, sheet: 2019-a.txt}")
    reports = [(stem, lang, {}) for stem in ("02_b", "03_c") for lang in ("ja", "en")]
    assert tasks == [("2019-a.txt", "2019-総務省-0042", reports)]
    assert (listed.plan.total, listed.plan.reports, listed.plan.refused) == (1, 4, [])
    (task,) = listed.plan.tasks()
    assert task.rows["sheet"][0]["project_number"] == "0042"


def test_every_key_of_a_row(listed, tmp_path):
    made(tmp_path, sheet(2018), sheet(2019))
    text = f"""
- notebook: notebooks/02_b.ipynb
  sheet: corpus#P{sheet_id(2018)}
  lang: en
  name: 橋
  parameters:
    as_of: 2018
    number: 0042
    population: null
- notebook: 04
  lang: ~
  name:
  parameters:
    corpus: 012
"""
    assert listed(text) == [
        (
            f"corpus#P{sheet_id(2018)}",
            "橋",
            [("02_b", "en", {"as_of": 2018, "number": "0042", "population": None})],
        ),
        ("", "04_all", [("04_all", "", {"corpus": "012"})]),
    ]
    assert [task.as_of for task in listed.plan.tasks()] == [2018, None]


@pytest.mark.parametrize(
    ("written", "name", "value"),
    [
        ("0042", "number", "0042"),
        ("012", "number", "012"),
        ("0o17", "number", "0o17"),
        ("1_000", "number", "1_000"),
        ("1e3", "number", "1e3"),
        ("yes", "number", "yes"),
        ("2019-04-01", "number", "2019-04-01"),
        ("12:30:00", "number", "12:30:00"),
        ("'null'", "number", "null"),
        ("''", "number", ""),
        (".inf", "number", ".inf"),
        ("=", "number", "="),
        ("1741", "population", 1741.0),
        ("none", "population", None),
        ("~", "population", None),
        ("", "population", None),
        ("true", "flag", True),
        ("[2017, 2018]", "years", [2017, 2018]),
        ("2017, 2018", "years", [2017, 2018]),
        ("[]", "years", []),
        ("[0042, '01']", "names", ["0042", "01"]),
        ("\n    - a\n    - b", "names", ["a", "b"]),
    ],
)
def test_a_value_is_read_by_the_declared_type_and_text_stays_text(listed, written, name, value):
    ((_, _, ((_, _, given),)),) = listed(
        f"- notebook: 02\n  sheet: 2019-a.txt\n  lang: ja\n  parameters:\n   {name}: {written}"
    )
    assert given == {name: value}
    assert type(given[name]) is type(value)


def test_a_sheets_name_may_be_any_of_its_own_and_many_are_read_once(listed, tmp_path):
    lines(tmp_path / "all.ndjson", *(sheet(2019, number) for number in range(4)))
    names = [sheet_id(2019, 3), "0001", sheet_id(2019, 0)]
    tasks = listed("\n".join(f"- {{notebook: 02, sheet: all.ndjson#{name}}}" for name in names))
    assert sorted(folder for _, folder, _ in tasks) == [sheet_id(2019, n) for n in (0, 1, 3)]
    assert all(task.rows for task in listed.plan.tasks())


def test_rows_of_one_sheet_share_a_folder_unless_they_are_named(listed):
    same = "- {notebook: 02, sheet: 2019-a.txt, lang: ja"
    text = f"{same}}}\n{same}, name: high}}\n{same}, name: low, parameters: {{number: 3}}}}"
    tasks = listed(text + "\n- {notebook: 03, sheet: ./2019-a.txt, lang: ja, name: low}")
    assert [(folder, [stem for stem, _, _ in own]) for _, folder, own in tasks] == [
        ("high", ["02_b"]),
        ("low", ["02_b", "03_c"]),
        ("2019-総務省-0042", ["02_b"]),
    ]


def test_a_name_comes_before_a_sheet_that_is_called_so(listed, tmp_path):
    lines(tmp_path / "b.ndjson", sheet(2019, 1))
    tasks = listed(
        "- {notebook: 02, sheet: 2019-a.txt}\n"
        "- {notebook: 02, sheet: b.ndjson, name: 2019-総務省-0042}\n"
        "- {notebook: 02, sheet: b.ndjson, name: ../../x}"
    )
    folders = {(sheet, folder) for sheet, folder, _ in tasks}
    assert ("b.ndjson", "2019-総務省-0042") in folders
    assert all("/" not in folder and ".." not in folder[:2] for _, folder in folders)
    assert len({folder for _, folder in folders}) == 3


OLDER = "expected an older sheet, or a project of a corpus: DIR#project_id"


def test_a_sheet_that_cannot_be_read_is_refused_once_and_the_rest_goes_on(listed, tmp_path):
    made(tmp_path, sheet(2018), sheet(2019))
    tasks = listed(
        "- {notebook: 02, sheet: gone.txt}\n- {notebook: 03, sheet: gone.txt}\n"
        "- {notebook: 02, sheet: 2019-a.txt, lang: ja}\n- {notebook: 02, sheet: corpus#P0}\n"
        f"- {{notebook: 02, sheet: 'corpus#{sheet_id(2019)}', parameters: {{as_of: 2018}}}}\n"
        f"- {{notebook: 02, sheet: 'corpus#P{sheet_id(2018)}', parameters: {{as_of: 2017}}}}\n"
    )
    assert [folder for _, folder, _ in tasks] == ["2019-総務省-0042"]
    assert [reason for _, reason in listed.plan.refused] == [
        listed.plan.refused[0][1],
        "corpus: found no P0; expected the id of one of its sheets or projects",
        f"corpus#{sheet_id(2019)}: found a sheet of 2019, later than as_of 2018; {OLDER}",
        f"corpus#P{sheet_id(2018)}: found a sheet of 2018, later than as_of 2017; {OLDER}",
    ]
    assert "gone.txt: found no readable file" in listed.plan.refused[0][1]


ROW = "- {notebook: 02, sheet: 2019-a.txt"
"""To be closed."""

NESTED = "- &a0 {number: 1}\n" + "".join(
    f"- &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9)}]}}\n" for n in range(1, 12)
)
"""Read out, it has 9 ** 11 keys."""


@pytest.fixture
def refused(listed, tmp_path):
    """refused(text): what is said of a reports.yml that cannot be meant."""
    lines(tmp_path / "many.ndjson", sheet(2019, 1), sheet(2019, 2))

    def refused(text):
        with pytest.raises(ParameterError) as failure:
            listed(text)
        assert str(failure.value).startswith("reports.yml")
        return str(failure.value)

    return refused


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "reports.yml: holds no list; write a list of rows such as: - {notebook"),
        ("notebook: 02", "reports.yml: holds no list"),
        ("[]", "reports.yml: holds no list"),
        ("- 02", "reports.yml, row 1: is no mapping; write a list"),
        ("- {}", "reports.yml, row 1, notebook: is missing; write a notebook's number, name"),
        (f"{ROW}}}\n- {{notebook: 9, sheet: x}}", "row 2, notebook: notebook 9 means none of 02"),
        ("- {notebook: 0, sheet: x}", "row 1, notebook: notebook 0 means several of 02_b, 03_c"),
        (f"- {{notebook: {'a' * 5000}}}", "row 1, notebook: "),
        ("- {notebook: reports.yml}", "row 1, notebook: reports.yml is no notebook"),
        ("- {notebook: 02}", "row 1, sheet: is missing; 02_b.ipynb needs one"),
        ("- {notebook: 02, sheet: ''}", "row 1, sheet: is empty; write a value, or leave"),
        ("- {notebook: 02, sheet: [a]}", "row 1, sheet: is no text; write one value"),
        ("- {notebook: 04, sheet: a}", "row 1, sheet: 04_all.ipynb declares none; leave it out"),
        ("- {notebook: 04, lang: ja}", "row 1, lang: 04_all.ipynb declares none; leave it out"),
        (f"{ROW}, lang: fr}}", "row 1, lang: 'fr' is no language; write ja, en or both"),
        (f"{ROW}, sheets: x}}", "row 1, sheets: is no key; write notebook, sheet, lang, param"),
        (f"{ROW}, ~: x}}", "row 1, None: is no key"),
        (f"{ROW}, sheet: b}}", "cannot be read as YAML (the key 'sheet' stands twice"),
        ("- {notebook: 02", "reports.yml: cannot be read as YAML (while parsing a flow mapping"),
        ("- !!python/object:os.system {}", "cannot be read as YAML"),
        ("- \x07", "cannot be read as YAML"),
        ("[" * 5000, "cannot be read as YAML"),
        ("&a [*a]", "the alias *a stands for another part of the file: write that part out line 1"),
        (
            f"- &a {ROW[2:]}}}\n- {{<<: *a, lang: en}}",
            "reports.yml: cannot be read as YAML (the alias *a stands for another part of the "
            "file: write that part out line 2, column 8",
        ),
        (f"{ROW},\n   <<: {{lang: en}}}}", "the key << stands for another part of the file"),
        (f"{ROW},\n   <<: {{lang: en}}}}", "write that part out line 2, column 4"),
        (NESTED, "the alias *a0 stands for another part of the file: write that part out line 2,"),
        (f"{ROW}}}\n" + "#" * reports_file.MOST_BYTES, "reports.yml: is larger than 5 MB"),
        (f"{ROW}}}\n{ROW}, lang: ja}}", "row 2, name: 02_b.ja of this sheet is row 1's"),
        (f"{ROW}}}\n{ROW.replace('2019', './2019')}}}", "row 2, name: 02_b.ja of this sheet"),
        ("- {notebook: 04}\n- {notebook: 04_all}", "row 2, name: 04_all. of this sheet is row 1"),
        (
            f"{ROW}}}\n{ROW.replace('02', '03')}, parameters: {{as_of: 2019}}}}",
            "row 2, parameters: as_of is not that of row 1, of the same sheet; give one of them a",
        ),
        (f"{ROW}, name: A}}\n- {{notebook: 04, name: a}}", "row 2, name: 'a' is a folder's alread"),
        (f"{ROW}, name: Index.html}}", "row 1, name: 'Index.html' is a folder's already; give an"),
        ("- {notebook: 02, sheet: many.ndjson}", "sheet: many.ndjson stands for 2; name one, such"),
        ("- {notebook: 02, sheet: '*'}", "row 1, sheet: * stands for "),
    ],
)
def test_a_mistake_names_file_row_key_and_what_to_do(refused, text, message):
    assert message in refused(text)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("3", "parameters: is no mapping of names; write"),
        ("{~: 1}", "parameters: is no mapping of names"),
        ("{numbr: 3}", "parameters: 02_b.ipynb has no parameter 'numbr'"),
        ("{lang: en}", "parameters: lang: each report is given its own"),
        ("{sheet: a}", "parameters: sheet: each report is given its own"),
        ("{'a b': 1}", "'a b' cannot be a parameter's name: use letters"),
        (
            "{population: many}",
            "population: found 'many'; expected a number, 0 for no ceiling",
        ),
        (
            "{first_year: R1年, last_year: 2018}",
            "first_year: found 2019, later than last_year",
        ),
        ("{population: [1]}", "takes no list; write one value"),
        ("{population: []}", "takes no list; write one value"),
        ("{number: {a: 1}}", "takes no dict; write one value"),
        ("{number: !!int 3}", "takes no int; write one value"),
        ("{number: ~}", "number: str = '1': cannot be None"),
        ("{years: [2017, soon]}", "'2017,soon' is no list[int]"),
        ("{names: ['a,b']}", "write a list of values without commas"),
        ("{names: [[a]]}", "write a list of values without commas"),
        ("{names: [~]}", "write a list of values without commas"),
        ("{flag: true, flag: 1}", "the key 'flag' stands twice"),
    ],
)
def test_a_wrong_parameter_names_its_row(refused, given, message):
    said = refused(f"{ROW}}}\n{ROW}, name: b, parameters: {given}}}")
    assert message in said
    assert "row 2, parameters: " in said or "cannot be read as YAML" in said


def test_a_file_that_is_missing_or_of_another_encoding_is_a_plain_error(tmp_path):
    with pytest.raises(ParameterError, match=r"gone.yml: cannot be read as YAML \(.*No such file"):
        from_file("gone.yml")
    (tmp_path / "sjis.yml").write_bytes("- {notebook: 02, sheet: 総務省}".encode("cp932"))
    with pytest.raises(ParameterError, match=r"sjis.yml: cannot be read as YAML \('utf-8' codec"):
        from_file("sjis.yml")


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(listed, tmp_path):
    text = f"\ufeff- notebook: '02'\r\n  sheet: {tmp_path / '2019-a.txt'}\r\n"
    ((_, folder, reports),) = listed(text)
    assert (folder, len(reports)) == ("2019-総務省-0042", 2)
