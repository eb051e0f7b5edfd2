"""Availability of screens, groups and weeks, from the record of statuses."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from infoscreen_core.db.models import PowerChange as PowerRow
from infoscreen_core.db.queries.groups import map_names
from infoscreen_core.db.queries.monitoring import history as queries
from infoscreen_core.db.queries.monitoring import power_record
from infoscreen_core.db.queries.monitoring.history import ChangeRow
from infoscreen_core.domain.monitoring.availability import (
    Availability,
    Band,
    Figures,
    StatusChange,
    bands,
    measure,
)
from infoscreen_core.domain.monitoring.spans import Span
from infoscreen_core.domain.monitoring.tv_off import PowerChange, off_spans
from infoscreen_core.domain.text.asked import check_span
from infoscreen_core.domain.text.local_time import localize, to_local
from infoscreen_core.errors import InvalidInputError

_WEEK: Final = timedelta(days=7)
_TICK: Final = timedelta(microseconds=1)
"""The end of a window is no longer in it."""


@dataclass(frozen=True, slots=True)
class WeekAvailability:
    """The figures of all screens together over one week, or the part of it that was asked for."""

    week: str
    """As ISO 8601 writes it: 2026-W41."""
    figures: Figures


def measure_clients(
    session: Session,
    window: Span,
    *,
    client_uuids: Collection[str] | None = None,
    leave_out_tv_off: bool = False,
) -> dict[str, Availability]:
    """Return the figures of each player that has a record, by UUID; of some if they are named.

    With `leave_out_tv_off` time in which their TVs were meant to be off counts as nothing.
    """
    record = _record(session, window, client_uuids)
    blind = _blind(session, window)
    off = _tv_off(session, window, client_uuids) if leave_out_tv_off else {}
    return {
        uuid: measure(changes, window, blind=blind, left_out=off.get(uuid, ()))
        for uuid, changes in record.items()
    }


def measure_both(
    session: Session, window: Span, *, client_uuids: Collection[str]
) -> dict[str, tuple[Availability, Availability]]:
    """Return the figures of these players over all the time, and over that with their TVs on."""
    record, blind = _record(session, window, client_uuids), _blind(session, window)
    off = _tv_off(session, window, client_uuids)
    found = {}
    for uuid, changes in record.items():
        whole = measure(changes, window, blind=blind)
        left_out = off.get(uuid)
        on = measure(changes, window, blind=blind, left_out=left_out) if left_out else whole
        found[uuid] = (whole, on)
    return found


@dataclass(frozen=True, slots=True)
class ClientHistory:
    """What became of one player over a window."""

    window: Span
    bands: Sequence[Band]
    figures: Availability


def client_history(session: Session, client_uuid: str, window: Span) -> ClientHistory:
    """Return what became of one player over a window; nothing when it has no record."""
    changes = _record(session, window, [client_uuid]).get(client_uuid, ())
    blind = _blind(session, window) if changes else []
    return ClientHistory(
        window, bands(changes, window, blind=blind), measure(changes, window, blind=blind)
    )


def measure_groups(
    session: Session, window: Span, *, leave_out_tv_off: bool = False
) -> dict[int | None, Figures]:
    """Return the figures of each group, with the screens that it has now; None: of no group.

    In the order in which groups are shown, those of no group last.
    """
    groups = queries.map_groups(session)
    found: dict[int | None, Figures] = {}
    clients = measure_clients(session, window, leave_out_tv_off=leave_out_tv_off)
    for uuid, figures in clients.items():
        key = groups.get(uuid)
        found[key] = found.get(key, Figures()) + figures
    return {key: found[key] for key in (*map_names(session), None) if key in found}


def measure_weeks(
    session: Session, window: Span, zone: ZoneInfo, *, leave_out_tv_off: bool = False
) -> list[WeekAvailability]:
    """Return the figures of all screens together for each week, Monday to Sunday in `zone`."""
    record, blind = _record(session, window, None), _blind(session, window)
    off = _tv_off(session, window, None) if leave_out_tv_off else {}
    return [
        WeekAvailability(
            f"{to_local(week.start, zone):%G-W%V}",
            sum(
                (
                    measure(changes, week, blind=blind, left_out=off.get(uuid, ()))
                    for uuid, changes in record.items()
                ),
                Figures(),
            ),
        )
        for week in weeks_of(window, zone)
    ]


def weeks_of(window: Span, zone: ZoneInfo) -> list[Span]:
    """Return the weeks that a window touches, the first and the last cut to it."""
    whole = (week_of(monday, zone) for monday in mondays_of(window, zone))
    return [week.within(window) for week in whole]


def mondays_of(window: Span, zone: ZoneInfo) -> list[date]:
    """Return the first days of the weeks that a window touches."""
    last = to_local(window.end - _TICK, zone).date()
    monday = monday_of(to_local(window.start, zone).date())
    found = []
    while monday <= last:
        found.append(monday)
        monday += _WEEK
    return found


def monday_of(day: date) -> date:
    """Return the first day of the week that a day is in."""
    return day - timedelta(days=day.weekday())


def week_of(monday: date, zone: ZoneInfo) -> Span:
    """Return the week that begins on this day."""
    begins, ends = (
        localize(datetime.combine(day, time()), zone) for day in (monday, monday + _WEEK)
    )
    return Span(begins, ends)


def checked_window(start: datetime, end: datetime, *, now: datetime) -> Span:
    """Return the time from `start` to `end`, at most until now.

    Raises `InvalidInputError` when nothing is left of it.
    """
    if start >= now and start != end:
        raise InvalidInputError(
            "The start {start} lies in the future, of which there is no record; choose an earlier "
            "one.",
            field="from",
            start=start,
        )
    check_span(start, end)
    return Span(start, min(end, now))


def _record(
    session: Session, window: Span, client_uuids: Collection[str] | None
) -> Mapping[str, Sequence[StatusChange]]:
    rows = queries.list_changes(
        session, start=window.start, end=window.end, client_uuids=client_uuids
    )
    return {uuid: _changes(of) for uuid, of in groupby(rows, key=lambda row: row.client_uuid)}


def _changes(rows: Iterable[ChangeRow]) -> list[StatusChange]:
    return [StatusChange(row.at, row.status, row.reason) for row in rows]


def _tv_off(
    session: Session, window: Span, client_uuids: Collection[str] | None
) -> dict[str, list[Span]]:
    """Return when players' TVs were meant to be off; those that were meant to be on are left out.

    Of each player's group that is the one that it is in now.
    """
    start, end = window.start, window.end
    plans: dict[int | None, list[PowerChange]] = {}
    for row in power_record.list_of_groups(session, start=start, end=end):
        plans.setdefault(row.group_id, []).append(_asked(row))
    orders: dict[str | None, list[PowerChange]] = {}
    for row in power_record.list_of_clients(
        session, start=start, end=end, client_uuids=client_uuids
    ):
        orders.setdefault(row.client_uuid, []).append(_asked(row))
    if not plans and not orders:
        return {}
    groups = queries.map_groups(session)
    named = groups if client_uuids is None else [one for one in client_uuids if one in groups]
    found = {
        uuid: off_spans(plans.get(groups[uuid], ()), orders.get(uuid, ()), window) for uuid in named
    }
    return {uuid: spans for uuid, spans in found.items() if spans}


def _asked(row: PowerRow) -> PowerChange:
    return PowerChange(row.at, row.desired_state, row.until)


def _blind(session: Session, window: Span) -> list[Span]:
    spans = queries.list_blind_spans(session, start=window.start, end=window.end)
    return [Span(span.began_at, span.ended_at or window.end) for span in spans]
