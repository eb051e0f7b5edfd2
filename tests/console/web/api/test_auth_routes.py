"""`/api/auth`: signing in and out, and the two ways to show who one is."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from starlette.types import ASGIApp

from console.runtime import SESSION_COOKIE
from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import User
from infoscreen_core.domain.people.api_tokens import Scope
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.services.actor import SYSTEM
from infoscreen_core.services.people import api_tokens, users
from infoscreen_core.services.people.lockout import FAILURES_PER_NAME
from infoscreen_core.services.people.views import NewUser
from tests.support.console import Console
from tests.support.http.api import Api, problem_of
from tests.support.people import acting_as, actions_of

_PASSWORD = "vier-woerter-sind-es"
AsRole = Callable[[Role], Api]


@pytest.fixture
def anna(console: Console) -> User:
    with console.sessions.begin() as session:
        new = NewUser("anna", Role.ADMIN, _PASSWORD)
        made = users.create_user(session, new, actor=SYSTEM, now=utc_now())
        user = session.get_one(User, made.view.id)
        user.password_given_at = None  # she has chosen one of her own since
        return user


def _token(console: Console, user: User, scope: Scope) -> str:
    with console.sessions.begin() as session:
        until = (utc_now() + timedelta(days=30)).date()
        made = api_tokens.create_token(
            session, "a script", scope, until, actor=acting_as(user), now=utc_now()
        )
    return made.secret


@pytest.mark.usefixtures("anna")
def test_the_jar_of_cookies_that_scripts_know(api: Api) -> None:
    begun = api.call("POST", "/auth/login", {"username": "Anna", "password": _PASSWORD})
    assert begun.status_code == 200
    assert begun.json()["success"] is True
    assert begun.json()["user"]["username"] == "anna"
    assert begun.json()["expiresAt"].endswith("Z")
    cookie = begun.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    me = api.read("/auth/me")
    assert (me["role"], me["tokenId"], me["isReadOnly"]) == ("admin", None, False)
    assert me["csrfToken"] == begun.json()["csrfToken"]
    assert api.call("POST", "/auth/logout").json()["success"] is True
    assert SESSION_COOKIE not in api.cookies
    assert problem_of(api.call("GET", "/auth/me")) == (401, "signed_out")


@pytest.mark.usefixtures("anna")
@pytest.mark.parametrize("name", ["anna", "nobody"])
def test_a_wrong_password_and_an_unknown_name_are_answered_alike(api: Api, name: str) -> None:
    answer = api.call("POST", "/auth/login", {"username": name, "password": "wrong"})
    assert problem_of(answer) == (401, "signed_out")
    assert answer.json()["error"] == "Benutzername oder Passwort ist falsch."


def test_guessing_the_current_password_ends_the_session_or_the_token_that_guesses(
    api: Api, app: ASGIApp, console: Console, anna: User
) -> None:
    other, script = Api(app), Api(app, bearer=_token(console, anna, Scope.WRITE))
    for one in (api, other):
        one.call("POST", "/auth/login", {"username": "anna", "password": _PASSWORD})
    wrong = {"currentPassword": "wrong", "newPassword": "fuenf-andere-woerter"}
    for thief, said in ((api, "ist diese Sitzung zu Ende"), (script, "ist dieses API-Token zu En")):
        for _ in range(FAILURES_PER_NAME - 1):
            refused = thief.call("PUT", "/auth/change-password", wrong)
            assert problem_of(refused) == (422, "invalid")
        last = thief.call("PUT", "/auth/change-password", wrong)
        assert problem_of(last) == (429, "limited")
        assert said in last.json()["error"]
        assert problem_of(thief.call("GET", "/auth/me")) == (401, "signed_out")
    assert other.read("/auth/me")["username"] == "anna"


@pytest.mark.usefixtures("anna")
def test_guessing_is_locked_out_as_on_the_page(api: Api) -> None:
    wrong = {"username": "anna", "password": "wrong"}
    statuses = [api.call("POST", "/auth/login", wrong).status_code for _ in range(6)]
    assert statuses[0] == 401
    assert statuses[-1] == 429
    answer = api.call("POST", "/auth/login", {"username": "anna", "password": _PASSWORD})
    assert problem_of(answer) == (429, "limited")
    assert 800 < int(answer.headers["retry-after"]) <= 900  # as the sentence says: 15 min


def test_a_token_needs_no_session_and_no_origin(app: ASGIApp, console: Console, anna: User) -> None:
    script = Api(app, bearer=_token(console, anna, Scope.WRITE))
    me = script.read("/auth/me")
    assert (me["username"], me["csrfToken"], me["isReadOnly"]) == ("anna", None, False)
    changed = {"currentPassword": _PASSWORD, "newPassword": "fuenf-andere-woerter"}
    answer = script.call("PUT", "/auth/change-password", changed, origin="http://evil.test")
    assert answer.status_code == 200, answer.text
    with console.sessions() as session:
        assert actions_of(session)[-1] == "user.password_changed"
    assert problem_of(script.call("POST", "/auth/logout")) == (403, "not_allowed")


def test_a_token_that_reads_changes_nothing(app: ASGIApp, console: Console, anna: User) -> None:
    script = Api(app, bearer=_token(console, anna, Scope.READ))
    assert script.read("/auth/me")["isReadOnly"] is True
    changed = {"currentPassword": _PASSWORD, "newPassword": "fuenf-andere-woerter"}
    answer = script.call("PUT", "/auth/change-password", changed)
    assert problem_of(answer) == (403, "not_allowed")


@pytest.mark.parametrize("secret", ["", "isk_", "isk_" + "a" * 43, "x" * 5000])
def test_a_token_that_is_none_opens_nothing(api: Api, secret: str) -> None:
    answer = api.call("GET", "/auth/me", authorization=f"Bearer {secret}")
    assert problem_of(answer) == (401, "signed_out")
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_a_token_is_asked_before_the_cookie(as_role: AsRole) -> None:
    person = as_role(Role.ADMIN)
    answer = person.call("GET", "/auth/me", authorization="Bearer isk_none")
    assert problem_of(answer) == (401, "signed_out")


def test_a_password_change_ends_every_session(api: Api, app: ASGIApp, anna: User) -> None:
    del anna
    other = Api(app)
    for one in (api, other):
        one.call("POST", "/auth/login", {"username": "anna", "password": _PASSWORD})
    wrong = {"currentPassword": "wrong", "newPassword": "fuenf-andere-woerter"}
    answer = api.call("PUT", "/auth/change-password", wrong)
    assert problem_of(answer) == (422, "invalid")
    assert answer.json()["details"][0]["field"] == "currentPassword"
    right = {"currentPassword": _PASSWORD, "newPassword": "fuenf-andere-woerter"}
    assert api.call("PUT", "/auth/change-password", right).status_code == 200
    assert problem_of(other.call("GET", "/auth/me")) == (401, "signed_out")
    again = {"username": "anna", "password": "fuenf-andere-woerter"}
    assert api.call("POST", "/auth/login", again).status_code == 200
