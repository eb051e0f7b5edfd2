"""Watches what people change through pages, the API and the command line: each leaves an entry."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final, TypeVar
from unittest.mock import patch

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session, sessionmaker

from console import runtime
from infoscreen_core.db import transactions
from infoscreen_core.db.touched import tables_of

T = TypeVar("T")

QUIET: Final = frozenset(
    {
        "api_tokens",  # when and from where a token was used last
        "audit_seals",
        "change_counters",
        "ended_sessions",
        "form_drafts",
        "idempotent_requests",
        "login_failures",
        "media_room",  # counted
        "occurrences",  # derived
        "outbox",  # says what was changed, or says it again
        "sign_in_steps",
        "user_sessions",
        "worker_status",
    }
)
"""Tables with what is changed all the time, or follows from something else."""
_QUIET_CHANGES: Final = re.compile(
    "UPDATE users SET notes_seen=|UPDATE calendar_subscriptions SET .*last_checked_at="
    "|(INSERT INTO|DELETE FROM) (second_factors|recovery_codes)"
    "|INSERT (OR IGNORE |IGNORE )?INTO system_settings"
    "|UPDATE events SET (indexed_until|recurrence_exception)="
)
"""What somebody has read; what came of a reading that was asked for; a factor not in force yet;
defaults that a migration adds; how far the index of occurrences reaches, and a text
of exceptions that says what stands elsewhere."""
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
    is_from_player = "client_screenshots" in changed  # sent through the API, as through the broker
    if changed and "audit_log" not in changed and not is_from_player:
        found.append(changed)


def _note(_on: object, _cursor: object, statement: str, *_: object) -> None:
    changed = _at_work.get()
    if changed is not None and not _QUIET_CHANGES.match(statement):
        changed.update(tables_of(statement)[1] - QUIET)
