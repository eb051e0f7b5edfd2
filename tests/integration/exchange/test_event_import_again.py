"""A calendar file again, newer, older or as a rehearsal: nothing is doubled, no choice lost."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from infoscreen_core.db.models import AuditEntry
from infoscreen_core.domain.events.event import EventType
from infoscreen_core.services import changes
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.events import event_deletions, event_series, events
from infoscreen_core.services.events.event_drafts import EventDraft
from infoscreen_core.services.exchange.calendar_export import write_group_calendar
from tests.support.events.planning import MONDAY, Sessions, add_group, plan, utc
from tests.support.exchange.calendar_text import CALLED_OFF, MOVED, SERIES, calendar, vevent
from tests.support.exchange.event_import import check_index, only, outcomes, starts_of, stored, take

LATER = MONDAY + timedelta(hours=1)


def test_the_same_file_twice_changes_nothing(sqlite_sessions: Sessions, group: int) -> None:
    data = calendar(SERIES, MOVED, CALLED_OFF, vevent(uid="zwei", summary="Zwei"), vevent(uid=""))
    first = take(sqlite_sessions, data, group=group)
    assert set(outcomes(first)) == {"created", "called_off"}
    before = [(event.id, event.version, event.updated_at) for event in stored(sqlite_sessions)]
    with sqlite_sessions() as session:
        revision, entries = changes.current(session), len(session.scalars(select(AuditEntry)).all())
    again = take(sqlite_sessions, data, group=group, now=LATER)
    assert set(outcomes(again)) == {"unchanged"}
    assert [
        (event.id, event.version, event.updated_at) for event in stored(sqlite_sessions)
    ] == before
    with sqlite_sessions() as session:
        assert changes.current(session) == revision
        assert len(session.scalars(select(AuditEntry)).all()) == entries


def test_two_imports_at_once_bring_each_event_once(sessions: Sessions) -> None:
    with sessions.begin() as session:
        add_group(session)
    data = calendar(*(vevent(uid=str(number)) for number in range(60)))
    with ThreadPoolExecutor(2) as pool:
        results = [
            job.result(timeout=60) for job in [pool.submit(take, sessions, data) for _ in range(2)]
        ]
    assert sorted(outcomes(result)[0] for result in results) == ["created", "unchanged"]
    assert len(stored(sessions)) == 60


def test_a_groups_own_feed_brings_it_nothing_new(sqlite_sessions: Sessions, group: int) -> None:
    with sqlite_sessions.begin() as session:
        plan(session, group, recurrence_rule="FREQ=WEEKLY;BYDAY=MO")
    with sqlite_sessions() as session:
        data = write_group_calendar(session, group)
    assert outcomes(take(sqlite_sessions, data, group=group)) == ["unchanged"]


def test_another_group_gets_events_of_its_own(sqlite_sessions: Sessions, group: int) -> None:
    with sqlite_sessions.begin() as session:
        hof = add_group(session, "Hof")
    take(sqlite_sessions, calendar(SERIES), group=group)
    assert outcomes(take(sqlite_sessions, calendar(SERIES), group=hof)) == ["created"]


def test_a_newer_file_changes_what_differs_and_keeps_what_people_chose(
    sqlite_sessions: Sessions, group: int
) -> None:
    take(sqlite_sessions, calendar(SERIES, MOVED), group=group)
    series = stored(sqlite_sessions)[0]
    with sqlite_sessions.begin() as session:
        event = events.get_event(session, series.id)
        chosen = EventDraft.of(event)
        chosen = EventDraft(
            **{**vars(chosen), "event_type": EventType.PRESENTATION, "priority": 10}
        )
        events.update_event(session, event.id, chosen, version=event.version, actor=CLI, now=LATER)
        by_hand = utc("2026-11-02T07:00")
        event_series.skip_occurrence(session, event.id, by_hand, version=None, actor=CLI, now=LATER)
    newer = vevent(
        "SEQUENCE:2",
        dtstart=";TZID=Europe/Vienna:20260907T090000",
        dtend=";TZID=Europe/Vienna:20260907T095000",
        rrule="FREQ=WEEKLY;BYDAY=MO",
        summary="Mathe später",
    )
    result = take(sqlite_sessions, calendar(newer), group=group, now=LATER)
    assert outcomes(result) == ["updated"]
    event = only(sqlite_sessions)  # what was moved takes place in the series again
    assert (event.id, event.title, event.event_type, event.priority) == (
        series.id,
        "Mathe später",
        EventType.PRESENTATION,
        10,
    )
    starts = starts_of([event])
    assert starts[0] == utc("2026-09-07T07:00")
    assert utc("2026-09-28T07:00") in starts
    assert utc("2026-09-14T07:00") in starts  # what the file left out, it brings back
    assert utc("2026-11-02T08:00") not in starts
    check_index(sqlite_sessions)


@pytest.mark.parametrize(
    ("imported", "older"),
    [
        ("SEQUENCE:2", "SEQUENCE:1"),
        ("LAST-MODIFIED:20260902T000000Z", "LAST-MODIFIED:20260901T000000Z"),
        (
            "SEQUENCE:2\nLAST-MODIFIED:20260901T000000Z",
            "SEQUENCE:1\nLAST-MODIFIED:20260902T000000Z",
        ),
    ],
)
def test_an_older_file_changes_nothing(
    sqlite_sessions: Sessions, group: int, imported: str, older: str
) -> None:
    take(sqlite_sessions, calendar(vevent(imported)), group=group)
    assert outcomes(take(sqlite_sessions, calendar(vevent(older, summary="Alt")), group=group)) == [
        "unchanged"
    ]
    assert only(sqlite_sessions).title == "Mathe 3B"
    newer = take(sqlite_sessions, calendar(vevent(imported, summary="Neu")), group=group)
    assert outcomes(newer) == ["updated"]


def test_what_is_called_off_is_removed_or_never_comes(
    sqlite_sessions: Sessions, group: int
) -> None:
    off = vevent("SEQUENCE:1", status="CANCELLED", rrule="FREQ=WEEKLY;BYDAY=MO")
    assert outcomes(take(sqlite_sessions, calendar(off), group=group)) == ["called_off"]
    assert stored(sqlite_sessions) == []
    take(sqlite_sessions, calendar(SERIES, MOVED), group=group)
    assert outcomes(take(sqlite_sessions, calendar(off), group=group)) == ["removed"]
    assert stored(sqlite_sessions) == []


def test_what_an_import_deletes_is_no_persons_last_deletion(
    sqlite_sessions: Sessions, group: int
) -> None:
    take(sqlite_sessions, calendar(SERIES, MOVED, CALLED_OFF), group=group)
    take(
        sqlite_sessions,
        calendar(vevent("SEQUENCE:1", rrule="FREQ=WEEKLY;BYDAY=MO"), MOVED),
        group=group,
    )
    take(sqlite_sessions, calendar(vevent("SEQUENCE:2", status="CANCELLED")), group=group)
    assert stored(sqlite_sessions) == []
    with sqlite_sessions() as session:
        assert event_deletions.find_last_deletion(session, actor=CLI, now=MONDAY) is None


def test_a_rehearsal_says_the_same_and_writes_nothing(sessions: Sessions) -> None:
    with sessions.begin() as session:
        add_group(session)
        plan(session, 1, title="Bleibt")
    data = calendar(SERIES, MOVED, vevent(uid="zwei", dtstart=""), vevent(uid="drei"))
    with sessions() as session:
        revision = changes.current(session)
    rehearsed = take(sessions, data, is_rehearsal=True)
    assert [event.title for event in stored(sessions)] == ["Bleibt"]
    with sessions() as session:
        assert changes.current(session) == revision
        assert "events.imported" not in {row.action for row in session.scalars(select(AuditEntry))}
    done = take(sessions, data)
    assert rehearsed.is_rehearsal
    assert [(row.line, row.outcome, str(row.error)) for row in rehearsed.rows] == [
        (row.line, row.outcome, str(row.error)) for row in done.rows
    ]
    assert outcomes(done) == ["created", "created", "refused", "created"]
    with sessions() as session:
        (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.action == "events.imported"))
        assert entry.after is not None
        assert (entry.after["created"], entry.after["refused"]) == (3, 1)
        assert changes.current(session) > revision
