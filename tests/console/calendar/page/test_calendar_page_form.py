"""The form beside the calendar: what is typed is saved, refused at its field, and never lost."""

from collections.abc import Callable
from datetime import time, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from console.events.presenters.recurrence import Repeat
from console.words.event_types import event_type_word
from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import SubscribedEvent
from infoscreen_core.domain.events.event import EventType, Scope
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.text.local_time import localize
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.exchange.calendar_subscriptions import (
    SubscriptionDraft,
    create_subscription,
)
from infoscreen_core.services.system_settings import set_setting
from tests.support.console import Console, html_of
from tests.support.events.calendar_component import FakeCalendar
from tests.support.events.calendar_page import (
    MONDAY,
    VIENNA,
    add_lesson,
    add_year,
    field,
    press,
    stored,
    wall,
)
from tests.support.exchange.subscriptions import CIPHER


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


def test_a_link_opens_the_form_for_a_group_once(
    groups: list[int], open_page: Callable[..., AppTest]
) -> None:
    app = open_page(group=str(groups[1]), new="1")
    assert app.multiselect(key=field(app, "group_ids")).value == [groups[1]]
    press(app, "event-form-close")
    assert "event-form" not in app.run().session_state
    assert "new" not in app.query_params


def test_a_link_for_planning_opens_nothing_for_who_may_only_look(
    groups: list[int], open_page: Callable[..., AppTest]
) -> None:
    app = open_page(Role.USER, group=str(groups[1]), new="1")
    assert not app.exception
    assert "event-form" not in app.session_state
    assert "new" not in app.query_params


def test_what_was_typed_survives_a_change_of_the_type(
    groups: list[int], open_page: Callable[..., AppTest]
) -> None:
    app = open_page(group=str(groups[0]))
    press(app, "calendar-new")
    app.text_input(key=field(app, "website_url")).set_value("https://a.example/").run()
    for kind in (EventType.VIDEO, EventType.MESSAGE, EventType.WEBSITE):
        app.button_group(key=field(app, "event_type")).set_value(kind).run()
    assert app.text_input(key=field(app, "website_url")).value == "https://a.example/"


def test_the_end_follows_the_start_in_the_form(
    groups: list[int], open_page: Callable[..., AppTest]
) -> None:
    app = open_page(group=str(groups[0]))
    press(app, "calendar-new")
    app.time_input(key=field(app, "start_time")).set_value(wall(0, 23, 30).time()).run()
    assert app.time_input(key=field(app, "end_time")).value == wall(0, 0, 30).time()
    assert app.date_input(key=field(app, "end_date")).value == MONDAY + timedelta(days=1)


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


def test_a_language_change_keeps_what_is_typed(
    groups: list[int], open_page: Callable[..., AppTest]
) -> None:
    app = open_page(group=str(groups[0]))
    press(app, "calendar-new")
    app.text_input(key=field(app, "title")).set_value("Chor").run()
    app.selectbox(key=field(app, "repeat")).set_value(Repeat.WEEKLY).run()
    app.button_group(key="shell-language").set_value("en").run()
    assert not app.exception
    assert app.text_input(key=field(app, "title")).value == "Chor"
    assert app.selectbox(key=field(app, "repeat")).value is Repeat.WEEKLY


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


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("repeat", Repeat.WEEKLY),
        ("start_time", time(23, 30)),
        ("start_date", MONDAY + timedelta(days=1)),
    ],
)
def test_a_choice_that_arrives_with_the_closing_click_is_of_no_more_use(
    groups: list[int], open_page: Callable[..., AppTest], name: str, value: object
) -> None:
    app = open_page(group=str(groups[0]))
    press(app, "calendar-new")
    kind = {"repeat": app.selectbox, "start_time": app.time_input, "start_date": app.date_input}[
        name
    ]
    kind(key=field(app, name)).set_value(value)
    press(app, "event-form-close")
    assert not app.exception
    assert not app.error
    assert "event-form" not in app.session_state


def test_an_event_of_a_subscribed_calendar_says_so_and_keeps_what_the_calendar_says(
    console: Console, component: FakeCalendar, groups: list[int], open_page: Callable[..., AppTest]
) -> None:
    event_id = add_lesson(console, groups[0])
    follow(console, groups[0], event_id)
    app = open_page()
    component.click(component.find("Mathe 3B"))
    app.run()
    assert "dem abonnierten Kalender „Schule“" in app.info[0].value
    app.text_input(key=field(app, "title")).set_value("Anders").run()
    press(app, "event-form-save")
    assert "Schule“; dort ändern" in html_of(app) + "".join(one.value for one in app.markdown)
    assert stored(console)[0].title == "Mathe 3B"


def follow(console: Console, group: int, event_id: int) -> None:
    """Let a subscribed calendar hold the event."""
    draft = SubscriptionDraft(address="https://cal.example.org/x.ics", name="Schule")
    with console.sessions.begin() as session:
        view = create_subscription(session, group, draft, cipher=CIPHER, actor=CLI, now=utc_now())
        session.add(SubscribedEvent(event_id=event_id, subscription_id=view.id, content_digest=""))
