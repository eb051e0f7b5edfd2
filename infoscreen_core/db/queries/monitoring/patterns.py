"""What is counted for charts that look for patterns: reconnect storms, and heat with crashes."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import (
    ColumnElement,
    Integer,
    SQLColumnExpression,
    cast,
    delete,
    func,
    insert,
    select,
)
from sqlalchemy.orm import Session

from infoscreen_core.db.base import MAX_NAMED
from infoscreen_core.db.models import (
    ClientHealth,
    ClientHealthHour,
    ClientStatusChange,
    HeatWeek,
    StormStretch,
)
from infoscreen_core.domain.monitoring.health import HOUR, stretch_start
from infoscreen_core.domain.monitoring.liveness import StatusReason
from infoscreen_core.domain.monitoring.patterns.heat import STEP, HeatStep
from infoscreen_core.domain.monitoring.patterns.storms import Stretch
from infoscreen_core.domain.monitoring.spans import Span

_MOVED: Final = 1e-6
"""°C."""


def list_reconnected(
    session: Session, client_uuids: Collection[str], window: Span
) -> list[tuple[str, datetime, int]]:
    """Return these players' stretches of a window in which they connected anew, and how often."""
    row = ClientHealth
    query = select(row.client_uuid, row.at, row.reconnects).where(
        row.client_uuid.in_(client_uuids),
        row.at >= window.start,
        row.at < window.end,
        row.reconnects > 0,
    )
    return [(uuid, at, count) for uuid, at, count in session.execute(query)]


def replace_storms(session: Session, window: Span, stretches: Iterable[Stretch]) -> None:
    """Write the storms of a window in the place of what was known of it."""
    row = StormStretch
    session.execute(delete(row).where(row.at >= window.start, row.at < window.end))
    rows = [
        {
            "at": one.at,
            "group_id": one.group_id,
            "screens": one.screens,
            "members": one.members,
            "reconnects": one.reconnects,
        }
        for one in stretches
    ]
    if rows:
        session.execute(insert(row), rows)


def list_storms(session: Session, window: Span) -> list[Stretch]:
    """Return the storms of a window in order, of groups and of all screens together."""
    row = StormStretch
    query = select(row.at, row.group_id, row.screens, row.members, row.reconnects).where(
        row.at >= window.start, row.at < window.end
    )
    return [Stretch(*found) for found in session.execute(query.order_by(row.at))]


def count_heat(session: Session, client_uuids: Sequence[str], window: Span) -> list[HeatStep]:
    """Count these players' hours of a window by temperature, and the crashes after them."""
    hours, crashes = Counter[int](), Counter[int]()
    for start in range(0, len(client_uuids), MAX_NAMED):
        named = client_uuids[start : start + MAX_NAMED]
        hours.update(_count_hours(session, named, window))
        crashes.update(_count_crashes(session, named, window))
    return [HeatStep(degrees, count, crashes[degrees]) for degrees, count in sorted(hours.items())]


def replace_heat(
    session: Session, monday: date, group_id: int | None, steps: Iterable[HeatStep]
) -> None:
    """Write a group's week in the place of what was known of it."""
    row = HeatWeek
    is_same = row.group_id.is_(None) if group_id is None else row.group_id == group_id
    session.execute(delete(row).where(row.monday == monday, is_same))
    rows = [
        {
            "monday": monday,
            "group_id": group_id,
            "degrees": one.degrees,
            "hours": one.hours,
            "crashes": one.crashes,
        }
        for one in steps
    ]
    if rows:
        session.execute(insert(row), rows)


def sum_heat(session: Session, *, first: date, last: date, group: int | None) -> list[HeatStep]:
    """Return the sums over weeks by temperature; of one group if it is named."""
    row = HeatWeek
    query = select(row.degrees, func.sum(row.hours), func.sum(row.crashes)).where(
        row.monday >= first, row.monday <= last
    )
    if group is not None:
        query = query.where(row.group_id == group)
    found = session.execute(query.group_by(row.degrees).order_by(row.degrees))
    return [HeatStep(degrees, int(hours), int(crashes)) for degrees, hours, crashes in found]


def delete_before(session: Session, before: datetime) -> None:
    """Delete what is older than that."""
    session.execute(delete(StormStretch).where(StormStretch.at < before))
    session.execute(delete(HeatWeek).where(HeatWeek.monday < before.date()))


def _step_of(mean: SQLColumnExpression[float | None]) -> ColumnElement[int]:
    # Neither FLOOR nor casts do the same on both databases. ROUND does but for halves, which are
    # the very limits of the steps; so these are moved by less than anybody measures.
    return cast(func.round((mean + _MOVED) / STEP - 0.5), Integer) * STEP


def _count_hours(session: Session, named: Collection[str], window: Span) -> dict[int, int]:
    row = ClientHealthHour
    step = _step_of(row.temperature_mean).label("step")
    query = select(step, func.count()).where(
        row.client_uuid.in_(named),
        row.at >= window.start,
        row.at < window.end,
        row.temperature_count > 0,
    )
    return {int(degrees): count for degrees, count in session.execute(query.group_by("step"))}


def _count_crashes(session: Session, named: Collection[str], window: Span) -> Counter[int]:
    """Count crashes by the temperature of the hour before; without one a crash says nothing."""
    row = ClientStatusChange
    query = select(row.client_uuid, row.at).where(
        row.client_uuid.in_(named),
        row.at >= window.start + HOUR,
        row.at < window.end + HOUR,
        row.reason == StatusReason.PROCESS_CRASHED,
    )
    before = [(uuid, _hour_before(at)) for uuid, at in session.execute(query)]
    known = _steps_at(session, before)
    return Counter(known[one] for one in before if one in known)


def _steps_at(
    session: Session, wanted: Collection[tuple[str, datetime]]
) -> dict[tuple[str, datetime], int]:
    """Return the temperatures of players' hours, as far as they are known."""
    row = ClientHealthHour
    if not wanted:
        return {}
    query = select(row.client_uuid, row.at, _step_of(row.temperature_mean)).where(
        row.client_uuid.in_({uuid for uuid, _at in wanted}),
        row.at.in_({at for _uuid, at in wanted}),
        row.temperature_count > 0,
    )
    return {(uuid, at): int(step) for uuid, at, step in session.execute(query)}


def _hour_before(at: datetime) -> datetime:
    return stretch_start(at, HOUR) - timedelta(hours=1)
