"""No outcome depends on how fast the machine is, or how busy."""

import pytest
from hypothesis import HealthCheck, settings

# One thread of linear algebra a process, as the commands and the kernels have it: as many processes
# run as there are cores, and threads on top of them wait for each other. It is read at the import,
# and the tests and what they start find the environment as it was.
with pytest.MonkeyPatch.context() as patch:
    patch.setenv("OPENBLAS_NUM_THREADS", "1")
    import scipy.linalg  # noqa: F401

# Before anything imports nbformat: it keeps out what would take seconds.
import helpers.batch  # noqa: F401

# Two runs try the same examples; `--hypothesis-profile=searching` tries others.
calm = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("searching", **calm)
settings.register_profile("unhurried", **calm, derandomize=True)
settings.load_profile("unhurried")
