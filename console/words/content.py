"""Whether a screen shows what is planned: one icon, word and colour for each; and why."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from html import escape
from typing import Final
from zoneinfo import ZoneInfo

from console.i18n import N_, _, ngettext
from console.words.formatting import duration, instant
from infoscreen_core.domain.monitoring.content.states import Content, ContentReason
from infoscreen_core.services.monitoring.views import ContentView

WORDS: Final[dict[Content, str]] = {
    Content.BEHIND: N_("Not as planned"),
    Content.UNKNOWN: N_("Content unknown"),
    Content.AS_PLANNED: N_("As planned"),
}
ICONS: Final[dict[Content, str]] = {
    Content.BEHIND: "≠",
    Content.UNKNOWN: "?",
    Content.AS_PLANNED: "✓",
}
_COLORS: Final[dict[Content, str]] = {
    Content.BEHIND: "warning",
    Content.UNKNOWN: "unknown",
    Content.AS_PLANNED: "healthy",
}
_ORDER: Final = (Content.BEHIND, Content.UNKNOWN, Content.AS_PLANNED)
REASONS: Final[dict[ContentReason, str]] = {
    ContentReason.REPORTED: N_("by its own report"),
    ContentReason.PICTURED: N_("by the picture of its beginning"),
    ContentReason.NOTHING_PLANNED: N_("nothing is planned"),
    ContentReason.OFF_ON_PURPOSE: N_("TV is off on purpose"),
    ContentReason.OTHER_EVENT: N_("shows another event"),
    ContentReason.SHOWS_NOTHING: N_("shows nothing"),
    ContentReason.OUTLASTS_PLAN: N_("still shows what is over"),
    ContentReason.NOT_RUNNING: N_("display process is not running"),
    ContentReason.BLACK: N_("picture is black"),
    ContentReason.FROZEN: N_("picture is frozen"),
    ContentReason.TV_OFF: N_("TV is off"),
    ContentReason.OFFLINE: N_("no sign of life"),
    ContentReason.NOT_YET: N_("has not said yet what it shows"),
    ContentReason.NOT_REPORTED: N_("has never said what it shows"),
    ContentReason.PICTURE_STALE: N_("its newest picture is old"),
    ContentReason.UNASSIGNED: N_("in no group"),
    ContentReason.NOT_PUBLISHED: N_("nothing was published for its group yet"),
    ContentReason.OUT_OF_SERVICE: N_("out of service"),
    ContentReason.BLIND: N_("the server could not see its screens"),
    ContentReason.NOT_JUDGED: N_("not judged yet"),
}


def content_word(state: Content) -> str:
    """Return in few words whether a screen shows what is planned."""
    return _(WORDS[state])


def content_reason(reason: ContentReason) -> str:
    """Return why we say so, in a short phrase."""
    return _(REASONS[reason])


def content_html(view: ContentView | None, zone: ZoneInfo, *, now: datetime) -> str:
    """Return icon and words in the answer's colour, with the why as a hint; else nothing.

    What is not as planned says for how long: `≠ nicht wie geplant seit 12 min`.
    """
    if view is None:
        return ""
    text, hint = content_word(view.state), content_reason(view.reason)
    if view.since is not None:
        hint += f" · {instant(view.since, zone, now=now, with_seconds=True)}"
        if view.state is Content.BEHIND:
            text = _("Not as planned for {duration}", duration=_length(view.since, now))
    return (
        f'<span class="is-content is-{_COLORS[view.state]}" title="{escape(hint)}">'
        f"{_icon(view.state)}{escape(text)}</span>"
    )


def content_mark(view: ContentView | None) -> str:
    """Return the icon alone, with its words for those who hear it; empty while all is well."""
    if view is None or view.state is Content.AS_PLANNED:
        return ""
    words = escape(f"{content_word(view.state)}: {content_reason(view.reason)}")
    return (
        f'<i class="is-content is-{_COLORS[view.state]}" role="img" title="{words}" '
        f'aria-label="{words}">{ICONS[view.state]}</i>'
    )


def content_counts(counts: Mapping[Content, int]) -> str:
    """Return how many of some screens show what is planned: `✓ 3 zeigen Geplantes · ≠ 1 …`."""
    behind, unknown, right = (counts.get(state, 0) for state in _ORDER)
    texts = {
        Content.BEHIND: ngettext("{n} not as planned", "{n} not as planned", behind),
        Content.UNKNOWN: ngettext("{n} with unknown content", "{n} with unknown content", unknown),
        Content.AS_PLANNED: ngettext(
            "{n} shows what is planned", "{n} show what is planned", right
        ),
    }
    parts = [
        f'<span class="is-content is-{_COLORS[state]}">{_icon(state)}{escape(text)}</span>'
        for state, text in texts.items()
        if counts.get(state)
    ]
    return f'<div class="is-contents">{"".join(parts)}</div>' if parts else ""


def _icon(state: Content) -> str:
    return f'<i aria-hidden="true">{ICONS[state]}</i>'


def _length(since: datetime, now: datetime) -> str:
    return duration(max(now - since, timedelta()), is_dative=True)
