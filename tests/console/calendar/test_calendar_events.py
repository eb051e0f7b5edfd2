from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from console.calendar.presenters.events import (
    Look,
    calendar_events,
    calendar_options,
    grid_of,
    outside_month,
    with_selection,
)
from console.calendar.presenters.page import legend_html, zone_note
from console.calendar.presenters.view import CalendarAddress, View, stretch_of
from console.calendar.style import calendar_css
from console.events.presenters.keys import EventKey, read_key
from console.i18n import use_language
from infoscreen_core.domain.events.event import EventType, ExceptionKind, Severity
from infoscreen_core.services.events.views import OccurrenceView
from infoscreen_core.services.school.views import HolidayView

VIENNA = ZoneInfo("Europe/Vienna")
NOW = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)
LOOK = Look(zone=VIENNA, now=NOW, group_names={1: "Aula"}, is_group_named=False, is_editable=True)
LESSON = OccurrenceView(
    event_id=7,
    group_id=1,
    start=datetime(2026, 11, 24, 7, tzinfo=UTC),
    end=datetime(2026, 11, 24, 8, tzinfo=UTC),
    title="Mathe 3B",
    description=None,
    event_type=EventType.MESSAGE,
    priority=0,
    timezone="Europe/Vienna",
    is_all_day=False,
    is_active=True,
    recurrence_rule=None,
    skip_holidays=False,
    academic_period_id=None,
    master_event_id=None,
    website_url=None,
    message_text="Raum 12",
    message_severity=Severity.INFO,
    version=4,
)


def drawn(look: Look = LOOK, **changed: Any) -> dict[str, Any]:  # noqa: ANN401 - fields of the view
    return calendar_events([replace(LESSON, **changed)], look)[0]


def test_an_event_that_lacks_a_file_says_so_until_it_is_over() -> None:
    look = replace(LOOK, wanting=frozenset({7}))
    with use_language("de"):
        assert drawn(look)["title"] == "Mathe 3B · ◌ Datei fehlt"
        assert drawn(look, event_id=8)["title"] == "Mathe 3B"
        assert drawn(look, end=NOW)["title"] == "Mathe 3B"
        assert drawn(look, is_active=False)["title"] == "Mathe 3B"


def test_an_event_stands_at_its_wall_time_and_knows_its_version() -> None:
    event = drawn()
    assert (event["start"], event["end"]) == ("2026-11-24T08:00:00", "2026-11-24T09:00:00")
    assert read_key(event["id"]) == EventKey(7, LESSON.start, 4)


def test_an_event_of_another_zone_stands_at_the_calendar_s_wall_time() -> None:
    assert drawn(timezone="Asia/Tokyo")["start"] == "2026-11-24T08:00:00"


def test_a_whole_day_stays_that_day_wherever_it_is_planned() -> None:
    event = drawn(
        is_all_day=True,
        timezone="Asia/Tokyo",
        start=datetime(2026, 11, 23, 15, tzinfo=UTC),
        end=datetime(2026, 11, 24, 15, tzinfo=UTC),
    )
    assert (event["start"], event["end"]) == ("2026-11-24", "2026-11-25")  # dates mean whole days


@pytest.mark.parametrize(
    ("changed", "mark"),
    [
        ({"end": NOW}, "is-past"),
        ({}, "is-playing"),
        ({"recurrence_rule": "FREQ=DAILY"}, "is-series"),
        ({"master_event_id": 3}, "is-detached"),
        ({"is_active": False}, "is-paused"),
        ({"priority": 100}, "is-emergency"),
        ({"event_type": EventType.VIDEO}, "is-video"),
    ],
)
def test_each_state_has_its_mark(changed: dict[str, Any], mark: str) -> None:
    assert mark in drawn(**changed)["classNames"]
    plain = drawn(start=NOW + timedelta(hours=1), end=NOW + timedelta(hours=2))
    assert plain["classNames"] == "is-message"


@pytest.mark.parametrize(
    ("kind", "title"),
    [
        (ExceptionKind.SKIPPED, "Mathe 3B · entfällt"),
        (ExceptionKind.DETACHED, "Mathe 3B · Ausnahme, einzeln geändert"),
        (ExceptionKind.HOLIDAY, "Mathe 3B · Herbstferien"),
    ],
)
def test_a_date_that_is_left_out_says_why_and_stays_put(kind: ExceptionKind, title: str) -> None:
    holidays = (
        HolidayView("Nicht gemeint", date(2026, 11, 23), date(2026, 11, 27), academic_period_id=8),
        HolidayView("Herbstferien", date(2026, 11, 23), date(2026, 11, 27), academic_period_id=3),
    )
    with use_language("de"):
        event = drawn(
            replace(LOOK, holidays=holidays),
            exception=kind,
            recurrence_rule="FREQ=DAILY",
            academic_period_id=3,
        )
    assert event["title"] == title
    assert "is-out" in event["classNames"]
    assert "is-playing" not in event["classNames"]
    assert event["editable"] is False
    assert event["extendedProps"]["exception"] == kind.value


def test_a_left_out_date_whose_holiday_is_gone_still_says_holidays() -> None:
    with use_language("de"):
        assert drawn(exception=ExceptionKind.HOLIDAY)["title"] == "Mathe 3B · Ferien"


def clashes(*others: dict[str, Any]) -> list[bool]:
    views = [LESSON, *(replace(LESSON, event_id=8 + n, **other) for n, other in enumerate(others))]
    return ["is-clash" in event["classNames"] for event in calendar_events(views, LOOK)]


def test_two_events_of_a_group_at_once_are_marked() -> None:
    assert clashes({}) == [True, True]
    assert clashes({"start": LESSON.end, "end": LESSON.end + timedelta(hours=1)}) == [False, False]


@pytest.mark.parametrize(
    "other",
    [
        {"group_id": 2},
        {"priority": 10},
        {"is_active": False},
        {"exception": ExceptionKind.SKIPPED},
    ],
)
def test_what_is_not_in_the_way_is_not_marked(other: dict[str, Any]) -> None:
    assert clashes(other) == [False, False]


def test_what_is_over_or_paused_cannot_be_dragged() -> None:
    assert "editable" not in drawn()  # as the options say
    assert drawn(end=NOW)["editable"] is False
    assert drawn(is_active=False)["editable"] is False


def test_the_event_in_the_form_is_marked_and_no_other_of_its_series() -> None:
    later = replace(
        LESSON, start=LESSON.start + timedelta(days=7), end=LESSON.end + timedelta(days=7)
    )
    events = [*calendar_events([LESSON, later], LOOK), {"display": "background"}]
    marked = with_selection(events, (7, LESSON.start))
    assert ["is-selected" in event.get("classNames", []) for event in marked] == [
        True,
        False,
        False,
    ]
    assert "is-selected" not in events[0]["classNames"]
    assert with_selection(events, None) == events


def test_among_several_groups_titles_name_theirs() -> None:
    assert drawn(replace(LOOK, is_group_named=True))["title"] == "Mathe 3B · Aula"
    assert drawn(replace(LOOK, is_group_named=True), group_id=9)["title"] == "Mathe 3B"


def test_a_month_dims_the_days_of_its_neighbours() -> None:
    dimmed = outside_month(CalendarAddress(View.MONTH, date(2026, 11, 24), None))
    assert [(one["start"], one["end"]) for one in dimmed] == [
        ("2026-10-26", "2026-11-01"),
        ("2026-12-01", "2026-12-07"),
    ]
    assert outside_month(CalendarAddress(View.MONTH, date(2027, 2, 3), None)) == []
    assert outside_month(CalendarAddress(View.WEEK, date(2026, 11, 24), None)) == []


def test_only_free_views_are_used() -> None:
    grids = {grid_of(view, count) for view in View for count in (1, 2, 30)}
    assert grids == {"dayGrid", "timeGrid", "list"}
    assert grid_of(View.WEEK, 2) == "timeGrid"
    assert grid_of(View.WEEK, 3) == "dayGrid"


def options(turn: int = 0, language: str = "de") -> dict[str, Any]:
    stretch = stretch_of(View.WEEK, date(2026, 11, 24))
    with use_language(language):
        return calendar_options(
            View.WEEK, "timeGrid", stretch, now=NOW, zone=VIENNA, is_editable=True, turn=turn
        )


def test_the_week_begins_on_monday_and_the_now_line_is_in_wall_time() -> None:
    chosen = options()
    assert chosen["visibleRange"] == {"start": "2026-11-23", "end": "2026-11-30"}
    assert (chosen["firstDay"], chosen["now"], chosen["nowIndicator"]) == (
        1,
        "2026-11-24T08:30:00",
        True,
    )


def test_the_component_speaks_both_languages_with_24_hours() -> None:
    assert (options()["locale"], options()["allDayText"]) == ("de", "ganztägig")
    assert (options(language="en")["locale"], options(language="en")["allDayText"]) == (
        "en-GB",
        "all day",
    )
    assert options()["slotLabelFormat"]["hourCycle"] == "h23"


def test_equal_clicks_are_told_apart_by_the_turn() -> None:
    assert options(turn=1)["titleFormat"] != options(turn=2)["titleFormat"]
    assert options(turn=1)["titleFormat"] == options(turn=3)["titleFormat"]


def test_each_kind_of_event_has_its_colour_and_mark_in_the_stylesheet() -> None:
    css = calendar_css()
    for kind in EventType:
        assert f".is-{kind.value} {{ --kind: #" in css


def test_the_legend_says_how_to_plan_only_to_those_who_may() -> None:
    with use_language("de"):
        assert "Mitteilung" in legend_html(is_editable=False)
        assert "Zum Planen" not in legend_html(is_editable=False)
        assert "Zum Planen" in legend_html(is_editable=True)


def test_a_reader_elsewhere_is_told_whose_clock_it_is() -> None:
    assert zone_note(VIENNA, ZoneInfo("Europe/Berlin"), now=NOW) == ""
    assert "Europe/Vienna" in zone_note(VIENNA, ZoneInfo("UTC"), now=NOW)


def test_the_background_is_folded_and_meets_nobody_not_even_its_like() -> None:
    folded = drawn(priority=-10)
    assert "is-background" in folded["classNames"]
    assert (folded["isFolded"], folded["start"]) == (1, "2026-11-24T08:00:00")
    fillers = [replace(LESSON, event_id=number, priority=-10) for number in (8, 9)]
    for one in calendar_events([LESSON, *fillers], LOOK):
        assert "is-clash" not in one["classNames"]


def test_above_the_hours_the_background_says_its_own_and_stays_where_it_is() -> None:
    lifted = drawn(replace(LOOK, has_hours=True), priority=-10)
    assert (lifted["start"], lifted["end"]) == ("2026-11-24", "2026-11-25")
    assert lifted["title"] == "Mathe 3B · 08:00–09:00"
    assert lifted["editable"] is False
    assert drawn(replace(LOOK, has_hours=True))["start"] == "2026-11-24T08:00:00"
