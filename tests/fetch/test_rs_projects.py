"""A year from the API: the list that shifts while it is read, and the projects in it."""

import json
import shutil

import pytest

from fetch_site import APP, Reply, as_json, held, project

NAMES = ["detail.json", "payment-edges.json", "payment-groups.json"]
PARTS = ["", "payment-edges/", "payment-groups/"]
FILE = dict(zip(PARTS, NAMES, strict=True))
LIST = "/api/projects/"


def place(number: int, file: str = "") -> str:
    return f"api/2026/{number:06}" + (f"/{file}" if file else "")


def api_path(number: int, part: str = "") -> str:
    return f"{LIST}{project(2026, number)['id']}/{part}"


def listed(out) -> list[str]:
    """The numbers in the list as it is on disk."""
    content = json.loads((out / "api/2026/list.json").read_text("utf-8"))
    assert content["fiscal_year"] == 2026
    assert content["count"] == len(content["results"])
    return [row["project_number"] for row in content["results"]]


def numbers(*numbers: int) -> list[str]:
    return [f"{number:06}" for number in numbers]


def test_the_list_and_the_answers_of_each_project_come_in(site, fetch, out, manifest):
    site.give_projects(2026, 120)
    status, said, complaints = fetch("rs", 2026)
    assert (status, complaints) == (0, "")
    assert f"{out}/api/2026: 120 new, 0 replaced, 0 unchanged, 0 failed" in said
    assert listed(out) == numbers(*range(1, 121))
    for number in (1, 119, 120):
        names = [path.name for path in sorted((out / place(number)).iterdir())]
        assert names == NAMES
    content = json.loads((out / "api/2026/list.json").read_text("utf-8"))
    assert content["results"] == list(site.projects.values())
    detail = site.answer(api_path(1), {}).body
    assert held(out)[place(1, "detail.json")] == detail
    entry = manifest()[place(1)]
    assert entry["files"]["detail.json"]["bytes"] == len(detail)
    assert entry["updated_at"] == project(2026, 1)["updated_at"]
    assert entry["address"] == f"{site.address}{api_path(1)}"
    # The list at the start and at the end, in two pages.
    assert len([path for path in site.paths() if path.startswith(f"{LIST}?")]) == 4


def test_what_has_not_changed_is_not_fetched_again(site, fetch, out):
    site.give_projects(2026, 6)
    fetch("rs", 2026)
    before = held(out)
    site.calls.clear()
    status, said, _ = fetch("rs", 2026)
    assert status == 0
    assert "0 new, 0 replaced, 6 unchanged" in said
    assert [path for path in site.paths() if not path.startswith(f"{LIST}?")] == []
    assert held(out) == before
    (out / place(2, "payment-edges.json")).unlink()
    shutil.rmtree(out / place(3))
    (out / place(4, "detail.json")).write_text("{}")
    site.projects[project(2026, 5)["id"]]["updated_at"] = None
    site.calls.clear()
    status, said, _ = fetch("rs", 2026)
    assert status == 0
    assert "1 new, 3 replaced, 2 unchanged" in said
    asked = {path for path in site.paths() if not path.startswith(f"{LIST}?")}
    assert asked == {api_path(number, part) for number in (2, 3, 4, 5) for part in PARTS}


def test_a_project_that_has_changed_is_replaced_and_the_earlier_state_kept(
    site, fetch, out, manifest
):
    site.give_projects(2026, 5)
    fetch("rs", 2026)
    before, day = held(out), manifest()[place(2)]["fetched"]
    site.projects[project(2026, 2)["id"]] |= {"updated_at": "2026-10-01", "name": "新しい名"}
    status, said, _ = fetch("rs", 2026)
    assert status == 0
    assert "0 new, 1 replaced, 4 unchanged" in said
    for file in NAMES:
        assert held(out)[f"earlier/{day}/{place(2, file)}"] == before[place(2, file)]
    assert json.loads(held(out)[place(2, "detail.json")])["name"] == "新しい名"
    assert manifest()[f"earlier/{day}/{place(2)}"]["updated_at"] == "2026-09-25T00:00:00+09:00"
    assert held(out)[f"earlier/{day}/api/2026/list.json"] == before["api/2026/list.json"]


def test_a_project_that_is_listed_no_more_is_set_aside(site, fetch, out):
    site.give_projects(2026, 5)
    fetch("rs", 2026)
    del site.projects[project(2026, 3)["id"]]
    status, said, _ = fetch("rs", 2026)
    assert status == 0
    assert "1 withdrawn" in said
    assert not (out / place(3)).exists()
    assert len([*(out / "earlier").glob(f"*/{place(3)}/detail.json")]) == 1
    assert listed(out) == numbers(1, 2, 4, 5)


# While it is read


def test_what_changes_while_the_projects_are_read_is_fetched_again(site, fetch, out):
    site.give_projects(2026, 5)

    def change():
        site.projects[project(2026, 1)["id"]] |= {"updated_at": "2026-10-01", "name": "新しい名"}
        site.projects[project(2026, 9)["id"]] = project(2026, 9)

    site.changes[1] = change
    status, said, complaints = fetch("rs", 2026)
    assert (status, complaints) == (0, "")
    assert "6 new, 1 replaced" in said or "6 new, 0 replaced, 1 unchanged" in said
    assert json.loads(held(out)[place(1, "detail.json")])["name"] == "新しい名"
    assert listed(out) == numbers(1, 2, 3, 4, 5, 9)
    assert (out / place(9)).is_dir()


def test_what_never_stops_changing_is_said(site, fetch, out):
    site.give_projects(2026, 5)
    stamps = iter(range(1000))

    def change():
        site.projects[project(2026, 1)["id"]]["updated_at"] = f"2026-10-{next(stamps):03}"

    site.changes |= dict.fromkeys(range(1, 20), change)
    status, _, complaints = fetch("rs", 2026)
    assert status == 1
    assert "1 project, the first" in complaints
    assert "what does not change while it is read" in complaints
    assert listed(out) == numbers(1, 2, 3, 4, 5)
    site.changes.clear()
    assert fetch("rs", 2026)[0] == 0


@pytest.fixture
def short_pages(monkeypatch):
    """Pages of ten projects: three of them need not have hundreds of projects fetched."""
    monkeypatch.setattr("helpers.fetch.rs_projects.PAGE_SIZE", 10)


@pytest.mark.usefixtures("short_pages")
def test_pages_that_shift_are_read_again(site, fetch, out):
    site.give_projects(2026, 25)
    rows = list(site.projects.items())

    def move():
        """The last project of the first page comes first: page two begins with what it had."""
        site.projects.clear()
        site.projects.update([rows[-1], *rows[:-1]])

    site.changes[1] = move
    status, said, _ = fetch("rs", 2026)
    assert status == 0
    assert "25 new" in said
    assert sorted(listed(out)) == numbers(*range(1, 26))


@pytest.mark.usefixtures("short_pages")
def test_a_count_that_changes_between_pages_is_read_again(site, fetch, out):
    site.give_projects(2026, 15)

    def one_more():
        site.projects[project(2026, 500)["id"]] = project(2026, 500)

    site.changes[1] = one_more
    status, said, _ = fetch("rs", 2026)
    assert status == 0
    assert "16 new" in said
    assert listed(out)[-1] == "000500"


def page(*rows: dict, **more: object) -> Reply:
    return as_json({"count": len(rows), "next": None, "results": list(rows), **more})


ROW = project(2026, 1)
SHIFTING = {
    "a project twice": (page(ROW, ROW), "1 projects twice, such as 00000000"),
    "fewer than it counts": (page(ROW, count=3), "1 projects of 3"),
}
UNUSABLE = {
    "the app's page": (Reply(APP, "text/html"), "text/html that begins b'<!doctype html>"),
    "a page called JSON": (Reply(APP, "application/json"), "broken JSON"),
    "a list": (as_json([ROW]), "expected a page of projects"),
    "no count": (as_json({"next": None, "results": []}), "expected a page of projects"),
    "a count in words": (page(ROW, count="1"), "expected a page of projects"),
    "no project": (page(), "no project of 2026"),
    "a row that is none": (page("x"), 'results[0] "x"; expected an object'),
    "another year": (page(ROW | {"fiscal_year": 2025}), "fiscal_year 2025; expected 2026"),
    "an id that leads elsewhere": (page(ROW | {"id": "../../x"}), 'results[0].id "../../x"'),
    "a number that leads elsewhere": (page(ROW | {"project_number": "../1"}), "project_number"),
    "no number": (
        page({name: ROW[name] for name in ROW if name != "project_number"}),
        "results[0].project_number nothing",
    ),
    "no time": (
        page({name: ROW[name] for name in ROW if name != "updated_at"}),
        "results[0].updated_at nothing",
    ),
    "gone": (Reply(status=404), "the answer 404"),
    "an end that never comes": (page(ROW, next="more"), "more than 3 pages"),
}  # fmt: skip


@pytest.mark.parametrize("case", SHIFTING | UNUSABLE)
def test_a_list_that_cannot_be_used_is_refused(case, site, fetch, out, monkeypatch):
    monkeypatch.setattr("helpers.fetch.rs_projects.MOST_PAGES", 3)
    reply, found = (SHIFTING | UNUSABLE)[case]
    site.give_projects(2026, 4)
    site.give(LIST, reply)
    status, said, complaints = fetch("rs", 2026)
    assert status == 1
    assert found in complaints
    assert f"{site.address}/api/projects/?fiscal_year=2026&page_size=100" in complaints
    assert "1 failed" in said
    assert [*held(out)] == ["fetched.json"]
    assert ("3 times" in complaints) == (case in SHIFTING)


def test_types_that_the_list_lacks_are_asked_for(site, fetch, out):
    site.give_projects(2026, 6)
    reviews = [row for row in site.projects.values() if row["sheet_type"] == "RS"]
    site.give(f"{LIST}?fiscal_year=2026&page_size=100&page=1", page(*reviews))
    status, _, _ = fetch("rs", 2026)
    assert status == 0
    assert listed(out) == numbers(1, 2, 3, 4, 6, 5) or listed(out) == numbers(1, 2, 3, 4, 5, 6)


def test_a_type_that_the_site_does_not_know_is_told_and_the_others_come_in(site, fetch, out):
    site.give_projects(2026, 6)
    reviews = [row for row in site.projects.values() if row["sheet_type"] == "RS"]
    # A site that does not heed the type.
    site.give(LIST, page(*reviews))
    status, _, complaints = fetch("rs", 2026)
    assert status == 1
    assert 'results[0].sheet_type "RS"; expected KS' in complaints
    assert listed(out) == numbers(1, 2, 3, 4)


def test_a_type_that_cannot_be_had_now_does_not_take_away_what_was_had(site, fetch, out):
    site.give_projects(2026, 6)
    reviews = [row for row in site.projects.values() if row["sheet_type"] == "RS"]
    site.give(f"{LIST}?fiscal_year=2026&page_size=100&page=1", page(*reviews))
    assert fetch("rs", 2026)[0] == 0
    before = held(out)
    site.give(f"{LIST}?fiscal_year=2026&page_size=100&sheet_type=KS&page=1", Reply(status=500))
    status, _, complaints = fetch("rs", 2026)
    assert status == 1
    assert "sheet_type=KS" in complaints
    assert held(out) == before


def test_a_project_that_is_not_published_is_left_out_and_told(site, fetch, out):
    site.give_projects(2026, 5)
    site.projects[project(2026, 2)["id"]]["is_published"] = False
    status, said, complaints = fetch("rs", 2026)
    assert status == 1
    assert "4 new" in said
    assert '"project_number": "000002", "is_published": false' in complaints
    assert listed(out) == numbers(1, 3, 4, 5)
    assert not (out / place(2)).exists()


def test_two_projects_of_one_number_are_told(site, fetch, out):
    site.give_projects(2026, 5)
    site.projects["another"] = project(2026, 2, "RS", id="another")
    status, _, complaints = fetch("rs", 2026)
    assert status == 1
    assert '"id": "another"' in complaints
    assert listed(out) == numbers(1, 2, 3, 4, 5)


# Answers of a project

OTHER = "00000000-0000-0000-2026-999999999999"
BAD = {
    "the app's page": ("payment-groups/", Reply(APP, "text/html"), "text/html that begins"),
    "groups of another project": (
        "payment-groups/",
        as_json([{"id": "g", "project_id": OTHER}]),
        f'project_id "{OTHER}"',
    ),
    "groups in pages": ("payment-groups/", as_json({"results": []}), "expected a list of objects"),
    "edges that are none": ("payment-edges/", as_json([1]), "expected a list of objects"),
    "an error": ("payment-edges/", Reply(status=500), "the answer 500"),
    "a detail of another project": ("", as_json(project(2026, 7)), '-000000000007"'),
    "a detail of another year": ("", as_json(ROW | {"fiscal_year": 2025}), '"fiscal_year": 2025'),
    "a detail not published": ("", as_json(ROW | {"is_published": False}), '"is_published": false'),
    "no detail": ("", as_json(None), "found null"),
    "half an answer": ("", Reply(b'{"id"', "application/json", length=900), "broke off"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_a_failed_answer_leaves_no_file_and_the_rest_comes_in(case, site, fetch, out):
    part, reply, found = BAD[case]
    site.give_projects(2026, 4)
    site.give(api_path(1, part), reply)
    status, said, complaints = fetch("rs", 2026)
    assert (status, complaints.count("\n")) == (1, 1)
    assert found in complaints
    assert f"{site.address}{api_path(1, part)}" in complaints
    assert "3 new, 0 replaced, 0 unchanged, 1 failed" in said
    assert {path.name for path in (out / place(1)).iterdir()} == {*NAMES} - {FILE[part]}
    # Another try asks for this project alone.
    del site.plays[api_path(1, part)]
    site.calls.clear()
    status, said, _ = fetch("rs", 2026)
    assert status == 0
    assert "0 new, 1 replaced, 3 unchanged" in said
    assert {path.name for path in (out / place(1)).iterdir()} == {*NAMES}


def test_an_earlier_state_that_is_whole_is_not_replaced_by_half_of_a_later_one(site, fetch, out):
    site.give_projects(2026, 4)
    fetch("rs", 2026)
    before = held(out / place(1))
    site.projects[ROW["id"]] |= {"updated_at": "2026-10-01", "name": "新しい名"}
    site.give(api_path(1, "payment-groups/"), Reply(status=500))
    assert fetch("rs", 2026)[0] == 1
    assert held(out / place(1)) == before
    del site.plays[api_path(1, "payment-groups/")]
    assert "1 replaced" in fetch("rs", 2026)[1]
    assert held(out / place(1)) != before


def test_an_answer_that_no_project_has_is_given_up(site, fetch, out):
    """The end of one address may be wrong: the others are fetched all the same."""
    site.give_projects(2026, 40)
    for number in range(1, 41):
        site.give(api_path(number, "payment-edges/"), Reply(status=404))
    status, said, complaints = fetch("rs", 2026)
    assert status == 1
    assert "40 failed" in said
    assert len([path for path in site.paths() if path.endswith("payment-edges/")]) == 20
    assert len([*out.glob("api/2026/*/detail.json")]) == 40
    assert len([*out.glob("api/2026/*/payment-groups.json")]) == 40
    assert "payment-edges.json: 20 before failed" in complaints


def test_a_site_where_no_project_answers_is_left_alone(site, fetch, out):
    site.give_projects(2026, 60)
    rows = [project(2026, number, "RS") for number in range(1, 61)]
    site.projects.clear()
    types = {1: "KS", 2: "SS"}
    site.give(
        LIST, page(*(row | {"sheet_type": types.get(at, "RS")} for at, row in enumerate(rows)))
    )
    status, _, complaints = fetch("rs", 2026)
    assert status == 1
    assert "of 20 projects in a row" in complaints
    assert len([path for path in site.paths() if not path.startswith(f"{LIST}?")]) == 60
    assert [*out.glob("api/2026/0*")] == []


def test_a_site_that_goes_away_ends_it_and_keeps_what_came(site, fetch, out, monkeypatch):
    site.give_projects(2026, 30)
    count = iter(range(1000))

    def leave(_):
        if next(count) == 20:
            # The next calls go where nobody listens.
            monkeypatch.setenv("REVIEW_SHEETS_RS_SITE", "http://127.0.0.1:9")

    site.before = leave
    status, said, complaints = fetch("rs", 2026)
    assert status == 1
    assert complaints.count("no answer") == 1
    assert "The API cannot be used from here" in complaints
    assert f"{out}/rs/2026" in complaints
    whole = [path for path in (out / "api/2026").glob("0*") if len([*path.iterdir()]) == 3]
    assert 5 <= len(whole) == len([*(out / "api/2026").glob("0*")]) < 30
    assert len(listed(out)) == 30
    site.before = lambda _: None
    monkeypatch.setenv("REVIEW_SHEETS_RS_SITE", site.address)
    status, said, _ = fetch("rs", 2026)
    assert status == 0
    assert f"{30 - len(whole)} new, 0 replaced, {len(whole)} unchanged" in said


def test_years_with_csv_can_be_had_from_the_api_too(site, fetch, out):
    site.give_projects(2024, 3)
    assert fetch("rs", 2024, "--as", "api")[0] == 0
    assert (out / "api/2024/000001/detail.json").exists()
