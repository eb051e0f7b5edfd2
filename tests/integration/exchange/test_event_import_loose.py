"""Changes and cancellations that come without the event they belong to, as mails bring them."""

import pytest

from infoscreen_core.services.actor import CLI
from infoscreen_core.services.events import event_series, events
from infoscreen_core.services.exchange.calendar_export import event_uid
from tests.support.events.planning import MONDAY, Sessions, add_group, plan, utc
from tests.support.exchange.calendar_text import calendar, vevent
from tests.support.exchange.event_import import only, outcomes, shown_in, stored, take, take_again

WEEKLY = "FREQ=WEEKLY;COUNT=4"
SECOND = ";TZID=Europe/Vienna:20260914T080000"
SERIES = vevent("SEQUENCE:2", rrule=WEEKLY)
BARE = "UID:mathe@example.org\nDTSTAMP:20260901T000000Z"
CHANGED = vevent(
    "SEQUENCE:2",
    recurrence_id=SECOND,
    dtstart=";TZID=Europe/Vienna:20260915T100000",
    dtend=";TZID=Europe/Vienna:20260915T110000",
    summary="Mathe verschoben",
)
ALL = ["09-07 06:00", "09-14 06:00", "09-21 06:00", "09-28 06:00"]


def days(sessions: Sessions) -> list[str]:
    return [start for start, _title in shown_in(sessions)]


def cancel(*lines: str, number: int = 3) -> bytes:
    return calendar("\n".join([BARE, f"SEQUENCE:{number}", *lines]), method="CANCEL")


@pytest.mark.parametrize("event", [vevent("SEQUENCE:2"), SERIES])
def test_a_cancellation_removes_the_event_and_needs_only_its_uid(
    sessions: Sessions, event: str
) -> None:
    with sessions.begin() as session:
        add_group(session)
    take(sessions, calendar(event, method="REQUEST"))
    result = take(sessions, cancel(number=2), is_rehearsal=True)
    assert (result.rows[0].title, result.rows[0].start) == ("Mathe 3B", utc("2026-09-07T06:00"))
    assert take_again(sessions, cancel(number=2)) == ["removed"]
    assert stored(sessions) == []


def test_a_cancellation_takes_what_a_file_changed_of_the_series_with_it(
    sqlite_sessions: Sessions, group: int
) -> None:
    take(sqlite_sessions, calendar(SERIES, CHANGED), group=group)
    take_again(sqlite_sessions, cancel())
    assert stored(sqlite_sessions) == []


def test_a_cancellation_of_nothing_creates_nothing_and_says_so(
    sqlite_sessions: Sessions, group: int
) -> None:
    for data in (cancel(), cancel(f"RECURRENCE-ID{SECOND}"), cancel("DTSTART:20260907T080000Z")):
        result = take(sqlite_sessions, data, group=group)
        assert outcomes(result) == ["called_off"]
        assert "no such event here" in str(result.rows[0].notes[0])
    assert stored(sqlite_sessions) == []


@pytest.mark.parametrize("which", ["", f"RECURRENCE-ID{SECOND}"])
def test_an_older_cancellation_cancels_nothing(
    sqlite_sessions: Sessions, group: int, which: str
) -> None:
    take(sqlite_sessions, calendar(SERIES), group=group)
    result = take(sqlite_sessions, cancel(which, number=1), group=group)
    assert outcomes(result) == ["left_out"]
    assert "older than what is here" in str(result.rows[0].error)
    assert days(sqlite_sessions) == ALL


@pytest.mark.parametrize("known", [[SERIES], [SERIES, CHANGED]])
@pytest.mark.parametrize("which", [SECOND, ";VALUE=DATE:20260914", ":20260914T060000Z"])
def test_one_date_is_cancelled_alone(
    sqlite_sessions: Sessions, group: int, known: list[str], which: str
) -> None:
    take(sqlite_sessions, calendar(*known), group=group)
    result = take(sqlite_sessions, cancel(f"RECURRENCE-ID{which}"), is_rehearsal=True)
    assert result.rows[0].start == utc("2026-09-14T06:00")
    assert take_again(sqlite_sessions, cancel(f"RECURRENCE-ID{which}")) == ["removed"]
    assert days(sqlite_sessions) == [ALL[0], *ALL[2:]]


def test_a_day_of_whole_days_is_cancelled_by_an_instant_too(
    sqlite_sessions: Sessions, group: int
) -> None:
    whole = vevent(dtstart=";VALUE=DATE:20260907", dtend="", rrule=WEEKLY)
    take(sqlite_sessions, calendar(whole), group=group)
    assert take_again(sqlite_sessions, cancel(f"RECURRENCE-ID{SECOND}")) == ["removed"]
    assert len(shown_in(sqlite_sessions)) == 3


def test_a_date_that_the_series_does_not_have_cannot_be_cancelled(
    sqlite_sessions: Sessions, group: int
) -> None:
    take(sqlite_sessions, calendar(SERIES), group=group)
    result = take(sqlite_sessions, cancel("RECURRENCE-ID;VALUE=DATE:20260915"), group=group)
    assert outcomes(result) == ["refused"]
    assert "does not take place when" in str(result.rows[0].error)


def test_what_was_planned_here_is_not_cancelled(sqlite_sessions: Sessions, group: int) -> None:
    with sqlite_sessions.begin() as session:
        uid = event_uid(plan(session, group, recurrence_rule=WEEKLY))
    for which in ("", f"RECURRENCE-ID{SECOND}"):
        data = calendar(f"UID:{uid}\n{which}", method="CANCEL")
        result = take(sqlite_sessions, data, group=group)
        assert outcomes(result) == ["left_out"]
        assert "planned here" in str(result.rows[0].error)
    assert days(sqlite_sessions) == ALL


@pytest.mark.parametrize("method", ["REQUEST", "PUBLISH", "ADD", ""])
def test_a_changed_date_alone_is_put_to_its_series(
    sqlite_sessions: Sessions, group: int, method: str
) -> None:
    take(sqlite_sessions, calendar(SERIES), group=group)
    data = calendar(CHANGED, method=method)
    assert take_again(sqlite_sessions, data) == ["updated"]
    assert ("09-15 08:00", "Mathe verschoben") in shown_in(sqlite_sessions)
    assert days(sqlite_sessions) == [ALL[0], "09-15 08:00", *ALL[2:]]
    newer = calendar(CHANGED.replace("SEQUENCE:2", "SEQUENCE:3").replace("verschoben", "neu"))
    assert take_again(sqlite_sessions, newer) == ["updated"]
    older = take(sqlite_sessions, data, group=group)
    assert outcomes(older) == ["left_out"]
    assert ("09-15 08:00", "Mathe neu") in shown_in(sqlite_sessions)


def test_a_changed_date_older_than_the_series_is_left_out(
    sqlite_sessions: Sessions, group: int
) -> None:
    take(sqlite_sessions, calendar(SERIES), group=group)
    older = CHANGED.replace("SEQUENCE:2", "SEQUENCE:1")
    result = take(sqlite_sessions, calendar(older), group=group)
    assert outcomes(result) == ["left_out"]
    assert days(sqlite_sessions) == ALL


def test_what_a_person_took_out_stays_out_whatever_comes_alone(
    sqlite_sessions: Sessions, group: int
) -> None:
    take(sqlite_sessions, calendar(SERIES), group=group)
    with sqlite_sessions.begin() as session:
        at = utc("2026-09-14T06:00")
        event_series.skip_occurrence(session, 1, at, version=None, actor=CLI, now=MONDAY)
    assert take_again(sqlite_sessions, calendar(CHANGED)) == ["left_out"]
    assert take_again(sqlite_sessions, cancel(f"RECURRENCE-ID{SECOND}")) == ["unchanged"]
    assert days(sqlite_sessions) == [ALL[0], *ALL[2:]]


def test_a_date_alone_is_one_event_until_its_series_comes(
    sqlite_sessions: Sessions, group: int
) -> None:
    alone = CHANGED + "\nRRULE:FREQ=WEEKLY;COUNT=9"
    assert take_again(sqlite_sessions, calendar(alone)) == ["created"]
    single = only(sqlite_sessions)
    assert days(sqlite_sessions) == ["09-15 08:00"]
    assert take_again(sqlite_sessions, calendar(SERIES, CHANGED)) == ["created", "created"]
    assert days(sqlite_sessions) == [ALL[0], "09-15 08:00", *ALL[2:]]
    assert single.id in {event.id for event in stored(sqlite_sessions)}
    take_again(sqlite_sessions, cancel())
    assert stored(sqlite_sessions) == [] == shown_in(sqlite_sessions)
    assert group == 1


def test_dates_without_their_series_are_cancelled_with_it(
    sqlite_sessions: Sessions, group: int
) -> None:
    other = CHANGED.replace("0914", "0921").replace("0915", "0922")
    take(sqlite_sessions, calendar(CHANGED, other), group=group)
    assert take_again(sqlite_sessions, cancel(f"RECURRENCE-ID{SECOND}")) == ["removed"]
    assert days(sqlite_sessions) == ["09-22 08:00"]
    assert take_again(sqlite_sessions, cancel()) == ["removed"]
    assert stored(sqlite_sessions) == []


def test_a_date_is_added_to_a_series_without_touching_it(
    sqlite_sessions: Sessions, group: int
) -> None:
    added = vevent(
        "SEQUENCE:3",
        dtstart=";TZID=Europe/Vienna:20260910T080000",
        dtend=";TZID=Europe/Vienna:20260910T085000",
        summary="Zusatzstunde",
    )
    take(sqlite_sessions, calendar(SERIES), group=group)
    assert take_again(sqlite_sessions, calendar(added, method="ADD")) == ["created"]
    assert ("09-10 06:00", "Zusatzstunde") in shown_in(sqlite_sessions)
    assert sorted(days(sqlite_sessions)) == sorted([*ALL, "09-10 06:00"])
    take_again(sqlite_sessions, cancel())
    assert stored(sqlite_sessions) == []


def test_a_date_called_off_has_the_name_and_time_of_its_series(
    sqlite_sessions: Sessions, group: int
) -> None:
    off = f"{BARE}\nRECURRENCE-ID{SECOND}\nSTATUS:CANCELLED"
    result = take(sqlite_sessions, calendar(SERIES, off), group=group)
    assert (result.rows[1].title, result.rows[1].start) == ("Mathe 3B", utc("2026-09-14T06:00"))
    assert days(sqlite_sessions) == [ALL[0], *ALL[2:]]


def test_a_change_beside_a_single_event_of_its_uid_is_an_event(
    sqlite_sessions: Sessions, group: int
) -> None:
    assert take_again(sqlite_sessions, calendar(vevent(), CHANGED)) == ["created", "created"]
    assert days(sqlite_sessions) == [ALL[0], "09-15 08:00"]
    assert group == 1


def test_a_change_beside_what_is_no_series_any_more_is_an_event(
    sqlite_sessions: Sessions, group: int
) -> None:
    take(sqlite_sessions, calendar(SERIES), group=group)
    data = calendar(vevent("SEQUENCE:3"), CHANGED)
    assert take_again(sqlite_sessions, data) == ["updated", "created"]
    assert days(sqlite_sessions) == [ALL[0], "09-15 08:00"]


def test_a_deleted_event_comes_back_when_a_person_imports_it_again(
    sqlite_sessions: Sessions, group: int
) -> None:
    take(sqlite_sessions, calendar(SERIES, CHANGED), group=group)
    with sqlite_sessions.begin() as session:
        events.delete_event(session, 1, actor=CLI, now=MONDAY, with_detached=True)
    assert take_again(sqlite_sessions, calendar(SERIES, CHANGED)) == ["created", "created"]
    assert days(sqlite_sessions) == [ALL[0], "09-15 08:00", *ALL[2:]]


def test_what_stayed_of_a_deleted_series_is_taken_in_again(
    sqlite_sessions: Sessions, group: int
) -> None:
    take(sqlite_sessions, calendar(SERIES, CHANGED), group=group)
    with sqlite_sessions.begin() as session:
        events.delete_event(session, 1, actor=CLI, now=MONDAY)
    assert days(sqlite_sessions) == ["09-15 08:00"]
    take_again(sqlite_sessions, calendar(SERIES, CHANGED))
    assert days(sqlite_sessions) == [ALL[0], "09-15 08:00", *ALL[2:]]
