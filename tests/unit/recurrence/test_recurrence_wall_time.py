"""Series keep their wall time: clock changes, year ends, leap days, nights and overlaps."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil import tz
from hypothesis import given, settings
from hypothesis import strategies as st

from infoscreen_core.domain.recurrence.expansion import (
    Occurrence,
    Series,
    expand,
    find_unmatched_exdates,
    last_occurrence_end,
    next_occurrences,
    starts_off_rule,
)
from infoscreen_core.domain.text.local_time import load_zone, localize, to_local
from infoscreen_core.errors import InvalidInputError

VIENNA = ZoneInfo("Europe/Vienna")


def series(start: str, end: str, rule: str | None = None, zone: str = "Europe/Vienna") -> Series:
    return Series(
        start_local=datetime.fromisoformat(start),
        end_local=datetime.fromisoformat(end),
        timezone=zone,
        rule=rule,
    )


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def within(one: Series, window_start: str, window_end: str) -> list[str]:
    """Return the occurrences as `start/end` in UTC."""
    found = expand(one, window_start=utc(window_start), window_end=utc(window_end))
    return [f"{occurrence.start:%m-%d %H:%M}/{occurrence.end:%m-%d %H:%M}" for occurrence in found]


def local_starts(one: Series, n: int) -> list[str]:
    return [
        f"{found.start_local:%Y-%m-%d %H:%M}"
        for found in next_occurrences(one, utc("1990-01-01"), n)
    ]


def test_eight_o_clock_stays_eight_o_clock_across_both_clock_changes() -> None:
    lesson = series("2026-09-07T08:00", "2026-09-07T08:50", "FREQ=WEEKLY;BYDAY=MO")
    assert within(lesson, "2026-10-18", "2026-10-27") == [
        "10-19 06:00/10-19 06:50",
        "10-26 07:00/10-26 07:50",
    ]
    assert within(lesson, "2027-03-20", "2027-03-30") == [
        "03-22 07:00/03-22 07:50",
        "03-29 06:00/03-29 06:50",
    ]
    assert {one[-5:] for one in local_starts(lesson, 60)} == {"08:00"}


def test_half_past_midnight_on_monday_is_not_tuesday_nor_sunday() -> None:
    lesson = series("2026-09-07T00:30", "2026-09-07T01:15", "FREQ=WEEKLY;BYDAY=MO")
    assert {datetime.fromisoformat(one).weekday() for one in local_starts(lesson, 60)} == {0}


def test_the_local_end_is_kept_on_the_days_of_the_change() -> None:
    day = series("2026-03-27T00:30", "2026-03-27T16:00", "FREQ=DAILY")
    assert within(day, "2026-03-28T12:00", "2026-03-29T20:00") == [
        "03-27 23:30/03-28 15:00",
        "03-28 23:30/03-29 14:00",  # one hour less
    ]
    autumn = replace(
        day, start_local=datetime(2026, 10, 24, 0, 30), end_local=datetime(2026, 10, 24, 16)
    )
    assert within(autumn, "2026-10-25T12:00", "2026-10-25T13:00") == [
        "10-24 22:30/10-25 15:00"
    ]  # one more


def test_a_start_in_the_skipped_hour_moves_forward_by_the_gap() -> None:
    night = series("2026-03-28T02:30", "2026-03-28T04:00", "FREQ=DAILY")
    assert local_starts(night, 3) == ["2026-03-28 02:30", "2026-03-29 03:30", "2026-03-30 02:30"]
    assert within(night, "2026-03-29T01:00", "2026-03-29T12:00") == ["03-29 01:30/03-29 02:00"]


def test_an_occurrence_that_the_gap_swallows_keeps_its_length() -> None:
    night = series("2026-03-28T02:30", "2026-03-28T03:15", "FREQ=DAILY")
    assert within(night, "2026-03-29T01:00", "2026-03-29T12:00") == ["03-29 01:30/03-29 02:15"]
    once = series("2026-03-29T02:30", "2026-03-29T03:15")
    assert within(once, "2026-03-29T01:00", "2026-03-29T12:00") == ["03-29 01:30/03-29 02:15"]


def test_of_two_equal_hours_the_first_is_meant() -> None:
    night = series("2026-10-24T02:30", "2026-10-24T02:45", "FREQ=DAILY")
    assert within(night, "2026-10-25", "2026-10-25T12:00") == ["10-25 00:30/10-25 00:45"]


def test_half_an_hour_of_clock_change_is_half_an_hour() -> None:
    night = series("2026-10-03T02:15", "2026-10-03T05:00", "FREQ=DAILY", zone="Australia/Lord_Howe")
    assert local_starts(night, 3) == ["2026-10-03 02:15", "2026-10-04 02:45", "2026-10-05 02:15"]


def test_a_day_that_the_zone_skipped_gives_no_second_occurrence_on_the_next() -> None:
    lesson = series("2011-12-28T08:00", "2011-12-28T09:00", "FREQ=DAILY", zone="Pacific/Apia")
    starts = [one.start for one in next_occurrences(lesson, utc("2011-12-28"), 4)]
    assert len(set(starts)) == 4
    assert local_starts(lesson, 4) == [
        f"{day} 08:00" for day in ("2011-12-28", "2011-12-29", "2011-12-31", "2012-01-01")
    ]


def test_a_single_event_in_the_second_of_two_equal_hours_keeps_its_instants() -> None:
    start, end = utc("2026-10-25T00:45"), utc("2026-10-25T01:15")  # 02:45 first to 02:15 second
    once = Series.from_utc(start, end, timezone="Europe/Vienna")
    assert expand(once, window_start=start, window_end=end) == [
        Occurrence(start, end, datetime(2026, 10, 25, 2, 45))
    ]


def test_a_series_that_begins_in_the_second_of_two_equal_hours_is_told_so() -> None:
    start = utc("2026-10-25T01:30")
    daily = Series.from_utc(
        start, start + timedelta(minutes=20), timezone="Europe/Vienna", rule="FREQ=DAILY"
    )
    assert starts_off_rule(daily)
    assert next_occurrences(daily, start, 1)[0].start == utc("2026-10-26T01:30")


def test_year_ends_and_leap_days_are_passed_day_by_day() -> None:
    assert (
        local_starts(series("2027-12-31T23:30", "2028-01-01T00:30", "FREQ=DAILY"), 2)[1]
        == "2028-01-01 23:30"
    )
    assert local_starts(series("2028-02-28T08:00", "2028-02-28T09:00", "FREQ=DAILY"), 3) == [
        *("2028-02-28 08:00", "2028-02-29 08:00", "2028-03-01 08:00"),
    ]
    assert (
        local_starts(series("2027-02-28T08:00", "2027-02-28T09:00", "FREQ=DAILY"), 2)[1]
        == "2027-03-01 08:00"
    )


def test_a_week_over_new_year_is_one_week() -> None:
    rule = "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH,FR,SA"
    assert local_starts(series("2026-12-31T08:00", "2026-12-31T09:00", rule), 4) == [
        *("2026-12-31 08:00", "2027-01-01 08:00", "2027-01-02 08:00", "2027-01-14 08:00"),
    ]


def test_the_last_day_of_february_moves_with_leap_years() -> None:
    rule = "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1"
    found = local_starts(series("2027-02-28T08:00", "2027-02-28T09:00", rule), 3)
    assert [one[:10] for one in found] == ["2027-02-28", "2028-02-29", "2029-02-28"]


def test_months_without_a_31st_are_passed_over() -> None:
    found = local_starts(series("2026-08-31T08:00", "2026-08-31T09:00", "FREQ=MONTHLY"), 4)
    assert [one[:10] for one in found] == ["2026-08-31", "2026-10-31", "2026-12-31", "2027-01-31"]


def test_an_evening_in_the_west_and_a_morning_in_the_east_lie_on_other_dates_in_utc() -> None:
    west = series("2026-09-01T23:30", "2026-09-01T23:40", "FREQ=DAILY", zone="Pacific/Pago_Pago")
    assert within(west, "2026-09-08T10:35", "2026-09-08T10:36") == [
        "09-08 10:30/09-08 10:40"
    ]  # the 7th there
    east = series("2026-09-01T00:30", "2026-09-01T00:40", "FREQ=DAILY", zone="Pacific/Kiritimati")
    assert within(east, "2026-09-07T10:35", "2026-09-07T10:36") == [
        "09-07 10:30/09-07 10:40"
    ]  # the 8th there


def test_what_began_before_the_window_is_in_it() -> None:
    camp = series("2026-07-01T08:00", "2026-07-11T16:00", "FREQ=MONTHLY")
    assert within(camp, "2026-08-05", "2026-08-06") == ["08-01 06:00/08-11 14:00"]


def test_a_window_holds_ends_after_its_start_and_starts_before_its_end_only() -> None:
    night = series("2026-09-07T22:00", "2026-09-08T06:00", "FREQ=DAILY")  # 20:00 to 04:00 UTC
    assert within(night, "2026-09-09T04:00", "2026-09-09T20:00") == []
    assert within(night, "2026-09-09T03:59", "2026-09-09T20:01") == [
        *("09-08 20:00/09-09 04:00", "09-09 20:00/09-10 04:00"),
    ]


def test_one_series_may_overlap_itself() -> None:
    exhibition = series("2026-09-07T08:00", "2026-09-10T20:00", "FREQ=DAILY")
    assert [one[:5] for one in within(exhibition, "2026-09-20T12:00", "2026-09-20T12:01")] == [
        *("09-17", "09-18", "09-19", "09-20"),
    ]


def test_a_single_event_is_its_own_and_only_occurrence() -> None:
    once = series("2026-09-07T08:00", "2026-09-09T09:00")
    assert within(once, "2026-09-08", "2026-09-08T00:01") == ["09-07 06:00/09-09 07:00"]
    assert within(once, "2026-09-10", "2027-09-10") == []
    assert next_occurrences(once, utc("2026-09-07T06:01"), 3) == []
    assert last_occurrence_end(once) == utc("2026-09-09T07:00")
    assert not starts_off_rule(once)


def test_the_limit_counts_what_touches_the_window() -> None:
    daily = series("2026-09-07T08:00", "2026-09-07T09:00", "FREQ=DAILY")
    found = expand(daily, window_start=utc("2027-01-01"), window_end=utc("9999-12-31"), limit=2)
    assert [one.start for one in found] == [utc("2027-01-01T07:00"), utc("2027-01-02T07:00")]


def test_any_window_is_answered_even_the_widest() -> None:
    yearly = series("2026-09-07T08:00", "2026-09-07T09:00", "FREQ=YEARLY;COUNT=3")
    first, last = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    assert len(expand(yearly, window_start=first, window_end=last)) == 3
    assert expand(yearly, window_start=utc("2029-01-01"), window_end=utc("2029-12-31")) == []


def test_until_counts_the_instant_and_the_whole_local_day() -> None:
    start = ("2026-09-07T23:30", "2026-09-08T00:30")
    assert (
        len(local_starts(series(*start, "FREQ=DAILY;UNTIL=20260909T213000Z"), 9)) == 3
    )  # 23:30 is 21:30 UTC
    assert len(local_starts(series(*start, "FREQ=DAILY;UNTIL=20260909T212959Z"), 9)) == 2
    assert len(local_starts(series(*start, "FREQ=DAILY;UNTIL=20260909"), 9)) == 3
    assert (
        len(local_starts(series(*start, "FREQ=DAILY;UNTIL=20260909", zone="Pacific/Kiritimati"), 9))
        == 3
    )


def test_until_takes_the_first_of_two_equal_hours_for_what_it_is() -> None:
    night = series("2026-10-24T02:45", "2026-10-24T03:00", "FREQ=DAILY;UNTIL=20261025T011500Z")
    assert local_starts(night, 9) == [
        "2026-10-24 02:45",
        "2026-10-25 02:45",
    ]  # the second is 00:45 UTC


def test_count_counts_before_exceptions_and_is_never_topped_up() -> None:
    four = series("2026-09-07T08:00", "2026-09-07T09:00", "FREQ=DAILY;COUNT=4")
    less = replace(
        four,
        exdates=frozenset({utc("2026-09-08T06:00")}),
        skipped_dates=frozenset({date(2026, 9, 10)}),
    )
    assert local_starts(less, 9) == ["2026-09-07 08:00", "2026-09-09 08:00"]
    assert last_occurrence_end(four) == utc("2026-09-10T07:00")
    assert last_occurrence_end(less) == utc("2026-09-09T07:00")


def test_a_series_of_exceptions_only_ends_with_its_first_date() -> None:
    two = series("2026-09-07T08:00", "2026-09-07T09:00", "FREQ=DAILY;UNTIL=20280908")
    every = frozenset(one.start for one in next_occurrences(two, utc("2026-01-01"), 9999))
    assert last_occurrence_end(replace(two, exdates=every)) == utc("2026-09-07T07:00")
    assert last_occurrence_end(replace(two, rule="FREQ=DAILY")) is None


def test_an_exception_one_second_off_does_nothing_and_is_reported() -> None:
    daily = series("2026-09-07T08:00", "2026-09-07T09:00", "FREQ=DAILY")
    off, on = utc("2026-09-08T06:00:01"), utc("2026-09-09T08:00").astimezone(VIENNA).replace(hour=8)
    skipping = replace(daily, exdates=frozenset({off, on}))
    assert [one[8:10] for one in local_starts(skipping, 3)] == ["07", "08", "10"]
    assert find_unmatched_exdates(skipping) == {off}


def test_holidays_skip_by_local_date() -> None:
    late = series("2026-09-07T23:30", "2026-09-08T00:15", "FREQ=DAILY")
    late = replace(late, skipped_dates=frozenset({date(2026, 9, 8)}))
    assert [one[8:10] for one in local_starts(late, 3)] == ["07", "09", "10"]


def test_a_start_that_its_rule_does_not_hit_is_told_and_is_no_occurrence() -> None:
    tuesdays = series("2026-09-07T08:00", "2026-09-07T09:00", "FREQ=WEEKLY;BYDAY=TU;COUNT=2")
    assert starts_off_rule(tuesdays)
    assert local_starts(tuesdays, 9) == ["2026-09-08 08:00", "2026-09-15 08:00"]
    skipped = replace(tuesdays, rule="FREQ=WEEKLY", exdates=frozenset({utc("2026-09-07T06:00")}))
    assert not starts_off_rule(skipped)  # an exception is no mistake


def test_microseconds_are_cut_off() -> None:
    start = datetime(2026, 9, 7, 8, 0, 0, 999_999)
    one = Series(
        start_local=start,
        end_local=start + timedelta(hours=1),
        timezone="Europe/Vienna",
        rule="FREQ=DAILY",
    )
    assert next_occurrences(one, utc("2026-09-07"), 1)[0].start == utc("2026-09-07T06:00")


@pytest.mark.parametrize("end", ["2026-09-07T08:00", "2026-09-07T07:00", "2026-09-07T08:00:00.9"])
def test_an_end_must_lie_after_the_start(end: str) -> None:
    with pytest.raises(InvalidInputError, match="give a later end") as caught:
        series("2026-09-07T08:00", end)
    assert caught.value.field == "end"


def test_an_occurrence_of_a_series_lasts_a_year_at_most() -> None:
    assert series("2026-09-07T08:00", "2036-09-07T08:00").rule is None
    with pytest.raises(InvalidInputError, match="366 days at most") as caught:
        series("2026-09-07T08:00", "2036-09-07T08:00", "FREQ=DAILY")
    assert caught.value.field == "end"


def test_naive_and_aware_times_are_never_mixed_up() -> None:
    daily = series("2026-09-07T08:00", "2026-09-07T09:00", "FREQ=DAILY")
    with pytest.raises(ValueError, match="naive local"):
        replace(daily, start_local=daily.start_local.replace(tzinfo=UTC))
    with pytest.raises(ValueError, match="aware exception"):
        replace(daily, exdates=frozenset({datetime(2026, 9, 8, 6)}))
    with pytest.raises(ValueError, match="aware"):
        expand(daily, window_start=datetime(2026, 9, 8), window_end=utc("2026-09-09"))
    with pytest.raises(ValueError, match="naive"):
        localize(utc("2026-09-07"), VIENNA)
    with pytest.raises(ValueError, match="aware"):
        to_local(datetime(2026, 9, 7), VIENNA)


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(
    st.datetimes(datetime(1990, 1, 1), datetime(2036, 12, 31)),
    st.sampled_from(["Europe/Vienna", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]),
)
def test_local_and_utc_agree_with_dateutil_and_round_trip(moment: datetime, name: str) -> None:
    zone, other = load_zone(name), tz.gettz(name)
    there = localize(moment.replace(fold=0), zone)
    assert there == tz.resolve_imaginary(moment.replace(tzinfo=other, fold=0)).astimezone(UTC)
    instant = moment.replace(tzinfo=UTC, fold=0)
    assert localize(to_local(instant, zone), zone) == instant
