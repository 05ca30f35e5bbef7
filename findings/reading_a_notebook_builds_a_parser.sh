#!/usr/bin/env bash
# Reading one notebook takes ten times as long where JupyterLab is installed as well.
#
# nbformat 5.11.1 checks notebooks by fastjsonschema, and imports jsonschema 4.26.0 beside it.
# jsonschema imports rfc3987-syntax, if it is there, to check the format "iri"; that, in 1.1.0,
# builds an Earley parser of lark 1.3.1 when it is imported. No part of the notebook format has the
# format "iri". JupyterLab's jupyter-events brings rfc3987-syntax along (jsonschema's extra
# format-nongpl), so every process that reads a notebook pays for it: seen 1.25 seconds of CPU for
# `import nbformat`, and 0.13 with that package barred (sys.modules["rfc3987_syntax"] = None), when
# the same notebooks are valid and invalid.
# Here: which modules are loaded, and that the parser is there and unused. No time is checked.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
  nbformat==5.11.1 jsonschema==4.26.0 jupyter-events==0.12.1 rfc3987-syntax==1.1.0 lark==1.3.1
cd "$folder"
cat >read.py <<'PY'
import sys
import time

if "barred" in sys.argv:
    sys.modules["rfc3987_syntax"] = None
start = time.process_time()
import nbformat

print(" ".join(sys.argv[1:]) or "as installed", f"{time.process_time() - start:.2f} s of CPU")
import json
from pathlib import Path

schemas = [path.read_text() for path in Path(nbformat.__file__).parent.rglob("*.schema.json")]
assert schemas and not any('"iri"' in text for text in schemas), "a schema has the format iri"
notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("text")])
nbformat.validate(notebook)
wrong = nbformat.from_dict({**json.loads(nbformat.writes(notebook)), "cells": "text"})
assert not nbformat.validator.isvalid(wrong)
assert ("lark" in sys.modules) == ("barred" not in sys.argv), "lark"
PY
# Once for the bytecode.
venv/bin/python -c 'import nbformat'
venv/bin/python read.py
venv/bin/python read.py barred
