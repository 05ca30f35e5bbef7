"""The official CSV files: what comes in, what is refused, what is kept."""

import hashlib
import time
import zipfile

import pytest

import rs_writer
from fetch_site import APP, Reply, held, table, zip_path, zipped
from helpers.sources.rs_tables import KINDS
from rs_writer import packed

K11, K12, K21 = (zip_path(kind, 2024) for kind in ("1-1", "1-2", "2-1"))


def name(path: str, year: int = 2024) -> str:
    """Of the site's path: that in the folder."""
    return f"rs/{year}/{path.rpartition('/')[2]}"


def test_all_files_of_a_year_come_in_under_their_official_names(site, fetch, out, manifest):
    site.give_year(2024)
    site.give_year(2025)
    status, said, complaints = fetch("rs", 2024, 2025)
    assert (status, complaints) == (0, "")
    assert f"{out}/rs/2024: 15 new, 0 replaced, 0 unchanged, 0 failed" in said
    files = held(out)
    assert files.pop("fetched.json")
    expected = [name(zip_path(kind, year), year) for year in (2024, 2025) for kind in KINDS]
    assert sorted(files) == sorted(expected)
    assert "rs/2024/1-3_RS_2024_基本情報_政策・施策、法令等.zip" in files
    assert files[name(K11)] == zipped("1-1", 2024)
    entry = manifest()[name(K11)]
    assert entry["sha256"] == hashlib.sha256(files[name(K11)]).hexdigest()
    assert entry["bytes"] == len(files[name(K11)])
    assert entry["source"] == "rs"
    assert entry["address"].endswith("%E7%B5%84%E7%B9%94%E6%83%85%E5%A0%B1.zip")
    assert site.calls[0][1]["User-Agent"].startswith("review-sheets/")


def test_the_manifest_names_licence_and_attribution(site, fetch, out):
    site.give_year(2024)
    fetch("rs", 2024)
    text = (out / "fetched.json").read_text("utf-8")
    assert "PDL1.0" in text
    assert "出典：行政事業レビュー見える化サイト" in text
    assert "CC BY 4.0" in text


def shift_jis(tmp_path) -> bytes:
    members = {"1-2_RS_2024_基本情報_事業概要等.csv": table("1-2", 2024)}
    return rs_writer.put_shift_jis(tmp_path / "s.zip", members).read_bytes()


def test_a_member_name_in_shift_jis_is_no_matter(site, fetch, out, tmp_path):
    site.give_year(2024)
    site.give(K12, Reply(shift_jis(tmp_path)))
    status, _, complaints = fetch("rs", 2024)
    assert (status, complaints) == (0, "")
    assert held(out)[name(K12)] == shift_jis(tmp_path)


def encrypted() -> bytes:
    data = bytearray(zipped("1-2", 2024))
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + flags] |= 1
    return bytes(data)


def wrong_checksum() -> bytes:
    data = bytearray(zipped("1-2", 2024))
    at = data.index(b"PK\x01\x02") + 16
    data[at : at + 4] = b"\0\0\0\0"
    return bytes(data)


def bomb() -> bytes:
    return packed({"1-2.csv": b"0" * 2**25})


REFUSED = {
    "the app's page": (Reply(APP, "text/html"), "text/html that begins b'<!doctype html>"),
    "a page called a zip": (Reply(APP), "application/zip that begins b'<!doctype html>"),
    "nothing": (Reply(b""), "begins b''"),
    "garbage after the signature": (Reply(b"PK\x03\x04" + b"x" * 500), "no readable zip"),
    "half a zip": (Reply(zipped("1-2", 2024)[:-40]), "no readable zip"),
    "another checksum": (Reply(wrong_checksum()), "a damaged file (Bad CRC-32"),
    "encrypted": (Reply(encrypted()), "a damaged file"),
    "two tables": (
        Reply(packed({"a.csv": table("1-2", 2024), "b.csv": table("1-2", 2024)})),
        "a zip of 2 CSV files",
    ),
    "no table": (Reply(packed({"a.txt": b"a"})), "a zip without a CSV file"),
    "a zip bomb": (Reply(bomb()), "a zip bomb?"),
    "a name with ..": (Reply(packed({"../1-2.csv": table("1-2", 2024)})), "one with .."),
    "another table": (Reply(zipped("2-1", 2024)), "the table 2-1"),
    "no table of the system": (Reply(packed({"a.csv": b"a,b\r\n1,2\r\n"})), "the header 'a, b'"),
    "another year": (Reply(zipped("1-2", 2023)), "事業年度 2023"),
    "rows of two years": (
        Reply(packed({"a.csv": rs_writer.content("1-2", [{}, {"事業年度": "2023"}])})),
        "事業年度 2023, 2024",
    ),
    "no row": (Reply(packed({"a.csv": rs_writer.content("1-2", [])})), "事業年度 of no row"),
    "broken quotes": (
        Reply(packed({"a.csv": table("1-2", 2024) + b'"1,2\r\n'})),
        "broken CSV",
    ),
    "not UTF-8": (
        Reply(packed({"a.csv": table("1-2", 2024) + "総".encode("cp932")})),
        "bytes that are not UTF-8",
    ),
    "gone": (Reply(b"", status=404), "the answer 404"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_not_the_file_is_refused_and_the_others_come_in(case, site, fetch, out, manifest):
    reply, found = REFUSED[case]
    site.give_year(2024)
    site.give(K12, reply)
    status, said, complaints = fetch("rs", 2024)
    assert (status, complaints.count("\n")) == (1, 1), complaints
    assert f"{site.address}/files/2024/rs/1-2_RS_2024_" in complaints
    assert found in complaints
    assert "expected" in complaints
    assert "14 new, 0 replaced, 0 unchanged, 1 failed" in said
    assert name(K12) not in held(out)
    assert name(K12) not in manifest()
    site.give(K12, Reply(zipped("1-2", 2024)))
    status, said, _ = fetch("rs", 2024)
    assert status == 0
    assert "1 new, 0 replaced, 14 unchanged" in said


def test_an_answer_cut_off_is_asked_for_again(site, fetch, out):
    site.give_year(2024)
    whole = zipped("1-2", 2024)
    cut = Reply(whole[:100], length=len(whole))
    site.give(K12, cut, cut, Reply(whole))
    assert fetch("rs", 2024)[0] == 0
    assert held(out)[name(K12)] == whole


def test_one_that_is_always_cut_off_fails_alone(site, fetch, out):
    site.give_year(2024)
    whole = zipped("1-2", 2024)
    site.give(K12, Reply(whole[:100], length=len(whole)))
    status, _, complaints = fetch("rs", 2024)
    assert status == 1
    assert "an answer that broke off" in complaints
    assert "4 times" in complaints
    assert name(K12) not in held(out)
    assert len(held(out)) == 15


def test_a_site_that_is_busy_is_waited_for(site, fetch, monkeypatch):
    waited = []
    monkeypatch.setattr(time, "sleep", waited.append)
    site.give_year(2024)
    good = Reply(zipped("1-2", 2024))
    site.give(K12, Reply(status=502), good)
    site.give(K21, Reply(status=429, headers={"Retry-After": "7"}), Reply(zipped("2-1", 2024)))
    status, said, _ = fetch("rs", 2024)
    assert status == 0
    assert "15 new" in said
    assert [seconds for seconds in waited if seconds] == [7]


def test_calls_are_made_one_after_the_other_with_a_pause(site, fetch, monkeypatch):
    waited = []
    monkeypatch.setattr(time, "sleep", waited.append)
    site.give_year(2024)
    fetch("rs", 2024, "--pause", "0.75")
    assert waited == [0] + 14 * [0.75]


def test_a_site_that_stays_busy_fails_that_file(site, fetch):
    site.give_year(2024)
    site.give(K12, Reply(status=503))
    status, said, complaints = fetch("rs", 2024)
    assert status == 1
    assert "the answer 503" in complaints
    assert "14 new" in said
    assert site.paths().count(site.paths()[1]) == 4


def test_a_changed_file_takes_the_place_of_the_earlier_one_which_is_kept(
    site, fetch, out, manifest
):
    site.give_year(2024)
    fetch("rs", 2024)
    day = manifest()[name(K12)]["fetched"]
    for number, text in enumerate(("二", "三"), start=1):
        site.give(K12, Reply(zipped("1-2", 2024, 事業名=text)))
        status, said, _ = fetch("rs", 2024)
        assert status == 0
        assert "0 new, 1 replaced, 14 unchanged, 0 failed" in said
        assert str(out / "earlier") in said
        assert held(out)[name(K12)] == zipped("1-2", 2024, 事業名=text)
        folder = day if number == 1 else f"{day}-{number}"
        assert f"earlier/{folder}/{name(K12)}" in held(out)
    assert held(out)[f"earlier/{day}/{name(K12)}"] == zipped("1-2", 2024)
    assert held(out)[f"earlier/{day}-2/{name(K12)}"] == zipped("1-2", 2024, 事業名="二")
    kept = manifest()[f"earlier/{day}/{name(K12)}"]
    assert kept["sha256"] == hashlib.sha256(zipped("1-2", 2024)).hexdigest()
    assert kept["fetched"] == day


def conditional(tag: str, body: bytes):
    """An answer that knows ETags."""

    def play(headers):
        if headers.get("If-None-Match") == tag:
            return Reply(status=304)
        return Reply(body, headers={"ETag": tag, "Last-Modified": "Mon, 17 Feb 2025 00:00:00 GMT"})

    return play


def test_a_site_that_gives_a_validator_is_asked_for_changes_alone(site, fetch, out, manifest):
    site.give_year(2024)
    site.give(K12, conditional('"1"', zipped("1-2", 2024)))
    fetch("rs", 2024)
    assert manifest()[name(K12)]["etag"] == '"1"'
    site.calls.clear()
    assert "15 unchanged" in fetch("rs", 2024)[1]
    asked = dict(site.calls)
    conditions = [
        {key: value for key, value in headers.items() if key.startswith("If-")}
        for headers in asked.values()
    ]
    dated = {"If-None-Match": '"1"', "If-Modified-Since": "Mon, 17 Feb 2025 00:00:00 GMT"}
    assert conditions == [{}, dated, *[{}] * 13]
    # Of a file that is not what came then, all is asked for.
    (out / name(K12)).write_bytes(b"damaged")
    status, said, complaints = fetch("rs", 2024)
    assert status == 1
    assert "no readable zip" in complaints
    assert held(out)[name(K12)] == zipped("1-2", 2024)
    assert "1 replaced" in said
    site.give(K12, conditional('"2"', zipped("1-2", 2024, 事業名="二")))
    assert "1 replaced, 14 unchanged" in fetch("rs", 2024)[1]
    assert manifest()[name(K12)]["etag"] == '"2"'


def test_an_answer_304_that_nobody_asked_for_is_refused(site, fetch):
    site.give_year(2024)
    site.give(K12, Reply(status=304))
    status, _, complaints = fetch("rs", 2024)
    assert status == 1
    assert "the answer 304" in complaints


def test_what_was_put_there_by_hand_is_checked_and_taken(site, fetch, out, manifest):
    folder = out / "rs" / "2024"
    folder.mkdir(parents=True)
    (out / name(K12)).write_bytes(zipped("1-2", 2024))
    (folder / "2-1 (1).zip").write_bytes(zipped("2-1", 2024))
    (folder / "1-3.csv").write_bytes(table("1-3", 2024))
    site.give("blocked", Reply(status=403))
    for kind in KINDS:
        site.give(zip_path(kind, 2024), Reply(status=403))
    status, said, complaints = fetch("rs", 2024)
    assert status == 1
    assert "15 failed" in said
    entries = manifest()
    assert sorted(entries) == sorted([name(K12), "rs/2024/1-3.csv", "rs/2024/2-1 (1).zip"])
    assert all(entry["by_hand"] and entry["sha256"] for entry in entries.values())
    # What is there nobody has to get.
    missing = complaints.partition("as they are")[2]
    assert missing.count(f"{site.address}/files/2024/rs/") == 12
    assert "/1-2_RS" not in missing
    assert "/2-1_RS" not in missing
    site.give_year(2024)
    status, said, complaints = fetch("rs", 2024)
    assert (status, complaints) == (0, "")
    assert "14 new, 0 replaced, 1 unchanged" in said
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        f"{kind}_RS_2024_{KINDS[kind].title}.zip" for kind in KINDS
    )
    assert len([path for path in held(out) if path.startswith("earlier/")]) == 2


def test_a_bad_file_that_was_put_there_is_told_and_makes_way(site, fetch, out):
    (out / "rs" / "2024").mkdir(parents=True)
    (out / name(K12)).write_bytes(APP)
    site.give_year(2024)
    status, said, complaints = fetch("rs", 2024)
    assert status == 1
    assert str(out / name(K12)) in complaints
    assert "no readable zip" in complaints
    assert held(out)[name(K12)] == zipped("1-2", 2024)
    assert "1 replaced" in said
    assert APP in held(out / "earlier").values()


def test_a_site_that_is_not_there_is_said_once_with_what_to_do(site, fetch, out, monkeypatch):
    site.give_year(2024)
    fetch("rs", 2024)
    monkeypatch.setenv("REVIEW_SHEETS_RS_SITE", "http://127.0.0.1:9")
    before = held(out / "rs")
    status, said, complaints = fetch("rs", 2024, 2025)
    assert status == 1
    assert held(out / "rs") == before
    assert complaints.count("Connection refused") == 2
    assert complaints.count("Download them in a browser") == 1
    assert "http://127.0.0.1:9/download-csv/2025" in complaints
    assert f"put the zips into {out}/rs/2025" in complaints
    assert f"`review-sheets corpus build {out}`" in complaints
    assert complaints.count("http://127.0.0.1:9/files/2025/rs/") == 1 + 15
    assert "rs/2024: 0 new, 0 replaced, 0 unchanged, 15 failed" in said


def test_without_a_network_the_folder_says_what_it_is(fetch, out, monkeypatch, manifest):
    monkeypatch.setenv("REVIEW_SHEETS_RS_SITE", "http://no-such-host.invalid")
    monkeypatch.setenv("REVIEW_SHEETS_PAUSE", "0")
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    status, _, complaints = fetch("rs", 2024, lang="ja")
    assert status == 1
    assert "ここからは取得できません" in complaints
    assert f"{out}/rs/2024" in complaints
    assert manifest() == {}


def test_a_proxy_that_is_not_there_counts_as_no_network(site, fetch, monkeypatch):
    site.give_year(2024)
    monkeypatch.setenv("REVIEW_SHEETS_RS_SITE", "http://rssystem.invalid")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    status, _, complaints = fetch("rs", 2024)
    assert status == 1
    assert complaints.count("found no answer") == 1
    assert "Download them in a browser" in complaints


@pytest.mark.parametrize(
    "arguments",
    [
        *(["rs"], ["rs", "2023"], ["rs", "None"], ["rs", "2024.0"]),
        *(["judgit", "--pause", "-1"], ["judgit", "--pause", "nan"], ["judgit", "--pause", "inf"]),
    ],
)
def test_a_year_or_a_pause_that_is_none_is_refused(arguments, fetch, out):
    assert fetch(*arguments)[0] == 2
    assert not out.exists()


def test_a_year_is_kept_in_one_form(site, fetch, out):
    site.give_projects(2026, 4)
    assert fetch("rs", 2026)[0] == 0
    assert fetch("rs", 2026, "--as", "csv")[0] == 1
    assert (out / "api" / "2026" / "list.json").exists()
    site.give_year(2026)
    status, said, _ = fetch("rs", 2026, "--as", "csv")
    assert status == 0
    assert "were moved to" in said
    assert not (out / "api" / "2026").exists()
    assert len([*(out / "earlier").glob("*/api/2026/list.json")]) == 1
    assert fetch("rs", 2026)[0] == 0
    assert not (out / "rs" / "2026").exists()


def test_zips_are_taken_whatever_their_compression(site, fetch, out):
    stored = packed({"x.csv": table("1-2", 2024)}, zipfile.ZIP_STORED)
    site.give_year(2024)
    site.give(K12, Reply(stored, "binary/octet-stream"))
    assert fetch("rs", 2024)[0] == 0
    assert held(out)[name(K12)] == stored
