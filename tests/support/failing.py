"""Machines that fail, made with means that need no root."""

import resource
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from sqlalchemy import Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection


@contextmanager
def limited(kind: int, value: int) -> Iterator[None]:
    """Lower one of this process's own limits for a while."""
    soft, hard = resource.getrlimit(kind)
    resource.setrlimit(kind, (value, hard))
    try:
        yield
    finally:
        resource.setrlimit(kind, (soft, hard))


def no_more_files() -> AbstractContextManager[None]:
    """Open files stay open, and no other can be opened: EMFILE."""
    return limited(resource.RLIMIT_NOFILE, 0)


class SmallDisk:
    """An SQLite database that may not grow, as on a full disk, until there is room again."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._pages: int | None = None
        event.listen(engine, "checkout", self._limit)

    def fill(self) -> None:
        self._pages = 1  # SQLite takes the present size instead, which is larger

    def free(self) -> None:
        self._pages = 2**30

    def _limit(self, connection: DBAPIConnection, *_: object) -> None:
        if self._pages is not None:
            connection.cursor().execute(f"PRAGMA max_page_count={self._pages}")


def only_readable(engine: Engine) -> None:
    """Let an SQLite database be read only, as one on a read-only disk."""

    def forbid(connection: DBAPIConnection, *_: object) -> None:
        connection.cursor().execute("PRAGMA query_only=ON")

    event.listen(engine, "checkout", forbid)


def garbage(path: Path) -> Path:
    """A file that is no database."""
    path.write_bytes(b"this is no database" * 400)
    return path
