"""Bodies that are too large or too slow; what else about a request is no good."""

import asyncio
from collections.abc import AsyncIterator, Callable

import httpx
import pytest
from fastapi.routing import APIRoute
from starlette.types import ASGIApp

from console import runtime
from console.web.api import bodies
from console.web.api.app import make_api
from console.web.api.documents import list_routes
from console.web.api.refusals import query_of
from infoscreen_core.domain.people.roles import Role
from tests.support.console import Console
from tests.support.http.api import Api, problem_of

AsRole = Callable[[Role], Api]
_PATH = "/system-settings/organization_name"


def test_a_large_body_is_refused_by_its_announced_length(as_role: AsRole) -> None:
    answer = as_role(Role.ADMIN).call("PUT", _PATH, {"value": "x" * bodies.MOST_BYTES})
    assert problem_of(answer) == (413, "too_large")
    assert answer.headers["connection"] == "close"


def _stream(app: ASGIApp, token: str, pieces: AsyncIterator[bytes]) -> httpx.Response:
    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://x.test") as client:
            headers = {"cookie": f"{runtime.SESSION_COOKIE}={token}"}
            return await client.put(
                f"/api{_PATH}",
                content=pieces,
                headers={**headers, "content-type": "application/json"},
            )

    return asyncio.run(send())


def test_a_body_without_length_is_counted(app: ASGIApp, console: Console) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b"x" * (bodies.MOST_BYTES // 16)

    assert problem_of(_stream(app, console.sign_in_as(Role.ADMIN), pieces())) == (413, "too_large")


@pytest.mark.parametrize("name", ["SILENCE_SECONDS", "WHOLE_SECONDS"])
def test_a_body_that_does_not_come_is_waited_for_no_longer(
    app: ASGIApp, console: Console, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(bodies, name, 0.05)

    async def pieces() -> AsyncIterator[bytes]:
        yield b'{"value": '
        await asyncio.sleep(60)
        yield b'"late"}'

    assert problem_of(_stream(app, console.sign_in_as(Role.ADMIN), pieces())) == (408, "too_slow")


def test_a_deep_body_is_refused(as_role: AsRole) -> None:
    body = b"[" * 200_000
    answer = as_role(Role.ADMIN).ask("PUT", f"/api{_PATH}", body, content_type="application/json")
    assert problem_of(answer)[0] == 422


@pytest.fixture
def _few_requests(console: Console) -> None:
    settings = console.settings.model_copy(update={"api_requests_per_minute": 3})
    runtime.configure(settings)


@pytest.mark.usefixtures("_few_requests")
def test_each_person_has_so_many_requests_in_a_minute(as_role: AsRole, api: Api) -> None:
    admin, user = as_role(Role.ADMIN), as_role(Role.USER)
    headers = [admin.call("GET", "/auth/me").headers for _ in range(3)]
    assert [one["ratelimit-remaining"] for one in headers] == ["2", "1", "0"]
    assert {one["ratelimit-limit"] for one in headers} == {"3"}
    assert all(1 <= int(one["ratelimit-reset"]) <= 60 for one in headers)
    answer = admin.call("GET", "/auth/me")
    assert problem_of(answer) == (429, "limited")
    assert 1 <= int(answer.headers["retry-after"]) <= 60
    assert user.call("GET", "/auth/me").status_code == 200
    assert problem_of(api.call("GET", "/auth/me")) == (401, "signed_out")


@pytest.mark.usefixtures("_few_requests")
def test_an_address_that_shows_nothing_has_no_more(api: Api) -> None:
    tried = [api.call("GET", "/auth/me", authorization=f"Bearer {n}") for n in range(4)]
    assert [one.status_code for one in tried] == [401, 401, 401, 429]
    assert api.call("GET", "/openapi.json").status_code == 429


def test_another_method_is_refused_and_told_all_that_there_are(as_role: AsRole) -> None:
    answer = as_role(Role.ADMIN).call("DELETE", "/system-settings/supplement-table")
    assert problem_of(answer) == (405, "method_not_allowed")
    assert answer.headers["allow"] == "GET, HEAD, POST"


def test_a_look_at_the_headers_needs_no_body(as_role: AsRole) -> None:
    admin = as_role(Role.ADMIN)
    whole, head = (admin.call(method, "/groups") for method in ("GET", "HEAD"))
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == whole.headers["content-length"]
    refused = admin.call("HEAD", "/auth/logout")
    assert (refused.status_code, refused.headers["allow"]) == (405, "POST")
    assert admin.call("GET", "/auth/me").status_code == 200


def test_an_address_with_a_line_break_is_the_apis(as_role: AsRole) -> None:
    answer = as_role(Role.ADMIN).call("GET", "/system-settings/a%0Ab")
    assert problem_of(answer) == (404, "not_found")


def test_what_no_route_asks_for_is_refused_by_its_name(as_role: AsRole) -> None:
    admin = as_role(Role.ADMIN)
    for path, name, known in (
        ("/clients?groupId=1", "groupId", "cursor, group_id, lang, limit"),
        ("/users?isActive=true", "isActive", "is_active"),
        ("/auth/me?x_y=1", "x_y", "lang"),
    ):
        answer = admin.call("GET", path, accept_language="en")
        assert problem_of(answer) == (422, "invalid")
        assert [one["field"] for one in answer.json()["details"]] == [name]
        assert known in answer.json()["error"]
    assert admin.call("GET", "/clients?lang=de&_=1700000000").status_code == 200


def test_each_route_knows_the_query_that_the_description_has() -> None:
    api = make_api()
    paths = api.openapi()["paths"]
    for route in list_routes(api):
        assert isinstance(route.original_route, APIRoute)
        for method in route.methods or ():
            described = paths[route.path_format][method.lower()].get("parameters", ())
            names = {one["name"] for one in described if one["in"] == "query"}
            assert query_of(route.original_route) == {"lang", *names}, route.path_format


def test_a_value_is_shown_as_it_was_sent(as_role: AsRole) -> None:
    admin = as_role(Role.ADMIN)
    for value, shown in ((None, "null"), ({"a": True}, '{"a":true}')):
        answer = admin.call("POST", "/groups", {"name": value}, accept_language="en")
        assert f"needs a text, not “{shown}”" in answer.json()["error"]


def test_a_plus_that_an_address_lost_is_understood(as_role: AsRole) -> None:
    admin, path = as_role(Role.ADMIN), "/client-logs/recent-errors?since=2026-11-23T07:00:00"
    assert admin.call("GET", f"{path}+01:00").status_code == 200
    assert problem_of(admin.call("GET", path)) == (422, "invalid")
