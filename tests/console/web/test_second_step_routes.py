"""The door with a second factor: the code after the password, on the page and over the API."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select
from starlette.types import ASGIApp

from console.runtime import SESSION_COOKIE
from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import SignInStep, UserSession
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.services.actor import SYSTEM
from infoscreen_core.services.encryption import load_cipher
from tests.support.console import Console
from tests.support.http.api import Api, problem_of
from tests.support.http.second_factor import Enrolled, enrol, wrong_code
from tests.support.people import acting_as, add_user
from tests.support.web import Visitor

pytestmark = pytest.mark.slow

PASSWORD = "vier-zufaellige-Woerter"


@pytest.fixture(autouse=True)
def anna(console: Console) -> Enrolled:
    """Anna's app, which was set up five minutes ago."""
    now = utc_now() - timedelta(minutes=5)
    with console.sessions.begin() as session:
        user = add_user(session, "anna", PASSWORD, Role.ADMIN, actor=SYSTEM, now=now)
        return enrol(
            session,
            acting_as(user),
            now=now,
            password=PASSWORD,
            cipher=load_cipher(console.settings),
        )


def give_password(visitor: Visitor, next_: str = "/monitoring") -> dict[str, str]:
    """Give the password; return what the second form sends along."""
    answer = visitor.post("/login", {"username": "anna", "password": PASSWORD, "next": next_})
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert SESSION_COOKIE not in visitor.cookies
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', answer.text))
    assert hidden.keys() == {"step", "next"}
    return hidden


def test_the_code_follows_the_password(visitor: Visitor, console: Console, anna: Enrolled) -> None:
    hidden = give_password(visitor)
    assert visitor.visit("/monitoring").status_code == 303  # not yet
    answer = visitor.post("/login", {**hidden, "code": anna.code(utc_now())})
    assert (answer.status_code, answer.headers["location"]) == (303, "/monitoring")
    assert visitor.visit("/monitoring").status_code == 200
    with console.sessions() as session:
        assert session.scalars(select(SignInStep)).all() == []
        assert len(session.scalars(select(UserSession)).all()) == 1


def test_the_page_says_what_it_asks_for(visitor: Visitor) -> None:
    answer = visitor.post("/login", {"username": "anna", "password": PASSWORD})
    assert "Zweiter Faktor" in answer.text
    assert 'autocomplete="one-time-code"' in answer.text
    assert 'name="password"' not in answer.text
    assert PASSWORD not in answer.text
    assert 'href="/login"' in answer.text


def test_a_recovery_code_opens_once(app: ASGIApp, anna: Enrolled) -> None:
    visitor, second = Visitor(app), Visitor(app)
    answer = visitor.post(
        "/login", {**give_password(visitor), "code": anna.recovery_codes[3].lower()}
    )
    assert answer.status_code == 303
    again = second.post("/login", {**give_password(second), "code": anna.recovery_codes[3]})
    assert again.status_code == 401


def test_a_wrong_code_is_told_and_can_be_mended(visitor: Visitor, anna: Enrolled) -> None:
    hidden = give_password(visitor)
    wrong = visitor.post("/login", {**hidden, "code": wrong_code(anna.secret, utc_now())})
    assert wrong.status_code == 401
    assert "Der Code ist falsch oder wurde schon verwendet" in wrong.text
    assert f'value="{hidden["step"]}"' in wrong.text
    empty = visitor.post("/login", {**hidden, "code": " "})
    assert (empty.status_code, "Geben Sie den Code ein." in empty.text) == (422, True)
    right = visitor.post("/login", {**hidden, "code": anna.code(utc_now())})
    assert right.status_code == 303


def test_guessing_codes_stops(visitor: Visitor, anna: Enrolled) -> None:
    hidden = give_password(visitor)
    wrong = wrong_code(anna.secret, utc_now())
    statuses = [visitor.post("/login", {**hidden, "code": wrong}).status_code for _ in range(6)]
    assert statuses == [401, 401, 401, 401, 429, 429]
    right = visitor.post("/login", {**give_password(visitor), "code": anna.code(utc_now())})
    assert right.status_code == 429
    assert "Zu viele falsche Codes" in right.text


@pytest.mark.parametrize("step", ["", "x" * 43, '"><script>x</script>'])
def test_an_invented_step_leads_back_to_the_password(
    visitor: Visitor, anna: Enrolled, step: str
) -> None:
    answer = visitor.post("/login", {"step": step, "code": anna.code(utc_now()), "next": "/"})
    assert answer.status_code == 401
    assert 'name="password"' in answer.text
    assert "<script>" not in answer.text
    assert SESSION_COOKIE not in visitor.cookies


def test_a_foreign_page_gives_no_code(visitor: Visitor, anna: Enrolled) -> None:
    hidden = give_password(visitor)
    answer = visitor.post(
        "/login", {**hidden, "code": anna.code(utc_now())}, origin="https://evil.example"
    )
    assert answer.status_code == 403


def test_where_to_go_on_stays_on_this_site(visitor: Visitor, anna: Enrolled) -> None:
    hidden = give_password(visitor)
    sent = {**hidden, "next": "https://evil.example/", "code": anna.code(utc_now())}
    assert visitor.post("/login", sent).headers["location"] == "/"


def test_the_api_asks_for_the_code_and_takes_it_at_once(app: ASGIApp, anna: Enrolled) -> None:
    api = Api(app)
    credentials = {"username": "anna", "password": PASSWORD}
    asked = api.call("POST", "/auth/login", credentials)
    assert problem_of(asked) == (401, "second_factor")
    assert SESSION_COOKIE not in api.cookies
    wrong = wrong_code(anna.secret, utc_now())
    refused = api.call("POST", "/auth/login", {**credentials, "code": wrong})
    assert problem_of(refused) == (401, "signed_out")
    begun = api.call("POST", "/auth/login", {**credentials, "code": anna.code(utc_now())})
    assert begun.status_code == 200
    assert api.read("/auth/me")["username"] == "anna"


def test_without_the_password_nobody_learns_of_it(app: ASGIApp) -> None:
    refused = Api(app).call("POST", "/auth/login", {"username": "anna", "password": "falsch"})
    assert problem_of(refused) == (401, "signed_out")
