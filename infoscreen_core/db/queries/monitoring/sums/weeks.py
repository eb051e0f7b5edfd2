"""Figures of players by week: written by the player, read by group and by player."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    SQLColumnExpression,
    cast,
    delete,
    func,
    insert,
    literal,
    select,
)
from sqlalchemy.orm import Session

from infoscreen_core.db.models import Client, ClientStatusChange, ClientWeek, GroupWeekSums
from infoscreen_core.db.sql_text import PORTION, read_rows_texts, rows_text


def _sum(of: SQLColumnExpression[int]) -> ColumnElement[int]:
    """Return a sum as an integer: MariaDB's decimals are made ten times as slowly."""
    return cast(func.sum(of), BigInteger)


_COUNTED: Final = (
    "up_seconds",
    "down_seconds",
    "unknown_seconds",
    "outages",
    "off_up_seconds",
    "off_down_seconds",
    "off_unknown_seconds",
    "off_outages",
)
"""What is added up for a group's week."""
_Row = type[ClientWeek] | type[GroupWeekSums]


class Sums(NamedTuple):
    """Seconds up, down and unknown, how many outages, and seconds that were left out."""

    up: int
    down: int
    unknown: int
    outages: int
    left_out: int


def find_first_change(session: Session) -> datetime | None:
    """Return when the record of statuses begins, or None."""
    return session.scalar(select(func.min(ClientStatusChange.at)))


def replace_week(
    session: Session, monday: date, client_uuids: Collection[str], rows: Sequence[dict[str, Any]]
) -> None:
    """Write a week of these players in the place of what was known of it."""
    session.execute(
        delete(ClientWeek).where(
            ClientWeek.monday == monday, ClientWeek.client_uuid.in_(client_uuids)
        )
    )
    if rows:
        session.execute(insert(ClientWeek), list(rows))


def list_summed(session: Session) -> list[date]:
    """Return the weeks of which sums by group are kept, in order."""
    mondays = select(GroupWeekSums.monday).distinct().order_by(GroupWeekSums.monday)
    return list(session.scalars(mondays))


def replace_sums(session: Session, monday: date) -> int:
    """Add a week up by group in the place of what was known of it; return for how many groups."""
    session.execute(delete(GroupWeekSums).where(GroupWeekSums.monday == monday))
    sums = [_sum(getattr(ClientWeek, name)) for name in _COUNTED]
    query = (
        select(ClientWeek.monday, ClientWeek.group_id, *sums)
        .where(ClientWeek.monday == monday)
        .group_by(ClientWeek.monday, ClientWeek.group_id)
    )
    names = ("monday", "group_id", *_COUNTED)
    rows = [dict(zip(names, row, strict=True)) for row in session.execute(query)]
    if rows:
        session.execute(insert(GroupWeekSums), rows)
    return len(rows)


def sum_by_group(
    session: Session, *, first: date, last: date, leave_out_tv_off: bool
) -> list[tuple[date, int | None, Sums]]:
    """Return the sums of each week and group, the weeks in order; `last` is the last Monday.

    Many rows come as one text: thousands of seven values take longer than to add them up.
    """
    row = GroupWeekSums
    found = (
        select(row.monday, row.group_id, *_named_sums(row, leave_out_tv_off=leave_out_tv_off))
        .where(*_within(row, first, last))
        .group_by(row.monday, row.group_id)
        .subquery()
    )
    query = select(rows_text(*found.c)).group_by(found.c.monday, found.c.group_id // PORTION)
    rows = read_rows_texts(session.scalars(query.order_by(found.c.monday)))
    day = cache(date.fromisoformat)
    return [(day(monday), group_id, Sums._make(sums)) for monday, group_id, *sums in rows]


def sum_groups(
    session: Session, *, first: date, last: date, leave_out_tv_off: bool
) -> list[tuple[int | None, Sums]]:
    """Return the sums of each group over all of the weeks."""
    row = GroupWeekSums
    found = (
        select(row.group_id, *_named_sums(row, leave_out_tv_off=leave_out_tv_off))
        .where(*_within(row, first, last))
        .group_by(row.group_id)
        .subquery()
    )
    query = select(rows_text(*found.c)).group_by(found.c.group_id // PORTION)
    rows = read_rows_texts(session.scalars(query))
    return [(group_id, Sums._make(sums)) for group_id, *sums in rows]


def _named_sums(
    row: type[ClientWeek] | type[GroupWeekSums], *, leave_out_tv_off: bool
) -> list[ColumnElement[Any]]:
    sums = _sums_of(row, leave_out_tv_off=leave_out_tv_off)
    return [one.label(name) for one, name in zip(sums, Sums._fields, strict=True)]


def list_worst(
    session: Session,
    *,
    first: date,
    last: date,
    group: int | None,
    limit: int,
    leave_out_tv_off: bool,
) -> list[tuple[str, Sums]]:
    """Return the players that were down longest, with their sums; of one group if it is named."""
    wanted = _within(ClientWeek, first, last)
    sums = _sums_of(ClientWeek, leave_out_tv_off=leave_out_tv_off)
    find = _find_in_group if group is not None else _find_anywhere
    uuids = find(session, [*wanted, *_in_group(group)], sums[1], limit)
    query = (
        select(ClientWeek.client_uuid, *sums)
        .where(*wanted, *_in_group(group), ClientWeek.client_uuid.in_(uuids))
        .group_by(ClientWeek.client_uuid)
    )
    found = {row[0]: Sums._make(row[1:]) for row in session.execute(query)}
    return [(uuid, found[uuid]) for uuid in uuids if uuid in found]


def delete_weeks_before(session: Session, monday: date) -> None:
    """Delete the weeks that began before then."""
    for row in (ClientWeek, GroupWeekSums):
        session.execute(delete(row).where(row.monday < monday))


def _find_in_group(
    session: Session, wanted: Iterable[ColumnElement[bool]], down: ColumnElement[int], limit: int
) -> list[str]:
    """Return those of a group's players that were down, longest first."""
    query = (
        select(ClientWeek.client_uuid)
        .where(*wanted)
        .group_by(ClientWeek.client_uuid)
        .having(down > 0)
        .order_by(down.desc(), ClientWeek.client_uuid)
    )
    return list(session.scalars(query.limit(limit)))


def _find_anywhere(
    session: Session, wanted: Iterable[ColumnElement[bool]], down: ColumnElement[int], limit: int
) -> list[str]:
    """Return those of all players that were down, longest first.

    Each is added up by itself, from an index: to sort the weeks of all by player takes six times as
    long on MariaDB.
    """
    of_each = (
        select(down)
        .where(ClientWeek.client_uuid == Client.uuid, *wanted)
        .correlate(Client)
        .scalar_subquery()
        .label("down")
    )
    query = select(Client.uuid, of_each).order_by(of_each.desc(), Client.uuid).limit(limit)
    return [uuid for uuid, length in session.execute(query) if length]


def _in_group(group: int | None) -> list[ColumnElement[bool]]:
    return [] if group is None else [ClientWeek.group_id == group]


def _within(row: _Row, first: date, last: date) -> list[ColumnElement[bool]]:
    return [row.monday >= first, row.monday <= last]


def _sums_of(row: _Row, *, leave_out_tv_off: bool) -> tuple[ColumnElement[int], ...]:
    if not leave_out_tv_off:
        whole = (row.up_seconds, row.down_seconds, row.unknown_seconds, row.outages)
        return (*map(_sum, whole), literal(0))
    return (
        _sum(row.up_seconds - row.off_up_seconds),
        _sum(row.down_seconds - row.off_down_seconds),
        _sum(row.unknown_seconds - row.off_unknown_seconds),
        _sum(row.outages - row.off_outages),
        _sum(row.off_up_seconds + row.off_down_seconds + row.off_unknown_seconds),
    )
