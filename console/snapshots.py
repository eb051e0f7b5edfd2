"""Pictures of the whole operation that all browsers share: read once every few seconds, however many look."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from console.commands.presenters.commands import Course, course
from console.monitoring.presenters.fleet import ClientView
from console.monitoring.presenters.fleet_rows import client_view, picture_view
from console.monitoring.presenters.logs import LogLine, log_line
from console.monitoring.presenters.system import WorkerView
from console.overview.presenters.cards import GroupCard
from console.runtime import now, read_session, resources
from console.school.presenters.school import (
    SchoolCalendar,
    holiday_view,
    period_after,
    period_on,
    period_view,
)
from console.screens.presenters.client import ClientDetail
from console.shared import shared
from infoscreen_core.db.queries.commands import list_commands
from infoscreen_core.db.queries.fleet import (
    FleetRow,
    event_titles,
    find_active_period,
    find_fleet_row,
    list_fleet,
    list_holidays,
)
from infoscreen_core.db.queries.groups import list_groups
from infoscreen_core.db.queries.monitoring import (
    LogCount,
    count_logs,
    find_priority_picture,
    list_logs,
    list_pictures,
    list_workers,
)
from infoscreen_core.db.queries.periods import list_periods
from infoscreen_core.domain.screens.player import LogLevel
from infoscreen_core.services.playing.playing import PlayingNow, playing_now, playing_overview
from infoscreen_core.services.screens.power import desired_power

STATUS_WINDOW_HOURS: Final = 24
"""Logs within this many hours count for a player's status, where nobody chose another window."""
LOOK_AHEAD: Final = timedelta(days=7)
FRESH_SECONDS: Final = 2.0
"""Readings that browsers share are at most this old."""


@dataclass(frozen=True)
class FleetSnapshot:
    """Every player, by its group's place, then by name."""

    taken_at: datetime
    clients: tuple[ClientView, ...]


@dataclass(frozen=True)
class OverviewSnapshot:
    """Every group in the saved order with its players and what it plays; the unassigned ones last."""

    taken_at: datetime
    clients: tuple[ClientView, ...]
    cards: tuple[GroupCard, ...]


@shared(seconds=FRESH_SECONDS, entries=1)
def workers() -> list[WorkerView]:
    """Return the workers' signs of life."""
    with read_session() as session:
        rows = list_workers(session)
    return [WorkerView(row.name, row.seen_at, row.is_broker_connected) for row in rows]


@shared(seconds=FRESH_SECONDS, entries=8)
def fleet(hours: int = STATUS_WINDOW_HOURS) -> FleetSnapshot:
    """Return every player with its status and its log counts over `hours`."""
    taken_at = now()
    with read_session() as session:
        return FleetSnapshot(taken_at, _clients(session, hours, taken_at))


@shared(seconds=FRESH_SECONDS, entries=1)
def overview() -> OverviewSnapshot:
    """Return groups, players and what plays."""
    taken_at = now()
    with read_session() as session:
        clients = _clients(session, STATUS_WINDOW_HOURS, taken_at)
        return OverviewSnapshot(taken_at, clients, _cards(session, clients, taken_at))


@shared(seconds=FRESH_SECONDS, entries=64)
def client(uuid: str) -> ClientDetail | None:
    """Return one player in full; None when there is none."""
    taken_at = now()
    grace, window = resources().settings.heartbeat_grace, timedelta(hours=STATUS_WINDOW_HOURS)
    with read_session() as session:
        row = find_fleet_row(session, uuid, now=taken_at, grace=grace, window=window)
        return _detail(session, row, taken_at) if row else None


@shared(seconds=FRESH_SECONDS, entries=8)
def school_calendar(today: date) -> SchoolCalendar:
    """Return the active period and the holidays that touch `today` or the days to come."""
    with read_session() as session:
        active = find_active_period(session)
        rows = list_holidays(
            session, period_id=active.id if active else None, first=today, last=today + LOOK_AHEAD
        )
        periods = [period_view(row) for row in list_periods(session, with_archived=False)]
        return SchoolCalendar(
            today=today,
            active=period_view(active) if active else None,
            holidays=tuple(holiday_view(row) for row in rows),
            covering=period_on(periods, today),
            coming=period_after(periods, today),
        )


def courses(uuid: str, *, limit: int) -> list[Course]:
    """Return the courses of a player's newest commands, newest first, as they are this instant."""
    with read_session() as session:
        rows = list_commands(session, client_uuid=uuid, limit=limit)
        return [course(row.command, requested_by=row.requested_by_name) for row in rows]


def logs(uuid: str, *, hours: int, levels: Collection[LogLevel], limit: int) -> list[LogLine]:
    """Return a player's newest log lines within `hours`."""
    with read_session() as session:
        since = now() - timedelta(hours=hours)
        return [log_line(row) for row in list_logs(session, uuid, since=since, levels=levels, limit=limit)]


def log_counts(uuid: str, *, hours: int, step: timedelta, levels: Collection[LogLevel]) -> list[LogCount]:
    """Return how many lines a player logged within `hours`, by level and stretch of `step`."""
    with read_session() as session:
        return count_logs(session, uuid, since=now() - timedelta(hours=hours), step=step, levels=levels)


def _clients(session: Session, hours: int, at: datetime) -> tuple[ClientView, ...]:
    grace = resources().settings.heartbeat_grace
    rows = list_fleet(session, now=at, grace=grace, window=timedelta(hours=hours))
    return tuple(_view(row, at) for row in rows)


def _view(row: FleetRow, at: datetime) -> ClientView:
    ttl = timedelta(seconds=resources().settings.priority_screenshot_ttl_seconds)
    return client_view(row, now=at, priority_ttl=ttl)


def _detail(session: Session, row: FleetRow, at: datetime) -> ClientDetail:
    client = row.row.client
    plays = playing_now(session, client.group_id, now=at) if client.group_id else PlayingNow()
    kept = list_pictures(session, client.uuid)
    planned = event_titles(session, [client.expected_event_id])
    return ClientDetail(
        view=_view(row, at),
        client=client,
        planned=plays.current[0] if plays.current else None,
        planned_title=planned.get(client.expected_event_id or 0),
        priority_picture=picture_view(find_priority_picture(session, client.uuid)),
        pictures=tuple(filter(None, map(picture_view, kept))),
        desired=desired_power(session, client, now=at),
    )


def _cards(session: Session, clients: Sequence[ClientView], at: datetime) -> tuple[GroupCard, ...]:
    members = defaultdict[int | None, list[ClientView]](list)
    for client in clients:
        members[client.group_id].append(client)
    plays = playing_overview(session, now=at, look_ahead=LOOK_AHEAD)
    cards = [
        _card(group.id, group.name, members[group.id], plays.get(group.id, PlayingNow()))
        for group in list_groups(session)
    ]
    return (*cards, _card(None, "", members[None], PlayingNow()))


def _card(group_id: int | None, name: str, clients: Sequence[ClientView], plays: PlayingNow) -> GroupCard:
    return GroupCard(group_id, name, tuple(clients), tuple(plays.current), plays.next)
