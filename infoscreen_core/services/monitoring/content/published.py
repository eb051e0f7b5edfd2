"""The record of what was published for each group; the leading scheduler keeps it.

A list is on record from the moment when the broker confirmed it. One that was published again
changes nothing, nor does one whose events are the same but for their titles.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from infoscreen_core.db.queries.monitoring import content as queries
from infoscreen_core.domain.monitoring.content.states import PlannedEvent
from infoscreen_core.services.monitoring.plays.files import FileRecord


@dataclass(frozen=True, slots=True)
class Publication:
    """A list that the broker confirmed."""

    group_id: int
    at: datetime
    events: Sequence[PlannedEvent]
    files: Mapping[int, Sequence[str]] = field(default_factory=dict)
    """The names of the files of those events that show files; none: none was ready."""


def record(session: Session, publications: Sequence[Publication], *, now: datetime) -> int:
    """Put publications on record, in their order; return how many lists changed.

    Players of a group whose list changed are judged at once: some may be right now, or wrong.
    """
    wanted = {one.group_id for one in publications}
    existing = queries.list_existing_groups(session, wanted)
    known: dict[int, Sequence[PlannedEvent]] = {
        group_id: published.events
        for group_id, published in queries.map_published(session, wanted).items()
    }
    shown = FileRecord(session, {event_id for one in publications for event_id in one.files})
    changed: list[int] = []
    for one in publications:
        for event_id, names in one.files.items() if one.group_id in existing else ():
            shown.note(event_id, names, at=one.at)
        if one.group_id in existing and _record_one(session, one, known.get(one.group_id)):
            changed.append(one.group_id)
        known[one.group_id] = one.events
    queries.judge_groups_soon(session, set(changed), now=now)
    return len(changed)


def _record_one(session: Session, one: Publication, before: Sequence[PlannedEvent] | None) -> bool:
    if before is not None and _ranks(before) == _ranks(one.events):
        if tuple(before) != tuple(one.events):
            queries.rename_published(session, one.group_id, one.events)
        return False
    queries.replace_published(session, one.group_id, one.events, at=one.at)
    return True


def _ranks(events: Sequence[PlannedEvent]) -> list[tuple[int, int]]:
    return [(one.event_id, one.priority) for one in events]
