"""No outcome depends on how fast the machine is, or how busy."""

from hypothesis import HealthCheck, settings

# Before anything imports nbformat: it keeps out what would take seconds.
import helpers.batch  # noqa: F401

# Two runs try the same examples; `--hypothesis-profile=searching` tries others.
calm = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("searching", **calm)
settings.register_profile("unhurried", **calm, derandomize=True)
settings.load_profile("unhurried")
