# `make` lists what can be made. Everything runs in .venv, which is made first.

PYTHON ?= python3

# A stamp's name holds the requirements' content and the folder (a moved .venv does not work), so
# that a checkout's new times remake nothing; made last, so that half a .venv never counts as made.
stamp = .venv/$(1)-$(shell { pwd; cat $(2) pyproject.toml; } | cksum | cut -d' ' -f1)
made := $(call stamp,made,requirements.txt)
with_lab := $(call stamp,lab,requirements-lab.txt)
with_tests := $(call stamp,test,requirements-test.txt)

install = if command -v uv >/dev/null; then \
	  uv pip install --quiet --python .venv -r $(1); \
	else \
	  .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-compile -r $(1); \
	fi

# Without bytecode every start is three times slower.
unexport PYTHONDONTWRITEBYTECODE

# Tests that run notebooks.
slow := tests/test_readme.py tests/notebooks tests/reports

# A file's tests share what they have rendered or built. Files keep their order: by the number of
# their tests, those of few but long ones would come last. nbval imports much, and is for `stored`.
spread := --numprocesses=auto --dist=loadfile --no-loadscope-reorder -p no:nbval

.PHONY: help reports corpus test lint unit stored rendered lab notebooks clean
.NOTPARALLEL:

help:
	@echo "make reports    the default sheet's reports, Japanese and English: open reports/index.html"
	@echo "make corpus     fetch all sheets since 2015 (hours, the first time) and build corpus/ of them"
	@echo "make test       all tests, the fast ones first: lint, unit, stored, rendered"
	@echo "make lab        JupyterLab in notebooks/"
	@echo "make notebooks  run the notebooks again and store their outputs"
	@echo "make clean      remove .venv and caches; reports stay"
	@echo "PYTHON=python3.12 after a target's name chooses the Python that .venv is made with."

reports: $(made)
	.venv/bin/review-sheets render

# A source that cannot be had now says so, and stops neither the others nor the build.
corpus: $(made)
	.venv/bin/review-sheets fetch judgit || echo "not all of JUDGIT! could be fetched: going on with what is there"
	.venv/bin/review-sheets fetch rs 2024 2025 2026 || echo "not all of the RS system could be fetched: going on with what is there"
	.venv/bin/review-sheets corpus build fetched --out corpus

test: lint unit stored rendered

lint: $(with_tests)
	.venv/bin/python -m ruff check
	.venv/bin/python -m ruff format --check

unit: $(with_tests)
	.venv/bin/python -m pytest tests $(addprefix --ignore=,$(slow)) $(spread) --durations=5

stored: $(with_tests)
	.venv/bin/python -m pytest notebooks --ignore-glob='*.failed.ipynb' \
	  --nbval --nbval-current-env --nbval-cell-timeout=120 --numprocesses=auto --dist=loadfile

rendered: $(with_tests)
	.venv/bin/python -m pytest $(slow) $(spread) --durations=5

lab: $(with_lab)
	.venv/bin/python -m jupyterlab notebooks

notebooks: $(made)
	.venv/bin/python -m helpers.batch.execute $(filter-out %.failed.ipynb,$(wildcard notebooks/[0-9][0-9]_*.ipynb))

clean:
	rm -rf .venv .pytest_cache .ruff_cache .hypothesis src/*.egg-info
	find src tests notebooks \( -name __pycache__ -o -name .ipynb_checkpoints \) -prune -exec rm -rf {} +

$(made):
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Python 3.11 or newer is needed; $(PYTHON) is: $$("$(PYTHON)" --version 2>&1)" >&2; \
	  echo "Name another one: make PYTHON=/path/to/python3" >&2; exit 1; }
	rm -rf .venv
	@set -ex; if command -v uv >/dev/null; then uv venv --quiet --python "$(PYTHON)" .venv; \
	else "$(PYTHON)" -m venv .venv; fi; \
	$(call install,requirements.txt)
# Writes the bytecode of what is used (that of all there is takes longer than to install it), and
# matplotlib's font list: a kernel that has to make it may warn about it in a notebook.
	.venv/bin/python -c 'import helpers.batch.making, forked_kernel.kernel; from helpers import *'
	touch $@

$(with_lab) $(with_tests): $(made)
	@set -ex; $(call install,requirements-$(firstword $(subst -, ,$(@F))).txt)
	touch $@
