"""Subscribed calendars as people read them: how the last reading went, and when the next is due."""

from collections.abc import Iterator
from datetime import datetime
from html import escape
from typing import Final
from zoneinfo import ZoneInfo

from console.exchange.presenters.event_import import counts_words
from console.i18n import _, ngettext
from console.words.errors import error_sentence
from console.words.formatting import relative_html, to_come_html
from infoscreen_core.services.exchange.subscription_views import ReadingResult, SubscriptionView

INTERVALS: Final = (15, 30, 60, 180, 360, 720, 1440, 10080)
"""Minutes that people choose from; the command line takes others as well."""
_HOUR: Final = 60
_DAY: Final = 24 * _HOUR


def interval_choices(current: int) -> list[int]:
    """Return the intervals to choose from, with the one that is set."""
    return sorted({*INTERVALS, current})


def interval_word(minutes: int) -> str:
    """Return an interval in its largest unit: `every 3 hours`."""
    if minutes % _DAY == 0:
        return ngettext("once a day", "every {n} days", minutes // _DAY)
    if minutes % _HOUR == 0:
        return ngettext("once an hour", "every {n} hours", minutes // _HOUR)
    return ngettext("once a minute", "every {n} minutes", minutes)


def subscription_html(view: SubscriptionView, zone: ZoneInfo, *, now: datetime) -> str:
    """Return a subscription: name and address, how it stands, and what cannot be shown of it."""
    events = ngettext("{n} event", "{n} events", view.event_count)
    about = " · ".join(
        [view.address_shown, interval_word(view.interval_minutes), events]
        + ([_("with password")] if view.has_login else [])
    )
    lines = [
        f"<b>{escape(view.name)}</b>",
        f'<div class="is-quiet is-small">{escape(about)}</div>',
        f'<div class="is-small">{_state(view, zone, now)}</div>',
    ]
    return "".join([*lines, *_refused(view, zone)])


def state_sentence(view: SubscriptionView, zone: ZoneInfo) -> str:
    """Return how the last reading went, in one sentence."""
    result = view.last_result
    if result is None:
        return _("Not read yet.")
    if result.problem is not None:
        return error_sentence(result.problem, zone)
    if result.held_back:
        return ngettext(
            "The calendar suddenly lacks {n} event; it stays until a second reading confirms that.",
            "The calendar suddenly lacks {n} events; they stay until a second reading confirms "
            "that.",
            result.held_back,
        )
    return _("Last reading: {summary}.", summary=_summary(result))


def needs_a_look(view: SubscriptionView) -> bool:
    """Whether the last reading failed, or is not believed yet."""
    result = view.last_result
    return result is not None and (result.problem is not None or result.held_back > 0)


def _summary(result: ReadingResult) -> str:
    if result.is_known:
        return _("as before")
    return counts_words(result.counts) or _("empty calendar")


def _state(view: SubscriptionView, zone: ZoneInfo, now: datetime) -> str:
    sentence = escape(state_sentence(view, zone))
    if needs_a_look(view):
        sentence = f'<span class="is-warning">{sentence}</span>'
    return " ".join([sentence, *_times(view, zone, now)])


def _times(view: SubscriptionView, zone: ZoneInfo, now: datetime) -> Iterator[str]:
    if view.last_success_at is not None:
        age = relative_html(view.last_success_at, zone, now=now)
        yield f"{escape(_('As of'))} {age}."
    if not view.is_active:
        yield f"<b>{escape(_('Paused.'))}</b>"
    elif view.is_being_read:
        yield escape(_("Is being read just now."))
    elif view.next_check_at <= now:
        yield escape(_("Is read next."))
    else:
        yield f"{escape(_('Next reading'))} {to_come_html(view.next_check_at, zone, now=now)}."


def _refused(view: SubscriptionView, zone: ZoneInfo) -> Iterator[str]:
    refused = view.last_result.refused if view.last_result else ()
    if not refused:
        return
    lines = "".join(
        f"<li><b>{escape(one.title or '–')}</b> {escape(error_sentence(one.reason, zone))}</li>"
        for one in refused
    )
    head = escape(_("What cannot be shown"))
    yield f'<details class="is-small"><summary>{head}</summary><ul>{lines}</ul></details>'
