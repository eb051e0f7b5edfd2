"""A group's calendar over HTTP, as a calendar program asks for it."""

from datetime import timedelta

import pytest

from console.web.feeds import MAX_REFUSALS, throttle
from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import CalendarFeed
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.events import events
from infoscreen_core.services.exchange import calendar_feeds
from infoscreen_core.services.screens.groups import rename_group
from tests.support.console import Console
from tests.support.events.planning import add_group, plan
from tests.support.exchange.ical import events_in
from tests.support.http.api import problem_of
from tests.support.web import Visitor


@pytest.fixture(autouse=True)
def _nobody_refused() -> None:
    throttle.forget()


@pytest.fixture
def address(console: Console) -> str:
    """A link to the calendar of the group "Aula", in which one series is planned."""
    now = utc_now()
    with console.sessions.begin() as session:
        group = add_group(session, "Aula")
        plan(session, group, now=now, recurrence_rule="FREQ=WEEKLY;BYDAY=MO")
        plan(
            session,
            add_group(session, "Hof"),
            now=now,
            title="Anderswo",
            recurrence_rule="FREQ=DAILY",
        )
        made = calendar_feeds.create_feed(session, group, actor=CLI, now=now)
    return calendar_feeds.feed_address("", group, made.token)


def test_a_program_reads_the_groups_events_without_signing_in(
    visitor: Visitor, address: str
) -> None:
    answer = visitor.get(address)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["cache-control"] == "private, no-cache"
    (event,) = events_in(answer.content)
    assert event["SUMMARY"] == "Mathe 3B"


def test_what_did_not_change_is_not_sent_again(
    visitor: Visitor, address: str, console: Console
) -> None:
    first = visitor.get(address)
    again = visitor.get(address, if_none_match=f'W/"other", {first.headers["etag"]}')
    assert (again.status_code, again.content, again.headers["etag"]) == (
        304,
        b"",
        first.headers["etag"],
    )
    with console.sessions.begin() as session:
        events.delete_event(session, 1, actor=CLI, now=utc_now())
    changed = visitor.get(address, if_none_match=first.headers["etag"])
    assert changed.status_code == 200
    assert b"VEVENT" not in changed.content
    with console.sessions.begin() as session:
        rename_group(session, 1, "Festsaal", actor=CLI, now=utc_now())
    renamed = visitor.get(address, if_none_match=changed.headers["etag"])
    assert b"X-WR-CALNAME:Festsaal" in renamed.content


def test_nobody_learns_why_a_link_does_not_open(
    visitor: Visitor, address: str, console: Console
) -> None:
    token = address.partition("token=")[2]
    with console.sessions.begin() as session:
        calendar_feeds.revoke_feed(session, 1, actor=CLI, now=utc_now())
    wrong = (
        address,  # revoked
        "/calendar/1.ics",
        "/calendar/1.ics?token=",
        "/calendar/1.ics?token=abc",
        f"/calendar/2.ics?token={token}",
        f"/calendar/999.ics?token={token}",
        f"/calendar/99999999999999999999.ics?token={token}",
        f"/calendar/aula.ics?token={token}",
        f"/calendar/%E2%91%A0.ics?token={token}",
    )
    answers = [visitor.get(path) for path in wrong]
    assert len({answer.text for answer in answers}) == 1
    assert {problem_of(answer) for answer in answers} == {(404, "not_found")}


def test_the_gate_lets_nothing_else_through(visitor: Visitor, address: str) -> None:
    for path in (
        "/calendar",
        "/calendar/",
        "/calendar/x/1.ics",
        "/calendar/1.ics/",
        "/calendar/1.csv",
    ):
        assert visitor.get(f"{path}?{address.partition('?')[2]}").status_code == 401, path
    assert visitor.connect("/calendar/1.ics")["type"] == "websocket.close"


def test_use_is_noted_at_most_once_a_minute(
    visitor: Visitor, address: str, console: Console
) -> None:
    visitor.get(address)
    with console.sessions.begin() as session:
        first = session.get_one(CalendarFeed, 1).last_used_at
        assert first is not None
        assert utc_now() - first < timedelta(minutes=1)
    visitor.get(address)
    with console.sessions.begin() as session:
        feed = session.get_one(CalendarFeed, 1)
        assert feed.last_used_at == first
        feed.last_used_at = first - timedelta(minutes=2)
    visitor.get(address)
    with console.sessions() as session:
        assert session.get_one(CalendarFeed, 1).last_used_at != first - timedelta(minutes=2)


def test_an_address_that_guesses_has_to_wait(visitor: Visitor, address: str) -> None:
    for number in range(MAX_REFUSALS):
        assert visitor.get(f"/calendar/1.ics?token={number}").status_code == 404
    limited = visitor.get("/calendar/1.ics?token=next")
    assert limited.status_code == 429
    assert 0 < int(limited.headers["retry-after"]) <= 300
    assert visitor.get(address).status_code == 429
    throttle.forget()
    assert visitor.get(address).status_code == 200
