"""Somebody sends too much, too slowly, or what should never have been sent."""

import json
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing

import httpx
import pytest

from tests.support.http.attacks import PASSWORD, Target, knock

pytestmark = pytest.mark.timeout(300)
_MEBIBYTE = 2**20


def test_ten_megabytes_of_json_are_read_no_further_than_a_mebibyte(target: Target) -> None:
    anna, before = target.signed_in("anna"), target.mebibytes()
    body = json.dumps({"name": "x" * 10 * _MEBIBYTE}).encode()
    headers = {"content-type": "application/json"}
    for _ in range(5):
        answer = anna.post("/api/groups", content=body, headers=headers)
        assert answer.status_code == 413, answer.text
    assert anna.post("/api/groups", content=_endless(), headers=headers).status_code == 413
    assert target.caller().post("/login", content=body, headers=headers).status_code == 413
    assert target.mebibytes() - before < 40


def _endless() -> Iterator[bytes]:
    """A body whose length nobody said."""
    for _ in range(64):
        yield b" " * 65536


@pytest.mark.parametrize(
    "body",
    [
        "[" * 100_000,
        '{"name": ' * 50_000,
        '{"name": 1' + "0" * 100_000 + "}",
        '{"name": "\\ud800"}',
        '{"name": "a\\u0000b"}',
        '{"name": NaN}',
        '{"name": "a", "name": {"$gt": ""}}',
        "\x00",
        "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
        "",
    ],
)
def test_json_that_means_harm_is_answered_with_a_sentence(target: Target, body: str) -> None:
    anna = target.signed_in("anna")
    headers = {"content-type": "application/json"}
    answer = anna.post("/api/groups", content=body.encode(), headers=headers)
    assert answer.status_code in {400, 422}, answer.text
    assert answer.json()["error"]


def test_slow_requests_keep_nobody_waiting(target: Target) -> None:
    eva = target.signed_in("eva")
    usual = _seconds(eva)
    with ExitStack() as stack:
        for number in range(100):
            stack.enter_context(closing(_slow(target, b"GET /login HTTP/1.1\r\nX-a: ")))
            part = b"POST /api/auth/login HTTP/1.1\r\nHost: a\r\nContent-Length: 999\r\n\r\n{"
            stack.enter_context(closing(_slow(target, part if number % 2 else part[:30])))
        assert max(_seconds(eva) for _ in range(3)) < max(10 * usual, 3.0)
        assert knock(target.caller(), "eva", PASSWORD).status_code == 303


def test_a_body_that_never_ends_is_cut_off(target: Target) -> None:
    with closing(_slow(target, b"")) as connection:
        head = b"POST /api/auth/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
        connection.sendall(head + b"Content-Length: 900\r\n\r\n{")
        begun = time.monotonic()
        answer = connection.recv(4096)
        assert answer.startswith(b"HTTP/1.1 408"), answer
        assert time.monotonic() - begun < 60


def test_headers_that_never_end_are_cut_off(target: Target) -> None:
    whole = b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"
    beginnings = (b"", b"GET / HTTP/1.1\r\nX-a: ", whole + b"GET /", whole * 2 + b"G")
    with ExitStack() as stack:
        slow = [stack.enter_context(closing(_slow(target, one))) for one in beginnings]
        threads = stack.enter_context(ThreadPoolExecutor(len(slow)))
        ends = [threads.submit(_trickle, one, is_silent=one is slow[0]) for one in slow]
        silent, *trickling = [end.result() for end in ends]
    assert all(seconds < 60 for seconds, _ in (silent, *trickling))
    assert silent[1] == b""
    for number, (_, heard) in enumerate(trickling):
        assert heard.count(b"HTTP/1.1 200") == number, heard
        assert b"HTTP/1.1 408" in heard, heard


def _trickle(connection: socket.socket, *, is_silent: bool) -> tuple[float, bytes]:
    """Send a byte now and then until nobody listens; return the seconds, and what was answered."""
    begun, heard = time.monotonic(), b""
    connection.settimeout(0.5)
    while time.monotonic() - begun < 90:
        try:
            if not is_silent:
                connection.sendall(b"a")
            part = connection.recv(4096)
        except TimeoutError:
            continue
        except ConnectionError:
            break
        if not part:
            break
        heard += part
    return time.monotonic() - begun, heard


def _slow(target: Target, beginning: bytes) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", target.console.port), timeout=90)
    connection.sendall(beginning)
    return connection


def _seconds(caller: httpx.Client) -> float:
    begun = time.monotonic()
    assert caller.get("/api/auth/me").status_code == 200
    return time.monotonic() - begun


@pytest.mark.parametrize(
    "target_address",
    [
        "/%0d%0aSet-Cookie:%20a=b",
        "//evil.example",
        "/\\evil.example",
        "https://evil.example/",
        "javascript:alert(1)",
        "/login?next=/login",
        "/\u2028evil",
        "",
    ],
)
def test_signing_in_leads_nowhere_else(target: Target, target_address: str) -> None:
    form = {"username": "eva", "password": PASSWORD, "next": target_address}
    answer = target.caller().post("/login", data=form)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/")
    assert not answer.headers["location"].startswith(("//", "/\\", "/login"))
    assert "a" not in answer.cookies
    page = target.caller().get("/login", params={"next": target_address})
    assert "a" not in page.cookies


def test_a_foreign_host_is_in_no_link(target: Target) -> None:
    headers = {"host": "evil.example", "x-forwarded-host": "evil.example"}
    for path in ("/login", "/calendar", "/api/openapi.json", "/login/provider"):
        answer = target.caller().get(path, headers={**headers, "accept": "text/html"})
        assert "evil.example" not in answer.text, path
        assert "evil.example" not in answer.headers.get("location", ""), path


@pytest.mark.parametrize("break_", ["\n", "\r\n", "\u2028", "\x1b[2J", "\x00"])
def test_nobody_writes_lines_of_their_own_into_the_log(target: Target, break_: str) -> None:
    fake = "2026-01-01 00:00:00 [info     ] console.opened_by_mallory"
    name = f"x{break_}{fake}"
    knock(target.caller(), name, "wrong")
    caller = target.caller()
    caller.post("/api/auth/login", json={"username": name, "password": "wrong"})
    caller.get(f"/api/clients/{name.encode().hex()}", headers={"user-agent": "a\tb"})
    caller.get("/find.json", params={"q": name})
    lines = target.log().split("\n")
    assert not any(line.lstrip().startswith(fake) for line in lines)
    assert "\x1b[2J" not in target.log()


@pytest.mark.parametrize(
    "path",
    [
        "/own/..%2f..%2fpyproject.toml",
        "/screenshots/..%2f..%2fsecret.key.jpg",
        "/api/files/converted/..%2f..%2fsecret.key",
        "/api/files/converted/%2e%2e/%2e%2e/secret.key",
        "/api/eventmedia/stream/1/..%2f..%2fsecret.key",
        "/player/assets/..%2f..%2fsign_in.py",
        "/about/licence/..%2f..%2fetc%2fpasswd",
        "/static/..%2f..%2f..%2fetc%2fpasswd",
        "/component/..%2f..%2fetc%2fpasswd",
        "/media/..%2fsecret.key",
    ],
)
def test_no_address_leaves_its_folder(target: Target, path: str) -> None:
    answer = target.signed_in("chefin").get(path)
    key = (target.log_path.parent / "secret.key").read_text() if _has_key(target) else "?"
    assert key not in answer.text
    assert "root:" not in answer.text
    assert "[project]" not in answer.text


def _has_key(target: Target) -> bool:
    return (target.log_path.parent / "secret.key").exists()


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND", "FOO"])
def test_unusual_methods_do_nothing(target: Target, method: str) -> None:
    answer = target.signed_in("chefin").request(method, "/api/groups")
    assert answer.status_code in {400, 404, 405, 501}
    assert "infoscreen_session" not in answer.text


def test_another_method_in_a_header_is_not_taken(target: Target) -> None:
    chefin = target.signed_in("chefin")
    groups = chefin.get("/api/groups").json()
    headers = {"x-http-method-override": "DELETE", "x-method-override": "DELETE"}
    chefin.get(f"/api/groups/{groups[0]['id']}", headers=headers)
    assert chefin.get("/api/groups").json() == groups
