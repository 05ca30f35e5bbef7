"""Sources that are broken, cut off, or nothing of the kind, and odd words on the command line."""

import gzip
import itertools
import json
import random
import re

import pandas as pd
import pytest

import rs_writer
from corpus_sheets import files_of, lines, made, outcome, sheet, sheet_id
from helpers import cli
from helpers.corpus import Corpus, build
from helpers.sheet import SheetError

GOOD = sheet(2018, 1)


@pytest.fixture(scope="module")
def bad(tmp_path_factory):
    """Name -> a source that is broken, and how many sheets it still gives."""
    folder = tmp_path_factory.mktemp("bad")
    whole = lines(folder / "whole.ndjson.gz", *[sheet(2017, number) for number in range(1, 60)])
    made = {}

    def put(name, content, sheets=0):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        made[name] = path, sheets

    def put_folder(name):
        made[name] = folder / name, 0
        return folder / name

    text = json.dumps(GOOD | {"事業番号": "0100", "事業番号2": "0100"}, ensure_ascii=False)
    cut = whole.read_bytes()
    put("cut.ndjson.gz", cut[: len(cut) * 2 // 3], None)
    put("stub.ndjson.gz", cut[:5])
    put("broken.ndjson", f"{text}\n{{oh\n", 1)
    put("cp932.json", text.encode("cp932"))
    put("utf16.json", text.encode("utf-16"))
    put("empty.json", "")
    put("blank.ndjson", "\n\n")
    put("number.json", "7")
    put("other.json", '{"name": "nobody"}')
    put("deep.json", "[" * 100_000)
    put("open.json", f"[{text.replace('0100', '0101')}, ", 1)
    put(
        "long.ndjson",
        b'{"' + b"a" * (17 * 2**20) + b'": 1}\n' + text.replace("0100", "0102").encode(),
        1,
    )
    put("bomb.ndjson.gz", gzip.compress(b'{"' + b"\0" * (64 * 2**20), 9))
    put("paper.pdf", b"%PDF-1.7")
    put("letter.txt", "拝啓")
    put("image.png", b"\x89PNG\r\n\x1a\n" + bytes(100))
    put("elsewhere/readme.md", "# elsewhere")
    made["elsewhere/readme.md"] = folder / "elsewhere", 0
    put_folder("nothing").mkdir()
    made["missing"] = folder / "missing.json", 0
    made["nul"] = "nul\0byte.json", 0
    made["too long"] = "x" * 5000, 0
    rs = put_folder("rs bomb")
    rs.mkdir()
    rs_writer.put(rs / "2-1_RS_2024.zip", {"2-1_RS_2024.csv": b"0" * (64 * 2**20)})
    up = put_folder("rs above")
    up.mkdir()
    rs_writer.put(up / "1-2_RS_2024.zip", {"../1-2_RS_2024.csv": rs_writer.content("1-2", [{}])})
    loop = put_folder("loop")
    loop.mkdir()
    (loop / "loop.json").symlink_to(loop / "loop.json")
    rs_writer.put(folder / "sheets.zip", {"a.json": text.encode()})
    made["sheets.zip"] = folder / "sheets.zip", 0
    return made


@pytest.fixture(scope="module")
def built(bad, tmp_path_factory):
    folder = tmp_path_factory.mktemp("built")
    good = lines(folder / "good.ndjson", GOOD)
    paths = [path for path, _ in bad.values()]
    result = build.build([*paths, good], folder / "corpus", 1)
    return result, Corpus(folder / "corpus")


def test_what_can_be_read_comes_in(built, bad):
    result, corpus = built
    sheets = corpus.table("sheet", columns=["sheet_id", "source_path"])
    assert sheet_id(2018, 1) in set(sheets["sheet_id"])
    of = sheets["source_path"].str.partition("#")[0].value_counts()
    assert result.sheets == len(sheets)
    for name, (path, count) in bad.items():
        if count is None:
            # of the gzip that was cut off, the sheets before the cut
            assert 5 < of[str(path)] < 59, name
        else:
            assert of.get(str(path), 0) == count, name


def test_every_source_that_is_broken_is_listed_with_its_reason(built, bad):
    result, corpus = built
    listed = corpus.rejected()
    assert len(listed) == len(result.rejected)
    assert listed["reason"].str.fullmatch(r"found .+; expected .+").all()
    for name, (path, _) in bad.items():
        own = listed[[str(found).startswith(str(path)[:200]) for found in listed["source_path"]]]
        assert len(own) == 1, (name, own)


@pytest.mark.parametrize(
    ("name", "line", "reason"),
    [
        ("cut.ndjson.gz", None, "a gzip that ends early, after line"),
        ("broken.ndjson", 2, "broken JSON"),
        ("cp932.json", None, "not UTF-8 .byte offset 15 of the file"),
        ("long.ndjson", 1, "a line of more than 16 MB"),
        ("missing", None, "No such file"),
        ("nothing", None, "a folder of no files"),
        ("elsewhere/readme.md", None, "a folder of 1 .md"),
        ("paper.pdf", None, "a PDF"),
    ],
)
def test_a_reject_says_where_and_why(built, bad, name, line, reason):
    _, corpus = built
    listed = corpus.rejected().set_index("source_path").loc[str(bad[name][0])]
    assert (None if pd.isna(listed["line"]) else listed["line"]) == line
    assert re.search(reason, listed["reason"])


def test_nothing_but_broken_sources_is_refused_and_leaves_nothing(bad, tmp_path):
    paths = [path for path, count in bad.values() if count == 0]
    with pytest.raises(SheetError, match="no sheet that could be taken in") as caught:
        build.build(paths, tmp_path / "corpus", 1)
    assert len(str(caught.value)) < 20_000
    assert not (tmp_path / "corpus").exists()


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    later = sheet(2019, 1, outcome=[outcome({2017: 1.0, 2018: 2.0}, 目標最終年度=1993)])
    return made(tmp_path_factory.mktemp("cli"), sheet(2018, 1), later).folder


def run(capsys, *arguments):
    status = cli.main([str(argument) for argument in arguments])
    printed = capsys.readouterr()
    return status, printed.out, printed.err


WORDS = {
    "workers": ["0", "-1", "x", "1.5", ""],
    "by": ["rule", "", "sheet_year,ministry"],
    "as-of": ["x", "", "2018.5"],
}


@pytest.mark.parametrize(("option", "word"), [(o, w) for o, words in WORDS.items() for w in words])
def test_an_option_that_is_no_number_or_choice_is_wrong_usage(capsys, corpus, option, word):
    commands = {
        "workers": ["corpus", "build", corpus, "--out", corpus / "x", f"--workers={word}"],
        "by": ["check", corpus, f"--by={word}"],
        "as-of": ["check", corpus, f"--as-of={word}"],
    }
    status, told, wrong = run(capsys, *commands[option])
    assert (status, told) == (2, "")
    assert "Usage: review-sheets" in wrong
    assert f"--{option}" in wrong


def test_more_workers_than_any_machine_has_are_as_many_as_can_be(capsys, tmp_path):
    missing = tmp_path / "none.json"
    out = ["--out", tmp_path / "c", "--workers", "9" * 30]
    status, told, wrong = run(capsys, "corpus", "build", missing, *out)
    assert (status, told) == (2, "")
    assert "No such file" in wrong


@pytest.mark.parametrize("name", ["#nothing", "#", "#P", "##", "#2018", "#../x", "#\x1b[2J", ""])
@pytest.mark.parametrize("command", ["check", "tables"])
def test_a_corpus_without_such_a_sheet_is_one_line(capsys, corpus, command, name):
    if not name and command == "check":
        return
    status, told, wrong = run(capsys, command, f"{corpus}{name}")
    assert (status, told) == (1, "")
    (line,) = wrong.splitlines()
    assert line.startswith("review-sheets: ")
    assert "expected" in line


def test_as_of_before_the_first_sheet_is_one_line(capsys, corpus):
    for reference in (f"{corpus}#{sheet_id(2019)}", f"{corpus}#P{sheet_id(2018)}"):
        for year in ("2017", "-1", "0"):
            status, told, wrong = run(capsys, "tables", reference, f"--as-of={year}")
            assert (status, told) == (1, "")
            assert f"up to sheet year {year}" in wrong or f"up to {year}" in wrong
            assert len(wrong.splitlines()) == 1


ODD = ["", "#", "-", "--", ".", "\0", "#\0", "a\nb", "a" * 5000, "/dev/null", "x#y"]


@pytest.mark.parametrize("seed", range(2))
def test_no_arguments_end_in_a_traceback(capsys, corpus, tmp_path, monkeypatch, seed):
    """Whatever is said: exit status 0, 1 or 2, and the corpus as it was."""
    monkeypatch.chdir(tmp_path)
    before, rng = files_of(corpus), random.Random(seed)
    commands = [
        ["corpus"],
        ["corpus", "info"],
        ["corpus", "add"],
        ["corpus", "build"],
        ["check"],
        ["tables"],
    ]
    options = ["--out", "--workers=1", "--workers", "--by", "--lang=en", "--as-of=2018", "--as-of"]
    words = [*ODD, str(corpus), f"{corpus}#{sheet_id(2018)}", f"{corpus}#", *options]
    for command in commands:
        for length in range(4):
            arguments = [*command, *rng.choices(words, k=length)]
            if "build" in command or "add" in command:
                arguments += ["--out", tmp_path / "a" / "b"]
            status, _, _ = run(capsys, *arguments)
            assert status in (0, 1, 2), arguments
    assert files_of(corpus) == before


def test_control_characters_of_a_source_never_reach_the_terminal(capsys, tmp_path):
    evil = lines(
        tmp_path / "a.ndjson", GOOD, json.dumps({"\x1b]0;x\x07": 1, "公開年度": "\x1b[2J"})
    )
    status, told, wrong = run(
        capsys, "corpus", "build", evil, "--out", tmp_path / "c", "--workers", 1
    )
    assert status == 1
    assert not [letter for letter in told + wrong if ord(letter) < 32 and letter != "\n"]


@pytest.mark.slow
def test_hundreds_of_sheets_that_change_at_random_are_read_or_rejected(tmp_path):
    """Nothing that can stand in JSON breaks a build."""
    rng = random.Random(0)
    odd = [None, "", "－", [], {}, [None], 0, -1, 1e17, 0.1, "7", True, "a" * 3000, {"年度": 2018}]
    source = sheet(
        2018,
        1,
        outcome=[outcome({2016: 1.0})],
        支出先=[{"年度": 2017, "支出先名": "甲", "支出額": 1}],
    )
    sheets = []
    for number in range(400):
        one = json.loads(json.dumps(source)) | {"事業番号": f"{number:04}"}
        for _ in range(rng.randint(1, 3)):
            place, key = rng.choice(list(_places(one)))
            place[key] = rng.choice(odd)
        sheets.append(one)
    result = build.build([lines(tmp_path / "a.ndjson", *sheets)], tmp_path / "c", 1)
    assert result.sheets + len(result.rejected) == 400
    assert result.sheets > 50
    corpus = Corpus(tmp_path / "c")
    corpus.info()
    corpus.counts("ministry")
    for project in itertools.islice(corpus.table("project")["project_id"].unique(), 10):
        assert corpus.project(project).year


def _places(value):
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in items:
        yield value, key
        if isinstance(inner, dict | list):
            yield from _places(inner)
