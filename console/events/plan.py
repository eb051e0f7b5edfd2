"""The plan as a whole, as the calendar, the timeline and the event form need it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from console.runtime import Session, read_session
from infoscreen_core.domain.events.event import EventType
from infoscreen_core.domain.school.bell_times import Lesson, read_bell_times
from infoscreen_core.domain.text.local_time import load_zone
from infoscreen_core.services import changes
from infoscreen_core.services.events.event_contents import list_wanting
from infoscreen_core.services.events.views import OccurrenceView
from infoscreen_core.services.school.views import PeriodView, list_periods
from infoscreen_core.services.screens.roster import list_group_names
from infoscreen_core.services.system_settings import get_setting

_WITH_FILES: Final = frozenset({EventType.PRESENTATION, EventType.VIDEO})


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


def wanting_of(
    session: Session, occurrences: Iterable[OccurrenceView], *, at: datetime
) -> frozenset[int]:
    """Return the events among those of occurrences that lack a file, or all, at an instant."""
    with_files = {
        one.event_id for one in occurrences if one.takes_place and one.event_type in _WITH_FILES
    }
    return list_wanting(session, with_files, at=at) if with_files else frozenset()
