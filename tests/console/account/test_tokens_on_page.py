"""API tokens on the page of one's own account, without a browser."""

from datetime import timedelta

from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import ApiToken
from infoscreen_core.domain.people.api_tokens import Scope
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.services.people.api_tokens import find_bearer
from tests.support.console import Console, html_of, refusals_of
from tests.support.console_process import PASSWORD
from tests.support.people import actions_of

PAGE = "account"


def press(app: AppTest, label: str) -> AppTest:
    return next(one for one in app.button if one.label == label).click().run()


def make(app: AppTest, name: str, *, password: str = PASSWORD) -> AppTest:
    app.button(key="account-token-new").click().run()
    app.text_input(key="account-token-name").set_value(name)
    app.radio(key="account-token-scope").set_value(Scope.WRITE)
    app.text_input(key="account-token-password").set_value(password)
    return press(app, "Token anlegen")


def shown_secret(app: AppTest) -> str | None:
    found = [one.value for one in app.code if one.value.startswith("isk_")]
    return found[0] if found else None


def test_a_token_is_made_with_the_password_and_shown_once(own: Console) -> None:
    app = make(own.open(PAGE), "Skript")
    secret = shown_secret(app)
    assert secret is not None
    with own.sessions() as session:
        bearer = find_bearer(session, secret, now=utc_now())
        assert bearer is not None
        assert (bearer.person.username, bearer.scope) == ("editor", Scope.WRITE)
        assert actions_of(session) == ["api_token.created"]
    text = html_of(app)
    assert f"{secret[:8]}…" in text
    assert "lesen und schreiben" in text
    app.button(key="account-token-copied").click().run()
    assert shown_secret(app) is None
    assert shown_secret(own.open(PAGE)) is None


def test_what_is_refused_stands_beside_its_field(own: Console) -> None:
    app = make(own.open(PAGE), "Skript", password="falsch")
    assert refusals_of(app) == ["Das aktuelle Passwort ist falsch."]
    app.text_input(key="account-token-password").set_value(PASSWORD)
    app.text_input(key="account-token-name").set_value(" ")
    press(app, "Token anlegen")
    assert any("braucht einen Namen" in one for one in refusals_of(app))
    with own.sessions() as session:
        assert session.scalars(select(ApiToken)).all() == []


def test_a_token_is_revoked_after_a_second_click(own: Console) -> None:
    app = make(own.open(PAGE), "Skript")
    secret = shown_secret(app) or ""
    app.button(key="account-token-revoke-1").click().run()
    assert "Was „Skript“ verwendet, wird von da an abgewiesen." in html_of(app)
    app.button(key="account-token-keep").click().run()
    app.button(key="account-token-revoke-1").click().run()
    app.button(key="account-token-revoke-now").click().run()
    with own.sessions() as session:
        assert find_bearer(session, secret, now=utc_now()) is None
    assert shown_secret(app) is None
    assert "Sie haben keine Token." in html_of(app)


def test_when_it_ended_is_said(own: Console) -> None:
    make(own.open(PAGE), "Skript")
    with own.sessions.begin() as session:
        session.scalars(select(ApiToken)).one().expires_at = utc_now() - timedelta(days=1)
    assert "abgelaufen am" in html_of(own.open(PAGE))


def test_nobody_sees_those_of_others(own: Console) -> None:
    make(own.open(PAGE), "Skript")
    own.sign_in_as(Role.SUPERADMIN)
    assert "Skript" not in html_of(own.open(PAGE)).replace("Ein Skript", "")
