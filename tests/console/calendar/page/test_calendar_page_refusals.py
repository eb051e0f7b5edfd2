"""What is wrong in the form is said at its fields, all at once, and nothing typed is lost."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from console.events.presenters.recurrence import Repeat
from infoscreen_core.domain.events.event import EventType
from tests.support.console import Console, refusals_of
from tests.support.events.calendar_page import (
    MONDAY,
    field,
    press,
    stored,
)


def has_refusal(app: AppTest) -> bool:
    return bool(app.error or refusals_of(app))


def test_a_refusal_stands_at_its_field_and_nothing_typed_is_lost(
    console: Console, groups: list[int], open_page: Callable[..., AppTest]
) -> None:
    app = open_page(group=str(groups[0]))
    press(app, "calendar-new")
    app.text_input(key=field(app, "title")).set_value("Wetter").run()
    app.text_input(key=field(app, "website_url")).set_value("wetter").run()
    press(app, "event-form-save")
    refusals = refusals_of(app)
    assert len(refusals) == 1
    assert "https" in refusals[0]
    assert app.text_input(key=field(app, "title")).value == "Wetter"
    assert app.text_input(key=field(app, "website_url")).value == "wetter"
    assert stored(console) == []


def test_a_refusal_goes_once_it_is_answered(
    groups: list[int], open_page: Callable[..., AppTest]
) -> None:
    app = open_page(group=str(groups[0]))
    press(app, "calendar-new")
    press(app, "event-form-save")
    assert has_refusal(app)
    app.text_area(key=field(app, "description")).set_value("für alle").run()
    assert has_refusal(app)
    app.text_input(key=field(app, "title")).set_value("Wetter").run()
    assert len(refusals_of(app)) == 1
    app.text_input(key=field(app, "website_url")).set_value("https://a.example/").run()
    assert not has_refusal(app)


@pytest.mark.usefixtures("groups")
def test_everything_that_is_wrong_is_told_at_once(
    console: Console, open_page: Callable[..., AppTest]
) -> None:
    app = open_page()
    press(app, "calendar-new")
    app.date_input(key=field(app, "start_date")).set_value(None).run()
    app.date_input(key=field(app, "end_date")).set_value(None).run()
    press(app, "event-form-save")
    told = "\n".join(refusals_of(app))
    assert len(refusals_of(app)) == 5
    for word in ("Der Beginn ist unvollständig", "Das Ende ist unvollständig", "Titel", "Adresse"):
        assert word in told
    assert "keine Raumgruppe" in told
    assert stored(console) == []
    app.date_input(key=field(app, "start_date")).set_value(MONDAY).run()
    assert len(refusals_of(app)) == 4


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


def test_a_refused_rule_says_why_while_it_is_typed(
    groups: list[int], open_page: Callable[..., AppTest]
) -> None:
    app = open_page(group=str(groups[0]))
    press(app, "calendar-new")
    app.selectbox(key=field(app, "repeat")).set_value(Repeat.RULE).run()
    assert "FREQ=WEEKLY;BYDAY=" in str(app.text_input(key=field(app, "rule_text")).value)
    app.text_input(key=field(app, "rule_text")).set_value("FREQ=WEEKLY;BYWEEKNO=20").run()
    assert any("BYWEEKNO" in one for one in refusals_of(app))
