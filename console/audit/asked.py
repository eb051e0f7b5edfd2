"""What is asked for: who, what, about what, from where, when. The address holds it all."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from console.words.instants import read_instant
from infoscreen_core.domain.people.audit import AuditFilter
from infoscreen_core.domain.text.asked import LONGEST_TEXT
from infoscreen_core.domain.text.local_time import localize, to_local

FILTERS: Final = ("actor", "action", "entity", "id", "source", "days", "from", "to", "text")
"""What the page's address may narrow."""
DAYS: Final = (1, 7, 30, 365)
SPAN: Final = "span"
"""Stands for a span from one day to another."""
_USUAL: Final = 7
"""Days of such a span, until others are chosen."""
ANY: Final = "all"
_LONGEST_WORD: Final = 64


@dataclass(frozen=True)
class Question:
    """What the reader asks for."""

    wanted: AuditFilter
    is_narrowed: bool
    """Whether any filter is set."""


def read_question(asked: Mapping[str, str], zone: ZoneInfo, now: datetime) -> Question:
    """Return what an address asks for; what cannot be read narrows nothing."""
    start, end = _span(asked, zone, now)
    entity = _word(asked, "entity")
    wanted = AuditFilter(
        start=start,
        end=end,
        actor=_word(asked, "actor"),
        action=_word(asked, "action"),
        entity=entity,
        entity_id=_word(asked, "id") if entity else None,
        source=_word(asked, "source"),
        text=asked.get("text", "").strip()[:LONGEST_TEXT],
    )
    return Question(wanted, wanted != AuditFilter())


def _span(
    asked: Mapping[str, str], zone: ZoneInfo, now: datetime
) -> tuple[datetime | None, datetime | None]:
    days = next((one for one in DAYS if str(one) == asked.get("days")), None)
    if days is not None:
        return now - timedelta(days=days), None
    start = _bound(asked.get("from"), zone, days=0)
    end = _bound(asked.get("to"), zone, days=1)  # the last day counts whole
    if start is not None and end is not None and end <= start:
        turned = {"from": asked["to"], "to": asked["from"]}
        return _span(turned, zone, now) if asked["from"] != asked["to"] else (None, None)
    if start is None and end is None and asked.get("days") == SPAN:
        first = to_local(now, zone).date() - timedelta(days=_USUAL - 1)
        return _bound(first.isoformat(), zone, days=0), None
    return start, end


def _bound(text: str | None, zone: ZoneInfo, *, days: int) -> datetime | None:
    """Return an instant that is named exactly, or the begin of a day in the reader's zone."""
    day = _read_day(text)
    if day is None:
        return read_instant(text)
    try:
        return localize(datetime.combine(day + timedelta(days=days), time()), zone)
    except OverflowError:
        return None


def _word(asked: Mapping[str, str], name: str) -> str | None:
    text = asked.get(name, "").strip()[:_LONGEST_WORD]
    return text if text and text != ANY else None


def _read_day(text: str | None) -> date | None:
    """Return the day that the address names; None for anything else."""
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None
