"""`helpers.Payees` on a made corpus, on the default sheet, and what it refuses."""

import duckdb
import matplotlib.pyplot as plt
import pandas as pd
import pytest

from corpus_sheets import made, payment, sheet
from helpers import Payees, charts, words
from helpers.parameters import ParameterError
from helpers.sheet import SheetError
from helpers.story import payees as story
from overlaps import faults

NEC, HITACHI, NTT = "7010401022916", "7010001008844", "6010601062093"
TOKYO = "8000020130001"
OF_LABOUR = {"府省庁": "厚生労働省"}


def paid(year: int, payee: str, amount: float, number: str | None = None) -> dict:
    return payment(year, payee, amount) | {"法人番号": number}


def payments(year: int, *rows: tuple) -> list[dict]:
    return [paid(year, *row) for row in rows]


SHEETS = [
    sheet(
        2016,
        1,
        支出先=payments(2015, ("日本電気㈱", 30.25), ("乙建設", 5.0), ("個人A", 1.0)),
    ),
    sheet(
        2019,
        1,
        支出先=payments(
            2018,
            ("日本電気株式会社", 100.5, NEC),
            ("乙建設株式会社", 40.0, HITACHI),
            ("東京都", 70.0, TOKYO),
            ("その他", 9.0),
            ("甲野太郎", 300.0),
        ),
    ),
    sheet(
        2019,
        2,
        支出先=payments(2018, ("日本電気株式会社", 20.125, NEC), ("乙建設有限会社", 8.0, NTT)),
    ),
    sheet(
        2019,
        3,
        **OF_LABOUR,
        支出先=payments(2018, ("日本電気（株）", 7.5), ("丙社", 900_000_000.0)),
    ),
]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    return made(tmp_path_factory.mktemp("payees"), *SHEETS)


@pytest.fixture(scope="module")
def every(corpus) -> Payees:
    return Payees(corpus.folder)


QUERY = """
select ministry, p.fiscal_year, sum(amount::decimal(38, 6)) as untold
from '{tables}/payment/*/*.parquet' p
join '{tables}/sheet/*/*.parquet' s using (sheet_id)
left join '{tables}/budget/*/*.parquet' b
    on b.sheet_id = p.sheet_id and b.fiscal_year = p.fiscal_year
where not coalesce(amount > 1.1 * executed, false)
group by all order by all
"""


def test_sums_are_those_of_a_query_of_its_own_to_the_yen(corpus, every):
    wanted = duckdb.sql(QUERY.format(tables=corpus.tables)).fetchall()
    assert len(wanted) == 3
    sums = every.by_year.groupby(["ministry", "fiscal_year"])["untold"].sum()
    found = [(*place, round(value * 1e6)) for place, value in sums.items()]
    assert found == [(*place, int(value.scaleb(6))) for *place, value in wanted]


def test_one_payee_over_ministries_and_years(every):
    one = every.of(NEC)
    (row,) = one.payees.to_dict("records")
    assert (row["untold"], row["ministries"], row["projects"]) == (158.375, 2, 3)
    assert one.payees[["direct", "handed_on"]].isna().all(axis=None)
    assert sorted(one.evidence["joined"]) == ["name", "name", "number"]
    assert one.projects["fiscal_year"].tolist() == [2018, 2018, 2018, 2015]
    # By any spelling, by its number as papermill gives it, and of all or of what was chosen.
    folder = every._every._given["corpus"]
    for name in ("日本電気", "日本電気(株)", int(NEC)):
        assert Payees(folder, name).payees.equals(one.payees)
    labour = Payees(folder, NEC, "Ministry of Health, Labour and Welfare", 2018)
    assert labour.payees["untold"].tolist() == [7.5]


def test_the_largest_are_no_persons_bundles_or_slips(every):
    assert every.largest(10)["payee"].tolist() == [
        "日本電気株式会社",
        "東京都",
        "乙建設株式会社",
        "乙建設有限会社",
    ]
    assert every.left_out["printed"].tolist() == [900_000_000.0]
    assert every.coverage["sheets"].tolist() == [1, 3]


def test_what_stays_apart_is_beside_it(every):
    one = every.of(HITACHI)
    assert one.apart["payee_id"].tolist() == [NTT, "乙建設"]
    assert one.apart["untold"].tolist() == [8, 5]
    assert one.apart["shared"].tolist() == [1, 1]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"payee": "日本電器"},
            "found '日本電器'; expected another payee, such as 日本電気",
        ),
        ({"payee": "乙建設"}, "a name of several payees; expected the corporate number of one of"),
        ({"payee": "個人A"}, "a label of nobody in particular; expected another payee"),
        ({"payee": "その他"}, "a label of nobody in particular; expected another payee"),
        ({"payee": "東京都", "ministry": "厚生労働省"}, "not paid in what was chosen; expected ye"),
        ({"ministry": "甲省"}, "ministry: found '甲省'; expected one of 厚生労働省, 国土交通省"),
        ({"first_year": 2030}, "first_year: found 2030; expected years of which some are the sh"),
        ({"first_year": 2019, "last_year": 2018}, "first_year: found 2019, later than last_year"),
        ({"payee": "7010401022917"}, "no corporate number (its length or its check digit is not"),
        ({"payee": "建設"}, "expected another payee, such as 乙建設"),
        ({"payee": True}, "expected a payee's name, or its corporate number of 13 digits"),
    ],
)
def test_what_is_wrong_is_told(corpus, given, message):
    with pytest.raises(ParameterError) as told:
        Payees(corpus.folder, **given)
    assert message in str(told.value)


@pytest.mark.parametrize("name", ["乙建設", "その他", ""])
def test_one_of_the_same_tables_is_named_as_strictly(every, name):
    with pytest.raises(ParameterError, match="payee: "):
        every.of(name)


def test_sheets_without_payments_are_told(tmp_path):
    bare = made(tmp_path, sheet(2019, 1))
    with pytest.raises(SheetError, match="no payments; expected a corpus whose sheets print"):
        Payees(bare.folder)


def test_a_name_of_several_numbers_lists_them(corpus):
    with pytest.raises(
        ParameterError, match=f"{HITACHI} .乙建設株式会社, 1.; 6010601062093|6010601062093"
    ):
        Payees(corpus.folder, "乙建設(株)")


SECTIONS = ("years", "projects", "concentration", "contracts", "sole_bidders", "names", "unnamed")


@pytest.mark.parametrize("lang", words.LANGUAGES)
@pytest.mark.parametrize("payee", [None, NEC, "甲野太郎"])
def test_every_section_speaks(every, payee, lang, capsys):
    with words.speaking(lang):
        one = every if payee is None else every.of(payee)
        assert repr(one.answer())
        for name in SECTIONS:
            getattr(one, f"show_{name}")()
            assert capsys.readouterr().out.strip()
        one.show_limits()
    plt.close("all")


def test_a_name_that_is_no_single_payees_has_no_share(every, capsys):
    every.of("甲野太郎").show_concentration()
    assert "一つの支出先に定まる名前ではないため、割合はありません" in capsys.readouterr().out


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_no_text_of_a_figure_lies_upon_another(every, lang):
    with words.speaking(lang):
        axes = [every.plot_largest(), every.plot_concentration(), every.of(NEC).plot_years()]
        drawn = [one.figure for one in axes if one is not None]
        assert len(drawn) >= 2
        assert [faults(figure) for figure in drawn] == [[]] * len(drawn)
    plt.close("all")


def test_long_names_and_many_years_fit():
    """Ministries of four lines, and amounts of very unlike size."""
    ministries = [
        "Ministry of Land, Infrastructure, Transport and Tourism",
        "国土交通省",
        "厚生労働省",
    ]
    by_year = pd.DataFrame(
        [
            {"fiscal_year": 2014 + at % 11, "ministry": name, "direct": None, "untold": 10.0**at}
            for name in [*ministries, "文部科学省", "経済産業省"]
            for at in range(12)
        ]
    ).astype({"direct": float})
    coverage = pd.DataFrame({"fiscal_year": range(2014, 2025), "sheets": 5_000, "first_only": 0})
    tables = story.years(by_year, coverage)
    assert list(tables["untold"].columns)[-1] == story.REST
    for lang in words.LANGUAGES:
        with words.speaking(lang):
            assert faults(charts.payee_years(**tables, source="出典").figure) == []
    plt.close("all")


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_figures_by_ministry_fit(lang):
    names = [*words.MINISTRIES][: story.MINISTRIES]
    facts = {"fiscal_year": 2024, "sheets": 9, "first_only": False, "named_share": None}
    facts |= {"money": 2e6, "named": 1.5e6, "bundled": 5e5, "payees": 11, "executed": 0.0}
    table = pd.DataFrame(
        [
            facts | {"ministry": name, "top_share": at / 40, "ten_share": at / 20 + 0.01}
            for at, name in enumerate(names)
        ]
    ).assign(bundled_share=0.25, classes=9e5, classes_share=0.45)
    with words.speaking(lang):
        found = charts.concentration(story.concentrated(table), "出典")
        others = charts.unnamed(story.unnamed(table), "出典")
        assert [faults(one.figure) for one in (found, others)] == [[], []]
        assert words.ministry(names[-1]) in repr(story.read_concentration(table))
    plt.close("all")


def test_without_a_corpus_the_default_sheet_is_read_and_that_is_said():
    alone = Payees()
    assert alone.coverage["sheets"].max() == 1
    assert "make corpus" in repr(alone.answer())
    assert alone.largest(1)["payee"].tolist() == ["株式会社日立コンサルティング"]
    assert repr(Payees(payee="日本電気").answer()).startswith("日本電気")
