"""Watches what people change through pages, the API and the command line: each leaves an entry."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar
from unittest.mock import patch

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session, sessionmaker

from console import runtime
from infoscreen_core.db import transactions
from tests.support.audits.exempt import changed_by

T = TypeVar("T")

_at_work: ContextVar[set[str] | None] = ContextVar("audited", default=None)


@contextmanager
def all_audited() -> Iterator[None]:
    """Fail at the end if a person's transaction changed something and wrote no entry."""
    found: list[set[str]] = []
    store, in_transaction = runtime.store, transactions.in_transaction

    def stored(work: Callable[[Session], T]) -> T:
        with _looking(found):
            return store(work)

    def done(sessions: sessionmaker[Session], work: Callable[[Session], T]) -> T:
        with _looking(found):
            return in_transaction(sessions, work)

    event.listen(Engine, "before_cursor_execute", _note)
    try:
        with (
            patch.object(runtime, "store", stored),
            patch.object(transactions, "in_transaction", done),
        ):
            yield
    finally:
        event.remove(Engine, "before_cursor_execute", _note)
    assert found == [], f"changed without an entry in the audit trail: {found}"


@contextmanager
def _looking(found: list[set[str]]) -> Iterator[None]:
    """Take to what was found the tables that work within changes, when it ends well."""
    changed: set[str] = set()
    token = _at_work.set(changed)
    try:
        yield
    finally:
        _at_work.reset(token)
    if changed and "audit_log" not in changed:
        found.append(changed)


def _note(_on: object, _cursor: object, statement: str, *_: object) -> None:
    changed = _at_work.get()
    if changed is not None:
        changed.update(changed_by(statement))
