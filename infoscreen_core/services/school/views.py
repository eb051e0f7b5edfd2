"""What readers get of the school's year: periods and holidays as frozen rows, and their lists."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from infoscreen_core.db.models import AcademicPeriod, SchoolHoliday
from infoscreen_core.db.queries import periods
from infoscreen_core.db.queries.monitoring import fleet
from infoscreen_core.domain.events.event import PeriodType


@dataclass(frozen=True, slots=True)
class HolidayView:
    """A holiday, of an academic period or of none; both days inclusive."""

    name: str
    start_date: date
    end_date: date
    academic_period_id: int | None = None
    id: int = 0
    """0: not stored yet."""
    region: str = ""
    source: str = ""
    """The file it came from; empty when it was entered by hand."""


@dataclass(frozen=True, slots=True)
class PeriodView:
    """An academic period; both days inclusive."""

    id: int
    name: str
    period_type: PeriodType
    start_date: date
    end_date: date
    is_active: bool = False
    display_name: str | None = None
    is_archived: bool = False

    @property
    def short_name(self) -> str:
        """What it is called where there is little room."""
        return self.display_name or self.name

    def holds(self, day: date) -> bool:
        """Whether the day lies in the period."""
        return self.start_date <= day <= self.end_date


def list_periods(session: Session, *, with_archived: bool = True) -> tuple[PeriodView, ...]:
    """Return academic periods by their first day."""
    return tuple(map(period_view, periods.list_periods(session, with_archived=with_archived)))


def find_active_period(session: Session) -> PeriodView | None:
    """Return the academic period in force, or None."""
    row = fleet.find_active_period(session)
    return period_view(row) if row else None


def list_holidays(session: Session, period_id: int | None) -> tuple[HolidayView, ...]:
    """Return the holidays of a period, or (None) those of no period, by their first day."""
    return _holiday_views(periods.list_holidays_of(session, period_id))


def list_holidays_touching(session: Session, first: date, last: date) -> tuple[HolidayView, ...]:
    """Return the holidays that touch the days from `first` to `last`, except for archived periods.

    Holidays of no period are among them.
    """
    return _holiday_views(periods.list_holidays_touching(session, first, last))


def list_holidays_near(
    session: Session, period_id: int | None, first: date, last: date
) -> tuple[HolidayView, ...]:
    """Return the holidays of one period and of none that touch the days from `first` to `last`."""
    return _holiday_views(fleet.list_holidays(session, period_id=period_id, first=first, last=last))


def period_view(row: AcademicPeriod) -> PeriodView:
    """Return a stored period as readers get it."""
    return PeriodView(
        id=row.id,
        name=row.name,
        period_type=row.period_type,
        start_date=row.start_date,
        end_date=row.end_date,
        is_active=row.is_active,
        display_name=row.display_name,
        is_archived=row.archived_at is not None,
    )


def _holiday_views(rows: Iterable[SchoolHoliday]) -> tuple[HolidayView, ...]:
    return tuple(map(holiday_view, rows))


def holiday_view(row: SchoolHoliday) -> HolidayView:
    """Return a stored holiday as readers get it."""
    return HolidayView(
        name=row.name,
        start_date=row.start_date,
        end_date=row.end_date,
        academic_period_id=row.academic_period_id,
        id=row.id,
        region=row.region or "",
        source=row.source_file_name or "",
    )
