"""The figures of notebook 04, of simulated and of real projects."""

import gzip
import re

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import pandas as pd
import pytest

import judgit
from helpers import Portfolio
from helpers.corpus import build
from helpers.forecast import write
from overlaps import faults
from speaking import told

FIGURES = ("plot_years", "plot_ministries", "plot_first", "plot_record")


def _plots(made: Portfolio, lang: str) -> list[str]:
    """What is wrong with the figures, each after its name; they say what they show."""
    found = []
    for name in FIGURES:
        axes = told(lang, getattr(made, name))
        if axes is not None:
            found += [f"{name}: {fault}" for fault in faults(axes.figure)]
            assert len(axes.figure.alt) > 50
            assert len(axes.figure.data) > 0
        plt.close("all")
    return found


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_of_what_ships(lang):
    made = Portfolio()
    assert _plots(made, lang) == []
    assert made.plot_first() is None
    one = Portfolio(ministry="環境省")
    assert _plots(one, lang) == []
    plt.close("all")


OWN = re.compile('"府省庁":"(環境省|消費者庁|警察庁|文部科学省)"'.encode())


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """The tables of real sheets of four ministries, as `review-sheets portfolio` writes them."""
    folder = tmp_path_factory.mktemp("real")
    for year in (2018, 2019):
        lines = gzip.decompress(judgit.file(year).read_bytes()).splitlines(keepends=True)
        (folder / f"{year}.ndjson").write_bytes(b"".join(filter(OWN.search, lines)))
    build.build(sorted(folder.glob("*.ndjson")), folder / "c", 1)
    made = Portfolio(folder / "c", 2019)
    write.tables(folder / "out", ["parquet"], made.tables, made.about, {})
    return folder / "out"


@pytest.mark.skipif(not judgit.CORPUS.exists(), reason=f"no shared corpus at {judgit.CORPUS}")
@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("ministry", [None, "環境省"])
def test_of_real_sheets(written, lang, ministry):
    assert _plots(Portfolio(written, ministry=ministry), lang) == []


def test_a_bar_says_its_amount_and_its_share():
    axes = told("ja", Portfolio().plot_ministries)
    data = axes.figure.data
    row = data.set_index("ministry").loc["厚生労働省"]
    assert row["unspent"] == pytest.approx(row["budget_known"] - row["executed"])
    bars = [patch.get_width() for patch in axes.patches]
    assert bars == sorted(bars, reverse=True)
    texts = [text.get_text() for text in axes.texts]
    assert texts[0].endswith(f"{100 * row['割合']:.1f} %")
    plt.close("all")


def test_the_share_left_stands_below_the_amounts():
    axes = told("en", Portfolio().plot_years)
    shares = axes.figure.axes[1].get_lines()[0].get_ydata()
    years = Portfolio().years
    known = years[years["outturns"] > 0]
    wanted = (100 * known["unspent"] / known["budget_known"]).astype(float)
    pd.testing.assert_series_equal(
        pd.Series(shares).dropna(), wanted, check_names=False, check_index=False
    )
    plt.close("all")
