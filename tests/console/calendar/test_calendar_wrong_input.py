"""Wrong input in the event form: a sentence at its field; nothing is lost, nothing stored."""

from collections.abc import Callable
from datetime import date, time, timedelta
from html import escape
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from console.calendar import component as calendar
from console.events.presenters.recurrence import Ends, Repeat
from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import AcademicPeriod
from infoscreen_core.db.queries import events as queries
from infoscreen_core.domain.events.event import EventType, PeriodType
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.services import changes
from tests.support.console import Console, refusals_of
from tests.support.events.calendar_component import FakeCalendar
from tests.support.events.planning import add_group

NEXT_YEAR = utc_now().year + 1
LEAP_DAY = next(date(year, 2, 29) for year in range(NEXT_YEAR, NEXT_YEAR + 8) if year % 4 == 0)
"""2100 is no leap year, and far away."""
SUMMER_TIME = max(
    day for day in (date(NEXT_YEAR, 3, number) for number in range(25, 32)) if day.weekday() == 6
)
"""At 02:00 of this Sunday the clocks of Vienna go to 03:00."""
ANY_DAY = date(NEXT_YEAR, 3, 1)

Filled = dict[str, Any]
GOOD: Filled = {"title": "Chor"}
"""The rest is filled in already: 08:00 to 09:00 of the day shown."""


@pytest.fixture
def form(console: Console, monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    """Open the form of a new event in German and fill it in."""
    monkeypatch.setattr(calendar, "ask_component", FakeCalendar())
    with console.sessions.begin() as session:
        group = add_group(session)
    console.sign_in_as(Role.EDITOR, language="de")

    def fill(**values: Any) -> AppTest:  # noqa: ANN401 - each input has its own type
        app = console.open("calendar", group=str(group), date=ANY_DAY.isoformat())
        app.button(key="calendar-new").click().run()
        app.button_group(key=key(app, "event_type")).set_value(EventType.OTHER).run()
        for name, value in (GOOD | values).items():
            _input(app, name).set_value(value).run()
        assert not app.exception
        return app

    return fill


def key(app: AppTest, name: str) -> str:
    return f"event-form-{app.session_state['event-form'].typed.serial}-{name}"


def _input(app: AppTest, name: str) -> Any:  # noqa: ANN401 - each input has its own type
    """The input of the form with this name, whatever it is."""
    for kind in (
        "text_input",
        "text_area",
        "date_input",
        "time_input",
        "selectbox",
        "multiselect",
        "number_input",
        "button_group",
        "toggle",
    ):
        for element in getattr(app, kind):
            if element.key == key(app, name):
                return element
    raise AssertionError(name)


def place_of(app: AppTest, sentence: str) -> list[str]:
    """The inputs that stand before a sentence, the nearest last."""
    before: list[str] = []
    for element in app.main:
        if escape(sentence) in getattr(element, "body", ""):
            return before
        name = getattr(element, "key", None)
        if isinstance(name, str) and name.startswith("event-form-"):
            before.append(name.split("-", 3)[-1])
    raise AssertionError(sentence)


WRONG: list[tuple[Filled, str, str]] = [
    ({"title": "   "}, "title", "Der Titel ist leer"),
    ({"group_ids": []}, "group_ids", "keine Raumgruppe"),
    ({"event_type": EventType.MESSAGE}, "message_text", "keinen Text"),
    ({"event_type": EventType.WEBSITE}, "website_url", "https"),
    ({"event_type": EventType.WEBSITE, "website_url": "ftp://a.example/"}, "website_url", "https"),
    ({"start_date": None}, "start_time", "Der Beginn ist unvollständig"),
    ({"end_date": None}, "end_time", "Das Ende ist unvollständig"),
    ({"end_time": time(7)}, "end_time", f"{ANY_DAY:%d.%m.%Y} 07"),
    ({"end_date": ANY_DAY - timedelta(days=1)}, "end_time", "Das Ende"),
    (
        {"start_date": LEAP_DAY, "end_date": LEAP_DAY, "repeat": Repeat.YEARLY},
        "academic_period_id",
        "29",
    ),
    ({"repeat": Repeat.RULE, "rule_text": ""}, "academic_period_id", "regel ist leer"),
    (
        {"repeat": Repeat.RULE, "rule_text": "FREQ=WEEKLY;BYWEEKNO=20"},
        "academic_period_id",
        "BYWEEKNO",
    ),
    (
        {"repeat": Repeat.RULE, "rule_text": "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30"},
        "academic_period_id",
        "30",
    ),
    (
        {"repeat": Repeat.DAILY, "ends": Ends.UNTIL, "until": ANY_DAY - timedelta(days=1)},
        "academic_period_id",
        "UNTIL",
    ),
    (
        {
            "start_date": SUMMER_TIME,
            "start_time": time(2, 30),
            "end_date": SUMMER_TIME,
            "repeat": Repeat.WEEKLY,
        },
        "start_time",
        f"Am So {SUMMER_TIME:%d.%m.%Y} überspringt die Uhr",
    ),
]


@pytest.mark.parametrize(("wrong", "after", "words"), WRONG)
def test_a_sentence_stands_at_the_field_and_nothing_is_lost_or_stored(
    console: Console, form: Callable[..., AppTest], wrong: Filled, after: str, words: str
) -> None:
    app = form(**wrong)
    with console.sessions() as session:
        before = changes.current(session)
    typed = app.session_state["event-form"].typed.drawn
    app.button(key="event-form-save").click().run()
    assert not app.exception
    found = next((sentence for sentence in refusals_of(app) if words in sentence), None)
    assert found, refusals_of(app)
    assert place_of(app, found)[-1] == after
    assert [box.value for box in app.error] == []
    assert app.session_state["event-form"].typed.drawn == typed
    with console.sessions() as session:
        assert queries.list_events(session) == []
        assert changes.current(session) == before


def test_put_right_it_is_saved(console: Console, form: Callable[..., AppTest]) -> None:
    app = form(end_time=time(7))
    app.button(key="event-form-save").click().run()
    _input(app, "end_time").set_value(time(23)).run()
    app.button(key="event-form-save").click().run()
    with console.sessions() as session:
        assert [event.title for event in queries.list_events(session)] == ["Chor"]


def test_a_period_that_was_deleted_meanwhile_is_said_at_its_field(
    console: Console, form: Callable[..., AppTest]
) -> None:
    with console.sessions.begin() as session:
        period = AcademicPeriod(
            name="Gleich weg",
            period_type=PeriodType.SCHULJAHR,
            start_date=ANY_DAY,
            end_date=ANY_DAY + timedelta(days=90),
            created_at=utc_now(),
            updated_at=utc_now(),
        )
        session.add(period)
    app = form(repeat=Repeat.DAILY, academic_period_id=period.id)
    with console.sessions.begin() as session:
        session.delete(session.get_one(AcademicPeriod, period.id))
    app.button(key="event-form-save").click().run()
    found = next(sentence for sentence in refusals_of(app) if "Periode" in sentence)
    assert place_of(app, found)[-1] == "academic_period_id"
    assert app.text_input(key=key(app, "title")).value == "Chor"
