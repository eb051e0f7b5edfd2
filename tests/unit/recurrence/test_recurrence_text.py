"""Rules and exception dates as text."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infoscreen_core.domain.recurrence.expansion import (
    ByDay,
    Frequency,
    RecurrenceRule,
    format_exdates,
    format_rule,
    parse_exdates,
    read_rule,
)
from infoscreen_core.errors import InvalidInputError


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("FREQ=DAILY", "FREQ=DAILY"),
        (" rrule:freq=weekly;byday=we,mo,we ", "FREQ=WEEKLY;BYDAY=MO,WE"),
        ("INTERVAL=01;FREQ=DAILY;WKST=MO", "FREQ=DAILY"),
        (
            "WKST=SU;BYDAY=TU,SU;INTERVAL=2;FREQ=WEEKLY;COUNT=4",
            "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU",
        ),
        ("FREQ=MONTHLY;BYDAY=+1MO,-1FR", "FREQ=MONTHLY;BYDAY=-1FR,1MO"),
        ("FREQ=MONTHLY;BYMONTHDAY=+2,-1,02", "FREQ=MONTHLY;BYMONTHDAY=-1,2"),
        ("FREQ=DAILY;UNTIL=20270702", "FREQ=DAILY;UNTIL=20270702"),
        ("FREQ=DAILY;until=20270702t215959z", "FREQ=DAILY;UNTIL=20270702T215959Z"),
        ("FREQ=DAILY;UNTIL=00090101", "FREQ=DAILY;UNTIL=00090101"),
    ],
)
def test_a_rule_has_one_canonical_text(text: str, canonical: str) -> None:
    assert format_rule(read_rule(text)) == canonical


def test_a_rule_is_read_into_its_parts() -> None:
    assert read_rule(
        "FREQ=MONTHLY;INTERVAL=2;UNTIL=20270702;BYMONTH=9,1;BYDAY=-1FR;BYSETPOS=1;WKST=SU"
    ) == (
        RecurrenceRule(
            frequency=Frequency.MONTHLY,
            interval=2,
            until=date(2027, 7, 2),
            by_month=(1, 9),
            by_day=(ByDay(-1, 4),),
            by_set_position=(1,),
            week_start=6,
        )
    )


def test_exception_dates_are_utc_stamps_separated_by_commas() -> None:
    text = "20260907T060000Z,20261026T070000Z"
    instants = {datetime(2026, 9, 7, 6, tzinfo=UTC), datetime(2026, 10, 26, 7, tzinfo=UTC)}
    assert parse_exdates(text) == instants
    assert parse_exdates(" 20261026T070000Z , 20260907T060000Z ") == instants
    assert format_exdates(instants) == text


def test_no_exception_dates_are_empty_text() -> None:
    assert parse_exdates("") == parse_exdates("  ") == frozenset()
    assert format_exdates([]) == ""


@pytest.mark.parametrize(
    "text",
    [
        *(
            "20260907",
            "20260907T060000",
            "2026-09-07T06:00:00Z",
            "20260907T0600Z",
            "20260907t060000z",
        ),
        *(
            "20260230T060000Z",
            "20260907T250000Z",
            "20260907T060000Z,",
            ",",
            "20260907T060000Z;20260908T060000Z",
        ),
        *("\u0662\u0660260907T060000Z", "20260907T060000Z\x00", "\ud800"),
    ],
)
def test_an_exception_date_that_would_match_nothing_is_refused(text: str) -> None:
    with pytest.raises(
        InvalidInputError, match="20260907T060000Z, and separate several by commas"
    ) as caught:
        parse_exdates(text)
    assert caught.value.field == "recurrence_exception"
    assert str(caught.value).isprintable()


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(
    st.frozensets(
        st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=45))]))
    )
)
def test_exception_dates_survive_being_written_and_read(instants: frozenset[datetime]) -> None:
    instants = frozenset(one for one in instants if datetime(2, 1, 1, tzinfo=UTC) < one)
    assert parse_exdates(format_exdates(instants)) == {
        one.replace(microsecond=0) for one in instants
    }
