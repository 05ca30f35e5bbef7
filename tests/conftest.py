"""No outcome depends on how fast the machine is, or how busy."""

from hypothesis import HealthCheck, settings

from helpers.processes import one_thread

# One thread of linear algebra a process, as the commands and the kernels have it: as many processes
# run as there are cores, and threads on top of them wait for each other. It is read at the import,
# and the tests and what they start find the environment as it was.
with one_thread():
    import scipy.linalg  # noqa: F401

# Before anything imports nbformat: it keeps out what would take seconds.
import helpers.batch  # noqa: F401

# Two runs try the same examples; `--hypothesis-profile=searching` tries others.
calm = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("searching", **calm)
settings.register_profile("unhurried", **calm, derandomize=True)
settings.load_profile("unhurried")
