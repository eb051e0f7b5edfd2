"""Whoever was given a password gets no further than to the page where they choose their own."""

import pytest

from console.runtime import SESSION_COOKIE
from console.web.visitors import DEVICE_COOKIE
from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import User
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.services.actor import SYSTEM
from infoscreen_core.services.people import users
from infoscreen_core.services.people.lockout import FAILURES_PER_NAME
from infoscreen_core.services.people.views import NewUser
from tests.support.console import Console
from tests.support.people import actions_of
from tests.support.web import Visitor

OWN = "vier-zufaellige-Woerter"


@pytest.fixture
def first_password(console: Console) -> str:
    """Anna has an account, and was told this password."""
    with console.sessions.begin() as session:
        made = users.create_user(session, NewUser("anna", Role.ADMIN), actor=SYSTEM, now=utc_now())
    assert made.first_password
    return made.first_password


@pytest.fixture
def anna(visitor: Visitor, first_password: str) -> Visitor:
    """Anna's browser, with which she has signed in."""
    answer = visitor.post("/login", {"username": "anna", "password": first_password})
    assert answer.status_code == 303
    return visitor


def _choose(visitor: Visitor, current: str, new: str = OWN, again: str = OWN) -> tuple[int, str]:
    typed = {"current": current, "new": new, "again": again, "next": "/settings"}
    answer = visitor.post("/password", typed)
    return answer.status_code, answer.headers.get("location", answer.text)


def test_every_page_leads_to_the_form(anna: Visitor) -> None:
    assert anna.visit("/").headers["location"] == "/password"
    asked = anna.visit("/settings?x=1")
    assert (asked.status_code, asked.headers["location"]) == (
        303,
        "/password?next=/settings%3Fx%3D1",
    )
    assert "Eigenes Passwort wählen" in anna.visit("/password").text


@pytest.mark.parametrize("path", ["/commands.csv", "/screenshots/x.jpg", "/_stcore/stream"])
def test_what_is_no_page_is_refused(anna: Visitor, path: str) -> None:
    answer = anna.get(path)
    assert (answer.status_code, answer.json()["code"]) == (403, "password_change_required")


def test_no_socket_is_opened(anna: Visitor) -> None:
    assert anna.connect("/_stcore/stream")["type"] == "websocket.close"


def test_the_api_answers_what_is_owed_and_lets_it_be_done(
    anna: Visitor, first_password: str
) -> None:
    refused = anna.get("/api/groups")
    assert (refused.status_code, refused.json()["code"]) == (403, "password_change_required")
    assert anna.get("/api/auth/me").status_code == 200
    body = f'{{"currentPassword": "{first_password}", "newPassword": "{OWN}"}}'.encode()
    changed = anna.ask("PUT", "/api/auth/change-password", body, content_type="application/json")
    assert changed.status_code == 200
    anna.post("/login", {"username": "anna", "password": OWN})
    assert anna.visit("/").status_code == 200


def test_the_form_stores_the_password_and_goes_on_with_a_new_session(
    anna: Visitor, first_password: str, console: Console
) -> None:
    before = anna.cookies[SESSION_COOKIE]
    assert _choose(anna, first_password) == (303, "/settings")
    assert anna.cookies[SESSION_COOKIE] != before
    assert anna.visit("/settings").status_code == 200
    assert anna.visit("/password").headers["location"] == "/"
    with console.sessions() as session:
        assert not session.query(User).filter_by(username="anna").one().must_change_password
        assert actions_of(session)[-2:] == ["user.password_changed", "user.signed_in"]


@pytest.mark.parametrize(
    ("current", "new", "again", "said"),
    [
        ("falsch", OWN, OWN, "Das erhaltene Passwort ist falsch."),
        ("", OWN, OWN, "Das erhaltene Passwort ist falsch."),
        ("right", "kurz", "kurz", "Das Passwort hat 4 Zeichen"),
        ("right", "passwort123", "passwort123", "zu den ersten"),
        ("right", OWN, "anders", "Die beiden neuen Passwörter sind verschieden"),
        ("right", "right", "right", "das alte"),
    ],
)
def test_what_will_not_do_is_said_and_nothing_is_stored(
    anna: Visitor, first_password: str, current: str, new: str, again: str, said: str
) -> None:
    typed = [first_password if one == "right" else one for one in (current, new, again)]
    status, text = _choose(anna, *typed)
    assert (status, said in text) == (422, True)
    assert anna.visit("/").headers["location"] == "/password"


def test_who_guesses_the_password_that_was_given_is_signed_out(
    anna: Visitor, first_password: str
) -> None:
    for _ in range(FAILURES_PER_NAME - 1):
        assert _choose(anna, "falsch")[0] == 422
    status, text = _choose(anna, "falsch")
    assert status == 429
    assert "Das aktuelle Passwort war 5-mal falsch, deshalb ist diese Sitzung zu Ende" in text
    assert _choose(anna, first_password)[0] == 401
    assert anna.visit("/").headers["location"] == "/login?ended=guessed"
    assert "weil das aktuelle Passwort zu oft falsch war" in anna.visit("/login?ended=guessed").text


def test_another_site_cannot_send_the_form(anna: Visitor, first_password: str) -> None:
    typed = {"current": first_password, "new": OWN, "again": OWN}
    assert anna.post("/password", typed, origin="https://evil.example").status_code == 403
    assert anna.visit("/").headers["location"] == "/password"


def test_nobody_gets_there_without_a_session(visitor: Visitor) -> None:
    assert visitor.visit("/password").headers["location"].startswith("/login")
    assert visitor.post("/password", {"new": OWN}).status_code == 401


def test_signing_out_is_always_possible(anna: Visitor) -> None:
    assert anna.post("/logout").headers["location"] == "/login"
    assert SESSION_COOKIE not in anna.cookies
    assert DEVICE_COOKIE in anna.cookies
