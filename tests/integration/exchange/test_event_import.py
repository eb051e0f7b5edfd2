"""Events of calendar files: what becomes of each."""

import pytest

from infoscreen_core.domain.events.event import EventType, ExceptionKind
from infoscreen_core.services.exchange.views import EventOutcome
from tests.support.events.planning import Sessions, add_group, exceptions_of, utc
from tests.support.exchange.event_import import (
    CALLED_OFF,
    MOVED,
    SERIES,
    calendar,
    check_index,
    only,
    outcomes,
    starts_of,
    stored,
    take,
    vevent,
)


def test_an_event_becomes_a_message_with_its_text(sessions: Sessions) -> None:
    with sessions.begin() as session:
        add_group(session)
    data = calendar(vevent(summary="Größe\\, Maß", description="Zeile 1\\nZeile 2; und\n  mehr"))
    result = take(sessions, data)
    (row,) = result.rows
    assert (row.line, row.uid, row.title) == (4, "mathe@example.org", "Größe, Maß")
    assert (row.outcome, row.start, row.error) == (EventOutcome.CREATED, utc("2026-09-07T06:00"), None)
    event = only(sessions)
    assert (event.title, event.message_text) == ("Größe, Maß", "Zeile 1\nZeile 2; und mehr")
    assert (event.event_type, event.timezone, event.ical_uid) == (
        EventType.MESSAGE,
        "Europe/Vienna",
        "mathe@example.org",
    )
    assert (event.start, event.end) == (utc("2026-09-07T06:00"), utc("2026-09-07T06:50"))
    check_index(sessions)


def test_a_web_address_makes_a_website_and_the_type_can_be_chosen(
    sqlite_sessions: Sessions, group: int
) -> None:
    url = "https://example.org/a?b=1\\,2"
    text = vevent(url=url, description="Kommt alle")
    take(sqlite_sessions, calendar(text))
    website = only(sqlite_sessions)
    assert (website.event_type, website.website_url) == (EventType.WEBSITE, "https://example.org/a?b=1,2")
    assert website.description == "Kommt alle"
    with sqlite_sessions.begin() as session:
        hof = add_group(session, "Hof")
    take(sqlite_sessions, calendar(text), group=hof, kind=EventType.MESSAGE)
    (message,) = stored(sqlite_sessions, hof)
    assert (message.event_type, message.message_text, message.website_url) == (
        EventType.MESSAGE,
        "Kommt alle",
        None,
    )
    assert group == 1


def test_an_address_that_no_screen_opens_makes_a_message(sqlite_sessions: Sessions, group: int) -> None:
    take(sqlite_sessions, calendar(vevent(url="mailto:anna@example.org")), group=group)
    event = only(sqlite_sessions)
    assert (event.event_type, event.message_text, event.website_url) == (EventType.MESSAGE, "Mathe 3B", None)


@pytest.mark.parametrize(
    ("changed", "start", "end", "zone"),
    [
        ({"dtend": "", "duration": "PT50M"}, "2026-09-07T06:00", "2026-09-07T06:50", "Europe/Vienna"),
        (
            {"dtstart": "20260907T080000", "dtend": "20260907T085000"},
            "2026-09-07T06:00",
            "2026-09-07T06:50",
            "Europe/Vienna",
        ),
        (
            {"dtstart": "20260907T060000Z", "dtend": "20260907T065000Z"},
            "2026-09-07T06:00",
            "2026-09-07T06:50",
            "Europe/Vienna",
        ),
        (
            {
                "dtstart": ";TZID=W. Europe Standard Time:20260907T080000",
                "dtend": ";TZID=W. Europe Standard Time:20260907T085000",
            },
            "2026-09-07T06:00",
            "2026-09-07T06:50",
            "Europe/Berlin",
        ),
        (
            {
                "dtstart": ";TZID=/freeassociation.sourceforge.net/America/Indiana/Knox:20260907T080000",
                "dtend": ";TZID=Europe/Vienna:20260907T155000",
            },
            "2026-09-07T13:00",
            "2026-09-07T13:50",
            "America/Indiana/Knox",
        ),
        (
            {"dtstart": ";VALUE=DATE:20260907", "dtend": ";VALUE=DATE:20260909"},
            "2026-09-06T22:00",
            "2026-09-08T22:00",
            "Europe/Vienna",
        ),
        ({"dtstart": "20260907", "dtend": ""}, "2026-09-06T22:00", "2026-09-07T22:00", "Europe/Vienna"),
        (
            {"dtstart": ";VALUE=DATE:20260907", "dtend": "", "duration": "P2D"},
            "2026-09-06T22:00",
            "2026-09-08T22:00",
            "Europe/Vienna",
        ),
        (  # over the night on which the clock is set back: seven hours are seven hours
            {"dtstart": ";TZID=Europe/Vienna:20261024T230000", "dtend": "", "duration": "PT7H"},
            "2026-10-24T21:00",
            "2026-10-25T04:00",
            "Europe/Vienna",
        ),
        (  # … and a day is a day
            {"dtstart": ";TZID=Europe/Vienna:20261024T230000", "dtend": "", "duration": "P1D"},
            "2026-10-24T21:00",
            "2026-10-25T22:00",
            "Europe/Vienna",
        ),
        (  # the second of two equal hours
            {"dtstart": "20261025T013000Z", "dtend": "20261025T014500Z"},
            "2026-10-25T01:30",
            "2026-10-25T01:45",
            "Europe/Vienna",
        ),
    ],
)
def test_times_of_every_kind(
    sqlite_sessions: Sessions, group: int, changed: dict[str, str], start: str, end: str, zone: str
) -> None:
    result = take(sqlite_sessions, calendar(vevent(**changed)), group=group)
    assert outcomes(result) == ["created"], result.rows[0].error
    event = only(sqlite_sessions)
    assert (event.start, event.end, event.timezone) == (utc(start), utc(end), zone)


def test_a_zone_with_a_name_of_its_own_is_found_by_its_place(sqlite_sessions: Sessions, group: int) -> None:
    zones = "BEGIN:VTIMEZONE\nTZID:Schulzeit\nX-LIC-LOCATION:Europe/Vienna\nEND:VTIMEZONE\n"
    text = vevent(dtstart=";TZID=Schulzeit:20260907T080000", dtend=";TZID=Schulzeit:20260907T090000")
    take(sqlite_sessions, calendar(text, zones=zones), group=group)
    assert only(sqlite_sessions).timezone == "Europe/Vienna"


@pytest.mark.parametrize(
    ("changed", "last"),
    [
        ({"rrule": "FREQ=WEEKLY;UNTIL=20260921T080000"}, "2026-09-21T06:00"),
        ({"rrule": "FREQ=WEEKLY;UNTIL=20260921T060000Z"}, "2026-09-21T06:00"),
        ({"rrule": "FREQ=WEEKLY;UNTIL=20260921T055959Z"}, "2026-09-14T06:00"),
        ({"rrule": "FREQ=WEEKLY;UNTIL=20260921"}, "2026-09-21T06:00"),
        ({"rrule": "freq=weekly;byday=MO;count=2"}, "2026-09-14T06:00"),
        (
            {"dtstart": "20260907", "dtend": "", "rrule": "FREQ=WEEKLY;UNTIL=20260921T000000Z"},
            "2026-09-20T22:00",
        ),
        (
            {"dtstart": "20260907", "dtend": "", "rrule": "FREQ=WEEKLY;UNTIL=20260920T220000Z"},
            "2026-09-20T22:00",
        ),
        (
            {"dtstart": "20260907T060000Z", "dtend": "20260907T070000Z", "rrule": "FREQ=WEEKLY;COUNT=10"},
            "2026-11-09T06:00",  # it recurs by the clock of UTC: 07:00 in Vienna by then
        ),
    ],
)
def test_series_end_when_the_file_says(
    sqlite_sessions: Sessions, group: int, changed: dict[str, str], last: str
) -> None:
    result = take(sqlite_sessions, calendar(vevent(**changed)), group=group)
    assert outcomes(result) == ["created"], result.rows[0].error
    assert starts_of(stored(sqlite_sessions))[-1] == utc(last)


def test_a_series_comes_with_its_exceptions_and_changed_occurrences(sessions: Sessions) -> None:
    with sessions.begin() as session:
        add_group(session)
    result = take(sessions, calendar(MOVED, SERIES, CALLED_OFF))
    assert outcomes(result) == ["created"] * 3
    series, moved = sorted(stored(sessions), key=lambda event: event.id)
    assert (moved.title, moved.master_event_id, moved.start) == (
        "Mathe verschoben",
        series.id,
        utc("2026-09-29T08:00"),
    )
    assert starts_of([series, moved])[:4] == [
        utc("2026-09-07T06:00"),
        utc("2026-09-29T08:00"),
        utc("2026-10-12T06:00"),
        utc("2026-10-19T06:00"),
    ]
    with sessions() as session:
        kinds = [kind for _start, kind in exceptions_of(session, series.id)]
    assert kinds == [
        ExceptionKind.SKIPPED,
        ExceptionKind.SKIPPED,
        ExceptionKind.DETACHED,
        ExceptionKind.SKIPPED,
    ]
    check_index(sessions)


def test_an_occurrence_alone_in_the_file_is_an_event(sqlite_sessions: Sessions, group: int) -> None:
    result = take(sqlite_sessions, calendar(MOVED), group=group)
    assert outcomes(result) == ["created"]
    assert only(sqlite_sessions).start == utc("2026-09-29T08:00")
    assert outcomes(take(sqlite_sessions, calendar(MOVED), group=group)) == ["unchanged"]


def test_foreign_writing_is_understood(sqlite_sessions: Sessions, group: int) -> None:
    text = vevent(
        "X-MICROSOFT-CDO-BUSYSTATUS:BUSY",
        "ATTENDEE;CN=Öhler, Anna;ROLE=REQ:mailto:a@example.org",
        "BEGIN:VALARM\nACTION:DISPLAY\nDESCRIPTION:Wecker\nTRIGGER:-PT5M\nEND:VALARM",
        summary=";LANGUAGE=de-AT:Mathe\n  3B",
    )
    data = b"\xef\xbb\xbf" + calendar(text).replace(b"\n", b"\r\n").replace(b"BEGIN:VEVENT", b"begin:vevent")
    result = take(sqlite_sessions, data, group=group)
    assert outcomes(result) == ["created"], result.rows[0].error
    event = only(sqlite_sessions)
    assert (event.title, event.message_text) == ("Mathe 3B", "Mathe 3B")


def test_line_ends_of_any_kind_are_understood(sqlite_sessions: Sessions, group: int) -> None:
    for number, ending in enumerate((b"\r", b"\n", b"\r\n")):
        data = calendar(vevent(uid=str(number))).replace(b"\n", ending)
        assert outcomes(take(sqlite_sessions, data, group=group)) == ["created"]
