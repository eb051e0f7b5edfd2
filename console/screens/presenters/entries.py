"""What became of a screen, as entries of rows: for the picture, the table and the file alike."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from console.i18n import N_, _, ngettext
from console.monitoring.presenters.incidents import look_of
from console.screens.presenters.pictures import type_word
from console.words import commands as command_words
from console.words import plugs as plug_words
from console.words.commands import action_word, state_word
from console.words.content import ICONS as CONTENT_ICONS
from console.words.content import content_reason, content_word
from console.words.errors import error_sentence
from console.words.plugs import cycle_noun, cycle_word
from console.words.status import STATUSES, reason_text, status_word
from infoscreen_core.domain.commands.lifecycle import TERMINAL
from infoscreen_core.domain.commands.plugs import TERMINAL as CYCLE_ENDS
from infoscreen_core.domain.monitoring.availability import Band
from infoscreen_core.domain.monitoring.content.states import Content, ContentSpan
from infoscreen_core.domain.monitoring.incidents.kinds import IncidentKind
from infoscreen_core.domain.monitoring.incidents.words import incident_sentence
from infoscreen_core.domain.monitoring.liveness import Status
from infoscreen_core.domain.monitoring.spans import Span
from infoscreen_core.services.commands.plugs.plug_views import CycleView
from infoscreen_core.services.commands.views import CommandView
from infoscreen_core.services.monitoring.screen.moment import Blindness
from infoscreen_core.services.monitoring.screen.timeline import PlannedSpan, ScreenTimeline


class Row(StrEnum):
    """The rows of the picture, from the top."""

    STATUS = "status"
    INCIDENTS = "incidents"
    PLANNED = "planned"
    SHOWN = "shown"
    COMMANDS = "commands"
    RECONNECTS = "reconnects"
    SIGHT = "sight"
    PICTURES = "pictures"


ROW_NAMES: Final[dict[Row, str]] = {
    Row.STATUS: N_("Status"),
    Row.INCIDENTS: N_("Incidents"),
    Row.PLANNED: N_("Planned"),
    Row.SHOWN: N_("Shown"),
    Row.COMMANDS: N_("Commands"),
    Row.RECONNECTS: N_("Reconnects"),
    Row.SIGHT: N_("Blind time"),
    Row.PICTURES: N_("Pictures"),
}
_CONTENT_LOOKS: Final = {
    Content.AS_PLANNED: "is-bar-healthy",
    Content.BEHIND: "is-bar-warning",
    Content.UNKNOWN: "is-unseen",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that was so, or that happened."""

    row: Row
    span: Span
    """Without length: it happened at once."""
    words: str
    """What it was, in full."""
    look: str
    """Its class in the stylesheet."""
    label: str = ""
    """What stands in the picture itself."""
    icon: str = ""
    """In front of the words: a status is never colour alone."""
    rollout_id: str | None = None
    """The roll-out that it is part of."""


def entries_of(timeline: ScreenTimeline, *, may_act: bool) -> list[Entry]:
    """Return what became of a screen, row by row.

    Commands, and what was done with its plug, are only for whoever may do so.
    """
    return [
        *map(_status, timeline.history.bands),
        *_incidents(timeline),
        *map(_planned, timeline.planned),
        *map(_shown, timeline.content),
        *(_orders(timeline) if may_act else ()),
        *_reconnects(timeline),
        *map(_blind, timeline.blind),
        *_pictures(timeline),
    ]


def rows_shown(*, may_act: bool) -> list[Row]:
    """Return the rows that a reader sees."""
    return [row for row in Row if may_act or row is not Row.COMMANDS]


def _status(band: Band) -> Entry:
    if band.change is None:
        words, look, icon = _("the server could not see its screens"), "is-unseen", ""
    elif band.change.status is None:
        words, look, icon = reason_text(band.change.reason), "is-uncounted", ""
    else:
        status = band.change.status
        look, icon, words = f"is-bar-{status.value}", STATUSES[status].icon, status_word(status)
        if status is not Status.HEALTHY:
            words = f"{words}, {reason_text(band.change.reason)}"
    return Entry(row=Row.STATUS, span=band.span, words=words, look=look, icon=icon)


def _incidents(timeline: ScreenTimeline) -> Iterator[Entry]:
    for one in timeline.incidents:
        status, words = look_of(one.kind), error_sentence(one.summary)
        yield Entry(
            row=Row.INCIDENTS,
            span=one.span,
            words=words,
            look=f"is-edge-{status.value}",
            label=words,
            icon=STATUSES[status].icon,
        )


def _planned(one: PlannedSpan) -> Entry:
    title = one.title or _("nothing")
    words = title if one.is_published else _("{title} (by the plan)", title=title)
    look = "is-edge-plan" if one.title else "is-edge-nothing"
    return Entry(row=Row.PLANNED, span=one.span, words=words, look=look, label=title)


def _shown(one: ContentSpan) -> Entry:
    span = Span(one.began, one.ended)
    if one.state is None:
        words = content_reason(one.reason)
        return Entry(row=Row.SHOWN, span=span, words=words, look="is-uncounted")
    state = content_word(one.state)
    words = f"{state}, {content_reason(one.reason)}"
    if one.shown_title:
        words += f": {one.shown_title}"
    return Entry(
        row=Row.SHOWN,
        span=span,
        words=words,
        look=_CONTENT_LOOKS[one.state],
        label=one.shown_title or state,
        icon=CONTENT_ICONS[one.state],
    )


def _orders(timeline: ScreenTimeline) -> list[Entry]:
    """Return commands and power cycles, as they were asked for."""
    found = [*map(_command, timeline.commands), *map(_cycle, timeline.cycles)]
    return sorted(found, key=lambda one: one.span.start)


def _command(one: CommandView) -> Entry:
    words = f"{action_word(one.action)}: {state_word(one.status)}"
    is_bad, is_over = one.status in command_words.BAD_ENDS, one.status in TERMINAL
    return _order(one.issued_at, words, is_bad=is_bad, is_over=is_over, rollout_id=one.rollout_id)


def _cycle(one: CycleView) -> Entry:
    words = f"{cycle_noun()}: {cycle_word(one.status)}"
    is_bad, is_over = one.status in plug_words.BAD_ENDS, one.status in CYCLE_ENDS
    return _order(one.requested_at, words, is_bad=is_bad, is_over=is_over)


def _order(
    at: datetime, words: str, *, is_bad: bool, is_over: bool, rollout_id: str | None = None
) -> Entry:
    icon = "✕" if is_bad else "✓" if is_over else "…"
    look = "is-point-bad" if is_bad else "is-point"
    return Entry(
        row=Row.COMMANDS,
        span=Span(at, at),
        words=words,
        look=look,
        label=words,
        icon=icon,
        rollout_id=rollout_id,
    )


def _reconnects(timeline: ScreenTimeline) -> Iterator[Entry]:
    for one in timeline.reconnects:
        words = ngettext("{n} reconnect", "{n} reconnects", one.count)
        yield Entry(
            row=Row.RECONNECTS,
            span=one.span,
            words=words,
            look="is-point",
            label=f"{one.count} \u00d7",
        )


def _blind(one: Blindness) -> Entry:
    words = error_sentence(incident_sentence(IncidentKind.OUTAGE, {"cause": one.cause.value}))
    return Entry(row=Row.SIGHT, span=one.span, words=words, look="is-unseen")


def _pictures(timeline: ScreenTimeline) -> Iterator[Entry]:
    for one in timeline.pictures:
        span = Span(one.as_of, one.as_of)
        yield Entry(row=Row.PICTURES, span=span, words=type_word(one), look="is-dot")
