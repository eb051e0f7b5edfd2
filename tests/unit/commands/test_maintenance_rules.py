"""When maintenance begins: both clock changes, the turn of the year, and any run of a server."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infoscreen_core.domain.commands.maintenance import (
    ALL_WEEKDAYS,
    LOOKED_BACK,
    TRANSITIONS,
    FiringCause,
    FiringStatus,
    SkipReason,
    Timetable,
    advance,
    mermaid_diagram,
    read_weekdays,
    rule_out,
)
from infoscreen_core.domain.commands.windows import LocalWindow, read_window
from infoscreen_core.errors import InvalidInputError

DOCUMENT = Path(__file__).parents[3] / "docs" / "maintenance.md"
VIENNA = "Europe/Vienna"
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
# With changes at 02:00, at midnight and by half an hour, and a day that was left out as a whole.
ZONES = (VIENNA, "America/Havana", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kathmandu", "UTC")
DAY = timedelta(days=1)


def _nightly(text: str, *, weekdays: frozenset[int] = ALL_WEEKDAYS) -> Timetable:
    return Timetable(weekdays, read_window(text, VIENNA), LONG_AGO)


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _begins(
    plan: Timetable, first: datetime, last: datetime, *, every: timedelta = timedelta(minutes=10)
) -> dict[date, list[datetime]]:
    """Return when roll-outs begin of each day, for a server that looks again and again."""
    settled: set[date] = set()
    found: dict[date, list[datetime]] = {}
    now = first
    while now < last:
        for opening in plan.unsettled(settled, now=now):
            settled.add(opening.day)
            if rule_out(opening, is_free=False, now=now) is None:
                found.setdefault(opening.day, []).append(now)
        now += every
    return found


@pytest.mark.parametrize(
    ("window", "day", "begins"),
    [
        # When the clock goes forward, 02:00 to 03:00 does not occur …
        ("02:00-03:00", "2026-03-29", None),
        ("02:10-02:50", "2026-03-29", None),
        ("01:30-02:30", "2026-03-29", "2026-03-29T00:30"),
        ("02:30-04:00", "2026-03-29", "2026-03-29T01:00"),
        # … and when it goes back, it occurs twice: the first counts.
        ("02:00-03:00", "2026-10-25", "2026-10-25T00:00"),
        ("02:10-02:50", "2026-10-25", "2026-10-25T00:10"),
        ("01:30-02:30", "2026-10-25", "2026-10-24T23:30"),
        # The turn of the year, and leap days.
        ("00:00-00:30", "2027-01-01", "2026-12-31T23:00"),
        ("23:30-24:00", "2026-12-31", "2026-12-31T22:30"),
        ("02:00-03:00", "2028-02-29", "2028-02-29T01:00"),
        ("02:00-03:00", "2028-03-01", "2028-03-01T01:00"),
    ],
)
def test_a_night_has_one_firing_at_most(window: str, day: str, begins: str | None) -> None:
    wanted = date.fromisoformat(day)
    around = datetime(wanted.year, wanted.month, wanted.day, tzinfo=UTC)
    found = _begins(_nightly(window), around - 1.5 * DAY, around + 2 * DAY)
    assert found.get(wanted, []) == ([] if begins is None else [_utc(begins)])
    assert set(map(len, found.values())) == {1}
    assert {wanted - DAY, wanted + DAY} <= found.keys()


def test_29_february_is_a_day_of_the_week_like_others() -> None:
    plan = _nightly("02:00-03:00", weekdays=frozenset({date(2028, 2, 29).weekday()}))
    found = _begins(plan, _utc("2028-02-20T00:00"), _utc("2028-03-10T00:00"))
    assert list(found) == [date(2028, 2, 22), date(2028, 2, 29), date(2028, 3, 7)]


@st.composite
def _plans(draw: st.DrawFn) -> Timetable:
    first = draw(st.integers(0, 24 * 60 - 1))
    last = draw(st.integers(first + 1, 24 * 60))
    days = draw(st.frozensets(st.integers(0, 6), min_size=1))
    zone = draw(st.sampled_from(ZONES))
    since = draw(st.sampled_from([LONG_AGO, _utc("2026-03-28T12:00"), _utc("2026-10-24T23:00")]))
    return Timetable(days, LocalWindow(first, last, zone), since)


_STARTS = st.sampled_from(
    [
        *(_utc(f"2026-{day}T00:00") for day in ("03-08", "03-28", "10-03", "10-24", "10-31")),
        *map(_utc, ("2026-12-31T00:00", "2028-02-28T00:00", "2011-12-28T00:00")),
    ]
)
# Minutes until the server looks again: mostly soon, sometimes after hours or days; or the clock is
# set back by an hour.
_STEPS = st.lists(
    st.one_of(st.integers(1, 90), st.integers(60, 3000), st.just(-60)), min_size=5, max_size=80
)


@given(_plans(), _STARTS, _STEPS)
def test_each_window_is_settled_once_and_what_begins_begins_within_it(
    plan: Timetable, start: datetime, steps: list[int]
) -> None:
    settled: list[date] = []
    reasons: dict[date, SkipReason | None] = {}
    now = earliest = latest = start
    for step in steps:
        now += timedelta(minutes=step)
        earliest, latest = min(earliest, now), max(latest, now)
        for opening in plan.unsettled(settled, now=now):
            settled.append(opening.day)
            reasons[opening.day] = reason = rule_out(opening, is_free=False, now=now)
            assert opening.opens_at >= plan.since
            if reason is None:
                wall = now.astimezone(ZoneInfo(plan.window.timezone))
                minute = wall.hour * 60 + wall.minute
                assert opening.is_open(now)
                assert wall.date() == opening.day
                assert plan.window.from_minute <= minute < plan.window.to_minute
        assert plan.unsettled(settled, now=now) == []
    assert not [day for day, count in Counter(settled).items() if count > 1]
    # Whatever opened since the first look is settled, and nothing else.
    window = plan.window
    opened = [
        one
        for one in plan.openings(window.local_day(earliest - LOOKED_BACK), window.local_day(latest))
        if one.opens_at <= latest
    ]
    recent = {one.day for one in opened if one.opens_at > start}
    assert recent <= set(settled) <= {one.day for one in opened}
    assert all(day.weekday() in plan.weekdays for day in settled)


@given(_plans(), _STARTS, st.integers(0, 60 * 24 * 30), st.sets(st.integers(0, 9), max_size=6))
def test_the_next_one_is_the_first_that_may_begin(
    plan: Timetable, start: datetime, minutes: int, free_days: set[int]
) -> None:
    now = start + timedelta(minutes=minutes)
    today = plan.window.local_day(now)
    free = {today + number * DAY for number in free_days}
    found = plan.find_next((), now=now, is_free=free.__contains__)
    assert found is not None
    assert found.takes_place
    assert found.closes_at > now
    assert found.day not in free
    assert found.day.weekday() in plan.weekdays
    for earlier in plan.openings(today, found.day - DAY):
        assert not earlier.takes_place or earlier.closes_at <= now or earlier.day in free
    after = plan.find_next({found.day}, now=now, is_free=free.__contains__)
    assert after is not None
    assert after.day > found.day


def test_windows_of_days_in_a_row_do_not_overlap() -> None:
    days = [*_nightly("00:00-24:00").openings(date(2026, 1, 1), date(2028, 12, 31))]
    assert len(days) == 365 + 365 + 366
    assert all(one.closes_at == other.opens_at for one, other in pairwise(days))


def test_a_plan_made_within_its_window_begins_with_the_next_one() -> None:
    now = _utc("2026-11-24T01:30")
    plan = Timetable(ALL_WEEKDAYS, read_window("02:00-05:00", VIENNA), now)
    assert plan.unsettled((), now=now) == []
    following = plan.find_next((), now=now)
    assert following is not None
    assert following.day == date(2026, 11, 25)


def test_after_a_long_time_off_only_the_last_days_are_recorded() -> None:
    found = _nightly("02:00-03:00").unsettled((), now=_utc("2026-11-24T12:00"))
    assert [found[0].day, found[-1].day, len(found)] == [
        date(2026, 11, 10),
        date(2026, 11, 24),
        15,
    ]


@pytest.mark.parametrize(
    ("day", "now", "is_free", "reason"),
    [
        ("2026-03-29", "2026-03-29T01:00", True, SkipReason.NO_SUCH_TIME),
        ("2026-11-24", "2026-11-24T01:30", True, SkipReason.HOLIDAY),
        ("2026-11-24", "2026-11-24T09:00", True, SkipReason.HOLIDAY),
        ("2026-11-24", "2026-11-24T01:59", False, None),
        ("2026-11-24", "2026-11-24T02:00", False, SkipReason.SERVER_OFF),
    ],
)
def test_what_keeps_a_day_from_firing(
    day: str, now: str, *, is_free: bool, reason: SkipReason | None
) -> None:
    opening = _nightly("02:00-03:00").opening(date.fromisoformat(day))
    assert rule_out(opening, is_free=is_free, now=_utc(now)) is reason


def test_a_plan_has_days_of_the_week() -> None:
    with pytest.raises(InvalidInputError, match="at least one day"):
        _nightly("02:00-03:00", weekdays=frozenset())
    with pytest.raises(InvalidInputError, match="not 7"):
        _nightly("02:00-03:00", weekdays=frozenset({0, 7}))


@pytest.mark.parametrize(
    ("text", "days"),
    [("MO", {0}), ("mo-fr, SU", {0, 1, 2, 3, 4, 6}), ("SA–MO", {5, 6, 0}), ("MO-SU", {*range(7)})],
)
def test_days_of_the_week_are_read(text: str, days: set[int]) -> None:
    assert read_weekdays(text) == days


@pytest.mark.parametrize("text", ["", "Montag", "MO-", "MO-XX", "-MO", "MO,,TU", "1"])
def test_what_is_no_day_of_the_week_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError, match="MO,WE or MO-FR"):
        read_weekdays(text)


def test_what_is_started_or_skipped_stays_so() -> None:
    for status in (FiringStatus.STARTED, FiringStatus.SKIPPED):
        assert [advance(status, cause) for cause in FiringCause] == [None] * len(FiringCause)
    reached = set(TRANSITIONS.values())
    assert reached == set(FiringStatus)


def test_the_diagram_in_the_documents_is_up_to_date() -> None:
    assert f"```mermaid\n{mermaid_diagram()}\n```" in DOCUMENT.read_text(encoding="utf-8")
