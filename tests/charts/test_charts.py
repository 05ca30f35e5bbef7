"""Every figure draws, says in words what it shows, and has all its glyphs."""

import subprocess
import sys

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
import seaborn

from figures import draw
from helpers import Spending, charts, money
from helpers.charts import style
from helpers.sheet import ReviewSheet
from overlaps import faults
from speaking import told

EMPTY = ReviewSheet.build(
    sheet=[{"sheet_id": "2019-省-1", "sheet_year": 2019, "ministry": "省", "project_number": "1"}]
)

OWN_LOOK = {
    *("font.family", "font.sans-serif", "font.size", "axes.labelsize", "legend.fontsize"),
    *("xtick.labelsize", "ytick.labelsize", "xtick.color", "ytick.color", "text.color"),
    *("axes.labelcolor", "axes.edgecolor", "axes.spines.right", "axes.spines.top"),
    *("axes.grid", "grid.color", "image.cmap"),
}
"""Sizes and colours of texts, axes and grids, and the font, which are not seaborn's."""


def alts() -> list[str]:
    return [repr(plt.figure(number)) for number in plt.get_fignums()]


@pytest.mark.parametrize(
    ("lang", "source"), [("ja", "事業番号0042"), ("en", "Communications 0042")]
)
def test_the_default_sheet_gives_nine_whole_figures_described_with_their_numbers(
    sheet, lang, source, tmp_path
):
    draw(sheet, lang, [1741, 1718])
    texts = alts()
    assert len(texts) == 9
    steps = "→".join(told(lang, money.yen, amount) for amount in (121, 71, 71, 43))
    left = {"ja": "合計 8,200万円", "en": "In all ¥82 million"}[lang]
    for words in (["15"], [steps], ["70.4 %", "48–86 %"], [left], ["42"]):
        assert any(all(word in text for word in words) for text in texts), words
    assert any("1,067" in text and "1,600" in text for text in texts)
    for number in plt.get_fignums():
        figure = plt.figure(number)
        # A missing glyph or a failed layout warns, and every warning is an error in these tests.
        figure.savefig(tmp_path / "figure.png", bbox_inches="tight")
        assert figure.get_suptitle()
        assert source in figure.get_supxlabel()
        axes = figure.axes[-1]
        assert axes.get_xlabel() or axes.get_ylabel() or len(figure.texts) > 1, "no unit"


def test_a_readers_settings_stay_and_their_japanese_is_found(sheet, tmp_path):
    with matplotlib.rc_context({"font.family": ["serif"], "figure.dpi": 71, "axes.grid": False}):
        draw(sheet, "ja", [1741], "cascade")
        assert matplotlib.rcParams["figure.dpi"] == 71
        assert matplotlib.rcParams["font.family"] == ["serif", "IPAexGothic"]
        figure, axes = plt.subplots()
        axes.set_title("執行率(%)")
        figure.savefig(tmp_path / "own.png")


def test_a_figure_made_before_our_first_object_has_all_its_glyphs(sheet, tmp_path):
    with matplotlib.rc_context({"font.family": ["serif"]}):
        figure, axes = plt.subplots()
        Spending(sheet).plot_cascade(axes)
        figure.savefig(tmp_path / "own.png")
        assert axes.xaxis.label.get_fontfamily() == ["serif", "IPAexGothic"]


def test_importing_changes_nothing_in_matplotlib_and_takes_not_all_of_statsmodels():
    program = (
        "import sys, matplotlib; before = dict(matplotlib.rcParams)\n"
        "import helpers.front.quality\n"
        "assert not {'scipy.stats', 'statsmodels'} & {*sys.modules}, 'it fits nothing'\n"
        "import helpers.front.spending, helpers.front.corpus, helpers.front.track_record\n"
        "changed = {k for k in before if matplotlib.rcParams[k] != before[k]}; assert not changed\n"
        "assert 'statsmodels.api' not in sys.modules, 'helpers.regression has what is used'"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=300)


def test_the_look_is_seaborns():
    seaborns = seaborn.plotting_context("notebook") | seaborn.axes_style("ticks")
    differ = {name for name in seaborns if style.LOOK.get(name) != seaborns[name]}
    assert differ == OWN_LOOK
    own = [style.BLUE, style.ORANGE, style.GREEN, style.RED]
    assert own == seaborn.color_palette("colorblind")[:4]


def test_luminance_is_seaborns():
    for colour in ["white", "black", "#0173b2", style.BUDGET]:
        of_seaborn = seaborn.utils.relative_luminance(colour)
        assert style.luminance(colour) == pytest.approx(of_seaborn)


def test_an_empty_sheet_gives_no_figure():
    draw(EMPTY, "ja", [None])
    assert plt.get_fignums() == []


def test_a_dollar_sign_in_a_name_is_shown_as_it_is(sheet):
    outcome = sheet.outcome.assign(indicator=r"費用($)と A$\foo$B")
    telling = ("curve", "target_odds", "every_indicator", "pace")
    draw(sheet.with_table("outcome", outcome), "ja", [None], *telling)
    for number in plt.get_fignums():
        plt.figure(number).draw_without_rendering()
    assert any("A$" in text for text in alts())


def test_signs_that_the_font_lacks_are_spelled_out(sheet):
    assert style.legible("森林㏊✕2") == "森林ha〓2"
    outcome = sheet.outcome.assign(indicator="整備面積㏊✕😀", unit="㏊")
    output = sheet.output.assign(indicator="😀")
    payment = sheet.payment.assign(payee="㏊✕商店")
    odd = sheet.with_table("outcome", outcome).with_table("output", output)
    draw(odd.with_table("payment", payment), "en", [None])
    for number in plt.get_fignums():
        plt.figure(number).draw_without_rendering()
    assert any("㏊✕😀" in text for text in alts())


def test_labels_are_spread_in_order():
    values = [1.0, 1.01, 5.0, 1.02]
    placed = style.spread(values, 0.5)
    assert (np.diff(np.sort(placed)) >= 0.5 - 1e-6).all()
    assert (np.argsort(placed) == np.argsort(values)).all()
    assert placed[2] == pytest.approx(5.0)


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_values_of_other_sheets_are_rings(sheet, lang):
    names = ("table", "number", "fiscal_year", "column", "sheet_year", "sheet_id", "value")
    rows = [
        ("budget", None, 2017, "executed", 2018, "x", 9.0),
        ("budget", None, 2017, "budget_net", 2018, "x", 24.0),
        ("outcome", 1, 2017, "actual", 2018, "x", 93_000.0),
    ]
    vintage = pd.DataFrame([dict(zip(names, row, strict=True)) for row in rows])
    draw(sheet.with_table("vintage", vintage), lang, [1741], "execution_rate", "curve")
    texts = alts()
    assert any("38 % (2018)" in text for text in texts)
    assert any("93,000 (2018)" in text for text in texts)
    # A value far off does not flatten the curve.
    (curve,) = [plt.figure(at) for at in plt.get_fignums() if "1,600" in repr(plt.figure(at))][:1]
    assert curve.axes[0].get_ylim()[1] < 4000


def test_large_numbers_are_written_out(sheet):
    columns = ["requested", "initial", "budget_net", "budget_gross", "executed"]
    budget = sheet.budget.copy()
    budget[columns] *= 1e5
    draw(sheet.with_table("budget", budget), "en", [None], "cascade")
    plt.gcf().canvas.draw()
    labels = [label.get_text() for label in plt.gca().get_yticklabels()]
    # Neither as 1e7 nor in millions.
    assert "10" in labels
    assert any("trillion yen" in text.get_text() for text in plt.gcf().texts)


def test_two_years_are_written_out(sheet):
    two = sheet.with_table("budget", sheet.budget[sheet.budget["fiscal_year"].isin([2017, 2018])])
    draw(two, "en", [None], "cascade", "execution_rate", "unspent")
    for number in (1, 2, 3):
        labels = plt.figure(number).axes[-1].get_xticklabels()
        assert [label.get_text() for label in labels] == ["2017", "2018"]


def test_values_that_do_not_differ_keep_a_readable_axis(sheet):
    outcome = sheet.outcome.assign(actual=2.0, target=2.0).head(2)
    draw(sheet.with_table("outcome", outcome), "en", [None])
    for number in plt.get_fignums():
        plt.figure(number).draw_without_rendering()


def test_a_heat_map_without_a_gap_has_every_amount(sheet):
    full = pd.DataFrame({2017: [1.0, 40.0], 2018: [10.0, 30.0]}, index=["a", "b"])
    told("en", charts.payments, full, sheet)
    written = [(text.get_text(), text.get_color()) for text in plt.gca().texts]
    # Light letters on dark cells.
    assert written == [("1", style.INK), ("10", style.INK), ("40", "white"), ("30", "white")]


def test_falling_values_leave_every_label_readable():
    """The first value lies on the ceiling, and the paths end at nothing."""
    facts = {"number": 1, "indicator": "割合", "unit": "%", "target": 80.0, "target_year": 2029}
    rows = [
        {**facts, "fiscal_year": y, "actual": v} for y, v in ((2022, 100), (2023, 83), (2024, 72))
    ]
    draw(ReviewSheet.build(sheet=EMPTY.sheet, outcome=rows), "en", [100.0], "curve", "target_odds")
    for number in plt.get_fignums():
        with plt.rc_context(style.LOOK):
            assert faults(plt.figure(number)) == []
