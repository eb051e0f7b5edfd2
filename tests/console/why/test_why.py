"""“Warum läuft das (nicht)?” on the pages: what it asks, and what it answers."""

from datetime import datetime, time, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from console.calendar import component as calendar
from console.why.presenters.answer import answer_html, instant_asked, sentences
from infoscreen_core.clock import utc_now
from infoscreen_core.domain.events.explanation import Reason, ReasonCode
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.text.local_time import load_zone, to_local
from infoscreen_core.domain.text.wording import Sentence
from infoscreen_core.services.playing.views import Explanation
from tests.support.console import Console, html_of
from tests.support.events.calendar_component import FakeCalendar
from tests.support.events.planning import add_group, plan, utc

VIENNA = load_zone("Europe/Vienna")
NOW = utc("2026-11-25T10:00")


@pytest.fixture
def groups(console: Console) -> list[int]:
    now, hour = utc_now(), timedelta(hours=1)
    start, end = to_local(now - hour, VIENNA), to_local(now + hour, VIENNA)
    tomorrow = datetime.combine(to_local(now, VIENNA).date() + timedelta(days=1), time(8))
    with console.sessions.begin() as session:
        aula, foyer = add_group(session, "Aula"), add_group(session, "Foyer")
        plan(session, aula, now=now, title="Läuft", start=start, end=end)
        plan(session, foyer, now=now, title="Chor", start=tomorrow, end=tomorrow + hour)
    return [aula, foyer]


def open_page(console: Console, page: str = "timeline", **query: str) -> AppTest:
    console.sign_in_as(Role.USER, language="de")
    app = console.open(page, **query)
    assert not app.exception
    return app


def test_folded_it_asks_and_answers_nothing(console: Console, groups: list[int]) -> None:
    assert groups
    app = open_page(console)
    assert 'class="is-why"' not in html_of(app)
    assert "why-group" not in [box.key for box in app.selectbox]


def test_of_now_it_says_what_is_on_and_how_the_screens_do(
    console: Console, groups: list[int]
) -> None:
    text = html_of(open_page(console, why=str(groups[0])))
    assert "Aula, jetzt" in text
    assert "„Läuft“ steht an erster Stelle" in text
    assert "Zur Raumgruppe Aula gehört kein Bildschirm." in text


def test_of_another_group_event_and_time(console: Console, groups: list[int]) -> None:
    app = open_page(console, why=str(groups[0]))
    app.selectbox(key="why-group").set_value(groups[1]).run()
    assert "In der Raumgruppe Foyer läuft nichts" in html_of(app)
    assert "Als Nächstes kommt „Chor“" in html_of(app)
    app.selectbox(key=f"why-event-{groups[1]}").set_value(2).run()
    assert "„Chor“ läuft noch nicht: Beginn ist" in html_of(app)
    app.button_group(key="why-when").set_value("then").run()
    assert "Foyer, jetzt" not in html_of(app)
    app.date_input(key="why-day").set_value(
        to_local(utc_now(), VIENNA).date() + timedelta(days=1)
    ).run()
    app.time_input(key="why-clock").set_value(time(8, 15)).run()
    assert not app.exception
    assert "„Chor“ steht an erster Stelle" in html_of(app)
    assert "gehört kein Bildschirm" not in html_of(app)


def test_the_calendar_asks_the_same(
    console: Console, groups: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calendar, "ask_component", FakeCalendar())
    assert "„Läuft“ steht an erster Stelle" in html_of(
        open_page(console, "calendar", why=str(groups[0]))
    )


def test_an_unknown_group_in_the_address_asks_nothing(console: Console, groups: list[int]) -> None:
    assert groups
    assert 'class="is-why"' not in html_of(open_page(console, why="99"))


def test_titles_stand_as_they_were_typed() -> None:
    reason = Reason(
        ReasonCode.LEADS, Sentence("“{title}” has no text to show.", title="<b>{x}</b>")
    )
    found = Explanation(1, "<Aula>", NOW, is_now=True, on_screen=(), reasons=(reason,))
    html = answer_html(found, VIENNA, now=NOW)
    assert "&lt;Aula&gt;" in html
    assert "„&lt;b&gt;{x}&lt;/b&gt;“" in html
    assert "<b>{x}" not in html


def test_dates_are_precise_and_another_year_is_named() -> None:
    nothing = Sentence("Nothing begins until {until}.", until=utc("2027-01-07T07:00"))
    near = Sentence("Nothing begins until {until}.", until=utc("2026-11-26T07:00"))
    reasons = [Reason(ReasonCode.NOTHING_NEXT, one) for one in (nothing, near)]
    assert sentences(reasons, VIENNA, now=NOW) == [
        "Bis Do 07.01.2027 08:00 beginnt nichts.",
        "Bis Do 26.11. 08:00 beginnt nichts.",
    ]


def test_a_time_that_the_clock_skips_moves_on() -> None:
    day = datetime(2026, 3, 29).date()
    assert instant_asked(day, time(2, 30), VIENNA) == utc("2026-03-29T01:30")
