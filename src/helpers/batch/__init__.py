"""Notebooks x sheets -> executed reports, and the page that lists them."""

import sys

SLOW = "rfc3987_syntax"
"""What jsonschema, which nbformat imports, would compile for seconds to check web addresses by; no
notebook holds any that is checked. Left out of our processes, and not of the kernels."""

sys.modules.setdefault(SLOW, None)
