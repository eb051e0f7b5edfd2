"""Spans of time and what is left of them when others are taken away."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From an instant up to another, which is no longer in it."""

    start: datetime
    end: datetime

    @property
    def length(self) -> timedelta:
        """How long it is; nothing when it ends before it starts."""
        return max(self.end - self.start, timedelta())

    def within(self, window: "Span") -> "Span":
        """Return the part that lies in a window; one without length when none does."""
        return Span(max(self.start, window.start), min(self.end, window.end))


def merged(spans: Iterable[Span]) -> list[Span]:
    """Return the same time as spans in order that neither touch nor overlap."""
    found: list[Span] = []
    for span in sorted(one for one in spans if one.start < one.end):
        if found and span.start <= found[-1].end:
            found[-1] = Span(found[-1].start, max(found[-1].end, span.end))
        else:
            found.append(span)
    return found


def without(span: Span, taken: Iterable[Span]) -> list[Span]:
    """Return what is left of a span when `taken`, in order and apart, is cut out of it."""
    left: list[Span] = []
    start = span.start
    for one in taken:
        if one.end <= start:
            continue
        if one.start >= span.end:
            break
        if one.start > start:
            left.append(Span(start, one.start))
        start = one.end
    if start < span.end:
        left.append(Span(start, span.end))
    return left


def total(spans: Iterable[Span]) -> timedelta:
    """Return how long they are together."""
    return sum((span.length for span in spans), timedelta())
