"""Emergencies that are on the screens. Nothing here commits."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from infoscreen_core.db.models import (
    Client,
    ClientGroup,
    ClientScreenshot,
    Event,
    Occurrence,
    PowerOverride,
    RunningEmergency,
)
from infoscreen_core.db.queries.clients import IN_SERVICE
from infoscreen_core.db.queries.groups import GROUP_ORDER
from infoscreen_core.db.queries.occurrences import BriefRow, is_on_now, list_brief_active
from infoscreen_core.domain.events.event import Priority, Severity
from infoscreen_core.domain.screens.player import ObservedPower, PictureType, ProcessStatus
from infoscreen_core.domain.screens.power import DesiredPower
from infoscreen_core.domain.screens.screens import ScreenHealth


class WatchedRow(NamedTuple):
    """An emergency that is on in a group, and one of the group's screens; None without any."""

    event_id: int
    title: str
    message_text: str | None
    message_severity: Severity
    recurrence_rule: str | None
    start: datetime
    end: datetime
    group_id: int
    group_name: str
    uuid: str | None
    given_name: str | None
    hostname: str | None
    last_alive: datetime | None
    health_at: datetime | None
    current_event_id: int | None
    process_status: ProcessStatus | None
    screen_health: ScreenHealth | None
    power_state: ObservedPower | None
    held_off: str | None
    """The player's UUID when an operator holds its TV off."""
    pictured_at: datetime | None
    """When the newest picture came that was taken as the event came onto the screen."""


def list_watched(session: Session, now: datetime) -> list[WatchedRow]:
    """Return each emergency that is on, once for each screen in service that should show it.

    They come in the groups' order; it is one query.
    """
    return [WatchedRow._make(row) for row in session.execute(_watched(now))]


def _watched(now: datetime) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Event.id,
            Event.title,
            Event.message_text,
            Event.message_severity,
            Event.recurrence_rule,
            Occurrence.start,
            Occurrence.end,
            ClientGroup.id,
            ClientGroup.name,
            Client.uuid,
            Client.description,
            Client.hostname,
            Client.last_alive,
            Client.health_at,
            Client.current_event_id,
            Client.process_status,
            Client.screen_health_status,
            Client.power_state,
            PowerOverride.client_uuid,
            _pictured_at(),
        )
        .join(Occurrence, Occurrence.event_id == Event.id)
        .join(ClientGroup, ClientGroup.id == Event.group_id)
        .outerjoin(Client, and_(Client.group_id == ClientGroup.id, IN_SERVICE))
        .outerjoin(PowerOverride, _is_held_off(now))
        .where(is_on_now(now), _is_emergency())
        .order_by(*GROUP_ORDER, Event.id)
    )


def _is_held_off(now: datetime) -> ColumnElement[bool]:
    return and_(
        PowerOverride.client_uuid == Client.uuid,
        PowerOverride.desired_state == DesiredPower.OFF,
        PowerOverride.expires_at > now,
    )


def _pictured_at() -> ColumnElement[datetime]:
    return (
        select(func.max(ClientScreenshot.received_at))
        .where(
            ClientScreenshot.client_uuid == Client.uuid,
            ClientScreenshot.received_at >= Occurrence.start,
            ClientScreenshot.type == PictureType.EVENT_START,
            # Not every player says what it shows; then it can only be what began last.
            or_(ClientScreenshot.event_id == Event.id, ClientScreenshot.event_id.is_(None)),
        )
        .correlate(Client, Occurrence, Event)
        .scalar_subquery()
    )


def _is_emergency() -> ColumnElement[bool]:
    """Return the rule `domain.events.schedule.is_emergency` as a condition."""
    return Event.priority >= Priority.EMERGENCY


def is_emergency_on(session: Session, group_id: int, *, now: datetime) -> bool:
    """Whether an emergency is on in a group."""
    query = (
        select(Occurrence.id)
        .join(Event, Event.id == Occurrence.event_id)
        .where(Event.group_id == group_id, is_on_now(now), _is_emergency())
    )
    return session.scalar(query.limit(1)) is not None


def list_groups_with_one(session: Session, *, now: datetime) -> frozenset[int]:
    """Return the ids of the groups in which an emergency is on."""
    query = (
        select(Event.group_id)
        .join(Occurrence, Occurrence.event_id == Event.id)
        .where(is_on_now(now), _is_emergency())
        .distinct()
    )
    return frozenset(session.scalars(query))


def list_running(session: Session) -> list[RunningEmergency]:
    """Return, locked, the emergencies that were noted as begun and not yet as ended."""
    query = select(RunningEmergency).order_by(RunningEmergency.event_id).with_for_update()
    return list(session.scalars(query))


def list_active(session: Session, event_ids: Collection[int], now: datetime) -> list[BriefRow]:
    """Return the present occurrences of these events."""
    if not event_ids:
        return []
    return [row for row in list_brief_active(session, now) if row.event_id in event_ids]


def list_last_signs(session: Session, group_ids: Collection[int]) -> list[datetime | None]:
    """Return when each screen in service of these groups was last heard of."""
    query = select(Client.last_alive).where(Client.group_id.in_(group_ids), IN_SERVICE)
    return list(session.scalars(query))


def count_screens(session: Session, group_ids: Collection[int]) -> dict[int, int]:
    """Return how many screens in service each of these groups has, where it has any."""
    query = (
        select(Client.group_id, func.count())
        .where(Client.group_id.in_(group_ids), IN_SERVICE)
        .group_by(Client.group_id)
    )
    return {group_id: count for group_id, count in session.execute(query) if group_id is not None}
