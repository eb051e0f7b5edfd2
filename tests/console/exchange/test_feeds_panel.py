"""Subscribing to a group's calendar on the calendar page, with the component replaced."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from console.calendar import component as calendar
from console.words.addresses import root_of
from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import CalendarFeed
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.exchange import calendar_feeds
from tests.support.console import Console, html_of
from tests.support.events.calendar_component import FakeCalendar
from tests.support.events.planning import add_group

OPENER = "calendar-exchange"


@pytest.fixture
def open_page(console: Console, monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    """The calendar page with the groups "Aula" (1) and "Foyer" (2)."""
    monkeypatch.setattr(calendar, "ask_component", FakeCalendar())
    with console.sessions.begin() as session:
        for name in ("Aula", "Foyer"):
            add_group(session, name)

    def open_it(role: Role = Role.EDITOR, **query: str) -> AppTest:
        console.sign_in_as(role, language="de")
        return console.open("calendar", **query)

    return open_it


def feeds(console: Console) -> list[CalendarFeed]:
    with console.sessions() as session:
        return list(session.scalars(select(CalendarFeed)))


def submit(app: AppTest) -> AppTest:
    (button,) = [one for one in app.button if one.label == "Link erstellen"]
    return button.click().run()


def test_a_link_is_made_for_the_group_looked_at_and_shown_once(
    console: Console, open_page: Callable[..., AppTest]
) -> None:
    app = open_page(group="2")
    app.button(key=OPENER).click().run()
    assert app.selectbox(key="exchange-group").value == 2
    app.text_input(key="feeds-name").input("Sekretariat")
    submit(app)
    (feed,) = feeds(console)
    assert (feed.group_id, feed.name, feed.created_by) == (2, "Sekretariat", 1)
    shown = app.code[0].value
    assert "/calendar/2.ics?token=" in shown
    with console.sessions() as session:
        assert calendar_feeds.find_feed(session, 2, shown.partition("token=")[2]) is not None
    assert "Sekretariat" in html_of(app)
    assert "erstellt von editor" in html_of(app)
    app.button(key=OPENER).click().run()
    assert not app.code


def test_a_link_is_revoked_by_a_second_click(
    console: Console, open_page: Callable[..., AppTest]
) -> None:
    with console.sessions.begin() as session:
        calendar_feeds.create_feed(session, 1, name="Alt", actor=CLI, now=utc_now())
    page = open_page()
    page.button(key=OPENER).click().run()
    page.button(key="feeds-revoke-1").click().run()
    assert "„Alt“ bekommen dann keine Änderungen" in html_of(page)
    assert len(feeds(console)) == 1
    page.button(key="feeds-revoke-now").click().run()
    assert feeds(console) == []
    assert "hat noch keine Links" in page.caption[-1].value


def test_what_is_refused_is_said_and_nothing_is_stored(
    console: Console, open_page: Callable[..., AppTest]
) -> None:
    page = open_page()
    page.button(key=OPENER).click().run()
    page.text_input(key="feeds-name").input("x\x00y")
    submit(page)
    assert "U+0000" in page.error[0].value.replace("\\", "")
    assert feeds(console) == []


def test_who_only_looks_has_no_such_button(open_page: Callable[..., AppTest]) -> None:
    page = open_page(Role.USER)
    assert [button.key for button in page.button if button.key == OPENER] == []


@pytest.mark.parametrize(
    ("address", "root"),
    [
        ("https://infoscreen.example/calendar?group=1", "https://infoscreen.example"),
        ("http://10.0.0.5:8501/", "http://10.0.0.5:8501"),
        (None, "http://fallback"),
        ("", "http://fallback"),
    ],
)
def test_the_address_is_the_one_that_the_browser_knows(address: str | None, root: str) -> None:
    assert root_of(address, "http://fallback") == root
