"""The documents stay true: what they link to, and what they name, is there."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
WALKS = ROOT / "docs" / "architecture.md"

_CODE_BLOCK = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_QUOTED = re.compile(r"`([^`\n]+)`")
_HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)
_PLACE = re.compile(r"(?P<path>[\w.-]+(?:/[\w.*-]+)+/?)(?::(?P<name>[A-Za-z_][\w.]*))?")
_COUNT = re.compile(r"^This walk names (\d+) files\.$", re.MULTILINE)
_OURS = frozenset(
    {"infoscreen_core", "workers", "console", "migrations", "tests", "docs", "mosquitto", ".ci"}
)
"""Folders of this repository: what begins with one of them is a path, not a topic or an address."""


def _name(document: Path) -> str:
    return document.relative_to(ROOT).as_posix()


def _prose(document: Path) -> str:
    return _CODE_BLOCK.sub("", document.read_text(encoding="utf-8"))


def _places(text: str) -> Iterator[tuple[str, str | None]]:
    """Yield the paths in backticks, each with the name that stands behind its colon."""
    for quoted in _QUOTED.findall(text):
        found = _PLACE.fullmatch(quoted)
        if found and (found["path"].split("/")[0] in _OURS or found["path"].endswith(".py")):
            yield found["path"], found["name"]


def _anchor(heading: str) -> str:
    """Return the anchor that a heading gets where Markdown is shown."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


@cache
def _names_in(path: Path) -> frozenset[str]:
    """Return what a module defines: functions, classes with their methods, assigned names."""
    names: set[str] = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            names.add(node.name)
        elif isinstance(node, ast.ClassDef):
            inside = (
                one for one in node.body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)
            )
            names |= {node.name, *(f"{node.name}.{one.name}" for one in inside)}
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names |= {one.id for one in targets if isinstance(one, ast.Name)}
    return frozenset(names)


@pytest.mark.parametrize("document", DOCUMENTS, ids=_name)
def test_every_relative_link_leads_somewhere(document: Path) -> None:
    for link in _LINK.findall(_prose(document)):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = unquote(link).partition("#")
        target = document.parent / path if path else document
        assert target.exists(), link
        if anchor:
            assert anchor in {_anchor(heading) for heading in _HEADING.findall(_prose(target))}, (
                link
            )


@pytest.mark.parametrize("document", DOCUMENTS, ids=_name)
def test_every_path_that_is_named_exists(document: Path) -> None:
    missing = [path for path, _ in _places(_prose(document)) if not [*ROOT.glob(path)]]
    assert missing == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=_name)
def test_every_function_that_is_named_is_where_it_is_said_to_be(document: Path) -> None:
    missing = [
        f"{path}:{name}"
        for path, name in _places(_prose(document))
        if name and name not in _names_in(ROOT / path)
    ]
    assert missing == []


def test_each_walk_says_how_many_files_it_names() -> None:
    walks = re.split(r"^### ", _prose(WALKS), flags=re.MULTILINE)[1:]
    said = {
        walk.splitlines()[0]: [int(number) for number in _COUNT.findall(walk)] for walk in walks
    }
    named = {walk.splitlines()[0]: [len({path for path, _ in _places(walk)})] for walk in walks}
    assert said == named
    assert len(walks) == 5


def test_every_decision_is_in_the_index_and_has_its_three_parts() -> None:
    index = (ROOT / "docs" / "adr" / "README.md").read_text(encoding="utf-8")
    records = sorted((ROOT / "docs" / "adr").glob("[0-9]*.md"))
    for number, record in enumerate(records, start=1):
        text = record.read_text(encoding="utf-8")
        assert record.name.startswith(f"{number:04}-")
        assert text.startswith(f"# {number}. ")
        assert f"({record.name})" in index
        assert _HEADING.findall(text)[1:] == ["Context", "Decision", "Consequences"]
