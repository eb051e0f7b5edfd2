"""The banner while an emergency is on the screens."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from console.i18n import _, ngettext
from console.overview.presenters.cards import GroupCard
from console.words.formatting import until
from infoscreen_core.domain.events.schedule import is_emergency


def emergency_banner(cards: Iterable[GroupCard], zone: ZoneInfo, *, now: datetime) -> str:
    """Return a banner for each emergency on the screens: what, where, on how many, how long."""
    shown = defaultdict[tuple[datetime, str], list[GroupCard]](list)
    for card in cards:
        for item in card.playing:
            if is_emergency(item):
                shown[item.end, item.title].append(card)
    return "".join(
        _banner(title, end, told, zone, now)
        for (end, title), told in sorted(shown.items(), key=lambda one: one[0])
    )


def _banner(
    title: str, end: datetime, cards: list[GroupCard], zone: ZoneInfo, now: datetime
) -> str:
    screens = sum(client.is_in_service for card in cards for client in card.clients)
    where = ", ".join(card.name for card in cards)
    facts = " · ".join(
        (
            where,
            ngettext("{n} screen", "{n} screens", screens),
            _("until {time}", time=until(end, zone, now=now)),
        )
    )
    head = _("Emergency on the screens: {title}", title=title)
    return (
        f'<div class="is-emergency" role="alert"><b>{escape(head)}</b>'
        f"<span>{escape(facts)}</span></div>"
    )
