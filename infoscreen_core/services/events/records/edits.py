"""Write events from single fields, as programs send them: what is not given stays as it is.

Nothing is decided here that a form would not decide: the fields become a draft, and the draft goes
the way of all drafts. The event is locked before it is read, so two programs that change different
fields at once both get what they asked for.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from infoscreen_core.db.models import Event
from infoscreen_core.domain.recurrence.expansion import Occurrence
from infoscreen_core.domain.school.periods import check_days
from infoscreen_core.domain.text.local_time import load_zone, to_local
from infoscreen_core.domain.text.wording import Sentence
from infoscreen_core.errors import InvalidInputError, NotFoundError
from infoscreen_core.services import system_settings
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.events import event_deletions, event_series, events
from infoscreen_core.services.events.event_drafts import EventDraft
from infoscreen_core.services.events.event_exceptions import find_on_date
from infoscreen_core.services.events.event_verdicts import Replaced, foresee
from infoscreen_core.services.events.occurrences import series_of
from infoscreen_core.services.events.records.views import EventRecord, event_record
from infoscreen_core.services.events.verdict_words import warnings_of

_DAY: Final = timedelta(days=1)
_MOMENT: Final = timedelta.resolution
_MIDNIGHT: Final = datetime.min.time()


@dataclass(frozen=True, slots=True)
class EventFields:
    """What a program gives of an event: fields of a draft, and when it is.

    `start` and `end` are aware instants; `first_day` and `last_day`, both included, are the local
    days of an all-day event.
    """

    given: Mapping[str, Any]
    """By the names of `EventDraft`, except for its times."""
    start: datetime | None = None
    end: datetime | None = None
    first_day: date | None = None
    last_day: date | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """An event after a write, and what keeps it from being seen on all its dates."""

    event: EventRecord
    warnings: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Deleted:
    """A deletion, and until when whoever deleted can undo it."""

    id: int
    title: str
    undo_until: datetime


def create(session: Session, fields: EventFields, *, actor: Actor, now: datetime) -> Written:
    """Create an event for the group that the fields name."""
    zone = fields.given.get("timezone") or system_settings.get_setting(session, "default_timezone")
    begin = _required(fields.first_day or fields.start, "start")
    finish = _required(fields.last_day or fields.end, "end")
    times = {"start": _naive(begin), "end": _naive(finish)}  # replaced by `_draft`
    base = EventDraft(**{**fields.given, **times, "timezone": zone})
    draft = _draft(base, replace(fields, given={}))
    created = events.create_events(session, draft, actor=actor, now=now)
    return _written(session, created[0], now)


def edit(
    session: Session,
    event_id: int,
    fields: EventFields,
    *,
    version: int | None,
    actor: Actor,
    now: datetime,
) -> Written:
    """Change the given fields of an event, or of a whole series.

    `version` is the one that was read before (None: whatever it is by now): raises `ConflictError`
    when somebody changed the event meanwhile.
    """
    event = events.get_event_for_update(session, event_id, version=version, actor=actor)
    draft = _draft(EventDraft.of(event), fields)
    events.update_event(session, event_id, draft, version=event.version, actor=actor, now=now)
    return _written(session, event, now)


def detach(
    session: Session,
    event_id: int,
    day: date,
    fields: EventFields,
    *,
    version: int | None,
    actor: Actor,
    now: datetime,
) -> Written:
    """Make the occurrence of a local day an event of its own, with the given fields changed."""
    master = events.get_event_for_update(session, event_id, version=version, actor=actor)
    start = get_occurrence_on(master, day).start
    draft = _draft(event_series.occurrence_draft(master, start), fields)
    made = event_series.detach_occurrence(
        session, event_id, start, draft, version=master.version, actor=actor, now=now
    )
    return _written(session, made, now)


def skip(
    session: Session,
    event_id: int,
    day: date,
    *,
    version: int | None,
    actor: Actor,
    now: datetime,
) -> Deleted:
    """Leave the occurrence of a local day out of its series."""
    master = events.get_event_for_update(session, event_id, version=version, actor=actor)
    start = get_occurrence_on(master, day).start
    event_series.skip_occurrence(
        session, event_id, start, version=master.version, actor=actor, now=now
    )
    return _deleted(session, actor, now)


def delete(
    session: Session,
    event_id: int,
    *,
    version: int | None,
    with_detached: bool = False,
    actor: Actor,
    now: datetime,
) -> Deleted:
    """Delete an event or a whole series, as `events.delete_event` does."""
    events.delete_event(
        session, event_id, version=version, with_detached=with_detached, actor=actor, now=now
    )
    return _deleted(session, actor, now)


def undo(session: Session, deletion_id: int, *, actor: Actor, now: datetime) -> Written:
    """Bring back what a deletion took away, as `event_deletions.undo_delete` does."""
    event = event_deletions.undo_delete(session, deletion_id, actor=actor, now=now)
    written = _written(session, event, now)
    lost = event_deletions.lost_sentence(event_deletions.list_lost_files(session, deletion_id))
    return replace(written, warnings=(lost, *written.warnings)) if lost else written


def get_occurrence_on(event: Event, day: date) -> Occurrence:
    """Return the occurrence that a series gives on a local day, whatever its exceptions.

    Raises `InvalidInputError` for an event that does not recur, `NotFoundError` for another day.
    """
    event_series.check_is_series(event)
    found = find_on_date(series_of(event, with_exceptions=False), day)
    if found is None:
        raise NotFoundError(
            "The series {title} has no date on {day}; ask for the dates of the event.",
            field="date",
            title=event.title,
            day=day,
        )
    return found


def _draft(draft: EventDraft, fields: EventFields) -> EventDraft:
    changed = replace(draft, **fields.given)
    if changed.is_all_day:
        return _on_days(changed, fields)
    for name in ("first_day", "last_day"):
        if getattr(fields, name) is not None:
            raise InvalidInputError(
                "Only an event that lasts all day has days; give start and end instead.",
                field="start_date" if name == "first_day" else "end_date",
            )
    return _at_instants(changed, fields)


def _on_days(draft: EventDraft, fields: EventFields) -> EventDraft:
    draft = _at_instants(draft, fields)
    if fields.first_day is not None:
        draft = replace(draft, start=_naive(fields.first_day))
    if fields.last_day is not None:
        draft = replace(draft, end=_naive(fields.last_day) + _DAY)
    if fields.first_day is not None or fields.last_day is not None:
        check_days(draft.start.date(), (draft.end - _MOMENT).date())
    return draft


def _at_instants(draft: EventDraft, fields: EventFields) -> EventDraft:
    zone = load_zone(draft.timezone or "")
    if fields.start is not None:
        draft = replace(draft, start=to_local(fields.start, zone))
    if fields.end is not None:
        draft = replace(draft, end=to_local(fields.end, zone))
    return draft


def _naive(moment: date | datetime) -> datetime:
    if isinstance(moment, datetime):
        return moment.replace(tzinfo=None)
    return datetime.combine(moment, _MIDNIGHT)


def _required(moment: date | None, field: str) -> date:
    if moment is None:
        raise InvalidInputError(
            "{name} is missing; give an instant with its zone, as in 2026-09-07T08:00:00Z, or, "
            "for a whole day, the day.",
            field=field,
            name=field,
        )
    return moment


def _written(session: Session, event: Event, now: datetime) -> Written:
    verdict = foresee(session, EventDraft.of(event), now=now, replaces=Replaced(event.id))
    return Written(event_record(event), tuple(warnings_of(verdict, {})))


def _deleted(session: Session, actor: Actor, now: datetime) -> Deleted:
    session.flush()
    last = event_deletions.find_last_deletion(session, actor=actor, now=now)
    if last is None:
        message = "a deletion was just remembered"
        raise RuntimeError(message)
    return Deleted(last.id, last.title, now + event_deletions.UNDO_WINDOW)
