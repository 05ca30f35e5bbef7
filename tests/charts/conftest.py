"""The default sheet, and no figure left open for the next test."""

import matplotlib.pyplot as plt
import pytest

from helpers import checks, paths, sources


@pytest.fixture(autouse=True)
def _closed():
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def sheet():
    return checks.repaired(sources.read(paths.DEFAULT_SHEET))[0]
