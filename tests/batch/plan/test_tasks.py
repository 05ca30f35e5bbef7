import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus_sheets import lines, sheet, sheet_id
from helpers import files
from helpers.batch.plan.places import RUN_FILES
from helpers.batch.plan.tasks import Folders, Plan, Report, Task
from helpers.sheet import SheetError

REPORTS = (Report(Path("01_a.ipynb"), "ja", {}), Report(Path("01_a.ipynb"), "en", {}))


def folded(name):
    return unicodedata.normalize("NFC", name.casefold())


HOSTILE = [
    *("../../x", "..", ".", "", "CON", "nul", "Com1", "aux.", "x\0y", "a\nb", "\u202egnp", " "),
    *("a/b", "a\\b", "C:x", "~", "-rf", "x" * 300, "省" * 300, "\ud800", "a ", "a.", "<b>", "a*?"),
    *("index.html", "INDEX.HTML", "manifest.json", "Render.log", "index.csv", "index.json"),
    *(
        "a",
        "A",
        "ａ",
        "が",
        unicodedata.normalize("NFD", "が"),
        "ﬁ",
        "fi",
        "ß",
        "ss",
        "SS",
        "İ",
        "i̇",
    ),
]


def test_folder_names_are_safe_and_differ_on_every_file_system(tmp_path):
    folders = Folders()
    names = [folders.name(text, f"file#{number}") for number, text in enumerate(HOSTILE)]
    for name in names:
        (tmp_path / name).mkdir()
        assert (tmp_path / name).resolve().parent == tmp_path.resolve()
        assert not files.WINDOWS_DEVICES.fullmatch(name)
        assert name == name.strip(" .")
        assert len(name.encode()) < 160
    assert len({folded(name) for name in [*names, *RUN_FILES]}) == len(names) + len(RUN_FILES)


@given(
    st.lists(st.text(st.sampled_from("aAßsSがか\u3099.#-é\u0301eI ıi̇"), max_size=4), max_size=30)
)
def test_no_two_folders_are_one(texts):
    folders = Folders()
    names = [folders.name(text, f"{number}") for number, text in enumerate(texts)]
    assert len({folded(unicodedata.normalize("NFD", name)) for name in names}) == len(names)


def test_the_first_has_the_plain_name_and_others_the_mark_of_their_reference():
    folders = Folders()
    assert folders.free("2019-省-1")
    assert folders.name("2019-省-1", "a.txt") == "2019-省-1"
    assert not folders.free("2019-省-1")
    second = folders.name("2019-省-1", "b.txt")
    assert second.startswith("2019-省-1-")
    assert len(second) == len("2019-省-1-") + 8
    again = Folders()
    again.name("2019-省-1", "other")
    assert again.name("2019-省-1", "b.txt") == second
    # A sheet that bears the marked name itself, and the same reference twice.
    assert folders.name(second, "c.txt") not in ("2019-省-1", second)
    assert folders.name("2019-省-1", "b.txt") not in ("2019-省-1", second)


def planned(source, *ids):
    plan = Plan()
    for one in ids:
        plan.add(Task(f"{source}#{one}", one, REPORTS), str(source), one)
    return plan


def test_tasks_bring_the_rows_of_their_sheets(tmp_path):
    source = lines(tmp_path / "a.ndjson", "{", *(sheet(2019, number) for number in range(4)))
    plan = planned(source, sheet_id(2019, 3), sheet_id(2019, 1))
    plan.add(Task("corpus#x", "x", REPORTS[:1]))
    assert (plan.total, plan.reports) == (3, 5)
    # Every time anew.
    for _ in range(2):
        tasks = list(plan.tasks())
        assert [task.folder for task in tasks] == [sheet_id(2019, 1), sheet_id(2019, 3), "x"]
        names = [task.rows and task.rows["sheet"][0]["sheet_id"] for task in tasks]
        assert names == [sheet_id(2019, 1), sheet_id(2019, 3), None]


def test_what_two_tasks_make_of_one_sheet_is_read_once(tmp_path):
    source, one = lines(tmp_path / "a.ndjson", sheet(2019)), sheet_id(2019)
    plan = planned(source, one, one)
    first, second = plan.tasks()
    assert first.rows is second.rows


@pytest.mark.parametrize("content", [[sheet(2019, 2)], ["{"], None])
def test_a_sheet_that_went_from_its_source_still_comes_and_can_only_fail(tmp_path, content):
    source = lines(tmp_path / "a.ndjson", sheet(2019, 1), sheet(2019, 2))
    plan = planned(source, sheet_id(2019, 1), sheet_id(2019, 2))
    source.unlink()
    if content:
        lines(source, *content)
    tasks = list(plan.tasks())
    assert len(tasks) == 2
    gone = tasks[-1] if tasks[0].rows else tasks[0]
    assert (gone.sheet, gone.rows) == (f"{source}#{sheet_id(2019, 1)}", None)


def test_a_file_whose_sheet_became_another_is_asked_for_the_planned_one(tmp_path):
    source = lines(tmp_path / "a.ndjson", sheet(2019, 1))
    plan = Plan()
    plan.add(Task(str(source), "folder", REPORTS), str(source), sheet_id(2019, 1))
    lines(source, sheet(2019, 2))
    (task,) = plan.tasks()
    assert (task.sheet, task.rows) == (f"{source}#{sheet_id(2019, 1)}", None)


def test_what_is_refused_is_kept_with_its_reason():
    plan = Plan()
    plan.refuse(SheetError("a.txt", "nothing", "a sheet"))
    assert plan.refused == [("a.txt", "a.txt: found nothing; expected a sheet")]
    assert (plan.total, list(plan.tasks())) == (0, [])
