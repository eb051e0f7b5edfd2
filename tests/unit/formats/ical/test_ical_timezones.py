"""Offsets from UTC, as a VTIMEZONE explains them."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from infoscreen_core.errors import InvalidInputError
from infoscreen_core.formats.ical_entries import read_entry
from infoscreen_core.formats.ical_reader import read_calendar_file
from infoscreen_core.formats.ical_timezones import ZoneRules
from tests.support.exchange.calendar_text import calendar, vevent

HOUR = timedelta(hours=1)
_FIRST, _LAST = datetime.min, datetime.max  # noqa: DTZ901 - UTC, which is written naive here
SPRING, AUTUMN = datetime(2027, 3, 28, 1), datetime(2027, 10, 31, 1)
RULES = ZoneRules.of([(AUTUMN, 2 * HOUR, HOUR), (SPRING, HOUR, 2 * HOUR)], is_endless=False)


def at(*clock: int) -> datetime:
    return datetime(*clock, tzinfo=UTC)  # type: ignore[arg-type, misc]


def test_an_offset_holds_from_one_change_to_the_next() -> None:
    assert RULES.offset_at(SPRING - timedelta(seconds=1)) == HOUR
    assert RULES.offset_at(SPRING) == 2 * HOUR
    assert RULES.offset_at(AUTUMN - timedelta(seconds=1)) == 2 * HOUR
    assert RULES.offset_at(datetime(2100, 7, 1)) == HOUR


def test_skipped_times_move_on_and_of_two_equal_ones_the_first_is_meant() -> None:
    assert RULES.localize(datetime(2027, 3, 28, 1, 59)) == at(2027, 3, 28, 0, 59)
    assert RULES.localize(datetime(2027, 3, 28, 2, 30)) == at(2027, 3, 28, 1, 30)
    assert RULES.localize(datetime(2027, 3, 28, 3)) == at(2027, 3, 28, 1)
    assert RULES.localize(datetime(2027, 10, 31, 2, 30)) == at(2027, 10, 31, 0, 30)
    assert RULES.localize(datetime(2027, 10, 31, 3)) == at(2027, 10, 31, 2)


def test_a_list_that_ends_says_little_of_what_comes_before_and_after() -> None:
    assert (RULES.known_from, RULES.known_until) == (
        SPRING - timedelta(days=100),
        AUTUMN + timedelta(days=100),
    )
    for_ever = ZoneRules.of([(SPRING, HOUR, 2 * HOUR)], is_endless=True)
    assert for_ever.known_until == _LAST
    fixed = ZoneRules.of([(SPRING, HOUR, HOUR)], is_endless=False)
    assert (fixed.onsets, fixed.known_from, fixed.known_until) == (
        (),
        _FIRST,
        _LAST,
    )


def test_differences_are_stretches_of_time() -> None:
    winter = ZoneRules(HOUR)
    first, last = datetime(2027, 1, 1), datetime(2028, 1, 1)
    assert RULES.differences(winter, first, last) == [(SPRING, AUTUMN)]
    assert RULES.differences(winter, first, SPRING) == []
    assert RULES.differences(winter, datetime(2027, 7, 1), last) == [(datetime(2027, 7, 1), AUTUMN)]
    assert RULES.differences(ZoneRules(3 * HOUR), first, last) == [(first, last)]


_STAMPS = st.one_of(
    st.sampled_from(["16010101T000000", "20270328T020000", "00010101", "99991231T235959Z", "x"]),
    st.text("0123456789TZ", max_size=16),
)
_OFFSETS = st.one_of(
    st.sampled_from(["+0100", "-0930", "+2359", "0100", ""]), st.text("+-0123456789:", max_size=7)
)
_RULES = st.sampled_from(
    [
        "RRULE:FREQ=YEARLY",
        "RRULE:FREQ=YEARLY;COUNT=3",
        "RRULE:FREQ=YEARLY;UNTIL=00010101",
        "RRULE:FREQ=YEARLY;UNTIL=99991231T235959Z;BYDAY=-1SU;BYMONTH=3",
        "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;INTERVAL=9",
        "RRULE:FREQ=SECONDLY",
        "RDATE;VALUE=PERIOD:20270328T020000/PT1H,20280326T020000",
        "RDATE:x",
        "BEGIN:STANDARD",
        "END:STANDARD",
        "",
    ]
)


@given(st.lists(st.tuples(_STAMPS, _OFFSETS, _OFFSETS, _RULES), max_size=4), st.booleans())
def test_any_explanation_gets_an_answer(
    observances: list[tuple[str, str, str, str]], is_series: bool
) -> None:
    zone = ["BEGIN:VTIMEZONE", "TZID:Own"]
    for start, before, after, rule in observances:
        zone += ["BEGIN:STANDARD", f"DTSTART:{start}", f"TZOFFSETFROM:{before}"]
        zone += [f"TZOFFSETTO:{after}", rule, "END:STANDARD"]
    text = vevent(
        dtstart=";TZID=Own:20270328T023000",
        dtend=";TZID=Own:20270328T033000",
        rrule="FREQ=WEEKLY" if is_series else "",
    )
    data = calendar(text, zones="\n".join([*zone, "END:VTIMEZONE", ""]))
    for event in read_calendar_file(data).events:
        try:
            read_entry(event, "Europe/Vienna")
        except InvalidInputError as refused:
            assert refused.field in {"timezone", "end"}  # noqa: PT017 - both ways are right ones
