"""What the timeline says of one occurrence: in tooltips, to screen readers and in the list."""

from collections.abc import Collection
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from console.calendar.presenters.view import View
from console.events.presenters.form import PRIORITY_WORDS
from console.i18n import N_, _
from console.timeline.presenters.rows import OnAir, identity
from console.words.event_types import event_type_word
from console.words.formatting import day, span
from infoscreen_core.domain.events.event import ExceptionKind, Priority
from infoscreen_core.domain.recurrence.exdates import format_stamp
from infoscreen_core.domain.text.local_time import load_zone, to_local
from infoscreen_core.services.events.views import OccurrenceView

EXCEPTION_WORDS: Final[dict[ExceptionKind, str]] = {
    ExceptionKind.SKIPPED: N_("taken out of its series"),
    ExceptionKind.HOLIDAY: N_("not in the holidays"),
    ExceptionKind.DETACHED: N_("changed on its own"),
}


def when_words(occurrence: OccurrenceView, zone: ZoneInfo, *, now: datetime) -> str:
    """Return from when to when, on which day."""
    if occurrence.is_all_day:
        first = to_local(occurrence.start, load_zone(occurrence.timezone)).date()
        return _("{day}, all day", day=day(first))
    times = span(occurrence.start, occurrence.end, zone, now=now)
    is_today = occurrence.start.astimezone(zone).date() == now.astimezone(zone).date()
    return _("today {time}", time=times) if is_today else times


def lacks_file(occurrence: OccurrenceView, wanting: Collection[int], *, now: datetime) -> bool:
    """Whether a file of it is missing, or cannot be shown, and that still matters."""
    return occurrence.event_id in wanting and occurrence.takes_place and occurrence.end > now


def state_words(
    occurrence: OccurrenceView, on_air: OnAir, wanting: Collection[int] = (), *, now: datetime
) -> str:
    """Return what is special about it now; empty when nothing is.

    `wanting` are the events that lack files.
    """
    lack = _("file missing") if lacks_file(occurrence, wanting, now=now) else ""
    return ", ".join(filter(None, (_course_words(occurrence, on_air, now=now), lack)))


def _course_words(occurrence: OccurrenceView, on_air: OnAir, *, now: datetime) -> str:
    if occurrence.exception is not None:
        return _(EXCEPTION_WORDS[occurrence.exception])
    if identity(occurrence) in on_air.shown:
        return _("on now")
    if identity(occurrence) in on_air.waiting:
        return _("waits until the emergency is over")
    if occurrence.end <= now:
        return _("over")
    return "" if occurrence.is_active else _("switched off")


def priority_words(occurrence: OccurrenceView) -> str:
    """Return its priority in words; empty when it is normal."""
    if occurrence.priority == Priority.NORMAL:
        return ""
    word = _(PRIORITY_WORDS.get(occurrence.priority, N_("normal")))
    return _("priority {word}", word=word)


def occurrence_words(
    occurrence: OccurrenceView,
    on_air: OnAir,
    zone: ZoneInfo,
    wanting: Collection[int] = (),
    *,
    now: datetime,
) -> str:
    """Return all of it in one line: `Mathe 3B · heute 08:00–08:50 · Mitteilung · Serie`."""
    parts = (
        occurrence.title,
        when_words(occurrence, zone, now=now),
        event_type_word(occurrence.event_type),
        _("series") if occurrence.is_recurring else "",
        priority_words(occurrence),
        state_words(occurrence, on_air, wanting, now=now),
    )
    return " · ".join(part for part in parts if part)


def opening_query(occurrence: OccurrenceView, view: View) -> dict[str, str | int]:
    """Return the query with which the calendar opens this occurrence, on its own date."""
    on = to_local(occurrence.start, load_zone(occurrence.timezone)).date()
    query: dict[str, str | int] = {
        "view": view.value,
        "date": on.isoformat(),
        "group": occurrence.group_id,
    }
    if occurrence.exception is not None:
        query["exceptions"] = 1  # the calendar shows them on request only
    return {**query, "event": occurrence.event_id, "at": format_stamp(occurrence.start)}
