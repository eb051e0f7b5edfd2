"""The plan as a whole, as the calendar, the timeline and the event form need it."""

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from console.runtime import read_session
from infoscreen_core.domain.school.bell_times import Lesson, read_bell_times
from infoscreen_core.domain.text.local_time import load_zone
from infoscreen_core.services import changes
from infoscreen_core.services.school.views import PeriodView, list_periods
from infoscreen_core.services.screens.roster import list_group_names
from infoscreen_core.services.system_settings import get_setting


@dataclass(frozen=True)
class Plan:
    """The plan's groups, academic periods, time zone and lessons, and which state of it this is."""

    groups: Mapping[int, str]
    """Names by id, in the saved order."""
    periods: tuple[PeriodView, ...]
    """Those in use, by their first day."""
    zone: ZoneInfo
    lessons: tuple[Lesson, ...]
    """Those that the bell times give each day; none where none are set."""
    revision: int
    """Grows with every change of the plan; 0 when nobody counts."""


def read_plan() -> Plan:
    """Return groups, periods, zone, lessons and state of the plan as they are now."""
    with read_session() as session:
        return Plan(
            groups=list_group_names(session),
            periods=list_periods(session, with_archived=False),
            zone=load_zone(get_setting(session, "default_timezone")),
            lessons=read_bell_times(get_setting(session, "bell_times")),
            revision=changes.current(session),
        )
