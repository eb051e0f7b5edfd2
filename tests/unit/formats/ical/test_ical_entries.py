"""What events of calendar files say, in our terms."""

from datetime import datetime, timedelta

import pytest

from infoscreen_core.domain.recurrence.expansion import Series, expand
from infoscreen_core.domain.text.local_time import load_zone, localize
from infoscreen_core.formats.ical_entries import Entry, read_entry
from infoscreen_core.formats.ical_reader import read_calendar_file
from tests.support.events.planning import MONDAY, utc
from tests.support.exchange.calendar_text import calendar, vevent


def entries_in(data: bytes) -> list[Entry]:
    """The entries of a file, read in Vienna."""
    found = [read_entry(event, "Europe/Vienna") for event in read_calendar_file(data).events]
    return [one for one in found if isinstance(one, Entry)]


def instant(wall: datetime, entry: Entry) -> datetime:
    return localize(wall, load_zone(entry.timezone))


@pytest.mark.parametrize(
    ("changed", "start", "end", "zone"),
    [
        (
            {"dtend": "", "duration": "PT50M"},
            "2026-09-07T06:00",
            "2026-09-07T06:50",
            "Europe/Vienna",
        ),
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
                "dtstart": ";TZID=/freeassociation.sourceforge.net/America/Indiana/Knox"
                ":20260907T080000",
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
        (
            {"dtstart": "20260907", "dtend": ""},
            "2026-09-06T22:00",
            "2026-09-07T22:00",
            "Europe/Vienna",
        ),
        (
            {"dtstart": ";VALUE=DATE:20260907", "dtend": "", "duration": "P2D"},
            "2026-09-06T22:00",
            "2026-09-08T22:00",
            "Europe/Vienna",
        ),
        (  # the only day as the end, too
            {"dtstart": ";VALUE=DATE:20260907", "dtend": ";VALUE=DATE:20260907"},
            "2026-09-06T22:00",
            "2026-09-07T22:00",
            "Europe/Vienna",
        ),
        (  # the kind is written, though it is another
            {"dtstart": ";VALUE=DATE-TIME:20260907", "dtend": ";VALUE=DATE:20260908T000000"},
            "2026-09-06T22:00",
            "2026-09-07T22:00",
            "Europe/Vienna",
        ),
        (
            {"dtstart": "20260907T220000", "dtend": "20260907T240000"},
            "2026-09-07T20:00",
            "2026-09-07T22:00",
            "Europe/Vienna",
        ),
        (  # a leap second
            {"dtstart": "20260907t060000z", "dtend": "20260907T065960Z"},
            "2026-09-07T06:00",
            "2026-09-07T06:59:59",
            "Europe/Vienna",
        ),
        (  # in UTC, by the clock of a zone
            {
                "dtstart": ";TZID=America/New_York:20260907T060000Z",
                "dtend": ";TZID=Mars:20260907T065000Z",
            },
            "2026-09-07T06:00",
            "2026-09-07T06:50",
            "America/New_York",
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
def test_times_of_every_kind(changed: dict[str, str], start: str, end: str, zone: str) -> None:
    (entry,) = entries_in(calendar(vevent(**changed)))
    assert (instant(entry.start, entry), instant(entry.end, entry)) == (utc(start), utc(end))
    assert entry.timezone == zone


def test_a_zone_with_a_name_of_its_own_is_found_by_its_place() -> None:
    zones = "BEGIN:VTIMEZONE\nTZID:Schulzeit\nX-LIC-LOCATION:Europe/Vienna\nEND:VTIMEZONE\n"
    text = vevent(
        dtstart=";TZID=Schulzeit:20260907T080000", dtend=";TZID=Schulzeit:20260907T090000"
    )
    (entry,) = entries_in(calendar(text, zones=zones))
    assert entry.timezone == "Europe/Vienna"


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
            {
                "dtstart": "20260907T060000Z",
                "dtend": "20260907T070000Z",
                "rrule": "FREQ=WEEKLY;COUNT=10",
            },
            "2026-11-09T06:00",  # it recurs by the clock of UTC: 07:00 in Vienna by then
        ),
    ],
)
def test_series_end_when_the_file_says(changed: dict[str, str], last: str) -> None:
    (entry,) = entries_in(calendar(vevent(**changed)))
    series = Series(
        start_local=entry.start, end_local=entry.end, timezone=entry.timezone, rule=entry.rule
    )
    found = expand(
        series, window_start=MONDAY - timedelta(days=400), window_end=utc("2026-12-01T00:00")
    )
    assert found[-1].start == utc(last)


@pytest.mark.parametrize(
    ("lines", "location", "is_private"),
    [
        ([], "", False),
        (["LOCATION: Aula\\, 1. Stock ", "CLASS:PUBLIC"], "Aula, 1. Stock", False),
        (["CLASS:private"], "", True),
        (["CLASS:CONFIDENTIAL"], "", True),
    ],
)
def test_a_place_and_who_may_see_it_are_read(
    lines: list[str], location: str, *, is_private: bool
) -> None:
    (entry,) = entries_in(calendar(vevent(*lines)))
    assert (entry.location, entry.is_private) == (location, is_private)


def test_a_series_in_utc_that_names_a_zone_recurs_by_its_clock() -> None:
    (entry,) = entries_in(
        calendar(
            vevent(
                dtstart=";TZID=Europe/Vienna:20260907T060000Z", dtend="", duration="PT1H",
                rrule="FREQ=WEEKLY",
            )
        )
    )  # fmt: skip
    assert (entry.timezone, entry.start) == ("Europe/Vienna", datetime(2026, 9, 7, 8))


@pytest.mark.parametrize(
    ("own", "zone", "start"),
    [
        ("America/New_York", "America/New_York", "2026-09-07T12:00"),
        ("Eastern Standard Time", "America/New_York", "2026-09-07T12:00"),
        ("Mars/Olympus", "Europe/Vienna", "2026-09-07T06:00"),
        ("", "Europe/Vienna", "2026-09-07T06:00"),
    ],
)
def test_times_without_a_zone_are_in_the_calendars_own(own: str, zone: str, start: str) -> None:
    floating = vevent(dtstart="20260907T080000", dtend="20260907T090000")
    others = vevent(), vevent(dtstart="20260907", dtend="")
    first, in_vienna, day = entries_in(calendar(floating, *others, zones=f"X-WR-TIMEZONE:{own}\n"))
    assert (instant(first.start, first), first.timezone) == (utc(start), zone)
    assert ["Mars/Olympus" in str(note) for note in first.notes] == [True] * own.count("Mars")
    assert (in_vienna.timezone, day.timezone) == ("Europe/Vienna", "Europe/Vienna")


def test_long_texts_are_cut_off_with_a_note() -> None:
    (entry,) = entries_in(calendar(vevent(summary="x" * 201, description="ä" * 5001)))
    assert (len(entry.title), len(entry.description)) == (200, 5000)
    assert (entry.title[-2:], entry.description[-2:]) == ("x…", "ä…")
    assert [note.params["length"] for note in entry.notes] == [201, 5001]
    (fits,) = entries_in(calendar(vevent(summary="x" * 200, description="ä" * 5000)))
    assert (len(fits.title), len(fits.description), fits.notes) == (200, 5000, ())


@pytest.mark.parametrize(
    ("title", "is_off"),
    [
        ("Canceled: Konzert", True),
        ("CANCELLED: Konzert", True),
        ("Abgesagt: Konzert", True),
        ("Storniert : Konzert", True),
        ("Abgesagtes Konzert", False),
        ("Konzert: abgesagt", False),
    ],
)
def test_a_title_that_calls_the_event_off_is_pointed_out(title: str, *, is_off: bool) -> None:
    (entry,) = entries_in(calendar(vevent(summary=title)))
    assert (entry.title, ["called off" in str(note) for note in entry.notes]) == (
        title,
        [True] * is_off,
    )
