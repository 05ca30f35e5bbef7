"""Run the command against a site of its own."""

import json

import pytest

import fetch_site
from helpers import cli


@pytest.fixture
def site(monkeypatch):
    """Both sites, and the environment that leads the command to them."""
    playing = fetch_site.Site()
    with fetch_site.serving(playing) as address:
        for name, value in fetch_site.environment(address).items():
            monkeypatch.setenv(name, value)
        yield playing


@pytest.fixture
def out(tmp_path):
    """The folder to fetch into."""
    return tmp_path / "fetched"


@pytest.fixture
def fetch(out, capsys):
    """Run `fetch` with some arguments: its exit status, and what it says on both streams."""

    def run(*arguments: object, lang: str = "en") -> tuple[int, str, str]:
        words = [*map(str, arguments), "--out", str(out), "--lang", lang]
        status = cli.main(["fetch", *words])
        said = capsys.readouterr()
        return status, said.out, said.err

    return run


@pytest.fixture
def manifest(out):
    """The entries of the manifest, read anew."""
    return lambda: json.loads((out / "fetched.json").read_text("utf-8"))["files"]
