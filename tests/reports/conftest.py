from pathlib import Path

import pytest

from default_reports import render


@pytest.fixture(scope="session")
def rendered(tmp_path_factory) -> Path:
    """A folder of fresh reports."""
    out = tmp_path_factory.mktemp("reports")
    results = render(out)
    assert [result.error for result in results if result.error] == []
    assert [result.warnings for result in results if result.warnings] == []
    return out
