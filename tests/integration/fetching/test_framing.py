"""Asking real servers on this machine whether they let themselves be framed."""

from collections.abc import Iterator

import pytest

from infoscreen_core.domain.exchange.addresses import AllowedHosts
from infoscreen_core.fetching.fetch import Policy
from infoscreen_core.fetching.framing import find_refusal
from tests.support.exchange.calendar_server import (
    Answer,
    CalendarServer,
    calendar_server,
    redirect,
)

HERE = Policy(max_bytes=0, allowed=AllowedHosts.read("127.0.0.0/8"), seconds=5.0)
ASKER = "https://infoscreen.example"


@pytest.fixture
def server() -> Iterator[CalendarServer]:
    with calendar_server(b"<html>") as running:
        yield running


def _ask(server: CalendarServer, policy: Policy = HERE) -> bool | None:
    return find_refusal(server.url("/"), policy, asker=ASKER)


def test_a_website_that_refuses_says_so(server: CalendarServer) -> None:
    server.give(b"<html>", X_Frame_Options="DENY")
    assert _ask(server) is True
    server.give(b"<html>", Content_Security_Policy="frame-ancestors 'self'")
    assert _ask(server) is True


def test_one_that_says_nothing_lets_itself_be_framed(server: CalendarServer) -> None:
    assert _ask(server) is False


def test_what_it_forwards_to_counts(server: CalendarServer) -> None:
    refusing = Answer(b"<html>", headers={"X-Frame-Options": "SAMEORIGIN"})
    moved = redirect("/moved")
    server.answering = lambda request: refusing if request.path == "/moved" else moved
    assert _ask(server) is True


def test_what_cannot_be_asked_is_unknown(server: CalendarServer) -> None:
    server.answering = lambda _request: Answer(hangs_up=True)
    assert _ask(server) is None
    assert find_refusal("ftp://x", HERE, asker=ASKER) is None


def test_machines_of_the_house_are_not_asked(server: CalendarServer) -> None:
    assert _ask(server, Policy(max_bytes=0)) is None
    assert server.requests == []
