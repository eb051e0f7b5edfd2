"""Reads, claims and links of calendar subscriptions; nothing here commits."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, CursorResult, func, or_, select, update
from sqlalchemy.orm import Session

from infoscreen_core.db.models import (
    CalendarSubscription,
    ClientGroup,
    Event,
    SubscribedEvent,
    User,
)
from infoscreen_core.db.queries.groups import GROUP_ORDER


@dataclass(frozen=True)
class SubscriptionRow:
    """A subscription with the names that people know, and how many events it holds."""

    subscription: CalendarSubscription
    group_name: str
    created_by_name: str | None
    event_count: int


def find_subscription(
    session: Session, subscription_id: int, *, is_locked: bool = False
) -> CalendarSubscription | None:
    """Return a subscription or None; `is_locked` keeps others from changing it until the commit."""
    if is_locked:
        return session.get(
            CalendarSubscription, subscription_id, with_for_update=True, populate_existing=True
        )
    return session.get(CalendarSubscription, subscription_id)


def list_of_group(session: Session, group_id: int) -> list[CalendarSubscription]:
    """Return a group's subscriptions, the oldest first."""
    wanted = select(CalendarSubscription).where(CalendarSubscription.group_id == group_id)
    return list(session.scalars(wanted.order_by(CalendarSubscription.id)))


def list_rows(
    session: Session, *, group_id: int | None = None, subscription_id: int | None = None
) -> list[SubscriptionRow]:
    """Return subscriptions by group, the oldest first; all of them unless some are asked for."""
    count = (
        select(func.count())
        .where(SubscribedEvent.subscription_id == CalendarSubscription.id)
        .correlate(CalendarSubscription)
        .scalar_subquery()
    )
    wanted = (
        select(CalendarSubscription, ClientGroup.name, User.username, count)
        .join(ClientGroup, ClientGroup.id == CalendarSubscription.group_id)
        .outerjoin(User, User.id == CalendarSubscription.created_by)
        .order_by(*GROUP_ORDER, CalendarSubscription.id)
    )
    if group_id is not None:
        wanted = wanted.where(CalendarSubscription.group_id == group_id)
    if subscription_id is not None:
        wanted = wanted.where(CalendarSubscription.id == subscription_id)
    return [SubscriptionRow(*row) for row in session.execute(wanted)]


def list_due(session: Session, *, now: datetime, limit: int) -> list[int]:
    """Return the ids of subscriptions to be read and not being read, the longest due first."""
    wanted = (
        select(CalendarSubscription.id)
        .where(
            CalendarSubscription.is_active,
            CalendarSubscription.next_check_at <= now,
            _is_free(now),
        )
        .order_by(CalendarSubscription.next_check_at, CalendarSubscription.id)
        .limit(limit)
    )
    return list(session.scalars(wanted))


def claim(
    session: Session,
    subscription_id: int,
    owner: str,
    *,
    now: datetime,
    until: datetime,
    only_due: bool,
) -> bool:
    """Take a subscription for reading; False while somebody else reads it, or it is not due."""
    step = (
        update(CalendarSubscription)
        .where(CalendarSubscription.id == subscription_id, _is_free(now))
        .values(claimed_by=owner, claimed_until=until)
        .execution_options(synchronize_session=False)
    )
    if only_due:
        step = step.where(CalendarSubscription.is_active, CalendarSubscription.next_check_at <= now)
    result = session.execute(step)
    return isinstance(result, CursorResult) and bool(result.rowcount)


def release(session: Session, owner: str) -> None:
    """Give back all that one reader has claimed."""
    session.execute(
        update(CalendarSubscription)
        .where(CalendarSubscription.claimed_by == owner)
        .values(claimed_by=None, claimed_until=None)
        .execution_options(synchronize_session=False)
    )


def list_links(session: Session, subscription_id: int) -> Mapping[int, SubscribedEvent]:
    """Return what a subscription holds, by the events' ids."""
    wanted = select(SubscribedEvent).where(SubscribedEvent.subscription_id == subscription_id)
    return {link.event_id: link for link in session.scalars(wanted)}


def list_held_events(session: Session, subscription_id: int) -> list[Event]:
    """Return the events that a subscription holds, by their start."""
    wanted = (
        select(Event)
        .join(SubscribedEvent, SubscribedEvent.event_id == Event.id)
        .where(SubscribedEvent.subscription_id == subscription_id)
        .order_by(Event.start, Event.id)
    )
    return list(session.scalars(wanted))


def list_linked_ids(session: Session, group_id: int) -> set[int]:
    """Return the ids of a group's events that any subscription holds."""
    wanted = (
        select(SubscribedEvent.event_id)
        .join(Event, Event.id == SubscribedEvent.event_id)
        .where(Event.group_id == group_id)
    )
    return set(session.scalars(wanted))


def find_calendar_name(session: Session, event_id: int) -> str | None:
    """Return the name of the subscribed calendar that holds an event; None: people plan it."""
    wanted = (
        select(CalendarSubscription.name)
        .join(SubscribedEvent, SubscribedEvent.subscription_id == CalendarSubscription.id)
        .where(SubscribedEvent.event_id == event_id)
    )
    return session.scalar(wanted)


def _is_free(now: datetime) -> ColumnElement[bool]:
    return or_(
        CalendarSubscription.claimed_until.is_(None), CalendarSubscription.claimed_until <= now
    )
