"""What an import of calendar files refuses, and that the rest is left alone."""

import re

import pytest

from infoscreen_core.domain.people.roles import Role
from infoscreen_core.errors import InvalidInputError, NotAllowedError, NotFoundError
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.exchange.event_import import import_events
from tests.support.events.planning import MONDAY, Sessions, utc
from tests.support.exchange.calendar_text import MOVED, SERIES, calendar, vevent
from tests.support.exchange.event_import import check_index, only, outcomes, starts_of, stored, take

REFUSALS = {
    "no start": (vevent(dtstart=""), "no start"),
    "empty start": (vevent(dtstart=": "), "no start"),
    "no time": (vevent(dtstart=":morgen"), "“morgen” is no date and time"),
    "no such day": (vevent(dtstart=":20260931T080000"), "is no date and time"),
    "end before start": (vevent(dtend=":20260907T070000"), "not after the start"),
    "negative duration": (vevent(dtend="", duration="-PT5M"), "not after the start"),
    "whole days before their start": (
        vevent(dtstart=";VALUE=DATE:20260907", dtend=";VALUE=DATE:20260906"),
        "not after the start",
    ),
    "whole days of less than none": (
        vevent(dtstart=";VALUE=DATE:20260907", dtend="", duration="-P1D"),
        "not after the start",
    ),
    "no duration": (vevent(dtend="", duration="lang"), "duration “lang”"),
    "endless duration": (vevent(dtend="", duration="P9999999D"), "any calendar"),
    "date and time": (vevent(dtend=";VALUE=DATE:20260908"), "of a kind"),
    "unknown zone": (
        vevent(dtstart=";TZID=Mars/Olympus:20260907T080000"),
        "zone “Mars/Olympus” is unknown",
    ),
    "long ago": (vevent(dtstart=":19000101T080000", dtend=":19000101T090000"), "1900"),
    "out of the calendar": (
        vevent(dtstart=":99991231T235959Z", dtend=":99991231T235959Z"),
        "no date and time",
    ),
    "no title": (vevent(summary=""), "title is empty"),
    "control character": (vevent(summary="a\x07b"), "U+0007"),
    "rule of weeks": (vevent(rrule="FREQ=YEARLY;BYWEEKNO=3"), "BYWEEKNO"),
    "rule of hours": (vevent(rrule="FREQ=HOURLY"), "FREQ=HOURLY"),
    "rule without end": (vevent(rrule="FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"), "30"),
    "rule of 29 February": (vevent(rrule="FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29"), "29"),
    "rule off its start": (vevent(rrule="FREQ=WEEKLY;BYDAY=TU"), "does not meet its own start"),
    "until of another kind": (vevent(rrule="FREQ=WEEKLY;UNTIL=bald"), "UNTIL=BALD"),
    "two rules": (vevent("RRULE:FREQ=DAILY", rrule="FREQ=WEEKLY"), "more than one"),
    "extra dates": (vevent("RDATE:20260910T080000", rrule="FREQ=WEEKLY"), "RDATE"),
    "exception rule": (vevent("EXRULE:FREQ=DAILY", rrule="FREQ=WEEKLY"), "EXRULE"),
    "bad exception": (vevent("EXDATE:x", rrule="FREQ=WEEKLY"), "“x” is no date and time"),
    "following": (vevent(recurrence_id=";RANGE=THISANDFUTURE:20260907T080000"), "RANGE"),
    "broken line": (vevent("DESCRIPTION"), "cannot be read"),
    "very long": (
        vevent(dtend=";TZID=Europe/Vienna:20280907T080000", rrule="FREQ=WEEKLY"),
        "366 days at most",
    ),
}
WORDS_OF_THE_PAGE = re.compile(r"reload|load it again|of the list|what is shown|screen shall say")


@pytest.mark.parametrize("case", REFUSALS)
def test_what_cannot_be_taken_is_refused_with_its_line_and_leaves_the_rest_alone(
    sqlite_sessions: Sessions, group: int, case: str
) -> None:
    text, said = REFUSALS[case]
    good = vevent(uid="gut", summary="Gut")
    result = take(sqlite_sessions, calendar(good, text), group=group)
    assert outcomes(result) == ["created", "refused"]
    refused = result.rows[1]
    assert said in str(refused.error)
    assert not WORDS_OF_THE_PAGE.search(str(refused.error))
    assert refused.line == 4 + good.count("\n") + 3
    assert refused.uid == "mathe@example.org"
    assert [event.title for event in stored(sqlite_sessions)] == ["Gut"]
    check_index(sqlite_sessions)


def test_a_changed_occurrence_of_nothing_is_refused_alone(
    sqlite_sessions: Sessions, group: int
) -> None:
    nowhere = vevent(recurrence_id=";TZID=Europe/Vienna:20260908T080000")
    result = take(sqlite_sessions, calendar(SERIES, nowhere), group=group)
    assert outcomes(result) == ["created", "refused"]
    assert "does not take place when" in str(result.rows[1].error)
    untitled = take(
        sqlite_sessions, calendar(vevent(recurrence_id="20261012T080000", summary="")), group=group
    )
    assert "title is empty" in str(untitled.rows[0].error)


def test_a_refused_change_that_moves_nothing_leaves_its_occurrence_where_it_was(
    sqlite_sessions: Sessions, group: int
) -> None:
    at = ";TZID=Europe/Vienna:20260928T080000"
    end = ";TZID=Europe/Vienna:20260928T090000"
    untitled = vevent(recurrence_id=at, dtstart=at, dtend=end, summary="")
    result = take(sqlite_sessions, calendar(SERIES, untitled), group=group)
    assert outcomes(result) == ["created", "refused"]
    assert utc("2026-09-28T06:00") in starts_of(stored(sqlite_sessions))
    check_index(sqlite_sessions)


def test_changes_of_a_refused_series_are_refused_with_it(
    sqlite_sessions: Sessions, group: int
) -> None:
    bad = vevent(rrule="FREQ=HOURLY")
    result = take(sqlite_sessions, calendar(bad, MOVED), group=group)
    assert outcomes(result) == ["refused", "refused"]
    assert stored(sqlite_sessions) == []


def test_of_two_forms_of_one_event_the_newer_counts(sqlite_sessions: Sessions, group: int) -> None:
    newer, older = vevent("SEQUENCE:3", summary="Neu"), vevent("SEQUENCE:1", summary="Alt")
    result = take(sqlite_sessions, calendar(newer, older), group=group)
    assert outcomes(result) == ["created", "refused"]
    assert only(sqlite_sessions).title == "Neu"


def test_what_is_no_calendar_is_refused_whole(sqlite_sessions: Sessions, group: int) -> None:
    with pytest.raises(InvalidInputError, match="no calendar file") as refused:
        take(sqlite_sessions, bytes(range(256)) * 50, group=group)
    assert refused.value.field == "file"
    assert stored(sqlite_sessions) == []


def test_an_event_cut_off_is_refused_alone(sqlite_sessions: Sessions, group: int) -> None:
    data = calendar(vevent(uid="gut"), vevent()).decode()
    result = take(sqlite_sessions, data[: data.rindex("END:VEVENT")].encode(), group=group)
    assert outcomes(result) == ["created", "refused"]
    assert "cut off" in str(result.rows[1].error)


def test_who_may_not_plan_imports_nothing(sqlite_sessions: Sessions, group: int) -> None:
    reader = Actor(None, "a user", Role.USER, "10.0.0.1")
    with sqlite_sessions.begin() as session, pytest.raises(NotAllowedError):
        import_events(session, calendar(vevent()), group_id=group, actor=reader, now=MONDAY)
    with pytest.raises(NotFoundError):
        take(sqlite_sessions, calendar(vevent()), group=999)
