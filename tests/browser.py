"""The browser that tests open pages with, and how it is called."""

import subprocess
from pathlib import Path

import pytest

from helpers.batch import pdf

BROWSER = pdf.browser()
SECONDS = 120

installed = pytest.mark.skipif(BROWSER is None, reason="no Chromium here to open a page with")


def dom(page: Path, folder: Path, *switches: str) -> str:
    """The document that the browser makes of a page, its scripts run; `folder` is for its own."""
    return _browse(folder, *switches, "--dump-dom", page.as_uri()).decode()


def screenshot(page: Path, folder: Path, *switches: str) -> Path:
    """A picture of the page, in `folder`."""
    shot = folder / f"{page.stem}.png"
    _browse(folder, *switches, f"--screenshot={shot}", page.as_uri())
    return shot


def _browse(folder: Path, *arguments: str) -> bytes:
    command = [BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"]
    command += ["--disable-background-networking", "--disable-component-update"]
    command += [f"--user-data-dir={folder / 'profile'}", *arguments]
    done = subprocess.run(command, capture_output=True, check=True, timeout=SECONDS)
    return done.stdout
