"""VTIMEZONE, read by somebody else's eyes: dateutil's."""

from datetime import UTC, datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from dateutil.tz import tzical

from infoscreen_core.formats.vtimezone import vtimezone

pytestmark = pytest.mark.slow

ZONES = (
    "Europe/Vienna",
    "Europe/London",
    "America/New_York",
    "America/Nuuk",  # changes on the day before a Sunday
    "America/Santiago",
    "Australia/Lord_Howe",  # half an hour
    "Africa/Casablanca",  # follows the moon
    "Pacific/Apia",  # skipped a day
    "Asia/Kathmandu",
)


def _written(zone: str, first: datetime, last: datetime) -> str:
    return str(vtimezone(ZoneInfo(zone), first=first, last=last).to_ical().decode())


@pytest.mark.parametrize("year", [1992, 2006, 2011, 2026])
@pytest.mark.parametrize("zone", ZONES)
def test_local_times_mean_the_same_instants_as_in_the_zone_database(zone: str, year: int) -> None:
    first, last = datetime(year, 1, 20, tzinfo=UTC), datetime(year + 3, 11, 20, tzinfo=UTC)
    described = tzical(StringIO(_written(zone, first, last))).get(zone)
    assert described is not None
    local = first.replace(tzinfo=None)
    while local < last.replace(tzinfo=None):
        wanted = local.replace(tzinfo=ZoneInfo(zone))
        is_shown_once = wanted.utcoffset() == wanted.replace(fold=1).utcoffset()
        if is_shown_once:  # what else is meant differs from reader to reader
            assert local.replace(tzinfo=described).utcoffset() == wanted.utcoffset(), local
        local += timedelta(hours=7)


def test_a_zone_that_changes_twice_a_year_is_two_rules() -> None:
    year = datetime(2026, 9, 7, tzinfo=UTC)
    written = _written("Europe/Vienna", year, year)
    assert (
        written.count("RRULE:")
        == written.count("BEGIN:DAYLIGHT") + written.count("BEGIN:STANDARD")
        == 2
    )
    assert "RDATE" not in written
    assert "DTSTART:20250330T020000\r\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3" in written


def test_a_zone_without_changes_is_one_offset() -> None:
    year = datetime(2026, 9, 7, tzinfo=UTC)
    written = _written("Asia/Kathmandu", year, year)
    assert written.count("BEGIN:STANDARD") == 1
    assert "TZOFFSETTO:+0545" in written
