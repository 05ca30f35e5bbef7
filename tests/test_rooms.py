"""Rooms know only the rooms below them."""

import ast

from helpers import paths

SOURCE = paths.ROOT / "src" / "helpers"
ORDER = [
    *("sources", "checks", "corpus", "analysis", "fitted", "forecast", "charts", "story"),
    *("front", "batch", "cli"),
]
"""From below; what is in no room lies beneath them all."""


def height(module: str) -> int:
    room = module.split(".")[1] if "." in module else "front"
    return ORDER.index(room) if room in ORDER else -1


def imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module == "helpers":
        return [f"helpers.{alias.name}" for alias in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else []


def arrows(name: str, text: str) -> set[tuple[str, str]]:
    """Of a module: itself and a module of a room above it that it imports."""
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


def test_what_forks_kernels_knows_nothing_of_sheets():
    for path in (SOURCE.parent / "forked_kernel").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            assert not [name for name in imported(node) if name.split(".")[0] == "helpers"], path
