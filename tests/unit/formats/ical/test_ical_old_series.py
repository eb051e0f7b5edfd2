"""Series that began before the years that people plan for keep the dates that follow."""

from datetime import date, datetime, timedelta

import pytest
from dateutil.rrule import rrulestr
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from infoscreen_core.domain.recurrence.expansion import Series, expand
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.formats.ical_entries import Entry, read_entry
from infoscreen_core.formats.ical_reader import read_calendar_file
from tests.support.events.planning import utc
from tests.support.exchange.calendar_text import calendar, vevent

RULES = st.sampled_from(
    [
        "FREQ=DAILY;INTERVAL=3",
        "FREQ=WEEKLY",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR",
        "FREQ=WEEKLY;INTERVAL=3;WKST=SU;BYDAY=SU,TU",
        "FREQ=MONTHLY",
        "FREQ=MONTHLY;INTERVAL=5;BYDAY=-1FR",
        "FREQ=MONTHLY;INTERVAL=7;BYMONTHDAY=31",
        "FREQ=YEARLY",
        "FREQ=YEARLY;INTERVAL=4",
        "FREQ=YEARLY;BYMONTH=11;BYDAY=4TH",
    ]
)
BOUNDS = datetime(1900, 1, 1), datetime(2001, 1, 1)
ENDS = st.sampled_from(["", ";UNTIL=19930401", ";COUNT=60", ";COUNT=900"])


def read(start: str, rule: str, *lines: str) -> Entry:
    text = vevent(*lines, dtstart=f";VALUE=DATE:{start}", dtend="", rrule=rule)
    (event,) = read_calendar_file(calendar(text)).events
    entry = read_entry(event, "Europe/Vienna")
    assert isinstance(entry, Entry)
    return entry


def days_of(entry: Entry) -> list[date]:
    series = Series(
        start_local=entry.start, end_local=entry.end, timezone=entry.timezone, rule=entry.rule
    )
    found = expand(series, window_start=utc("1980-01-01T00:00"), window_end=utc("2001-01-02T00:00"))
    return [one.start_local.date() for one in found if one.start_local.year < 2001]


@settings(max_examples=30, deadline=None)
@given(start=st.dates(date(1940, 1, 1), date(1989, 12, 31)), rule=RULES, end=ENDS)
def test_the_dates_from_1990_on_are_those_of_the_whole_rule(
    start: date, rule: str, end: str
) -> None:
    assume((start.month, start.day) != (2, 29))
    whole = rrulestr(rule + end, dtstart=datetime(start.year, start.month, start.day))
    hits = [one.date() for one in whole.between(*BOUNDS, inc=True)]
    if ";COUNT" in end:
        assume(hits[0] == start)
    wanted = [one for one in hits if 1990 <= one.year < 2001]
    try:
        found = days_of(read(f"{start:%Y%m%d}", rule + end))
    except InvalidInputError as error:
        assert not [one for one in hits if one.year >= 1990], error  # noqa: PT017
    else:
        assert found == wanted


def test_a_birthday_of_long_ago_begins_in_1990_without_a_word() -> None:
    entry = read("19500317", "FREQ=YEARLY", "EXDATE;VALUE=DATE:19800317,20260317")
    assert (entry.start, entry.end - entry.start) == (
        utc("1990-03-17T00:00").replace(tzinfo=None),
        timedelta(days=1),
    )
    assert (entry.exdates, entry.notes) == ((date(2026, 3, 17),), ())


def test_a_counted_series_has_what_is_left_of_it() -> None:
    entry = read("19800101", "FREQ=YEARLY;COUNT=12")
    assert entry.rule == "FREQ=YEARLY;COUNT=2"
    assert [
        "12 dates of the series, 10 lie before the year 1990" in str(one) for one in entry.notes
    ]


@pytest.mark.parametrize("end", ["COUNT=3", "UNTIL=19891231", "UNTIL=19891231T120000Z"])
def test_a_series_of_long_ago_may_be_over(end: str) -> None:
    with pytest.raises(InvalidInputError, match="is over"):
        read("19800101", f"FREQ=YEARLY;{end}")
