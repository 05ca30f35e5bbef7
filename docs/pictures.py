"""Take the README's pictures of `reports/`: run it after `make reports`; it takes Chromium.

docs/pictures/report-LANG.png is the top of report 02, index-LANG.png that of the index.
"""

import subprocess
import tempfile
from pathlib import Path

from PIL import Image

from helpers.batch.pdf import browser

ROOT = Path(__file__).parent.parent
SHOWN = 720
"""Pixels across of a picture: README's table leaves it about half of that."""


def main() -> None:
    chromium = browser()
    if chromium is None:
        raise SystemExit("no Chromium: install it, the pictures are taken with it")
    (reports,) = (path for path in (ROOT / "reports").glob("20*") if path.is_dir())
    for lang in ("ja", "en"):
        index = f"{(ROOT / 'reports/index.html').as_uri()}#lang={lang}"
        take(chromium, index, f"index-{lang}", 1240, 520)
        report = reports / f"02_budget_underspending.{lang}.html"
        take(chromium, report.as_uri(), f"report-{lang}", 820, 1180)


def take(chromium: str, page: str, name: str, width: int, height: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        shot = Path(folder) / "shot.png"
        command = [chromium, "--headless", "--no-sandbox", "--hide-scrollbars"]
        command += [f"--screenshot={shot}"]
        command += [f"--window-size={width},{height}", page]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        seen = Image.open(shot).convert("RGB")
    size = SHOWN, SHOWN * seen.height // seen.width
    seen.resize(size, Image.Resampling.LANCZOS).quantize(64).save(
        ROOT / "docs/pictures" / f"{name}.png", optimize=True
    )


if __name__ == "__main__":
    main()
