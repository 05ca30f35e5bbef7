"""What a review said, and the budgets before and after it: by hand."""

import numpy as np
import pytest

from bought import sheet
from helpers.analysis import reviews

CUT = {"fiscal_year": 2025, "opinion": "事業内容の一部改善", "reaction": "縮減"}
BUDGET = [
    {"fiscal_year": 2025, "initial": 100.0, "requested": 120.0},
    {"fiscal_year": 2026, "requested": 93.0, "initial": 95.0},
]


@pytest.mark.parametrize(
    ("amounts", "size"),
    [((-7.2, None), 7.2), ((7.2, None), 7.2), ((-7.0, -3.0), 10), ((None, None), None)],
)
def test_the_size_of_what_is_reflected_has_no_sign(amounts, size):
    general, special = amounts
    review = CUT | {"reflected": general, "reflected_special": special}
    row = reviews.followed(sheet(review=[review], budget=BUDGET)).iloc[0]
    assert (np.isnan(row["reflected"]) and size is None) or row["reflected"] == pytest.approx(size)
    assert (row["initial"], row["requested_next"], row["initial_next"]) == (100, 93, 95)


def test_the_budgets_of_other_years_are_missing():
    row = reviews.followed(sheet(review=[CUT | {"fiscal_year": 2023}], budget=BUDGET)).iloc[0]
    assert row[["initial", "requested_next", "initial_next"]].isna().all()


def test_further_rows_of_a_year_hold_remarks_alone():
    page = sheet(
        review=[
            CUT | {"past_kind": "公開プロセス", "past_year": 2015, "past_remark": "見直す"},
            {"fiscal_year": 2025, "survey": "決算検査報告", "survey_year": 2019}
            | {"survey_remark": "直す", "survey_response": "直した"},
            # The sheet of the year before had printed the first one too, without a response.
            {"fiscal_year": 2024, "past_kind": "公開プロセス", "past_year": 2015}
            | {"past_remark": "見直す", "past_response": "対応中"},
        ]
    )
    assert reviews.followed(page)["fiscal_year"].tolist() == [2024, 2025]
    found = reviews.remarks(page)
    assert found["remark"].tolist() == ["直す", "見直す"]
    assert found["response"].tolist()[0] == "直した"
    assert found["fiscal_year"].tolist() == [2025, 2025]


def test_the_latest_texts_are_quoted():
    page = sheet(
        review=[
            CUT | {"fiscal_year": 2024, "expert_opinion": "古い"},
            CUT | {"opinion_detail": "新"},
        ]
    )
    assert reviews.said(page).to_dict() == {"opinion_detail": "新"}
    assert reviews.said(page).name == 2025


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("見直すこと。（甲野太郎）", "見直すこと。"),
        ("見直すこと。 （甲野　太郎、乙山　ふ佐子） ", "見直すこと。"),
        ("見直すこと。\n(甲野委員)", "見直すこと。"),
        ("見直すこと。（甲野太郎）次も見る。", "見直すこと。（甲野太郎）次も見る。"),
        ("見直すこと（甲野案）", "見直すこと（甲野案）"),
        ("見直すこと。（2023年度）", "見直すこと。（2023年度）"),
        ("見直すこと。（ただし）", "見直すこと。（ただし）"),
        (
            "見直すこと。（根拠が不明、低いのではないか）",
            "見直すこと。（根拠が不明、低いのではないか）",
        ),
    ],
)
def test_the_names_that_sign_an_opinion_are_left_out(text, left):
    review = CUT | {"expert_opinion": text}
    assert reviews.said(sheet(review=[review]))["expert_opinion"] == left


def test_a_sheet_without_reviews():
    assert reviews.followed(sheet()).empty
    assert reviews.said(sheet()).empty
    assert reviews.remarks(sheet()).empty
