"""What the page on periods shows, read in one go."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from console.runtime import Session, now, read_session, user_timezone
from console.school.presenters.periods import (
    NO_PERIOD,
    BlockerLine,
    EventPlace,
    PeriodLine,
    in_order,
)
from console.words.errors import error_sentence
from infoscreen_core.domain.events.event import PeriodType
from infoscreen_core.domain.text.local_time import load_zone, to_local
from infoscreen_core.services.events.readings import get_next_place
from infoscreen_core.services.school.period_usage import Blocker, PeriodUsage, list_used_periods
from infoscreen_core.services.school.views import HolidayView, PeriodView, list_holidays
from infoscreen_core.services.system_settings import get_setting


@dataclass(frozen=True)
class School:
    """All periods in display order, and which day it is at the school."""

    lines: tuple[PeriodLine, ...]
    today: date


def read_school() -> School:
    """Return every period with what belongs to it, and why it cannot be archived or deleted."""
    at = now()
    with read_session() as session:
        zone = load_zone(str(get_setting(session, "default_timezone")))
        lines = [_line(session, *each, zone, at) for each in list_used_periods(session, now=at)]
        loose = len(list_holidays(session, None))
    today = to_local(at, zone).date()
    return School((*in_order(lines), _no_period(loose, today)), today)


def read_holidays(period_id: int) -> tuple[HolidayView, ...]:
    """Return the holidays of a period; for `NO_PERIOD`, those that belong to none."""
    with read_session() as session:
        return list_holidays(session, period_id or None)


def _line(
    session: Session, period: PeriodView, usage: PeriodUsage, zone: ZoneInfo, at: datetime
) -> PeriodLine:
    return PeriodLine(
        id=period.id,
        name=period.name,
        kind=period.period_type,
        first=period.start_date,
        last=period.end_date,
        is_active=period.is_active,
        is_archived=period.is_archived,
        holiday_count=usage.holiday_count,
        event_count=usage.event_count,
        media_count=usage.media_count,
        archive_reasons=tuple(
            _blocker_line(session, one, zone, at) for one in usage.archive_blockers
        ),
        delete_reasons=tuple(
            _blocker_line(session, one, zone, at) for one in usage.delete_blockers
        ),
    )


def _blocker_line(session: Session, blocker: Blocker, zone: ZoneInfo, at: datetime) -> BlockerLine:
    place = None if blocker.event_id is None else _place(session, blocker.event_id, zone, at)
    return BlockerLine(error_sentence(blocker.sentence, user_timezone()), place)


def _place(session: Session, event_id: int, zone: ZoneInfo, at: datetime) -> EventPlace:
    place = get_next_place(session, event_id, now=at)
    return EventPlace(place.group_id, to_local(place.start, zone).date())


def _no_period(holiday_count: int, today: date) -> PeriodLine:
    return PeriodLine(
        id=NO_PERIOD,
        name="",
        kind=PeriodType.SCHULJAHR,
        first=today,
        last=today,
        is_active=False,
        is_archived=False,
        holiday_count=holiday_count,
        event_count=0,
        media_count=0,
    )
