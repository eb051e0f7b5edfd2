"""What the timeline draws, prepared once for all who look at the same days of an unchanged plan."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from console.calendar.presenters.view import stretch_of
from console.events.plan import Plan, wanting_of
from console.i18n import current_language
from console.runtime import now, read_session
from console.shared import shared
from console.timeline.presenters.axis import Axis, TimelineAddress, axis_of, ticks_of
from console.timeline.presenters.html import Scene, hidden_note, timeline_html, timeline_list
from console.timeline.presenters.rows import Narrowing, OnAir, on_air, timeline_rows
from infoscreen_core.domain.text.local_time import load_zone
from infoscreen_core.services.events.calendar import list_occurrences
from infoscreen_core.services.events.views import OccurrenceView
from infoscreen_core.services.school.views import HolidayView, list_holidays_touching

_KEPT_SECONDS: Final = 60
_KEPT_STRETCHES: Final = 12
_ANY_ZONE: Final = timedelta(hours=26)
"""All-day events keep their dates: those of another zone may begin this much earlier or later."""


@dataclass(frozen=True)
class TimelineQuery:
    """What a reader wants to see: which days, which events, and whether as text."""

    address: TimelineAddress
    narrowing: Narrowing
    is_list: bool


@dataclass(frozen=True)
class Drawn:
    """The lines as HTML (empty when no group is left), and what is to be said below them."""

    html: str
    note: str


@dataclass(frozen=True)
class _Order:
    """All that the drawing depends on."""

    wish: TimelineQuery
    zone_name: str
    language: str
    revision: int
    groups: tuple[tuple[int, str], ...]
    playing: OnAir
    minute: datetime


def draw_timeline(plan: Plan, wish: TimelineQuery, axis: Axis, zone_name: str) -> Drawn:
    """Return what is to be drawn; it stays the same until something begins, ends or is changed."""
    # Two readings are kept: the occurrences, and the HTML made of them. Its key is the minute, and
    # what is on air this second: so a beginning or an end is seen at once.
    at = now()
    minute = at.replace(second=0, microsecond=0)
    order = _Order(
        wish=wish,
        zone_name=zone_name,
        language=current_language(),
        revision=plan.revision,
        groups=tuple(plan.groups.items()),
        playing=on_air(_occurrences(plan.revision, axis, minute), at),
        minute=minute,
    )
    return (_draw_once if plan.revision else _draw)(order)


def _occurrences(revision: int, axis: Axis, minute: datetime) -> Sequence[OccurrenceView]:
    """Return what may touch the axis, exceptions included; treat it as frozen."""
    read = _read_once if revision else _read
    return read(revision, axis.start - _ANY_ZONE, axis.end + _ANY_ZONE, minute)


def _draw(order: _Order) -> Drawn:
    wish, zone = order.wish, load_zone(order.zone_name)
    axis = axis_of(wish.address, zone)
    occurrences = _occurrences(order.revision, axis, order.minute)
    with read_session() as session:
        wanting = wanting_of(session, occurrences, at=order.minute)
    scene = Scene(
        address=wish.address,
        axis=axis,
        ticks=ticks_of(axis, wish.address, zone),
        holidays=_holidays(wish.address),
        on_air=order.playing,
        zone=zone,
        now=order.minute,
        wanting=wanting,
    )
    rows = timeline_rows(occurrences, dict(order.groups), axis, zone, wish.narrowing)
    if not rows:
        return Drawn("", "")
    return Drawn((timeline_list if wish.is_list else timeline_html)(rows, scene), hidden_note(rows))


def _holidays(address: TimelineAddress) -> Sequence[HolidayView]:
    """Return the holidays of all periods in use, as the calendar does."""
    stretch = stretch_of(address.view, address.calendar.day)
    with read_session() as session:
        return list_holidays_touching(session, stretch.start, stretch.end - timedelta(days=1))


def _read(
    _revision: int, start: datetime, end: datetime, minute: datetime
) -> tuple[OccurrenceView, ...]:
    with read_session() as session:
        return tuple(
            list_occurrences(
                session,
                group_ids=None,
                window_start=start,
                window_end=end,
                now=minute,
                with_exceptions=True,
            )
        )


_read_once = shared(seconds=_KEPT_SECONDS, entries=_KEPT_STRETCHES)(_read)
_draw_once = shared(seconds=_KEPT_SECONDS, entries=_KEPT_STRETCHES)(_draw)
