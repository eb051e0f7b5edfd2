"""Written calendars, judged by an evaluator of its own."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

import pytest

from infoscreen_core.domain.recurrence.expansion import Series, expand, format_rule, parse_rule
from infoscreen_core.formats.ical_writer import CalendarEvent, write_calendar
from tests.support.events.planning import MONDAY, local, utc
from tests.support.exchange.ical import Span, events_in, spans_of

YEARS_ON = MONDAY + timedelta(days=800)
WEEKLY = "FREQ=WEEKLY;BYDAY=MO"
BEGIN, END = local("2026-09-07T08:00"), local("2026-09-07T08:50")


def lesson(
    *,
    title: str = "Mathe 3B",
    description: str = "Raum 12",
    location: str | None = None,
    is_all_day: bool = False,
    **times: Any,  # noqa: ANN401 - arguments of `series`
) -> CalendarEvent:
    """A message on Monday, 7 September 2026, 08:00-08:50 in Vienna, unless told otherwise."""
    return CalendarEvent(
        uid="1@infoscreen",
        version=1,
        created_at=MONDAY,
        updated_at=MONDAY,
        title=title,
        description=description,
        location=location,
        category="message",
        url=None,
        series=series(is_all_day=is_all_day, **times),
        last_end=None,
        is_all_day=is_all_day,
    )


def series(
    *,
    start: datetime = BEGIN,
    end: datetime = END,
    timezone: str = "Europe/Vienna",
    recurrence_rule: str | None = None,
    is_all_day: bool = False,
) -> Series:
    if is_all_day:
        start, end = datetime.combine(start, time()), datetime.combine(end, time())
        end = max(end, start + timedelta(days=1))
    rule = recurrence_rule and format_rule(
        parse_rule(recurrence_rule, start_local=start, timezone=timezone)
    )
    return Series(start_local=start, end_local=end, timezone=timezone, rule=rule)


def own_spans(event: CalendarEvent) -> list[Span]:
    begin = MONDAY - timedelta(days=800)
    found = expand(event.series, window_start=begin, window_end=YEARS_ON)
    return [(one.start, one.end) for one in found]


CASES: dict[str, dict[str, Any]] = {
    "single": {},
    "weekly across both changes": {"recurrence_rule": WEEKLY},
    "until a date": {"recurrence_rule": WEEKLY + ";UNTIL=20261102"},
    "until an instant": {"recurrence_rule": WEEKLY + ";UNTIL=20261102T065959Z"},
    "counted": {"recurrence_rule": "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH;COUNT=30"},
    "off its rule, counted": {"recurrence_rule": "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR;COUNT=9"},
    "off its rule, every other month": {"recurrence_rule": "FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=3"},
    "last working day": {"recurrence_rule": "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"},
    "overnight": {"end": local("2026-09-08T06:00"), "recurrence_rule": WEEKLY},
    "in the skipped hour": {
        "start": local("2026-09-06T02:30"),
        "end": local("2026-09-06T04:30"),
        "recurrence_rule": "FREQ=WEEKLY;BYDAY=SU",
    },
    "all day": {"is_all_day": True, "recurrence_rule": WEEKLY + ";UNTIL=20261102"},
    "all day until an instant": {
        "is_all_day": True,
        "recurrence_rule": WEEKLY + ";UNTIL=20261101T230000Z",
    },
    "several days": {"is_all_day": True, "end": local("2026-09-09"), "recurrence_rule": WEEKLY},
    "elsewhere": {"timezone": "America/New_York", "recurrence_rule": WEEKLY},
    "utc": {"timezone": "UTC", "recurrence_rule": WEEKLY},
    "the second of two equal hours": {
        "start": local("2026-10-25T02:30").replace(fold=1),
        "end": local("2026-10-25T02:45").replace(fold=1),
    },
    "over both of two equal hours": {
        "start": local("2026-10-25T01:30"),
        "end": local("2026-10-25T02:30"),
    },
}


@pytest.mark.parametrize("case", CASES)
def test_it_takes_place_when_it_takes_place_here(case: str) -> None:
    event = lesson(**CASES[case])
    expected = own_spans(event)
    assert expected
    assert spans_of(write_calendar("Aula", [event]), YEARS_ON) == expected


def test_an_exception_in_the_skipped_hour_is_one_there_too() -> None:
    whole = lesson(**CASES["in the skipped hour"])
    gap = utc("2027-03-28T01:30")  # 02:30, which the clock skips: 03:30
    event = replace(whole, series=replace(whole.series, exdates=frozenset({gap})))
    content = write_calendar("Aula", [event])
    found = spans_of(content, YEARS_ON)
    assert found == own_spans(event)
    assert len(found) == len(own_spans(whole)) - 1
    assert gap not in [start for start, _end in found]
    assert b"EXDATE;TZID=Europe/Vienna:20270328T023000" in content


def test_an_exception_of_whole_days_is_a_date() -> None:
    whole = lesson(is_all_day=True, recurrence_rule=WEEKLY)
    midnight = utc("2026-09-13T22:00")
    event = replace(whole, series=replace(whole.series, exdates=frozenset({midnight})))
    content = write_calendar("Aula", [event])
    assert spans_of(content, YEARS_ON) == own_spans(event)
    assert b"EXDATE;VALUE=DATE:20260914" in content


def test_the_kinds_of_times_are_those_that_programs_read() -> None:
    rule = WEEKLY + ";UNTIL=20261102"
    planned = [lesson(recurrence_rule=rule), lesson(is_all_day=True, recurrence_rule=rule)]
    lines = write_calendar("Aula", planned).decode().split("\r\n")
    assert "DTSTART;TZID=Europe/Vienna:20260907T080000" in lines
    assert "RRULE:FREQ=WEEKLY;UNTIL=20261102T225959Z;BYDAY=MO" in lines
    assert "DTSTART;VALUE=DATE:20260907" in lines
    assert "DTEND;VALUE=DATE:20260908" in lines
    assert "RRULE:FREQ=WEEKLY;UNTIL=20261102;BYDAY=MO" in lines
    assert lines.count("TZID:Europe/Vienna") == 1
    assert "X-WR-CALNAME:Aula" in lines
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT15M" in lines


def test_texts_are_escaped_and_folded() -> None:
    title, text = "Größe, Maß; C:\\Neu \\n 🎓", "Zeile 1\nZeile 2: " + "ü" * 200
    content = write_calendar("Aula", [lesson(title=title, description=text, location=title)])
    assert max(len(line) for line in content.split(b"\r\n")) <= 75
    (event,) = events_in(content)
    assert (event["SUMMARY"], event["DESCRIPTION"], event["LOCATION"]) == (title, text, title)


def test_equal_events_give_equal_bytes() -> None:
    assert write_calendar("Aula", [lesson()]) == write_calendar("Aula", [lesson()])


def test_an_empty_calendar_is_one() -> None:
    content = write_calendar("Aula", [])
    assert content.startswith(b"BEGIN:VCALENDAR\r\n")
    assert events_in(content) == []
