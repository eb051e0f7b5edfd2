"""The page of what screens showed: its sentence, pictures, tables, file, and what narrows it."""

import csv
from datetime import date, datetime, timedelta
from io import StringIO

import pytest
from streamlit.testing.v1 import AppTest

from console.plays.asked import Asked, read_asked
from console.plays.presenters.charts import days_figure, screens_figure
from console.runtime import SESSION_COOKIE
from infoscreen_core.clock import utc_now
from infoscreen_core.domain.media.types import MediaType
from infoscreen_core.domain.monitoring.content.states import ContentReason
from infoscreen_core.domain.monitoring.plays.plays import Play, ShownFile, Sureness
from infoscreen_core.domain.monitoring.plays.tallies import Sums
from infoscreen_core.domain.monitoring.spans import Span
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.text.local_time import load_zone
from infoscreen_core.services.monitoring.plays.report import ScreenPlays
from tests.support.console import Console, html_of
from tests.support.events.planning import add_group, plan
from tests.support.media.files import add_file
from tests.support.monitoring.played import HOUR, Played
from tests.support.monitoring.plots import checked
from tests.support.people import add_client, uuid_of
from tests.support.web import Visitor

VIENNA = load_zone("Europe/Vienna")


@pytest.fixture
def event(console: Console) -> int:
    """An event with a file that one of two screens showed for an hour, and was silent then."""
    began = utc_now() - 26 * HOUR
    with console.sessions.begin() as session:
        group = add_group(session, "Aula")
        add_file(session, "Menü <1>.pdf", MediaType.PDF, now=began)
        found = plan(session, group, event_media_id=1, event_type="presentation").id
        for number in (1, 2):
            add_client(session, number, group_id=group, description=f"Schirm <{number}>")
    played = Played(console.sessions)
    played.publish(group, began, found, files={found: ["Menü <1>.pdf"]})
    played.say(uuid_of(1), began, found)
    played.picture(uuid_of(1), began, found)
    played.say(uuid_of(1), began + HOUR, None, ContentReason.OFFLINE)
    played.say(uuid_of(1), began + 2 * HOUR, None, ContentReason.SHOWS_NOTHING)
    return found


def opened(console: Console, **query: str) -> AppTest:
    console.sign_in_as(Role.USER, language="de")
    app = console.open("plays", **query)
    assert not app.exception
    return app


def test_it_says_what_was_shown_and_what_nobody_knows(console: Console, event: int) -> None:
    text = html_of(opened(console))
    assert (
        "Gezeigt: 1 h 00 min auf allen Bildschirmen zusammen; 100 % davon belegt ein Bild." in text
    )
    assert "Von weiteren 1 h 00 min weiß es niemand" in text
    assert "2 Bildschirme." in text
    assert f'href="/plays?days=7&amp;event={event}"' in text
    assert "Menü &lt;1&gt;.pdf" in text
    assert "<1>" not in text


@pytest.mark.parametrize(
    ("narrowed", "name"), [({"event": "1"}, "Event 1"), ({"media": "1"}, "Menü &lt;1&gt;.pdf")]
)
@pytest.mark.usefixtures("event")
def test_a_link_narrows_it_and_there_is_a_way_out(
    console: Console, narrowed: dict[str, str], name: str
) -> None:
    app = opened(console, **narrowed)
    assert f"Nur „{name}“" in html_of(app)
    app.button(key="plays-everything").click().run()
    assert "Nur „" not in html_of(app)


def test_of_what_is_not_on_record_it_says_so(console: Console) -> None:
    text = html_of(opened(console, event="4711", days="1", page="9"))
    assert "Davon ist in dieser Zeit nichts festgehalten." in text


def rows_of(visitor: Visitor, path: str) -> list[dict[str, str]]:
    answer = visitor.get(path)
    assert answer.status_code == 200
    return list(csv.DictReader(StringIO(answer.text.removeprefix("\ufeff"))))


@pytest.mark.usefixtures("event")
def test_the_file_has_every_play(console: Console, visitor: Visitor) -> None:
    token = console.sign_in_as(Role.USER, language="de")
    visitor.cookies.set(SESSION_COOKIE, token, domain="infoscreen.test")
    first, second = rows_of(visitor, "/plays/plays.csv?days=7")
    assert (first["Bildschirm"], first["Dateien"]) == ("Schirm <1>", "Menü <1>.pdf")
    assert (first["Sekunden"], second["Beleg"]) == ("3600", "Unbekannt")
    assert rows_of(visitor, "/plays/plays.csv?days=7&event=4711") == []


def test_nobody_reads_it_without_signing_in(visitor: Visitor) -> None:
    assert visitor.get("/plays/plays.csv").status_code in {401, 403}


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        ({}, Asked(7)),
        ({"days": "90", "group": "3", "event": "4"}, Asked(90, 3, 4)),
        ({"days": "5", "group": "all", "event": "x", "media": "9" * 30}, Asked(7)),
        ({"media": "2", "client": "u"}, Asked(7, None, None, 2, "u")),
    ],
)
def test_the_address_is_read_and_written_alike(query: dict[str, str], asked: Asked) -> None:
    assert read_asked(query) == asked
    assert read_asked(asked.query()) == asked


@pytest.mark.parametrize("is_dark", [True, False])
def test_plotly_knows_all_that_the_pictures_say(*, is_dark: bool) -> None:
    start = datetime(2026, 11, 23, 7, tzinfo=VIENNA)
    window = Span(start, start + timedelta(days=1))
    plays = tuple(
        Play(Span(start, start + HOUR), 1, "<b>", sureness, (ShownFile(1, "a<b>.pdf"),))
        for sureness in Sureness
    )
    screens = [ScreenPlays("u-1", "<i>", None, plays), ScreenPlays("u-2", "Leer", None, ())]
    figure = checked(screens_figure(screens, window, VIENNA, is_dark=is_dark))
    assert [len(trace.x) for trace in figure.data] == [1, 1, 1]
    assert "&lt;b&gt;" in figure.data[0].customdata[0]
    days = [Sums(date(2026, 11, 23), None, 3600, 1800, 0, 1, 1)]
    bars = checked(days_figure(days, window, VIENNA, is_dark=is_dark))
    assert [trace.y[0] for trace in bars.data] == [1.0, 0.5, 0.0]
