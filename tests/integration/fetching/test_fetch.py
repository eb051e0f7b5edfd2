"""Fetching from real servers on this machine: what comes, what is refused, and in how much time."""

import gzip
import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from infoscreen_core.domain.exchange.addresses import AllowedHosts
from infoscreen_core.domain.exchange.calendar_address import read_address
from infoscreen_core.fetching import guard
from infoscreen_core.fetching.errors import FetchError
from infoscreen_core.fetching.fetch import Fetched, Policy, Wanted, fetch
from tests.support.exchange.calendar_server import (
    Answer,
    CalendarServer,
    Request,
    calendar_server,
    conditional,
    packed,
    redirect,
)
from tests.support.exchange.certificates import Authority

NOW = datetime(2026, 9, 7, 5, tzinfo=UTC)
BODY = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
HOUSE = AllowedHosts.read("127.0.0.0/8, ::1, *.schule.test")
LIMIT = 5 * 1024 * 1024


@pytest.fixture
def server() -> Iterator[CalendarServer]:
    with calendar_server(BODY) as running:
        yield running


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """What hosts are looked up as; those that are not in it have no address."""
    known: dict[str, list[str]] = {}

    def numbers_of(host: str, _port: int) -> list[str]:
        return [host] if host[0].isdigit() else known.get(host, [])

    monkeypatch.setattr(guard, "numbers_of", numbers_of)
    return known


def get(
    url: str,
    *,
    allowed: AllowedHosts = HOUSE,
    seconds: float = 20.0,
    ca: Path | None = None,
    login: tuple[str, str] | None = None,
    etag: str | None = None,
) -> Fetched:
    policy = Policy(LIMIT, allowed, ca, seconds)
    return fetch(Wanted(read_address(url), login, etag), policy, now=NOW)


def refusal(url: str, **given: object) -> FetchError:
    with pytest.raises(FetchError) as caught:
        get(url, **given)  # type: ignore[arg-type]
    assert "s3cret" not in str(caught.value)
    return caught.value


def test_a_calendar_comes_with_what_tells_its_state(server: CalendarServer) -> None:
    server.give(BODY, ETag='"a"', Last_Modified="Mon, 07 Sep 2026 05:00:00 GMT")
    got = get(server.url("/a%20b/c.ics?x=1&y=%2F"))
    assert got == Fetched(BODY, '"a"', "Mon, 07 Sep 2026 05:00:00 GMT")
    (asked,) = server.requests
    assert asked.path == "/a%20b/c.ics?x=1&y=%2F"
    assert "authorization" not in asked.headers


def test_what_has_not_changed_is_not_sent_again(server: CalendarServer) -> None:
    server.answering = conditional(BODY)
    assert get(server.url(), etag='"1"') == Fetched(None, '"1"', None)
    assert get(server.url(), etag='"0"').body == BODY
    server.answering = lambda _request: Answer(status=304)
    assert "status 304" in str(refusal(server.url()))  # nobody asked for that


def test_packed_calendars_are_unpacked(server: CalendarServer) -> None:
    server.answering = lambda _request: packed(BODY)
    assert get(server.url()).body == BODY
    server.answering = lambda _request: Answer(
        gzip.compress(BODY)[:-6], headers={"Content-Encoding": "gzip"}
    )
    assert "cannot be unpacked" in str(refusal(server.url()))
    server.answering = lambda _request: Answer(BODY, headers={"Content-Encoding": "br"})
    assert "as br" in str(refusal(server.url()))


def test_what_is_too_large_is_cut_off_packed_or_not(server: CalendarServer) -> None:
    server.answering = lambda _request: Answer(b"x" * (LIMIT + 1))
    assert "larger than 5 MiB" in str(refusal(server.url()))
    bomb = gzip.compress(bytes(200 * 1024 * 1024), compresslevel=9)
    assert len(bomb) < 300_000
    server.answering = lambda _request: Answer(bomb, headers={"Content-Encoding": "gzip"})
    assert "larger than 5 MiB" in str(refusal(server.url()))


def test_a_page_is_told_from_a_calendar(server: CalendarServer) -> None:
    for page in (b"<!DOCTYPE html>", b"\xef\xbb\xbf\n <HTML lang=de>", b"<?xml?><html>"):
        server.give(page)
        assert "a web page, not a calendar" in str(refusal(server.url()))


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (204, "status 204"),
        (400, "status 400"),
        (401, "asks for a user name"),
        (403, "refuses to give"),
        (404, "no calendar at this address"),
        (410, "for good"),
        (429, "too often"),
        (500, "fault of its own"),
        (503, "fault of its own"),
    ],
)
def test_each_refusal_has_its_sentence(server: CalendarServer, status: int, words: str) -> None:
    server.answering = lambda _request: Answer(status=status)
    assert words in str(refusal(server.url("/s3cret/x.ics")))


def test_the_server_says_how_long_to_rest(server: CalendarServer) -> None:
    for text, expected in [
        ("120", timedelta(seconds=120)),
        ("Mon, 07 Sep 2026 06:00:00 GMT", timedelta(hours=1)),
        ("Mon, 07 Sep 2026 04:00:00 GMT", timedelta()),
        ("bald", None),
        ("9" * 40, timedelta(seconds=999_999_999)),
    ]:
        headers = {"Retry-After": text}
        server.answering = lambda _r, headers=headers: Answer(status=503, headers=headers)  # type: ignore[misc]
        assert refusal(server.url()).retry_after == expected


def test_a_login_is_sent_to_its_own_server_only(server: CalendarServer) -> None:
    with calendar_server(BODY) as other:

        def forward(request: Request) -> Answer:
            return redirect(other.url("/there") if request.path == "/here" else "/here")

        server.answering = forward
        get(server.url(), login=("me", "s3cret:ü"))
        assert [one.path for one in server.requests] == ["/school.ics", "/here"]
        expected = "Basic bWU6czNjcmV0OsO8"
        assert [one.headers.get("authorization") for one in server.requests] == [expected] * 2
        assert "authorization" not in other.requests[0].headers
    server.answering = lambda _request: Answer(status=401)
    assert "does not accept" in str(refusal(server.url(), login=("me", "s3cret")))


def test_a_circle_of_redirects_ends(server: CalendarServer) -> None:
    server.answering = lambda request: redirect(request.path + "x")
    assert "in a circle" in str(refusal(server.url()))
    assert len(server.requests) == 6


@pytest.mark.parametrize(
    "target",
    ["", "ftp://127.0.0.1/x", "file:///etc/passwd", "http://me:pw@127.0.0.1/", "http://["],
)
def test_a_redirect_that_leads_nowhere_is_not_followed(server: CalendarServer, target: str) -> None:
    server.answering = lambda _request: redirect(target)
    assert "cannot be followed" in str(refusal(server.url()))


@pytest.mark.parametrize(
    "target",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1/",
        "http://[::ffff:10.0.0.1]/",
        "http://192.168.1.1:8080/",
        "http://[fd00:ec2::254]/",
        "http://2852039166/",  # 169.254.169.254 as one number
        "http://0xa9fea9fe/",
    ],
)
def test_a_redirect_into_a_network_is_refused_before_anything_is_sent(
    server: CalendarServer, target: str
) -> None:
    server.answering = lambda _request: redirect(target)
    assert "CALENDAR_ALLOWED_HOSTS" in str(refusal(server.url()))


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "[::1]", "0"],
)
def test_this_machine_is_closed_in_every_notation(server: CalendarServer, host: str) -> None:
    error = refusal(server.url(host=host), allowed=AllowedHosts())
    assert "CALENDAR_ALLOWED_HOSTS" in str(error)
    assert server.requests == []


def test_a_name_is_looked_up_once_and_the_connection_goes_where_was_checked(
    server: CalendarServer, names: dict[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    del names
    asked: list[str] = []

    def rebinding(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.9.9.9"]

    monkeypatch.setattr(guard, "numbers_of", rebinding)
    assert get(server.url(host="cal.schule.test")).body == BODY
    assert asked == ["cal.schule.test"]
    assert server.requests[0].headers["host"] == f"cal.schule.test:{server.port}"


def test_one_closed_address_of_several_closes_the_host(
    server: CalendarServer, names: dict[str, list[str]]
) -> None:
    names["cal.example.test"] = ["93.184.216.34", "127.0.0.1"]
    error = refusal(server.url(host="cal.example.test"), allowed=AllowedHosts())
    assert "CALENDAR_ALLOWED_HOSTS" in str(error)
    names["cal.example.test"] = ["93.184.216.34"]
    error = refusal("http://cal.example.test:25/", allowed=AllowedHosts())
    assert "Port 25" in str(error)


def test_a_name_of_the_house_never_means_a_clouds_own_services(
    names: dict[str, list[str]],
) -> None:
    for number in ("169.254.169.254", "fe80::1", "::ffff:169.254.169.254", "224.0.0.1"):
        names["x.schule.test"] = [number]
        assert "CALENDAR_ALLOWED_HOSTS" in str(refusal("http://x.schule.test/"))


def test_the_next_address_is_tried_when_one_does_not_answer(
    server: CalendarServer, names: dict[str, list[str]]
) -> None:
    names["cal.schule.test"] = ["127.0.0.9", "127.0.0.1"]  # nobody listens on the first
    assert get(server.url(host="cal.schule.test")).body == BODY


def test_a_host_that_is_not_known_or_not_there(names: dict[str, list[str]]) -> None:
    del names
    assert "not known" in str(refusal("https://nirgends.test/"))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert "cannot be reached" in str(refusal(f"http://127.0.0.1:{port}/"))


@pytest.mark.parametrize("kind", ["silent", "dripping"])
def test_a_slow_server_is_given_up_in_time(server: CalendarServer, kind: str) -> None:
    pause = 30.0 if kind == "silent" else 0.05
    server.answering = lambda _request: Answer(b"x" * 10_000, after=pause)
    began = time.monotonic()
    assert "in time" in str(refusal(server.url(), seconds=1.0))
    assert time.monotonic() - began < 15


def test_a_look_up_that_hangs_is_given_up_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    def hang(*_: object) -> list[str]:
        time.sleep(5)
        return []

    monkeypatch.setattr(guard, "numbers_of", hang)
    began = time.monotonic()
    assert "not found in time" in str(refusal("http://langsam.schule.test/", seconds=0.3))
    assert time.monotonic() - began < 4


def test_a_connection_that_breaks_off_is_no_calendar(server: CalendarServer) -> None:
    server.answering = lambda _request: Answer(BODY, length=len(BODY) + 100)
    assert "broke off" in str(refusal(server.url()))


def test_tls_is_checked_by_the_name_not_the_number(
    names: dict[str, list[str]], tmp_path: Path
) -> None:
    authority = Authority(tmp_path)
    names["cal.schule.test"] = names["other.schule.test"] = ["127.0.0.1"]
    tls = authority.server_context("cal.schule.test")
    with calendar_server(BODY, tls=tls) as server:
        url = server.url(host="cal.schule.test")
        assert get(url, ca=authority.path).body == BODY
        assert "is not trusted" in str(refusal(url))
        wrong = refusal(server.url(host="other.schule.test"), ca=authority.path)
        assert "is not trusted" in str(wrong)
        assert "CALENDAR_CA_CERT" in str(wrong)
        plain = server.url(host="cal.schule.test").replace("https", "http")
        assert isinstance(refusal(plain), FetchError)
        server.answering = lambda _request: redirect("http://cal.schule.test/")
        assert "cannot be followed" in str(refusal(url, ca=authority.path))
    with calendar_server(BODY) as unencrypted:
        url = unencrypted.url(host="cal.schule.test").replace("http", "https")
        assert "No encrypted connection" in str(refusal(url))


def test_a_proxy_of_the_environment_is_not_a_way_around(
    server: CalendarServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, server.url(""))
    error = refusal("http://10.0.0.1/", allowed=AllowedHosts())
    assert "CALENDAR_ALLOWED_HOSTS" in str(error)
    assert server.requests == []
