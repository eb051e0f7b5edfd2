"""Which function of the services may come to which: read from their sources."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[3]
Name = tuple[str, str]
"""A module, and a function in it; a method with its class: `Board.flush`."""


@dataclass
class Sources:
    """Modules below a package, and what of them calls what."""

    package: str
    functions: dict[Name, ast.AST] = field(default_factory=dict)
    imports: dict[str, dict[str, Name]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for path in sorted((ROOT / self.package.replace(".", "/")).rglob("*.py")):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            self._read(name.removesuffix(".__init__"), ast.parse(path.read_text("utf-8")))

    def _read(self, module: str, tree: ast.Module) -> None:
        self.imports[module] = {
            one.asname or one.name: (node.module, one.name)
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module
            for one in node.names
        }
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                self.functions[module, node.name] = node
            if isinstance(node, ast.ClassDef):
                for part in node.body:
                    if isinstance(part, ast.FunctionDef):
                        self.functions[module, f"{node.name}.{part.name}"] = part

    def public(self) -> Iterator[tuple[Name, ast.FunctionDef]]:
        """Every function that others may call."""
        for name, node in self.functions.items():
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                yield name, node

    def comes_to(self, start: Name, target: Name) -> bool:
        """Whether a function, or one that it names, names the target."""
        return target in self.reached_from(start)

    def reached_from(self, start: Name) -> set[Name]:
        """Every function that a function may come to."""
        seen: set[Name] = set()
        waiting = [start]
        while waiting:
            name = waiting.pop()
            if name not in seen:
                seen.add(name)
                waiting += self._named_by.get(name, ())
        return seen

    @cached_property
    def _named_by(self) -> dict[Name, set[Name]]:
        return {name: set(self._named_in(name, node)) for name, node in self.functions.items()}

    def _named_in(self, name: Name, node: ast.AST) -> Iterator[Name]:
        module, function = name
        known = self.imports[module]
        for part in ast.walk(node):
            match part:
                case ast.Name(id=word):
                    yield from self._existing((module, word), known.get(word))
                case ast.Attribute(value=ast.Name(id="self"), attr=word):
                    yield from self._existing((module, f"{function.split('.')[0]}.{word}"))
                case ast.Attribute(value=ast.Name(id=owner), attr=word) if owner in known:
                    parent, child = known[owner]
                    yield from self._existing(
                        (f"{parent}.{child}", word), (parent, f"{child}.{word}")
                    )

    def _existing(self, *names: Name | None) -> Iterator[Name]:
        return (one for one in names if one in self.functions)


def parameters_of(node: ast.FunctionDef) -> set[str]:
    """The names of a function's parameters."""
    return {one.arg for one in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)}


def words_of(package: str) -> Iterator[str]:
    """Every text that stands in the sources of a package, in one piece."""
    for path in (ROOT / package.replace(".", "/")).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value
