"""Whatever a source holds, it is read or refused with a SheetError."""

import copy
import gzip
import json
import tempfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers import paths, sources
from helpers.checks import findings
from helpers.sheet import ReviewSheet, SheetError
from helpers.sources import judgit_json
from judgit_records import later, record

SETTINGS = settings(suppress_health_check=list(HealthCheck), max_examples=150)
NAMES = ["a.txt", "a.json", "a.ndjson", "a.jsonl.gz", "a.json.gz", "a.csv", "a.zip", "a", "1-2.csv"]
WHOLE = [
    paths.DEFAULT_SHEET.read_bytes(),
    json.dumps(record(), ensure_ascii=False).encode(),
    json.dumps([record(), later()], ensure_ascii=False, indent=1).encode(),
    b"\n".join(json.dumps(one).encode() for one in (record(), later())),
]
WHOLE += [gzip.compress(content, mtime=0) for content in WHOLE]
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(1800, 2200)
    | st.just(10**400)
    | st.floats()
    | st.text(st.characters(), max_size=20)
    | st.sampled_from(
        ["-", "新30", "2018", "\ud800", "\0", "１，２", "3～4", "=cmd", "../x", "\n", ""]
    )
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=6,
)


def check(path) -> None:
    """Every reader's way in, for one path."""
    with suppress(SheetError):
        assert sources.kind(path)
    for sheet in sources.stream(path):
        assert isinstance(sheet, SheetError) or ReviewSheet.build(**sheet).id
    with suppress(SheetError):
        assert sources.read(path).id


@st.composite
def damaged(draw) -> bytes:
    """A whole file with some bytes changed, put in or cut off."""
    content = bytearray(draw(st.sampled_from(WHOLE)))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(content)))
        content[at : at + draw(st.integers(0, 3))] = draw(st.binary(max_size=4))
    cut = draw(st.integers(0, len(content)))
    return bytes(content[:cut] if draw(st.booleans()) else content)


ANY = st.binary(max_size=300) | st.text(max_size=100).map(str.encode) | damaged()


@SETTINGS
@given(name=st.sampled_from(NAMES), content=ANY)
def test_any_bytes_in_a_file(name, content):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.write_bytes(content)
        check(path)
        check(folder)
        check(f"{path}#0042")


def places(node, place=()):
    """Every key and position in a parsed document."""
    for key in node if isinstance(node, dict) else range(len(node)):
        yield (*place, key)
        if isinstance(node[key], dict | list):
            yield from places(node[key], (*place, key))


MADE = [record(), later()]


@st.composite
def mutated(draw) -> dict:
    """A sheet in which some values are deleted, repeated or others, of any type."""
    made = copy.deepcopy(draw(st.sampled_from(MADE)))
    for _ in range(draw(st.integers(1, 3))):
        *outer, last = draw(st.sampled_from(list(places(made))))
        inner = made
        for key in outer:
            inner = inner[key]
        change = draw(st.sampled_from(["delete", "replace", "repeat", "swap"]))
        if change == "delete":
            del inner[last]
        elif change == "repeat" and isinstance(inner, list):
            inner.append(copy.deepcopy(inner[last]))
        elif change == "swap":
            inner[last] = copy.deepcopy(draw(st.sampled_from(list(made.values()))))
        else:
            inner[last] = draw(VALUES)
    return made


@SETTINGS
@given(made=mutated())
def test_any_value_in_a_sheet(made):
    before, rows, refused = repr(made), None, None
    try:
        rows = judgit_json.rows(made, "judgit.json", 4)
    except SheetError as error:
        refused = error
    assert repr(made) == before
    if refused:
        assert str(refused).startswith("judgit.json, line 4: found ")
        assert len(refused.found) < 200
        return
    sheet = ReviewSheet.build(**rows)
    assert sheet.year == made["公開年度"]
    for table in sheet.tables().values():
        for text in table.select_dtypes("str").to_numpy().ravel():
            assert text != text or text.encode() is not None
    assert findings(sheet) is not None
    content = json.dumps(made).encode()
    assert repr(judgit_json.parse(content, "judgit.json", 4)) == repr(rows)


@SETTINGS
@given(content=VALUES)
def test_any_json(content):
    try:
        text = json.dumps(content)
    except ValueError:
        pytest.skip("more digits than Python writes")
    with pytest.raises(SheetError):
        judgit_json.parse(text.encode(), "judgit.json")
