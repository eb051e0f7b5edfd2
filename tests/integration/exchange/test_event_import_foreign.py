"""Files as other programs write them: what they mean is what is planned."""

from sqlalchemy import select

from infoscreen_core.db.models import EventException
from infoscreen_core.domain.events.event import ExceptionKind
from tests.support.events.planning import Sessions, utc
from tests.support.exchange.calendar_text import calendar, vevent
from tests.support.exchange.event_import import check_index, only, outcomes, starts_of, stored, take

BINS = {
    "dtstart": ";VALUE=DATE:20260907",
    "dtend": ";VALUE=DATE:20260908",
    "rrule": "FREQ=WEEKLY;COUNT=4",
}
CHOIR = {"rrule": "FREQ=WEEKLY;COUNT=4"}
OWN_ZONE = """BEGIN:VTIMEZONE
TZID:EST
BEGIN:STANDARD
DTSTART:16011104T020000
RRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=11
TZOFFSETFROM:-0400
TZOFFSETTO:-0500
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010311T020000
RRULE:FREQ=YEARLY;BYDAY=2SU;BYMONTH=3
TZOFFSETFROM:-0500
TZOFFSETTO:-0400
END:DAYLIGHT
END:VTIMEZONE
"""


def test_times_of_another_zone_skip_whole_days(sqlite_sessions: Sessions, group: int) -> None:
    text = vevent("EXDATE;TZID=GMT Standard Time:20260914T000000,20260921T000000", **BINS)
    take(sqlite_sessions, calendar(text), group=group)
    assert starts_of(stored(sqlite_sessions)) == [utc("2026-09-06T22:00"), utc("2026-09-27T22:00")]
    check_index(sqlite_sessions)


def test_a_time_in_utc_moves_a_whole_day(sqlite_sessions: Sessions, group: int) -> None:
    moved = vevent(
        recurrence_id=":20260914T000000Z",
        dtstart=";VALUE=DATE:20260915",
        dtend=";VALUE=DATE:20260916",
    )
    result = take(sqlite_sessions, calendar(vevent(**BINS), moved), group=group)
    assert outcomes(result) == ["created", "created"]
    assert starts_of(stored(sqlite_sessions))[1] == utc("2026-09-14T22:00")
    assert len(starts_of(stored(sqlite_sessions))) == 4
    check_index(sqlite_sessions)


def test_an_occurrence_called_off_needs_no_times(sqlite_sessions: Sessions, group: int) -> None:
    off = vevent(
        recurrence_id=";TZID=Europe/Vienna:20260914T080000",
        status="CANCELLED",
        dtstart="",
        dtend="",
        summary="",
    )
    result = take(sqlite_sessions, calendar(vevent(**CHOIR), off), group=group)
    assert outcomes(result) == ["created", "called_off"]
    assert utc("2026-09-14T06:00") not in starts_of(stored(sqlite_sessions))
    assert len(starts_of(stored(sqlite_sessions))) == 3


def test_an_occurrence_left_out_and_moved_is_shown_once(
    sqlite_sessions: Sessions, group: int
) -> None:
    series = vevent("EXDATE;TZID=Europe/Vienna:20260914T080000", **CHOIR)
    moved = vevent(
        recurrence_id=";TZID=Europe/Vienna:20260914T080000",
        dtstart=";TZID=Europe/Vienna:20260915T080000",
        dtend=";TZID=Europe/Vienna:20260915T090000",
    )
    result = take(sqlite_sessions, calendar(series, moved), group=group)
    assert outcomes(result) == ["created", "created"]
    starts = starts_of(stored(sqlite_sessions))
    assert (len(starts), starts[1]) == (4, utc("2026-09-15T06:00"))
    check_index(sqlite_sessions)


def test_the_rules_of_the_file_count_before_the_name(sqlite_sessions: Sessions, group: int) -> None:
    text = vevent(dtstart=";TZID=EST:20270615T160000", dtend=";TZID=EST:20270615T180000")
    take(sqlite_sessions, calendar(text, zones=OWN_ZONE), group=group)
    event = only(sqlite_sessions)
    assert (event.start, event.end) == (utc("2027-06-15T20:00"), utc("2027-06-15T22:00"))
    assert event.timezone == "America/New_York"


def test_a_long_text_is_cut_and_kept(sqlite_sessions: Sessions, group: int) -> None:
    text = vevent(summary="x" * 300, description="y" * 9000)
    assert outcomes(take(sqlite_sessions, calendar(text), group=group)) == ["created"]
    event = only(sqlite_sessions)
    assert (len(event.title), len(event.message_text or "")) == (200, 5000)


def test_a_refused_change_takes_its_date_out_of_the_series_each_time(
    sqlite_sessions: Sessions, group: int
) -> None:
    series = vevent(rrule="FREQ=WEEKLY;COUNT=3")
    unread = vevent(recurrence_id=";TZID=Europe/Vienna:20260914T080000", dtstart=":morgen")
    unfit = vevent(recurrence_id=";TZID=Europe/Vienna:20260921T080000", dtend=":20200101T080000")
    data = calendar(series, unread, unfit)
    for outcome in ("created", "unchanged"):
        result = take(sqlite_sessions, data, group=group)
        assert outcomes(result) == [outcome, "refused", "refused"]
        assert all("original date is left out" in str(row.error) for row in result.rows[1:])
        with sqlite_sessions() as session:
            rows = session.scalars(select(EventException)).all()
            assert [one.kind for one in rows] == [ExceptionKind.SKIPPED] * 2


def test_a_date_that_is_called_off_with_a_new_series_is_called_off(
    sqlite_sessions: Sessions, group: int
) -> None:
    off = vevent(recurrence_id=";TZID=Europe/Vienna:20260914T080000", status="CANCELLED")
    data = calendar(vevent(rrule="FREQ=WEEKLY;COUNT=3"), off)
    assert outcomes(take(sqlite_sessions, data, group=group)) == ["created", "called_off"]
    assert outcomes(take(sqlite_sessions, data, group=group)) == ["unchanged"] * 2
