"""Reports in places that are no folders, but that papermill can write in."""

import pytest
from papermill.iorw import papermill_io

import tiny_tasks
from helpers.batch.execute import ExecutionError
from helpers.batch.make import make
from helpers.batch.render import run
from helpers.batch.results import Options

pytestmark = pytest.mark.usefixtures("executed")


class Memory(dict):
    """What papermill writes to "memory://"."""

    full_at = "nowhere"

    def write(self, text, path):
        if path.endswith(self.full_at):
            raise RuntimeError("the bucket is full")
        self[path] = text

    def read(self, path):
        return self[path]


@pytest.fixture
def memory(monkeypatch):
    there = Memory()
    monkeypatch.setattr(papermill_io, "_handlers", [("memory://", there), *papermill_io._handlers])
    return there


def test_a_sheets_files_are_written_its_manifest_last(notebooks, memory):
    results = make(tiny_tasks.task(notebooks[:1]), Options("memory://bucket/reports/"))
    assert [result.path for result in results] == [
        f"memory://bucket/reports/s1/01_a.{lang}.html" for lang in ("ja", "en")
    ]
    names = [path.removeprefix("memory://bucket/reports/s1/") for path in memory]
    assert sorted(names[:-1]) == [
        f"01_a.{lang}.{end}" for lang in ("en", "ja") for end in ("html", "ipynb")
    ]
    assert names[-1] == "manifest.json"


def test_what_cannot_be_written_is_an_error_of_its_reports(notebooks, memory):
    memory.full_at = "01_a.ja.html"
    results = make(tiny_tasks.task(notebooks[:1]), Options("memory://bucket"))
    assert [result.state for result in results] == ["failed", "failed"]
    assert "memory://bucket/s1/01_a.ja.html (the bucket is full)" in results[0].error
    assert not any(path.endswith("manifest.json") for path in memory)


def test_a_run_lists_what_was_made(notebooks, memory):
    failing = tiny_tasks.task(notebooks, "s2", fail=ExecutionError("oh"))
    plan = tiny_tasks.plan(tiny_tasks.task(notebooks, "s1"), failing)
    outcome = run(plan, Options("memory://bucket/"), 0)
    assert (outcome.made, outcome.failed, outcome.stopped) == (4, 4, "")
    assert outcome.index == "memory://bucket/index.html"
    assert "s1/01_a.ja.html" in memory["memory://bucket/index.html"]
    assert {path for path in memory if "/s2/" in path} == set()
    assert "memory://bucket/index.json" in memory
