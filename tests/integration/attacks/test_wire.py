"""Somebody bends the protocol itself: two requests in one, other origins, endless parts."""

import gzip
import re
import socket
from contextlib import closing

import pytest

from tests.support.http.attacks import PASSWORD, Target, is_in, session_of

pytestmark = pytest.mark.timeout(300)
_MEBIBYTE = 2**20
_JSON = b"Content-Type: application/json\r\n"
_UPGRADE = {
    "connection": "Upgrade",
    "upgrade": "websocket",
    "sec-websocket-version": "13",
    "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
}


def _answers(target: Target, data: bytes) -> list[int]:
    """Send bytes; return the statuses of all that is answered until the connection ends."""
    received = b""
    with closing(
        socket.create_connection(("127.0.0.1", target.console.port), timeout=60)
    ) as connection:
        try:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            while piece := connection.recv(65536):
                received += piece
        except ConnectionError:
            pass  # cut off amid what it will not read
    return [int(number) for number in re.findall(rb"HTTP/1\.1 (\d{3}) ", received)]


def _post(target: Target, *headers: bytes, body: bytes) -> bytes:
    cookie = f"infoscreen_session={session_of(target.signed_in('chefin'))}".encode()
    lines = (b"POST /api/groups HTTP/1.1", b"Host: a", b"Cookie: " + cookie, *headers)
    return b"\r\n".join(lines) + b"\r\n" + _JSON + b"\r\n" + body


_SECOND = b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ((b"Content-Length: 4", b"Transfer-Encoding: chunked"), b"0\r\n\r\n" + _SECOND),
        ((b"Transfer-Encoding: chunked", b"Content-Length: 99"), b"2\r\n{}\r\n0\r\n\r\n" + _SECOND),
        ((b"Transfer-Encoding: chunked", b"Transfer-Encoding: identity"), b"0\r\n\r\n" + _SECOND),
        ((b"Transfer-Encoding: xchunked",), b"0\r\n\r\n" + _SECOND),
        ((b"Transfer-Encoding : chunked",), b"0\r\n\r\n" + _SECOND),
        ((b"Content-Length: 2", b"Content-Length: 40"), b"{}" + _SECOND),
        ((b"Content-Length: +2",), b"{}" + _SECOND),
        ((b"Content-Length: -1",), b"{}" + _SECOND),
        ((b"Transfer-Encoding: chunked",), b"ZZ\r\n{}" + _SECOND),
    ],
)
def test_a_request_of_two_lengths_is_refused_and_hides_no_other(
    target: Target, headers: tuple[bytes, ...], body: bytes
) -> None:
    assert _answers(target, _post(target, *headers, body=body)) == [400]


def test_requests_in_a_row_are_answered_each_for_itself(target: Target) -> None:
    eva = session_of(target.signed_in("eva")).encode()
    known = b"GET /api/auth/me HTTP/1.1\r\nHost: a\r\nCookie: infoscreen_session=" + eva
    nobody = b"GET /api/auth/me HTTP/1.1\r\nHost: a\r\n\r\n"
    row = (known + b"\r\n\r\n" + nobody) * 5
    # The end of what we send may overtake the last answer.
    assert _answers(target, row + _SECOND)[:10] == [200, 401] * 5


@pytest.mark.parametrize(
    "lines",
    [
        b"".join(b"X%d: a\r\n" % number for number in range(5000)),
        b"X: " + b"a" * _MEBIBYTE + b"\r\n",
        b"Cookie: " + b"; ".join(b"infoscreen_session=%d" % n for n in range(3000)) + b"\r\n",
    ],
    ids=["many headers", "a long header", "many cookies"],
)
def test_endless_headers_cost_nothing(target: Target, lines: bytes) -> None:
    before = target.mebibytes()
    head = b"GET /api/auth/me HTTP/1.1\r\nHost: a\r\n" + lines + b"Connection: close\r\n\r\n"
    assert set(_answers(target, head)) <= {400, 401}
    assert target.mebibytes() - before < 40


def test_a_bomb_is_not_unpacked(target: Target) -> None:
    chefin, before = target.signed_in("chefin"), target.mebibytes()
    bomb = gzip.compress(b'{"name": "' + b"x" * 200 * _MEBIBYTE + b'"}')
    for encoding in ("gzip", "deflate", "br"):
        headers = {"content-type": "application/json", "content-encoding": encoding}
        answer = chefin.post("/api/groups", content=bomb, headers=headers)
        assert answer.status_code in {413, 415, 422}
    assert target.mebibytes() - before < 40


@pytest.mark.parametrize("query", ["a[b]=1&" * 5000, "limit=1&" * 7000, "%5B" * 15000, "&" * 60000])
def test_a_deep_query_is_no_work(target: Target, query: str) -> None:
    answer = target.signed_in("chefin").get(f"/api/clients?{query[:60000]}")
    assert answer.status_code in {200, 400, 422}
    assert answer.elapsed.total_seconds() < 10


@pytest.mark.parametrize(
    "content_type",
    [
        "multipart/form-data",
        "multipart/form-data; boundary=" + "b" * 5000,
        'multipart/form-data; boundary="',
        "application/x-www-form-urlencoded; charset=nonsense",
    ],
)
@pytest.mark.parametrize("path", ["/login", "/api/eventmedia", "/api/auth/login"])
def test_a_form_that_is_none_is_told_so(target: Target, path: str, content_type: str) -> None:
    headers = {"content-type": content_type}
    answer = target.signed_in("emil").post(path, content=b"--x\xff", headers=headers)
    assert answer.status_code in {400, 415, 422}


def test_a_websocket_opens_for_our_own_page_only(target: Target) -> None:
    eva, own = target.signed_in("eva"), target.console.url

    def opened(origin: str, **headers: str) -> bool:
        said = {**_UPGRADE, "origin": origin, **headers}
        with eva.stream("GET", "/_stcore/stream", headers=said, timeout=20) as answer:
            return answer.status_code == 101

    assert opened(own)
    port = target.console.port
    for origin in (
        "https://evil.example",
        "null",
        "http://127.0.0.1:80",  # another program on the same machine: it has our cookies
        f"http://localhost:{port}",
        f"http://127.0.0.1.evil.example:{port}",
        f"{own}.evil.example",
        f"http://user@127.0.0.1:{port}",
    ):
        assert not opened(origin), origin
    assert opened(own, **{"sec-fetch-site": "cross-site"})  # some browsers', of ws beside http
    assert not opened("https://evil.example", **{"x-forwarded-host": "evil.example"})


@pytest.mark.parametrize(
    "path",
    [
        "/_stcore/upload_file/a/b",
        "/_stcore/metrics",
        "/_stcore/bidi-components/x",
        "/media/x.png",
        "/calendar/_stcore/health",
        "/index.html",
        "/.env",
        "/.git/config",
        "/secret.key",
        "/infoscreen.db",
        "/API/clients",
        "/api//clients",
        "/api/./clients",
        "/x/../api/clients",
        "/api/clients;x=/login",
        "/login/../calendar",
        "/static/../calendar",
        "/api/openapi.json/../clients",
        "/healthz/../api/users",
    ],
)
@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "DELETE"])
def test_nobody_gets_past_the_door_by_another_spelling(
    target: Target, path: str, method: str
) -> None:
    head = f"{method} {path} HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"
    assert set(_answers(target, head.encode())) <= {400, 401, 404}


def test_of_two_session_cookies_none_opens_what_the_other_does_not(target: Target) -> None:
    secret = session_of(target.signed_in("anna"))
    for cookie in (
        f"infoscreen_session=x; infoscreen_session={secret}",
        f"infoscreen_session={secret}; infoscreen_session=x",
        f"infoscreen_session={secret}x",
        f"INFOSCREEN_SESSION={secret}",
    ):
        caller = target.caller()
        caller.headers["cookie"] = cookie
        is_in(caller)  # all doors agree


@pytest.mark.parametrize(
    "address",
    ["//evil.example/", "//evil.example/calendar/", "/\\evil.example/", "/%2f/evil.example/"],
)
def test_a_slash_too_many_leads_nowhere(target: Target, address: str) -> None:
    eva = session_of(target.signed_in("eva"))
    head = f"GET {address} HTTP/1.1\r\nHost: a\r\nCookie: infoscreen_session={eva}\r\n\r\n"
    with closing(
        socket.create_connection(("127.0.0.1", target.console.port), timeout=60)
    ) as connection:
        connection.sendall(head.encode())
        answer = connection.recv(65536)
    assert b"evil.example" not in answer.partition(b"\r\n\r\n")[0]


def test_a_form_of_the_door_takes_no_more_than_its_fields(target: Target) -> None:
    caller = target.caller()
    many = {f"field{number}": "x" for number in range(50)}
    for form in ({**many, "username": "eva", "password": PASSWORD}, {"username": "e" * 10**6}):
        assert caller.post("/login", data=form).status_code in {400, 413}
    assert not is_in(caller)
