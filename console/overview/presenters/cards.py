"""The overview's groups: what plays, what comes next, how their screens do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Final
from zoneinfo import ZoneInfo

from console.i18n import _, ngettext
from console.monitoring.presenters.fleet import picture_url
from console.words import html
from console.words.content import content_counts
from console.words.formatting import near, until
from console.words.groups import group_word
from console.words.status import STATUSES, reason_text, status_word
from infoscreen_core.domain.events.limits import LOOK_AHEAD
from infoscreen_core.domain.monitoring.fleet_count import FleetCount
from infoscreen_core.domain.monitoring.fleet_wish import FleetFilter
from infoscreen_core.domain.monitoring.liveness import Status
from infoscreen_core.services.monitoring.views import ClientView
from infoscreen_core.services.playing.views import PlayingItem

_MAX_PLAYING: Final = 3
MOST_TROUBLED: Final = 3
"""Screens that a card names."""


@dataclass(frozen=True)
class GroupCard:
    """A group on the overview; `group_id` is None for the unassigned screens, which come last."""

    group_id: int | None
    group_name: str
    count: FleetCount
    """Only its screens in service count and are shown."""
    playing: tuple[PlayingItem, ...]
    next: PlayingItem | None
    shown: ClientView | None = None
    """The screen whose picture stands for the group: the newest one, if possible online."""
    troubled: tuple[ClientView, ...] = ()
    """The first of its screens that somebody should look at, most urgent first."""

    @property
    def name(self) -> str:
        """What people read above it."""
        return self.group_name if self.group_id is not None else _("Unassigned")

    @property
    def troubled_count(self) -> int:
        """How many of its screens somebody should look at."""
        return self.count.in_service - self.count.statuses[Status.HEALTHY]


@dataclass(frozen=True)
class Ways:
    """Where a group leads its reader."""

    screens: str | None
    """The page that lists screens, if the reader may open one."""
    may_plan: bool


def ways_html(card: GroupCard, ways: Ways) -> str:
    """Return the links to a group's screens, its calendar, and the form for an event of it."""
    group, about = group_word(card.group_id), _("of {name}", name=card.name)
    links = []
    if ways.screens and card.count.in_service:
        links.append(html.link_about(ways.screens, _("Screens"), about, group=group))
    if card.group_id is not None:
        links.append(html.link_about("calendar", _("Calendar"), about, group=group))
        if ways.may_plan:
            about = _("for {name}", name=card.name)
            links.append(html.link_about("calendar", _("Plan event"), about, group=group, new=1))
    return f'<div class="is-ways">{"".join(links)}</div>' if links else ""


def visible_cards(cards: Sequence[GroupCard], chosen: FleetFilter) -> list[GroupCard]:
    """Return the groups in which the filter leaves a screen; unfiltered, empty ones stay too."""
    return [
        card
        for card in cards
        if (chosen is FleetFilter.ALL and card.group_id is not None) or chosen.left_of(card.count)
    ]


def card_html(card: GroupCard, ways: Ways, zone: ZoneInfo, *, now: datetime) -> str:
    """Return a group's card: name, picture, figures, what plays and comes next, where it leads."""
    counts = html.status_counts(card.count.statuses) or escape(_("no screens"))
    return (
        f'<article class="is-card"><header><b>{escape(card.name)}</b></header>'
        f"{_picture(card, zone, now)}{html.health_bar(card.count.statuses)}"
        f'<div class="is-counts">{counts}</div>{_contents(card)}{_plan(card, zone, now)}'
        f"{_trouble(card)}{ways_html(card, ways)}</article>"
    )


def list_html(cards: Sequence[GroupCard], ways: Ways, zone: ZoneInfo, *, now: datetime) -> str:
    """Return the groups as a table, for more of them than cards can show at a glance."""
    rows = [
        (
            _row_name(card, ways),
            (html.status_counts(card.count.statuses) or _("no screens")) + _contents(card),
            _playing(card, zone, now),
            _next(card, zone, now),
            ways_html(card, ways),
        )
        for card in cards
    ]
    head = (_("Group"), _("Screens"), _("Now"), _("Next"), _("Go to"))
    return html.table(head, rows, caption=_("Groups and what they show"))


def _contents(card: GroupCard) -> str:
    """Return how many of its screens show what is planned; nothing where nothing can be."""
    return content_counts(card.count.contents) if card.group_id is not None else ""


def _row_name(card: GroupCard, ways: Ways) -> str:
    page = ways.screens if card.count.in_service else None
    if page is None and card.group_id is not None:
        page = "calendar"
    if page is None:
        return f"<b>{escape(card.name)}</b>"
    return html.row_link(page, card.name, group=group_word(card.group_id))


def _trouble(card: GroupCard) -> str:
    lines = [
        f'<div><i class="is-{client.status.value}" '
        f'role="img" aria-label="{escape(status_word(client.status))}">'
        f"{STATUSES[client.status].icon}</i> {html.link('client', client.name, uuid=client.uuid)} "
        f'<span class="is-quiet">{escape(reason_text(client.reason))}</span></div>'
        for client in card.troubled
    ]
    if (hidden := card.troubled_count - len(card.troubled)) > 0:
        more = ngettext("and {n} more", "and {n} more", hidden)
        lines.append(f'<div class="is-quiet">{escape(more)}</div>')
    return f'<div class="is-trouble">{"".join(lines)}</div>' if lines else ""


def _picture(card: GroupCard, zone: ZoneInfo, now: datetime) -> str:
    shown = card.shown
    missing = _("no picture yet") if card.count.in_service else _("no screens in this group")
    if shown is None or shown.picture is None:
        return html.picture(None, alt="", at=None, zone=zone, now=now, missing=missing)
    alt = _("Picture of {name}", name=shown.name)
    url, at = picture_url(shown.picture), shown.picture.as_of
    return html.picture(url, alt=alt, at=at, zone=zone, now=now, missing=missing)


def _plan(card: GroupCard, zone: ZoneInfo, now: datetime) -> str:
    if card.group_id is None:
        hint = escape(_("Shows nothing until it is put into a group."))
        return f'<p class="is-plan is-quiet">{hint}</p>'
    parts = (_playing(card, zone, now), _next(card, zone, now))
    return "".join(f'<div class="is-plan">{part}</div>' for part in parts)


def _playing(card: GroupCard, zone: ZoneInfo, now: datetime) -> str:
    if not card.playing:
        why = html.link("timeline", _("Why?"), why=card.group_id or 0)
        return f'<span class="is-quiet">{escape(_("Nothing planned right now"))} · {why}</span>'
    lines = [
        _line(item, _("until {time}", time=until(item.end, zone, now=now)))
        for item in card.playing[:_MAX_PLAYING]
    ]
    if (hidden := len(card.playing) - _MAX_PLAYING) > 0:
        more = escape(ngettext("and {n} more", "and {n} more", hidden))
        lines.append(f'<span class="is-quiet is-small">{more}</span>')
    return "".join(lines)


def _next(card: GroupCard, zone: ZoneInfo, now: datetime) -> str:
    if card.next is None:
        nothing = _("nothing more in the next {n} days", n=LOOK_AHEAD.days)
        return f'<span class="is-quiet is-small">{escape(nothing)}</span>'
    start = _("from {time}", time=near(card.next.start, zone, now=now))
    return f'<div class="is-quiet is-small">{_line(card.next, start)}</div>'


def _line(item: PlayingItem, when: str) -> str:
    mark, title = html.event_mark(item.event_type), escape(item.title)
    return (
        f'<div class="is-playing">{mark}<span title="{title}">{title}</span>'
        f"<em>{escape(when)}</em></div>"
    )
