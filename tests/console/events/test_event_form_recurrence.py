from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.events.presenters.recurrence import (
    Ends,
    MonthlyBy,
    Recurrence,
    Repeat,
    dates_line,
    monthly_places,
    preview_rule,
    recurrence_of,
    rule_text_of,
)
from console.i18n import use_language
from console.words.errors import error_sentence
from infoscreen_core.domain.recurrence.expansion import ByDay
from infoscreen_core.services.school.views import HolidayView
from tests.support.events.planning import local

VIENNA = "Europe/Vienna"
START = local("2026-11-25T08:00")
"""A Wednesday, the fourth of its month and the last."""
NOW = datetime(2026, 11, 24, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("choices", "rule"),
    [
        (Recurrence(), None),
        (Recurrence(repeat=Repeat.DAILY, interval=2), "FREQ=DAILY;INTERVAL=2"),
        (Recurrence(repeat=Repeat.WEEKLY), "FREQ=WEEKLY;BYDAY=WE"),
        (
            Recurrence(
                repeat=Repeat.WEEKLY, weekdays=(4, 0), ends=Ends.UNTIL, until=date(2027, 7, 2)
            ),
            "FREQ=WEEKLY;UNTIL=20270702;BYDAY=MO,FR",
        ),
        (Recurrence(repeat=Repeat.MONTHLY), "FREQ=MONTHLY"),
        (Recurrence(repeat=Repeat.MONTHLY, monthly_by=MonthlyBy.WEEKDAY), "FREQ=MONTHLY;BYDAY=4WE"),
        (
            Recurrence(
                repeat=Repeat.MONTHLY, monthly_by=MonthlyBy.LAST_WEEKDAY, ends=Ends.COUNT, count=3
            ),
            "FREQ=MONTHLY;COUNT=3;BYDAY=-1WE",
        ),
        (Recurrence(repeat=Repeat.YEARLY), "FREQ=YEARLY"),
        (Recurrence(repeat=Repeat.RULE, rule_text=" FREQ=DAILY "), "FREQ=DAILY"),
    ],
)
def test_choices_become_a_rule(choices: Recurrence, rule: str | None) -> None:
    assert rule_text_of(choices, START.date()) == rule


@pytest.mark.parametrize(
    ("rule", "choices"),
    [
        (None, Recurrence()),
        ("FREQ=WEEKLY", {"repeat": Repeat.WEEKLY, "weekdays": (2,)}),
        (
            "FREQ=WEEKLY;UNTIL=20270702T215959Z;BYDAY=MO",
            {"repeat": Repeat.WEEKLY, "until": date(2027, 7, 2), "ends": Ends.UNTIL},
        ),
        ("FREQ=WEEKLY;UNTIL=20270702T050000Z;BYDAY=FR", {"until": date(2027, 7, 1)}),
        ("FREQ=MONTHLY;BYMONTHDAY=25", {"repeat": Repeat.MONTHLY, "monthly_by": MonthlyBy.DATE}),
        ("FREQ=MONTHLY;BYDAY=-1WE", {"monthly_by": MonthlyBy.LAST_WEEKDAY}),
        ("FREQ=MONTHLY;BYDAY=2MO", {"repeat": Repeat.RULE, "rule_text": "FREQ=MONTHLY;BYDAY=2MO"}),
        ("FREQ=DAILY;BYDAY=MO", {"repeat": Repeat.RULE}),
        ("FREQ=YEARLY;BYMONTH=5;BYDAY=2SU", {"repeat": Repeat.RULE}),
        ("FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=MO", {"repeat": Repeat.RULE}),
        ("FREQ=HOURLY", {"repeat": Repeat.RULE, "rule_text": "FREQ=HOURLY"}),
    ],
)
def test_a_rule_is_read_back_or_stays_text(rule: str | None, choices: object) -> None:
    read = recurrence_of(rule, START, VIENNA)
    if isinstance(choices, dict):
        assert {name: getattr(read, name) for name in choices} == choices
    else:
        assert read == choices


_CHOICES = st.builds(
    Recurrence,
    repeat=st.sampled_from([r for r in Repeat if r not in {Repeat.NEVER, Repeat.RULE}]),
    interval=st.integers(1, 10),
    weekdays=st.sets(st.integers(0, 6), min_size=1).map(lambda days: tuple(sorted(days))),
    monthly_by=st.sampled_from(MonthlyBy),
    ends=st.sampled_from(Ends),
    until=st.dates(date(2027, 1, 1), date(2030, 1, 1)),
    count=st.integers(1, 50),
)


@given(choices=_CHOICES, day=st.dates(date(2026, 1, 1), date(2026, 12, 28)))
def test_whatever_can_be_chosen_is_read_back_as_the_same_rule(
    choices: Recurrence, day: date
) -> None:
    start = datetime.combine(day, START.time())
    text = rule_text_of(choices, day)
    read = recurrence_of(text, start, VIENNA)
    assert read.repeat is choices.repeat
    assert rule_text_of(read, day) == text


def test_the_preview_reads_the_rule_and_names_five_dates() -> None:
    with use_language("de"):
        end = local("2026-11-25T08:50")
        preview = preview_rule(
            "FREQ=WEEKLY;BYDAY=MO,WE", START, end, VIENNA, now=NOW, is_all_day=False
        )
    assert preview.sentence == "jeden Mo, Mi um 08:00"
    assert [one.text for one in preview.dates] == [
        "Mi 25.11.",
        "Mo 30.11.",
        "Mi 02.12.",
        "Mo 07.12.",
        "Mi 09.12.",
    ]
    assert not preview.is_start_off_rule


def test_dates_of_another_year_say_so_and_past_ones_are_not_named() -> None:
    with use_language("de"):
        long_ago, its_end = local("2024-01-01T08:00"), local("2024-01-01T09:00")
        yearly = preview_rule("FREQ=YEARLY", long_ago, its_end, VIENNA, now=NOW, is_all_day=False)
        over = preview_rule(
            "FREQ=DAILY;COUNT=3", long_ago, its_end, VIENNA, now=NOW, is_all_day=False
        )
    assert yearly.dates[0].text == "Fr 01.01.2027"
    assert over.dates == ()


CHRISTMAS = HolidayView("Weihnachtsferien", date(2026, 12, 24), date(2027, 1, 6))
FREE = HolidayView("Frei", date(2026, 11, 30), date(2026, 11, 30))


def test_dates_in_holidays_are_struck_out_and_five_others_named() -> None:
    with use_language("de"):
        end = local("2026-11-25T08:50")
        preview = preview_rule(
            "FREQ=WEEKLY;BYDAY=MO,WE",
            START,
            end,
            VIENNA,
            now=NOW,
            is_all_day=False,
            holidays=[FREE],
        )
        line = dates_line(preview.dates)
    assert preview.sentence == "jeden Mo, Mi um 08:00, außer in den Ferien"
    assert (
        line == "Mi 25.11. · ~~Mo 30.11.~~ (Frei) · Mi 02.12. · Mo 07.12. · Mi 09.12. · Mo 14.12."
    )


def test_a_row_of_dates_in_one_holiday_is_one_entry() -> None:
    with use_language("de"):
        start, end = local("2026-12-22T08:00"), local("2026-12-22T08:50")
        preview = preview_rule(
            "FREQ=DAILY", start, end, VIENNA, now=NOW, is_all_day=False, holidays=[FREE, CHRISTMAS]
        )
    assert [(one.text, one.holiday) for one in preview.dates[:4]] == [
        ("Di 22.12.", ""),
        ("Mi 23.12.", ""),
        ("Do 24.12. – Mi 06.01.2027", "Weihnachtsferien"),
        ("Do 07.01.2027", ""),
    ]
    assert len(preview.dates) == 6


def test_a_series_within_one_holiday_has_no_date_at_all() -> None:
    start, end = local("2026-12-28T08:00"), local("2026-12-28T08:50")
    preview = preview_rule(
        "FREQ=DAILY;COUNT=3", start, end, VIENNA, now=NOW, is_all_day=False, holidays=[CHRISTMAS]
    )
    assert [bool(one.holiday) for one in preview.dates] == [True]


def test_a_start_off_the_rule_is_pointed_out() -> None:
    end = local("2026-11-25T09:00")
    preview = preview_rule("FREQ=WEEKLY;BYDAY=FR", START, end, VIENNA, now=NOW, is_all_day=False)
    assert preview.is_start_off_rule


@pytest.mark.parametrize("text", ["", "FREQ=WEEKLY;BYWEEKNO=20", "FREQ=DAILY;INTERVAL=0", "RRULE"])
def test_a_refused_rule_says_why_in_the_reader_s_language(text: str) -> None:
    end = local("2026-11-25T09:00")
    preview = preview_rule(text, START, end, VIENNA, now=NOW, is_all_day=False)
    assert preview.refusal is not None
    assert preview.refusal.field == "recurrence_rule"
    assert preview.dates == ()
    with use_language("de"):
        assert error_sentence(preview.refusal) != str(preview.refusal)


def test_monthly_places_follow_the_start() -> None:
    assert monthly_places(date(2026, 11, 25)) == {
        MonthlyBy.DATE: None,
        MonthlyBy.WEEKDAY: ByDay(4, 2),
        MonthlyBy.LAST_WEEKDAY: ByDay(-1, 2),
    }
    assert MonthlyBy.LAST_WEEKDAY not in monthly_places(date(2026, 11, 4))
    assert MonthlyBy.WEEKDAY not in monthly_places(date(2026, 11, 30))
