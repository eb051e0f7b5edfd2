"""Players with all that lists and cards show of them, by one statement.

Each comes as one text, which is read in less time than a driver takes to describe forty columns.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import and_, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from infoscreen_core.db.models import Client, ClientGroup, ClientScreenshot, ClientStatus, Event
from infoscreen_core.db.queries.monitoring import statuses
from infoscreen_core.db.sql_text import read_row_texts, row_text
from infoscreen_core.domain.monitoring.content.states import Content, ContentReason
from infoscreen_core.domain.monitoring.liveness import Status, StatusReason
from infoscreen_core.domain.screens.player import PictureType, ProcessStatus
from infoscreen_core.domain.screens.screens import ScreenHealth


class PictureRow(NamedTuple):
    """What a kept picture's row has of this, by the same names."""

    client_uuid: str
    id: int
    type: PictureType
    filename: str
    md5: str
    received_at: datetime
    captured_at: datetime | None


class ListedRow(NamedTuple):
    """What a player's row has of this, by the same names, and what belongs to it."""

    uuid: str
    description: str | None
    hostname: str | None
    ip: str | None
    software_version: str | None
    model: str | None
    group_id: int | None
    mqtt_reconnect_count: int
    clock_behind_seconds: float | None
    rejected_name: str | None
    rejection_reason: str | None
    group_name: str | None
    shown_title: str | None
    """Title of the event that it says it shows, if that still exists."""
    planned_title: str | None
    """The same of the event that it was judged by."""
    registration_time: datetime
    approved_at: datetime | None
    rejected_at: datetime | None
    last_alive: datetime | None
    mqtt_last_disconnect_at: datetime | None
    priority_screenshot_at: datetime | None
    service_failed_at: datetime | None
    since: datetime | None
    """When the status began, as far as that is on record."""
    content_since: datetime | None
    is_active: bool
    process_status: ProcessStatus | None
    screen_health: ScreenHealth
    status: Status
    reason: StatusReason
    content: Content | None
    content_reason: ContentReason | None
    picture: PictureRow | None
    """Its newest one."""


_Shown: Final = aliased(Event)
_Planned: Final = aliased(Event)
_PLAIN: Final = (
    Client.uuid,
    Client.description,
    Client.hostname,
    Client.ip,
    Client.software_version,
    Client.model,
    Client.group_id,
    Client.mqtt_reconnect_count,
    Client.clock_behind_seconds,
    Client.rejected_name,
    Client.rejection_reason,
    ClientGroup.name,
    _Shown.title,
    _Planned.title,
)
_INSTANTS: Final = (
    Client.registration_time,
    Client.approved_at,
    Client.rejected_at,
    Client.last_alive,
    Client.mqtt_last_disconnect_at,
    Client.priority_screenshot_at,
    Client.service_failed_at,
    statuses.since(statuses.LATER),
    statuses.content_since(statuses.LATER),
)
_WORDS: Final = (
    Client.is_active,
    Client.process_status,
    Client.screen_health_status,
    statuses.status(statuses.LATER),
    statuses.reason(statuses.LATER),
    statuses.content(statuses.LATER),
    statuses.content_reason(statuses.LATER),
)
_PICTURE: Final = (
    ClientScreenshot.id,
    ClientScreenshot.type,
    ClientScreenshot.filename,
    ClientScreenshot.md5,
    ClientScreenshot.received_at,
    ClientScreenshot.captured_at,
)
_NEWEST: Final = (
    select(func.max(ClientScreenshot.id))
    .where(ClientScreenshot.client_uuid == Client.uuid)
    .correlate(Client)
    .scalar_subquery()
)
_ROWS: Final = (
    select(row_text(*_PLAIN, *_INSTANTS, *_WORDS, *_PICTURE))
    .select_from(Client)
    .outerjoin(ClientStatus, statuses.BY_RECORD)
    .outerjoin(ClientGroup, ClientGroup.id == Client.group_id)
    .outerjoin(_Shown, _Shown.id == Client.current_event_id)
    .outerjoin(_Planned, _Planned.id == ClientStatus.planned_event_id)
    .outerjoin(
        ClientScreenshot,
        and_(ClientScreenshot.id == _NEWEST, ClientScreenshot.client_uuid == Client.uuid),
    )
    .where(Client.uuid.in_(bindparam("uuids", expanding=True)))
)
_UNTIL_INSTANTS: Final = len(_PLAIN)
_UNTIL_WORDS: Final = _UNTIL_INSTANTS + len(_INSTANTS)
_UNTIL_PICTURE: Final = _UNTIL_WORDS + len(_WORDS)


def list_listed(session: Session, uuids: Sequence[str], *, now: datetime) -> list[ListedRow]:
    """Return those of the players that exist, in this order."""
    found = session.connection().execute(_ROWS, {**statuses.at(now), "uuids": list(uuids)})
    rows = {values[0]: _row(values) for values in read_row_texts(found.scalars())}
    return [rows[uuid] for uuid in uuids if uuid in rows]


def _row(values: list[Any]) -> ListedRow:
    is_active, process, screen, status, reason, content, why = values[_UNTIL_WORDS:_UNTIL_PICTURE]
    return ListedRow._make(
        (
            *values[:_UNTIL_INSTANTS],
            *(one and _instant(one) for one in values[_UNTIL_INSTANTS:_UNTIL_WORDS]),
            bool(is_active),
            ProcessStatus(process) if process else None,
            ScreenHealth(screen),
            Status(status),
            StatusReason(reason),
            Content(content) if content else None,
            ContentReason(why) if why else None,
            _picture(values[0], *values[_UNTIL_PICTURE:]) if values[_UNTIL_PICTURE] else None,
        )
    )


def _picture(
    uuid: str, picture_id: int, kind: str, name: str, md5: str, received: str, captured: str | None
) -> PictureRow:
    taken = captured and _instant(captured)
    return PictureRow(
        uuid, picture_id, PictureType(kind), name, md5, _instant(received), taken or None
    )


def _instant(text: str) -> datetime:
    """Return a stored instant, which both databases write alike."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
