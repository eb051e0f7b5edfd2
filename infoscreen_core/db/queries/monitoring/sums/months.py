"""What happened between two instants, counted for reports."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, SQLColumnExpression, func, select
from sqlalchemy.orm import Session

from infoscreen_core.db.models import Client, ClientCommand, Incident
from infoscreen_core.db.sql_time import EpochSeconds
from infoscreen_core.domain.commands.lifecycle import Action, State
from infoscreen_core.domain.monitoring.incidents.kinds import IncidentKind
from infoscreen_core.domain.screens.player import screen_name


class ScreenRow(NamedTuple):
    """A player by its name, and where it is."""

    uuid: str
    name: str
    group_id: int | None


@dataclass(frozen=True, slots=True)
class KindRow:
    """Incidents of one kind: how many, and how many seconds altogether until they were seen to."""

    kind: IncidentKind
    count: int
    acknowledged: int
    closed: int
    acknowledge_seconds: int
    close_seconds: int


def list_screens(session: Session, group_id: int | None) -> list[ScreenRow]:
    """Return all players, or those of a group, also those that do not count."""
    query = select(Client.uuid, Client.description, Client.hostname, Client.group_id)
    if group_id is not None:
        query = query.where(Client.group_id == group_id)
    return [
        ScreenRow(uuid, screen_name(uuid, given=given, hostname=hostname), group)
        for uuid, given, hostname, group in session.execute(query)
    ]


def count_incidents(
    session: Session, *, start: datetime, end: datetime, group_id: int | None
) -> list[KindRow]:
    """Return the incidents that opened within a window by kind.

    With a group those of the screens that it has now, and outages of ours, which are everybody's.
    """
    opened = EpochSeconds(Incident.opened_at)
    query = select(
        Incident.kind,
        func.count(),
        func.count(Incident.acknowledged_at),
        func.count(Incident.closed_at),
        func.sum(EpochSeconds(Incident.acknowledged_at) - opened),
        func.sum(EpochSeconds(Incident.closed_at) - opened),
    ).where(Incident.opened_at >= start, Incident.opened_at < end)
    if group_id is not None:
        is_ours = Incident.client_uuid.is_(None)
        query = query.where(is_ours | _is_member(Incident.client_uuid, group_id))
    return [
        KindRow(row[0], row[1], row[2], row[3], int(row[4] or 0), int(row[5] or 0))
        for row in session.execute(query.group_by(Incident.kind))
    ]


def count_commands(
    session: Session, *, start: datetime, end: datetime, group_id: int | None
) -> Sequence[tuple[Action, State, int]]:
    """Return how many commands were issued within a window, by action and state."""
    query = select(ClientCommand.action, ClientCommand.status, func.count()).where(
        ClientCommand.status.in_(list(State)),  # all of them: this way there is an index to follow
        ClientCommand.issued_at >= start,
        ClientCommand.issued_at < end,
    )
    if group_id is not None:
        query = query.where(_is_member(ClientCommand.client_uuid, group_id))
    rows = session.execute(query.group_by(ClientCommand.action, ClientCommand.status))
    return [(row[0], row[1], row[2]) for row in rows]


def _is_member(column: SQLColumnExpression[Any], group_id: int) -> ColumnElement[bool]:
    return column.in_(select(Client.uuid).where(Client.group_id == group_id))
