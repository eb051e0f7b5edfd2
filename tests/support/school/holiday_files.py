"""Holidays from files, as the tests take them."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from infoscreen_core.db.models import SchoolHoliday
from infoscreen_core.domain.school.holiday_places import ALL_PLACES, PlaceChoice
from infoscreen_core.services.school.holiday_import import (
    ImportReport,
    import_holidays,
    preview_import,
)
from tests.support.events.planning import MONDAY as NOW
from tests.support.people import EDITOR


def preview(session: Session, period: int, text: str | bytes) -> ImportReport:
    content = text.encode() if isinstance(text, str) else text
    return preview_import(session, period, content, file_name="ferien.csv", actor=EDITOR)


def enter(
    session: Session, period: int, text: str | bytes, place: PlaceChoice = ALL_PLACES
) -> ImportReport:
    content = text.encode() if isinstance(text, str) else text
    return import_holidays(
        session,
        period,
        content,
        file_name="C/ferien.csv",
        place=place,
        actor=EDITOR,
        now=NOW,
    )


def stored(session: Session) -> list[tuple[str, str, str]]:
    rows = session.scalars(
        select(SchoolHoliday).order_by(SchoolHoliday.start_date, SchoolHoliday.id)
    )
    return [(row.name, row.start_date.isoformat(), row.end_date.isoformat()) for row in rows]
