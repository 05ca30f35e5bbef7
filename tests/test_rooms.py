"""Rooms know only the rooms below them."""

import ast
import graphlib

from helpers import paths

SOURCE = paths.ROOT / "src" / "helpers"
ORDER = [
    *("sources", "fetch", "checks", "corpus", "analysis", "fitted", "forecast", "charts", "story"),
    *("front", "batch", "cli"),
]
"""From below; what is in no room lies beneath them all."""


def height(module: str) -> int:
    room = module.split(".")[1] if "." in module else "front"
    return ORDER.index(room) if room in ORDER else -1


def imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [f"{node.module or ''}.{alias.name}" for alias in node.names]
    return []


def arrows(name: str, text: str) -> set[tuple[str, str]]:
    """Of a module: itself and what it imports of a room above it."""
    every = {module for node in ast.walk(ast.parse(text)) for module in imported(node)}
    ours = {module for module in every if module.split(".")[0] == "helpers"}
    return {(name, module) for module in ours if height(module) > height(name)}


def modules() -> dict[str, str]:
    """Name -> text, but for the front door, which only names what lies behind it."""
    found = {}
    for path in SOURCE.rglob("*.py"):
        parts = path.relative_to(SOURCE.parent).with_suffix("").parts
        found[".".join(part for part in parts if part != "__init__")] = path.read_text("utf-8")
    del found["helpers"]
    return found


def test_no_room_knows_one_above_it():
    assert len(modules()) > 50
    assert [arrow for name, text in modules().items() for arrow in arrows(name, text)] == []


def test_an_arrow_upward_is_seen():
    assert arrows("helpers.analysis.rates", "def f():\n    from helpers import charts") == {
        ("helpers.analysis.rates", "helpers.charts")
    }
    assert arrows("helpers.words", "import helpers.sources.cells") != set()
    assert arrows("helpers.story.track", "from helpers.charts import style\nimport pandas") == set()


def circle(texts: dict[str, str]) -> list[str]:
    """Modules of which each imports the next, and the last the first; [] without any."""
    needs = {}
    for name, text in texts.items():
        # Only what is imported before anything of it runs.
        every = [one for node in ast.parse(text).body for one in imported(node)]
        # Each is a module, or a name in one.
        needs[name] = {one if one in texts else one.rpartition(".")[0] for one in every} & {*texts}
    try:
        graphlib.TopologicalSorter(needs).prepare()
    except graphlib.CycleError as error:
        return error.args[1]
    return []


def test_no_module_needs_itself():
    assert circle(modules()) == []


def test_a_circle_is_seen():
    texts = {"helpers.a": "from helpers import b", "helpers.b": "from helpers.a import f"}
    assert circle(texts) != []
    assert circle({**texts, "helpers.b": "def f():\n    import helpers.a"}) == []


def test_what_forks_kernels_knows_nothing_of_sheets():
    for path in (SOURCE.parent / "forked_kernel").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            assert not [name for name in imported(node) if name.split(".")[0] == "helpers"], path
