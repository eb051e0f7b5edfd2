"""What calls an event off, and what it needs for that."""

from datetime import UTC, date, datetime

import pytest

from infoscreen_core.formats.ical_entries import Cancellation, Entry, read_entry
from infoscreen_core.formats.ical_reader import read_calendar_file
from tests.support.exchange.calendar_text import calendar, vevent

BARE = "UID:mathe@example.org\nSEQUENCE:2"


def read(data: bytes) -> Entry | Cancellation:
    (event,) = read_calendar_file(data).events
    return read_entry(event, "Europe/Vienna")


@pytest.mark.parametrize(
    "data",
    [
        calendar(vevent(status="CANCELLED")),
        calendar(vevent(status="cancelled", dtstart="", dtend="")),
        calendar(BARE, zones="METHOD:CANCEL\n"),
        calendar(vevent(), zones="METHOD: cancel \n"),
        calendar(vevent()).replace(b"END:VCALENDAR", b"METHOD:CANCEL\nEND:VCALENDAR"),
    ],
)
def test_an_event_is_called_off_by_its_status_or_its_calendars_method(data: bytes) -> None:
    found = read(data)
    assert isinstance(found, Cancellation)
    assert found.key == "mathe@example.org"


@pytest.mark.parametrize(
    ("which", "key"),
    [
        (";VALUE=DATE:20260914", "mathe@example.org;2026-09-14"),
        (";TZID=Europe/Vienna:20260914T080000", "mathe@example.org;20260914T060000Z"),
    ],
)
def test_one_occurrence_is_called_off_by_its_identity_alone(which: str, key: str) -> None:
    found = read(calendar(f"{BARE}\nRECURRENCE-ID{which}", zones="METHOD:CANCEL\n"))
    assert isinstance(found, Cancellation)
    assert (found.key, found.sequence, found.title) == (key, 2, "")
    assert found.replaces in {date(2026, 9, 14), datetime(2026, 9, 14, 6, tzinfo=UTC)}


def test_a_method_is_that_of_its_calendar_alone() -> None:
    data = calendar(BARE, zones="METHOD:CANCEL\n") + calendar(vevent())
    kinds = [type(read_entry(one, "UTC")) for one in read_calendar_file(data).events]
    assert kinds == [Cancellation, Entry]
