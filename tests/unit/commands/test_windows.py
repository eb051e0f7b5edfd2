"""Windows of the local day, over both clock changes."""

from datetime import UTC, date, datetime, timedelta

import pytest

from infoscreen_core.domain.commands.windows import LocalWindow, minute_text, read_window
from infoscreen_core.errors import InvalidInputError

VIENNA = "Europe/Vienna"
FORWARD, BACK, USUAL = date(2026, 3, 29), date(2026, 10, 25), date(2026, 11, 10)


@pytest.mark.parametrize(
    ("text", "day", "first", "last"),
    [
        ("02:00-03:00", USUAL, "01:00", "02:00"),
        # The hour from 02:00 to 03:00 does not occur, …
        ("02:00-03:00", FORWARD, "01:00", "01:00"),
        ("02:10-02:50", FORWARD, "01:00", "01:00"),
        ("01:30-02:30", FORWARD, "00:30", "01:00"),
        ("02:30-04:00", FORWARD, "01:00", "02:00"),
        # … or occurs twice.
        ("02:00-03:00", BACK, "00:00", "02:00"),
        ("02:10-02:50", BACK, "00:10", "01:50"),
        ("01:30-02:30", BACK, "23:30", "01:30"),
        ("02:30-04:00", BACK, "00:30", "03:00"),
        ("00:00-24:00", USUAL, "23:00", "23:00"),
    ],
)
def test_a_window_is_open_by_the_clock_on_the_wall(
    text: str, day: date, first: str, last: str
) -> None:
    begins, ends = read_window(text, VIENNA).span_on(day)
    assert (begins.astimezone(UTC).strftime("%H:%M"), ends.strftime("%H:%M")) == (first, last)
    assert timedelta() <= ends - begins <= timedelta(hours=24)


@pytest.mark.parametrize("day", [FORWARD, BACK, USUAL])
def test_minute_by_minute_it_is_open_exactly_in_its_span(day: date) -> None:
    window = read_window("01:45-03:15", VIENNA)
    begins, ends = window.span_on(day)
    start = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=2)
    for minute in range(7 * 60):
        now = start + timedelta(minutes=minute)
        assert window.is_open(now) is (begins <= now < ends)
        opening = window.next_opening(now)
        assert window.is_open(opening)
        assert opening >= now


def test_a_window_that_the_clock_skips_opens_on_the_next_day() -> None:
    now = datetime(2026, 3, 28, 23, 30, tzinfo=UTC)
    assert read_window("02:10-02:50", VIENNA).next_opening(now) == datetime(
        2026, 3, 30, 0, 10, tzinfo=UTC
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("05:00-02:00", "before it begins at 05:00"),
        ("02:00-02:00", "before it begins at 02:00"),
        ("02:00-24:01", "between 00:00 and 24:00"),
        ("24:00-24:00", "between 00:00 and 24:00"),
        ("02:60-03:00", "write it as 02:00-05:00"),
        ("2-5", "write it as 02:00-05:00"),
        ("", "write it as 02:00-05:00"),
    ],
)
def test_what_is_no_window_is_said(text: str, sentence: str) -> None:
    with pytest.raises(InvalidInputError, match=sentence) as refused:
        read_window(text, VIENNA)
    assert refused.value.field == "window"


def test_its_zone_must_exist() -> None:
    with pytest.raises(InvalidInputError, match="Mars"):
        LocalWindow(0, 60, "Mars/Crater")


def test_minutes_are_written_as_people_do() -> None:
    assert [minute_text(minute) for minute in (0, 150, 1440)] == ["00:00", "02:30", "24:00"]
