"""Print a report as a PDF through a headless Chromium, where one is installed."""

import os
import shutil
import signal
import subprocess
import tempfile
from importlib.util import find_spec
from pathlib import Path
from xml.sax.saxutils import escape

from helpers import files, words
from helpers.errors import ReviewSheetError

NAMES = (
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"),
    *("microsoft-edge", "msedge"),
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
"""What a Chromium is called on the PATH, and where it lies on systems that keep it elsewhere."""

SWITCHES = (
    *("--headless", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"),
    *("--disable-extensions", "--disable-background-networking", "--disable-breakpad"),
    # A report is one file; a page that refers to more finds nothing.
    *("--host-resolver-rules=MAP * ~NOTFOUND", "--no-pdf-header-footer"),
)

FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
<include ignore_missing="yes">{system}</include>
<dir>{ours}</dir>
</fontconfig>
"""
"""The system's fonts and the Japanese one of the figures: a server often has none itself."""


class PdfError(ReviewSheetError):
    """A report that could not be printed: names the file, the reason and what to do."""


def browser() -> str | None:
    """The path of an installed Chromium, Chrome or Edge; None where there is none."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def to_pdf(html: Path, pdf: Path, seconds: float = 60) -> None:
    """Print the report `html` to `pdf`, which appears complete or stays as it was.

    The browser gets a profile of its own and no network. After `seconds` it is killed, and what it
    started with it. Raises PdfError when there is no browser or nothing complete was printed;
    OSError when `html` is missing or `pdf` cannot be written.
    """
    if not (program := browser()):
        raise PdfError(
            f"{pdf} needs a browser to print with, and none is installed: install Chromium or "
            f"Chrome, or print {html} from your own browser"
        )
    address = html.resolve(strict=True).as_uri()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        own = Path(name)
        printed = own / "printed.pdf"
        command = [program, *SWITCHES, f"--user-data-dir={own}"]
        # Chromium refuses to be root's without it.
        command += ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
        ending = _run([*command, f"--print-to-pdf={printed}", address], seconds, own, html)
        if not _is_complete(printed):
            raise PdfError(
                f"{html}: {program} printed no complete PDF ({ending}): open the file in it, and "
                "run again"
            )
        with files.replacing(pdf) as to:
            shutil.copyfile(printed, to)


def _run(command: list[str], seconds: float, own: Path, html: Path) -> str:
    """What the browser says at its end. Raises PdfError if it did not end in time."""
    log = own / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env={**os.environ, "FONTCONFIG_FILE": str(_fonts(own))},
            start_new_session=True,
        )
        try:
            code = process.wait(seconds)
        except subprocess.TimeoutExpired as error:
            raise PdfError(
                f"{html}: {command[0]} was not done after {words.number(seconds)} seconds and was "
                "ended: open the file in it, or print with a longer limit"
            ) from error
        finally:
            _end(process)
    # It complains of a missing desktop even when all is well.
    lines = [line for line in log.read_text("utf-8", "replace").split("\n") if ":dbus/" not in line]
    return "; ".join([f"exit status {code}", *filter(None, lines[-4:])])


def _end(process: subprocess.Popen) -> None:
    """Kill the browser and all that it started; what has ended already is no matter."""
    try:
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    except (ProcessLookupError, PermissionError):
        # Some systems say the second of a group that has ended.
        pass
    process.wait()


def _fonts(own: Path) -> Path:
    # Not imported: it would load matplotlib.
    ours = Path(find_spec("matplotlib_fontja").origin).parent / "fonts"
    system = os.environ.get("FONTCONFIG_FILE", "/etc/fonts/fonts.conf")
    path = own / "fonts.conf"
    path.write_text(FONTS.format(system=escape(system), ours=escape(str(ours))), encoding="utf-8")
    return path


def _is_complete(pdf: Path) -> bool:
    if not pdf.is_file():
        return False
    content = pdf.read_bytes()
    return content.startswith(b"%PDF-") and content.rstrip().endswith(b"%%EOF")
