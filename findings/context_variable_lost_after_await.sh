#!/usr/bin/env bash
# A context variable set in a notebook cell stays set in the cells below, unless the cell that sets it
# awaits something: then the next cell finds the old value. A cell without `await` runs in the kernel's
# own context, one with it in a task, whose context is thrown away at its end. A notebook that keeps its
# language, locale or units in a ContextVar changes its mind when a reader adds an `await` to the cell.
# Seen with ipykernel 7.4.0, ipython 9.18.1, nbclient 0.11.0: set to 5 in a plain cell, 5 below;
# set to 7 in a cell that awaits, 7 at that cell's end, and 5 again below.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
  ipykernel==7.4.0 ipython==9.18.1 nbclient==0.11.0 nbformat==5.11.1
cd "$folder"
venv/bin/python - <<'PY'
import nbformat
from nbclient import NotebookClient

cells = [
    "from contextvars import ContextVar\nunit = ContextVar('unit', default=0)\nunit.set(5)\nprint(unit.get())",
    "print(unit.get())",
    "import asyncio\nawait asyncio.sleep(0)\nunit.set(7)\nprint(unit.get())",
    "print(unit.get())",
]
notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python", "language": "python"}
NotebookClient(notebook).execute()
seen = [int(output.text) for cell in notebook.cells for output in cell.outputs if output.name == "stdout"]
print(seen)
assert seen == [5, 5, 7, 5], seen
PY
