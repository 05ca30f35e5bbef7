from collections.abc import Iterator
from pathlib import Path

import pytest

import browser
from default_reports import render
from devtools import Page, browsing
from helpers import files


@pytest.fixture(scope="session")
def rendered(tmp_path_factory, request) -> Path:
    """A folder of fresh reports, made once for all processes that run tests: another may do it."""
    base = tmp_path_factory.getbasetemp()
    here = base.parent if hasattr(request.config, "workerinput") else base
    out = here / "default-reports"
    with files.locked(out):
        if not out.exists():
            made = out.with_name("default-reports-made")
            results = render(made)
            assert [result.error for result in results if result.error] == []
            assert [result.warnings for result in results if result.warnings] == []
            made.rename(out)
    return out


@pytest.fixture(scope="session")
def tab(tmp_path_factory) -> Iterator[Page]:
    """A page of one browser, which all reports are opened in."""
    if browser.BROWSER is None:
        pytest.skip("no Chromium here to open a page with")
    with browsing(tmp_path_factory.mktemp("profile")) as tab:
        yield tab
