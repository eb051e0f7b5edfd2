"""A group holds what its subscribed calendar holds: no more, no less, and without churn."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select

from infoscreen_core.db.models import AuditEntry, Event, Occurrence, SubscribedEvent
from infoscreen_core.services import changes
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.events import event_series, events
from infoscreen_core.services.events.event_drafts import EventDraft
from tests.support.events.planning import MONDAY, Sessions, add_group, plan, utc
from tests.support.exchange.calendar_server import (
    Answer,
    CalendarServer,
    Request,
    calendar_server,
    conditional,
)
from tests.support.exchange.calendar_text import CALLED_OFF, MOVED, SERIES, calendar, vevent
from tests.support.exchange.event_import import check_index, starts_of, stored, take
from tests.support.exchange.subscriptions import HOUR, counts, problem, read, subscribe

ONE = vevent(uid="eins", summary="Eins", dtstart=":20260908T080000Z", dtend=":20260908T090000Z")
TWO = vevent(uid="zwei", summary="Zwei", dtstart=":20260909T080000Z", dtend=":20260909T090000Z")
THREE = vevent(uid="drei", summary="Drei", dtstart=":20260910T080000Z", dtend=":20260910T090000Z")


@pytest.fixture
def server() -> Iterator[CalendarServer]:
    with calendar_server() as running:
        yield running


def titles(sessions: Sessions, group: int = 1) -> list[str]:
    return [event.title for event in stored(sessions, group)]


def state(sessions: Sessions) -> tuple[object, ...]:
    """All that must not move when nothing has changed."""
    with sessions() as session:
        found = session.scalars(select(Event).order_by(Event.id))
        return (
            [(one.id, one.version, one.updated_at, one.ical_uid) for one in found],
            session.scalar(
                select(func.count())
                .select_from(AuditEntry)
                .where(AuditEntry.action != "subscription.read_requested")
            ),
            session.scalar(select(func.count()).select_from(Occurrence)),
            changes.current(session),
        )


def test_what_is_new_comes_what_changed_follows_what_is_gone_goes(
    sessions: Sessions, server: CalendarServer
) -> None:
    with sessions.begin() as session:
        add_group(session)
        plan(session, 1, title="Von Hand")
    subscribe(sessions, server.url())
    server.give(calendar(ONE, TWO, SERIES, MOVED))
    assert counts(read(sessions)) == {"created": 4}
    server.give(calendar(ONE.replace("Eins", "Eins!"), THREE, SERIES))
    view = read(sessions, now=MONDAY + HOUR)
    assert counts(view) == {"created": 1, "updated": 2, "removed": 1}
    assert sorted(titles(sessions)) == ["Drei", "Eins!", "Mathe 3B", "Von Hand"]
    assert view.event_count == 3
    check_index(sessions)


def test_the_same_again_changes_nothing(
    sqlite_sessions: Sessions, group: int, server: CalendarServer
) -> None:
    del group
    subscribe(sqlite_sessions, server.url())
    server.give(calendar(SERIES, MOVED, CALLED_OFF, ONE))
    read(sqlite_sessions)
    before = state(sqlite_sessions)
    server.give(calendar(ONE, SERIES, CALLED_OFF, MOVED))  # in another order: another digest
    view = read(sqlite_sessions, now=MONDAY + HOUR)
    assert counts(view) == {"unchanged": 4}
    assert state(sqlite_sessions) == before
    assert view.last_changed_at == MONDAY
    assert view.last_success_at == MONDAY + HOUR


def office(number: int) -> bytes:
    """A calendar whose events get new UIDs at each fetch, as Office 365 makes them."""
    fresh = iter(UUID(int=number * 1000 + one).hex for one in range(100))
    series, other = next(fresh), next(fresh)
    moved = MOVED.replace("mathe@example.org", series)
    lessons = [
        vevent(
            f"DTSTAMP:20260901T0000{number % 60:02}Z",
            uid=next(fresh),
            summary="Konferenz",
            dtstart=f":202609{day:02}T080000Z",
            dtend=f":202609{day:02}T090000Z",
        )
        for day in range(8, 28)
    ]
    twins = [vevent(uid=next(fresh), summary="Zwilling") for _ in range(2)]
    return calendar(
        SERIES.replace("mathe@example.org", series),
        moved,
        *lessons,
        *twins,
        vevent(uid=other, rrule="FREQ=DAILY;COUNT=5", summary="Woche"),
    )


def test_a_hundred_fetches_with_new_uids_leave_all_as_it_is(
    sqlite_sessions: Sessions, group: int, server: CalendarServer
) -> None:
    del group
    subscribe(sqlite_sessions, server.url())
    server.give(office(0))
    assert counts(read(sqlite_sessions)) == {"created": 25}
    skipped = utc("2026-10-12T06:00")
    with sqlite_sessions.begin() as session:
        series = next(one for one in stored(sqlite_sessions) if one.title == "Mathe 3B")
        event_series.skip_occurrence(
            session, series.id, skipped, version=None, actor=CLI, now=MONDAY
        )
    before = state(sqlite_sessions)
    for number in range(1, 101):
        server.give(office(number))
        view = read(sqlite_sessions, now=MONDAY + number * HOUR)
        assert counts(view) == {"unchanged": 25}
    assert state(sqlite_sessions) == before
    assert skipped not in starts_of(stored(sqlite_sessions))


def test_with_new_uids_a_changed_event_stays_the_same_one(
    sqlite_sessions: Sessions, group: int, server: CalendarServer
) -> None:
    del group
    subscribe(sqlite_sessions, server.url())
    server.give(office(0))
    read(sqlite_sessions)
    woche = next(one for one in stored(sqlite_sessions) if one.title == "Woche")
    with sqlite_sessions.begin() as session:
        draft = EventDraft(**{**vars(EventDraft.of(woche)), "priority": 10})
        events.update_event(session, woche.id, draft, version=woche.version, actor=CLI, now=MONDAY)
    server.give(office(1).replace(b"SUMMARY:Woche", b"SUMMARY:Projektwoche"))
    assert counts(read(sqlite_sessions, now=MONDAY + HOUR)) == {"unchanged": 24, "updated": 1}
    again = next(one for one in stored(sqlite_sessions) if one.id == woche.id)
    assert (again.title, again.priority) == ("Projektwoche", 10)


def test_etag_and_date_spare_the_body(
    sqlite_sessions: Sessions, group: int, server: CalendarServer
) -> None:
    del group
    subscribe(sqlite_sessions, server.url())
    server.answering = conditional(
        calendar(ONE), etag='W/"7"', modified="Mon, 07 Sep 2026 05:00:00 GMT"
    )
    read(sqlite_sessions)
    view = read(sqlite_sessions, now=MONDAY + HOUR)
    assert server.requests[1].headers["if-none-match"] == 'W/"7"'
    assert server.requests[1].headers["if-modified-since"] == "Mon, 07 Sep 2026 05:00:00 GMT"
    assert (view.last_success_at, view.failures, counts(view)) == (
        MONDAY + HOUR,
        0,
        {},
    )
    assert view.last_result
    assert view.last_result.is_known


def test_a_broken_calendar_changes_nothing_and_is_asked_more_seldom(
    sqlite_sessions: Sessions, group: int, server: CalendarServer
) -> None:
    del group
    subscribe(sqlite_sessions, server.url())
    server.give(calendar(ONE, TWO))
    read(sqlite_sessions)
    pauses = []
    for number, answer in enumerate(
        [
            Answer(status=404),
            Answer(status=410),
            Answer(calendar(ONE)[:-20]),
            Answer(b"<!DOCTYPE html><title>Anmelden</title>"),
            Answer(b"kein Kalender"),
            Answer(status=503, headers={"Retry-After": "999999999"}),
        ],
        1,
    ):
        now = MONDAY + number * HOUR
        server.answering = lambda _request, answer=answer: answer  # type: ignore[misc]
        view = read(sqlite_sessions, now=now)
        assert problem(view)
        assert view.failures == number
        pauses.append(view.next_check_at - now)
    assert titles(sqlite_sessions) == ["Eins", "Zwei"]
    assert view.last_success_at == MONDAY
    assert timedelta(minutes=54) <= pauses[0] <= timedelta(minutes=66)
    assert timedelta(hours=7) <= pauses[3] <= timedelta(hours=9)
    assert max(pauses) <= timedelta(days=1.1)
    server.give(calendar(ONE, TWO))  # as it was: the trouble is over, and that is said
    view = read(sqlite_sessions, now=MONDAY + 8 * HOUR)
    assert (view.failures, problem(view), view.last_success_at) == (0, "", MONDAY + 8 * HOUR)
    server.give(calendar(ONE, THREE))
    view = read(sqlite_sessions, now=MONDAY + 9 * HOUR)
    assert (view.failures, problem(view)) == (0, "")
    assert titles(sqlite_sessions) == ["Eins", "Drei"]


def test_an_empty_calendar_is_believed_at_the_second_reading(
    sqlite_sessions: Sessions, group: int, server: CalendarServer
) -> None:
    del group
    subscribe(sqlite_sessions, server.url())
    server.give(calendar(ONE, TWO))
    read(sqlite_sessions)
    server.give(calendar())
    view = read(sqlite_sessions, now=MONDAY + HOUR)
    assert view.last_result
    assert (view.last_result.held_back, view.failures, view.last_success_at) == (2, 0, MONDAY)
    view = read(sqlite_sessions, now=MONDAY + HOUR + timedelta(minutes=1))  # a person, too soon
    assert titles(sqlite_sessions) == ["Eins", "Zwei"]
    view = read(sqlite_sessions, now=MONDAY + 2 * HOUR)
    assert titles(sqlite_sessions) == []
    assert counts(view) == {"removed": 2}


def test_a_person_may_confirm_a_removal_and_a_whole_calendar_ends_the_doubt(
    sqlite_sessions: Sessions, group: int, server: CalendarServer
) -> None:
    del group
    subscribe(sqlite_sessions, server.url())
    server.give(calendar(ONE, TWO))
    read(sqlite_sessions)
    server.give(calendar())
    read(sqlite_sessions, now=MONDAY + HOUR)
    server.give(calendar(ONE, TWO, THREE))
    view = read(sqlite_sessions, now=MONDAY + 2 * HOUR)
    assert view.last_result
    assert view.last_result.held_back == 0
    server.give(calendar())
    read(sqlite_sessions, now=MONDAY + 3 * HOUR)
    assert len(titles(sqlite_sessions)) == 3
    read(sqlite_sessions, now=MONDAY + 3 * HOUR, accepts_removal=True)
    assert titles(sqlite_sessions) == []


def test_what_is_over_may_go_at_once(
    sqlite_sessions: Sessions, group: int, server: CalendarServer
) -> None:
    del group
    subscribe(sqlite_sessions, server.url())
    server.give(calendar(ONE, TWO))
    read(sqlite_sessions)
    server.give(calendar())
    view = read(sqlite_sessions, now=MONDAY + timedelta(days=9))
    assert counts(view) == {"removed": 2}


def test_two_calendars_of_a_group_do_not_touch_each_other(
    sqlite_sessions: Sessions, group: int, server: CalendarServer
) -> None:
    del group

    def by_path(request: Request) -> Answer:
        return Answer(calendar(ONE, TWO) if request.path == "/a" else calendar(ONE, THREE))

    server.answering = by_path
    subscribe(sqlite_sessions, server.url("/a"))
    subscribe(sqlite_sessions, server.url("/b"))
    read(sqlite_sessions, 1)
    read(sqlite_sessions, 2)
    assert titles(sqlite_sessions) == ["Eins", "Eins", "Zwei", "Drei"]
    server.answering = lambda _request: Answer(calendar(ONE))
    read(sqlite_sessions, 1, now=MONDAY + HOUR, accepts_removal=True)
    assert titles(sqlite_sessions) == ["Eins", "Eins", "Drei"]


def test_events_of_an_imported_file_are_taken_over_not_doubled(
    sqlite_sessions: Sessions, group: int, server: CalendarServer
) -> None:
    take(sqlite_sessions, calendar(ONE, TWO), group=group)
    subscribe(sqlite_sessions, server.url())
    server.give(calendar(ONE, THREE))
    read(sqlite_sessions)
    assert titles(sqlite_sessions) == ["Eins", "Zwei", "Drei"]
    with sqlite_sessions() as session:
        assert len(session.scalars(select(SubscribedEvent)).all()) == 2
    # And a file changes nothing that a calendar decides.
    newer = ONE.replace("Eins", "Aus der Datei") + "\nSEQUENCE:9"
    take(sqlite_sessions, calendar(newer), group=group)
    assert titles(sqlite_sessions) == ["Eins", "Zwei", "Drei"]
