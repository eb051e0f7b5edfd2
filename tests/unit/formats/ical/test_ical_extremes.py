"""Years at the ends of the calendar, in every property: taken or refused, but never a crash."""

import pytest

from infoscreen_core.errors import InvalidInputError
from infoscreen_core.formats.ical_entries import Entry, read_entry
from infoscreen_core.formats.ical_reader import read_calendar_file
from tests.support.exchange.calendar_text import calendar, vevent

STAMPS = [
    f"{day}{time}"
    for day in ("00010101", "00010102", "10000101", "89991231", "99991231", "99991230")
    for time in ("", "T000000", "T000000Z", "T235959", "T235959Z")
]
PLACES = ["DTSTART", "DTEND", "EXDATE", "RECURRENCE-ID", "LAST-MODIFIED", "UNTIL"]
ONSETS = ["DTSTART", "RDATE", "TZUNTIL", "UNTIL"]
ZONES = ["Pacific/Auckland", "America/New_York"]


@pytest.mark.parametrize("home", ZONES)
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("is_all_day", [False, True])
def test_no_year_is_too_far(place: str, home: str, *, is_all_day: bool) -> None:
    start = ";VALUE=DATE:20260901" if is_all_day else ":20260901T080000"
    for stamp in STAMPS:
        for zone in ("", f";TZID={home}", ";TZID=UTC-12", ";TZID=Nowhere"):
            lines = [] if place == "UNTIL" else [f"{place}{zone}:{stamp}"]
            rule = "FREQ=DAILY" + (f";UNTIL={stamp}" if place == "UNTIL" else "")
            given = {"dtstart": start, "dtend": "", "rrule": rule}
            given.pop(place.lower(), None)
            if place.lower() in {"dtstart", "dtend"}:
                given[place.lower()] = lines.pop()[len(place) :]
            read(calendar(vevent(*lines, **given)), home)
            read(calendar(vevent(*lines, **{**given, "rrule": ""})), home)


@pytest.mark.parametrize("duration", ["P99999999999W", "P400000W", "P2900000D", "PT99999999999S"])
def test_no_length_is_too_long(duration: str) -> None:
    for start in (";VALUE=DATE:20260901", ":20260901T080000"):
        text = vevent(dtstart=start, dtend="", duration=duration)
        read(calendar(text), "America/New_York")


@pytest.mark.parametrize("place", ONSETS)
@pytest.mark.parametrize(
    "stamp",
    ["00010101T000000", "00010101T000000Z", "99991231T235959", "99991231T235959Z", "99991231"],
)
@pytest.mark.parametrize("tzid", ["Own", "Europe/Vienna"])
def test_no_clock_change_is_too_far(place: str, stamp: str, tzid: str) -> None:
    start = stamp if place == "DTSTART" else "16010101T020000"
    for offset in ("+1400", "-1200", "+0100"):
        lines = [f"DTSTART:{start}", f"TZOFFSETFROM:{offset}", "TZOFFSETTO:+0100"]
        if place == "RDATE":
            lines.append(f"RDATE:{stamp}")
        if place == "UNTIL":
            lines.append(f"RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU;UNTIL={stamp}")
        until = [f"TZUNTIL:{stamp}"] if place == "TZUNTIL" else []
        block = ["BEGIN:STANDARD", *lines, "END:STANDARD"]
        zone = ["BEGIN:VTIMEZONE", f"TZID:{tzid}", *until, *block, "END:VTIMEZONE", ""]
        for rule in ("", "FREQ=WEEKLY", "FREQ=WEEKLY;UNTIL=99991231T235959Z"):
            text = vevent(dtstart=f";TZID={tzid}:20270708T090000", dtend="", rrule=rule)
            read(calendar(text, zones="\n".join(zone)), "Europe/Vienna")


@pytest.mark.parametrize("until", ["99991231T235959Z", "99991231", "99991231T235959", "99010101"])
@pytest.mark.parametrize("start", [";VALUE=DATE:20260901", ":20260901T080000"])
def test_an_end_in_the_farthest_future_is_none(start: str, until: str) -> None:
    (entry,) = read(
        calendar(vevent(dtstart=start, dtend="", rrule=f"FREQ=DAILY;UNTIL={until}")),
        "Europe/Vienna",
    )
    assert isinstance(entry, Entry)
    assert entry.rule == "FREQ=DAILY"


def read(data: bytes, home: str) -> list[object]:
    found: list[object] = []
    for event in read_calendar_file(data).events:
        try:
            found.append(read_entry(event, home))
        except InvalidInputError as error:
            found.append(str(error))
    return found
