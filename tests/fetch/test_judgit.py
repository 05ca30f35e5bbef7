"""JUDGIT!'s archive: only its sheets are unpacked, all of them or none."""

import gzip
import json
import shutil
import tarfile

import pytest

from fetch_site import APP, ARCHIVE, Reply, archive, held, sheet
from helpers.fetch.judgit import COMMIT

SHEETS = [sheet(2018, "0041"), sheet(2019, "0042"), sheet(2019, "新31-0001")]
NAMES = [
    *("judgit/2018/総務省/2018-総務省-0041.json", "judgit/2019/総務省/2019-総務省-0042.json"),
    "judgit/2019/総務省/2019-総務省-新31-0001.json",
]
ONE = "data/2019/総務省/2019-総務省-0042.json"


def test_the_sheets_of_the_pinned_commit_come_in_and_nothing_else(site, fetch, out, manifest):
    members = {
        "README.md": b"# data",
        "data/README.json": b"{}",
        "data/2019/index.json": b"{}",
        "data/2019/.hidden/a.json": b"{}",
        "data/2019/総務省/.a.json": b"{}",
        "data/2019/総務省/a.csv": b"a",
        "data/2019/総務省/deeper/a.json": b"{}",
        "original/2019/総務省/a.json": b"{}",
        ONE: json.dumps(SHEETS[1]).encode(),
    }
    site.give(ARCHIVE, Reply(archive(members), "application/x-gzip"))
    status, said, complaints = fetch("judgit")
    assert (status, complaints) == (0, "")
    assert f"{out}/judgit: 1 new" in said
    files = held(out)
    assert sorted(files) == ["fetched.json", NAMES[1]]
    assert files[NAMES[1]] == members[ONE]
    entry = manifest()["judgit"]
    assert (
        entry["address"]
        == f"{site.address}/archive/73e78f5989f52c5fe67079628ddf6cde7cee8239.tar.gz"
    )
    assert entry["archive"]["bytes"] == len(archive(members))
    assert (entry["sheets"], entry["bytes"]) == (1, len(members[ONE]))
    assert entry["source"] == "judgit"


def test_what_is_there_is_not_fetched_again_unless_it_is_not_whole(site, fetch, out):
    site.give_judgit(*SHEETS)
    assert fetch("judgit")[0] == 0
    before = held(out)
    assert sorted(before) == ["fetched.json", *NAMES]
    site.calls.clear()
    status, said, _ = fetch("judgit")
    assert status == 0
    assert "3 unchanged" in said
    assert site.calls == []
    (out / NAMES[0]).unlink()
    status, said, _ = fetch("judgit")
    assert status == 0
    assert "3 replaced" in said
    assert {name: data for name, data in held(out).items() if name in NAMES} == {
        name: before[name] for name in NAMES
    }


def test_what_was_put_there_by_hand_stays(site, fetch, out, manifest):
    site.give_judgit(*SHEETS)
    fetch("judgit")
    shutil.rmtree(out / "judgit" / "2018")
    (out / "fetched.json").unlink()
    site.calls.clear()
    status, said, _ = fetch("judgit")
    assert status == 0
    assert "2 unchanged" in said
    assert site.calls == []
    assert manifest()["judgit"]["by_hand"] is True
    assert manifest()["judgit"]["sheets"] == 2


def link(kind: bytes, target: str, name: str = f"data-x/{ONE}") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


GOOD = {ONE: b"{}"}
PACKED = archive(GOOD)


def big() -> bytes:
    return archive({ONE: b"0" * (2**24 + 1)})


def wrong_checksum() -> bytes:
    return PACKED[:-8] + b"\0\0\0\0" + PACKED[-4:]


REFUSED = {
    "the app's page": (APP, "no whole .tar.gz"),
    "half an archive": (PACKED[: len(PACKED) // 2], "no whole .tar.gz"),
    "without its end": (PACKED[:-9], "no whole .tar.gz"),
    "another checksum": (wrong_checksum(), "no whole .tar.gz"),
    "no tar in it": (gzip.compress(b"x" * 2000), "no whole .tar.gz"),
    "nothing in it": (archive({"README.md": b""}), "without data/YEAR/MINISTRY"),
    "another commit": (archive(GOOD, "0" * 40), "the commit 0000"),
    "a name with ..": (archive(GOOD | {"data/2019/../../../a.json": b"{}"}), "one with .."),
    "an absolute name": (
        archive(GOOD | {"x": link(tarfile.REGTYPE, "", "/tmp/a.json")}),
        "an absolute path",
    ),
    "a name of Windows": (archive(GOOD | {"data\\..\\..\\a.json": b"{}"}), "one with .."),
    "a file too long": (big(), "16,777,217 bytes"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_an_archive_that_is_not_whole_or_not_safe_is_refused(case, site, fetch, out):
    content, found = REFUSED[case]
    site.give(ARCHIVE, Reply(content, "application/x-gzip"))
    status, _, complaints = fetch("judgit")
    assert (status, complaints.count("\n")) == (1, 1)
    assert found in complaints
    assert f"{site.address}/archive/{COMMIT}.tar.gz" in complaints
    assert [*held(out)] == ["fetched.json"]
    assert [*held(out.parent)] == ["fetched/fetched.json"]


def test_an_archive_without_end_is_left(site, fetch, out, monkeypatch):
    monkeypatch.setattr("helpers.fetch.judgit.LARGEST", 3)
    site.give(ARCHIVE, Reply(archive(GOOD | {ONE.replace("42", "43"): b"{}"})))
    status, _, complaints = fetch("judgit")
    assert status == 1
    assert "more than 3 bytes" in complaints
    assert [*held(out)] == ["fetched.json"]


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE])
def test_a_link_in_the_place_of_a_sheet_is_not_unpacked(kind, site, fetch, out):
    hostile = link(kind, "../../../../secret.json", f"data-x/{ONE.replace('0042', '0043')}")
    site.give(ARCHIVE, Reply(archive(GOOD | {"x": hostile}), "application/x-gzip"))
    assert fetch("judgit")[0] == 0
    assert sorted(held(out)) == ["fetched.json", NAMES[1]]


def test_an_answer_cut_off_is_asked_for_again(site, fetch, out):
    site.give(ARCHIVE, Reply(PACKED[:50], length=len(PACKED)), Reply(PACKED))
    assert fetch("judgit")[0] == 0
    assert NAMES[1] in held(out)


def test_a_site_that_is_blocked_says_what_to_do(site, fetch, out):
    site.give(ARCHIVE, Reply(b"", status=403))
    status, _, complaints = fetch("judgit")
    assert status == 1
    assert "the answer 403" in complaints
    assert f"put the folders of its data/ (the years 2015 to 2023) into {out}/judgit" in complaints
    assert complaints.rstrip().endswith(f"{site.address}{ARCHIVE}")
    _, _, complaints = fetch("judgit", lang="ja")
    assert f"年のフォルダ(2015〜2023)を {out}/judgit に置いてください" in complaints
