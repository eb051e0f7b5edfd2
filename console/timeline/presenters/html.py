"""The timeline as HTML: a head of days and hours, a line per group, each event a link."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from html import escape
from typing import Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from console.calendar.presenters.view import View
from console.i18n import _, ngettext
from console.timeline.presenters.axis import Axis, Tick, TimelineAddress, hour_count
from console.timeline.presenters.rows import Block, OnAir, Row, identity
from console.timeline.presenters.words import (
    lacks_file,
    occurrence_words,
    opening_query,
    priority_words,
    state_words,
    when_words,
)
from console.words import html
from console.words.event_types import EVENT_TYPES
from console.words.formatting import day
from infoscreen_core.domain.events.event import Priority
from infoscreen_core.domain.events.schedule import is_emergency
from infoscreen_core.domain.school.days import covers, is_weekend
from infoscreen_core.services.events.views import OccurrenceView
from infoscreen_core.services.school.views import HolidayView

_NO_FILE: Final = "◌"
"""Beside an event that lacks a file, as in the calendar."""
_TINY: Final = 0.014
"""Blocks narrower than this share of the axis have no room for a word, or even a mark."""


@dataclass(frozen=True)
class Scene:
    """What decides how the lines look, apart from themselves."""

    address: TimelineAddress
    axis: Axis
    ticks: Sequence[Tick]
    holidays: Sequence[HolidayView]
    on_air: OnAir
    zone: ZoneInfo
    now: datetime
    wanting: frozenset[int] = frozenset()
    """Events that lack files."""


def timeline_html(rows: Sequence[Row], scene: Scene) -> str:
    """Return all groups' lines, which stay the same until something begins, ends or changes."""
    parts = 1 if scene.address.view is View.WEEK else hour_count(scene.axis.days[0])
    count = len(scene.axis.days) * parts
    lines = "".join(_row(row, scene) for row in rows)
    return (
        f'<div class="is-timeline is-{scene.address.view.value}-tl" style="--parts:{count}" '
        f'role="group" aria-label="{escape(_("Timeline of the groups"))}">'
        f"{_head(scene)}{_ground(scene)}{lines}</div>"
    )


def now_line_css(axis: Axis, *, now: datetime) -> str:
    """Return where the line of the present stands; kept apart, since it alone always moves."""
    place = axis.find(now)
    shown = "none" if place is None else "block"
    return f"<style>.is-timeline {{ --now: {_share(place or 0.0)}; --now-shown: {shown}; }}</style>"


def timeline_list(rows: Sequence[Row], scene: Scene) -> str:
    """Return the same as text: a table for each group."""
    return "".join(_group_list(row, scene) for row in rows)


def timeline_legend() -> str:
    """Return what colours and marks mean."""
    marks = (
        ("‼", _("emergency")),
        ("!", _("high priority")),
        (_NO_FILE, _("file missing")),
        ('<s class="is-background-mark"></s>', _("background")),
        ('<s class="is-ghost-mark">–</s>', _("does not take place")),
    )
    words = "".join(f"<span>{mark} {escape(word)}</span>" for mark, word in marks)
    hint = escape(_("The topmost leads on the screens. A click opens the event."))
    return f'<p class="is-legend is-quiet is-small">{html.event_kinds()}{words}<em>{hint}</em></p>'


def hidden_note(rows: Iterable[Row]) -> str:
    """Return how many events lie in hours that are not shown; empty when none does."""
    count = sum(row.hidden_count for row in rows)
    if not count:
        return ""
    return ngettext(
        "{n} event lies outside these hours.", "{n} events lie outside these hours.", count
    )


def _head(scene: Scene) -> str:
    days = "".join(_day_head(one.date, scene) for one in scene.axis.days)
    hours = "".join(
        f'<i style="left:{_share(tick.position)}">{tick.label}</i>' for tick in scene.ticks
    )
    return (
        f'<div class="is-tl-head"><b>{escape(_("Group"))}</b>'
        f'<div><div class="is-tl-days">{days}</div>'
        f'<div class="is-tl-hours" aria-hidden="true">{hours}</div></div></div>'
    )


def _day_head(on: date, scene: Scene) -> str:
    is_today = on == scene.now.astimezone(scene.zone).date()
    names = ", ".join(dict.fromkeys(one.name for one in scene.holidays if covers(one, on)))
    holiday = f'<em title="{escape(names)}">{escape(names)}</em>' if names else ""
    return f"<span{_marked(is_today)}>{escape(day(on))}{holiday}</span>"


def _marked(is_today: bool) -> str:  # noqa: FBT001 - a condition, not an option
    return ' class="is-today" aria-current="date"' if is_today else ""


def _ground(scene: Scene) -> str:
    width = 1 / len(scene.axis.days)
    bands = "".join(
        f'<i class="{kind}" style="left:{_share(number * width)};width:{_share(width)}"></i>'
        for number, one in enumerate(scene.axis.days)
        if (kind := _ground_kind(one.date, scene.holidays))
    )
    return f'<div class="is-tl-ground" aria-hidden="true">{bands}<b></b></div>'


def _ground_kind(on: date, holidays: Iterable[HolidayView]) -> str:
    if any(covers(one, on) for one in holidays):
        return "is-holiday"
    return "is-weekend" if is_weekend(on) else ""


def _row(row: Row, scene: Scene) -> str:
    query = {"view": scene.address.view.value, "date": scene.address.calendar.day.isoformat()}
    name = html.link("calendar", row.name, **query, group=row.group_id)
    blocks = "".join(
        f"<li>{_block(block, row.name, scene)}</li>" for block in sorted(row.blocks, key=_by_time)
    )
    return (
        f'<section class="is-tl-row" style="--lanes:{row.lane_count};'
        f'--lines:{row.line_count}"><h2>{name}</h2>'
        f'<ul aria-label="{escape(row.name)}">{blocks}</ul></section>'
    )


def _by_time(block: Block) -> tuple[float, int]:
    return block.left, block.lane


def _block(block: Block, group: str, scene: Scene) -> str:
    one = block.occurrence
    words = escape(occurrence_words(one, scene.on_air, scene.zone, scene.wanting, now=scene.now))
    place = f"left:{_share(block.left)};width:{_share(block.width)};--lane:{block.lane}"
    return (
        f'<a class="{_classes(block, scene)}" style="{place}" href="{_href(one, scene)}" '
        f'target="_self" title="{words}" aria-label="{words} · {escape(group)}">'
        f"<i>{_mark(one, scene)}</i>{escape(one.title)}</a>"
    )


def _classes(block: Block, scene: Scene) -> str:
    one, now = block.occurrence, scene.now
    marks = {
        "is-past": one.end <= now,
        "is-playing": identity(one) in scene.on_air.shown,
        "is-leading": identity(one) in scene.on_air.leading,
        "is-ghost": one.exception is not None or one.is_paused(now),
        "is-emergency": is_emergency(one),
        "is-background": block.is_folded,
        "is-tiny": block.width < _TINY,
        "is-wanting": lacks_file(one, scene.wanting, now=now),
        "is-cut-before": block.is_cut_before,
        "is-cut-after": block.is_cut_after,
    }
    return " ".join(
        [f"is-{one.event_type.value}", *(name for name, holds in marks.items() if holds)]
    )


def _mark(one: OccurrenceView, scene: Scene) -> str:
    if is_emergency(one):
        return "‼"
    glyph = EVENT_TYPES[one.event_type].glyph + ("!" if one.priority >= Priority.HIGH else "")
    return glyph + (_NO_FILE if lacks_file(one, scene.wanting, now=scene.now) else "")


def _href(one: OccurrenceView, scene: Scene) -> str:
    return escape(f"/calendar?{urlencode(opening_query(one, scene.address.view))}")


def _share(position: float) -> str:
    return f"{position * 100:.3f}%"


def _group_list(row: Row, scene: Scene) -> str:
    cells = [_cells(block.occurrence, scene) for block in sorted(row.blocks, key=_by_time)]
    head = (_("When"), _("Event"), _("Shows"), _("Priority"), _("State"))
    nothing = f'<p class="is-quiet">{escape(_("Nothing is planned here."))}</p>'
    table = html.table(head, cells, caption=row.name) if cells else nothing
    return f'<section class="is-tl-list"><h2>{escape(row.name)}</h2>{table}</section>'


def _cells(one: OccurrenceView, scene: Scene) -> tuple[str, ...]:
    query = opening_query(one, scene.address.view)
    return (
        f'<span class="is-nowrap">{escape(when_words(one, scene.zone, now=scene.now))}</span>',
        html.link("calendar", one.title, **query),
        html.event_mark(one.event_type),
        escape(priority_words(one)),
        escape(state_words(one, scene.on_air, scene.wanting, now=scene.now)),
    )
