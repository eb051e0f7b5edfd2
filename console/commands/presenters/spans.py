"""Which time the page of commands looks at, as it stands in the address and as it is said."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from console.i18n import ngettext
from console.words.formatting import span as span_words
from console.words.instants import read_instant

DAYS: Final = (1, 7, 30, 90, 365)
"""Spans that end now."""
DEFAULT_DAYS: Final = 30


@dataclass(frozen=True, slots=True)
class CommandSpan:
    """The last days; or from an instant up to another, when both are given."""

    days: int
    part: tuple[datetime, datetime] | None = None

    def start(self, now: datetime) -> datetime:
        """Return where it begins by now."""
        return self.part[0] if self.part else now - timedelta(days=self.days)

    def end(self) -> datetime | None:
        """Return where it ends; None: it goes on."""
        return self.part[1] if self.part else None


def read_span(*, days: str | None, start: str | None, end: str | None) -> CommandSpan:
    """Return the span that the address asks for; what cannot be read falls back to the usual."""
    chosen = next((one for one in DAYS if str(one) == days), DEFAULT_DAYS)
    first, last = read_instant(start), read_instant(end)
    part = (first, last) if first and last and first < last else None
    return CommandSpan(chosen, part)


def days_word(days: int) -> str:
    """Return `24 h`, or `30 Tage`."""
    return "24 h" if days == 1 else ngettext("{n} day", "{n} days", days)


def span_sentence(span: CommandSpan, zone: ZoneInfo, *, now: datetime) -> str:
    """Return the time in words: `in den letzten 30 Tagen`, or from when to when."""
    if span.part:
        return span_words(*span.part, zone, now=now)
    return ngettext("in the last {n} day", "in the last {n} days", span.days)
