"""Which events stand in each other's way, in sentences."""

from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from console.i18n import _, ngettext
from console.words.formatting import clock, day, instant
from infoscreen_core.services.events.event_conflicts import Conflict

_MOST_SHOWN: Final = 3
_MIDNIGHT: Final = time()
_DAY: Final = timedelta(days=1)


def conflict_sentences(
    conflicts: Iterable[Conflict],
    priority: int,
    groups: Mapping[int, str],
    zone: ZoneInfo,
    *,
    now: datetime,
) -> list[str]:
    """Return sentences on conflicts with events of the same or a higher priority.

    The three nearest are named, the others counted. `groups` are named where the event is for
    several.
    """
    found = [one for one in conflicts if one.priority >= priority]
    sentences = [_sentence(one, priority, groups, zone, now) for one in found[:_MOST_SHOWN]]
    if (more := len(found) - _MOST_SHOWN) > 0:
        sentences.append(ngettext("And {n} more event.", "And {n} more events.", more))
    return sentences


def _sentence(
    conflict: Conflict, priority: int, groups: Mapping[int, str], zone: ZoneInfo, now: datetime
) -> str:
    title = conflict.title
    if conflict.group_id in groups:
        title = f"{title} ({groups[conflict.group_id]})"
    when = _when(conflict.start, conflict.end, zone, now)
    if conflict.priority > priority:
        sentence = _(
            "Gives way to “{title}”, of higher priority, on {when}", title=title, when=when
        )
    else:
        sentence = _("Overlaps “{title}” on {when}", title=title, when=when)
    if (more := conflict.times - 1) > 0:
        sentence = f"{sentence} {ngettext('and {n} more time', 'and {n} more times', more)}"
    return f"{sentence.removesuffix('.')}."


def _when(start: datetime, end: datetime, zone: ZoneInfo, now: datetime) -> str:
    first, last = start.astimezone(zone), end.astimezone(zone)
    if first.time() == last.time() == _MIDNIGHT:  # whole days are said as such
        days = dict.fromkeys((first.date(), last.date() - _DAY))
        return "–".join(day(on, with_year=on.year != now.year) for on in days)
    tail = clock(end, zone) if first.date() == last.date() else instant(end, zone, now=now)
    return f"{instant(start, zone, now=now)}–{tail}"
