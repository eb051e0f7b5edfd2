"""The calendar of a school with bells: what is dragged keeps to them, a click takes a lesson."""

from collections.abc import Callable
from datetime import datetime

import pytest
from streamlit.testing.v1 import AppTest

from infoscreen_core.clock import utc_now
from infoscreen_core.domain.text.local_time import to_local
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.system_settings import set_setting
from tests.support.console import Console
from tests.support.events.calendar_component import FakeCalendar
from tests.support.events.calendar_page import VIENNA, add_lesson, field, press, stored, wall


@pytest.fixture
def school(console: Console) -> Console:
    with console.sessions.begin() as session:
        bells = "08:00–08:50, 08:50–09:40, 09:55–10:45"
        set_setting(session, "bell_times", bells, actor=CLI, now=utc_now())
    return console


def minute(at: datetime) -> str:
    return at.isoformat(timespec="minutes")


def spans(console: Console) -> list[tuple[datetime, datetime]]:
    return [
        (to_local(event.start, VIENNA), to_local(event.end, VIENNA)) for event in stored(console)
    ]


def told(app: AppTest) -> list[str]:
    return [toast.value.replace("\\:", ":") for toast in app.toast]


def test_a_dragged_and_a_stretched_event_go_to_the_bell_that_is_near_and_say_so(
    school: Console, component: FakeCalendar, groups: list[int], open_page: Callable[..., AppTest]
) -> None:
    add_lesson(school, groups[0])
    app = open_page()
    component.drop(component.find("Mathe"), minute(wall(1, 8, 45)), minute(wall(1, 9, 35)))
    app.run()
    assert spans(school) == [(wall(1, 8, 50), wall(1, 9, 40))]
    assert told(app) == ["„Mathe 3B“ wurde verschoben. Beginnt um 08:50, zu Beginn der 2. Stunde."]
    component.drop(component.find("Mathe"), minute(wall(1, 8, 50)), minute(wall(1, 10, 40)))
    app.run()
    assert spans(school) == [(wall(1, 8, 50), wall(1, 10, 45))]
    assert told(app) == ["„Mathe 3B“ wurde verschoben. Endet um 10:45, am Ende der 3. Stunde."]
    component.drop(component.find("Mathe"), minute(wall(1, 11, 32)), minute(wall(1, 13, 27)))
    app.run()
    assert spans(school) == [(wall(1, 11, 30), wall(1, 13, 25))]
    assert told(app) == ["„Mathe 3B“ wurde verschoben."]


def test_what_is_dragged_by_less_than_a_bell_stays_and_says_how_to_move_it(
    school: Console, component: FakeCalendar, groups: list[int], open_page: Callable[..., AppTest]
) -> None:
    add_lesson(school, groups[0])
    app = open_page()
    (before,) = stored(school)
    component.drop(component.find("Mathe"), minute(wall(0, 8, 5)), minute(wall(0, 8, 55)))
    app.run()
    (after,) = stored(school)
    assert (after.version, after.start) == (before.version, before.start)
    (sentence,) = told(app)
    assert sentence.startswith("„Mathe 3B“ bleibt um 08:00, weil das am nächsten liegt. Für eine")


def test_one_of_a_series_is_asked_for_at_the_bell_where_it_goes(
    school: Console, component: FakeCalendar, groups: list[int], open_page: Callable[..., AppTest]
) -> None:
    add_lesson(school, groups[0], "FREQ=DAILY;COUNT=2")
    app = open_page()
    dragged = component.find("Mathe", wall(1, 8).date().isoformat())
    component.drop(dragged, minute(wall(1, 10)), minute(wall(1, 10, 50)))
    app.run()
    assert any("09:55–10:45" in text.value for text in app.markdown)
    assert "Beginnt um 09:55, zu Beginn der 3. Stunde." in [text.value for text in app.caption]
    press(app, "event-move-all")
    assert {start.time() for start, _end in spans(school)} == {wall(0, 9, 55).time()}


@pytest.mark.parametrize(
    ("clicked", "proposed"),
    [((2, 9, 35), ((2, 8, 50), (2, 9, 40))), ((2, 9, 45), ((2, 9, 30), (2, 10, 30)))],
)
def test_a_click_proposes_the_lesson_that_it_falls_into(
    school: Console,  # noqa: ARG001 - its bells
    component: FakeCalendar,
    groups: list[int],  # noqa: ARG001 - there has to be a group to plan for
    open_page: Callable[..., AppTest],
    clicked: tuple[int, int, int],
    proposed: tuple[tuple[int, int, int], tuple[int, int, int]],
) -> None:
    app = open_page()
    component.click_slot(minute(wall(*clicked)))
    app.run()
    times = [app.time_input(key=field(app, f"{side}_time")).value for side in ("start", "end")]
    assert times == [wall(*at).time() for at in proposed]


@pytest.mark.parametrize(("view", "count"), [("day", 3), ("week", 3), ("month", 0), ("list", 0)])
def test_lessons_are_drawn_where_there_are_hours_and_have_no_name(
    school: Console,  # noqa: ARG001 - its bells
    component: FakeCalendar,
    groups: list[int],  # noqa: ARG001 - there has to be a group to plan for
    open_page: Callable[..., AppTest],
    view: str,
    count: int,
) -> None:
    open_page(view=view)
    bands = [event for event in component.events if event["classNames"] == ["is-lesson"]]
    assert len(bands) == count
    assert not any("title" in band for band in bands)
    assert all(band["display"] == "background" for band in bands)
