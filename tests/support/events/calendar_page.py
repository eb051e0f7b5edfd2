"""The calendar page in the next week, and what stands in it."""

from datetime import datetime, timedelta

from streamlit.testing.v1 import AppTest

from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import AcademicPeriod, Event
from infoscreen_core.db.queries import events as queries
from infoscreen_core.domain.events.event import PeriodType, Scope
from infoscreen_core.domain.text.local_time import load_zone, to_local
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.events.events import update_event
from tests.support.console import Console
from tests.support.events.planning import add_holiday, lesson, plan

VIENNA = load_zone("Europe/Vienna")
TODAY = to_local(utc_now(), VIENNA).date()
_TOMORROW = TODAY + timedelta(days=1)
MONDAY = _TOMORROW - timedelta(days=_TOMORROW.weekday()) + timedelta(days=7)
"""Of a week to come, so that nothing planned there is over, not even when today ends meanwhile."""


def wall(weekday: int, hour: int, minute: int = 0) -> datetime:
    day = MONDAY + timedelta(days=weekday)
    return datetime(day.year, day.month, day.day, hour, minute)


def add_lesson(console: Console, group: int, rule: str | None = None, **changed: object) -> int:
    start, end = wall(0, 8), wall(0, 8, 50)
    with console.sessions.begin() as session:
        return plan(
            session, group, now=utc_now(), start=start, end=end, recurrence_rule=rule, **changed
        ).id


def stored(console: Console) -> list[Event]:
    with console.sessions() as session:
        return queries.list_events(session)


def field(app: AppTest, name: str) -> str:
    """The key of an input of the open form."""
    serial = app.session_state["event-form"].typed.serial
    return f"event-form-{serial}-{name}"


def press(app: AppTest, key: str) -> AppTest:
    return app.button(key=key).click().run()


def add_year(console: Console, holiday: tuple[int, int] | None = None) -> int:
    """A school year around now, with a holiday on these weekdays of the week shown."""
    at = utc_now()
    with console.sessions.begin() as session:
        period = AcademicPeriod(
            name="Schuljahr",
            period_type=PeriodType.SCHULJAHR,
            start_date=TODAY - timedelta(days=90),
            end_date=TODAY + timedelta(days=200),
            is_active=True,
            created_at=at,
            updated_at=at,
        )
        session.add(period)
        session.flush()
        if holiday:
            first, last = (wall(weekday, 0).date() for weekday in holiday)
            add_holiday(session, first, last, period.id)
        return period.id


def delete_opened(app: AppTest, scope: Scope | None = None) -> None:
    if scope is not None:
        app.button_group(key=field(app, "scope")).set_value(scope).run()
    press(app, "event-form-delete")
    press(app, "event-form-delete-now")


def change_meanwhile(console: Console, event_id: int, group: int, rule: str | None) -> int:
    """Somebody else renames the event; return the version that it has then."""
    with console.sessions.begin() as session:
        version = session.get_one(Event, event_id).version
        draft = lesson(
            group, title="Physik", start=wall(0, 8), end=wall(0, 8, 50), recurrence_rule=rule
        )
        return update_event(
            session, event_id, draft, version=version, actor=CLI, now=utc_now()
        ).version
