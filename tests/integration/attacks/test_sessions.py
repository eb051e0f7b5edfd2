"""Somebody wants another person's session, or what it opens."""

import re

import httpx
import pytest

from console.runtime import SESSION_COOKIE
from infoscreen_core.services.people.lockout import FAILURES_PER_NAME
from tests.support.http.attacks import PASSWORD, Target, is_in, knock, session_of

pytestmark = pytest.mark.timeout(300)
NEW_PASSWORD = "fuenf ganz andere Woerter"


def test_a_session_that_the_attacker_chose_opens_nothing(target: Target) -> None:
    victim = target.caller()
    victim.cookies.set(SESSION_COOKIE, "chosen-by-the-attacker")
    knock(victim, "eva", PASSWORD)
    assert SESSION_COOKIE in str(victim.cookies.jar)
    attacker = target.caller()
    attacker.cookies.set(SESSION_COOKIE, "chosen-by-the-attacker")
    assert not is_in(attacker)


def test_a_stolen_cookie_is_worthless_after_signing_out(target: Target) -> None:
    victim, thief = target.signed_in("eva"), target.caller()
    thief.cookies.set(SESSION_COOKIE, session_of(victim))
    assert is_in(thief)
    victim.post("/logout")
    assert not is_in(thief)


def test_changing_the_password_ends_every_other_session(target: Target) -> None:
    victim, thief = target.signed_in("emil"), target.caller()
    thief.cookies.set(SESSION_COOKIE, session_of(victim))
    body = {"currentPassword": PASSWORD, "newPassword": NEW_PASSWORD}
    assert victim.put("/api/auth/change-password", json=body).status_code == 200
    assert not is_in(thief)
    assert knock(target.caller(), "emil", PASSWORD).status_code == 401
    assert knock(target.caller(), "emil", NEW_PASSWORD).status_code == 303


@pytest.mark.parametrize("way", ["api", "page"])
def test_who_has_a_session_may_not_guess_the_password_for_long(target: Target, way: str) -> None:
    victim, other, thief = target.signed_in("anna"), target.signed_in("anna"), target.caller()
    thief.cookies.set(SESSION_COOKIE, session_of(other))

    def guess(password: str) -> int:
        if way == "api":
            body = {"currentPassword": password, "newPassword": NEW_PASSWORD}
            return thief.put("/api/auth/change-password", json=body).status_code
        form = {"current": password, "new": NEW_PASSWORD, "again": NEW_PASSWORD}
        return thief.post("/password", data=form).status_code

    statuses = [guess(f"guess{number}") for number in range(FAILURES_PER_NAME)]
    assert statuses == [422] * (FAILURES_PER_NAME - 1) + [429]
    assert not is_in(thief)
    assert guess(PASSWORD) == 401
    assert is_in(victim)
    assert knock(victim, "anna", PASSWORD).status_code == 303


def test_cookies_are_out_of_reach_of_scripts_and_of_other_sites(target: Target) -> None:
    for scheme, is_secure in (("http", False), ("https", True)):
        caller = target.caller()
        caller.headers["x-forwarded-proto"] = scheme
        form = {"username": "eva", "password": PASSWORD}
        cookies = caller.post("/login", data=form).headers.get_list("set-cookie")
        assert cookies
        for cookie in cookies:
            flags = {part.strip().lower() for part in cookie.split(";")[1:]}
            assert {"httponly", "samesite=lax"} <= flags, cookie
            assert ("secure" in flags) is is_secure, cookie


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/logout"),
        ("POST", "/login"),
        ("POST", "/api/auth/logout"),
        ("POST", "/api/groups"),
        ("PUT", "/api/auth/change-password"),
        ("DELETE", "/api/users/1"),
        ("POST", "/uploads"),
    ],
)
@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example", "sec-fetch-site": "cross-site"},
        {"origin": "null"},
        {"referer": "https://evil.example/page"},
    ],
)
def test_another_sites_page_changes_nothing(
    target: Target, method: str, path: str, headers: dict[str, str]
) -> None:
    victim = target.signed_in("chefin")
    headers = {**headers, "tus-resumable": "1.0.0"}
    answer = victim.request(method, path, headers=headers, json={})
    assert answer.status_code == 403, answer.text
    assert is_in(victim)


@pytest.mark.parametrize("token", ["", "0" * 64, "undefined"])
def test_our_own_page_needs_the_sessions_token(target: Target, token: str) -> None:
    victim = target.signed_in("chefin")
    own = {"origin": target.console.url, "x-csrf-token": token}
    answer = victim.post("/api/groups", headers=own, json={"name": "Geist"})
    assert answer.status_code == 403
    other = target.signed_in("anna").get("/api/auth/me").json()["csrfToken"]
    own["x-csrf-token"] = other  # of another session
    assert victim.post("/api/groups", headers=own, json={"name": "Geist"}).status_code == 403
    assert all(group["name"] != "Geist" for group in victim.get("/api/groups").json())


@pytest.mark.parametrize("name", ["token", "access_token", "api_key", "authorization", "session"])
def test_no_address_opens_anything_by_a_token_in_it(target: Target, name: str) -> None:
    caller = target.caller()
    secret = session_of(target.signed_in("anna"))
    for path in ("/api/clients", "/calendar", "/logs.csv", "/metrics"):
        answer = caller.get(path, params={name: secret}, headers={"x-real-ip": "203.0.113.9"})
        assert answer.status_code in {401, 403}, path
    assert secret not in target.log()


def test_ids_of_others_are_no_keys(target: Target) -> None:
    eva, emil = target.signed_in("eva"), target.signed_in("chefin")
    number = emil.get("/api/auth/me").json()["id"]
    for method, path in (
        ("GET", "/api/users"),
        ("GET", f"/api/users/{number}"),
        ("PUT", f"/api/users/{number}"),
        ("PUT", f"/api/users/{number}/password"),
        ("DELETE", f"/api/users/{number}"),
        ("GET", "/api/system-settings"),
        ("GET", "/api/clients/commands/1"),
        ("POST", "/api/clients/00000000-0000-0000-0000-000000000001/restart"),
        ("GET", "/api/client-logs/monitoring-overview"),
    ):
        answer = eva.request(method, path, json={} if method != "GET" else None)
        assert answer.status_code == 403, (method, path, answer.text)
    anna = target.signed_in("anna")
    for path in (f"/api/users/{number}", "/api/users/999999"):
        assert anna.get(path).status_code == 404  # a superadmin is nobody to an admin
    assert anna.delete("/api/users/1").status_code in {403, 404}


def test_nobody_gives_themselves_a_role(target: Target) -> None:
    anna = target.signed_in("anna")
    me = anna.get("/api/auth/me").json()
    for body in ({"role": "superadmin"}, {"role": "admin", "isActive": True, "id": 1}):
        answer = anna.put(f"/api/users/{me['id']}", json=body)
        assert answer.status_code in {403, 422}, answer.text
    body = {"username": "mallory", "role": "superadmin", "password": NEW_PASSWORD}
    assert anna.post("/api/users", json=body).status_code in {403, 422}
    assert anna.get("/api/auth/me").json()["role"] == "admin"


def test_every_answer_forbids_what_browsers_would_else_allow(target: Target) -> None:
    paths = ("/login", "/healthz", "/api/openapi.json", "/nothing/here", "/calendar")
    for path in paths:
        headers = target.signed_in("eva").get(path).headers
        assert headers["x-content-type-options"] == "nosniff", path
        assert re.search(r"frame-ancestors '(self|none)'", headers["content-security-policy"]), path
        assert headers["referrer-policy"] in {"same-origin", "no-referrer"}, path


def test_a_websocket_needs_a_session_and_our_own_page(target: Target) -> None:
    eva = target.signed_in("eva")
    upgrade = {
        "connection": "Upgrade",
        "upgrade": "websocket",
        "sec-websocket-version": "13",
        "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
    }

    def status(caller: httpx.Client, **headers: str) -> int:
        return caller.get("/_stcore/stream", headers={**upgrade, **headers}).status_code

    assert status(target.caller()) == 403
    assert status(eva, origin="https://evil.example") == 403
