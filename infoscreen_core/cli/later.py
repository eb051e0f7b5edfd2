"""Modules that are slow to import run only when something of them is used.

Help, completion and a mistyped option need a command's options, but neither SQLAlchemy nor the
tables and services on top of it, which are most of a program's start. So while `slow_ones_later`
holds, `import` puts such modules in place without running them (`importlib.util.LazyLoader`); the
first attribute asked of one does. It helps where a module is imported as a whole, as in
`from infoscreen_core.services.events import events`: a name taken out of it would run it at once.
"""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import LazyLoader
from types import ModuleType
from typing import Final

_SLOW: Final = (
    "infoscreen_core.cli.failures",
    "infoscreen_core.contracts.",
    "infoscreen_core.db.",
    "infoscreen_core.files.",
    "infoscreen_core.formats.",
    "infoscreen_core.services.",
    "infoscreen_core.settings",
)


class _Later(MetaPathFinder):
    """Finds our slow modules as usual, and wraps their loaders."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return how to load the module later; None for packages and what is quick."""
        if not fullname.startswith(_SLOW):
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is None or spec.loader is None or spec.submodule_search_locations is not None:
            return None
        spec.loader = LazyLoader(spec.loader)
        return spec


@contextmanager
def slow_ones_later() -> Iterator[None]:
    """Let imports within the block leave slow modules of the core for when they are used."""
    finder = _Later()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
