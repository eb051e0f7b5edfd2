"""Times, durations and sizes as people read them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from console.i18n import use_language
from console.words import formatting

pytestmark = pytest.mark.usefixtures("german")

VIENNA = ZoneInfo("Europe/Vienna")
NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)


def test_an_instant_is_written_in_the_readers_zone() -> None:
    assert formatting.instant(NOW, VIENNA) == "Mo 23.11. 08:00"
    with use_language("en"):
        assert formatting.instant(NOW, VIENNA) == "Mon 23 Nov 08:00"


def test_another_year_is_named() -> None:
    assert formatting.instant(NOW - timedelta(days=365), VIENNA, now=NOW) == "So 23.11.2025 08:00"
    assert formatting.day(date(2027, 1, 6), with_year=True) == "Mi 06.01.2027"


@pytest.mark.parametrize(
    ("ahead", "expected"),
    [
        (timedelta(hours=1, minutes=40), "09:40"),
        (timedelta(hours=25), "morgen 09:00"),
        (timedelta(hours=17), "morgen 01:00"),
        (timedelta(days=3), "Do 26.11. 08:00"),
        (timedelta(hours=-20), "So 22.11. 12:00"),
    ],
)
def test_near_times_are_short(ahead: timedelta, expected: str) -> None:
    assert formatting.near(NOW + ahead, VIENNA, now=NOW) == expected


def test_the_end_of_today_is_24_hours() -> None:
    assert formatting.until(NOW + timedelta(hours=16), VIENNA, now=NOW) == "24:00"
    assert formatting.until(NOW + timedelta(hours=40), VIENNA, now=NOW) == "Mi 25.11. 00:00"
    assert formatting.until(NOW + timedelta(hours=1), VIENNA, now=NOW) == "09:00"


def test_a_span_names_the_day_once() -> None:
    end = NOW + timedelta(minutes=100)
    assert formatting.span(NOW, end, VIENNA, now=NOW) == "08:00–09:40"
    assert formatting.span(NOW, NOW + timedelta(days=1), VIENNA, now=NOW) == "08:00–Di 24.11. 08:00"


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (None, "nie"),
        (timedelta(seconds=-1), "gerade eben"),
        (timedelta(seconds=-12), "vor 12 s"),
        (timedelta(minutes=-3, seconds=-59), "vor 3 min"),
        (timedelta(seconds=50), "gerade eben"),
        (timedelta(minutes=9), "gerade eben (laut einer Uhr, die 9 min vorgeht)"),
        (timedelta(hours=2), "gerade eben (laut einer Uhr, die 2 h 00 min vorgeht)"),
        (timedelta(hours=-2), "06:00"),
        (timedelta(days=-2), "Sa 21.11. 08:00"),
    ],
)
def test_relative_times_reach_up_to_an_hour(at: timedelta | None, expected: str) -> None:
    assert formatting.relative(NOW + at if at else None, VIENNA, now=NOW) == expected


def test_a_relative_time_carries_the_exact_one() -> None:
    text = formatting.relative_html(NOW - timedelta(minutes=3), VIENNA, now=NOW)
    assert 'title="Mo 23.11. 07:57:00"' in text
    assert ">vor 3 min<" in text


def test_what_is_to_come_says_how_far_off_it_is() -> None:
    assert ">in 20 min<" in formatting.to_come_html(NOW + timedelta(minutes=20), VIENNA, now=NOW)
    assert ">10:00<" in formatting.to_come_html(NOW + timedelta(hours=2), VIENNA, now=NOW)
    assert ">jetzt<" in formatting.to_come_html(NOW - timedelta(seconds=3), VIENNA, now=NOW)


@pytest.mark.parametrize(
    ("length", "expected"),
    [
        (timedelta(seconds=45), "45 s"),
        (timedelta(minutes=12, seconds=30), "12 min"),
        (timedelta(hours=2, minutes=5), "2 h 05 min"),
        (timedelta(days=1), "1 Tag"),
        (timedelta(days=3, hours=4), "3 Tage 4 h"),
    ],
)
def test_durations_have_two_units_at_most(length: timedelta, expected: str) -> None:
    assert formatting.duration(length) == expected


def test_behind_a_preposition_days_are_in_the_dative() -> None:
    four_days = timedelta(days=4, hours=20)
    assert formatting.duration(four_days, is_dative=True) == "4 Tagen 20 h"
    assert formatting.duration(timedelta(days=1), is_dative=True) == "1 Tag"
    with use_language("en"):
        assert formatting.duration(four_days, is_dative=True) == "4 days 20 h"


def test_many_days_are_counted_with_marks() -> None:
    assert formatting.duration(timedelta(days=225_869)) == "225.869 Tage"
    with use_language("en"):
        assert formatting.duration(timedelta(days=225_869)) == "225,869 days"


def test_numbers_have_units_and_the_languages_signs() -> None:
    assert formatting.number(53.44, "°C", digits=1) == "53,4 °C"
    assert formatting.number(12_345) == "12.345"
    assert formatting.number(None, "%") == "–"
    assert formatting.percent(41.6) == "42 %"
    with use_language("en"):
        assert formatting.number(12_345.5, digits=1) == "12,345.5"


def test_sizes_are_in_binary_units() -> None:
    assert [formatting.size(n) for n in (512, 1536, 3 * 1024**2, 21.5 * 1024**3)] == [
        "512 B",
        "1,5 KiB",
        "3,0 MiB",
        "21,5 GiB",
    ]
    assert formatting.size(None) == "–"
