"""The calendar page with the component replaced: what it draws, and what follows from what a person does."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from console.presenters.calendar_keys import read_key
from console.presenters.calendar_view import View
from console.presenters.event_form import Scope
from console.presenters.event_form_recurrence import Repeat
from console.presenters.event_types import event_type_word
from console.widgets import calendar
from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import AcademicPeriod, Event
from infoscreen_core.db.queries import events as queries
from infoscreen_core.domain.event import EventType, ExceptionKind, PeriodType
from infoscreen_core.domain.local_time import load_zone, localize, to_local
from infoscreen_core.domain.roles import Role
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.event_drafts import EventDraft
from infoscreen_core.services.events import create_events, update_event
from infoscreen_core.services.system_settings import set_setting
from tests.support.calendar_component import FakeCalendar
from tests.support.console import Console, html_of
from tests.support.planning import add_group, add_holiday, exceptions_of, lesson, plan

VIENNA = load_zone("Europe/Vienna")
TODAY = to_local(utc_now(), VIENNA).date()
MONDAY = TODAY - timedelta(days=TODAY.weekday()) + timedelta(days=7)
"""Of the next week, so that nothing planned there is over."""


def wall(weekday: int, hour: int, minute: int = 0) -> datetime:
    day = MONDAY + timedelta(days=weekday)
    return datetime(day.year, day.month, day.day, hour, minute)


@pytest.fixture
def component(monkeypatch: pytest.MonkeyPatch) -> FakeCalendar:
    fake = FakeCalendar()
    monkeypatch.setattr(calendar, "ask_component", fake)
    return fake


@pytest.fixture
def groups(console: Console) -> list[int]:
    with console.sessions.begin() as session:
        return [add_group(session, name) for name in ("Aula", "Foyer")]


@pytest.fixture
def open_page(
    console: Console,
    component: FakeCalendar,  # noqa: ARG001 - stands in for the real one
) -> Callable[..., AppTest]:
    def open_it(role: Role = Role.EDITOR, **query: str) -> AppTest:
        console.sign_in_as(role, language="de")
        return console.open("calendar", **{"date": MONDAY.isoformat(), **query})

    return open_it


def add_lesson(console: Console, group: int, rule: str | None = None, **changed: object) -> int:
    start, end = wall(0, 8), wall(0, 8, 50)
    with console.sessions.begin() as session:
        return plan(session, group, now=utc_now(), start=start, end=end, recurrence_rule=rule, **changed).id


def stored(console: Console) -> list[Event]:
    with console.sessions() as session:
        return queries.list_events(session)


def field(app: AppTest, name: str) -> str:
    """The key of an input of the open form."""
    serial = app.session_state["event-form"].serial
    return f"event-form-{serial}-{name}"


def press(app: AppTest, key: str) -> AppTest:
    return app.button(key=key).click().run()


def test_without_a_group_the_page_says_what_to_do_first(open_page: Callable[..., AppTest]) -> None:
    app = open_page(Role.ADMIN)
    assert not app.exception
    assert [title.value for title in app.subheader] == ["Noch keine Raumgruppe"]
    assert "Legen Sie die erste Raumgruppe an" in app.markdown[0].value


def test_the_page_shows_the_week_of_its_address(
    console: Console, component: FakeCalendar, groups: list[int], open_page: Callable[..., AppTest]
) -> None:
    add_lesson(console, groups[0], "FREQ=DAILY")
    add_lesson(console, groups[1], title="Foyerfilm")
    app = open_page(group=str(groups[0]))
    assert component.titles == ["Mathe 3B"] * 7
    assert component.options["visibleRange"]["start"] == MONDAY.isoformat()
    assert f"KW {MONDAY.isocalendar().week}" in html_of(app)


def test_changing_view_and_group_changes_the_address(
    console: Console, component: FakeCalendar, groups: list[int], open_page: Callable[..., AppTest]
) -> None:
    add_lesson(console, groups[1], title="Foyerfilm")
    app = open_page()
    app.button_group(key="calendar-view").set_value(View.DAY).run()
    app.selectbox(key="calendar-group").set_value(groups[1]).run()
    assert app.query_params == {"view": "day", "date": MONDAY.isoformat(), "group": str(groups[1])}
    assert component.titles == ["Foyerfilm"]
    press(app, "calendar-go-Weiter")
    assert app.query_params["date"] == (MONDAY + timedelta(days=1)).isoformat()
    press(app, "calendar-go-Heute")
    assert "date" not in app.query_params


@pytest.mark.parametrize("is_offered", [True, False])
def test_the_supplement_table_is_offered_where_the_settings_say_so(
    console: Console,
    component: FakeCalendar,
    groups: list[int],  # noqa: ARG001 - there has to be a group to plan for
    open_page: Callable[..., AppTest],
    is_offered: bool,
) -> None:
    with console.sessions.begin() as session:
        set_setting(session, "supplement_table_enabled", is_offered, actor=CLI, now=utc_now())
    app = open_page()
    component.click_slot(wall(2, 13, 30).isoformat(timespec="minutes"))
    app.run()
    offered = app.button_group(key=field(app, "event_type")).options
    assert any(event_type_word(EventType.WEBUNTIS) in text for text in offered) is is_offered


def test_a_click_in_the_calendar_begins_an_event_there_which_is_saved_for_each_group(
    console: Console, component: FakeCalendar, groups: list[int], open_page: Callable[..., AppTest]
) -> None:
    app = open_page()
    component.click_slot(wall(2, 13, 30).isoformat(timespec="minutes"))
    app.run()
    assert app.time_input(key=field(app, "start_time")).value == wall(2, 13, 30).time()
    app.text_input(key=field(app, "title")).set_value("Chorprobe").run()
    app.button_group(key=field(app, "event_type")).set_value(EventType.MESSAGE).run()
    app.text_area(key=field(app, "message_text")).set_value("Festsaal").run()
    app.multiselect(key=field(app, "group_ids")).set_value(groups).run()
    app.selectbox(key=field(app, "repeat")).set_value(Repeat.WEEKLY).run()
    assert any("jeden Mi um 13:30" in text.value for text in app.markdown)
    press(app, "event-form-save")
    assert not app.exception
    events = stored(console)
    assert {event.group_id for event in events} == set(groups)
    assert {(e.title, e.recurrence_rule, e.event_type) for e in events} == {
        ("Chorprobe", "FREQ=WEEKLY;BYDAY=WE", EventType.MESSAGE)
    }
    assert events[0].start == localize(wall(2, 13, 30), VIENNA)
    assert [toast.value for toast in app.toast] == ["„Chorprobe“ ist für Aula, Foyer geplant."]
    assert component.titles == ["Chorprobe · Aula", "Chorprobe · Foyer"]
    assert "event-form" not in app.session_state


def test_a_refusal_stands_at_its_field_and_nothing_typed_is_lost(
    console: Console, groups: list[int], open_page: Callable[..., AppTest]
) -> None:
    app = open_page(group=str(groups[0]))
    press(app, "calendar-new")
    app.text_input(key=field(app, "title")).set_value("Wetter").run()
    app.text_input(key=field(app, "website_url")).set_value("wetter").run()
    press(app, "event-form-save")
    refusals = [text.value for text in app.markdown if text.value.startswith(":red[")]
    assert len(refusals) == 2
    assert "https" in refusals[0]
    assert app.text_input(key=field(app, "title")).value == "Wetter"
    assert app.text_input(key=field(app, "website_url")).value == "wetter"
    assert stored(console) == []


def test_a_refusal_goes_once_it_is_answered(groups: list[int], open_page: Callable[..., AppTest]) -> None:
    app = open_page(group=str(groups[0]))
    press(app, "calendar-new")
    press(app, "event-form-save")
    assert has_refusal(app)
    app.text_area(key=field(app, "description")).set_value("für alle").run()
    assert has_refusal(app)
    app.text_input(key=field(app, "title")).set_value("Wetter").run()
    assert not has_refusal(app)


def test_a_refused_address_says_nothing_of_a_message(
    groups: list[int], open_page: Callable[..., AppTest]
) -> None:
    app = open_page(group=str(groups[0]))
    press(app, "calendar-new")
    app.text_input(key=field(app, "title")).set_value("Wetter").run()
    app.text_input(key=field(app, "website_url")).set_value("wetter").run()
    press(app, "event-form-save")
    app.button_group(key=field(app, "event_type")).set_value(EventType.MESSAGE).run()
    assert not has_refusal(app)
    assert app.text_input(key=field(app, "title")).value == "Wetter"


def has_refusal(app: AppTest) -> bool:
    return bool(app.error) or any(text.value.startswith(":red[") for text in app.markdown)


def test_what_was_typed_survives_a_change_of_the_type(
    groups: list[int], open_page: Callable[..., AppTest]
) -> None:
    app = open_page(group=str(groups[0]))
    press(app, "calendar-new")
    app.text_input(key=field(app, "website_url")).set_value("https://a.example/").run()
    for kind in (EventType.VIDEO, EventType.MESSAGE, EventType.WEBSITE):
        app.button_group(key=field(app, "event_type")).set_value(kind).run()
    assert app.text_input(key=field(app, "website_url")).value == "https://a.example/"


def test_the_end_follows_the_start_in_the_form(groups: list[int], open_page: Callable[..., AppTest]) -> None:
    app = open_page(group=str(groups[0]))
    press(app, "calendar-new")
    app.time_input(key=field(app, "start_time")).set_value(wall(0, 23, 30).time()).run()
    assert app.time_input(key=field(app, "end_time")).value == wall(0, 0, 30).time()
    assert app.date_input(key=field(app, "end_date")).value == MONDAY + timedelta(days=1)


def test_a_refused_rule_says_why_while_it_is_typed(
    groups: list[int], open_page: Callable[..., AppTest]
) -> None:
    app = open_page(group=str(groups[0]))
    press(app, "calendar-new")
    app.selectbox(key=field(app, "repeat")).set_value(Repeat.RULE).run()
    assert "FREQ=WEEKLY;BYDAY=" in str(app.text_input(key=field(app, "rule_text")).value)
    app.text_input(key=field(app, "rule_text")).set_value("FREQ=WEEKLY;BYWEEKNO=20").run()
    assert any(text.value.startswith(":red[") and "BYWEEKNO" in text.value for text in app.markdown)


def test_one_occurrence_is_changed_alone(
    console: Console, component: FakeCalendar, groups: list[int], open_page: Callable[..., AppTest]
) -> None:
    series = add_lesson(console, groups[0], "FREQ=DAILY")
    app = open_page(group=str(groups[0]))
    component.click(component.find("Mathe", wall(2, 8).date().isoformat()))
    app.run()
    assert app.date_input(key=field(app, "start_date")).value == wall(2, 8).date()
    app.text_input(key=field(app, "title")).set_value("Schularbeit").run()
    press(app, "event-form-save")
    assert component.titles.count("Mathe 3B") == 6
    assert component.find("Schularbeit")["start"] == wall(2, 8).isoformat()
    with console.sessions() as session:
        assert exceptions_of(session, series) == [(localize(wall(2, 8), VIENNA), ExceptionKind.DETACHED)]


def test_the_rest_of_a_series_is_changed_from_an_occurrence_on(
    console: Console, component: FakeCalendar, groups: list[int], open_page: Callable[..., AppTest]
) -> None:
    add_lesson(console, groups[0], "FREQ=DAILY")
    app = open_page(group=str(groups[0]))
    component.click(component.find("Mathe", wall(2, 8).date().isoformat()))
    app.run()
    app.text_input(key=field(app, "title")).set_value("Deutsch 3B").run()
    app.button_group(key=field(app, "scope")).set_value(Scope.FOLLOWING).run()
    assert app.text_input(key=field(app, "title")).value == "Deutsch 3B"
    press(app, "event-form-save")
    assert component.titles == ["Mathe 3B"] * 2 + ["Deutsch 3B"] * 5


def test_deleting_takes_a_second_click_and_names_its_consequence(
    console: Console, component: FakeCalendar, groups: list[int], open_page: Callable[..., AppTest]
) -> None:
    add_lesson(console, groups[0], "FREQ=DAILY")
    app = open_page(group=str(groups[0]))
    component.click(component.find("Mathe", wall(1, 8).date().isoformat()))
    app.run()
    press(app, "event-form-delete")
    assert "die Serie von Aula geht weiter" in app.warning[0].value
    press(app, "event-form-keep")
    assert app.text_input(key=field(app, "title")).value == "Mathe 3B"
    press(app, "event-form-delete")
    press(app, "event-form-delete-now")
    assert component.titles == ["Mathe 3B"] * 6
    component.click(component.find("Mathe", wall(3, 8).date().isoformat()))
    app.run()
    app.button_group(key=field(app, "scope")).set_value(Scope.SERIES).run()
    press(app, "event-form-delete")
    press(app, "event-form-delete-now")
    assert stored(console) == []
    assert component.titles == []


def test_a_single_event_moves_where_it_is_dropped(
    console: Console, component: FakeCalendar, groups: list[int], open_page: Callable[..., AppTest]
) -> None:
    add_lesson(console, groups[0])
    app = open_page()
    to, end = wall(1, 10, 5).isoformat(timespec="minutes"), wall(1, 11).isoformat(timespec="minutes")
    component.drop(component.find("Mathe"), to, end)
    app.run()
    assert [(e.start, e.end) for e in stored(console)] == [
        (localize(wall(1, 10, 5), VIENNA), localize(wall(1, 11), VIENNA))
    ]
    assert [toast.value for toast in app.toast] == ["„Mathe 3B“ wurde verschoben."]


@pytest.mark.parametrize(
    ("choice", "starts"),
    [
        ("event-move-one", [(0, 8), (1, 10), (2, 8)]),
        ("event-move-all", [(0, 10), (1, 10), (2, 10)]),
        ("event-move-forget", [(0, 8), (1, 8), (2, 8)]),
    ],
)
def test_of_a_series_the_person_is_asked_how_much_moves(
    console: Console,
    component: FakeCalendar,
    groups: list[int],
    open_page: Callable[..., AppTest],
    choice: str,
    starts: list[tuple[int, int]],
) -> None:
    add_lesson(console, groups[0], "FREQ=DAILY;COUNT=3")
    app = open_page()
    dragged = component.find("Mathe", wall(1, 8).date().isoformat())
    to, end = wall(1, 10).isoformat(timespec="minutes"), wall(1, 10, 50).isoformat(timespec="minutes")
    component.drop(dragged, to, end)
    app.run()
    assert len(stored(console)) == 1
    press(app, choice)
    assert [event["start"] for event in component.events] == [wall(*start).isoformat() for start in starts]


def test_the_second_writer_is_told_and_loses_nothing(
    console: Console, component: FakeCalendar, groups: list[int], open_page: Callable[..., AppTest]
) -> None:
    event_id = add_lesson(console, groups[0])
    app = open_page()
    component.click(component.find("Mathe"))
    app.run()
    with console.sessions.begin() as session:
        draft = lesson(groups[0], title="Physik", start=wall(0, 8), end=wall(0, 8, 50))
        update_event(session, event_id, draft, version=1, actor=CLI, now=utc_now())
    app.text_input(key=field(app, "title")).set_value("Chemie").run()
    press(app, "event-form-save")
    assert app.error[0].value.startswith("Jemand hat")
    assert app.text_input(key=field(app, "title")).value == "Chemie"
    assert [event.title for event in stored(console)] == ["Physik"]
    app.button_group(key=field(app, "event_type")).set_value(EventType.OTHER).run()
    assert app.error[0].value.startswith("Jemand hat")
    press(app, "event-form-anyway")
    assert [event.title for event in stored(console)] == ["Chemie"]


def test_clicking_another_event_never_throws_typed_text_away_unasked(
    console: Console, component: FakeCalendar, groups: list[int], open_page: Callable[..., AppTest]
) -> None:
    add_lesson(console, groups[0])
    add_lesson(console, groups[1], title="Physik")
    app = open_page()
    component.click(component.find("Mathe"))
    app.run()
    app.text_input(key=field(app, "title")).set_value("Chemie").run()
    component.click(component.find("Physik"))
    app.run()
    assert app.text_input(key=field(app, "title")).value == "Chemie"
    press(app, "event-form-leave")
    assert app.text_input(key=field(app, "title")).value == "Physik"
    component.click(component.find("Mathe"))
    app.run()
    assert app.text_input(key=field(app, "title")).value == "Mathe 3B"


def test_another_slot_moves_a_new_event_and_keeps_what_is_typed(
    component: FakeCalendar, groups: list[int], open_page: Callable[..., AppTest]
) -> None:
    app = open_page(group=str(groups[0]))
    component.click_slot(wall(0, 9).isoformat(timespec="minutes"))
    app.run()
    app.text_input(key=field(app, "title")).set_value("Chor").run()
    component.click_slot(wall(4, 14).isoformat(timespec="minutes"))
    app.run()
    assert app.text_input(key=field(app, "title")).value == "Chor"
    assert app.date_input(key=field(app, "start_date")).value == wall(4, 14).date()
    assert app.time_input(key=field(app, "start_time")).value == wall(4, 14).time()


def test_the_same_slot_can_be_clicked_again_after_the_form_was_closed(
    component: FakeCalendar, groups: list[int], open_page: Callable[..., AppTest]
) -> None:
    app = open_page(group=str(groups[0]))
    for _again in range(3):
        component.click_slot(wall(0, 9).isoformat(timespec="minutes"))
        app.run()
        press(app, "event-form-close")
        assert "event-form" not in app.session_state
        app.run()
        assert "event-form" not in app.session_state


def test_an_event_that_was_deleted_meanwhile_is_said_to_be_gone(
    console: Console, component: FakeCalendar, groups: list[int], open_page: Callable[..., AppTest]
) -> None:
    add_lesson(console, groups[0])
    app = open_page()
    gone = component.find("Mathe")
    with console.sessions.begin() as session:
        session.delete(session.get_one(Event, read_key(gone["id"]).event_id))
    component.click(gone)
    app.run()
    assert not app.exception
    assert "gibt es nicht" in app.error[0].value


def test_a_language_change_keeps_what_is_typed(groups: list[int], open_page: Callable[..., AppTest]) -> None:
    app = open_page(group=str(groups[0]))
    press(app, "calendar-new")
    app.text_input(key=field(app, "title")).set_value("Chor").run()
    app.selectbox(key=field(app, "repeat")).set_value(Repeat.WEEKLY).run()
    app.button_group(key="shell-language").set_value("en").run()
    assert not app.exception
    assert app.text_input(key=field(app, "title")).value == "Chor"
    assert app.selectbox(key=field(app, "repeat")).value is Repeat.WEEKLY


def test_viewers_read_and_change_nothing(
    console: Console, component: FakeCalendar, groups: list[int], open_page: Callable[..., AppTest]
) -> None:
    add_lesson(console, groups[0], "FREQ=DAILY")
    app = open_page(Role.USER)
    assert component.callbacks == ["eventClick"]
    assert not component.options["editable"]
    assert "calendar-new" not in [button.key for button in app.button]
    component.click(component.find("Mathe"))
    app.run()
    assert "täglich um 08:00" in html_of(app)
    press(app, "event-details-close")
    assert "täglich um 08:00" not in html_of(app)


def test_an_installation_in_another_zone_shows_its_own_clock(
    console: Console, component: FakeCalendar, groups: list[int], open_page: Callable[..., AppTest]
) -> None:
    draft = EventDraft(
        group_ids=[groups[0]],
        title="Tokio",
        event_type=EventType.OTHER,
        start=wall(0, 18),
        end=wall(0, 19),
        timezone="Asia/Tokyo",
    )
    with console.sessions.begin() as session:
        create_events(session, draft, actor=CLI, now=utc_now())
    open_page()
    assert component.find("Tokio")["start"] in {wall(0, 10).isoformat(), wall(0, 11).isoformat()}


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


def test_a_period_in_the_address_shows_its_events_only(
    console: Console, component: FakeCalendar, groups: list[int], open_page: Callable[..., AppTest]
) -> None:
    period = add_year(console)
    add_lesson(console, groups[0], title="Im Jahr", academic_period_id=period)
    add_lesson(console, groups[0], title="Ohne Jahr")
    app = open_page(group=str(groups[0]))
    assert sorted(component.titles) == ["Im Jahr", "Ohne Jahr"]
    app.selectbox(key="calendar-period").set_value(period).run()
    assert app.query_params["period"] == str(period)
    assert component.titles == ["Im Jahr"]
    app.selectbox(key="calendar-period").set_value(0).run()
    assert "period" not in app.query_params


def test_choosing_a_period_far_away_goes_to_its_first_day(
    console: Console, component: FakeCalendar, groups: list[int], open_page: Callable[..., AppTest]
) -> None:
    assert groups
    add_year(console)
    with console.sessions.begin() as session:
        later = AcademicPeriod(
            name="Übernächstes",
            period_type=PeriodType.SCHULJAHR,
            start_date=date(2031, 9, 1),
            end_date=date(2032, 7, 2),
            created_at=utc_now(),
            updated_at=utc_now(),
        )
        session.add(later)
        session.flush()
        later_id = later.id
    app = open_page()
    app.selectbox(key="calendar-period").set_value(later_id).run()
    assert component.options["visibleRange"]["start"] == "2031-09-01"
    assert "Übernächstes" in html_of(app)
    assert "Übernächstes beginnt" in component.titles


def test_dates_in_holidays_are_shown_with_their_reason_when_asked_for(
    console: Console, component: FakeCalendar, groups: list[int], open_page: Callable[..., AppTest]
) -> None:
    period = add_year(console, holiday=(1, 2))
    add_lesson(console, groups[0], "FREQ=DAILY", academic_period_id=period, skip_holidays=True)
    app = open_page(group=str(groups[0]))
    assert component.titles.count("Mathe 3B") == 5
    assert component.titles.count("Herbstferien") == 1
    app.toggle(key="calendar-exceptions").set_value(True).run()
    assert app.query_params["exceptions"] == "1"
    assert component.titles.count("Mathe 3B · Herbstferien") == 2
    assert component.find("Mathe 3B · Herbstferien")["editable"] is False


def test_a_new_series_belongs_to_the_active_period_and_keeps_its_holidays_free(
    console: Console, component: FakeCalendar, groups: list[int], open_page: Callable[..., AppTest]
) -> None:
    period = add_year(console, holiday=(2, 2))
    app = open_page(group=str(groups[0]))
    component.click_slot(wall(0, 9).isoformat(timespec="minutes"))
    app.run()
    app.text_input(key=field(app, "title")).set_value("Chor").run()
    app.button_group(key=field(app, "event_type")).set_value(EventType.OTHER).run()
    app.selectbox(key=field(app, "repeat")).set_value(Repeat.DAILY).run()
    assert app.selectbox(key=field(app, "academic_period_id")).value == period
    app.toggle(key=field(app, "skip_holidays")).set_value(True).run()
    assert any("täglich um 09:00, außer in den Ferien" in text.value for text in app.markdown)
    captions = " ".join(caption.value for caption in app.caption)
    assert "~~Mi" in captions
    assert "(Herbstferien)" in captions
    app.selectbox(key=field(app, "academic_period_id")).set_value(None).run()
    assert any("noch keine Ferien eingetragen" in caption.value for caption in app.caption)
    app.selectbox(key=field(app, "academic_period_id")).set_value(period).run()
    press(app, "event-form-save")
    (event,) = stored(console)
    assert (event.academic_period_id, event.skip_holidays) == (period, True)
    assert component.titles.count("Chor") == 6


def test_an_event_at_the_same_time_is_pointed_out_while_typing_and_can_be_saved(
    console: Console, component: FakeCalendar, groups: list[int], open_page: Callable[..., AppTest]
) -> None:
    add_lesson(console, groups[0])
    app = open_page(group=str(groups[0]))
    component.click_slot(wall(0, 8, 30).isoformat(timespec="minutes"))
    app.run()
    assert any("Überschneidet sich mit „Mathe 3B“" in one.value for one in app.warning)
    app.text_input(key=field(app, "title")).set_value("Physik").run()
    app.button_group(key=field(app, "event_type")).set_value(EventType.OTHER).run()
    press(app, "event-form-save")
    assert len(stored(console)) == 2
    assert all("is-clash" in event["classNames"] for event in component.events if "id" in event)
    component.click(component.find("Physik"))
    app.run()
    assert any("„Mathe 3B“" in one.value for one in app.warning)
    app.time_input(key=field(app, "start_time")).set_value(time(8, 50)).run()
    assert not app.warning


def test_the_rest_of_a_series_is_dragged_from_an_occurrence_on(
    console: Console, component: FakeCalendar, groups: list[int], open_page: Callable[..., AppTest]
) -> None:
    add_lesson(console, groups[0], "FREQ=DAILY;COUNT=4")
    app = open_page()
    dragged = component.find("Mathe", wall(2, 8).date().isoformat())
    to, end = wall(2, 10).isoformat(timespec="minutes"), wall(2, 10, 50).isoformat(timespec="minutes")
    component.drop(dragged, to, end)
    app.run()
    press(app, "event-move-following")
    assert not app.exception
    expected = [wall(0, 8), wall(1, 8), wall(2, 10), wall(3, 10)]
    assert [event["start"] for event in component.events] == [at.isoformat() for at in expected]


def delete_opened(app: AppTest, scope: Scope | None = None) -> None:
    if scope is not None:
        app.button_group(key=field(app, "scope")).set_value(scope).run()
    press(app, "event-form-delete")
    press(app, "event-form-delete-now")


@pytest.mark.parametrize(
    ("scope", "left", "words"),
    [
        (Scope.OCCURRENCE, 6, "Ein Termin der Serie"),
        (Scope.FOLLOWING, 2, "ab einem Tag gelöscht"),
        (Scope.SERIES, 0, "Die Serie"),
    ],
)
def test_the_last_deletion_is_taken_back_by_one_click(
    console: Console,
    component: FakeCalendar,
    groups: list[int],
    open_page: Callable[..., AppTest],
    scope: Scope,
    left: int,
    words: str,
) -> None:
    add_lesson(console, groups[0], "FREQ=DAILY")
    app = open_page(group=str(groups[0]))
    component.click(component.find("Mathe", wall(2, 8).date().isoformat()))
    app.run()
    delete_opened(app, scope)
    assert len(component.titles) == left
    assert any(words in text.value for text in app.markdown)
    press(app, "event-undo-now")
    assert component.titles == ["Mathe 3B"] * 7
    assert [toast.value for toast in app.toast] == ["„Mathe 3B“ ist wieder da."]
    assert "event-undo-now" not in [button.key for button in app.button]


def test_the_offer_to_undo_can_be_dismissed_and_is_nobody_else_s(
    console: Console, component: FakeCalendar, groups: list[int], open_page: Callable[..., AppTest]
) -> None:
    add_lesson(console, groups[0])
    add_lesson(console, groups[0], title="Physik")
    app = open_page(group=str(groups[0]))
    for title in ("Mathe", "Physik"):
        component.click(component.find(title))
        app.run()
        delete_opened(app)
    press(app, "event-undo-dismiss")
    assert "event-undo-now" not in [button.key for button in app.button]
    console.sign_in_as(Role.ADMIN, language="de")
    other = console.open("calendar")
    assert "event-undo-now" not in [button.key for button in other.button]


def test_an_undo_that_others_made_impossible_says_so(
    console: Console, component: FakeCalendar, groups: list[int], open_page: Callable[..., AppTest]
) -> None:
    series = add_lesson(console, groups[0], "FREQ=DAILY")
    app = open_page(group=str(groups[0]))
    component.click(component.find("Mathe", wall(2, 8).date().isoformat()))
    app.run()
    delete_opened(app, Scope.FOLLOWING)
    with console.sessions.begin() as session:
        draft = lesson(groups[0], title="Physik", start=wall(0, 8), end=wall(0, 8, 50))
        update_event(
            session, series, draft, version=session.get_one(Event, series).version, actor=CLI, now=utc_now()
        )
    press(app, "event-undo-now")
    assert app.error[0].value.startswith("Jemand hat „Mathe 3B“ nach dem Löschen geändert")
    assert [event.title for event in stored(console)] == ["Physik"]


@pytest.mark.parametrize(
    ("scope", "rule"),
    [(Scope.OCCURRENCE, None), (Scope.SERIES, "FREQ=DAILY"), (Scope.FOLLOWING, "FREQ=DAILY")],
)
def test_an_event_is_copied_to_other_groups_and_the_form_keeps_what_is_typed(
    console: Console,
    component: FakeCalendar,
    groups: list[int],
    open_page: Callable[..., AppTest],
    scope: Scope,
    rule: str | None,
) -> None:
    add_lesson(console, groups[0], "FREQ=DAILY")
    app = open_page(group=str(groups[0]))
    component.click(component.find("Mathe", wall(2, 8).date().isoformat()))
    app.run()
    app.button_group(key=field(app, "scope")).set_value(scope).run()
    app.text_input(key=field(app, "title")).set_value("Getippt").run()
    press(app, "event-form-copy")
    assert app.button(key="event-form-copy-now").disabled
    choice = app.multiselect(key=field(app, "copy_group_ids"))
    assert choice.options == ["Foyer"]
    choice.set_value([groups[1]]).run()
    press(app, "event-form-copy-now")
    assert [toast.value for toast in app.toast] == ["„Mathe 3B“ wurde nach Foyer kopiert."]
    assert app.text_input(key=field(app, "title")).value == "Getippt"
    (copy,) = [event for event in stored(console) if event.group_id == groups[1]]
    assert (copy.title, copy.recurrence_rule) == ("Mathe 3B", rule)
    first = wall(0, 8) if scope is Scope.SERIES else wall(2, 8)
    assert copy.start == localize(first, VIENNA)


def change_meanwhile(console: Console, event_id: int, group: int, rule: str | None) -> int:
    """Somebody else renames the event; return the version that it has then."""
    with console.sessions.begin() as session:
        version = session.get_one(Event, event_id).version
        draft = lesson(group, title="Physik", start=wall(0, 8), end=wall(0, 8, 50), recurrence_rule=rule)
        return update_event(session, event_id, draft, version=version, actor=CLI, now=utc_now()).version


@pytest.mark.parametrize("scope", list(Scope))
@pytest.mark.parametrize("action", ["save", "delete"])
def test_whoever_changes_a_series_second_is_told_and_loses_nothing(
    console: Console,
    component: FakeCalendar,
    groups: list[int],
    open_page: Callable[..., AppTest],
    scope: Scope,
    action: str,
) -> None:
    series = add_lesson(console, groups[0], "FREQ=DAILY")
    app = open_page(group=str(groups[0]))
    component.click(component.find("Mathe", wall(2, 8).date().isoformat()))
    app.run()
    app.button_group(key=field(app, "scope")).set_value(scope).run()
    app.text_input(key=field(app, "title")).set_value("Chemie").run()
    version = change_meanwhile(console, series, groups[0], "FREQ=DAILY")
    if action == "save":
        press(app, "event-form-save")
    else:
        delete_opened(app)
    assert app.error[0].value.startswith("Jemand hat")
    assert app.text_input(key=field(app, "title")).value == "Chemie"
    assert [(event.title, event.version) for event in stored(console)] == [("Physik", version)]
    with console.sessions() as session:
        assert exceptions_of(session, series) == []
    press(app, "event-form-reload")
    assert app.text_input(key=field(app, "title")).value == "Physik"


@pytest.mark.parametrize("choice", ["event-move-one", "event-move-following", "event-move-all"])
def test_whoever_drags_second_is_told_and_nothing_moves(
    console: Console,
    component: FakeCalendar,
    groups: list[int],
    open_page: Callable[..., AppTest],
    choice: str,
) -> None:
    series = add_lesson(console, groups[0], "FREQ=DAILY")
    app = open_page(group=str(groups[0]))
    dragged = component.find("Mathe", wall(2, 8).date().isoformat())
    to, end = wall(2, 10).isoformat(timespec="minutes"), wall(2, 10, 50).isoformat(timespec="minutes")
    component.drop(dragged, to, end)
    app.run()
    version = change_meanwhile(console, series, groups[0], "FREQ=DAILY")
    press(app, choice)
    assert app.error[0].value.startswith("Jemand hat")
    assert [(event.title, event.version) for event in stored(console)] == [("Physik", version)]
    assert {event["start"][11:] for event in component.events} == {"08:00:00"}


def test_a_single_event_that_was_changed_meanwhile_does_not_move(
    console: Console, component: FakeCalendar, groups: list[int], open_page: Callable[..., AppTest]
) -> None:
    event_id = add_lesson(console, groups[0])
    app = open_page(group=str(groups[0]))
    dragged = component.find("Mathe")
    change_meanwhile(console, event_id, groups[0], None)
    component.drop(
        dragged, wall(2, 10).isoformat(timespec="minutes"), wall(2, 11).isoformat(timespec="minutes")
    )
    app.run()
    assert app.error[0].value.startswith("Jemand hat")
    assert component.find("Physik")["start"] == wall(0, 8).isoformat()


def test_a_date_that_was_taken_out_can_take_place_again(
    console: Console, component: FakeCalendar, groups: list[int], open_page: Callable[..., AppTest]
) -> None:
    add_lesson(console, groups[0], "FREQ=DAILY")
    app = open_page(group=str(groups[0]), exceptions="1")
    component.click(component.find("Mathe", wall(2, 8).date().isoformat()))
    app.run()
    delete_opened(app, Scope.OCCURRENCE)
    component.click(component.find("Mathe 3B · entfällt"))
    app.run()
    assert any("wurde aus der Serie genommen" in text.value for text in app.markdown)
    press(app, "event-left-out-restore")
    assert not app.exception
    assert component.titles == ["Mathe 3B"] * 7


def test_a_date_in_holidays_can_be_planned_all_the_same(
    console: Console, component: FakeCalendar, groups: list[int], open_page: Callable[..., AppTest]
) -> None:
    period = add_year(console, holiday=(2, 2))
    add_lesson(console, groups[0], "FREQ=DAILY", academic_period_id=period, skip_holidays=True)
    app = open_page(group=str(groups[0]), exceptions="1")
    component.click(component.find("Mathe 3B · Herbstferien"))
    app.run()
    assert any("fällt in „Herbstferien“" in text.value for text in app.markdown)
    press(app, "event-left-out-plan")
    press(app, "event-form-save")
    assert component.find("Mathe 3B", wall(2, 8).date().isoformat())["start"] == wall(2, 8).isoformat()
    component.click(component.find("Mathe 3B · Ausnahme"))
    app.run()
    press(app, "event-left-out-open")
    assert app.date_input(key=field(app, "start_date")).value == wall(2, 8).date()


def test_lookers_on_read_why_a_date_is_left_out(
    console: Console, component: FakeCalendar, groups: list[int], open_page: Callable[..., AppTest]
) -> None:
    period = add_year(console, holiday=(2, 2))
    add_lesson(console, groups[0], "FREQ=DAILY", academic_period_id=period, skip_holidays=True)
    app = open_page(Role.USER, group=str(groups[0]), exceptions="1")
    component.click(component.find("Mathe 3B · Herbstferien"))
    app.run()
    assert any("fällt in „Herbstferien“" in text.value for text in app.markdown)
    assert "event-left-out-plan" not in [button.key for button in app.button]
    press(app, "event-left-out-close")
    assert not any("fällt in „Herbstferien“" in text.value for text in app.markdown)


def test_whoever_restores_a_date_second_is_told(
    console: Console, component: FakeCalendar, groups: list[int], open_page: Callable[..., AppTest]
) -> None:
    series = add_lesson(console, groups[0], "FREQ=DAILY")
    app = open_page(group=str(groups[0]), exceptions="1")
    component.click(component.find("Mathe", wall(2, 8).date().isoformat()))
    app.run()
    delete_opened(app, Scope.OCCURRENCE)
    component.click(component.find("Mathe 3B · entfällt"))
    app.run()
    change_meanwhile(console, series, groups[0], "FREQ=DAILY")
    press(app, "event-left-out-restore")
    assert app.error[0].value.startswith("Jemand hat")
