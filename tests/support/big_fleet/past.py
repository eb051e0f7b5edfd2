"""What happened to a big fleet: incidents, commands, health over time, and figures by week."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Table, insert, literal, select
from sqlalchemy.orm import Session

from infoscreen_core.db.models import (
    ClientCommand,
    ClientHealth,
    ClientHealthHour,
    ClientWeek,
    CommandTransition,
    Incident,
    JobRun,
)
from infoscreen_core.domain.commands.lifecycle import Action, Cause, State
from infoscreen_core.domain.monitoring.health import HOUR, STRETCH, Metric
from infoscreen_core.domain.monitoring.housekeeping import JobName
from infoscreen_core.domain.monitoring.incidents.kinds import IncidentKind, open_key
from infoscreen_core.domain.monitoring.spans import Span
from infoscreen_core.services.monitoring import weeks
from infoscreen_core.services.monitoring.availability import mondays_of, week_of
from tests.support.big_fleet.sql import NUMBERS, Instant, Moments, add_numbers, write

_FINE_DAYS: Final = 30
"""For so long stretches of five minutes are kept."""
_ZONE: Final = ZoneInfo("Europe/Vienna")
_CLOSED: Final = (
    IncidentKind.SILENT,
    IncidentKind.PROCESS_CRASHED,
    IncidentKind.SCREEN_BLACK,
    IncidentKind.HOT,
    IncidentKind.PICTURE_STALE,
)
_STEPS: Final = (
    (State.QUEUED, None),
    (State.PUBLISH_IN_PROGRESS, Cause.CLAIMED),
    (State.PUBLISHED, Cause.PUBACK),
    (State.ACK_RECEIVED, Cause.ACK_ACCEPTED),
    (State.COMPLETED, Cause.ACK_COMPLETED),
)


def add_incidents(
    connection: Connection,
    moments: Moments,
    each: int,
    uuids: list[str],
    open_ones: dict[str, IncidentKind],
) -> None:
    """Write incidents that are over, so many of each player, and those that are open."""
    total = each * len(uuids)
    write(connection, Incident, _closed(moments, total, uuids))
    write(connection, Incident, _open(moments, open_ones))


def _closed(moments: Moments, total: int, uuids: list[str]) -> Iterator[dict[str, Any]]:
    for number in range(total):
        at = moments.of(number, total)
        yield {
            "kind": _CLOSED[number % len(_CLOSED)],
            "client_uuid": uuids[number % len(uuids)],
            "opened_at": at,
            "closed_at": min(at + timedelta(minutes=3 + number % 200), moments.end),
            "evidence": {"last_alive": at.isoformat()},
        }


def _open(moments: Moments, open_ones: dict[str, IncidentKind]) -> Iterator[dict[str, Any]]:
    for number, (uuid, kind) in enumerate(open_ones.items()):
        yield {
            "kind": kind,
            "client_uuid": uuid,
            "opened_at": moments.end - timedelta(minutes=1 + number % 3000),
            "evidence": {"last_alive": (moments.end - timedelta(hours=2)).isoformat()},
            "open_key": open_key(kind, uuid),
        }


def add_commands(connection: Connection, moments: Moments, each: int, uuids: list[str]) -> None:
    """Write commands that were carried out, with their steps, so many for each player."""
    total = each * len(uuids)
    write(connection, ClientCommand, _commands(moments, total, uuids))
    write(connection, CommandTransition, _transitions(moments, total))


def _commands(moments: Moments, total: int, uuids: list[str]) -> Iterator[dict[str, Any]]:
    for number in range(total):
        at = moments.of(number, total)
        yield {
            "command_id": f"bench-{number:030}",
            "client_uuid": uuids[number % len(uuids)],
            "action": Action.RESTART_APP,
            "status": State.COMPLETED,
            "issued_at": at,
            "expires_at": at + timedelta(minutes=4),
            "completed_at": at + timedelta(seconds=20),
            "created_at": at,
            "updated_at": at + timedelta(seconds=20),
        }


def _transitions(moments: Moments, total: int) -> Iterator[dict[str, Any]]:
    for number in range(total):
        before = None
        for step, (state, cause) in enumerate(_STEPS):
            yield {
                "command_id": f"bench-{number:030}",
                "from_status": before,
                "to_status": state,
                "at": moments.of(number, total) + timedelta(seconds=5 * step),
                "cause": cause,
            }
            before = state


def add_health(connection: Connection, moments: Moments, uuids: list[str]) -> None:
    """Write the curves of these players: five minutes for a month, hours for all of the time."""
    recent = Moments.before(moments.end, _FINE_DAYS)
    fine = Moments(max(moments.start, recent.start), moments.end)
    for model, length, of in ((ClientHealth, STRETCH, fine), (ClientHealthHour, HOUR, moments)):
        count = (of.end - of.start) // length
        add_numbers(connection, count)
        whole = Moments(of.start, of.start + count * length)
        _add_curves(connection, model.__table__, whole, count, uuids)  # type: ignore[arg-type]


def _add_curves(
    connection: Connection, health: Table, moments: Moments, count: int, uuids: list[str]
) -> None:
    names = [one.name for one in health.columns]
    n = NUMBERS.c.n
    for uuid in uuids:
        at = Instant(moments.milliseconds(n, count))
        figures = [value for _metric in Metric for value in _figures(n)]
        query = select(literal(uuid), at, *figures, literal(0)).where(n < count).order_by(n)
        connection.execute(insert(health).from_select(names, query))


def add_weeks(
    connection: Connection,
    moments: Moments,
    records: Iterable[tuple[str, int | None, Sequence[tuple[datetime, bool]]]],
) -> None:
    """Write the figures by week of players that were down or not from these instants on.

    A record is a UUID, a group, and instants in order, each with whether the player was down from
    then on. The scheduler's own job counts the same; for thousands of players it takes minutes.
    """
    window = Span(moments.start, moments.end)
    mondays = [(monday, week_of(monday, _ZONE)) for monday in mondays_of(window, _ZONE)]
    write(
        connection,
        ClientWeek,
        (
            _week(uuid, group, monday, week.within(window), changes)
            for uuid, group, changes in records
            for monday, week in mondays
        ),
    )
    with Session(connection) as session:  # joins what is under way
        for monday, _span in mondays:
            weeks.sum_groups(session, monday=monday)
        session.flush()
    write(
        connection,
        JobRun,
        [{"name": JobName.WEEKS, "ran_at": moments.end, "succeeded_at": moments.end}],
    )


def _week(
    uuid: str,
    group: int | None,
    monday: date,
    week: Span,
    changes: Sequence[tuple[datetime, bool]],
) -> dict[str, Any]:
    seconds, outages = {True: 0.0, False: 0.0}, 0
    for (start, is_down), (end, _then) in pairwise([*changes, (week.end, False)]):
        length = (min(end, week.end) - max(start, week.start)).total_seconds()
        if length > 0:
            seconds[is_down] += length
            outages += is_down
    return {
        "monday": monday,
        "client_uuid": uuid,
        "group_id": group,
        "up_seconds": round(seconds[False]),
        "down_seconds": round(seconds[True]),
        "unknown_seconds": 0,
        "outages": outages,
    }


def _figures(number: ColumnElement[int]) -> tuple[ColumnElement[Any], ...]:
    """Return lowest, mean, highest and count of one metric, which goes up and down."""
    value = number % 40 + 10.0
    return value, value + 5, value + 11, literal(60)
