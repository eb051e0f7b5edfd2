"""Signing out here leads on to the provider's own sign-out, a process of its own."""

import html
import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from pydantic import SecretStr

from console import runtime
from console.runtime import SESSION_COOKIE
from console.web.oidc import leaving
from tests.support.console import Console
from tests.support.http.identity_provider import IdentityProvider, running_provider
from tests.support.ports import free_port
from tests.support.web import Visitor


@pytest.fixture(scope="module")
def provider() -> Iterator[IdentityProvider]:
    with running_provider() as running:
        yield running


@pytest.fixture
def signed_in(console: Console, visitor: Visitor, provider: IdentityProvider) -> Visitor:
    """A visitor who came through the provider."""
    _configure(console, provider.issuer)
    provider.add("s-1", preferred_username="berta", groups=["staff"])
    address = str(visitor.get("/login/provider?next=/calendar").headers["location"])
    assert visitor.get(provider.pass_through(address, "s-1")).status_code == 303
    assert visitor.cookies.get(SESSION_COOKIE)
    return visitor


def _configure(console: Console, issuer: str, **changed: object) -> None:
    given = {
        "oidc_issuer": issuer,
        "oidc_client_secret": SecretStr("a secret"),
        "oidc_roles": "staff=editor",
    }
    runtime.configure(console.settings.model_copy(update={**given, **changed}))


def _leave(visitor: Visitor) -> httpx.Response:
    return visitor.post("/logout", origin="http://infoscreen.test")


def _address(answer: httpx.Response) -> str:
    """Return where the page sends the browser."""
    found = re.search(r'http-equiv="refresh" content="0; url=([^"]*)"', answer.text)
    assert found, answer.text
    return html.unescape(found[1])


def test_whoever_came_through_the_provider_signs_out_there_as_well(
    signed_in: Visitor, provider: IdentityProvider
) -> None:
    answer = _leave(signed_in)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    address = urlsplit(_address(answer))
    assert f"{address.scheme}://{address.netloc}" == provider.issuer
    told = {name: value for name, [value] in parse_qs(address.query).items()}
    assert told["client_id"] == "infoscreen"
    assert urlsplit(told["post_logout_redirect_uri"]).path == "/login"
    assert told["id_token_hint"].count(".") == 2, "the signed token of the sign-in"
    assert signed_in.get("/calendar").status_code == 401, "it is over here, whatever comes"
    there = httpx.get(_address(answer))
    assert there.status_code == 200, "the provider asks whether to end its session"
    form = httpx.post(_address(answer), follow_redirects=False)
    assert form.status_code < 500


def test_no_cookie_is_left_and_a_second_click_stays_here(signed_in: Visitor) -> None:
    assert signed_in.cookies.get(leaving.COOKIE, path="/logout")
    _leave(signed_in)
    assert signed_in.cookies.get(leaving.COOKIE, path="/logout") is None
    assert signed_in.cookies.get(SESSION_COOKIE) is None
    assert _leave(signed_in).headers["location"] == "/login"


def test_the_token_is_not_readable_and_goes_nowhere_but_to_the_sign_out(
    signed_in: Visitor,
) -> None:
    kept = signed_in.cookies.get(leaving.COOKIE, path="/logout")
    assert kept
    assert "." not in kept.replace("=", "")
    assert not kept.startswith("eyJ")


def test_a_foreign_page_signs_nobody_out(signed_in: Visitor) -> None:
    answer = signed_in.post("/logout", origin="https://elsewhere.example")
    assert answer.status_code == 403
    assert signed_in.get("/calendar").status_code == 200


def test_it_can_be_turned_off(
    console: Console, signed_in: Visitor, provider: IdentityProvider
) -> None:
    _configure(console, provider.issuer, oidc_sign_out=False)
    assert _leave(signed_in).headers["location"] == "/login"


def test_a_provider_that_is_away_keeps_nobody_signed_in(
    console: Console, signed_in: Visitor
) -> None:
    _configure(console, f"http://127.0.0.1:{free_port()}")
    answer = _leave(signed_in)
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    assert signed_in.cookies.get(SESSION_COOKIE) is None


def test_a_cookie_that_is_not_ours_only_costs_the_hint(signed_in: Visitor) -> None:
    signed_in.cookies.set(leaving.COOKIE, "gAAAAAnonsense", path="/logout")
    assert "id_token_hint" not in _address(_leave(signed_in))


def test_a_token_that_no_browser_would_keep_is_left_out(
    signed_in: Visitor, provider: IdentityProvider
) -> None:
    provider.add("s-1", preferred_username="berta", groups=["staff", *["x" * 50] * 80])
    address = str(signed_in.get("/login/provider").headers["location"])
    assert signed_in.get(provider.pass_through(address, "s-1")).status_code == 303
    kept = signed_in.cookies.get(leaving.COOKIE, path="/logout")
    assert kept
    assert len(kept) < 4000
    assert "id_token_hint" not in _address(_leave(signed_in))
