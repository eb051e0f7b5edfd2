"""The banner while an emergency is on the screens: what, where, how long, and who shows it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Final
from zoneinfo import ZoneInfo

from console.i18n import N_, _, ngettext
from console.words.formatting import clock, near, until
from console.words.html import link
from infoscreen_core.domain.monitoring.showing import Showing
from infoscreen_core.services.playing.views import EmergencyView, WatchedScreen

_MOST_NAMED: Final = 6
"""More groups than this are counted, and named where the pointer rests."""
_MOST_LISTED: Final = 12
"""So many screens are listed without being asked for."""


@dataclass(frozen=True, slots=True)
class _Style:
    """How one state of a screen is written: its colour's class, its sign, its words."""

    status: str
    icon: str
    words: str


_STYLES: Final = {
    Showing.REPORTED: _Style("healthy", "✓", N_("report {time}")),
    Showing.PICTURED: _Style("healthy", "✓", N_("picture {time}")),
    Showing.NOT_YET: _Style("unknown", "◌", N_("no report since it began")),
    Showing.BEHIND: _Style("warning", "▲", N_("shows something else (report {time})")),
    Showing.BROKEN: _Style("critical", "■", N_("its display crashed, or the picture is black")),
    Showing.TV_OFF: _Style("warning", "▲", N_("the TV is off")),
    Showing.OFFLINE: _Style("offline", "○", N_("offline since {time}")),
}


def banner_html(view: EmergencyView, zone: ZoneInfo, *, now: datetime) -> str:
    """Return what is on, where, since when and until when."""
    facts = " · ".join(
        (
            _where(view.group_names),
            escape(_("since {time}", time=near(view.start, zone, now=now))),
            escape(_end(view, zone, now)),
        )
    )
    head = escape(_("Emergency on the screens: {title}", title=view.title))
    return f'<div class="is-emergency-head" role="alert"><b>{head}</b><span>{facts}</span></div>'


def confirmed_line(view: EmergencyView) -> str:
    """Return how many of the screens are known to show it."""
    if not view.screens:
        return _("No screen belongs to these groups.")
    return ngettext(
        "{confirmed} of {n} screen is known to show it",
        "{confirmed} of {n} screens are known to show it",
        len(view.screens),
        confirmed=len(view.confirmed),
    )


def screens_html(view: EmergencyView, zone: ZoneInfo, *, now: datetime, is_full: bool) -> str:
    """Return the screens that are not known to show it, with their state; in full, all screens."""
    wanted = (*view.unconfirmed, *view.confirmed) if is_full else view.unconfirmed[:_MOST_LISTED]
    has_groups = len(view.group_names) > 1
    items = [_screen(screen, zone, now, has_group=has_groups) for screen in wanted]
    hidden = 0 if is_full else len(view.unconfirmed) - len(wanted)
    if hidden:
        more = ngettext("and {n} more", "and {n} more", hidden)
        items.append(f'<li class="is-quiet">{escape(more)}</li>')
    return f'<ul class="is-showing">{"".join(items)}</ul>' if items else ""


def where_words(names: Iterable[str]) -> str:
    """Return the groups by name, or only how many when there are many."""
    known = list(names)
    if len(known) > _MOST_NAMED:
        return ngettext("{n} group", "{n} groups", len(known))
    return ", ".join(known)


def _where(names: tuple[str, ...]) -> str:
    return f'<span title="{escape(", ".join(names))}">{escape(where_words(names))}</span>'


def _end(view: EmergencyView, zone: ZoneInfo, now: datetime) -> str:
    time = until(view.end, zone, now=now)
    if view.is_until_ended:
        return _("until it is ended, {time} at the latest", time=time)
    return _("until {time}", time=time)


def _screen(screen: WatchedScreen, zone: ZoneInfo, now: datetime, *, has_group: bool) -> str:
    style = _STYLES[screen.shown.state]
    name = link("client", screen.name, uuid=screen.uuid)
    group = f" · {escape(screen.group_name)}" if has_group else ""
    return (
        f'<li><i class="is-{style.status}" aria-hidden="true">{style.icon}</i>'
        f'<span>{name}<span class="is-quiet">{group} – {_state(screen, zone, now)}</span></span>'
        "</li>"
    )


def _state(screen: WatchedScreen, zone: ZoneInfo, now: datetime) -> str:
    state, at = screen.shown.state, screen.shown.at
    if at is None:
        return escape(
            _("has never reported") if state is Showing.OFFLINE else _(_STYLES[state].words)
        )
    is_offline = state is Showing.OFFLINE
    time = near(at, zone, now=now) if is_offline else clock(at, zone, with_seconds=True)
    return escape(_(_STYLES[state].words, time=time))
