import pickle
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given as every
from hypothesis import strategies as st

import tiny_tasks
from corpus_sheets import MINISTRY, lines, made, sheet, sheet_id
from helpers import corpus, files, paths
from helpers.batch import plan as room
from helpers.batch.notebook import all_notebooks
from helpers.batch.plan import Plan, Report, Task, plan
from helpers.batch.reports_file import from_file
from helpers.batch.sheets import RUN_FILES
from helpers.parameters import ParameterError
from helpers.sheet import SheetError
from tiny_tasks import page

DEFAULT = paths.DEFAULT_SHEET.relative_to(paths.ROOT).as_posix()


USUAL = 'sheet: str = ""\nlang: str = "ja"\nas_of: int = None\nnumber: str = "1"'


def notebook(folder, name="01_a.ipynb", declares=USUAL):
    return tiny_tasks.notebook(folder, name, declares=declares)


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def one(tmp_path):
    return notebook(tmp_path / "notebooks")


def brief(made):
    return [(task.sheet, task.folder) for task in made.tasks()]


def test_a_task_is_a_sheet_with_each_notebook_in_each_language(tmp_path, one):
    other = notebook(tmp_path / "notebooks", "02_b.ipynb", 'sheet: str = ""\npopulation: float = 1')
    page(tmp_path)
    given = {"population": "1741", "number": "0042"}
    planned = plan(["2019-0042.txt"], [one, other], ("ja", "en"), given)
    (task,) = planned.tasks()
    assert (task.sheet, task.folder, task.as_of) == ("2019-0042.txt", "2019-総務省-0042", None)
    assert task.reports == (
        Report(one, "ja", {"number": "0042"}),
        Report(one, "en", {"number": "0042"}),
        Report(other, "", {"population": 1741.0}),
    )
    assert (planned.total, planned.reports, planned.refused) == (1, 3, [])
    assert task.rows["sheet"][0]["source_path"] == "2019-0042.txt"
    assert pickle.loads(pickle.dumps(task)) == task


def test_without_sources_and_notebooks_it_is_the_default_sheet_in_all_of_them():
    tasks = list(plan().tasks())
    folders = {task.folder: task.sheet for task in tasks}
    assert folders["2019-総務省-0042"] == DEFAULT
    # What speaks of no sheet has a folder of its own.
    assert not folders["04_portfolio"]
    assert not folders["05_forecast_track_record"]
    assert not folders["06_payees"]
    made = sorted({report.notebook for task in tasks for report in task.reports})
    assert made == sorted(all_notebooks())
    assert {report.lang for task in tasks for report in task.reports} == {"ja", "en"}


def test_sources_of_every_kind_come_together_and_what_is_broken_is_refused(tmp_path, one):
    made(tmp_path, sheet(2018, 1), sheet(2019, 1))
    lines(tmp_path / "many.ndjson.gz", sheet(2019, 2), "{", sheet(2019, 3))
    page(tmp_path / "pages", "0001")
    page(tmp_path / "pages", "0002")
    given = ["corpus", "many.ndjson.gz", "pages", "*.pdf", "gone.txt", f"corpus#P{sheet_id(2018)}"]
    planned = plan(given, [one])
    assert brief(planned) == [
        *((f"many.ndjson.gz#{sheet_id(2019, n)}", sheet_id(2019, n)) for n in (2, 3)),
        ("pages/2019-0001.txt", "2019-総務省-0001"),
        ("pages/2019-0002.txt", "2019-総務省-0002"),
        (f"corpus#{sheet_id(2018)}", sheet_id(2018)),
        (f"corpus#{sheet_id(2019)}", sheet_id(2019)),
        (f"corpus#P{sheet_id(2018)}", f"P{sheet_id(2018)}"),
    ]
    assert (planned.total, planned.reports) == (7, 14)
    assert [place for place, _ in planned.refused] == ["*.pdf", "many.ndjson.gz", "gone.txt"]
    assert all(reason.startswith(place) for place, reason in planned.refused)
    assert [task.rows is None for task in planned.tasks()] == [False] * 4 + [True] * 3
    for task in planned.tasks():
        facts = corpus.load(task.sheet).facts
        assert not task.rows or task.rows["sheet"][0]["sheet_id"] == facts["sheet_id"]


def test_a_sheet_named_in_two_ways_is_one_task(tmp_path, one):
    path = page(tmp_path)
    assert len(brief(plan([path.name, path, f"./{path.name}", "*.txt", "."], [one]))) == 1
    lines(tmp_path / "a.ndjson", sheet(2019, 1), sheet(2019, 2))
    given = ["a.ndjson", f"a.ndjson#{sheet_id(2019, 2)}", "a.ndjson#0002", "a.ndjson#0001"]
    assert len(brief(plan(given, [one]))) == 2
    assert len(brief(plan(reversed(given), [one]))) == 2


def test_two_sheets_of_one_id_go_to_two_folders(tmp_path, one):
    for name in ("2019-a.txt", "2019-b.txt"):
        page(tmp_path, name=name)
    made(tmp_path, sheet(2019, 1))
    lines(tmp_path / "copy.ndjson", sheet(2019, 1))
    planned = plan(["2019-a.txt", "2019-b.txt", "corpus", "copy.ndjson"], [one])
    folders = dict(brief(planned))
    assert folders["2019-a.txt"] == "2019-総務省-0042"
    assert folders["2019-b.txt"].startswith("2019-総務省-0042-")
    assert folders["copy.ndjson"] == sheet_id(2019)
    assert folders[f"corpus#{sheet_id(2019)}"].startswith(f"{sheet_id(2019)}-")
    assert len(set(folders.values())) == planned.total == 4


def test_hostile_numbers_stay_below_the_folder(tmp_path, one):
    numbers = ["..-..-x", "CON", "省" * 60, "a", "A", "か\u3099", "が", "(x)", "."]
    lines(tmp_path / "a.ndjson", *(sheet(2019, 1, 事業番号=number) for number in numbers))
    planned = plan(["a.ndjson"], [one])
    folders = [task.folder for task in planned.tasks()]
    # NFKC makes the two が one id: the second is refused.
    assert len({folder.casefold() for folder in folders}) == planned.total == len(numbers) - 1
    assert ["again" in reason for _, reason in planned.refused] == [True]
    assert all((tmp_path / one).parent == tmp_path for one in folders)


def test_as_of_goes_to_the_notebooks_and_to_the_tasks(tmp_path, one):
    made(tmp_path, sheet(2018), sheet(2019))
    planned = plan(["corpus", f"corpus#P{sheet_id(2018)}"], [one], ["ja"], {"as_of": "2018"})
    assert brief(planned) == [
        (f"corpus#{sheet_id(2018)}", sheet_id(2018)),
        (f"corpus#P{sheet_id(2018)}", f"P{sheet_id(2018)}"),
    ]
    assert {task.as_of for task in planned.tasks()} == {2018}
    assert [task.reports[0].parameters for task in planned.tasks()] == [{"as_of": 2018}] * 2
    late = plan([f"corpus#{sheet_id(2019)}"], [one], parameters={"as_of": 2018})
    assert (late.total, len(late.refused)) == (0, 1)
    with pytest.raises(ParameterError, match="none of 2 sheets up to sheet year 2010 fits"):
        plan(["corpus"], [one], parameters={"as_of": "2010"})


def test_an_as_of_that_is_no_year_is_refused(tmp_path):
    text = notebook(tmp_path, "01_a.ipynb", 'sheet: str = ""\nas_of: str = ""')
    with pytest.raises(ParameterError, match="as_of: '2018' is no sheet year; declare as_of: int"):
        plan([], [text], parameters={"as_of": "2018"})
    (tmp_path / "reports.yml").write_text(
        "- {notebook: 01_a.ipynb, sheet: a.txt, parameters: {as_of: 2018}}", "utf-8"
    )
    with pytest.raises(ParameterError, match="row 1, parameters: as_of: '2018' is no sheet year"):
        from_file("reports.yml")


def test_filters_hold_for_every_source(tmp_path, one):
    made(tmp_path, sheet(2018, 1), sheet(2019, 1), sheet(2019, 9))
    page(tmp_path)
    every = ["corpus", "2019-0042.txt"]
    assert plan(every, [one]).total == 4
    assert brief(plan(every, [one], ministry=["総務省"])) == [("2019-0042.txt", "2019-総務省-0042")]
    assert plan(every, [one], ministry=["総務省", MINISTRY]).total == 4
    assert plan(every, [one], ministry=[MINISTRY], years=[2019], where="initial > 2000").total == 1
    assert plan(every, [one], where="executed / budget_net < 0.7").total == 1
    with pytest.raises(ParameterError, match=r"no sheet of the ministry 総務庁; .*総務省$"):
        plan(every, [one], ministry=["総務庁", "総務省"])
    with pytest.raises(ParameterError, match="no sheet of the sheet year 2024; there are: 2018"):
        plan(every, [one], years=[2024])
    with pytest.raises(ParameterError, match=r"none of 4 sheets fits initial > 9999 \(1 could not"):
        plan([*every, "gone"], [one], where="initial > 9999")


def test_a_broken_source_alone_is_no_wrong_command(one):
    planned = plan(["gone.txt"], [one])
    assert (planned.total, list(planned.tasks())) == (0, [])
    assert planned.refused[0][0] == "gone.txt"


# Notebooks and parameters


def test_a_notebook_without_a_sheet_is_run_once(tmp_path, one):
    alone = notebook(tmp_path / "notebooks", "04_all.ipynb", 'corpus: str = "c"\nlang: str = "ja"')
    plain = notebook(tmp_path / "notebooks", "index.html.ipynb", "x: int = 1")
    lines(tmp_path / "a.ndjson", sheet(2019, 1), sheet(2019, 2))
    planned = plan(["a.ndjson"], [alone, one, plain], ["ja", "en"], {"corpus": "built"})
    first, second, *rest = planned.tasks()
    assert (first.sheet, first.folder, first.rows) == ("", "04_all", None)
    assert [(one.lang, one.parameters) for one in first.reports] == [
        ("ja", {"corpus": "built"}),
        ("en", {"corpus": "built"}),
    ]
    assert second.folder.startswith("index.html-")
    assert second.reports == (Report(plain, "", {}),)
    assert [len(task.reports) for task in rest] == [2, 2]
    assert (planned.total, planned.reports) == (4, 7)
    assert plan(notebooks=[alone]).total == 1


@pytest.mark.parametrize("given", [{"sources": ["a.txt"]}, {"where": "initial > 3"}])
def test_sheets_for_notebooks_that_take_none_are_not_ignored(tmp_path, given):
    alone = notebook(tmp_path, "04_all.ipynb", "x: int = 1")
    with pytest.raises(ParameterError, match=r"04_all.ipynb: takes no sheet; leave the sheets"):
        plan(**given, notebooks=[alone])


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"numbr": "1"},
            "no notebook has a parameter 'numbr'; declared are: sheet: str = ''",
        ),
        ({"as_of": "soon"}, "as_of: found 'soon'; expected a fiscal year from 1868 to 2100"),
        ({"as_of": "20.5"}, "as_of: found '20.5'"),
        ({"lang": "fr"}, "lang: each report is given its own already"),
        ({"sheet": "x"}, "sheet: each report is given its own already"),
        ({"x = 1\nimport os": "1"}, "cannot be a parameter's name: use letters, digits, _"),
        ({"class": "1"}, "'class' cannot be a parameter's name"),
        ({"": "1"}, "'' cannot be a parameter's name"),
        ({"number": None}, "number: str = '1': cannot be None"),
    ],
)
def test_a_wrong_parameter_stops_before_any_sheet_is_read(one, monkeypatch, given, message):
    monkeypatch.delattr(room, "scan")
    with pytest.raises(ParameterError) as failure:
        plan(["a.txt"], [one], parameters=given)
    assert message in str(failure.value)


def test_a_wrong_expression_stops_before_any_sheet_is_read(one, monkeypatch):
    monkeypatch.delattr(room, "scan")
    with pytest.raises(ParameterError, match="budget is no column"):
        plan(["a.txt"], [one], where="budget > 3")


def test_one_file_for_the_reports_of_two_notebooks_is_refused(tmp_path, one):
    page(tmp_path)
    for name in ("01_a.ipynb", "01_A.ipynb"):
        other = notebook(tmp_path / "other", name)
        with pytest.raises(ParameterError, match=rf"{name}: its reports would be those of"):
            plan(["2019-0042.txt"], [one, other])
    (tmp_path / "link.ipynb").symlink_to(one)
    (task,) = plan(["2019-0042.txt"], [one, tmp_path / "link.ipynb", one], ["ja"]).tasks()
    assert task.reports == (Report(one, "ja", {}),)


def test_a_missing_or_broken_notebook_stops(tmp_path):
    with pytest.raises(FileNotFoundError):
        plan(["a.txt"], [tmp_path / "gone.ipynb"])
    (tmp_path / "bad.ipynb").write_text("{", "utf-8")
    with pytest.raises(ParameterError, match=r"bad.ipynb is no notebook"):
        plan(["a.txt"], [tmp_path / "bad.ipynb"])


def test_planning_holds_the_ids_alone(tmp_path, one):
    many = [sheet(2019, number) for number in range(300)]
    lines(tmp_path / "a.ndjson.gz", *many)
    planned = plan(["a.ndjson.gz"], [one])
    assert len(pickle.dumps(planned)) < 300 * 500
    tasks = planned.tasks()
    assert next(tasks).folder == files.safe_name(sheet_id(2019, 0))
    assert sum(1 for _ in tasks) == 299


# Folders, and the tasks in them

REPORTS = (Report(Path("01_a.ipynb"), "ja", {}), Report(Path("01_a.ipynb"), "en", {}))


def folded(name):
    return unicodedata.normalize("NFC", name.casefold())


HOSTILE = [
    *("../../x", "..", ".", "", "CON", "nul", "Com1", "aux.", "x\0y", "a\nb", "\u202egnp", " "),
    *("a/b", "a\\b", "C:x", "~", "-rf", "x" * 300, "省" * 300, "\ud800", "a ", "a.", "<b>", "a*?"),
    *("index.html", "INDEX.HTML", "manifest.json", "Render.log", "index.csv", "index.json"),
    *("a", "A", "ａ", "が", unicodedata.normalize("NFD", "が"), "ﬁ", "fi", "ß", "ss", "SS", "İ"),
    "i\u0307",
]


def test_folder_names_are_safe_and_differ_on_every_file_system(tmp_path):
    folders = Plan()
    names = [folders.folder(text, f"file#{number}") for number, text in enumerate(HOSTILE)]
    for name in names:
        (tmp_path / name).mkdir()
        assert (tmp_path / name).resolve().parent == tmp_path.resolve()
        assert not files.WINDOWS_DEVICES.fullmatch(name)
        assert name == name.strip(" .")
        assert len(name.encode()) < 160
    assert len({folded(name) for name in [*names, *RUN_FILES]}) == len(names) + len(RUN_FILES)


@every(
    st.lists(st.text(st.sampled_from("aAßsSがか\u3099.#-é\u0301eI ıi̇"), max_size=4), max_size=30)
)
def test_no_two_folders_are_one(texts):
    folders = Plan()
    names = [folders.folder(text, f"{number}") for number, text in enumerate(texts)]
    assert len({folded(unicodedata.normalize("NFD", name)) for name in names}) == len(names)


def test_the_first_has_the_plain_name_and_others_the_mark_of_their_reference():
    folders = Plan()
    assert folders.is_free("2019-省-1")
    assert folders.folder("2019-省-1", "a.txt") == "2019-省-1"
    assert not folders.is_free("2019-省-1")
    second = folders.folder("2019-省-1", "b.txt")
    assert second.startswith("2019-省-1-")
    assert len(second) == len("2019-省-1-") + 8
    again = Plan()
    again.folder("2019-省-1", "other")
    assert again.folder("2019-省-1", "b.txt") == second
    # A sheet that bears the marked name itself, and the same reference twice.
    assert folders.folder(second, "c.txt") not in ("2019-省-1", second)
    assert folders.folder("2019-省-1", "b.txt") not in ("2019-省-1", second)


def planned(source, *ids):
    return Plan([Task(f"{source}#{one}", one, REPORTS, None, str(source), one) for one in ids])


def test_tasks_bring_the_rows_of_their_sheets(tmp_path):
    source = lines(tmp_path / "a.ndjson", "{", *(sheet(2019, number) for number in range(4)))
    whole = planned(source, sheet_id(2019, 3), sheet_id(2019, 1))
    whole.planned.append(Task("corpus#x", "x", REPORTS[:1]))
    assert (whole.total, whole.reports) == (3, 5)
    # Every time anew.
    for _ in range(2):
        tasks = list(whole.tasks())
        assert [task.folder for task in tasks] == [sheet_id(2019, 1), sheet_id(2019, 3), "x"]
        names = [task.rows and task.rows["sheet"][0]["sheet_id"] for task in tasks]
        assert names == [sheet_id(2019, 1), sheet_id(2019, 3), None]


def test_what_two_tasks_make_of_one_sheet_is_read_once(tmp_path):
    source, one = lines(tmp_path / "a.ndjson", sheet(2019)), sheet_id(2019)
    whole = planned(source, one, one)
    first, second = whole.tasks()
    assert first.rows is second.rows


@pytest.mark.parametrize("content", [[sheet(2019, 2)], ["{"], None])
def test_a_sheet_that_went_from_its_source_still_comes_and_can_only_fail(tmp_path, content):
    source = lines(tmp_path / "a.ndjson", sheet(2019, 1), sheet(2019, 2))
    whole = planned(source, sheet_id(2019, 1), sheet_id(2019, 2))
    source.unlink()
    if content:
        lines(source, *content)
    tasks = list(whole.tasks())
    assert len(tasks) == 2
    gone = tasks[-1] if tasks[0].rows else tasks[0]
    assert (gone.sheet, gone.rows) == (f"{source}#{sheet_id(2019, 1)}", None)


def test_a_file_whose_sheet_became_another_is_asked_for_the_planned_one(tmp_path):
    source = lines(tmp_path / "a.ndjson", sheet(2019, 1))
    known = (str(source), "folder", REPORTS, None, str(source), sheet_id(2019, 1))
    lines(source, sheet(2019, 2))
    (task,) = Plan([Task(*known)]).tasks()
    assert (task.sheet, task.rows) == (f"{source}#{sheet_id(2019, 1)}", None)


def test_what_is_refused_is_kept_with_its_reason():
    whole = Plan()
    whole.refuse(SheetError("a.txt", "nothing", "a sheet"))
    assert whole.refused == [("a.txt", "a.txt: found nothing; expected a sheet")]
    assert (whole.total, list(whole.tasks())) == (0, [])
