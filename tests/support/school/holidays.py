"""How a test enters a holiday."""

from datetime import date

from sqlalchemy.orm import Session

from infoscreen_core.domain.school.holidays import Holiday
from infoscreen_core.services.school import holidays
from tests.support.events.planning import MONDAY
from tests.support.people import EDITOR

NOW = MONDAY


def enter(
    session: Session, period_id: int | None, first: str, last: str, name: str = "Herbstferien"
) -> holidays.HolidayWritten:
    holiday = Holiday(
        name=name,
        start_date=date.fromisoformat(first),
        end_date=date.fromisoformat(last),
        region="Wien",
    )
    return holidays.create_holiday(session, period_id, holiday, actor=EDITOR, now=NOW)
