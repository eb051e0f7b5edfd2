"""What a file took out of a series it may bring back; what a person decided stays."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from infoscreen_core.db.models import Event
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.events import event_deletions, event_series, events
from infoscreen_core.services.events.event_drafts import EventDraft
from tests.support.events.planning import MONDAY, Sessions, add_group, move, utc
from tests.support.exchange.calendar_text import calendar, vevent
from tests.support.exchange.event_import import only, outcomes, shown_in, stored, take, take_again

WEEKLY = "FREQ=WEEKLY;COUNT=4"
MONDAYS = [utc("2026-09-07T06:00") + timedelta(weeks=n) for n in range(4)]
SECOND = ";TZID=Europe/Vienna:20260914T080000"
OFF = f"EXDATE{SECOND}"
CHANGED = vevent(
    recurrence_id=SECOND,
    dtstart=";TZID=Europe/Vienna:20260915T100000",
    dtend=";TZID=Europe/Vienna:20260915T110000",
    summary="Mathe verschoben",
)
CANCELLED = vevent(recurrence_id=SECOND, status="CANCELLED", dtstart="", dtend="", summary="")
ALL = [f"{at:%m-%d %H:%M}" for at in MONDAYS]


def series(*lines: str, number: int = 0, **changed: str) -> str:
    return vevent(*lines, f"SEQUENCE:{number}", rrule=WEEKLY, **changed)


def days(sessions: Sessions) -> list[str]:
    return [start for start, _title in shown_in(sessions)]


def skip(session: Session, event: Event, at: datetime) -> None:
    event_series.skip_occurrence(session, event.id, at, version=None, actor=CLI, now=MONDAY)


@pytest.mark.parametrize("texts", [[series(OFF)], [series(), CANCELLED]])
def test_a_date_left_out_or_called_off_comes_back_when_the_file_says_so(
    sessions: Sessions, texts: list[str]
) -> None:
    with sessions.begin() as session:
        add_group(session)
    take_again(sessions, calendar(*texts))
    assert days(sessions) == [ALL[0], *ALL[2:]]
    assert take_again(sessions, calendar(series(number=1))) == ["updated"]
    assert days(sessions) == ALL


@pytest.mark.parametrize("texts", [[series(OFF)], [series(), CHANGED]])
def test_what_a_person_skipped_stays_skipped_though_a_file_took_it_out_too(
    sqlite_sessions: Sessions, group: int, texts: list[str]
) -> None:
    take(sqlite_sessions, calendar(series()), group=group)
    with sqlite_sessions.begin() as session:
        skip(session, events.get_event(session, 1), MONDAYS[1])
        skip(session, events.get_event(session, 1), MONDAYS[2])
    newer = [text.replace("SEQUENCE:0", "SEQUENCE:1") for text in texts]
    take_again(sqlite_sessions, calendar(*newer))
    assert days(sqlite_sessions) == [ALL[0], ALL[3]]
    take_again(sqlite_sessions, calendar(series(number=2)))
    assert days(sqlite_sessions) == [ALL[0], ALL[3]]


def test_a_date_that_a_person_took_out_is_left_out_with_a_sentence(
    sqlite_sessions: Sessions, group: int
) -> None:
    take(sqlite_sessions, calendar(series()), group=group)
    with sqlite_sessions.begin() as session:
        skip(session, events.get_event(session, 1), MONDAYS[1])
    result = take(sqlite_sessions, calendar(series(number=1), CHANGED))
    assert outcomes(result) == ["updated", "left_out"]
    assert "Somebody changed this date" in str(result.rows[1].error)


def test_a_changed_date_goes_back_into_its_series(sessions: Sessions) -> None:
    with sessions.begin() as session:
        add_group(session)
    take_again(sessions, calendar(series(), CHANGED))
    assert ("09-15 08:00", "Mathe verschoben") in shown_in(sessions)
    assert take_again(sessions, calendar(series(number=1))) == ["updated"]
    assert days(sessions) == ALL
    assert only(sessions).recurrence_exception is None


def test_a_changed_date_that_stays_as_it_was_is_not_written_again(
    sqlite_sessions: Sessions, group: int
) -> None:
    take(sqlite_sessions, calendar(series(), CHANGED), group=group)
    before = stored(sqlite_sessions)[1]
    data = calendar(series(number=1, summary="Mathe neu"), CHANGED)
    assert take_again(sqlite_sessions, data) == ["updated", "unchanged"]
    after = stored(sqlite_sessions)[1]
    assert (after.id, after.version) == (before.id, before.version)
    newer = CHANGED.replace("verschoben", "am Dienstag")
    assert take_again(sqlite_sessions, calendar(series(number=2), newer)) == ["updated", "updated"]
    assert [event.id for event in stored(sqlite_sessions)] == [1, before.id]
    assert stored(sqlite_sessions)[1].title == "Mathe am Dienstag"


def test_a_called_off_date_may_become_a_changed_one_and_back(
    sqlite_sessions: Sessions, group: int
) -> None:
    for number, change in enumerate([CANCELLED, CHANGED, CANCELLED], start=group):
        take_again(sqlite_sessions, calendar(series(number=number), change))
        has_moved = ("09-15 08:00", "Mathe verschoben") in shown_in(sqlite_sessions)
        assert (has_moved, ALL[1] in days(sqlite_sessions)) == (change is CHANGED, False)


def test_when_the_series_moves_its_changed_dates_move_along(
    sqlite_sessions: Sessions, group: int
) -> None:
    take(sqlite_sessions, calendar(series(OFF.replace("0914", "0921")), CHANGED), group=group)
    later = [
        text.replace("T080000", "T090000").replace("T085000", "T095000")
        for text in (series(OFF.replace("0914", "0921"), number=1), CHANGED)
    ]
    assert take_again(sqlite_sessions, calendar(*later))[0] == "updated"
    assert days(sqlite_sessions) == ["09-07 07:00", "09-15 08:00", "09-28 07:00"]


def edit(session: Session, event: Event) -> None:
    draft = replace(EventDraft.of(event), title="In der Aula")
    events.update_event(session, event.id, draft, version=event.version, actor=CLI, now=MONDAY)


def drag(session: Session, event: Event) -> None:
    move(session, event, "2026-09-16T10:00", "2026-09-16T11:00")


def delete(session: Session, event: Event) -> None:
    events.delete_event(session, event.id, actor=CLI, now=MONDAY)


@pytest.mark.parametrize("act", [edit, drag, delete])
@pytest.mark.parametrize("newer", [[], [CHANGED.replace("verschoben", "neu")]])
def test_a_changed_date_that_a_person_changed_or_deleted_is_theirs(
    sqlite_sessions: Sessions, group: int, act: Callable[[Session, Event], None], newer: list[str]
) -> None:
    take(sqlite_sessions, calendar(series(), CHANGED), group=group)
    with sqlite_sessions.begin() as session:
        act(session, events.get_event(session, 2))
    before = shown_in(sqlite_sessions)
    found = take_again(sqlite_sessions, calendar(series(number=1), *newer))
    assert found == ["updated", *["left_out" for _one in newer]]
    assert shown_in(sqlite_sessions) == before


def test_a_deleted_change_is_a_files_again_once_that_is_undone(
    sqlite_sessions: Sessions, group: int
) -> None:
    take(sqlite_sessions, calendar(series(), CHANGED), group=group)
    with sqlite_sessions.begin() as session:
        delete(session, events.get_event(session, 2))
    with sqlite_sessions.begin() as session:
        last = event_deletions.find_last_deletion(session, actor=CLI, now=MONDAY)
        assert last is not None
        event_deletions.undo_delete(session, last.id, actor=CLI, now=MONDAY)
    take_again(sqlite_sessions, calendar(series(number=1)))
    assert days(sqlite_sessions) == ALL


def test_what_a_person_let_take_place_again_stays_until_the_file_differs(
    sqlite_sessions: Sessions, group: int
) -> None:
    take(sqlite_sessions, calendar(series(OFF)), group=group)
    with sqlite_sessions.begin() as session:
        event_series.restore_occurrence(session, 1, MONDAYS[1], version=None, actor=CLI, now=MONDAY)
    assert take_again(sqlite_sessions, calendar(series(OFF))) == ["unchanged"]
    assert days(sqlite_sessions) == ALL
    take_again(sqlite_sessions, calendar(series(OFF, number=1, summary="Neu")))
    assert days(sqlite_sessions) == [ALL[0], *ALL[2:]]


@pytest.mark.parametrize("exdate", [SECOND, ";VALUE=DATE:20260914"])
@pytest.mark.parametrize("moved", [":20260914T060000Z", ";VALUE=DATE:20260914"])
def test_an_override_of_a_date_that_is_left_out_is_shown_once(
    sqlite_sessions: Sessions, group: int, exdate: str, moved: str
) -> None:
    take(sqlite_sessions, calendar(vevent(uid="anderer")), group=group)
    data = calendar(series(f"EXDATE{exdate}"), CHANGED.replace(SECOND, moved))
    assert take_again(sqlite_sessions, data) == ["created", "created"]
    shown = [(start, title) for start, title in shown_in(sqlite_sessions) if start != ALL[0]]
    assert shown == [
        ("09-15 08:00", "Mathe verschoben"),
        (ALL[2], "Mathe 3B"),
        (ALL[3], "Mathe 3B"),
    ]


def test_two_changes_of_one_date_are_not_both_taken(sqlite_sessions: Sessions, group: int) -> None:
    by_day = CHANGED.replace(SECOND, ";VALUE=DATE:20260914").replace("verschoben", "alt")
    data = calendar(series(), by_day, CHANGED + "\nSEQUENCE:3")
    result = take(sqlite_sessions, data, group=group)
    assert sorted(outcomes(result)) == ["created", "created", "refused"]
    (refused,) = [str(row.error) for row in result.rows if row.error]
    assert "twice" in refused
    assert "Mathe verschoben" in {title for _start, title in shown_in(sqlite_sessions)}


def test_a_series_that_became_a_single_event_keeps_nothing_of_its_dates(
    sqlite_sessions: Sessions, group: int
) -> None:
    take(sqlite_sessions, calendar(series(OFF.replace("0914", "0921")), CHANGED), group=group)
    assert take_again(sqlite_sessions, calendar(vevent("SEQUENCE:1"))) == ["updated"]
    assert days(sqlite_sessions) == [ALL[0]]
