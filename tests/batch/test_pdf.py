"""Printing, with browsers that go wrong in every way, and with a real one where there is one."""

import os
import re
import shutil
import subprocess
import sys
import time

import psutil
import pytest

import browser
from helpers.batch import pdf

PAGE = "<!DOCTYPE html><meta charset='utf-8'><h1>執行率は70.4 %</h1><p>Executed</p>"
PRINTS = "open(target, 'wb').write(b'%PDF-1.4 printed %%EOF\\n')"

posix = pytest.mark.skipif(os.name != "posix", reason="the browser here is a script")


@pytest.fixture
def html(tmp_path):
    path = tmp_path / "報告 #1?.html"
    path.write_text(PAGE, encoding="utf-8")
    return path


@pytest.fixture
def to(tmp_path):
    return tmp_path / "報告 #1?.pdf"


@pytest.fixture
def fake(tmp_path, monkeypatch):
    """fake(code): the only browser there is runs `code`, which knows `argv` and `target`."""

    def fake(code):
        folder = tmp_path / "bin"
        folder.mkdir(exist_ok=True)
        program = folder / "chromium"
        program.write_text(
            f"#!{sys.executable}\nimport os, subprocess, sys, time\nargv = sys.argv[1:]\n"
            "target = next(a for a in argv if a.startswith('--print-to-pdf=')).partition('=')[2]\n"
            f"{code}\n"
        )
        program.chmod(0o755)
        monkeypatch.setattr(pdf, "NAMES", (str(program),))

    return fake


def left(tmp_path):
    return sorted(path.name for path in tmp_path.iterdir() if path.name != "bin")


@posix
def test_prints_what_the_browser_prints(fake, html, to, tmp_path):
    fake(PRINTS)
    pdf.to_pdf(html, to)
    assert to.read_bytes() == b"%PDF-1.4 printed %%EOF\n"
    assert left(tmp_path) == [html.name, to.name]


@posix
def test_gives_the_browser_the_page_a_profile_of_its_own_and_no_network(fake, html, to, tmp_path):
    fake(f"open({str(tmp_path / 'told')!r}, 'w').write(chr(10).join(argv)); {PRINTS}")
    profiles = []
    for _ in range(2):
        pdf.to_pdf(html, to)
        told = (tmp_path / "told").read_text().split("\n")
        assert told[-1] == html.as_uri()
        assert "--headless" in told
        assert "--no-pdf-header-footer" in told
        assert "--host-resolver-rules=MAP * ~NOTFOUND" in told
        assert ("--no-sandbox" in told) == (os.geteuid() == 0)
        profiles += [a for a in told if a.startswith("--user-data-dir=")]
    assert len(set(profiles)) == 2
    assert not any(os.path.exists(profile.partition("=")[2]) for profile in profiles)


@posix
def test_a_browser_that_hangs_is_ended_with_all_it_started(fake, html, to, tmp_path):
    to.write_bytes(b"earlier")
    fake(
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        f"open({str(tmp_path / 'pids')!r}, 'w').write(f'{{os.getpid()}} {{child.pid}}')\n"
        "open(target, 'wb').write(b'%PDF-1.4')\ntime.sleep(600)"
    )
    with pytest.raises(pdf.PdfError, match=r"報告 #1\?.html: .*chromium was not done after 2 s"):
        pdf.to_pdf(html, to, seconds=2)
    pids = [int(pid) for pid in (tmp_path / "pids").read_text().split()]
    end = time.monotonic() + 10
    while any(map(_runs, pids)) and time.monotonic() < end:
        time.sleep(0.05)
    assert not any(map(_runs, pids))
    assert to.read_bytes() == b"earlier"
    assert left(tmp_path) == ["pids", html.name, to.name]


def _runs(pid):
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@posix
@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("sys.exit('no usable sandbox')", "exit status 1; no usable sandbox"),
        ("pass", "exit status 0"),
        ("open(target, 'w')", "exit status 0"),
        ("open(target, 'wb').write(b'%PDF-1.4 half')", "exit status 0"),
        ("print('[1:2:ERROR:dbus/bus.cc:4] no bus'); print('bad')", r"\(exit status 0; bad\)"),
    ],
)
def test_a_browser_that_prints_nothing_whole_is_told_of(fake, html, to, tmp_path, code, told):
    to.write_bytes(b"earlier")
    fake(code)
    with pytest.raises(pdf.PdfError, match=f"printed no complete PDF.*{told}") as error:
        pdf.to_pdf(html, to)
    assert str(html) in str(error.value)
    assert to.read_bytes() == b"earlier"
    assert left(tmp_path) == [html.name, to.name]


def test_without_a_browser_says_what_to_install(html, to, monkeypatch):
    monkeypatch.setattr(pdf, "NAMES", ("no-such-browser",))
    assert pdf.browser() is None
    with pytest.raises(pdf.PdfError, match=r"報告 #1\?.pdf needs a browser.*install Chromium"):
        pdf.to_pdf(html, to)


@posix
def test_a_missing_page_or_folder_is_an_oserror(fake, html, to, tmp_path):
    fake(PRINTS)
    with pytest.raises(FileNotFoundError, match=r"none\.html"):
        pdf.to_pdf(tmp_path / "none.html", to)
    with pytest.raises(FileNotFoundError):
        pdf.to_pdf(html, tmp_path / "none" / to.name)


@browser.installed
def test_a_real_browser_prints_the_text(html, to):
    pdf.to_pdf(html, to)
    content = to.read_bytes()
    assert content.startswith(b"%PDF-")
    assert re.search(rb"/Type\s*/Page\b", content)
    if not shutil.which("pdftotext"):
        pytest.skip("no pdftotext (poppler-utils) here to read the PDF with")
    text = subprocess.run(["pdftotext", to, "-"], capture_output=True, check=True).stdout.decode()
    assert "執行率は70.4 %" in text
    assert html.name not in text
