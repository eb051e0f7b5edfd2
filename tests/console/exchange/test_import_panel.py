"""Importing a calendar file on the calendar page, with the component replaced."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from console.calendar import component as calendar
from infoscreen_core.db.models import Event
from infoscreen_core.db.queries.events import list_events
from infoscreen_core.domain.events.event import EventType
from infoscreen_core.domain.people.roles import Role
from tests.support.console import Console, html_of
from tests.support.events.calendar_component import FakeCalendar
from tests.support.events.planning import add_group

OPENER = "calendar-exchange"
FILE = b"""BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
UID:eins
SUMMARY:Elternabend <3
DTSTART;TZID=Europe/Vienna:20270907T190000
DTEND;TZID=Europe/Vienna:20270907T210000
END:VEVENT
BEGIN:VEVENT
UID:zwei
SUMMARY:Kaputt
DTSTART;TZID=Mars/Olympus:20270907T190000
DTEND;TZID=Mars/Olympus:20270907T210000
END:VEVENT
END:VCALENDAR
"""


@pytest.fixture
def dialog(console: Console, monkeypatch: pytest.MonkeyPatch) -> Callable[[], AppTest]:
    """The open dialog for the group "Foyer" (2)."""
    monkeypatch.setattr(calendar, "ask_component", FakeCalendar())
    with console.sessions.begin() as session:
        for name in ("Aula", "Foyer"):
            add_group(session, name)

    def open_it() -> AppTest:
        console.sign_in_as(Role.EDITOR, language="de")
        return console.open("calendar", group="2").button(key=OPENER).click().run()

    return open_it


def stored(console: Console) -> list[Event]:
    with console.sessions() as session:
        return list_events(session)


def choose(app: AppTest, data: bytes, name: str = "schule.ics") -> AppTest:
    app.file_uploader(key="import-file").upload(name, data, "text/calendar")
    return app.run()


def test_the_preview_says_what_would_happen_and_writes_nothing(
    console: Console, dialog: Callable[[], AppTest]
) -> None:
    app = choose(dialog(), FILE)
    assert not app.exception
    shown = html_of(app)
    assert "Elternabend &lt;3" in shown
    assert "Die Zeitzone „Mars/Olympus“ ist unbekannt" in shown
    assert shown.index("Kaputt") < shown.index("Elternabend")
    assert any("Foyer: 1 neu, 1 nicht übernommen" in text.value for text in app.markdown)
    assert app.button(key="import-now").label == "1 Termin importieren"
    assert stored(console) == []


def test_what_was_seen_is_imported_for_the_group_and_as_the_type_chosen(
    console: Console, dialog: Callable[[], AppTest]
) -> None:
    app = choose(dialog(), FILE)
    app.selectbox(key="import-kind").set_value(EventType.OTHER).run()
    app.button(key="import-now").click().run()
    assert not app.exception
    (event,) = stored(console)
    assert (event.group_id, event.title, event.event_type, event.created_by) == (
        2,
        "Elternabend <3",
        EventType.OTHER,
        1,
    )
    (told,) = [toast.value for toast in app.toast]
    assert told.replace("\\", "") == "Importiert: 1 neu, 1 nicht übernommen"
    again = choose(app.button(key=OPENER).click().run(), FILE)
    assert any("1 unverändert" in text.value for text in again.markdown)
    assert any("nichts zu importieren" in text.value for text in again.caption)


@pytest.mark.parametrize("name", ["schule.ics", "stundenplan.pdf"])
def test_a_file_that_is_none_gets_a_sentence(
    console: Console, dialog: Callable[[], AppTest], name: str
) -> None:
    app = choose(dialog(), bytes(range(256)), name)
    assert not app.file_uploader(key="import-file").allowed_type
    assert "Das ist keine Kalenderdatei" in app.error[0].value
    assert [button for button in app.button if button.key == "import-now"] == []
    assert stored(console) == []


NOTED = b"""BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
UID:None
SUMMARY:Mathe
DTSTART;TZID=Europe/Vienna:20270907T080000
DTEND;TZID=Europe/Vienna:20270907T085000
RRULE:FREQ=WEEKLY;COUNT=4
LOCATION:Saal <1>
END:VEVENT
BEGIN:VEVENT
UID:arzt
SUMMARY:Arzt
CLASS:PRIVATE
DTSTART;TZID=Europe/Vienna:20270907T100000
DTEND;TZID=Europe/Vienna:20270907T110000
END:VEVENT
END:VCALENDAR
"""


def test_private_events_are_taken_only_when_that_is_ticked(
    console: Console, dialog: Callable[[], AppTest]
) -> None:
    app = choose(dialog(), NOTED)
    assert not app.checkbox(key="import-private").value
    assert any("1 neu, 1 weggelassen" in text.value for text in app.markdown)
    assert "privat oder vertraulich" in html_of(app)
    app.checkbox(key="import-private").check().run()
    assert any("Foyer: 2 neu" in text.value for text in app.markdown)
    app.button(key="import-now").click().run()
    assert not app.exception
    assert {event.title for event in stored(console)} == {"Mathe", "Arzt"}
    assert [event.location for event in stored(console)] == ["Saal <1>", None]


def test_what_must_be_said_of_events_and_file_stands_in_the_preview(
    console: Console, dialog: Callable[[], AppTest]
) -> None:
    app = choose(dialog(), NOTED.replace(b"Mathe", "Übung".encode("cp1252")))
    assert "jeden Di um 08:00" in html_of(app)
    assert "Die UID „None“ unterscheidet diesen Termin nicht" in html_of(app)
    assert "Windows-1252" in app.warning[0].value
    app.button(key="import-now").click().run()
    assert [event.title for event in stored(console)] == ["Übung"]
