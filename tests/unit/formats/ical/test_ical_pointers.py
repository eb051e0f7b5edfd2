"""What EXDATE and RECURRENCE-ID point to, of whatever kind they and their series are."""

from datetime import date

import pytest

from infoscreen_core.formats.ical_bundles import Bundle, Said, point_into, put_in_order
from infoscreen_core.formats.ical_entries import Cancellation, Entry, read_entry
from infoscreen_core.formats.ical_reader import read_calendar_file
from tests.support.events.planning import utc
from tests.support.exchange.calendar_text import calendar, vevent

WHOLE_DAYS = {
    "dtstart": ";VALUE=DATE:20270104",
    "dtend": ";VALUE=DATE:20270105",
    "rrule": "FREQ=WEEKLY;COUNT=4",
}
LESSONS = {
    "dtstart": ";TZID=Europe/Vienna:20270104T150000",
    "dtend": ";TZID=Europe/Vienna:20270104T160000",
    "rrule": "FREQ=WEEKLY;COUNT=4",
}
MOVED = {
    "summary": "Verschoben",
    "dtstart": ";TZID=Europe/Vienna:20270112T100000",
    "dtend": ";TZID=Europe/Vienna:20270112T110000",
}


def said(*events: str, home: str = "Europe/Vienna") -> list[Said]:
    return [read_entry(one, home) for one in read_calendar_file(calendar(*events)).events]


def bundle(*events: str, home: str = "Europe/Vienna") -> Bundle:
    contents = put_in_order(said(*events, home=home))
    assert (contents.loose, contents.repeated) == ([], [])
    (found,) = contents.bundles
    return found


POINTERS = [
    (";VALUE=DATE:20270111", "Europe/Vienna"),
    (":20270111", "Europe/Vienna"),
    (":20270111T000000", "Europe/Vienna"),
    (";TZID=GMT Standard Time:20270111T000000", "Europe/Vienna"),
    (";TZID=Pacific/Auckland:20270111T000000", "Europe/Vienna"),
    (":20270111T000000Z", "Europe/Vienna"),
    (":20270111T000000Z", "America/New_York"),
    (":20270110T230000Z", "Europe/Vienna"),
    (":20270111T050000Z", "America/New_York"),
    (";VALUE=DATE:20270111T000000", "Europe/Vienna"),
]


@pytest.mark.parametrize(("pointer", "home"), POINTERS)
def test_in_a_series_of_whole_days_any_pointer_means_a_day(pointer: str, home: str) -> None:
    skipped = bundle(vevent(f"EXDATE{pointer}", **WHOLE_DAYS), home=home)
    assert skipped.main.exdates == (date(2027, 1, 11),)
    moved = vevent(recurrence_id=pointer, **MOVED)
    changed = bundle(vevent(**WHOLE_DAYS), moved, home=home).changed
    assert [one.key for one in changed] == ["mathe@example.org;2027-01-11"]
    off = vevent(recurrence_id=pointer, status="CANCELLED", dtstart="", dtend="")
    called_off = bundle(off, vevent(**WHOLE_DAYS), home=home).changed
    assert [one.replaces for one in called_off] == [date(2027, 1, 11)]


def test_in_a_series_with_times_a_date_means_its_day_and_a_time_itself() -> None:
    lines = (
        "EXDATE;VALUE=DATE:20270111,20270118T000000",
        "EXDATE;TZID=America/New_York:20270125T090000",
        "EXDATE:",
    )
    found = bundle(vevent(*lines, **LESSONS))
    assert found.main.exdates == (
        date(2027, 1, 11),
        date(2027, 1, 18),
        utc("2027-01-25T14:00"),
    )
    moved = bundle(vevent(**LESSONS), vevent(recurrence_id=";VALUE=DATE:20270111", **MOVED))
    assert [one.replaces for one in moved.changed] == [date(2027, 1, 11)]


def test_an_occurrence_without_its_series_knows_both_meanings() -> None:
    text = vevent(recurrence_id=":20270110T230000Z", status="CANCELLED")
    (entry,) = said(text)
    assert isinstance(entry, Cancellation)
    assert (entry.replaces, entry.replaces_day) == (utc("2027-01-10T23:00"), date(2027, 1, 11))
    assert point_into(entry, is_all_day=False) == entry
    assert point_into(entry, is_all_day=True).key == "mathe@example.org;2027-01-11"


def test_a_rule_beside_the_pointer_is_the_series_own() -> None:
    lines = "RRULE:FREQ=WEEKLY;COUNT=4", "RDATE:20270118T150000", "EXDATE:20270118T150000"
    (entry,) = said(vevent(*lines, recurrence_id=":20270111T140000Z", **MOVED))
    assert isinstance(entry, Entry)
    assert (entry.rule, entry.exdates, entry.start.day) == (None, (), 12)
