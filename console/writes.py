"""What people changed through this process, by table: so that what they read is read anew."""

import threading
from collections.abc import Iterable


class Writes:
    """Shared by all threads of a process that use one database."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._count = 0
        self._last: dict[str, int] = {}

    @property
    def count(self) -> int:
        """How many changes are noted; whoever remembers it can ask what came later."""
        return self._count

    def note(self, tables: Iterable[str]) -> None:
        """Note that these tables were changed; call it when it is committed, and not before."""
        with self._guard:
            self._count += 1
            self._last.update(dict.fromkeys(tables, self._count))

    def is_any_changed(self, tables: Iterable[str], *, since: int) -> bool:
        """Whether one of the tables was changed after `count` was this."""
        return any(self._last.get(table, 0) > since for table in tables)
