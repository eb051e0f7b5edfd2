"""The form says whether an event will be seen, and mends it; whole days stay in the background."""

from collections.abc import Callable
from datetime import time

from streamlit.testing.v1 import AppTest

from infoscreen_core.domain.events.event import EventType, Priority
from infoscreen_core.domain.text.local_time import localize
from tests.support.console import Console
from tests.support.events.calendar_component import FakeCalendar
from tests.support.events.calendar_page import (
    VIENNA,
    add_lesson,
    field,
    press,
    stored,
    wall,
)


def said(app: AppTest) -> str:
    return " ".join(one.value for one in app.markdown)


def test_an_event_that_will_not_be_seen_says_so_while_typing_and_after_saving(
    console: Console, component: FakeCalendar, groups: list[int], open_page: Callable[..., AppTest]
) -> None:
    add_lesson(console, groups[0])
    app = open_page(group=str(groups[0]))
    component.click_slot(wall(0, 8, 30).isoformat(timespec="minutes"))
    app.run()
    reason = "weil „Mathe 3B“ mit gleicher Priorität früher beginnt"
    assert f"Läuft nur zum Teil, {reason}" in said(app)
    app.text_input(key=field(app, "title")).set_value("Physik").run()
    app.button_group(key=field(app, "event_type")).set_value(EventType.OTHER).run()
    press(app, "event-form-save")
    assert len(stored(console)) == 2
    assert any("geplant. Läuft nur zum Teil" in one.value for one in app.toast)
    assert all("is-clash" in event["classNames"] for event in component.events if "id" in event)
    component.click(component.find("Physik"))
    app.run()
    press(app, "event-form-raise")
    assert "Läuft wie geplant." in said(app)
    assert app.button_group(key=field(app, "priority")).value == Priority.HIGH
    app.button_group(key=field(app, "priority")).set_value(Priority.NORMAL.value).run()
    press(app, "event-form-shift")
    assert "Läuft wie geplant." in said(app)
    assert app.time_input(key=field(app, "start_time")).value == time(8, 50)
    assert app.time_input(key=field(app, "end_time")).value == time(9, 50)


def test_the_other_event_makes_room_at_a_click(
    console: Console, component: FakeCalendar, groups: list[int], open_page: Callable[..., AppTest]
) -> None:
    add_lesson(console, groups[0])
    app = open_page(group=str(groups[0]))
    component.click_slot(wall(0, 8, 30).isoformat(timespec="minutes"))
    app.run()
    press(app, "event-form-end-other")
    assert "Läuft wie geplant." in said(app)
    (lesson,) = stored(console)
    assert lesson.end == localize(wall(0, 8, 30), VIENNA)


def test_an_all_day_event_is_proposed_for_the_background_until_somebody_chooses(
    component: FakeCalendar,
    groups: list[int],
    open_page: Callable[..., AppTest],
) -> None:
    app = open_page(group=str(groups[0]))
    component.click_slot(wall(2, 13, 30).isoformat(timespec="minutes"))
    app.run()

    def priority() -> object:
        return app.button_group(key=field(app, "priority")).value

    assert priority() == Priority.NORMAL
    app.toggle(key=field(app, "is_all_day")).set_value(True).run()
    assert priority() == Priority.BACKGROUND
    app.toggle(key=field(app, "is_all_day")).set_value(False).run()
    assert priority() == Priority.NORMAL
    app.button_group(key=field(app, "priority")).set_value(Priority.HIGH.value).run()
    app.toggle(key=field(app, "is_all_day")).set_value(True).run()
    assert priority() == Priority.HIGH
