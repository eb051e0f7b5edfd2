"""The door: signing in and out over HTTP, and what stays shut without a session."""

from datetime import timedelta
from html import escape

import pytest
from starlette.types import ASGIApp

from console.runtime import SESSION_COOKIE
from console.web.own import address_of
from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import LoginFailure, User, UserSession
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.services.actor import SYSTEM
from infoscreen_core.services.people.lockout import FAILURES_PER_NAME
from infoscreen_core.services.system_settings import set_setting
from tests.support.console import Console
from tests.support.people import add_user
from tests.support.web import Visitor

pytestmark = pytest.mark.slow

PASSWORD = "vier-zufaellige-Woerter"
PAGES = ("/", "/monitoring", "/calendar", "/clients", "/client?uuid=1")


@pytest.fixture(autouse=True)
def _anna(console: Console) -> None:
    with console.sessions.begin() as session:
        add_user(session, "anna", PASSWORD, Role.ADMIN, actor=SYSTEM, now=utc_now())


def _sign_in(visitor: Visitor, password: str = PASSWORD, next_: str = "/", **headers: str) -> str:
    answer = visitor.post(
        "/login", {"username": "Anna", "password": password, "next": next_}, **headers
    )
    return f"{answer.status_code} {answer.headers.get('location', '')}".strip()


def test_a_right_password_opens_a_session_and_goes_on(visitor: Visitor, console: Console) -> None:
    assert _sign_in(visitor, next_="/client?uuid=1") == "303 /client?uuid=1"
    assert visitor.cookies.get(SESSION_COOKIE)
    with console.sessions() as session:
        assert session.query(UserSession).count() == 1
    assert visitor.visit("/").status_code == 200


def test_the_cookie_is_kept_from_scripts_and_foreign_sites(visitor: Visitor) -> None:
    answer = visitor.post("/login", {"username": "anna", "password": PASSWORD})
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "path=/" in cookie
    assert "secure" not in cookie


def test_behind_tls_the_cookie_is_secure(app: ASGIApp) -> None:
    answer = Visitor(app, "https://infoscreen.test").post(
        "/login", {"username": "anna", "password": PASSWORD}
    )
    assert "; secure" in answer.headers["set-cookie"].lower()


def test_the_database_knows_only_the_tokens_digest(visitor: Visitor, console: Console) -> None:
    _sign_in(visitor)
    with console.sessions() as session:
        assert session.query(UserSession).one().token_hash != visitor.cookies[SESSION_COOKIE]


def test_a_wrong_password_is_told_in_the_visitors_language(visitor: Visitor) -> None:
    wrong = {"username": "anna", "password": "falsch", "next": "/monitoring"}
    german = visitor.post("/login", wrong)
    assert german.status_code == 401
    assert "Benutzername oder Passwort ist falsch." in german.text
    assert 'name="next" value="/monitoring"' in german.text
    assert 'value="anna"' in german.text
    visitor.visit("/login?lang=en")
    assert "User name or password is wrong." in visitor.post("/login", wrong).text


def test_typed_text_is_never_markup(visitor: Visitor) -> None:
    page = visitor.post("/login", {"username": '"><script>x</script>', "password": "falsch"}).text
    assert "<script>" not in page


def test_an_empty_form_is_told_what_is_missing(visitor: Visitor) -> None:
    answer = visitor.post("/login", {"username": " ", "password": ""})
    assert answer.status_code == 422
    assert "Benutzername und Passwort eingeben." in answer.text


def test_too_many_failures_lock_the_name_even_for_the_right_password(
    visitor: Visitor, console: Console
) -> None:
    with console.sessions.begin() as session:
        for _ in range(FAILURES_PER_NAME):
            session.add(LoginFailure(ip="10.9.9.9", username="anna", at=utc_now()))
    answer = visitor.post("/login", {"username": "anna", "password": PASSWORD})
    assert answer.status_code == 429
    assert "Zu viele Fehlversuche; versuchen Sie es in 15 min wieder." in answer.text
    assert SESSION_COOKIE not in visitor.cookies


def test_failures_are_kept_although_the_sign_in_is_refused(
    visitor: Visitor, console: Console
) -> None:
    _sign_in(visitor, password="falsch")
    with console.sessions() as session:
        assert session.query(LoginFailure).one().ip == "10.1.2.3"
        assert session.query(User).filter_by(username="anna").one().failed_login_attempts == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
    ],
)
@pytest.mark.parametrize("path", ["/login", "/logout"])
def test_another_site_can_neither_sign_in_nor_out(
    visitor: Visitor, path: str, headers: dict[str, str]
) -> None:
    _sign_in(visitor)
    answer = visitor.post(path, {"username": "anna", "password": PASSWORD}, **headers)
    assert answer.status_code == 403
    assert visitor.visit("/").status_code == 200


@pytest.mark.parametrize(
    "headers", [{"sec_fetch_site": "same-origin"}, {"origin": "http://infoscreen.test"}, {}]
)
def test_our_own_page_and_programs_can(visitor: Visitor, headers: dict[str, str]) -> None:
    assert _sign_in(visitor, **headers) == "303 /"


@pytest.mark.parametrize(
    "wanted",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "evil",
        "/login?next=/login",
        "/a\nb",
    ],
)
def test_signing_in_never_leads_to_another_site(visitor: Visitor, wanted: str) -> None:
    assert _sign_in(visitor, next_=wanted) == "303 /"


@pytest.mark.parametrize("path", PAGES)
def test_without_a_session_every_page_leads_to_the_sign_in_page(
    visitor: Visitor, path: str
) -> None:
    answer = visitor.visit(path)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/login")
    assert _sign_in(visitor, next_=path) == f"303 {path}"


@pytest.mark.parametrize(
    "path", ["/screenshots/x.jpg", "/media/abc.png", "/_stcore/upload_file/1/2", "/anything"]
)
def test_without_a_session_everything_else_is_refused(visitor: Visitor, path: str) -> None:
    assert visitor.get(path).status_code == 401


@pytest.mark.parametrize(
    "path", ["/login", "/healthz", "/icon.svg", "/favicon.png", address_of("console.css")]
)
def test_the_sign_in_page_and_the_health_check_are_public(visitor: Visitor, path: str) -> None:
    assert visitor.get(path).status_code == 200


def test_a_websocket_needs_a_session(visitor: Visitor) -> None:
    refused = visitor.connect("/_stcore/stream")
    assert refused["type"] == "websocket.close"
    _sign_in(visitor)
    assert visitor.connect("/_stcore/stream")["type"] == "websocket.accept"


def test_signing_out_ends_the_session_in_the_database_too(
    visitor: Visitor, console: Console
) -> None:
    _sign_in(visitor)
    token = visitor.cookies[SESSION_COOKIE]
    assert visitor.post("/logout").headers["location"] == "/login"
    assert SESSION_COOKIE not in visitor.cookies
    visitor.cookies.set(SESSION_COOKIE, token, domain="infoscreen.test")
    assert visitor.visit("/").status_code == 303
    with console.sessions() as session:
        assert session.query(UserSession).count() == 0


def test_a_session_ends_with_its_time_and_with_its_user(visitor: Visitor, console: Console) -> None:
    _sign_in(visitor)
    with console.sessions.begin() as session:
        session.query(UserSession).one().last_seen_at = utc_now() - timedelta(hours=3)
    assert visitor.visit("/").status_code == 303
    _sign_in(visitor)
    with console.sessions.begin() as session:
        session.query(User).filter_by(username="anna").one().is_active = False
    assert visitor.visit("/").status_code == 303


def test_the_door_says_why_and_leads_back_with_the_whole_query(
    visitor: Visitor, console: Console
) -> None:
    _sign_in(visitor)
    with console.sessions.begin() as session:
        session.query(UserSession).one().last_seen_at = utc_now() - timedelta(hours=3)
    wanted = "/timeline?view=week&find=a%26b"
    door = visitor.visit(wanted).headers["location"]
    assert door.endswith("&ended=idle")
    page = visitor.visit(door).text
    assert "Sie wurden abgemeldet, weil hier 2 Stunden lang nichts geschah." in page
    assert "Danach sind Sie wieder dort, wo Sie waren." in page
    assert f'name="next" value="{escape(wanted)}"' in page
    assert "You were signed out" in visitor.visit(f"{door}&lang=en").text
    assert "<script>" not in visitor.visit("/login?ended=<script>x</script>").text


def test_an_unknown_address_is_answered_with_404_and_the_page_that_says_so(
    visitor: Visitor,
) -> None:
    assert visitor.visit("/speiseplan").headers["location"] == "/login?next=/speiseplan"
    _sign_in(visitor)
    answer = visitor.visit("/speise/</script>plan")
    assert answer.status_code == 404
    assert "/unknown?address=%2Fspeise%2F%3C%2Fscript%3Eplan" in answer.text
    assert '<div id="root">' in answer.text
    assert visitor.visit("/unknown?address=/speiseplan").status_code == 404
    assert visitor.visit("/monitoring").status_code == 200


def test_whoever_is_signed_in_is_not_asked_again(visitor: Visitor) -> None:
    _sign_in(visitor)
    assert visitor.visit("/login?next=/calendar").headers["location"] == "/calendar"


def test_the_sign_in_page_speaks_the_installations_language_until_another_is_chosen(
    visitor: Visitor, console: Console
) -> None:
    assert "Benutzername" in visitor.visit("/login").text
    with console.sessions.begin() as session:
        set_setting(session, "ui_language", "en", actor=SYSTEM, now=utc_now())
    assert "User name" in visitor.visit("/login").text
    assert "Benutzername" in visitor.visit("/login?lang=de").text
    assert "Benutzername" in visitor.visit("/login").text


def test_the_sign_in_page_names_the_organization(visitor: Visitor, console: Console) -> None:
    with console.sessions.begin() as session:
        set_setting(session, "organization_name", "BG <Musterstadt>", actor=SYSTEM, now=utc_now())
    assert "BG &lt;Musterstadt&gt;" in visitor.visit("/login").text


def test_a_huge_form_is_refused_unread(visitor: Visitor) -> None:
    assert visitor.post("/login", {"username": "a" * 20_000, "password": "b"}).status_code == 413


@pytest.mark.parametrize("path", ["/login", "/", "/healthz", "/nothing"])
def test_every_answer_keeps_foreign_hosts_out(visitor: Visitor, path: str) -> None:
    headers = visitor.visit(path).headers
    assert "default-src 'self'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
