"""No outcome depends on how fast the machine is, or how busy."""

from hypothesis import HealthCheck, settings

# Before anything imports nbformat: it keeps out what would take seconds.
import helpers.batch  # noqa: F401

settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")
