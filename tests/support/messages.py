"""Finds every sentence that people may read: in `_`, `N_`, `ngettext` and the core's errors.

It reads the syntax tree, since Babel's own extraction does not see calls inside f-strings.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_MARKERS = {"_", "N_", "ngettext", "Sentence"}
_BASE_ERROR = "InfoscreenError"


def used_messages(*folders: str) -> dict[str, str]:
    """Return each message id below the folders with the place where it stands first."""
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in _sources(folders)}
    names = _MARKERS | error_classes()
    found: dict[str, str] = {}
    for path, tree in trees.items():
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Call)
                and _name(node.func) in names
                and (text := _first_text(node))
            ):
                found.setdefault(text, f"{path.relative_to(ROOT)}:{node.lineno}")
    return found


def error_classes() -> set[str]:
    """Return the names of the core's error classes, wherever they are defined."""
    parents: dict[str, set[str]] = {}
    for path in _sources(("infoscreen_core", "console", "workers")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                parents[node.name] = {_name(base) for base in node.bases}
    known = {_BASE_ERROR}
    while more := {name for name, bases in parents.items() if bases & known} - known:
        known |= more
    return known


def _sources(folders: tuple[str, ...]) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _first_text(call: ast.Call) -> str | None:
    first = call.args[0] if call.args else None
    return first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else None
