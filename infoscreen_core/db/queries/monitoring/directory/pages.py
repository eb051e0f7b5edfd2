"""Players a page at a time: each page begins after the last player of the one before.

Columns are read rather than rows of the ORM, which take longer to make than the database to find.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, or_, select, union
from sqlalchemy.orm import Session

from infoscreen_core.db.models import Client, ClientGroup, ClientStatus
from infoscreen_core.db.queries.monitoring import statuses
from infoscreen_core.db.queries.monitoring.tallies import EVER
from infoscreen_core.db.queries.signs import heard_before, never_heard
from infoscreen_core.domain.monitoring.content.states import Content, ContentReason
from infoscreen_core.domain.monitoring.liveness import Status, StatusReason
from infoscreen_core.domain.screens.player import (
    ObservedPower,
    PictureType,
    ProcessStatus,
    RecoveryClass,
)
from infoscreen_core.domain.screens.screens import ScreenHealth


class PlayerRow(NamedTuple):
    """What is stored of a player, by the names of `Client`; and how it does, by the record."""

    uuid: str
    description: str | None
    hostname: str | None
    ip: str | None
    macs: str | None
    type: str | None
    model: str | None
    os_version: str | None
    software_version: str | None
    boot_source: str | None
    recovery_class: RecoveryClass | None
    watchdog_enabled: bool | None
    group_id: int | None
    is_active: bool
    registration_time: datetime
    approved_at: datetime | None
    rejected_at: datetime | None
    last_alive: datetime | None
    booted_at: datetime | None
    clock_behind_seconds: float | None
    current_process: str | None
    process_pid: int | None
    process_status: ProcessStatus | None
    current_event_id: int | None
    expected_event_id: int | None
    health_at: datetime | None
    cpu_percent: float | None
    memory_percent: float | None
    temperature_c: float | None
    disk_free_mb: float | None
    mqtt_reconnect_count: int
    mqtt_last_disconnect_at: datetime | None
    screen_health_status: ScreenHealth
    last_screenshot_at: datetime | None
    last_screenshot_type: PictureType | None
    last_screenshot_hash: str | None
    priority_screenshot_at: datetime | None
    priority_screenshot_type: PictureType | None
    service_failed_at: datetime | None
    service_failed_unit: str | None
    power_state: ObservedPower
    power_state_at: datetime | None
    group_name: str | None
    status: Status
    status_reason: StatusReason
    status_since: datetime | None
    content: Content | None
    content_reason: ContentReason | None


_OF_OTHERS = ("group_name", "status", "status_reason", "status_since", "content", "content_reason")
_COLUMNS = [getattr(Client, name) for name in PlayerRow._fields if name not in _OF_OTHERS]


def list_after(
    session: Session, uuid: str, *, group_id: int | None = None, now: datetime, limit: int
) -> list[PlayerRow]:
    """Return players whose UUID is greater, by their UUIDs; of a group if one is given."""
    query = _rows(now).where(Client.uuid > uuid)
    if group_id is not None:
        query = query.where(Client.group_id == group_id)
    return _read(session, query.order_by(Client.uuid).limit(limit))


def list_crashed_after(
    session: Session, uuid: str, *, now: datetime, grace: timedelta, limit: int
) -> list[PlayerRow]:
    """Return screens in service for which `find_crash_reason` has a reason, by their UUIDs."""
    query = _rows(now).where(
        Client.uuid.in_(_crashed(now, grace)), statuses.IS_IN_SERVICE, Client.uuid > uuid
    )
    return _read(session, query.order_by(Client.uuid).limit(limit))


def list_failed_before(
    session: Session, place: tuple[datetime, str] | None, *, now: datetime, limit: int
) -> list[PlayerRow]:
    """Return screens in service with a failed service, those that failed last first.

    With a `place` (when, and whose) those that follow it.
    """
    query = _rows(now).where(statuses.IS_IN_SERVICE, Client.service_failed_at >= EVER)
    if place is not None:
        query = query.where(_follows(*place))
    return _read(session, query.order_by(Client.service_failed_at.desc(), Client.uuid).limit(limit))


def list_named(session: Session, uuids: Collection[str], *, now: datetime) -> list[PlayerRow]:
    """Return those of the players that exist, in the order of their UUIDs."""
    return _read(session, _rows(now).where(Client.uuid.in_(uuids)).order_by(Client.uuid))


def list_members(
    session: Session, group_ids: Collection[int], *, is_with_others: bool, now: datetime
) -> list[PlayerRow]:
    """Return the players of some groups by their UUIDs; with others, those in no group as well."""
    is_in: ColumnElement[bool] = Client.group_id.in_(group_ids)
    if is_with_others:
        is_in = or_(is_in, Client.group_id.is_(None))
    return _read(session, _rows(now).where(is_in).order_by(Client.uuid))


def _rows(now: datetime) -> Select[*tuple[Any, ...]]:
    # To make the statement takes longer than to read a page. Whether a judge is away, which is
    # all that depends on the instant, need not be known to the second.
    return _rows_at(now.replace(microsecond=0))


@lru_cache(maxsize=4)
def _rows_at(now: datetime) -> Select[*tuple[Any, ...]]:
    of_record = (
        statuses.status(now),
        statuses.reason(now),
        statuses.since(now),
        statuses.content(now),
        statuses.content_reason(now),
    )
    return (
        select(*_COLUMNS, ClientGroup.name, *of_record)
        .select_from(Client)
        .outerjoin(ClientGroup, ClientGroup.id == Client.group_id)
        .outerjoin(ClientStatus, statuses.BY_RECORD)
    )


def _read(session: Session, query: Select[*tuple[Any, ...]]) -> list[PlayerRow]:
    return [PlayerRow._make(row) for row in session.execute(query)]


def _follows(at: datetime, uuid: str) -> ColumnElement[bool]:
    return and_(
        Client.service_failed_at <= at,  # by itself, so that the index begins there
        or_(Client.service_failed_at < at, Client.uuid > uuid),
    )


def _crashed(now: datetime, grace: timedelta) -> Select[str]:
    """Return the UUIDs of active players in trouble, each kind found by an index.

    One whose process crashed has trouble on record, as soon as it is judged.
    """
    silent = select(Client.uuid).where(Client.is_active, heard_before(now - grace))
    unheard = select(Client.uuid).where(Client.is_active, never_heard())
    crashed = (
        select(Client.uuid)
        .select_from(ClientStatus)
        .join(Client, statuses.BY_RECORD)
        .where(
            Client.is_active,
            Client.process_status == ProcessStatus.CRASHED,
            statuses.may_be_troubled(now),
        )
    )
    return select(union(silent, unheard, crashed).subquery().c.uuid)
