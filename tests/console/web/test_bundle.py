"""How the browser's program is sent: small, and once a year."""

import asyncio
import gzip
import re

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from console.web.bundle import YEAR, Bundle
from console.web.own import address_of
from tests.support.web import Visitor

SCRIPT = "/static/js/index.DormvYxC.js"
FONT = "/static/media/text.Bq1Hp-F_.woff2"


class Files:
    """A server of files that says what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        served = Starlette(routes=[Route("/{path:path}", self._answer)])
        self.visitor = Visitor(Bundle(served))

    async def _answer(self, request: Request) -> Response:
        self.asked.append(request.url.path)
        if "missing" in request.url.path:
            return Response("x" * 5000, status_code=404)
        if "unknown" in request.url.path:
            return Response(
                "x" * 5000, media_type="text/html", headers={"cache-control": "no-cache"}
            )
        if "if-none-match" in request.headers:
            return Response(status_code=304)
        return Response(b"words " * 1000, headers={"etag": '"one"', "cache-control": "public"})


def sent(answer: httpx.Response) -> int:
    return int(answer.headers["content-length"])


def test_a_script_is_compressed_once_and_kept_for_a_year() -> None:
    files = Files()
    answers = [files.visitor.get(SCRIPT, accept_encoding="gzip, br") for _time in range(3)]
    assert files.asked == [SCRIPT]
    for answer in answers:
        assert answer.headers["content-encoding"] == "gzip"
        assert answer.headers["vary"] == "accept-encoding"
        assert answer.headers["cache-control"] == YEAR
        assert "etag" not in answer.headers
        assert answer.text == "words " * 1000
        assert sent(answer) < 200


def test_who_has_an_old_one_gets_it_whole() -> None:
    files = Files()
    answer = files.visitor.get(SCRIPT, accept_encoding="gzip", if_none_match='"one"')
    assert (answer.status_code, answer.text) == (200, "words " * 1000)


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        (SCRIPT, {"accept_encoding": "identity"}),
        (SCRIPT, {"accept_encoding": "gzip", "range": "bytes=0-9"}),
        (FONT, {"accept_encoding": "gzip"}),
    ],
)
def test_what_is_not_compressed_is_kept_all_the_same(path: str, headers: dict[str, str]) -> None:
    answer = Files().visitor.get(path, **headers)
    assert "content-encoding" not in answer.headers
    assert answer.headers["cache-control"] == YEAR


def test_what_has_no_hash_in_its_name_may_change() -> None:
    answer = Files().visitor.get("/component/calendar/bootstrap.css", accept_encoding="gzip")
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["cache-control"] == "public"


def test_a_refusal_is_passed_on_and_asked_for_again() -> None:
    files = Files()
    for _time in range(2):
        answer = files.visitor.get("/static/missing.12345678.js", accept_encoding="gzip")
        assert (answer.status_code, sent(answer)) == (404, 5000)
        assert "cache-control" not in answer.headers
    assert len(files.asked) == 2


def test_a_page_in_place_of_a_file_is_not_kept() -> None:
    files = Files()
    for _time in range(2):
        answer = files.visitor.get("/static/unknown.a1b2c3d4.js", accept_encoding="gzip")
        assert answer.headers["cache-control"] == "no-cache"
        assert sent(answer) == 5000
    assert len(files.asked) == 2


def test_a_file_whose_reader_went_away_is_not_kept_as_it_was_cut_off() -> None:
    cut_off = [True, False]

    async def serve(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"words " * 1000, "more_body": True})
        if not cut_off.pop(0):
            await send({"type": "http.response.body", "body": b"end", "more_body": False})

    bundle = Bundle(serve)
    scope: Scope = {
        "type": "http",
        "method": "GET",
        "path": SCRIPT,
        "headers": [(b"accept-encoding", b"gzip")],
    }
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    async def ask_twice() -> None:
        await bundle(scope, receive, send)
        sent.clear()
        await bundle(scope, receive, send)

    asyncio.run(ask_twice())
    assert gzip.decompress(sent[-1]["body"]) == b"words " * 1000 + b"end"


def test_other_addresses_are_left_alone() -> None:
    files = Files()
    for _time in range(2):
        answer = files.visitor.get("/logs/one.12345678.json", accept_encoding="gzip")
        assert answer.headers["cache-control"] == "public"
    assert len(files.asked) == 2


@pytest.mark.parametrize("name", ["console.css", "console.js"])
def test_our_own_files_are_compressed_and_kept(visitor: Visitor, name: str) -> None:
    plain = visitor.get(address_of(name), accept_encoding="identity")
    answer = visitor.get(address_of(name), accept_encoding="gzip, deflate, br")
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["cache-control"] == plain.headers["cache-control"] == YEAR
    assert answer.text == plain.text
    assert sent(answer) < 0.6 * sent(plain)


def test_another_content_has_another_address(visitor: Visitor) -> None:
    old = re.sub(r"\.[0-9a-f]{8}\.", ".00000000.", address_of("console.css"))
    assert visitor.get(old).status_code == 404
