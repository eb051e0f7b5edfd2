"""Let a group hold exactly what a subscribed calendar holds.

It is an import like that of a file, with these differences: the events of other subscriptions are
not known, and those that its server renames are found by their content; the calendar is right
whatever its numbers say; and what it does not hold any more is removed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from infoscreen_core.db.models import CalendarSubscription, Event, SubscribedEvent
from infoscreen_core.db.queries import events as event_queries
from infoscreen_core.db.queries import subscriptions as queries
from infoscreen_core.domain.exchange.subscriptions import is_doubtful
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.events import events
from infoscreen_core.services.exchange.event_import import import_events
from infoscreen_core.services.exchange.event_import_dates import list_changed
from infoscreen_core.services.exchange.subscription_matching import FollowedCalendar, Held
from infoscreen_core.services.exchange.views import EventImportResult
from infoscreen_core.services.screens.groups import get_group

_BEGIN: Final = b"BEGIN:VCALENDAR"
_END: Final = b"END:VCALENDAR"


@dataclass(frozen=True)
class TakenOver:
    """What became of each event of a calendar."""

    result: EventImportResult
    held_back: int = 0
    """So many would have been removed; nothing at all was written, as that looks like a fault."""


def take_over(
    session: Session,
    subscription: CalendarSubscription,
    data: bytes,
    *,
    may_remove_most: bool,
    actor: Actor,
    now: datetime,
) -> TakenOver:
    """Bring the group's events of this subscription in step with its calendar.

    Raises `InvalidInputError` on `file`, before anything is written, for data that is no calendar.
    """
    _check_is_whole(data)
    # Before anything is read: another subscription of the group may be stored at this moment, and
    # events that it has just linked would be taken over as nobody's.
    get_group(session, subscription.group_id, is_locked=True)
    calendar = _followed(session, subscription)
    coming = {
        one.event.id for one in calendar.held.values() if not events.is_finished(one.event, now)
    }
    with session.begin_nested() as attempt:
        result = import_events(
            session,
            data,
            group_id=subscription.group_id,
            kind=subscription.event_type,
            takes_private=subscription.takes_private,
            calendar=calendar,
            actor=actor,
            now=now,
        )
        removed = len(coming - result.event_ids)
        if is_doubtful(len(coming), removed) and not may_remove_most:
            attempt.rollback()
            return TakenOver(EventImportResult((), is_rehearsal=True), removed)
        _link(session, subscription, calendar, result)
    return TakenOver(result)


def remove_held(session: Session, held: Sequence[Event], *, actor: Actor, now: datetime) -> None:
    """Delete events of a subscription with the changed dates that came along; people's stay."""
    for event in held:
        doomed = [*list_changed(session, event), event]
        events.remove_events(session, doomed, actor=actor, now=now)


def _check_is_whole(data: bytes) -> None:
    # A transfer may break off where nobody notices: then all that is missing would be removed.
    text = data.replace(b"\0", b"").upper()
    if _BEGIN in text and not text.rstrip().endswith(_END):
        raise InvalidInputError(
            "The calendar breaks off in the middle; it is read again later.", field="file"
        )


def _followed(session: Session, subscription: CalendarSubscription) -> FollowedCalendar:
    links = queries.list_links(session, subscription.id)
    held = {
        event.ical_uid: Held(event, links[event.id].content_digest)
        for event in queries.list_held_events(session, subscription.id)
        if event.ical_uid
    }
    foreign = queries.list_linked_ids(session, subscription.group_id) - links.keys()
    return FollowedCalendar(held, frozenset(foreign))


def _link(
    session: Session,
    subscription: CalendarSubscription,
    calendar: FollowedCalendar,
    result: EventImportResult,
) -> None:
    """Note which events the calendar holds now, and what it says of them."""
    links = queries.list_links(session, subscription.id)
    for event in event_queries.list_events(session, group_ids=[subscription.group_id]):
        if event.id not in result.event_ids or event.master_event_id is not None:
            continue
        digest = calendar.digest_of(event)
        link = links.get(event.id)
        if link is None:
            session.add(
                SubscribedEvent(
                    event_id=event.id, subscription_id=subscription.id, content_digest=digest
                )
            )
        elif link.content_digest != digest:
            link.content_digest = digest
    session.flush()
