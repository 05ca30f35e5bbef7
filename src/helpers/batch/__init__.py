"""Notebooks x sheets -> executed reports, and the page that lists them."""

import os
import sys

SLOW = "rfc3987_syntax"
"""What jsonschema, which nbformat imports, would compile for seconds to check web addresses by; no
notebook holds any that is checked. Left out of our processes, and not of the kernels."""

sys.modules.setdefault(SLOW, None)

FORKED = "forked"
ENGINES = (FORKED, "papermill")
"""How a kernel comes about: forked from a process that has imported everything, or started."""

CELL_SECONDS = 600
"""No cell of a report works this long: one that does is stuck, and would hold up the batch."""


def forks(engine: str | None) -> bool:
    """Whether one of `ENGINES` forks kernels; None does where the system can."""
    return engine == FORKED or (engine is None and hasattr(os, "fork"))
