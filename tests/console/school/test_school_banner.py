"""The school year on the overview: period, near holidays, and a day that is in no period."""

from dataclasses import replace
from datetime import date

import pytest

from console.school.presenters.school import (
    SchoolCalendar,
    banner_html,
    holiday_sentences,
    period_sentence,
)
from infoscreen_core.domain.events.event import PeriodType
from infoscreen_core.services.school.views import HolidayView, PeriodView

pytestmark = pytest.mark.usefixtures("german")

YEAR = PeriodView(3, "2026/27", PeriodType.SCHULJAHR, date(2026, 9, 7), date(2027, 7, 2))
NEXT_YEAR = PeriodView(4, "2027/28", PeriodType.SCHULJAHR, date(2027, 9, 6), date(2028, 7, 7))


def test_the_school_calendar_tells_period_and_near_holidays() -> None:
    calendar = SchoolCalendar(
        date(2026, 12, 22),
        YEAR,
        (
            HolidayView("Weihnachtsferien", date(2026, 12, 24), date(2027, 1, 6)),
            HolidayView("Schulfrei", date(2026, 12, 20), date(2026, 12, 23)),
            HolidayView("Fenstertag", date(2026, 12, 28), date(2026, 12, 28)),
        ),
    )
    assert period_sentence(calendar) == "Periode 2026/27"
    assert holiday_sentences(calendar) == [
        "Bald Ferien: Weihnachtsferien, Do 24.12. – Mi 06.01.",
        "Ferien: Schulfrei, bis Mi 23.12.",
        "Bald frei: Fenstertag, Mo 28.12.",
    ]
    assert 'href="/periods?period=3"' in banner_html(calendar)
    assert "is-warning" not in banner_html(calendar)
    assert "Keine Ferien in den nächsten 7 Tagen" in banner_html(replace(calendar, holidays=()))


@pytest.mark.parametrize(
    ("today", "active", "covering", "sentence"),
    [
        (
            date(2027, 7, 3),
            YEAR,
            None,
            "Periode 2026/27 ist seit Fr 02.07.2027 zu Ende; heute liegt in keiner",
        ),
        (
            date(2026, 9, 6),
            YEAR,
            None,
            "Periode 2026/27 beginnt am Mo 07.09.2026; heute liegt in keiner",
        ),
        (
            date(2027, 9, 6),
            YEAR,
            NEXT_YEAR,
            "Periode 2026/27 ist aktiv, aber heute liegt in 2027/28",
        ),
        (date(2026, 12, 22), None, YEAR, "Keine Periode ist aktiv; heute liegt in 2026/27"),
        (date(2026, 8, 1), None, None, "Keine Periode ist aktiv, und heute liegt in keiner"),
    ],
)
def test_a_day_outside_the_active_period_is_pointed_out(
    today: date, active: PeriodView | None, covering: PeriodView | None, sentence: str
) -> None:
    calendar = SchoolCalendar(today, active, (), covering)
    assert period_sentence(calendar) == sentence
    assert "is-warning" in banner_html(calendar)
    chosen = covering or active
    assert (f'href="/periods?period={chosen.id}"' if chosen else 'href="/periods"') in banner_html(
        calendar
    )


@pytest.mark.parametrize(
    ("active", "sentence"),
    [
        (YEAR, "Periode 2026/27 ist seit Fr 02.07.2027 zu Ende; 2027/28 beginnt am Mo 06.09.2027"),
        (None, "Keine Periode ist aktiv; 2027/28 beginnt am Mo 06.09.2027"),
    ],
)
def test_in_the_summer_the_coming_period_is_named(active: PeriodView | None, sentence: str) -> None:
    calendar = SchoolCalendar(date(2027, 7, 20), active, (), None, NEXT_YEAR)
    assert period_sentence(calendar) == sentence
    assert "is-warning" in banner_html(calendar)
    assert f'href="/periods?period={NEXT_YEAR.id}"' in banner_html(calendar)
