from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from console.calendar.presenters.view import (
    CalendarAddress,
    Stretch,
    View,
    beside_form,
    default_view,
    in_period,
    query_of,
    read_address,
    stepped,
    stretch_of,
    stretch_title,
)
from console.i18n import use_language
from console.words.calendar import date_span, joined, ordinal, short_date, weekday_list
from infoscreen_core.domain.events.event import PeriodType
from infoscreen_core.services.school.views import PeriodView

TODAY = date(2026, 11, 24)
VIENNA = ZoneInfo("Europe/Vienna")


def test_an_empty_address_means_this_week_of_all_groups() -> None:
    assert read_address({}, today=TODAY, group_ids=[1]) == CalendarAddress(View.WEEK, TODAY, None)


@pytest.mark.parametrize(
    ("width", "view"),
    [(None, View.WEEK), (390, View.LIST), (640, View.LIST), (761, View.WEEK), (1280, View.WEEK)],
)
def test_a_phone_begins_with_the_list(width: int | None, view: View) -> None:
    address = read_address({}, today=TODAY, group_ids=[], default_view=default_view(width))
    assert address.view is view
    chosen = read_address(
        {"view": "month"}, today=TODAY, group_ids=[], default_view=default_view(width)
    )
    assert chosen.view is View.MONTH


@pytest.mark.parametrize(
    ("width", "view", "on", "expected"),
    [
        (1280, View.WEEK, date(2026, 11, 26), (View.DAY, date(2026, 11, 26))),
        (1280, View.WEEK, date(2026, 12, 24), (View.DAY, TODAY)),
        (1280, View.MONTH, None, (View.DAY, TODAY)),
        (1280, View.LIST, date(2026, 11, 26), (View.LIST, TODAY)),
        (1440, View.WEEK, date(2026, 11, 26), (View.WEEK, TODAY)),
        (390, View.WEEK, date(2026, 11, 26), (View.WEEK, TODAY)),
        (None, View.WEEK, date(2026, 11, 26), (View.WEEK, TODAY)),
    ],
)
def test_where_seven_days_have_no_room_beside_a_form_one_is_shown(
    width: int | None, view: View, on: date | None, expected: tuple[View, date]
) -> None:
    shown = beside_form(CalendarAddress(view, TODAY, 3), on, width)
    assert (shown.view, shown.day, shown.group_id) == (*expected, 3)


@pytest.mark.parametrize("view", list(View))
def test_an_address_is_read_back_as_it_was_written(view: View) -> None:
    address = CalendarAddress(view, date(2027, 2, 28), 3)
    assert read_address(query_of(address, today=TODAY), today=TODAY, group_ids=[3]) == address


PERIODS = (
    PeriodView(3, "2026/27", PeriodType.SCHULJAHR, date(2026, 9, 7), date(2027, 7, 2)),
    PeriodView(4, "2027/28", PeriodType.SCHULJAHR, date(2027, 9, 6), date(2028, 6, 30)),
)


@pytest.mark.parametrize("day", [TODAY, date(2027, 9, 6), date(2027, 9, 7), date(2026, 1, 1)])
@pytest.mark.parametrize("period_id", [None, 3, 4])
def test_an_address_of_a_period_is_read_back_as_it_was_written(
    day: date, period_id: int | None
) -> None:
    address = CalendarAddress(View.LIST, day, 3, period_id, with_exceptions=True)
    query = query_of(address, today=TODAY, periods=PERIODS)
    assert read_address(query, today=TODAY, group_ids=[3], periods=PERIODS) == address


def test_a_period_without_a_date_begins_where_it_meets_today_or_begins() -> None:
    def day(period: str) -> date:
        return read_address({"period": period}, today=TODAY, group_ids=[], periods=PERIODS).day

    assert [day("3"), day("4"), day("99")] == [TODAY, date(2027, 9, 6), TODAY]


def test_choosing_a_period_goes_there_unless_one_is_there() -> None:
    address = CalendarAddress(View.WEEK, date(2026, 12, 1), None)
    assert in_period(address, PERIODS[0], today=TODAY).day == date(2026, 12, 1)
    assert in_period(address, PERIODS[1], today=TODAY).day == date(2027, 9, 6)
    there = in_period(address, PERIODS[1], today=TODAY)
    assert in_period(there, PERIODS[0], today=TODAY).day == TODAY
    assert in_period(there, None, today=TODAY) == CalendarAddress(View.WEEK, date(2027, 9, 6), None)


@pytest.mark.parametrize(
    "query",
    [
        {"view": "year"},
        {"period": "77"},
        {"period": "drei"},
        {"exceptions": "ja"},
        {"date": "24.11.2026"},
        {"date": "1492-10-12"},
        {"date": "9999-12-31"},
        {"group": "77"},
        {"group": "²"},
        {"group": "-1"},
        {"group": "9" * 5000},
        {"view": "", "date": "", "group": ""},
    ],
)
def test_nonsense_in_the_address_becomes_the_default(query: dict[str, str]) -> None:
    assert read_address(query, today=TODAY, group_ids=[1]) == CalendarAddress(
        View.WEEK, TODAY, None
    )


def test_a_bookmark_of_today_stays_on_the_present_day() -> None:
    assert query_of(CalendarAddress(View.DAY, TODAY, None), today=TODAY) == {"view": "day"}


@pytest.mark.parametrize(
    ("view", "start", "end"),
    [
        (View.DAY, date(2026, 11, 24), date(2026, 11, 25)),
        (View.WEEK, date(2026, 11, 23), date(2026, 11, 30)),
        (View.MONTH, date(2026, 10, 26), date(2026, 12, 7)),
        (View.LIST, date(2026, 11, 24), date(2026, 12, 22)),
    ],
)
def test_each_view_shows_its_stretch(view: View, start: date, end: date) -> None:
    assert stretch_of(view, TODAY) == Stretch(start, end)


def test_the_window_is_longer_on_the_day_when_the_clock_goes_back() -> None:
    start, end = stretch_of(View.DAY, date(2026, 10, 25)).window(VIENNA)
    assert start == datetime(2026, 10, 24, 22, tzinfo=UTC)
    assert (end - start).total_seconds() == 25 * 3600


@pytest.mark.parametrize(
    ("view", "day", "steps", "target"),
    [
        (View.DAY, TODAY, 1, date(2026, 11, 25)),
        (View.WEEK, TODAY, -1, date(2026, 11, 17)),
        (View.MONTH, date(2026, 1, 31), 1, date(2026, 2, 1)),
        (View.MONTH, date(2026, 1, 31), -1, date(2025, 12, 1)),
        (View.LIST, TODAY, 1, date(2026, 12, 22)),
        (View.MONTH, date(2100, 12, 5), 1, date(2100, 12, 5)),
        (View.DAY, date(1990, 1, 1), -1, date(1990, 1, 1)),
    ],
)
def test_steps_lead_to_the_next_stretch_and_never_beyond_the_years(
    view: View, day: date, steps: int, target: date
) -> None:
    assert stepped(CalendarAddress(view, day, 4), steps) == CalendarAddress(view, target, 4)


def test_titles_in_both_languages() -> None:
    with use_language("de"):
        assert stretch_title(View.WEEK, TODAY) == "23.–29. November 2026 · KW 48"
        assert stretch_title(View.MONTH, TODAY) == "November 2026"
        assert stretch_title(View.DAY, TODAY) == "Di, 24. November 2026"
        assert stretch_title(View.LIST, TODAY) == "24. November – 21. Dezember 2026"
    with use_language("en"):
        assert stretch_title(View.WEEK, TODAY) == "23–29 November 2026 · week 48"
        assert (
            date_span(date(2026, 12, 28), date(2027, 1, 3)) == "28 December 2026 – 3 January 2027"
        )
        assert date_span(TODAY, TODAY) == "24 November 2026"


def test_weekdays_are_joined_to_runs() -> None:
    with use_language("de"):
        assert weekday_list([2, 0]) == "Mo, Mi"
        assert weekday_list(range(5)) == "Mo–Fr"
        assert weekday_list([0, 1, 2, 4, 6]) == "Mo–Mi, Fr, So"
        assert weekday_list([5, 6]) == "Sa, So"


def test_small_words() -> None:
    with use_language("en"):
        assert [ordinal(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 22, 31)] == [
            *("1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "22nd", "31st")
        ]
        assert joined(["a", "b", "c"]) == "a, b and c"
        assert short_date(date(2027, 7, 2), with_year=True) == "2 Jul 2027"
    with use_language("de"):
        assert joined([]) == ""
        assert joined(["a", "b"]) == "a und b"
        assert short_date(date(2027, 7, 2), with_year=False) == "2.7."
