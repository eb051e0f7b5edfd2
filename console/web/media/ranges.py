"""Which bytes a `Range` header asks for (RFC 9110, section 14)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

_HEADER: Final = re.compile(r"bytes=(?P<list>.*)", re.IGNORECASE)
_RANGE: Final = re.compile(r"(?P<first>[0-9]+)-(?P<last>[0-9]*)|-(?P<suffix>[0-9]+)")
_MOST_DIGITS: Final = 18
_MOST_RANGES: Final = 16
"""Whoever asks for more pieces gets the whole file, which costs both sides less."""


@dataclass(frozen=True, slots=True)
class Span:
    """Bytes from `first` on, `length` of them, at least one."""

    first: int
    length: int

    @property
    def last(self) -> int:
        """The last byte's place."""
        return self.first + self.length - 1


class UnsatisfiableError(Exception):
    """All ranges lie past the end of the file."""


def read_ranges(header: str | None, size: int) -> list[Span] | None:
    """Return the spans to send of a file of `size` bytes; None for all of it.

    A header that is not understood is ignored, as are many ranges and such that overlap. Raise
    `UnsatisfiableError` when it is understood but nothing of it is there.
    """
    found = _HEADER.fullmatch(header.strip()) if header else None
    if found is None:
        return None
    asked = [text.strip(" \t") for text in found["list"].split(",")]
    matches = [_RANGE.fullmatch(text) for text in asked if text]
    if not matches or None in matches or len(matches) > _MOST_RANGES:
        return None
    try:
        spans = [_span(match, size) for match in matches if match]
    except _BackwardsError:
        return None
    present = [span for span in spans if span]
    if not present:
        raise UnsatisfiableError
    return None if _overlap(present) else present


class _BackwardsError(Exception):
    """A range ends before it begins, so that the whole header means nothing."""


def _span(match: re.Match[str], size: int) -> Span | None:
    """Return what a range means; None when it lies past the end."""
    if match["suffix"] is not None:
        length = min(_number(match["suffix"]), size)
        return Span(size - length, length) if length else None
    first = _number(match["first"])
    last = _number(match["last"]) if match["last"] else max(first, size - 1)
    if last < first:
        raise _BackwardsError
    return Span(first, min(last, size - 1) - first + 1) if first < size else None


def _number(digits: str) -> int:
    """Return a number; one beyond all files stands for those that are longer still."""
    stripped = digits.lstrip("0")
    return int(stripped or "0") if len(stripped) <= _MOST_DIGITS else 10**_MOST_DIGITS


def _overlap(spans: Sequence[Span]) -> bool:
    ordered = sorted(spans, key=lambda span: span.first)
    return any(second.first <= first.last for first, second in pairwise(ordered))
