"""The browser that tests open pages with, where there is one."""

import pytest

from helpers.batch import pdf

BROWSER = pdf.browser()
SECONDS = 120

installed = pytest.mark.skipif(BROWSER is None, reason="no Chromium here to open a page with")
