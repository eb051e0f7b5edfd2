"""What raising or ending an emergency does, said before the second click, and afterwards."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from html import escape
from typing import Final
from zoneinfo import ZoneInfo

from console.emergency.presenters.banner import where_words
from console.i18n import _, ngettext
from console.words.formatting import duration, until
from infoscreen_core.domain.events.emergency import UNTIL_ENDED
from infoscreen_core.services.playing.emergency_orders import EmergencyOrder, EmergencyResult
from infoscreen_core.services.playing.views import EmergencyReach, EmergencyView, Interrupted

_MOST_NAMED: Final = 5


def duration_word(length: timedelta) -> str:
    """Return how long an emergency may last, as it is offered."""
    return _("until ended") if length == UNTIL_ENDED else duration(length).removesuffix(" 00 min")


def raise_label(reach: EmergencyReach) -> str:
    """Return what the button says that raises it."""
    return ngettext(
        "Raise emergency on {n} screen", "Raise emergency on {n} screens", reach.screens
    )


def preview_html(order: EmergencyOrder) -> str:
    """Return the message as it will be read."""
    return f'<p class="is-message is-message-{order.look.value}">{escape(order.text.strip())}</p>'


def raise_sentences(
    order: EmergencyOrder,
    reach: EmergencyReach,
    names: Iterable[str],
    zone: ZoneInfo,
    *,
    now: datetime,
) -> list[str]:
    """Return what happens: on how many screens, how long, and what steps aside."""
    screens = ngettext(
        "{n} screen in {groups} shows only this message at once, {time}.",
        "{n} screens in {groups} show only this message at once, {time}.",
        reach.screens,
        groups=where_words(names),
        time=_time(order, zone, now),
    )
    return [screens, *_interrupts(reach.interrupted, zone, now), *_out_of_reach(reach)]


def raised_toast(result: EmergencyResult) -> str:
    """Return what is told once it was raised."""
    return ngettext(
        "Emergency raised on {n} screen.", "Emergency raised on {n} screens.", result.screens
    )


def end_sentences(view: EmergencyView) -> list[str]:
    """Return what ending it does."""
    first = ngettext(
        "It disappears from {n} screen in {groups} at once, which then follows the plan again.",
        "It disappears from {n} screens in {groups} at once, which then follow the plan again.",
        len(view.screens),
        groups=where_words(view.group_names),
    )
    return [first, _("Only this date of its series ends.")] if view.is_series else [first]


def ended_toast(result: EmergencyResult) -> str:
    """Return what is told once it was ended."""
    return ngettext(
        "Emergency ended: {n} screen follows the plan again.",
        "Emergency ended: {n} screens follow the plan again.",
        result.screens,
    )


def _time(order: EmergencyOrder, zone: ZoneInfo, now: datetime) -> str:
    end = until(now + order.duration, zone, now=now)
    if order.duration == UNTIL_ENDED:
        return _("until it is ended, {time} at the latest", time=end)
    return _("until {time}", time=end)


def _interrupts(interrupted: Iterable[Interrupted], zone: ZoneInfo, now: datetime) -> list[str]:
    together = defaultdict[tuple[bool, str, datetime], list[str]](list)
    for one in interrupted:
        together[one.is_emergency, one.title, one.end].append(one.group_name)
    former, others = list[str](), list[str]()
    for (is_emergency, title, end), groups in together.items():
        time = until(end, zone, now=now)
        named = _(
            "“{title}” ({groups}, until {time})", title=title, groups=where_words(groups), time=time
        )
        (former if is_emergency else others).append(named)
    return [
        *([_("It ends the emergency {events}.", events=_listed(former))] if former else ()),
        *([_("It interrupts {events}.", events=_listed(others))] if others else ()),
        *([_("Nothing else is on there now.")] if not together else ()),
    ]


def _listed(words: list[str]) -> str:
    hidden = len(words) - _MOST_NAMED
    named = ", ".join(words[:_MOST_NAMED])
    return _("{events} and {n} more", events=named, n=hidden) if hidden > 0 else named


def _out_of_reach(reach: EmergencyReach) -> list[str]:
    if not reach.offline:
        return []
    return [
        ngettext(
            "{n} of them is offline and will not show it before it is back.",
            "{n} of them are offline and will not show it before they are back.",
            reach.offline,
        )
    ]
