"""“Why is this (not) showing?” as sentences in the reader's language."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from html import escape
from typing import Final
from zoneinfo import ZoneInfo

from console.i18n import _
from console.words.errors import error_sentence
from console.words.formatting import instant
from infoscreen_core.domain.events.explanation import Reason, ReasonCode
from infoscreen_core.domain.text.local_time import localize
from infoscreen_core.services.playing.views import Explanation

_GOOD: Final = frozenset({ReasonCode.LEADS, ReasonCode.EMERGENCY_ALONE, ReasonCode.SHOWS_IT})
_BAD: Final = frozenset(
    {
        ReasonCode.NO_LEADER,
        ReasonCode.BROKER_AWAY,
        ReasonCode.NO_SCREENS,
        ReasonCode.SCREEN_OFFLINE,
        ReasonCode.SCREEN_TROUBLE,
        ReasonCode.SHOWS_OTHER,
        ReasonCode.TV_OFF,
        ReasonCode.TV_HELD_OFF,
        ReasonCode.CONVERSION_FAILED,
        ReasonCode.EXPIRED,
        ReasonCode.NO_CONTENT,
    }
)
_HOUR: Final = timedelta(hours=1)
_MARKS: Final = {"good": "●", "bad": "▲", "plain": "–"}


@dataclass(frozen=True)
class Question:
    """What is asked: of which group, when (None: now), about which event (None: whatever is on)."""

    group_id: int
    at: datetime | None = None
    event_id: int | None = None


def instant_asked(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """Return the instant that a reader means by a day and a time."""
    return localize(datetime.combine(day, clock), zone)


def another_time(local_now: datetime) -> datetime:
    """Return the wall time that a question about another time begins with: the next full hour."""
    return local_now.replace(minute=0, second=0, microsecond=0) + _HOUR


def answer_html(found: Explanation, zone: ZoneInfo, *, now: datetime) -> str:
    """Return the reasons as a list, each with a mark for good or bad news."""
    head = (
        _("{group}, now", group=found.group_name) if found.is_now else _head_then(found, zone, now)
    )
    lines = "".join(_line(reason, zone, now) for reason in found.reasons)
    return f'<div class="is-why"><b>{escape(head)}</b><ul>{lines}</ul></div>'


def sentences(reasons: Iterable[Reason], zone: ZoneInfo, *, now: datetime) -> list[str]:
    """Return the reasons as plain sentences."""
    return [error_sentence(reason.sentence, zone, now=now) for reason in reasons]


def _head_then(found: Explanation, zone: ZoneInfo, now: datetime) -> str:
    return _("{group}, {time}", group=found.group_name, time=instant(found.at, zone, now=now))


def _line(reason: Reason, zone: ZoneInfo, now: datetime) -> str:
    tone = "good" if reason.code in _GOOD else "bad" if reason.code in _BAD else "plain"
    words = escape(error_sentence(reason.sentence, zone, now=now))
    mark = f'<i aria-hidden="true">{_MARKS[tone]}</i>'
    return f'<li class="is-why-{tone}">{mark}<span>{words}</span></li>'
