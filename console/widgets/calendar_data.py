"""What the calendar draws, prepared once for all who look at the same stretch of an unchanged plan."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from console.presenters.calendar_events import Look, calendar_events, outside_month
from console.presenters.calendar_view import CalendarAddress, stretch_of
from console.runtime import now, read_session
from console.shared import shared
from infoscreen_core.db.queries.groups import list_groups
from infoscreen_core.domain.local_time import load_zone
from infoscreen_core.services import changes
from infoscreen_core.services.event_calendar import list_occurrences
from infoscreen_core.services.system_settings import get_setting

_KEPT_SECONDS: Final = 60
_KEPT_STRETCHES: Final = 24


@dataclass(frozen=True)
class Plan:
    """The plan as a whole: its groups, its clock, and which state of it this is."""

    groups: Mapping[int, str]
    """Names by id, in the saved order."""
    zone: ZoneInfo
    revision: int
    """Grows with every change of the plan; 0 when nobody counts."""


def read_plan() -> Plan:
    """Return groups, zone and state of the plan as they are now."""
    with read_session() as session:
        return Plan(
            groups={group.id: group.name for group in list_groups(session)},
            zone=load_zone(get_setting(session, "default_timezone")),
            revision=changes.current(session),
        )


def drawn_events(plan: Plan, address: CalendarAddress, *, is_editable: bool) -> tuple[Mapping[str, Any], ...]:
    """Return what the component draws; treat it as frozen, others are given the same."""
    minute = now().replace(second=0, microsecond=0)
    draw = _drawn_once if plan.revision else _drawn
    return draw(plan.revision, tuple(plan.groups.items()), plan.zone.key, address, minute, is_editable)


def _drawn(
    _revision: int,
    groups: tuple[tuple[int, str], ...],
    zone_name: str,
    address: CalendarAddress,
    minute: datetime,
    is_editable: bool,  # noqa: FBT001 - part of the key
) -> tuple[Mapping[str, Any], ...]:
    zone = load_zone(zone_name)
    start, end = stretch_of(address.view, address.day).window(zone)
    group_ids = None if address.group_id is None else [address.group_id]
    with read_session() as session:
        occurrences = list_occurrences(
            session, group_ids=group_ids, window_start=start, window_end=end, now=minute
        )
    look = Look(
        zone=zone,
        now=minute,
        group_names=dict(groups),
        is_group_named=address.group_id is None and len(groups) > 1,
        is_editable=is_editable,
    )
    return (*calendar_events(occurrences, look), *outside_month(address))


_drawn_once = shared(seconds=_KEPT_SECONDS, entries=_KEPT_STRETCHES)(_drawn)
