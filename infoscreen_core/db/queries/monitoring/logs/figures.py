"""How many log lines there were, read from the counts; from lines where no count is fine enough."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, func, select, union_all
from sqlalchemy.orm import Session

from infoscreen_core.db.models import (
    ClientLog,
    LogCount,
    LogFamily,
    LogFamilyClient,
    LogFamilyDay,
    LogFamilyHour,
    LogHour,
)
from infoscreen_core.db.sql_text import has_text, read_rows_texts, rows_text
from infoscreen_core.db.sql_time import EpochSeconds
from infoscreen_core.domain.monitoring.logs.filter import LogFilter
from infoscreen_core.domain.monitoring.logs.lines import HOURS_OF_DAY, hour_number, hour_start
from infoscreen_core.domain.monitoring.logs.lines import LogCount as Count
from infoscreen_core.domain.screens.player import LogLevel


@dataclass(frozen=True, slots=True)
class FamilyFigures:
    """A family, and how many lines of it there were."""

    family: LogFamily
    lines: int
    clients: int


_PORTION: Final = 240
"""So many hours of a family, or of the levels, come in one text."""


def count_hours(session: Session, wanted: LogFilter) -> list[Count]:
    """Return the lines by level and whole hour, also of hours that are partly outside the span.

    A text narrows nothing: what is counted knows no texts.
    """
    found = _by_hour(wanted).subquery()
    query = select(rows_text(*found.c)).group_by(found.c.hour // _PORTION)
    rows = sorted(read_rows_texts(session.scalars(query)))
    return [
        Count(hour_start(int(hour)), LogLevel(level), int(lines)) for hour, level, lines in rows
    ]


def count_steps(session: Session, wanted: LogFilter, step: timedelta) -> list[Count]:
    """Return the lines by level and stretch of `step`, from the lines themselves.

    As in `count_hours` a text narrows nothing.
    """
    seconds = int(step.total_seconds())
    stretch = (EpochSeconds(ClientLog.ordered_at) // seconds).label("stretch")
    query = select(stretch, ClientLog.level, func.count()).where(*_lines(wanted))
    rows = session.execute(query.group_by("stretch", ClientLog.level)).all()
    return [
        Count(datetime.fromtimestamp(int(number) * seconds, UTC), LogLevel(level), lines)
        for number, level, lines in rows
    ]


def list_families(
    session: Session, wanted: LogFilter, *, new_since: datetime | None, limit: int
) -> list[FamilyFigures]:
    """Return the families with most lines; with `new_since` only those that began later.

    A text narrows by the shape. Of all players together, whole hours are counted.
    """
    query = _of_all(wanted) if wanted.client_uuids is None else _of_some(wanted)
    if wanted.text:
        query = query.where(has_text(LogFamily.shape, wanted.text))
    if new_since is not None:
        query = query.where(LogFamily.first_at >= new_since)
    rows = session.execute(query.limit(limit)).all()
    clients = _count_clients(session, wanted, [family.id for family, _lines in rows])
    return [FamilyFigures(family, int(lines), clients.get(family.id, 0)) for family, lines in rows]


def find_oldest_family_hour(session: Session) -> int | None:
    """Return the number of the first hour in which families are counted, or None."""
    return session.scalar(select(func.min(LogFamilyHour.hour)))


def count_family_hours(
    session: Session, wanted: LogFilter, family_ids: Sequence[int]
) -> list[tuple[int, int, int]]:
    """Return the lines of these families by family and the number of the hour.

    Of all players together, whole hours are counted; of some, their lines.
    """
    if wanted.client_uuids is None:
        hours = session.scalars(_family_hours_of_all(wanted, family_ids))
        return [(key, hour, lines) for key, hour, lines in sorted(read_rows_texts(hours))]
    found = session.execute(_family_hours_of_some(wanted, family_ids))
    return [(int(key or 0), int(hour), lines) for key, hour, lines in found]


def find_family(session: Session, family_id: int) -> LogFamily | None:
    """Return a family, or None."""
    return session.get(LogFamily, family_id)


def _by_hour(wanted: LogFilter) -> Select[int, str, int]:
    levels = [level.value for level in wanted.levels]
    if wanted.family_id is not None and wanted.client_uuids is None:
        return (
            select(LogFamilyHour.hour, LogFamily.level, LogFamilyHour.line_count)
            .join(LogFamily, LogFamily.id == LogFamilyHour.family_id)
            .where(
                LogFamilyHour.family_id == wanted.family_id,
                LogFamily.level.in_(levels),
                *_hours(wanted, LogFamilyHour.hour),
            )
        )
    if wanted.family_id is not None:
        hour = (EpochSeconds(ClientLog.ordered_at) // 3600).label("hour")
        query = select(hour, ClientLog.level, func.count()).where(*_lines(wanted))
        return query.group_by("hour", ClientLog.level)
    if wanted.client_uuids is None:
        return select(LogHour.hour, LogHour.level, LogHour.line_count).where(
            *_hours(wanted, LogHour.hour), LogHour.level.in_(levels)
        )
    return (
        select(LogCount.hour, LogCount.level, func.sum(LogCount.line_count))
        .where(
            LogCount.client_uuid.in_(sorted(wanted.client_uuids)),
            *_hours(wanted, LogCount.hour),
            LogCount.level.in_(levels),
        )
        .group_by(LogCount.hour, LogCount.level)
    )


def _of_all(wanted: LogFilter) -> Select[LogFamily, int]:
    parts = union_all(*_days_and_hours(wanted)).subquery()
    counted = (
        select(parts.c.family_id, func.sum(parts.c.line_count).label("total"))
        .group_by(parts.c.family_id)
        .subquery()
    )
    total = counted.c.total
    query = select(LogFamily, total).join(counted, counted.c.family_id == LogFamily.id)
    query = query.where(total > 0, *_of_family(wanted))
    return query.order_by(total.desc(), LogFamily.id)


def _days_and_hours(wanted: LogFilter) -> Iterator[Select[int, int]]:
    """Return the counts of whole days, and of the hours before and after them.

    What the span has no end for is in the days: they are counted as lines come.
    """
    first = hour_number(wanted.start)
    end = None if wanted.end is None else hour_number(wanted.end - timedelta(microseconds=1)) + 1
    days = -(-first // HOURS_OF_DAY), None if end is None else end // HOURS_OF_DAY
    if days[1] is not None and days[1] <= days[0]:
        yield _lines_between(LogFamilyHour, LogFamilyHour.hour, first, end)
        return
    yield _lines_between(LogFamilyDay, LogFamilyDay.day, *days)
    yield _lines_between(LogFamilyHour, LogFamilyHour.hour, first, days[0] * HOURS_OF_DAY)
    if days[1] is not None:
        yield _lines_between(LogFamilyHour, LogFamilyHour.hour, days[1] * HOURS_OF_DAY, end)


def _lines_between(
    counts: type[LogFamilyHour] | type[LogFamilyDay],
    number: SQLColumnExpression[int],
    first: int,
    end: int | None,
) -> Select[int, int]:
    query = select(counts.family_id, counts.line_count).where(number >= first)
    return query if end is None else query.where(number < end)


def _of_some(wanted: LogFilter) -> Select[LogFamily, int]:
    total = func.count()
    query = select(LogFamily, total).join(ClientLog, ClientLog.family_id == LogFamily.id)
    query = query.where(*_lines(wanted), *_of_family(wanted))
    return query.group_by(LogFamily.id).order_by(total.desc(), LogFamily.id)


def _family_hours_of_all(wanted: LogFilter, family_ids: Sequence[int]) -> Select[str]:
    row = LogFamilyHour
    query = select(rows_text(row.family_id, row.hour, row.line_count))
    query = query.where(row.family_id.in_(family_ids), *_hours(wanted, row.hour))
    return query.group_by(row.family_id, row.hour // _PORTION)


def _family_hours_of_some(
    wanted: LogFilter, family_ids: Sequence[int]
) -> Select[int | None, int, int]:
    hour = (EpochSeconds(ClientLog.ordered_at) // 3600).label("hour")
    query = select(ClientLog.family_id, hour, func.count())
    query = query.where(ClientLog.family_id.in_(family_ids), *_lines(wanted))
    return query.group_by(ClientLog.family_id, "hour")


def _of_family(wanted: LogFilter) -> Iterator[ColumnElement[bool]]:
    if not wanted.has_all_levels:
        yield LogFamily.level.in_([level.value for level in wanted.levels])
    if wanted.family_id is not None:
        yield LogFamily.id == wanted.family_id


def _count_clients(
    session: Session, wanted: LogFilter, family_ids: Sequence[int]
) -> Mapping[int, int]:
    """Return on how many players each family was seen, by the first and last line of each."""
    if not family_ids:
        return {}
    seen = LogFamilyClient
    query = select(seen.family_id, func.count()).where(
        seen.family_id.in_(family_ids), seen.last_at >= wanted.start
    )
    if wanted.end is not None:
        query = query.where(seen.first_at < wanted.end)
    if wanted.client_uuids is not None:
        query = query.where(seen.client_uuid.in_(sorted(wanted.client_uuids)))
    rows = session.execute(query.group_by(seen.family_id))
    return {family_id: clients for family_id, clients in rows}  # noqa: C416 - typed rows, not pairs


def _hours(wanted: LogFilter, column: SQLColumnExpression[int]) -> Iterator[ColumnElement[bool]]:
    yield column >= hour_number(wanted.start)
    if wanted.end is not None:
        yield column <= hour_number(wanted.end - timedelta(microseconds=1))


def _lines(wanted: LogFilter) -> Iterator[ColumnElement[bool]]:
    yield ClientLog.ordered_at >= wanted.start
    yield ClientLog.level.in_([level.value for level in wanted.levels])
    if wanted.end is not None:
        yield ClientLog.ordered_at < wanted.end
    if wanted.client_uuids is not None:
        yield ClientLog.client_uuid.in_(sorted(wanted.client_uuids))
    if wanted.family_id is not None:
        yield ClientLog.family_id == wanted.family_id
