"""One call and its answer."""

import gzip

import pytest

from fetch_site import Reply
from helpers.fetch.web import OutOfReach, Web
from helpers.sheet import SheetError


@pytest.fixture
def web():
    with Web(pause=0) as session:
        yield session


def test_an_answer_without_end_is_left(site, web, tmp_path):
    site.give("/a", Reply(b"x" * 1000))
    with pytest.raises(SheetError, match="more than 999 bytes"):
        web.get(f"{site.address}/a", tmp_path / "a", largest=999)
    assert web.get(f"{site.address}/a", tmp_path / "a", largest=1000)
    assert (tmp_path / "a").read_bytes() == b"x" * 1000


def test_files_are_asked_for_as_they_are_and_json_packed(site, web, tmp_path):
    packed = Reply(gzip.compress(b"[1]"), "application/json", headers={"Content-Encoding": "gzip"})
    site.give("/a", packed)
    assert web.json(f"{site.address}/a", tmp_path / "a") == [1]
    assert (tmp_path / "a").read_bytes() == b"[1]"
    web.get(f"{site.address}/a", tmp_path / "a")
    assert [headers["Accept-Encoding"] for _, headers in site.calls] == ["gzip", "identity"]


def test_what_says_that_it_is_packed_and_is_not_is_asked_for_again(site, web, tmp_path):
    broken = Reply(b"[1]", "application/json", headers={"Content-Encoding": "gzip"})
    site.give("/a", broken, Reply(b"[2]", "application/json; charset=utf-8"))
    assert web.json(f"{site.address}/a", tmp_path / "a") == [2]


def test_a_site_that_moves_is_followed(site, web, tmp_path):
    site.give("/a", Reply(status=302, headers={"Location": "/b"}))
    site.give("/b", Reply(b"there"))
    assert web.get(f"{site.address}/a", tmp_path / "a").address == f"{site.address}/a"
    assert (tmp_path / "a").read_bytes() == b"there"


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("{}/a", "no answer"),
        ("http://127.0.0.1:9/a", "Connection refused"),
        ("ftp://127.0.0.1/a", "no answer"),
        ("127.0.0.1/a", "no answer"),
        ("http://a b/", "no answer"),
    ],
)
def test_what_cannot_be_reached_is_an_error_of_its_own(address, found, site, web, tmp_path):
    site.give("/a", Reply(status=302, headers={"Location": "/a"}))
    with pytest.raises(OutOfReach, match=found) as caught:
        web.get(address.format(site.address), tmp_path / "a")
    assert not caught.value.alone


def test_one_that_is_called_too_often_is_called_no_more(site, fetch):
    site.give_year(2024)
    first = site.plays[next(iter(site.plays))]
    first[:] = [Reply(status=429)]
    status, _, complaints = fetch("rs", 2024)
    assert status == 1
    assert "the answer 429" in complaints
    assert len({*site.paths()}) == 1
