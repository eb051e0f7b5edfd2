"""Following calendars on the calendar page, with the component replaced and a real server."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import TextInput

from console import runtime
from console.calendar import component as calendar_component
from console.exchange.presenters.subscriptions import interval_choices, interval_word
from console.i18n import use_language
from infoscreen_core.db.models import CalendarSubscription
from infoscreen_core.domain.people.roles import Role
from tests.support.console import Console, console_on, html_of
from tests.support.events.calendar_component import FakeCalendar
from tests.support.events.planning import add_group
from tests.support.exchange.calendar_server import Answer, CalendarServer, calendar_server
from tests.support.exchange.calendar_text import calendar, vevent
from tests.support.exchange.event_import import stored

OPENER = "calendar-exchange"
SECRET = "/private-0123456789abcdef/basic.ics"
ONE = vevent(
    uid="eins", summary="Elternabend", dtstart=":20350907T080000Z", dtend=":20350907T090000Z"
)
TWO = vevent(uid="zwei", summary="Konzert", dtstart=":20350908T080000Z", dtend=":20350908T090000Z")


@pytest.fixture
def server() -> Iterator[CalendarServer]:
    with calendar_server(calendar(ONE, TWO)) as running:
        yield running


@pytest.fixture
def console(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Console]:
    """A console that may read calendars from this machine."""
    with console_on(sqlite_url, tmp_path, calendar_allowed_hosts="127.0.0.1") as made:
        monkeypatch.setattr(runtime, "session_token", lambda: made.token or None)
        made.keep_workers_alive()
        yield made


@pytest.fixture
def open_dialog(console: Console, monkeypatch: pytest.MonkeyPatch) -> Callable[[], AppTest]:
    """The dialog for the group "Aula" (1)."""
    monkeypatch.setattr(calendar_component, "ask_component", FakeCalendar())
    with console.sessions.begin() as session:
        add_group(session, "Aula")

    def open_it() -> AppTest:
        console.sign_in_as(Role.EDITOR, language="de")
        return console.open("calendar").button(key=OPENER).click().run()

    return open_it


def press(app: AppTest, label: str) -> AppTest:
    (button,) = [one for one in app.button if one.label == label]
    return button.click().run()


def field(app: AppTest, label: str) -> TextInput:
    (found,) = [one for one in app.text_input if one.label == label]
    return found


def preview(app: AppTest, url: str) -> AppTest:
    field(app, "Adresse des Kalenders").input(url)
    field(app, "Name").input("Schule")
    return press(app, "Vorschau zeigen")


def subscriptions(console: Console) -> list[CalendarSubscription]:
    with console.sessions() as session:
        return list(session.scalars(select(CalendarSubscription)))


def test_a_calendar_is_looked_at_then_followed_then_read_again(
    console: Console, open_dialog: Callable[[], AppTest], server: CalendarServer
) -> None:
    app = preview(open_dialog(), server.url(SECRET))
    assert "Der Kalender bringt: 2 neu" in "".join(one.value for one in app.markdown)
    assert "Unterwegs können andere mitlesen" in html_of(app)
    assert "Elternabend" in html_of(app)
    assert subscriptions(console) == []
    app = app.button(key="subscription-begin").click().run()
    assert len(server.requests) == 1
    assert [one.title for one in stored(console.sessions)] == ["Elternabend", "Konzert"]
    shown = html_of(app)
    assert "Letzter Abruf: 2 neu." in shown
    assert "127.0.0.1/….ics" in shown
    assert "0123456789" not in shown
    server.give(calendar(ONE))
    app = press(app, "Jetzt abrufen")
    assert "1 entfernt, 1 unverändert" in html_of(app)
    assert len(stored(console.sessions)) == 1


def test_what_went_wrong_stands_with_the_calendar(
    console: Console, open_dialog: Callable[[], AppTest], server: CalendarServer
) -> None:
    app = preview(open_dialog(), server.url()).button(key="subscription-begin").click().run()
    server.answering = lambda _request: Answer(status=404)
    app = press(app, "Jetzt abrufen")
    assert "Unter dieser Adresse von 127.0.0.1 ist kein Kalender (404)" in html_of(app)
    server.give(calendar())
    app = press(app, "Jetzt abrufen")
    assert "Im Kalender fehlen plötzlich 2 Termine" in html_of(app)
    app = press(app, "Jetzt entfernen")
    assert stored(console.sessions) == []
    assert "2 entfernt" in html_of(app)


def test_a_wrong_address_is_told_beside_it_and_stores_nothing(
    console: Console, open_dialog: Callable[[], AppTest], server: CalendarServer
) -> None:
    app = preview(open_dialog(), "ftp://x")
    assert "Das ist keine Adresse eines Kalenders" in html_of(app)
    server.give(b"<html>Anmelden</html>")
    app = preview(app, server.url())
    assert "liefert eine Webseite, keinen Kalender" in html_of(app)
    assert field(app, "Name").value == "Schule"
    assert subscriptions(console) == []


def test_it_is_changed_paused_and_removed(
    console: Console, open_dialog: Callable[[], AppTest], server: CalendarServer
) -> None:
    app = preview(open_dialog(), server.url()).button(key="subscription-begin").click().run()
    app = press(app, "Bearbeiten")
    assert field(app, "Adresse des Kalenders").value == ""
    field(app, "Name").input("Gemeinde")
    next(one for one in app.selectbox if one.label == "Abrufen").select(15)
    app = press(app, "Speichern")
    (one,) = subscriptions(console)
    assert (one.name, one.interval_minutes) == ("Gemeinde", 15)
    app = press(app, "Pausieren")
    assert "Pausiert." in html_of(app)
    app = press(app, "Fortsetzen")
    app = press(app, "Entfernen …")
    assert "wird nicht mehr abgerufen" in html_of(app)
    app = press(app, "Entfernen, Termine behalten")
    assert subscriptions(console) == []
    assert len(stored(console.sessions)) == 2
    assert not app.exception


def test_intervals_in_words() -> None:
    with use_language("de"):
        assert [interval_word(one) for one in (15, 60, 180, 1440, 10080, 1)] == [
            "alle 15 Minuten",
            "jede Stunde",
            "alle 3 Stunden",
            "jeden Tag",
            "alle 7 Tage",
            "jede Minute",
        ]
    assert 45 in interval_choices(45)
