"""Seals for the entries of the audit trail, and whether all of them still fit.

Entries are sealed a moment after they were written, by whoever has the turn: so those who write
them never wait for each other, though the chain is one. They are sealed in the order in which they
are found, which on MariaDB need not be that of their numbers.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Final

from sqlalchemy import Row
from sqlalchemy.orm import Session

from infoscreen_core.db import append_only
from infoscreen_core.db.models import AuditEntry, AuditSeal
from infoscreen_core.db.queries.people import audit as queries
from infoscreen_core.domain.people.audit_seals import (
    START,
    Fault,
    Finding,
    Head,
    Seal,
    Sealed,
    check,
    seal,
)
from infoscreen_core.services import turns
from infoscreen_core.services.audit_trail.reading import link, view
from infoscreen_core.services.audit_trail.views import Verdict
from infoscreen_core.services.turns import Turn

SWEEP: Final = 5_000
"""Numbers of entries that are looked through at a time."""
_RECENT: Final = 1_000
"""So far below the newest sealed entry, others may still be about to be committed."""
_PORTION: Final = 5_000
Sessions = Callable[[], AbstractContextManager[Session]]


def find_end(session: Session) -> Head:
    """Return the end of the chain."""
    last = queries.find_last_seal(session)
    return START if last is None else Head(last.number, last.digest)


def has_unsealed(session: Session, *, after: int | None = None) -> bool:
    """Whether entries wait for their seals: new ones, or of `SWEEP` numbers above `after`."""
    return bool(_list_unsealed(session, after, limit=1))


def seal_entries(session: Session, *, after: int | None = None, now: datetime) -> int:
    """Seal new entries, or those of `SWEEP` numbers above `after`; return how many.

    At most `SWEEP` at a time.
    """
    turns.take(session, Turn.AUDIT_SEALS)
    end = find_end(session)
    rows = _list_unsealed(session, after, limit=SWEEP)
    for row in rows:
        made = seal(_content(row), follows=end, at=now)
        session.add(_row(made))
        end = Head(made.number, made.digest)
    session.flush()
    return len(rows)


def next_sweep(session: Session, after: int) -> int:
    """Return from where the next part is looked through: from the start again after the end."""
    return after + SWEEP if after + SWEEP < queries.newest_entry(session) else 0


def verify(open_session: Sessions, *, expected: Head | None = None) -> Verdict:
    """Look at every link of the chain; `expected` is an end of it that was noted elsewhere.

    A session is opened for each part of it, so that no transaction lasts for minutes.
    """
    walk = _Walk(expected)
    while walk.is_under_way:
        with open_session() as session:
            walk.go_on(queries.list_links(session, after=walk.end.number, limit=_PORTION))
    with open_session() as session:
        return _verdict(session, walk)


class _Walk:
    """The way along the chain, and what was found on it."""

    def __init__(self, expected: Head | None) -> None:
        self.end = START
        self.is_under_way = True
        self.fault_count = 0
        self.first: Finding | None = None
        self._expected = expected

    def go_on(self, links: Sequence[Row[AuditSeal, AuditEntry | None]]) -> None:
        """Look at the next links; without any it is over."""
        for row, entry in links:
            content = None if entry is None else _content(entry)
            self._note(check(link(row), content, follows=self.end))
            self.end = Head(row.number, row.digest)
            self._note(self._other_than_expected())
        if not links:
            self.is_under_way = False
            if self._expected is not None and self.end.number < self._expected.number:
                self._note(Finding(Fault.END_REMOVED, self.end.number + 1, None))

    def _other_than_expected(self) -> Finding | None:
        wanted = self._expected
        if wanted is None or wanted.number != self.end.number or wanted == self.end:
            return None
        return Finding(Fault.OTHER_CHAIN, self.end.number, None)

    def _note(self, found: Finding | None) -> None:
        if found is not None:
            self.fault_count += 1
            self.first = self.first or found


def _verdict(session: Session, walk: _Walk) -> Verdict:
    entry_id = walk.first and walk.first.entry_id
    entry = queries.find_entry(session, entry_id) if entry_id else None
    return Verdict(
        head=walk.end,
        fault_count=walk.fault_count,
        first=walk.first,
        first_entry=None if entry is None else view(entry),
        is_protected=append_only.is_protected(session.connection()),
    )


def _list_unsealed(session: Session, after: int | None, *, limit: int) -> list[AuditEntry]:
    if after is None:
        start = max(queries.newest_sealed(session) - _RECENT, 0)
        until = queries.newest_entry(session)
    else:
        start, until = after, after + SWEEP
    return queries.list_unsealed(session, after=start, until=until, limit=limit)


def _content(row: AuditEntry) -> Sealed:
    return Sealed(
        entry_id=row.id,
        at=row.at,
        actor_id=row.actor_id,
        actor_name=row.actor_name,
        source=row.source,
        action=row.action,
        entity=row.entity,
        entity_id=row.entity_id,
        before=row.before,
        after=row.after,
    )


def _row(made: Seal) -> AuditSeal:
    return AuditSeal(
        number=made.number,
        entry_id=made.entry_id,
        previous=made.previous,
        digest=made.digest,
        sealed_at=made.sealed_at,
    )
