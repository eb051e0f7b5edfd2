"""Which tables a piece of work read, and which it changed: taken from the statements it sent.

So whoever keeps what was read need not be told what it depends on. A statement's own words are
enough: each table has a name, and a name too many costs a reading, never a wrong answer.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Final

from sqlalchemy import Engine, event

from infoscreen_core.db import models

_TABLES: Final = models.Client.metadata.tables
_WORD: Final = re.compile(r"[a-z_]+")


@dataclass
class Touched:
    """The names of the tables that a piece of work touched so far."""

    read: set[str] = field(default_factory=set)
    written: set[str] = field(default_factory=set)

    def note(self, statement: str) -> None:
        """Take a statement's tables to what was touched before."""
        read, written = tables_of(statement)
        self.read |= read
        self.written |= written


_at_work: ContextVar[Touched | None] = ContextVar("touched", default=None)


def watch(engine: Engine) -> None:
    """Note for `noting` what is sent through an engine."""

    def note(_on: object, _cursor: object, statement: str, *_: object) -> None:
        if touched := _at_work.get():
            touched.note(statement)

    event.listen(engine, "before_cursor_execute", note)


@contextmanager
def noting() -> Iterator[Touched]:
    """Note which tables are touched within, by this thread; whoever notes around it learns it too.

    They are complete at the end.
    """
    touched, around = Touched(), _at_work.get()
    token = _at_work.set(touched)
    try:
        yield touched
    finally:
        _at_work.reset(token)
        if around is not None:
            around.read |= touched.read
            around.written |= touched.written


def note_read(tables: frozenset[str]) -> None:
    """Note that a piece of work uses what was once read from these tables."""
    if touched := _at_work.get():
        touched.read |= tables


@lru_cache(maxsize=4096)
def tables_of(statement: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the tables that a statement reads and those that it changes, rather one too many."""
    named = frozenset(_WORD.findall(statement)) & _TABLES.keys()
    verb = statement.split(maxsplit=1)[0].upper() if statement.strip() else ""
    if verb == "SELECT":
        return named, frozenset()
    has_deleted = verb not in {"INSERT", "UPDATE"}
    return named, named.union(*map(_followers, named)) if has_deleted else named


@cache
def _followers(table: str) -> frozenset[str]:
    """Return the tables whose rows the database changes by itself when one is deleted here."""
    changed, deleted, next_ones = {table}, {table}, [table]
    while next_ones:
        for name, on_delete in _pointing_to(next_ones.pop()):
            changed.add(name)
            if on_delete == "CASCADE" and name not in deleted:
                deleted.add(name)
                next_ones.append(name)
    return frozenset(changed)


def _pointing_to(table: str) -> list[tuple[str, str | None]]:
    return [
        (name, key.ondelete)
        for name, other in _TABLES.items()
        for key in other.foreign_keys
        if key.target_fullname.partition(".")[0] == table
    ]
