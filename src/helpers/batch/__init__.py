"""Notebooks x sheets -> executed reports, and the page that lists them."""

import os
import sys
from contextlib import suppress

SLOW = "rfc3987_syntax"
"""What jsonschema, which nbformat imports, would compile for seconds to check web addresses by; no
notebook holds any that is checked. Left out of our processes, and not of the kernels."""

sys.modules.setdefault(SLOW, None)

FORKED = "forked"
ENGINES = (FORKED, "papermill")
"""How a kernel comes about: forked from a process that has imported everything, or started."""

MAKING = "helpers.batch.making"
"""What makes reports, with all that it needs, which the process that only plans does without."""

CELL_SECONDS = 600
"""No cell of a report works this long: one that does is stuck, and would hold up the batch."""


def forks(engine: str | None) -> bool:
    """Whether one of `ENGINES` forks kernels; None does where the system can."""
    return engine == FORKED or (engine is None and hasattr(os, "fork"))


def start(engine: str | None) -> None:
    """Have the processes start that take a while, while this one loads what it needs and plans."""
    from helpers import processes

    start_zygote(engine)
    processes.load(MAKING)


def start_zygote(engine: str | None) -> None:
    """Have the process start that forks kernels."""
    if forks(engine):
        import forked_kernel

        with suppress(OSError):
            forked_kernel.start()
