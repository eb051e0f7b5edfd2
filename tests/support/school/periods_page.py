"""The page of periods and holidays, and a school to show on it."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import AcademicPeriod, SchoolHoliday
from infoscreen_core.domain.events.event import PeriodType
from infoscreen_core.domain.school.holidays import Holiday
from infoscreen_core.domain.school.periods import PeriodDraft
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.school.holidays import create_holiday
from infoscreen_core.services.school.periods import activate_period, create_period
from tests.support.console import Console, html_of, refusals_of
from tests.support.events.planning import add_group

PAGE = "periods"
NOW = utc_now()
FIRST, LAST = date(NOW.year, 9, 7), date(NOW.year + 1, 7, 2)
NAME = f"Schuljahr {NOW.year}"
AUTUMN = (date(NOW.year, 10, 26), date(NOW.year, 10, 31))


def add_school(console: Console) -> Console:
    """A year that is active with its autumn holidays, and an old one."""
    with console.sessions.begin() as session:
        old = PeriodDraft(
            name="Altes Jahr",
            period_type=PeriodType.SCHULJAHR,
            start_date=date(NOW.year - 1, 9, 1),
            end_date=date(NOW.year, 7, 3),
        )
        create_period(session, old, actor=CLI, now=NOW)
        draft = PeriodDraft(
            name=NAME, period_type=PeriodType.SCHULJAHR, start_date=FIRST, end_date=LAST
        )
        period = create_period(session, draft, actor=CLI, now=NOW)
        activate_period(session, period.id, actor=CLI, now=NOW)
        add_group(session)
    enter(console, "Herbstferien", *AUTUMN)
    return console


def enter(console: Console, name: str, first: date, last: date) -> None:
    """Enter a holiday in the year that is active."""
    with console.sessions.begin() as session:
        holiday = Holiday(name=name, start_date=first, end_date=last)
        create_holiday(session, 2, holiday, actor=CLI, now=NOW)


def periods(console: Console) -> dict[str, AcademicPeriod]:
    with console.sessions() as session:
        return {row.name: row for row in session.scalars(select(AcademicPeriod))}


def holidays(console: Console) -> list[tuple[str, date, date]]:
    with console.sessions() as session:
        rows = session.scalars(select(SchoolHoliday).order_by(SchoolHoliday.start_date))
        return [(row.name, row.start_date, row.end_date) for row in rows]


def press(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click().run()
    assert not app.exception
    return app


def keys(app: AppTest) -> set[str]:
    return {button.key for button in app.button if button.key}


def field(app: AppTest, name: str) -> str:
    """The key of an input of what is open."""
    key: str = app.session_state["periods-panel"].key(name)
    return key


def told(app: AppTest) -> Sequence[str]:
    return [toast.value for toast in app.toast]


def refused(app: AppTest) -> list[str]:
    return refusals_of(app)


def upload(app: AppTest, content: bytes, name: str = "ferien.csv") -> str:
    app.file_uploader(key=field(app, "file")).set_value((name, content, "text/csv")).run()
    assert not app.exception
    return html_of(app)
