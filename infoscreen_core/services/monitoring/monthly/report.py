"""Read what a month was like, for all screens or for one group's.

The figures are those of `availability` over the month's time, which the analysis has by week.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from infoscreen_core.db.base import MAX_NAMED
from infoscreen_core.db.queries.groups import list_groups
from infoscreen_core.db.queries.monitoring.history import list_blind_spans
from infoscreen_core.db.queries.monitoring.sums import months as queries
from infoscreen_core.db.queries.monitoring.sums.months import KindRow, ScreenRow
from infoscreen_core.db.queries.monitoring.sums.weeks import find_first_change
from infoscreen_core.domain.monitoring.availability import Availability, Figures
from infoscreen_core.domain.monitoring.days import down_by_day
from infoscreen_core.domain.monitoring.incidents.kinds import URGENCY
from infoscreen_core.domain.monitoring.logs.filter import LogFilter
from infoscreen_core.domain.monitoring.past.months import Month, month_of
from infoscreen_core.domain.monitoring.retention import cutoff
from infoscreen_core.domain.monitoring.spans import Span
from infoscreen_core.domain.screens.player import LogLevel
from infoscreen_core.domain.text.local_time import load_zone, to_local
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.services import system_settings
from infoscreen_core.services.monitoring.analysis import ScreenFigures
from infoscreen_core.services.monitoring.availability import measure_clients
from infoscreen_core.services.monitoring.logs import search
from infoscreen_core.services.monitoring.monthly.views import (
    BlindTime,
    GroupFigures,
    KindFigures,
    LongOutage,
    MonthReport,
)
from infoscreen_core.services.screens import groups

if TYPE_CHECKING:
    from infoscreen_core.domain.commands.lifecycle import Action, State

SHOWN_OUTAGES: Final = 15
SHOWN_FAMILIES: Final = 10
_Measured = Mapping[str, Availability]


def last_whole_month(session: Session, *, now: datetime) -> Month:
    """Return the month before the one that goes on in the installation's zone."""
    return month_of(to_local(now, _zone(session)).date()).before


def make_report(
    session: Session, month: Month, *, group_id: int | None, log_days: int, now: datetime
) -> MonthReport:
    """Return the report of a month, of all screens or of a group's; log lines stay `log_days` days.

    Raises `InvalidInputError` for a month that has not begun, `NotFoundError` for no such group.
    """
    zone = _zone(session)
    whole = _begun(month, zone, now)
    window = Span(whole.start, min(whole.end, now))
    return MonthReport(
        month=month,
        zone=zone,
        window=window,
        goes_on=now < whole.end,
        made_at=now,
        organization=system_settings.get_setting(session, "organization_name"),
        group_id=group_id,
        group_name="" if group_id is None else groups.get_group(session, group_id).name,
        known_since=find_first_change(session),
        logs_kept_since=cutoff(now=now, days=log_days),
        **_figures(session, month, window, zone, group_id),
        **_counts(session, window, group_id),
    )


def _begun(month: Month, zone: ZoneInfo, now: datetime) -> Span:
    span = month.span(zone)
    if span.start >= now:
        raise InvalidInputError(
            "The month {month} has not begun yet; choose an earlier one.",
            field="month",
            month=str(month),
        )
    return span


def _figures(
    session: Session, month: Month, window: Span, zone: ZoneInfo, group_id: int | None
) -> dict[str, Any]:
    """Return what the record of statuses says."""
    rows = queries.list_screens(session, group_id)
    named = [row.uuid for row in rows] if group_id is not None else None
    measured = _measure(session, window, named)
    blind = _blind(session, window)
    outages = (outage for of in measured.values() for outage in of.outages)
    found = _groups(session, rows, measured)
    return {
        "whole": _total(measured),
        "before": _total(_measure(session, month.before.span(zone), named)),
        "groups": found,
        "days": down_by_day(outages, window, blind=[one.span for one in blind], zone=zone),
        "longest": _longest(found, measured),
        "blind": blind,
    }


def _counts(session: Session, window: Span, group_id: int | None) -> dict[str, Any]:
    """Return what is counted besides: incidents, errors, commands."""
    start, end = window.start, window.end
    kinds = queries.count_incidents(session, start=start, end=end, group_id=group_id)
    commands: dict[Action, dict[State, int]] = {}
    for action, state, count in queries.count_commands(
        session, start=start, end=end, group_id=group_id
    ):
        commands.setdefault(action, {})[state] = count
    errors = LogFilter(start=start, end=end, levels=frozenset([LogLevel.ERROR]))
    wanted = search.narrowed(session, errors, group_id=group_id, client_uuid=None)
    return {
        "incidents": sorted(map(_kind, kinds), key=lambda one: URGENCY[one.kind]),
        "families": search.list_families(session, wanted, limit=SHOWN_FAMILIES),
        "commands": commands,
    }


def _measure(session: Session, window: Span, named: Sequence[str] | None) -> _Measured:
    if named is None:
        return measure_clients(session, window)
    found: dict[str, Availability] = {}
    for start in range(0, len(named), MAX_NAMED):
        some = named[start : start + MAX_NAMED]
        found |= measure_clients(session, window, client_uuids=some)
    return found


def _total(measured: _Measured) -> Figures:
    return sum(measured.values(), Figures())


def _groups(session: Session, rows: Sequence[ScreenRow], measured: _Measured) -> list[GroupFigures]:
    found: dict[int | None, list[ScreenFigures]] = {}
    for row in rows:
        of = measured.get(row.uuid)
        if of is not None and (of.up or of.down or of.unknown):
            screen = ScreenFigures(row.uuid, row.name, row.group_id, of)
            found.setdefault(row.group_id, []).append(screen)
    names: dict[int | None, str] = {group.id: group.name for group in list_groups(session)}
    names[None] = ""
    return [_group(key, name, found[key]) for key, name in names.items() if key in found]


def _group(group_id: int | None, name: str, screens: Sequence[ScreenFigures]) -> GroupFigures:
    worst_first = sorted(screens, key=lambda one: (-one.figures.down, one.name.casefold()))
    figures = sum((one.figures for one in screens), Figures())
    return GroupFigures(group_id, name, figures, worst_first)


def _longest(found: Sequence[GroupFigures], measured: _Measured) -> list[LongOutage]:
    outages = [
        LongOutage(screen, group.name, outage)
        for group in found
        for screen in group.screens
        for outage in measured[screen.uuid].outages
    ]
    outages.sort(key=lambda one: (-one.outage.down, one.outage.start, one.screen.uuid))
    return outages[:SHOWN_OUTAGES]


def _blind(session: Session, window: Span) -> list[BlindTime]:
    rows = list_blind_spans(session, start=window.start, end=window.end)
    return [
        BlindTime(
            row.cause,
            Span(row.began_at, row.ended_at or window.end).within(window),
            goes_on=row.ended_at is None,
        )
        for row in rows
    ]


def _kind(row: KindRow) -> KindFigures:
    return KindFigures(
        kind=row.kind,
        count=row.count,
        acknowledged=row.acknowledged,
        closed=row.closed,
        until_acknowledged=_mean(row.acknowledge_seconds, row.acknowledged),
        until_closed=_mean(row.close_seconds, row.closed),
    )


def _mean(seconds: int, count: int) -> timedelta | None:
    return timedelta(seconds=seconds / count) if count else None


def _zone(session: Session) -> ZoneInfo:
    return load_zone(system_settings.get_setting(session, "default_timezone"))
