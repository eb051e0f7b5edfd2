from datetime import UTC, datetime
from typing import Any

import pytest

from console.events.presenters.actions import (
    OccurrenceMoved,
    OccurrenceOpened,
    SlotChosen,
    read_action,
)
from tests.support.events.planning import local

WEEK = {"type": "timeGrid"}
MONTH = {"type": "dayGrid"}
KEY = "7@20261124T070000Z@3"


def click(date: str, view: dict[str, str] = WEEK, *, all_day: bool = False) -> dict[str, Any]:
    return {"callback": "dateClick", "dateClick": {"date": date, "allDay": all_day, "view": view}}


def draw(
    start: str, end: str, view: dict[str, str] = WEEK, *, all_day: bool = False
) -> dict[str, Any]:
    return {
        "callback": "select",
        "select": {"start": start, "end": end, "allDay": all_day, "view": view},
    }


def change(**event: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever a browser sends
    former = {"id": KEY, "start": "2026-11-24T08:00:00Z", "end": "2026-11-24T08:50:00Z"}
    value = {"oldEvent": former, "event": {"id": KEY, **event}}
    return {"callback": "eventChange", "eventChange": value}


def test_a_click_between_the_hours_means_the_slot_it_fell_into() -> None:
    assert read_action(click("2026-11-24T10:25:00.000Z")) == SlotChosen(
        local("2026-11-24T10:00"),
        local("2026-11-24T11:00"),
        is_all_day=False,
        clicked=local("2026-11-24T10:25"),
    )
    assert read_action(click("2026-11-24T10:45:00.000Z")) == SlotChosen(
        local("2026-11-24T10:30"),
        local("2026-11-24T11:30"),
        is_all_day=False,
        clicked=local("2026-11-24T10:45"),
    )


def test_a_click_on_a_day_of_the_month_means_its_morning() -> None:
    assert read_action(click("2026-11-24T00:00:00.000Z", MONTH, all_day=True)) == SlotChosen(
        local("2026-11-24T08:00"),
        local("2026-11-24T09:00"),
        is_all_day=False,
        clicked=local("2026-11-24T08:00"),
    )


def test_a_click_above_the_hours_means_the_whole_day() -> None:
    assert read_action(click("2026-11-24T00:00:00.000Z", all_day=True)) == SlotChosen(
        local("2026-11-24T00:00"), local("2026-11-25T00:00"), is_all_day=True
    )


def test_a_drawn_span_is_taken_as_it_is() -> None:
    assert read_action(draw("2026-11-24T08:50:00.000Z", "2026-11-24T09:40:00.000Z")) == SlotChosen(
        local("2026-11-24T08:50"), local("2026-11-24T09:40"), is_all_day=False
    )
    days = draw("2026-11-24T00:00:00.000Z", "2026-11-27T00:00:00.000Z", MONTH, all_day=True)
    assert read_action(days) == SlotChosen(
        local("2026-11-24T00:00"), local("2026-11-27T00:00"), is_all_day=True
    )


def test_one_drawn_day_of_the_month_is_like_a_click_on_it() -> None:
    one = draw("2026-11-24T00:00:00.000Z", "2026-11-25T00:00:00.000Z", MONTH, all_day=True)
    assert read_action(one) == read_action(click("2026-11-24T00:00:00.000Z", MONTH, all_day=True))


def test_a_clicked_event_is_opened_at_its_occurrence() -> None:
    value = {"callback": "eventClick", "eventClick": {"event": {"id": KEY}, "view": WEEK}}
    assert read_action(value) == OccurrenceOpened(7, datetime(2026, 11, 24, 7, tzinfo=UTC))


def test_a_dragged_event_says_where_from_and_where_to_in_wall_time() -> None:
    assert read_action(
        change(start="2026-11-25T09:05:00Z", end="2026-11-25T09:55:00Z", allDay=False)
    ) == (
        OccurrenceMoved(
            event_id=7,
            occurrence_start=datetime(2026, 11, 24, 7, tzinfo=UTC),
            version=3,
            start=local("2026-11-25T09:05"),
            end=local("2026-11-25T09:55"),
            is_all_day=False,
            before=(local("2026-11-24T08:00"), local("2026-11-24T08:50")),
        )
    )
    moved = read_action(change(start="2026-11-25", end="2026-11-27", allDay=True))
    assert isinstance(moved, OccurrenceMoved)
    assert (moved.start, moved.end) == (local("2026-11-25T00:00"), local("2026-11-27T00:00"))


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"callback": "eventsSet"},
        {"callback": "dateClick"},
        {"callback": "select", "select": None},
        click("soon"),
        click("2026-02-30T00:00:00Z"),
        {"callback": "eventClick", "eventClick": {"event": {}}},
        {"callback": "eventClick", "eventClick": {"event": {"id": 7}}},
        {"callback": "eventClick", "eventClick": {"event": {"id": ""}}},
        {
            "callback": "eventClick",
            "eventClick": {"event": {"id": KEY.replace("7", "first", 1)}},
        },
        {
            "callback": "eventClick",
            "eventClick": {"event": {"id": "7@2026-11-24T07:00@3"}},
        },
        change(start="2026-11-25T09:05:00Z", end=None),
        {
            "callback": "eventChange",
            "eventChange": {
                "event": {"id": KEY, "start": "2026-11-25", "end": "2026-11-26"},
                "oldEvent": {"id": KEY, "start": "2026-11-24", "end": None},
            },
        },
        click("9999-12-31T23:45:00Z", MONTH, all_day=False) | {"dateClick": {"date": 5}},
        click("9999-12-31T23:45:00.000Z"),
    ],
)
def test_what_cannot_be_read_is_no_action(value: dict[str, Any]) -> None:
    assert read_action(value) is None
