"""What is done with events that are there: changed, dragged, deleted, taken back."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from infoscreen_core.clock import utc_now
from infoscreen_core.domain.events.event import ExceptionKind, Scope
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.text.local_time import localize
from tests.support.console import Console
from tests.support.events.calendar_component import FakeCalendar
from tests.support.events.calendar_page import (
    VIENNA,
    add_lesson,
    add_year,
    delete_opened,
    field,
    press,
    stored,
    wall,
)
from tests.support.events.planning import exceptions_of, plan


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
        assert exceptions_of(session, series) == [
            (localize(wall(2, 8), VIENNA), ExceptionKind.DETACHED)
        ]


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
    to, end = (
        wall(1, 10, 5).isoformat(timespec="minutes"),
        wall(1, 11).isoformat(timespec="minutes"),
    )
    component.drop(component.find("Mathe"), to, end)
    app.run()
    assert [(e.start, e.end) for e in stored(console)] == [
        (localize(wall(1, 10, 5), VIENNA), localize(wall(1, 11), VIENNA))
    ]
    assert [toast.value for toast in app.toast] == ["„Mathe 3B“ wurde verschoben."]
    with console.sessions.begin() as session:
        start = wall(2, 9)
        plan(session, groups[0], now=utc_now(), title="Chor", start=start, end=wall(2, 10))
    app.run()
    to, end = (wall(2, 9, 5).isoformat(timespec="minutes"), wall(2, 10, 5).isoformat()[:16])
    component.drop(component.find("Mathe"), to, end)
    app.run()
    told = app.toast[0].value
    assert told.startswith("„Mathe 3B“ wurde verschoben. Läuft nur zum Teil, weil „Chor“")


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
    with console.sessions.begin() as session:
        hours = {"start": wall(1, 10, 30), "end": wall(1, 11)}
        plan(session, groups[0], now=utc_now(), title="Chor", **hours)
    app = open_page()
    dragged = component.find("Mathe", wall(1, 8).date().isoformat())
    to, end = (
        wall(1, 10).isoformat(timespec="minutes"),
        wall(1, 10, 50).isoformat(timespec="minutes"),
    )
    component.drop(dragged, to, end)
    app.run()
    assert len(stored(console)) == 2
    assert "„Chor“ tritt am Di" in app.warning[0].value
    press(app, choice)
    lessons = [event for event in component.events if "Mathe" in event.get("title", "")]
    assert [event["start"] for event in lessons] == [wall(*start).isoformat() for start in starts]


def test_the_rest_of_a_series_is_dragged_from_an_occurrence_on(
    console: Console, component: FakeCalendar, groups: list[int], open_page: Callable[..., AppTest]
) -> None:
    add_lesson(console, groups[0], "FREQ=DAILY;COUNT=4")
    app = open_page()
    dragged = component.find("Mathe", wall(2, 8).date().isoformat())
    to, end = (
        wall(2, 10).isoformat(timespec="minutes"),
        wall(2, 10, 50).isoformat(timespec="minutes"),
    )
    component.drop(dragged, to, end)
    app.run()
    press(app, "event-move-following")
    assert not app.exception
    expected = [wall(0, 8), wall(1, 8), wall(2, 10), wall(3, 10)]
    assert [event["start"] for event in component.events] == [at.isoformat() for at in expected]


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
    assert (
        component.find("Mathe 3B", wall(2, 8).date().isoformat())["start"] == wall(2, 8).isoformat()
    )
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
