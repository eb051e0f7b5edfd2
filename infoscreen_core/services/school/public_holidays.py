"""Fill a period from the public-holiday data of a country."""

from datetime import datetime

from sqlalchemy.orm import Session

from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.school.holiday_import import HolidayFormat, HolidayList, Line
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.formats.holiday_data import Choice, list_holidays
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.school.holiday_import import ImportReport, enter_list, preview_list
from infoscreen_core.services.school.periods import get_period


def preview_fill(
    session: Session, period_id: int, choice: Choice, *, language: str = "de", actor: Actor
) -> ImportReport:
    """Return what `fill_period` would do; nothing is written."""
    actor.require(Role.EDITOR)
    return preview_list(session, period_id, _listed(session, period_id, choice, language))


def fill_period(
    session: Session,
    period_id: int,
    choice: Choice,
    *,
    language: str = "de",
    actor: Actor,
    now: datetime,
) -> ImportReport:
    """Enter the holidays of a place that lie in the period; what is entered already stays as it is.

    Raises `InvalidInputError` for an unknown country or part of it, and when the data are not
    installed.
    """
    actor.require(Role.EDITOR)
    listed = _listed(session, period_id, choice, language)
    source = "-".join(("holidays", choice.country.upper(), *filter(None, [choice.subdivision])))
    return enter_list(session, period_id, listed, source=source, actor=actor, now=now)


def _listed(session: Session, period_id: int, choice: Choice, language: str) -> HolidayList:
    period = get_period(session, period_id)
    found = list_holidays(choice, period.start_date, period.end_date, language=language)
    if not found:
        raise InvalidInputError(
            "The data have no holidays for {country} from {first} to {last}; enter them from a "
            "file.",
            field="country",
            country=choice.country.upper(),
            first=period.start_date,
            last=period.end_date,
        )
    lines = [Line(number, holiday) for number, holiday in enumerate(found, start=1)]
    return HolidayList(HolidayFormat.PUBLIC_DATA, lines)
