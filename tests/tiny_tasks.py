"""Tasks of tiny notebooks and of sheets that need no file, to be made in a moment."""

import json

import nbformat

from helpers import paths
from helpers.batch.plan import Plan, Report, Task

PARAMETERS = 'sheet: str = ""\nlang: str = "ja"\nfail: bool = False'


def notebook(
    folder, name="01_a.ipynb", code="print(sheet, lang)\nassert not fail", declares=PARAMETERS
):
    """The path of a notebook with these cells, written in `folder`."""
    cells = [
        nbformat.v4.new_markdown_cell("# Tiny"),
        nbformat.v4.new_code_cell(declares, metadata={"tags": ["parameters"]}),
        nbformat.v4.new_code_cell(code),
    ]
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    folder.mkdir(exist_ok=True)
    nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / name)
    return folder / name


def page(folder, number="0042", name=""):
    """The default sheet under another number, as the file `2019-<number>.txt` or `name`."""
    text = paths.DEFAULT_SHEET.read_text("utf-8").replace("事業番号: 0042", f"事業番号: {number}")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / (name or f"2019-{number}.txt")
    path.write_text(text, "utf-8")
    return path


def killing_its_worker(folder):
    """The path of a notebook that kills the worker that runs it, the first time, for the sheet s1;
    the file `been` in `folder` says that it has."""
    code = (
        "import os, psutil\n"
        "worker = psutil.Process(int(os.environ['JPY_PARENT_PID']))\n"
        f"been = {str(folder / 'been')!r}\n"
        "if sheet == 'source#s1' and not os.path.exists(been):\n"
        "    open(been, 'w').close()\n"
        "    worker.kill()\n"
        "    import time; time.sleep(60)\n"
    )
    return notebook(folder, code=code)


def rows(sheet_id="s1", **facts):
    """The rows of a sheet."""
    return {"sheet": [{"sheet_id": sheet_id, "sheet_year": 2019, "ministry": "省", **facts}]}


def task(notebooks, sheet_id="s1", languages=("ja", "en"), **parameters):
    """A task of each notebook in each language."""
    reports = tuple(Report(path, lang, parameters) for path in notebooks for lang in languages)
    return Task(f"source#{sheet_id}", sheet_id, reports, rows=rows(sheet_id))


def plan(*tasks):
    """The plan of some tasks."""
    return Plan(list(tasks))


def names(folder):
    """All files below a folder, hidden ones too."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return sorted(path.relative_to(folder).as_posix() for path in found)


def broken(out, hidden=False):
    """What in a folder of reports is not whole: notebooks, pages, manifests, and files that a
    manifest speaks of but are not there. Partial files
    and locks too, unless `hidden` ones may be there."""
    wrong = []
    for name in names(out):
        path = out / name
        if path.name.startswith("."):
            wrong += [] if hidden and (".partial-" in name or name.endswith(".lock")) else [name]
        elif not _whole(path):
            wrong.append(name)
    for manifest in out.glob("*/manifest.json"):
        known = json.loads(manifest.read_text(encoding="utf-8"))
        files = [f"{name}.{end}" for name in known["reports"] for end in ("html", "ipynb")]
        files += [f"{name}.ipynb" for name in known["executed"]]
        wrong += [f"{manifest}: {name}" for name in files if not (manifest.parent / name).exists()]
    return wrong


def _whole(path):
    text = path.read_text(encoding="utf-8")
    try:
        if path.suffix == ".ipynb":
            nbformat.validate(nbformat.reads(text, 4))
        elif path.suffix == ".json":
            json.loads(text)
    except (ValueError, nbformat.ValidationError):
        return False
    return path.suffix != ".html" or text.rstrip().endswith("</html>")
