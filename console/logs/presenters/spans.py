"""Which time a reader looks at, as it stands in the address and as it is said."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from console.i18n import ngettext
from console.words.formatting import span as span_words
from console.words.instants import read_instant

HOURS: Final = (1, 6, 24, 72, 168, 720, 2160)
"""Spans that end now, in hours."""
DEFAULT_HOURS: Final = 24
_DAY: Final = timedelta(days=1)
_LONGEST: Final = 3 * 366 * _DAY
"""So far back a drawn span reaches: each day is a bar, and no line is kept for so long."""
_HOUR: Final = timedelta(hours=1)
_MINUTE: Final = timedelta(minutes=1)
_STEPS: Final = (
    (2 * _HOUR, 5 * _MINUTE),
    (6 * _HOUR, 15 * _MINUTE),
    (3 * _DAY, _HOUR),
    (14 * _DAY, 6 * _HOUR),
    (timedelta.max, _DAY),
)
"""Up to each length, how long a bar is; every one divides a day."""


@dataclass(frozen=True, slots=True)
class LogSpan:
    """From an instant on; up to another, or to now and beyond when `end` is None."""

    start: datetime
    end: datetime | None
    hours: int
    """The chosen span that ends now; also while a part of time was drawn, to go back to."""

    @property
    def is_drawn(self) -> bool:
        """Whether the reader chose a part of time in the chart."""
        return self.end is not None

    def until(self, now: datetime) -> datetime:
        """Return where it ends by now."""
        return self.end or now

    def step(self, now: datetime) -> timedelta:
        """Return how long a bar of the chart is."""
        length = self.until(now) - self.start - _MINUTE  # a moment has passed since it was read
        return next(step for longest, step in _STEPS if length <= longest)


def read_span(*, hours: str | None, start: str | None, end: str | None, now: datetime) -> LogSpan:
    """Return the span that the address asks for; what cannot be read falls back to the usual."""
    chosen = next((one for one in HOURS if str(one) == hours), DEFAULT_HOURS)
    first, last = read_instant(start), read_instant(end)
    if first is not None and last is not None:
        first, last = max(first, now - _LONGEST), min(last, now + _DAY)
        if first < last:
            return LogSpan(first, last, chosen)
    return LogSpan(now - timedelta(hours=chosen), None, chosen)


def span_sentence(span: LogSpan, zone: ZoneInfo, *, now: datetime) -> str:
    """Return the time in words: `in 24 h`, or the drawn part of it."""
    if span.end is None:
        days = span.hours // 24
        if days > 1:
            return ngettext("in the last {n} day", "in the last {n} days", days)
        return ngettext("in the last {n} hour", "in the last {n} hours", span.hours)
    return span_words(span.start, span.end, zone, now=now)
