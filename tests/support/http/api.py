"""A program that calls the API of an application in the test's own process."""

import json
from typing import Any

import httpx
from starlette.types import ASGIApp

from console.runtime import SESSION_COOKIE
from tests.support.web import Visitor


class Api(Visitor):
    """Sends and reads JSON; keeps cookies between requests, as curl does with a jar."""

    def __init__(self, app: ASGIApp, *, token: str = "", bearer: str = "") -> None:
        super().__init__(app)
        self.bearer = bearer
        if token:
            self.cookies.set(SESSION_COOKIE, token, domain="infoscreen.test")

    def call(
        self, method: str, path: str, body: object = None, /, **headers: str
    ) -> httpx.Response:
        """Call a route below `/api`, with a body in JSON unless there is none."""
        sent = None if body is None else json.dumps(body).encode()
        if body is not None:
            headers.setdefault("content_type", "application/json")
        if self.bearer:
            headers.setdefault("authorization", f"Bearer {self.bearer}")
        return self.ask(method, f"/api{path}", sent, **headers)

    def read(self, path: str, /, **headers: str) -> Any:  # noqa: ANN401 - whatever JSON holds
        """Return what a route answers, which has to be well."""
        answer = self.call("GET", path, **headers)
        assert answer.status_code == 200, answer.text
        return answer.json()


def problem_of(answer: httpx.Response) -> tuple[int, str]:
    """Return status and code of an error, after a look at its form."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    body = answer.json()
    assert body.keys() == {"error", "code", "details", "type", "title", "status", "detail"}
    assert body["status"] == answer.status_code
    assert body["error"] == body["detail"]
    assert body["type"] == f"urn:infoscreen:problem:{body['code']}"
    assert answer.headers["cache-control"] == "no-store"
    return answer.status_code, body["code"]


def pages_of(api: Api, path: str) -> list[list[Any]]:
    """Return the pieces of a list, as a program reads them that follows the links."""
    pieces: list[list[Any]] = []
    while path:
        answer = api.call("GET", path)
        assert answer.status_code == 200, answer.text
        pieces.append(answer.json())
        path = answer.links.get("next", {}).get("url", "").removeprefix("/api")
    return pieces
