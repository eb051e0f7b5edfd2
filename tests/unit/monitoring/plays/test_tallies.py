"""Plays added up by local day, and each screen counted once."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from infoscreen_core.domain.monitoring.plays.plays import Play, ShownFile, Sureness
from infoscreen_core.domain.monitoring.plays.tallies import (
    By,
    Cell,
    PlayCount,
    Sums,
    add_up,
    days_of,
)
from infoscreen_core.domain.monitoring.spans import Span

VIENNA = ZoneInfo("Europe/Vienna")
MENU, TRIP = ShownFile(4, "Menu.pdf"), ShownFile(5, "Trip.pdf")
HOUR = timedelta(hours=1)
MONDAY = date(2026, 11, 23)


def at(hour: float, day: int = 23) -> datetime:
    """An instant by the hour in Vienna."""
    return datetime(2026, 11, day, tzinfo=UTC) + (hour - 1) * HOUR


def play(
    first: datetime,
    hours: float,
    event_id: int = 7,
    *files: ShownFile,
    sureness: Sureness = Sureness.SEEN,
) -> Play:
    return Play(Span(first, first + hours * HOUR), event_id, f"Event {event_id}", sureness, files)


def test_a_play_over_midnight_belongs_to_both_days() -> None:
    assert list(days_of(Span(at(23), at(25)), VIENNA)) == [
        (MONDAY, Span(at(23), at(24))),
        (date(2026, 11, 24), Span(at(24), at(25))),
    ]


def test_a_day_of_the_clock_change_has_twenty_five_hours() -> None:
    start = datetime(2026, 10, 24, 22, tzinfo=UTC)
    ((day, span),) = days_of(Span(start, start + 25 * HOUR), VIENNA)
    assert (day, span.length) == (date(2026, 10, 25), 25 * HOUR)


def test_a_screen_is_counted_once_however_often_it_showed_something() -> None:
    count = PlayCount(VIENNA)
    count.add(1, [play(at(8), 1), play(at(10), 2), play(at(12), 1, 9)])
    count.add(1, [play(at(8), 1, sureness=Sureness.REPORTED)])
    count.add(1, [play(at(8), 1, sureness=Sureness.UNKNOWN)])
    assert add_up(count.tallies, By.EVENT) == [
        Sums(7, "Event 7", 3 * 3600, 3600, 3600, 2, 3),
        Sums(9, "Event 9", 3600, 0, 0, 1, 1),
    ]
    assert add_up(count.tallies, By.DAY) == [Sums(MONDAY, None, 4 * 3600, 3600, 3600, 2, 4)]


def test_a_file_is_added_up_over_the_events_that_show_it() -> None:
    count = PlayCount(VIENNA)
    count.add(1, [play(at(8), 1, 7, MENU, TRIP), play(at(10), 2, 9, MENU)])
    assert add_up(count.tallies, By.MEDIA) == [
        Sums(4, "Menu.pdf", 3 * 3600, 0, 0, 1, 2),
        Sums(5, "Trip.pdf", 3600, 0, 0, 1, 1),
    ]
    assert [one.key for one in add_up(count.tallies, By.EVENT, media_id=5)] == [7]
    assert [one.key for one in add_up(count.tallies, By.MEDIA, event_id=9)] == [4]


def test_a_file_that_an_event_shows_twice_is_shown_once() -> None:
    count = PlayCount(VIENNA)
    count.add(1, [play(at(8), 1, 7, MENU, TRIP, MENU)])
    assert count.tallies[Cell(MONDAY, 1, 7, 4)].seen == 3600


def test_the_most_screens_are_those_of_one_day_over_all_groups() -> None:
    count = PlayCount(VIENNA)
    count.add(1, [play(at(8), 1), play(at(8, 24), 1)])
    count.add(2, [play(at(8), 1)])
    count.add(None, [play(at(8, 24), 1)])
    count.add(None, [play(at(8, 24), 1)])
    (event,) = add_up(count.tallies, By.EVENT)
    assert event.screens == 3
    assert {one.key: one.screens for one in add_up(count.tallies, By.GROUP)} == {0: 2, 1: 1, 2: 1}


def test_days_come_in_their_order_and_all_else_by_length() -> None:
    count = PlayCount(VIENNA)
    count.add(1, [play(at(8), 3, 7), play(at(8, 25), 5, 8)])
    assert [one.key.day for one in add_up(count.tallies, By.DAY)] == [23, 25]
    assert [one.key for one in add_up(count.tallies, By.EVENT)] == [8, 7]
