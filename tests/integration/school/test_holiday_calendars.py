"""Holidays from calendar files."""

from pathlib import Path

import pytest

from infoscreen_core.domain.school.holiday_import import HolidayFormat
from infoscreen_core.domain.school.holidays import Outcome
from infoscreen_core.errors import InvalidInputError
from tests.support.events.planning import (
    Sessions,
    add_period,
)
from tests.support.school.holiday_files import enter, preview, stored

ICS = (Path(__file__).parent / "data" / "ferien.ics").read_bytes()


def test_a_calendar_file_gives_its_whole_days(sessions: Sessions) -> None:
    with sessions.begin() as session:
        period = add_period(session)
        report = enter(session, period, ICS)
        assert report.format is HolidayFormat.ICALENDAR
        assert [
            (row.line, row.outcome, str(row.sentence))
            for row in report.rows
            if row.outcome != "inserted"
        ] == [
            (
                28,
                Outcome.SKIPPED,
                "Elternabend is no whole day; a holiday goes from midnight to midnight.",
            ),
            (40, Outcome.SKIPPED, "Wandertag is cancelled."),
            (
                46,
                Outcome.SKIPPED,
                (
                    "Kaputt cannot be taken: start “2026x110” is no date and time; it is written "
                    "as in 20260907T080000."
                ),
            ),
            (
                51,
                Outcome.SKIPPED,
                "This lies outside the period 2026/27 (2026-09-07 – 2027-07-02).",
            ),
        ]
        assert stored(session) == [
            ("Herbstferien", "2026-10-27", "2026-10-31"),
            ("Jährlich", "2026-11-10", "2026-11-10"),
            ("Zwickeltage", "2026-11-11", "2026-11-12"),
            ("Mariä Empfängnis", "2026-12-08", "2026-12-08"),
            ("Weihnachtsferien", "2026-12-24", "2027-01-06"),
        ]


def test_in_a_calendar_what_is_no_holiday_is_left_out(sqlite_sessions: Sessions) -> None:
    event = "BEGIN:VEVENT\r\nSUMMARY:{}\r\nDTSTART;VALUE=DATE:20261027\r\nEND:VEVENT\r\n"
    text = "BEGIN:VCALENDAR\r\n" + event.format("") + event.format("Frei") + "END:VCALENDAR\r\n"
    with sqlite_sessions.begin() as session:
        report = enter(session, add_period(session), text)
        assert [(row.line, row.outcome, str(row.sentence)) for row in report.rows] == [
            (2, Outcome.SKIPPED, "The holiday needs a name."),
            (6, Outcome.INSERTED, "It is new."),
        ]


@pytest.mark.parametrize(
    ("events", "sentence"),
    [
        (
            ["STATUS:CANCELLED"],
            "The file has nothing that could be taken as a holiday. Line 2: Frei is cancelled.",
        ),
        (
            ["STATUS:CANCELLED", "RDATE:20261028"],
            (
                "The file has 2 entries, none of which can be taken as a holiday. The first one, "
                "line 2: Frei is cancelled."
            ),
        ),
    ],
)
def test_a_calendar_without_holidays_says_what_it_has(
    sqlite_sessions: Sessions, events: list[str], sentence: str
) -> None:
    lines = ["BEGIN:VCALENDAR"]
    for number, event in enumerate(events):
        lines += ["BEGIN:VEVENT", f"UID:{number}", "SUMMARY:Frei", "DTSTART:20261027", event]
        lines += ["END:VEVENT"]
    text = "\r\n".join([*lines, "END:VCALENDAR", ""])
    with sqlite_sessions.begin() as session:
        period = add_period(session)
        for take in (preview, enter):
            with pytest.raises(InvalidInputError) as refused:
                take(session, period, text)
            assert str(refused.value) == sentence


def test_a_calendar_of_other_years_is_refused(sqlite_sessions: Sessions) -> None:
    text = (
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:Alt\r\nDTSTART;VALUE=DATE:20200101\r\n"
        "END:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    with sqlite_sessions.begin() as session:
        with pytest.raises(
            InvalidInputError, match=r"No holiday of the file \(it has 1\) lies inside"
        ):
            enter(session, add_period(session), text)
        assert stored(session) == []


@pytest.mark.parametrize(
    "lines",
    [
        ["DTSTART;VALUE=DATE:20261027", "DURATION:P99999999D"],
        ["DTSTART;VALUE=DATE:00010101", "DTEND;VALUE=DATE:00010101"],
        ["DTSTART:00010101T000000Z", "DTEND:99991231T235959Z"],
        ["DTSTART;TZID=Europe:20261027T000000", "DTEND;TZID=Europe:20261028T000000"],
        ["DTSTART;VALUE=DATE:20261027", "DTEND:20261028T000000Z"],
        ["DTSTART:20261027T000000Z", "DTEND:20261026T000000Z"],
        ["DTSTART:20261027T000000"],
        ["BEGIN:VEVENT"] * 3000,
        [],
    ],
)
def test_a_damaged_calendar_is_refused_or_left_out_and_never_breaks(
    sqlite_sessions: Sessions, lines: list[str]
) -> None:
    event = ["BEGIN:VEVENT", "SUMMARY:Kaputt", *lines, "END:VEVENT"]
    text = "\r\n".join(["BEGIN:VCALENDAR", *event, "END:VCALENDAR", ""])
    with sqlite_sessions.begin() as session:
        with pytest.raises(InvalidInputError):
            enter(session, add_period(session), text)
        assert stored(session) == []
