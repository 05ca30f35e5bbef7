"""The base of every error that this package raises of its own."""

import os
import sys
import traceback
from importlib import import_module
from importlib.util import find_spec

from helpers.paths import ROOT


class ReviewSheetError(Exception):
    """What cannot be done as asked: the message says what, where, and what to do.

    Whoever wants to go on after any of them catches this one.
    """

    _shown = False

    def _render_traceback_(self) -> list[str]:
        """What IPython shows of it: its message in the language of now, and no traceback, as the
        fault is in a file or a value and in no code. `%debug` has the frames; the environment
        variable REVIEW_SHEETS_TRACEBACK brings the traceback back."""
        if os.environ.get("REVIEW_SHEETS_TRACEBACK"):
            return traceback.format_exception(self)
        # It imports pandas, which the command line does without.
        from helpers import messages

        # IPython (9) asks twice.
        if not self._shown:
            messages.bring_into_view()
        self._shown = True
        first, *rest = messages.told(str(self))
        return [f"{type(self).__name__}: {first}", *rest]


def need(module: str, extra: str, purpose: str) -> None:
    """Raises ReviewSheetError where a module cannot be imported that an extra of the package, the
    one named in its message, brings along."""
    try:
        import_module(module)
    except ImportError as error:
        # uv makes environments without pip.
        by_pip = f"{sys.executable} -m pip install" if find_spec("pip") else ""
        command = by_pip or f"uv pip install --python {sys.executable}"
        raise ReviewSheetError(
            f"{purpose} needs what is not installed ({error}): {command} -e '{ROOT}[{extra}]'"
        ) from error
