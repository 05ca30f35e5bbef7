"""Every figure draws, says in words what it shows, and has all its glyphs."""

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest

from helpers import charts, checks, paths, sources
from helpers.analysis import adoption, execution, payees, presence
from helpers.analysis.series import pick
from helpers.charts import style
from helpers.sheet import ReviewSheet

EMPTY = ReviewSheet.build(
    sheet=[{"sheet_id": "2019-省-1", "sheet_year": 2019, "ministry": "省", "project_number": "1"}]
)


@pytest.fixture(autouse=True)
def _closed():
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def sheet():
    return checks.repaired(sources.read(paths.DEFAULT_SHEET))[0]


def draw(sheet: ReviewSheet, lang: str, ceilings: list) -> None:
    """All figures of the three notebooks."""
    rates = execution.rates(sheet)
    charts.presence(presence.presence(sheet), sheet, lang)
    charts.cascade(execution.cascade(rates), sheet, lang)
    pool, coming = execution.pooled(rates), execution.forecast(rates)
    charts.execution_rate(rates, pool, coming, sheet, lang)
    charts.unspent(execution.unspent(rates), sheet, lang)
    paid = payees.totals(sheet)
    charts.payments(payees.by_year(paid, payees.concentration(paid, rates)), sheet, lang)
    history = pick(sheet, population=ceilings[0])
    fits = adoption.fit_all(history)
    futures = adoption.forecasts(fits, adoption.ahead(history))
    charts.curve(history, futures, "drift", sheet, lang)
    charts.target_odds(adoption.sensitivity(history, ceilings), sheet, lang)
    charts.pace(adoption.changes(history), adoption.pace(history), history.unit, sheet, lang)


def alts() -> list[str]:
    return [repr(plt.figure(number)) for number in plt.get_fignums()]


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_default_sheet_gives_eight_figures_described_with_their_numbers(sheet, lang):
    draw(sheet, lang, [1741, 1718])
    texts = alts()
    assert len(texts) == 8
    for words in (["15"], ["121→71→71→43"], ["70.4 %", "48.2 %–85.9 %"], ["82"], ["42"]):
        assert any(all(word in text for word in words) for text in texts), words
    assert any("1,067" in text and "1,600" in text for text in texts)


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_no_glyph_is_missing_and_the_layout_fits(sheet, lang, tmp_path):
    draw(sheet, lang, [1741])
    for number in plt.get_fignums():
        # A missing glyph or a failed layout warns, and every warning is an error in these tests.
        plt.figure(number).savefig(tmp_path / "figure.png", bbox_inches="tight")
    assert matplotlib.rcParams["font.family"] == ["IPAexGothic"]


def test_every_axes_has_labels_a_title_and_a_source(sheet):
    draw(sheet, "en", [1741])
    for number in plt.get_fignums():
        figure = plt.figure(number)
        assert figure.get_suptitle()
        assert "総務省 0042" in figure.get_supxlabel()
        assert figure.axes[-1].get_xlabel() or figure.axes[-1].get_ylabel()


def test_an_empty_sheet_gives_no_figure():
    draw(EMPTY, "ja", [None])
    assert plt.get_fignums() == []


def test_a_dollar_sign_in_a_name_is_shown_as_it_is(sheet, tmp_path):
    outcome = sheet.outcome.assign(indicator=r"費用($)と A$\foo$B")
    draw(sheet.with_table("outcome", outcome), "ja", [None])
    for number in plt.get_fignums():
        plt.figure(number).savefig(tmp_path / "figure.png")
    assert any("A$" in text for text in alts())


def test_signs_that_the_font_lacks_are_spelled_out(sheet, tmp_path):
    assert style.legible("森林㏊✕2") == "森林ha〓2"
    outcome = sheet.outcome.assign(indicator="整備面積㏊✕😀", unit="㏊")
    output = sheet.output.assign(indicator="😀")
    payment = sheet.payment.assign(payee="㏊✕商店")
    odd = sheet.with_table("outcome", outcome).with_table("output", output)
    draw(odd.with_table("payment", payment), "en", [None])
    for number in plt.get_fignums():
        plt.figure(number).savefig(tmp_path / "figure.png")
    assert any("㏊✕😀" in text for text in alts())


def test_models_differ_in_line_style_and_colour():
    from helpers.charts.curve import LOOKS

    colours, dashes = zip(*LOOKS.values(), strict=True)
    assert len(set(colours)) == len(set(map(str, dashes))) == len(LOOKS)


def test_labels_are_spread_in_order():
    values = [1.0, 1.01, 5.0, 1.02]
    placed = style.spread(values, 0.5)
    assert (np.diff(np.sort(placed)) >= 0.5 - 1e-6).all()
    assert (np.argsort(placed) == np.argsort(values)).all()
    assert placed[2] == pytest.approx(5.0)
