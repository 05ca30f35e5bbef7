"""What functions say of their types is so; a test, as it takes one core half a minute."""

import subprocess
import sys

from helpers import paths


def test_types_fit():
    checked = [sys.executable, "-m", "mypy"]
    done = subprocess.run(checked, cwd=paths.ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
