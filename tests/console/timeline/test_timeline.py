"""The timeline's geometry: hours, clock changes, edges and lanes."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.calendar.presenters.view import CalendarAddress, View
from console.timeline.presenters.axis import (
    Axis,
    Hours,
    TimelineAddress,
    axis_of,
    hour_count,
    read_timeline_address,
    ticks_of,
)
from console.timeline.presenters.rows import Narrowing, Row, identity, on_air, timeline_rows
from infoscreen_core.domain.events.event import EventType, ExceptionKind, Priority, Severity
from infoscreen_core.domain.text.local_time import load_zone, localize
from infoscreen_core.services.events.views import OccurrenceView

VIENNA = load_zone("Europe/Vienna")
WEDNESDAY = date(2026, 11, 25)
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)
ALL = Narrowing()


def address(
    day: date = WEDNESDAY, view: View = View.DAY, hours: Hours = Hours.ALL
) -> TimelineAddress:
    return TimelineAddress(CalendarAddress(view, day, None), hours)


def axis(day: date = WEDNESDAY, view: View = View.DAY, hours: Hours = Hours.ALL) -> Axis:
    return axis_of(address(day, view, hours), VIENNA)


def at(text: str) -> datetime:
    """An instant by its wall time in Vienna; a bare time is one of the Wednesday."""
    return localize(datetime.fromisoformat(text if "T" in text else f"{WEDNESDAY}T{text}"), VIENNA)


def event(start: str, end: str, event_id: int = 1, **changed: Any) -> OccurrenceView:  # noqa: ANN401
    values: dict[str, Any] = {
        "event_id": event_id,
        "group_id": 1,
        "start": at(start),
        "end": at(end),
        "title": "Mathe 3B",
        "description": None,
        "event_type": EventType.MESSAGE,
        "priority": Priority.NORMAL.value,
        "timezone": "Europe/Vienna",
        "is_all_day": False,
        "is_active": True,
        "recurrence_rule": None,
        "skip_holidays": False,
        "academic_period_id": None,
        "master_event_id": None,
        "website_url": None,
        "message_text": "Raum 12",
        "message_severity": Severity.INFO,
        "version": 1,
    }
    return OccurrenceView(**(values | changed))


def row(*occurrences: OccurrenceView, on: Axis | None = None, narrowing: Narrowing = ALL) -> Row:
    (only,) = timeline_rows(occurrences, {1: "Aula"}, on or axis(), VIENNA, narrowing)
    return only


def lanes(*occurrences: OccurrenceView) -> dict[int, int]:
    return {block.occurrence.event_id: block.lane for block in row(*occurrences).blocks}


@pytest.mark.parametrize(
    ("wall", "share"), [("00:00", 0.0), ("06:00", 0.25), ("12:00", 0.5), ("18:00", 0.75)]
)
def test_an_ordinary_day_is_divided_evenly(wall: str, share: float) -> None:
    assert axis().place(at(wall)) == pytest.approx(share)


def test_a_day_of_23_hours_lacks_the_skipped_hour() -> None:
    day = axis(SPRING)
    assert hour_count(day.days[0]) == 23
    assert day.place(at(f"{SPRING}T03:00")) == pytest.approx(2 / 23)
    labels = [tick.label for tick in ticks_of(day, address(SPRING), VIENNA)]
    assert labels[:4] == ["00", "01", "03", "04"]
    assert len(labels) == 23


def test_a_day_of_25_hours_has_the_repeated_hour_twice() -> None:
    day = axis(AUTUMN)
    assert hour_count(day.days[0]) == 25
    assert day.place(at(f"{AUTUMN}T08:00")) == pytest.approx(9 / 25)
    assert [tick.label for tick in ticks_of(day, address(AUTUMN), VIENNA)][:5] == [
        "00",
        "01",
        "02",
        "02",
        "03",
    ]


def test_in_a_week_with_a_clock_change_every_day_is_equally_wide() -> None:
    week = axis(AUTUMN, View.WEEK)
    places = [week.place(localize(datetime(2026, 10, 19 + number), VIENNA)) for number in range(7)]
    assert places == pytest.approx([number / 7 for number in range(7)])
    assert week.place(week.end) == 1.0


def test_hours_that_are_not_shown_have_no_width() -> None:
    week = axis(view=View.WEEK, hours=Hours.SCHOOL)
    assert week.place(at("20:00")) == week.place(at("23:00")) == pytest.approx(3 / 7)
    assert week.place(at("2026-11-26T05:59")) == pytest.approx(3 / 7)
    assert week.find(at("22:00")) is None
    assert week.find(at("13:00")) == pytest.approx(2.5 / 7)


def test_an_event_in_hidden_hours_is_counted_not_lost() -> None:
    shown = row(event("21:00", "22:00"), event("19:00", "22:00", 2), on=axis(hours=Hours.SCHOOL))
    assert [block.occurrence.event_id for block in shown.blocks] == [2]
    assert shown.hidden_count == 1
    assert shown.blocks[0].left + shown.blocks[0].width == pytest.approx(1.0)


def test_what_goes_beyond_the_window_is_cut_and_marked() -> None:
    (block,) = row(event("2026-11-24T22:00", "2026-11-26T01:00")).blocks
    assert (block.left, block.width) == (0.0, 1.0)
    assert (block.is_cut_before, block.is_cut_after) == (True, True)
    (inside,) = row(event("00:00", "2026-11-26T00:00")).blocks
    assert (inside.is_cut_before, inside.is_cut_after) == (False, False)


def test_what_only_touches_the_window_is_not_in_it() -> None:
    shown = row(
        event("2026-11-24T22:00", "00:00"), event("2026-11-26T00:00", "2026-11-26T01:00", 2)
    )
    assert (shown.blocks, shown.hidden_count) == ((), 0)


def test_an_all_day_event_keeps_its_date_whatever_the_readers_zone() -> None:
    samoa = load_zone("Pacific/Apia")
    whole_day = event("00:00", "2026-11-26T00:00", is_all_day=True)
    (only,) = timeline_rows([whole_day], {1: "Aula"}, axis_of(address(), samoa), samoa, ALL)
    (block,) = only.blocks
    assert (block.left, block.width) == (0.0, 1.0)


def test_one_after_the_other_shares_a_lane_and_overlapping_ones_do_not() -> None:
    assert lanes(event("08:00", "08:50"), event("08:50", "09:40", 2)) == {1: 0, 2: 0}
    assert lanes(event("08:00", "09:00"), event("08:30", "09:40", 2)) == {1: 0, 2: 1}


def test_the_higher_priority_stands_above_though_it_starts_later() -> None:
    assert lanes(
        event("08:00", "12:00"), event("09:00", "10:00", 2, priority=Priority.EMERGENCY)
    ) == {
        1: 1,
        2: 0,
    }


def test_what_does_not_take_place_stands_below() -> None:
    skipped = event("08:00", "09:00", priority=Priority.HIGH, exception=ExceptionKind.SKIPPED)
    assert lanes(skipped, event("08:00", "09:00", 2)) == {1: 1, 2: 0}


def test_a_very_short_event_takes_the_room_it_is_drawn_with() -> None:
    assert lanes(event("08:00", "08:01"), event("08:02", "09:00", 2)) == {1: 0, 2: 1}


_SPANS = st.tuples(st.integers(0, 1380), st.integers(1, 300), st.sampled_from([0, 10, 100]))


@given(st.lists(_SPANS, max_size=25))
def test_at_every_instant_the_topmost_is_what_players_show_first(
    spans: list[tuple[int, int, int]],
) -> None:
    midnight = at("00:00")
    events = [
        event("00:00", "00:01", number, priority=priority)
        for number, (_start, _length, priority) in enumerate(spans)
    ]
    placed = [
        OccurrenceView(
            **{
                name: getattr(one, name)
                for name in OccurrenceView.__slots__
                if name not in {"start", "end"}
            },
            start=midnight + timedelta(minutes=start),
            end=midnight + timedelta(minutes=start + length),
        )
        for one, (start, length, _priority) in zip(events, spans, strict=True)
    ]
    shown = row(*placed)
    for moment in {one.start for one in placed}:
        on = [
            block
            for block in shown.blocks
            if block.occurrence.start <= moment < block.occurrence.end
        ]
        assert len({block.lane for block in on}) == len(on)
        top = min(on, key=lambda block: block.lane).occurrence
        assert on_air(placed, moment).leading == {identity(top)}


def test_the_background_is_folded_into_lines_below_the_lanes() -> None:
    filler = event("00:00", "23:59", 3, priority=Priority.BACKGROUND)
    other = event("07:00", "09:00", 4, priority=Priority.BACKGROUND)
    shown = row(filler, other, event("08:00", "09:00"), event("08:30", "10:00", 2))
    assert (shown.lane_count, shown.line_count) == (2, 2)
    folded = {block.occurrence.event_id: block.lane for block in shown.blocks if block.is_folded}
    assert folded == {3: 0, 4: 1}
    assert (row(filler).lane_count, row(filler).line_count, row().lane_count) == (0, 1, 1)


def test_an_emergency_is_alone_on_air_in_its_group_only() -> None:
    alarm = event("08:00", "09:00", 2, priority=Priority.EMERGENCY)
    elsewhere = event("08:00", "09:00", 3, group_id=2)
    skipped = event("08:00", "09:00", 4, exception=ExceptionKind.SKIPPED)
    lesson = event("08:00", "09:00")
    now = on_air([lesson, alarm, elsewhere, skipped], at("08:30"))
    assert now.leading == now.shown == {identity(alarm), identity(elsewhere)}
    assert now.waiting == {identity(lesson)}
    assert on_air([lesson, alarm], at("09:00")).shown == set()


def test_a_search_hits_events_by_title_and_whole_groups_by_name() -> None:
    groups = {1: "Aula", 2: "Foyer", 3: "Hof"}
    occurrences = [event("08:00", "09:00"), event("08:00", "09:00", 2, group_id=2, title="Film")]

    def found(text: str) -> dict[str, list[str]]:
        rows = timeline_rows(occurrences, groups, axis(), VIENNA, Narrowing(text=text))
        return {one.name: [block.occurrence.title for block in one.blocks] for one in rows}

    assert found("") == {"Aula": ["Mathe 3B"], "Foyer": ["Film"], "Hof": []}
    assert found("film") == {"Foyer": ["Film"]}
    assert found("aul") == {"Aula": ["Mathe 3B"]}
    assert found("ho") == {"Hof": []}
    assert found("xyz") == {}


@pytest.mark.parametrize(
    ("start", "end", "is_hit"),
    [
        ("2026-11-24T23:00", "2026-11-25T00:00", False),
        ("2026-11-24T23:00", "2026-11-25T00:30", True),
        ("05:00", "06:00", True),
        ("08:00", "09:00", True),
        ("23:59", "2026-11-26T01:00", True),
        ("2026-11-26T00:00", "2026-11-26T01:00", False),
    ],
)
def test_a_search_hits_what_happens_on_the_days_shown_also_in_hidden_hours(
    start: str, end: str, *, is_hit: bool
) -> None:
    film = event(start, end, title="Film")
    rows = timeline_rows(
        [film], {1: "Aula"}, axis(hours=Hours.SCHOOL), VIENNA, Narrowing(text="film")
    )
    assert [one.name for one in rows] == ["Aula"] * is_hit


def test_a_kind_leaves_the_groups_and_takes_other_events() -> None:
    only_films = Narrowing(kinds=frozenset({EventType.VIDEO}))
    assert row(event("08:00", "09:00"), narrowing=only_films).blocks == ()


@pytest.mark.parametrize(
    ("query", "view", "hours"),
    [
        ({}, View.DAY, Hours.SCHOOL),
        ({"view": "week", "hours": "all"}, View.WEEK, Hours.ALL),
        ({"view": "month", "hours": "9-5", "date": "soon"}, View.DAY, Hours.SCHOOL),
    ],
)
def test_the_address_says_what_is_shown(query: dict[str, str], view: View, hours: Hours) -> None:
    morning = datetime(2026, 11, 25, 9, 30)
    assert read_timeline_address(query, now=morning) == address(view=view, hours=hours)


@pytest.mark.parametrize("clock", ["00:00", "05:59", "12:00", "23:59"])
def test_unless_chosen_the_hours_are_those_of_a_school_day(clock: str) -> None:
    shown = read_timeline_address({}, now=datetime.fromisoformat(f"{WEDNESDAY}T{clock}"))
    assert shown.hours is Hours.SCHOOL
