"""Occurrences without a database, and generated ones, by minutes after eight on a Monday."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

EIGHT = datetime(2026, 9, 7, 8, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One occurrence of an event."""

    event_id: int
    start: datetime
    end: datetime
    priority: int = 0


def at(minute: int) -> datetime:
    return EIGHT + timedelta(minutes=minute)


def item(event_id: int, begins: int, ends: int, priority: int = 0) -> Item:
    return Item(event_id=event_id, start=at(begins), end=at(ends), priority=priority)


items_anywhere = st.lists(
    st.builds(
        lambda event_id, begins, lasts, priority: item(event_id, begins, begins + lasts, priority),
        st.integers(1, 6),
        st.integers(0, 60),
        st.integers(1, 60),
        st.sampled_from([0, 10, 100]),
    ),
    max_size=12,
    unique_by=lambda one: (one.event_id, one.start),  # an event begins once at an instant
)
