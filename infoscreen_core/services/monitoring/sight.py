"""Whether the server sees its screens; time in which it does not is on record as a blind span.

The leading scheduler looks every few seconds (`note`). What it looks at:

- The time of its own last look. When that is long past, the database was away or nothing ran, and
  nobody kept the record meanwhile.
- The listener's sign of life, which says also whether it is connected to the broker.
- Nearly all screens falling silent together: then the broker or the network is the cause. Right
  after a blind span nobody has had the time to speak; silence that began in it says nothing new.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Final

from sqlalchemy.orm import Session

from infoscreen_core.db.models import BlindSpan
from infoscreen_core.db.queries.monitoring import history as queries
from infoscreen_core.db.queries.monitoring import jobs
from infoscreen_core.db.queries.monitoring.records import find_worker
from infoscreen_core.domain.commands.hearing import (
    COMES_AT_ONCE,
    SIGHT_SETTLES,
    Deafness,
    ListenerSign,
)
from infoscreen_core.domain.monitoring.availability import BlindCause
from infoscreen_core.domain.monitoring.judging import Sight
from infoscreen_core.domain.monitoring.liveness import (
    OUTAGE_SILENCE,
    OUTAGE_WINDOW,
    find_broker_outage,
    is_at_work,
    is_outage_over,
)
from infoscreen_core.domain.text.elapsed import is_within

LONGEST_GAP: Final = timedelta(seconds=30)
"""Between two looks; a longer one was a standstill."""
LATELY: Final = timedelta(minutes=5)
"""Screens heard from so long ago count when nearly all fall silent."""
NETWORK_PATIENCE: Final = timedelta(minutes=15)
"""For how long the silence of all screens counts as an outage of ours: a school may be switched off
for weeks, and commands must end."""
_SETTLES: Final[Mapping[BlindCause, timedelta]] = MappingProxyType(
    dict.fromkeys(BlindCause, SIGHT_SETTLES) | {BlindCause.LISTENER: COMES_AT_ONCE}
)
_NEVER: Final = datetime.min.replace(tzinfo=UTC)
_LOOK: Final = "sight"
_LISTENER: Final = "listener"


@dataclass(frozen=True, slots=True)
class SightChange:
    """A blind span that began or ended just now."""

    cause: BlindCause
    began_at: datetime
    ended_at: datetime | None


def note(session: Session, *, now: datetime) -> Sequence[SightChange]:
    """Bring the record of blind spans up to date; return what began and what ended."""
    changed = [*_note_standstill(session, now), *_note_blindness(session, now)]
    jobs.begin(session, _LOOK, now=now)
    session.flush()
    return changed


def blind_since(session: Session) -> datetime | None:
    """Return since when the server cannot see its screens, None while it can."""
    span = queries.find_open_blind_span(session)
    return span.began_at if span else None


def read(session: Session, *, now: datetime) -> Sight:
    """Return whether the server sees its screens, for whoever acts on their silence.

    Where nobody has looked lately, nobody sees: nor does the server right after a standstill, when
    the clock was set, or before the scheduler has looked for the first time. Everybody who asks
    only loses time by that, while a screen that is wrongly taken for silent is rebooted, or left
    out of a roll-out for good.
    """
    last = jobs.find_run(session, _LOOK)
    if last is None or not is_within(last.ran_at, LONGEST_GAP, now=now):
        return Sight(is_blind=True)
    return read_record(session)


def read_record(session: Session) -> Sight:
    """Return the same as far as it is on record, for the one that looks itself (`note`)."""
    if queries.find_open_blind_span(session):
        return Sight(is_blind=True)
    return Sight(seen_since=_sees_since(session))


def find_listener(session: Session) -> ListenerSign | None:
    """Return the listener's last sign of life, None where none has ever run."""
    row = find_worker(session, _LISTENER)
    return ListenerSign(row.seen_at, row.started_at, row.is_broker_connected) if row else None


def list_deaf(session: Session, *, since: datetime, now: datetime) -> list[Deafness]:
    """Return, from the record, when players could not be heard, as far as it ended since then."""
    spans = queries.list_blind_spans(session, start=since, end=now)
    return [Deafness(span.began_at, _deaf_until(span, now), _SETTLES[span.cause]) for span in spans]


def _deaf_until(span: BlindSpan, now: datetime) -> datetime | None:
    if span.cause is not BlindCause.NETWORK:
        return span.ended_at
    latest = span.began_at + NETWORK_PATIENCE
    return min(span.ended_at or now, latest) if span.ended_at or now > latest else None


def _note_standstill(session: Session, now: datetime) -> list[SightChange]:
    last = jobs.find_run(session, _LOOK)
    if last is None or now - last.ran_at <= LONGEST_GAP:
        return []
    if queries.find_open_blind_span(session):
        return []  # which began before, and goes on until all is seen again
    span = BlindSpan(cause=BlindCause.STANDSTILL, began_at=last.ran_at, ended_at=now)
    session.add(span)
    return [_view(span)]


def _note_blindness(session: Session, now: datetime) -> list[SightChange]:
    span = queries.find_open_blind_span(session)
    found = _find_blindness(session, span, now)
    if (span is None) == (found is None):
        return []
    if span is None and found is not None:
        cause, began = found
        span = BlindSpan(cause=cause, began_at=min(began, now), ended_at=None)
        session.add(span)
    elif span is not None:
        span.ended_at = max(now, span.began_at)
    return [_view(span)] if span else []


def _find_blindness(
    session: Session, span: BlindSpan | None, now: datetime
) -> tuple[BlindCause, datetime] | None:
    """Return why the server is blind, and since when as far as that shows; None if it sees."""
    listener = find_worker(session, _LISTENER)
    if listener is not None and not is_at_work(listener.seen_at, now=now):
        return BlindCause.LISTENER, max(listener.seen_at, _sees_since(session) or _NEVER)
    if listener is not None and not listener.is_broker_connected:
        return BlindCause.BROKER, now
    if span is not None and span.cause is BlindCause.NETWORK:
        return None if _is_back(session, span) else (BlindCause.NETWORK, span.began_at)
    return _find_silence(session, now)


def _find_silence(session: Session, now: datetime) -> tuple[BlindCause, datetime] | None:
    sees_since = _sees_since(session)
    if sees_since and is_within(sees_since, OUTAGE_SILENCE, now=now):
        return None
    signs = queries.list_last_signs(session, since=now - LATELY)
    began = find_broker_outage(signs, now=now)
    return (BlindCause.NETWORK, max(began, sees_since or _NEVER)) if began else None


def _sees_since(session: Session) -> datetime | None:
    """Return when the last blind span ended: what is told with that one is not told again."""
    last = queries.find_last_blind_span(session)
    return last.ended_at if last else None


def _is_back(session: Session, span: BlindSpan) -> bool:
    signs = queries.list_last_signs(session, since=span.began_at - LATELY)
    return is_outage_over(signs, began_at=span.began_at + OUTAGE_WINDOW)


def _view(span: BlindSpan) -> SightChange:
    return SightChange(span.cause, span.began_at, span.ended_at)
