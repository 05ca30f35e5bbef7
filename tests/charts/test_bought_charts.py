"""The figures of contracts and flows: no text over another, whatever a sheet prints."""

import random

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import pytest
from matplotlib.patches import Rectangle
from matplotlib.text import Text

from bought import block, contract, link, links, paid, sheet
from helpers import charts, money
from helpers.analysis import contracts, flows
from helpers.charts import style
from speaking import told

NAMES = [
    "株式会社とても長い名前の研究所",
    "Ｗｉｄｅ Ｗｏｒｄｓ",
    "WWWWMMMM Institute of Everything",
    "㏊✕$商店",
]


def drawn(page, lang: str = "ja"):
    tree = flows.tree(flows.blocks(page), page)
    axes = told(lang, charts.flows, tree, page)
    return None if axes is None else axes.figure


def some(seed: int):
    """A page of 1 to 30 blocks with names and amounts of any length."""
    rng = random.Random(seed)
    letters = ([chr(65 + at) for at in range(26)] + ["AA", "AB", "AC", "AD"])[: rng.randint(1, 30)]
    deep = rng.random()
    flow = [
        link(rng.choice(["", letters[max(0, at - 1)] if rng.random() < deep else ""]), name)
        for at, name in enumerate(letters)
    ]
    flow += [link(*rng.choices(letters, k=2)) for _ in range(rng.randint(0, 4))]
    flow = flow[rng.randint(0, 1) :]
    for row in flow:
        row["block_name"] = rng.choice(NAMES) * rng.randint(1, 4)
    totals = [block(name, rng.choice([None, -3, 10 ** rng.uniform(-6, 8)])) for name in letters]
    costs = [{"indirect": "旅費", "amount": 3}] * rng.randint(0, 1)
    for row in totals:
        row["block_name"] = None
    return sheet(flow=flow, block=totals, indirect_cost=costs)


def overlaps(figure) -> list[tuple[str, str]]:
    """Pairs of texts that lie over each other, and texts that lie outside."""
    figure.draw_without_rendering()
    texts = [text for text in figure.findobj(Text) if text.get_text() and text.get_visible()]
    shown = [text for text in texts if text not in _ticks(figure)]
    boxes = [(text.get_text(), text.get_window_extent().shrunk(0.98, 0.9)) for text in shown]
    found = [
        (one, other)
        for at, (one, box) in enumerate(boxes)
        for other, there in boxes[at + 1 :]
        if box.overlaps(there)
    ]
    inside = figure.bbox
    return found + [
        (text, "outside")
        for text, box in boxes
        if box.x0 < inside.x0 or box.x1 > inside.x1 or box.y0 < inside.y0 or box.y1 > inside.y1
    ]


def _ticks(figure) -> set[Text]:
    """Labels of ticks, of which matplotlib keeps some beyond the ends of the axes."""
    both = [axis for axes in figure.axes for axis in (axes.xaxis, axes.yaxis)]
    return {
        label for axis in both for tick in axis.get_major_ticks() for label in tick.findobj(Text)
    }


@pytest.mark.parametrize("seed", range(20))
def test_no_text_of_a_flow_lies_over_another(seed):
    figure = drawn(some(seed), ("ja", "en")[seed % 2])
    assert overlaps(figure) == []
    plt.close(figure)


def test_an_overlap_is_seen():
    figure = drawn(sheet(flow=links("-A"), block=[block("A", 1)]))
    figure.axes[0].text(0.05, 0, "省の上に")
    assert overlaps(figure) != []


def test_a_chain_is_drawn_however_deep():
    letters = [chr(65 + at) for at in range(14)]
    flow = links(" ".join(f"{a}-{b}" for a, b in zip(["", *letters], letters, strict=False)))
    figure = drawn(sheet(flow=flow, block=[block(name, 1000) for name in letters]))
    assert overlaps(figure) == []
    assert "M M商店 10億円 → N N商店 10億円" in repr(figure)


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_a_flow_says_who_paid_whom(lang):
    page = sheet(
        flow=links("-A -B A-C B-C D-D"),
        block=[block("A", 70), block("B", 30), block("C", 20), block("D", 5)],
        indirect_cost=[{"indirect": "旅費", "amount": 3}],
    )
    figure = drawn(page, lang)
    figure.draw_without_rendering()
    text = repr(figure)
    amounts = {
        "ja": ("1億300万円", "7,000万円", "3,000万円", "2,000万円", "500万円"),
        "en": ("¥103 million", "¥70 million", "¥30 million", "¥20 million", "¥5 million"),
    }
    state, a, b, c, d = amounts[lang]
    assert f"省 {state} → A A商店 {a}, B B商店 {b}" in text
    also = {"ja": f"C C商店 (Bからも) {c}", "en": f"C C商店 (also from B) {c}"}[lang]
    assert f"A A商店 {a} → {also}" in text
    assert f"D D商店 {d}" in text
    seen = {
        "ja": f"の{state}は4ブロック、2段に渡った",
        "en": f": {state} went to 4 blocks in 2 steps",
    }
    assert seen[lang] in figure.get_suptitle().replace("\n", "" if lang == "ja" else " ")


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_a_flow_of_first_payees_says_so_and_sums_nothing(lang):
    page = sheet(
        flow=links("-A A-B"),
        payment=[paid("A", "甲社", 679), paid("B", "乙社", 5)],
        use=[{"block": "A"}],
    )
    figure = drawn(page, lang)
    first = {"ja": "筆頭: ", "en": "first payee: "}[lang]
    a, b = told(lang, money.yen, 679), told(lang, money.yen, 5)
    assert f"省 – → A {first}甲社 {a}; A {first}甲社 {a} → B {first}乙社 {b}" in repr(figure)
    note = {"ja": "各ブロックの筆頭の支出先だけ", "en": "The first payee of each block only"}[lang]
    assert any(note in text.get_text() for text in figure.findobj(Text))
    assert overlaps(figure) == []


def test_bars_begin_at_one_line_and_are_as_long_as_the_amounts():
    page = sheet(flow=links("-A A-B -C"), block=[block("A", 60), block("B", 30), block("C", 40)])
    bars = [
        bar
        for bar in drawn(page).findobj(Rectangle)
        if bar.get_height() == pytest.approx(0.07) and bar.get_linewidth() == 0
    ]
    assert len({bar.get_x() for bar in bars}) == 1
    longest = bars[0].get_width()
    assert [round(100 * bar.get_width() / longest) for bar in bars] == [100, 60, 30, 40]


def test_a_page_without_blocks_or_contracts_gives_no_figure():
    assert drawn(sheet()) is None
    nothing = sheet(contract=[contract("tender", 0), contract("small", None)])
    alone = sheet(contract=[contract("tender", 9)])
    for each in (nothing, alone, sheet()):
        found = contracts.methods(contracts.contracts(each))
        assert charts.contracts(found, each) is None
    assert plt.get_fignums() == []


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_single_bids_are_marked(lang):
    rows = [contract("tender", 60, 1), contract("tender", 40, 3), contract(None, 1234567)]
    page = sheet(contract=rows)
    axes = told(lang, charts.contracts, contracts.methods(contracts.contracts(page)), page)
    axes.figure.draw_without_rendering()
    hatched = [bar for bar in axes.patches if bar.get_hatch() and bar.get_width() > 0]
    assert [bar.get_width() for bar in hatched] == [{"ja": 0.6, "en": 0.06}[lang]]
    told_in = {
        "ja": "競争入札 1億円 (2)、うち一者応札 6,000万円",
        "en": "tender ¥100 million (2), one bidder ¥60 million",
    }
    assert told_in[lang] in repr(axes.figure)
    assert overlaps(axes.figure) == []


@pytest.mark.parametrize("seed", range(20))
def test_no_text_of_the_methods_lies_over_another(seed):
    rng = random.Random(seed)
    groups = rng.sample(contracts.GROUPS, rng.randint(2, len(contracts.GROUPS)))
    rows = [contract(name or None, 10 ** rng.uniform(-3, 8), rng.randint(1, 2)) for name in groups]
    page = sheet(contract=rows)
    found = contracts.methods(contracts.contracts(page))
    axes = told(("ja", "en")[seed % 2], charts.contracts, found, page)
    assert overlaps(axes.figure) == []


def test_without_single_bids_nothing_is_said_of_them():
    page = sheet(contract=[contract("tender", 60, 3), contract("small", 1)])
    axes = charts.contracts(contracts.methods(contracts.contracts(page)), page)
    assert "一者" not in axes.get_title(loc="left") + repr(axes.figure)


def test_a_name_is_cut_to_the_room_that_it_has():
    assert style.fitted("短い", 2, 10) == "短い"
    for text in NAMES:
        cut = style.fitted(text * 3, 1.5, 10)
        assert cut.endswith("…")
        assert 1.2 < style.measured(cut, 10) <= 1.5
    assert style.fitted("長い名前", 0.01, 10) == "…"


def test_a_readers_own_axes():
    figure, axes = plt.subplots(figsize=(5, 5))
    page = sheet(flow=links("-A"), block=[block("A", 1)])
    assert charts.flows(flows.tree(flows.blocks(page), page), page, axes) is axes
    plt.close(figure)
