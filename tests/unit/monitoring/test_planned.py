"""What is first on the screens over a stretch of time, when events overlap."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from infoscreen_core.domain.events.event import Priority
from infoscreen_core.domain.monitoring.planned import leads
from infoscreen_core.domain.monitoring.spans import Span

START = datetime(2026, 11, 23, 7, tzinfo=UTC)


@dataclass(frozen=True)
class Item:
    event_id: int
    start: datetime
    end: datetime
    priority: int = 0


def at(minutes: int) -> datetime:
    return START + timedelta(minutes=minutes)


def seen(*items: Item, until: int = 60) -> list[tuple[int, int, int]]:
    """Return who leads from and to which minute."""
    return [
        (
            items[lead.place].event_id,
            (lead.span.start - START) // timedelta(minutes=1),
            (lead.span.end - START) // timedelta(minutes=1),
        )
        for lead in leads(items, Span(START, at(until)))
    ]


def test_time_without_an_event_is_left_out_and_others_are_cut_to_the_window() -> None:
    assert seen() == []
    assert seen(Item(1, at(-30), at(10)), Item(2, at(20), at(90))) == [(1, 0, 10), (2, 20, 60)]


def test_what_began_first_leads_until_it_ends() -> None:
    assert seen(Item(1, at(0), at(30)), Item(2, at(10), at(40))) == [(1, 0, 30), (2, 30, 40)]


def test_a_higher_priority_interrupts_and_an_emergency_is_alone() -> None:
    low, high = Item(1, at(0), at(60)), Item(2, at(20), at(30), priority=Priority.HIGH)
    alarm = Item(3, at(25), at(35), priority=Priority.EMERGENCY)
    assert seen(low, high, alarm) == [(1, 0, 20), (2, 20, 25), (3, 25, 35), (1, 35, 60)]
