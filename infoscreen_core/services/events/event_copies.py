"""Copy an event to other groups: a single one, a whole series, or some occurrences of it."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from infoscreen_core.db.models import Event, EventException
from infoscreen_core.db.queries import events as queries
from infoscreen_core.domain.events.event import ExceptionKind
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.services import changes
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.events.event_drafts import EventDraft, check_groups
from infoscreen_core.services.events.event_exceptions import get_occurrence
from infoscreen_core.services.events.event_series import rest_of_rule
from infoscreen_core.services.events.events import add_event, get_event
from infoscreen_core.services.events.occurrences import settle

_COPIED: Final = (
    "start",
    "end",
    *(
        field.name
        for field in fields(EventDraft)
        if field.name not in {"group_ids", "start", "end"}
    ),
)


def copy_event(
    session: Session,
    event_id: int,
    group_ids: Sequence[int],
    *,
    actor: Actor,
    now: datetime,
    occurrence_start: datetime | None = None,
    with_following: bool = False,
) -> list[Event]:
    """Copy an event, as it is stored, to each of these groups; return the copies in their order.

    A series is copied with all its exceptions and with the occurrences that were changed on their
    own. With `occurrence_start` (UTC) only that occurrence is copied, as a single event, or
    (`with_following`) that and all following, as a series. The original stays as it is. Raises
    `InvalidInputError` when its own group is among the groups: the copy would be on the same
    screens at the same time.
    """
    actor.require(Role.EDITOR)
    event = get_event(session, event_id)
    groups = check_groups(session, group_ids)
    if event.group_id in groups:
        raise InvalidInputError(
            "“{title}” belongs to this group already; choose other groups.",
            field="group_id",
            title=event.title,
        )
    columns = _columns(event, occurrence_start, with_following=with_following)
    copies = []
    for group_id in groups:
        copy = add_event(session, {**columns, "group_id": group_id}, actor=actor, now=now)
        if columns["recurrence_rule"] is not None:
            _copy_exceptions(session, event, copy, actor=actor, now=now)
        copies.append(copy)
    changes.bump(session)
    return copies


def _columns(
    event: Event, occurrence_start: datetime | None = None, *, with_following: bool = False
) -> dict[str, Any]:
    columns = {name: getattr(event, name) for name in _COPIED}
    if occurrence_start is None:
        return columns
    occurrence = get_occurrence(event, occurrence_start)
    times = {"start": occurrence.start, "end": occurrence.end}
    if with_following:
        return {**columns, **times, "recurrence_rule": rest_of_rule(event, occurrence)}
    return {**columns, **times, "recurrence_rule": None, "skip_holidays": False}


def _copy_exceptions(
    session: Session, event: Event, copy: Event, *, actor: Actor, now: datetime
) -> None:
    """Take the same dates out of the copy, and copy the events that stand in their place."""
    for row in queries.list_exceptions(session, [event.id]):
        if row.kind is ExceptionKind.HOLIDAY or row.occurrence_start < copy.start:
            continue
        detached = (
            queries.find_event(session, row.detached_event_id) if row.detached_event_id else None
        )
        session.add(
            EventException(
                event_id=copy.id,
                occurrence_start=row.occurrence_start,
                kind=row.kind,
                source=row.source,
                detached_event_id=_copy_detached(session, detached, copy, actor, now)
                if detached
                else None,
                created_at=now,
            )
        )
    settle(session, copy, now=now)


def _copy_detached(
    session: Session, detached: Event, copy: Event, actor: Actor, now: datetime
) -> int:
    link = {"group_id": copy.group_id, "master_event_id": copy.id}
    return add_event(session, {**_columns(detached), **link}, actor=actor, now=now).id
