"""The search over everything, as the box in the browser asks for it."""

import json
from html import unescape

import pytest

from console.finding.presenters.button import find_button
from console.i18n import LANGUAGES, use_language
from console.runtime import SESSION_COOKIE
from infoscreen_core.domain.people.roles import Role
from tests.support.console import Console
from tests.support.events.planning import add_group
from tests.support.people import add_client, uuid_of
from tests.support.web import Visitor


def _ask(visitor: Visitor, text: str, language: str = "de") -> list[dict[str, str]]:
    answer = visitor.get(f"/find.json?q={text}&zone=Europe/Vienna&lang={language}")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    found: list[dict[str, str]] = answer.json()["found"]
    return found


@pytest.fixture
def person(console: Console, visitor: Visitor) -> Visitor:
    """An admin of a school with one screen."""
    visitor.cookies.set(SESSION_COOKIE, console.sign_in_as(Role.ADMIN), domain="infoscreen.test")
    with console.sessions.begin() as session:
        group = add_group(session, "Bibliothek")
        add_client(session, 7, description="Bibliothek <Ost>", group_id=group)
    return visitor


def test_each_line_leads_to_the_page_that_shows_it(person: Visitor) -> None:
    assert _ask(person, "bibliothek") == [
        {
            "section": "Bildschirme",
            "name": "Bibliothek <Ost>",
            "detail": "Bibliothek",
            "href": f"/client?uuid={uuid_of(7)}",
        },
        {
            "section": "Raumgruppen",
            "name": "Bibliothek",
            "detail": "",
            "href": "/monitoring?group=1",
        },
    ]


def test_pages_are_found_in_the_language_of_the_reader(person: Visitor) -> None:
    assert [one["href"] for one in _ask(person, "einstell")] == ["/settings"]
    assert [one["href"] for one in _ask(person, "setti", "en")] == ["/settings"]
    assert _ask(person, "vollbild") == []  # reached by links only


def test_pages_that_somebody_may_not_open_are_not_offered(
    console: Console, visitor: Visitor
) -> None:
    visitor.cookies.set(SESSION_COOKIE, console.sign_in_as(Role.USER), domain="infoscreen.test")
    assert _ask(visitor, "einstell") == []
    assert [one["href"] for one in _ask(visitor, "kalender")] == ["/calendar"]


def test_it_takes_a_session(console: Console, visitor: Visitor) -> None:  # noqa: ARG001 - the database
    assert visitor.get("/find.json?q=aula").status_code == 401


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_the_button_brings_the_words_of_the_box(language: str) -> None:
    with use_language(language):
        button = find_button()
    words = json.loads(unescape(button.split('data-words="')[1].split('"')[0]))
    assert set(words) == {"label", "hint", "keys", "nothing", "away"}
    assert all(words.values())
