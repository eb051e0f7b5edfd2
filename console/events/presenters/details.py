"""What an event is, as names and values."""

from collections.abc import Mapping
from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from console.events.presenters.form import PRIORITY_WORDS
from console.i18n import _
from console.words.event_types import event_type_word
from console.words.formatting import day, span
from console.words.html import event_mark, link
from console.words.recurrence import rule_sentence
from infoscreen_core.domain.events.event import Priority
from infoscreen_core.domain.recurrence.expansion import Occurrence, read_rule
from infoscreen_core.domain.text.local_time import load_zone, to_local
from infoscreen_core.services.events.views import EventView


def event_facts(
    event: EventView,
    occurrence: Occurrence,
    groups: Mapping[int, str],
    zone: ZoneInfo,
    *,
    now: datetime,
) -> list[tuple[str, str]]:
    """Return what people ask of an event; the values are HTML."""
    all_day = _("{day}, all day", day=day(occurrence.start_local.date()))
    when = all_day if event.is_all_day else span(occurrence.start, occurrence.end, zone, now=now)
    pairs = [
        (_("Shows"), f"{event_mark(event.event_type)} {escape(event_type_word(event.event_type))}"),
        (_("Group"), escape(groups.get(event.group_id, "?"))),
        (_("When"), escape(when)),
        (_("Repeats"), escape(_reading(event))),
        (_("Place"), escape(event.location or "")),
        (_("Address"), escape(event.website_url or "")),
        (_("Text on the screen"), escape(event.message_text or "").replace("\n", "<br>")),
        (_("Description"), escape(event.description or "").replace("\n", "<br>")),
        (_("Priority"), _priority(event)),
        (_("Proof of play"), link("plays", _("What screens showed of it"), event=event.id)),
    ]
    return [(name, value) for name, value in pairs if value]


def _reading(event: EventView) -> str:
    if not event.recurrence_rule:
        return ""
    zone = load_zone(event.timezone)
    return rule_sentence(
        read_rule(event.recurrence_rule),
        to_local(event.start, zone),
        zone,
        is_all_day=event.is_all_day,
        skips_holidays=event.skip_holidays,
    )


def _priority(event: EventView) -> str:
    if event.priority == Priority.NORMAL:
        return ""
    return escape(_(PRIORITY_WORDS.get(event.priority, "normal")))
