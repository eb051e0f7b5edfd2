"""Reads of clients with the status that the rules give them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, bindparam, case, func, select
from sqlalchemy.orm import Session, lazyload

from infoscreen_core.db.models import Client, ClientLog
from infoscreen_core.db.queries.monitoring.due import DuePlayer
from infoscreen_core.domain.monitoring.content.states import Content, ContentReason
from infoscreen_core.domain.monitoring.liveness import ClientFacts, Status, Verdict
from infoscreen_core.domain.monitoring.reconnects import ReconnectWindow, growth_in_window
from infoscreen_core.domain.screens.player import LogLevel, ProcessStatus
from infoscreen_core.domain.screens.standing import Standing

IN_SERVICE: Final[ColumnElement[bool]] = Client.is_active & Client.approved_at.is_not(None)
"""The rule of `domain.screens.standing.standing_of` in SQL: the screens that count."""
SCREEN_NAME: Final = func.coalesce(
    func.nullif(Client.description, ""),
    func.nullif(Client.hostname, ""),
    func.substr(Client.uuid, 1, 8),
)
"""The rule of `domain.screens.player.screen_name` in SQL."""
HOUR: Final = timedelta(hours=1)


class LogCounts(NamedTuple):
    """How many lines of the levels that matter a client logged."""

    errors: int = 0
    """Within the requested window."""
    warnings: int = 0
    """Within the requested window."""
    errors_last_hour: int = 0


NO_LOGS = LogCounts()


class ContentRow(NamedTuple):
    """Whether a client shows what is planned, by the record; None of one not in service."""

    state: Content | None = None
    reason: ContentReason | None = None
    since: datetime | None = None
    planned_event_id: int | None = None


NO_CONTENT: Final = ContentRow()


def count_where(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """Return in how many rows of a group the condition holds."""
    return func.sum(case((condition, 1), else_=0))


_IS_ERROR: Final = ClientLog.level == LogLevel.ERROR
_IN_WINDOW: Final = ClientLog.ordered_at > bindparam("in_window")
_LOGS: Final = (  # written once: that takes longer than the database takes for some screens
    select(
        ClientLog.client_uuid,
        count_where(_IS_ERROR & _IN_WINDOW),
        count_where((ClientLog.level == LogLevel.WARN) & _IN_WINDOW),
        count_where(_IS_ERROR & (ClientLog.ordered_at > bindparam("last_hour"))),
    )
    .where(
        ClientLog.level.in_([LogLevel.ERROR, LogLevel.WARN]),
        ClientLog.ordered_at > bindparam("since"),
    )
    .group_by(ClientLog.client_uuid)
)
_LOGS_OF_SOME: Final = _LOGS.where(ClientLog.client_uuid.in_(bindparam("uuids", expanding=True)))


@dataclass(frozen=True)
class ClientRow:
    """A client (its group loaded), its status with the reason, and the log counts behind it."""

    client: Client
    verdict: Verdict
    logs: LogCounts
    since: datetime | None = None
    """When the status began, as far as that is on record."""
    content: ContentRow = NO_CONTENT

    @property
    def standing(self) -> Standing:
        """Whether it counts as a screen."""
        return self.client.standing

    @property
    def status(self) -> Status:
        """How it does."""
        return self.verdict.status


def list_pending_uuids(session: Session) -> list[str]:
    """Return the UUIDs of clients that wait for approval, the longest waiting first."""
    query = select(Client.uuid).where(Client.approved_at.is_(None), Client.rejected_at.is_(None))
    return list(session.scalars(query.order_by(Client.registration_time, Client.uuid)))


def list_group_ids_of(session: Session, uuids: Collection[str]) -> list[int | None]:
    """Return the groups that some clients are in, in any order."""
    return list(session.scalars(select(Client.group_id).where(Client.uuid.in_(uuids)).distinct()))


def map_clients(
    session: Session, uuids: Collection[str], *, is_locked: bool = False
) -> dict[str, Client]:
    """Return the existing clients by UUID; `is_locked` keeps others from changing them."""
    query = select(Client).where(Client.uuid.in_(uuids)).order_by(Client.uuid)
    if is_locked:
        # Without the join to the groups: their rows need no lock.
        query = query.options(lazyload(Client.group)).with_for_update()
        query = query.execution_options(populate_existing=True)
    return {client.uuid: client for client in session.scalars(query)}


def find_boot(session: Session, uuid: str) -> str | None:
    """Return the boot that the client named last, or None if it never named one."""
    return session.scalar(select(Client.boot_id).where(Client.uuid == uuid))


def lock_client(session: Session, uuid: str) -> Client | None:
    """Return the client or None; others cannot change it until the commit."""
    return map_clients(session, [uuid], is_locked=True).get(uuid)


def lock_rows(session: Session, uuids: Collection[str]) -> None:
    """Lock those of the clients that exist, in the order of their UUIDs."""
    wanted = select(Client.uuid).where(Client.uuid.in_(uuids)).order_by(Client.uuid)
    session.execute(wanted.with_for_update())


def list_groups_after(session: Session, uuid: str, *, limit: int) -> list[tuple[str, int | None]]:
    """Return clients whose UUID is greater, with their group's id, in the order of their UUIDs."""
    query = (
        select(Client.uuid, Client.group_id)
        .where(Client.uuid > uuid)
        .order_by(Client.uuid)
        .limit(limit)
    )
    return [(found, group_id) for found, group_id in session.execute(query)]


def count_running(session: Session, uuids: Collection[str], *, since: datetime) -> int:
    """Count those of the clients that were seen since then and whose process runs."""
    query = select(func.count()).where(
        Client.uuid.in_(uuids),
        Client.last_alive >= since,
        Client.process_status == ProcessStatus.RUNNING,
    )
    return session.scalar(query) or 0


def count_logs(
    session: Session, *, now: datetime, log_window: timedelta, uuids: Collection[str] | None = None
) -> dict[str, LogCounts]:
    """Count ERROR and WARN lines by client in one query; clients without any are left out.

    With `uuids` only those of these clients.
    """
    asked: dict[str, Any] = {
        "in_window": now - log_window,
        "last_hour": now - HOUR,
        "since": now - max(log_window, HOUR),
    }
    query = _LOGS
    if uuids is not None:
        query, asked = _LOGS_OF_SOME, {**asked, "uuids": list(uuids)}
    found = session.connection().execute(query, asked)
    return {uuid: LogCounts(*map(int, counts)) for uuid, *counts in found}


def facts_of(
    client: Client | DuePlayer, logs: LogCounts, *, now: datetime, reconnects: int = 0
) -> ClientFacts:
    """Return what the status rules ask of a client.

    `reconnects` are those of the last hour by the record of its health, where that was asked.
    """
    return ClientFacts(
        is_active=client.is_active,
        is_approved=client.approved_at is not None,
        is_rejected=client.rejected_at is not None,
        last_alive=client.last_alive,
        process_status=client.process_status,
        screen_health=client.screen_health_status,
        service_failed_at=client.service_failed_at,
        errors_last_hour=logs.errors_last_hour,
        errors_in_window=logs.errors,
        warns_in_window=logs.warnings,
        expected_event_id=client.expected_event_id,
        current_event_id=client.current_event_id,
        reconnects_last_hour=max(
            reconnects, growth_in_window(reconnect_window_of(client), now=now)
        ),
    )


def reconnect_window_of(client: Client | DuePlayer) -> ReconnectWindow:
    """Return a client's counter of reconnects with the window that is watched."""
    return ReconnectWindow(
        client.mqtt_reconnect_count, client.reconnect_window_count, client.reconnect_window_at
    )


def list_screens_of(session: Session, group_id: int) -> list[Client]:
    """Return the approved players of a group by name."""
    query = select(Client).where(Client.group_id == group_id, Client.approved_at.is_not(None))
    found = session.scalars(query.options(lazyload(Client.group)))
    return sorted(found, key=lambda client: client.order)


def groups_in_service(session: Session, group_ids: Collection[int]) -> set[int]:
    """Return which of the groups have a screen in service."""
    query = select(Client.group_id).where(Client.group_id.in_(group_ids), IN_SERVICE).distinct()
    return {group_id for group_id in session.scalars(query) if group_id is not None}
