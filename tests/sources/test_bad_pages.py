import os

import pytest

from helpers import paths
from helpers.sheet import SheetError
from helpers.sources import read

DEFAULT = paths.DEFAULT_SHEET.read_text(encoding="utf-8")
ROW_2018 = "2018 | 121 | 71 | 0 | 0 | 0 | 0 | 71 | 43 |"
NAME = "2019-総務省-0042.txt"


def cut_after(text: str) -> str:
    assert DEFAULT.count(text) == 1
    return DEFAULT[: DEFAULT.index(text) + len(text)]


def changed(old: str, new: str) -> str:
    assert DEFAULT.count(old) == 1
    return DEFAULT.replace(old, new)


# name -> content, line, found, expected
PAGES = {
    "empty": ("", None, "empty file", "府省庁: 総務省"),
    "blank lines": ("\n \n\u3000\n", None, "empty file", "府省庁: 総務省"),
    "wrong page": ("昨日の天気\n晴れ | 25度 |\n", None, "no line 府省庁:", "府省庁: 総務省"),
    "no project number": (
        changed("事業番号: 0042\n", ""),
        None,
        "no line 事業番号:",
        "事業番号: 0042",
    ),
    "dash for a project number": (changed("0042\n", "-\n"), None, "no line 事業番号:", "0042"),
    "a path for a project number": (changed("0042\n", "../../0042\n"), 3, "../../0042", "digits"),
    "name missing": (DEFAULT.split("\n", 1)[1], 1, "府省庁: 総務省", "the project's name"),
    "too few cells": (changed(ROW_2018, ROW_2018.replace("| 121 ", "")), 22, "8 cells", "9 cells"),
    "too many cells": (changed(ROW_2018, f"{ROW_2018} 5 |"), 22, "10 cells", "9 cells"),
    "row not closed": (changed(ROW_2018, ROW_2018[:-2]), 22, ROW_2018[:-2], "ends with |"),
    "word for money": (changed("| 71 | 43 |", "| 71 | 四三 |"), 22, "'四三'", "a number"),
    "money with a unit": (changed("| 71 | 43 |", "| 71 | 43円 |"), 22, "'43円'", "a number"),
    "badly grouped": (changed("| 71 | 43 |", "| 71 | 1,23 |"), 22, "'1,23'", "a number"),
    "word for an amount": (
        changed("業務の請負 | 10 |", "業務の請負 | 十 |"),
        48,
        "'十'",
        "a number",
    ),
    "no year": (changed("\n2014 | - | 34", "\n計 | - | 34"), 18, "'計'", "a year"),
    "a year without its era": (
        changed("\n2014 | - | 34", "\n26年度 | - | 34"),
        18,
        "26年度",
        "平成",
    ),
    "a year of the far future": (changed("\n2014 | - | 34", "\n4014 | - | 34"), 18, "4014", "2100"),
    "a year twice": (changed("\n2017 | 30 |", "\n2018 | 30 |"), 22, "2018 again", "once"),
    "an indicator's year twice": (
        changed("2017 | - 団体", "2016 | - 団体"),
        31,
        "2016 again",
        "once",
    ),
    "unknown header": (changed("予備費等", "予備"), 14, "'予備'", "要求額, 当初予算"),
    "a header of another table": (
        changed("予備費等", "支出先"),
        14,
        "'支出先'",
        "要求額, 当初予算",
    ),
    "header twice": (changed("予備費等", "執行額"), 14, "執行額", "once"),
    "unknown money unit": (changed("100万円", "ドル"), 13, "ドル'", "百万円"),
    "a money unit of other words": (
        changed("※単位は100万円", "Unit: 1 000 yen"),
        13,
        "yen",
        "千円",
    ),
    "an unknown unit in a heading": (
        changed("予算額・執行額\n※単位は100万円", "予算額・執行額(単位：ドル)"),
        12,
        "ドル",
        "千円",
    ),
    "two units in a line": (changed("は100万円", "は千円(一部百万円)"), 13, "千円", "one of 円"),
    "a unit line that says another unit": (
        changed("※単位は100万円", "※単位は100万円\n(単位：千円)"),
        14,
        "'(単位：千円)'",
        "as line 13",
    ),
    "another unit at the page's top": (
        changed("会計区分", "金額の単位は千円\n会計区分"),
        14,
        "'※単位は100万円'",
        "as line 6",
    ),
    "another unit in a header": (changed("予算計", "予算計(千円)"), 14, "in line 13", "one unit"),
    "a unit in some headers": (
        changed("※単位は100万円\n", "").replace("予算計", "予算計(千円)"),
        13,
        "none in others",
        "※単位は千円",
    ),
    "a unit for a year": (
        changed("年度 | 要求額", "年度(千円) | 要求額"),
        14,
        "年度(千円)",
        "要求額",
    ),
    "no table": (
        DEFAULT.replace("|", "、"),
        None,
        "no row of any table, under 事業の目的",
        "年度 |",
    ),
    "no heading": (
        DEFAULT[: DEFAULT.index("事業の目的")] + "予算 100百万円\n",
        None,
        "under no heading",
        "予算額・執行額",
    ),
    "a header's unit that is none": (
        changed("額(百万円)", "額(千万円)"),
        41,
        "'(千万円)'",
        "one of 円",
    ),
    "unknown unit in a header": (changed("額(百万円)", "額(ドル)"), 41, "支出額(ドル)", "支出額"),
    "no header": (
        changed("年度 | 当初見込み | 成果実績 |\n---|---|---|\n", ""),
        28,
        "2016 |",
        "header line",
    ),
    "no rule": (
        changed("成果実績 |\n---|---|---|\n", "成果実績 |\n"),
        28,
        "without the rule",
        "---|---|",
    ),
    "cut in a key": (cut_after("府省"), None, "no line 府省庁:", "府省庁: 総務省"),
    "cut in a header": (cut_after("| 前年度から"), 14, "前年度から", "前年度から繰越し"),
    "cut after a header": (cut_after("予算計 | 執行額 |"), 14, "may be cut", "---|---|"),
    "cut in a rule": (cut_after("執行額 |\n---|---|"), 14, "may be cut", "---|---|"),
    "cut in a year": (cut_after(f"{ROW_2018}\n20"), 23, "'20'", "a whole row"),
    "cut after a cell": (cut_after("\n2016 | 67 | 67 |"), 20, "3 cells", "9 cells"),
    "cut in a cell": (cut_after("\n2016 | 67 | 6"), 20, "2016 | 67 | 6", "ends with |"),
    "cut in the last cell": (cut_after("| 71 | 4"), 22, "| 71 | 4", "ends with |"),
    "cut in an outcome": (cut_after("2017 | - 団体 | 95"), 31, "95", "ends with |"),
    "cut in an outcome's year": (cut_after("842 団体 |\n201"), 31, "'201'", "a whole row"),
    "cut in a payment": (cut_after("富士電機株式会社 | 自治"), 47, "自治", "ends with |"),
}


def refused(path) -> SheetError:
    with pytest.raises(SheetError) as caught:
        read(path)
    error = caught.value
    assert str(error).startswith(str(path))
    assert error.found in str(error)
    assert error.expected in str(error)
    return error


@pytest.mark.parametrize("case", PAGES)
def test_a_bad_page_is_refused_with_its_place(tmp_path, case):
    content, line, found, expected = PAGES[case]
    path = tmp_path / NAME
    path.write_text(content, encoding="utf-8", newline="")
    error = refused(path)
    assert (error.path, error.line) == (str(path), line)
    assert found in error.found
    assert expected in error.expected
    assert line is None or f"{NAME}, line {line}: found" in str(error)


@pytest.mark.parametrize(
    ("content", "line", "found"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", None, "NUL at byte offset 8"),
        (DEFAULT.encode("utf-16"), None, "UTF-16"),
        (DEFAULT.encode("utf-16-le"), None, "binary file"),
        (DEFAULT.encode("euc_jp"), None, None),
        ("総務省\n".encode() + b"abc\xff\xfe", 2, "UTF-8 (byte offset 13)"),
        (DEFAULT.encode()[:400], None, "byte offset"),
    ],
    ids=["PNG", "UTF-16", "UTF-16 without BOM", "EUC-JP", "bad bytes", "cut in a letter"],
)
def test_bytes_that_are_no_readable_text_are_refused(tmp_path, content, line, found):
    path = tmp_path / NAME
    path.write_bytes(content)
    error = refused(path)
    if found:
        assert found in error.found
        assert "UTF-8" in error.expected
    if line:
        assert error.line == line


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("missing.txt", "No such file"),
        ("missing.json", "No such file"),
        ("x" * 300 + ".txt", "File name too long"),
        ("nul\0.txt", "null byte"),
    ],
)
def test_a_path_of_no_file_is_refused(tmp_path, name, found):
    assert found in refused(f"{tmp_path}/{name}").found


def test_an_unknown_users_home_is_refused():
    assert "no usable path" in refused("~no-such-user-here/a.txt").found


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read any file")
def test_an_unreadable_file_is_refused(tmp_path):
    path = tmp_path / NAME
    path.touch(mode=0o000)
    assert "Permission denied" in refused(path).found


def test_no_sheet_year_anywhere_is_refused(tmp_path):
    path = tmp_path / "page.txt"
    without_budget = DEFAULT[: DEFAULT.index("予算額")] + DEFAULT[DEFAULT.index("成果目標") :]
    path.write_text(without_budget, encoding="utf-8")
    error = refused(path)
    assert "no sheet year" in error.found
    assert "2019-総務省-0042.txt" in error.expected
