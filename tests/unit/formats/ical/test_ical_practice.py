"""What calendar files found in practice get wrong, and how each is understood."""

from dataclasses import replace
from datetime import timedelta

import pytest

from infoscreen_core.domain.text.local_time import load_zone, localize
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.formats.ical_bundles import put_in_order
from infoscreen_core.formats.ical_entries import Entry, read_entry
from infoscreen_core.formats.ical_reader import read_calendar_file
from tests.support.events.planning import utc
from tests.support.exchange.calendar_text import calendar, vevent

SHORT_OF_SUMMER = """BEGIN:VTIMEZONE
TZID:Europe/Vienna
BEGIN:STANDARD
DTSTART:19701025T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
END:VTIMEZONE
"""
"""Cut short, as Thunderbird writes it: by these rules it is always winter."""
OF_ANOTHER_CONTINENT = SHORT_OF_SUMMER.replace("+0100", "-0500").replace("+0200", "-0400")


def entry_of(text: str, *, zones: str = "") -> Entry:
    (event,) = read_calendar_file(calendar(text, zones=zones)).events
    entry = read_entry(event, "Europe/Vienna")
    assert isinstance(entry, Entry)
    return entry


def start_of(entry: Entry) -> object:
    return localize(entry.start, load_zone(entry.timezone))


def notes_of(entry: Entry) -> str:
    return " ".join(str(note) for note in entry.notes)


@pytest.mark.parametrize("rule", ["", "FREQ=WEEKLY"])
def test_a_definition_cut_short_leaves_the_zone_that_its_name_says(rule: str) -> None:
    text = vevent(dtstart=";TZID=Europe/Vienna:20270708T090000", dtend="", rrule=rule)
    entry = entry_of(text, zones=SHORT_OF_SUMMER)
    assert (start_of(entry), entry.timezone) == (utc("2027-07-08T07:00"), "Europe/Vienna")
    assert "The name counts" in notes_of(entry)


@pytest.mark.parametrize("rule", ["", "FREQ=WEEKLY"])
def test_an_offset_that_the_zone_never_had_means_another_zone(rule: str) -> None:
    text = vevent(dtstart=";TZID=Europe/Vienna:20270708T090000", dtend="", rrule=rule)
    entry = entry_of(text, zones=OF_ANOTHER_CONTINENT)
    assert start_of(entry) == utc("2027-07-08T14:00")
    assert "The rules count" in notes_of(entry)


@pytest.mark.parametrize(
    ("name", "instant"),
    [
        ("UTC+01", "2027-07-08T08:00"),
        ("UTC-05:00", "2027-07-08T14:00"),
        ("GMT+0530", "2027-07-08T03:30"),
        ("utc +2", "2027-07-08T07:00"),
    ],
)
@pytest.mark.parametrize("rule", ["", "FREQ=WEEKLY"])
def test_a_name_may_say_the_offset(name: str, instant: str, rule: str) -> None:
    entry = entry_of(vevent(dtstart=f';TZID="{name}":20270708T090000', dtend="", rrule=rule))
    assert start_of(entry) == utc(instant)


@pytest.mark.parametrize("name", ["UTC+15", "UTC+", "UTC+1:99", "UT+1"])
def test_no_other_offsets_are_guessed(name: str) -> None:
    with pytest.raises(InvalidInputError, match="is unknown"):
        entry_of(vevent(dtstart=f';TZID="{name}":20270708T090000', dtend=""))


def test_a_time_that_is_called_a_date_is_a_time_and_a_note_says_so() -> None:
    entry = entry_of(
        vevent(
            dtstart=";VALUE=DATE;TZID=Europe/Vienna:20260907T080000",
            dtend=";VALUE=DATE;TZID=Europe/Vienna:20260907T093000",
        )
    )
    assert not entry.is_all_day
    assert (start_of(entry), entry.end - entry.start) == (
        utc("2026-09-07T06:00"),
        timedelta(minutes=90),
    )
    assert "(VALUE=DATE)" in notes_of(entry)


def test_but_midnight_says_no_more_than_the_date() -> None:
    entry = entry_of(
        vevent(dtstart=";VALUE=DATE:20260907T000000", dtend=";VALUE=DATE:20260908T000000")
    )
    assert (entry.is_all_day, entry.notes) == (True, ())


@pytest.mark.parametrize("end", ["", ";TZID=Europe/Vienna:20260907T080000"])
def test_what_has_no_length_lasts_a_quarter_of_an_hour_and_a_note_says_so(end: str) -> None:
    entry = entry_of(vevent(dtend=end))
    assert entry.end - entry.start == timedelta(minutes=15)
    assert "15" in notes_of(entry)


def test_a_series_under_a_new_number_may_change_both_title_and_time() -> None:
    old = entry_of(vevent(rrule="FREQ=WEEKLY"))
    hour = timedelta(hours=1)
    new = replace(old, sequence=1, title="Physik", start=old.start + hour, end=old.end + hour)
    contents = put_in_order([new, old])
    assert [one.main.title for one in contents.bundles] == ["Physik"]
    assert [one.title for one in contents.repeated] == ["Mathe 3B"]
    tuesday = replace(new, start=new.start + 24 * hour, end=new.end + 24 * hour)
    assert len(put_in_order([tuesday, old]).bundles) == 2
