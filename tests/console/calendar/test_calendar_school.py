from datetime import date
from typing import Any

import pytest

from console.calendar.presenters.page import page_line
from console.calendar.presenters.school import school_days
from console.calendar.presenters.view import CalendarAddress, Stretch, View, stretch_of
from console.i18n import use_language
from infoscreen_core.domain.events.event import PeriodType
from infoscreen_core.domain.school.holidays import find_holiday_on
from infoscreen_core.domain.school.periods import find_in_force
from infoscreen_core.services.school.views import HolidayView, PeriodView

YEAR = PeriodView(
    1, "2026/27", PeriodType.SCHULJAHR, date(2026, 9, 7), date(2027, 7, 2), is_active=True
)
TERM = PeriodView(2, "Wintersemester", PeriodType.SEMESTER, date(2026, 9, 7), date(2027, 1, 29))
FREE = HolidayView("Frei", date(2026, 12, 3), date(2026, 12, 4), academic_period_id=1)
DECEMBER = stretch_of(View.MONTH, date(2026, 12, 1))


def drawn(stretch: Stretch, *, grid: str = "timeGrid") -> list[dict[str, Any]]:
    with use_language("de"):
        return school_days([FREE, FREE], [YEAR, TERM], stretch, grid=grid)


@pytest.mark.parametrize("grid", ["dayGrid", "timeGrid"])
def test_a_holiday_is_tinted_behind_and_named_above_the_events(grid: str) -> None:
    tint, name = (one for one in drawn(DECEMBER, grid=grid) if one["classNames"] == ["is-holiday"])
    assert (tint["start"], tint["end"], tint["display"]) == (
        "2026-12-03",
        "2026-12-05",
        "background",
    )
    assert (name["title"], name["start"], name["end"]) == ("Frei", "2026-12-03", "2026-12-05")
    assert "display" not in name
    assert not name["editable"]


def test_a_list_has_no_background_and_names_all() -> None:
    assert all("display" not in one for one in drawn(DECEMBER, grid="list"))
    assert [one["title"] for one in drawn(DECEMBER, grid="list")] == ["Frei"]


def test_a_period_is_drawn_from_its_first_day_on_and_its_beginning_is_named() -> None:
    september = drawn(stretch_of(View.MONTH, date(2026, 9, 1)))
    band = next(
        one for one in september if one.get("display") and one["classNames"] == ["is-period"]
    )
    assert (band["start"], band["end"]) == ("2026-09-07", "2026-10-05")
    named = {one["title"]: one["start"] for one in september if "title" in one}
    assert named == {
        "2026/27 beginnt": "2026-09-07",
        "Wintersemester beginnt": "2026-09-07",
        "Frei": "2026-12-03",
    }


def test_the_end_of_a_period_is_named_on_its_last_day() -> None:
    july = drawn(stretch_of(View.WEEK, date(2027, 7, 2)))
    assert {one["title"]: one["start"] for one in july if "title" in one}[
        "2026/27 endet"
    ] == "2027-07-02"


def test_the_active_period_goes_before_others_and_a_year_before_its_parts() -> None:
    assert find_in_force([TERM, YEAR], date(2026, 10, 1)) == YEAR
    assert find_in_force([TERM], date(2026, 10, 1)) == TERM
    assert find_in_force([TERM, YEAR], date(2027, 8, 1)) is None


def test_a_holiday_counts_for_its_own_period_only() -> None:
    assert find_holiday_on([FREE], date(2026, 12, 3), 1) == FREE
    assert find_holiday_on([FREE], date(2026, 12, 3), None) is None
    assert find_holiday_on([FREE], date(2026, 12, 5), 1) is None


def test_the_page_names_the_period_that_it_shows() -> None:
    address = CalendarAddress(View.DAY, date(2026, 12, 3), None)
    with use_language("de"):
        assert page_line(address, [YEAR, TERM]) == "Do, 3. Dezember 2026 · 2026/27"
        assert page_line(
            CalendarAddress(View.DAY, date(2026, 12, 3), None, 2), [YEAR, TERM]
        ).endswith("Wintersemester")
        assert page_line(address, []) == "Do, 3. Dezember 2026"
