"""Two people at once: the second is told, and nothing is lost."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from console.events.presenters.keys import read_key
from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import Event
from infoscreen_core.domain.events.event import EventType, Scope
from infoscreen_core.domain.text.local_time import localize
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.events.event_scopes import Target, change
from infoscreen_core.services.events.events import update_event
from tests.support.console import Console
from tests.support.events.calendar_component import FakeCalendar
from tests.support.events.calendar_page import (
    VIENNA,
    add_lesson,
    change_meanwhile,
    delete_opened,
    field,
    press,
    stored,
    wall,
)
from tests.support.events.planning import exceptions_of, lesson


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
            session,
            series,
            draft,
            version=session.get_one(Event, series).version,
            actor=CLI,
            now=utc_now(),
        )
    press(app, "event-undo-now")
    assert app.error[0].value.startswith("Jemand hat „Mathe 3B“ nach dem Löschen geändert")
    assert [event.title for event in stored(console)] == ["Physik"]


@pytest.mark.parametrize("scope", [Scope.OCCURRENCE, Scope.FOLLOWING, Scope.SERIES])
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
    to, end = (
        wall(2, 10).isoformat(timespec="minutes"),
        wall(2, 10, 50).isoformat(timespec="minutes"),
    )
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
        dragged,
        wall(2, 10).isoformat(timespec="minutes"),
        wall(2, 11).isoformat(timespec="minutes"),
    )
    app.run()
    assert app.error[0].value.startswith("Jemand hat")
    assert component.find("Physik")["start"] == wall(0, 8).isoformat()


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


def test_an_event_never_overlaps_what_somebody_else_made_of_it(
    console: Console, component: FakeCalendar, groups: list[int], open_page: Callable[..., AppTest]
) -> None:
    series = add_lesson(console, groups[0], "FREQ=DAILY")
    app = open_page(group=str(groups[0]))
    component.click(component.find("Mathe", wall(2, 8).date().isoformat()))
    app.run()
    with console.sessions.begin() as session:
        version = session.get_one(Event, series).version
        only = Target(series, localize(wall(2, 8), VIENNA), Scope.OCCURRENCE, version)
        draft = lesson(groups[0], title="Physik", start=wall(2, 8, 10), end=wall(2, 8, 50))
        change(session, only, draft, actor=CLI, now=utc_now())
    press(app, "event-form-save")
    assert app.error[0].value.startswith("Jemand hat")
    assert [box.value for box in app.warning] == []
