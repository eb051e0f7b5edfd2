"""How what we plan differs from what another library sees in a calendar file.

What both have is dropped; what is left on both sides is paired where it is meant to be the same.
Titles are compared by their words: spaces and what cannot be shown do not count.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from infoscreen_core.errors import InfoscreenError
from infoscreen_core.services.exchange.views import EventImportRow, EventOutcome
from tests.support.exchange.raw_events import RawEvent, RawFile, is_same_text
from tests.support.exchange.trial import Span, Taken

_FURTHEST: Final = timedelta(hours=26)
"""How far apart two readings of one local time can be."""


@dataclass(frozen=True)
class Theirs:
    """What the other library sees."""

    span: Span
    uid: str
    is_called_off: bool


@dataclass(frozen=True)
class Difference:
    """What only one side has, or both have otherwise, and what is known about it."""

    ours: Span | None
    theirs: Theirs | None
    file: RawFile
    events: Sequence[RawEvent]
    """What the file says under its UID."""
    rows: Sequence[EventImportRow]
    """What the import said of them."""
    refusal: InfoscreenError | None
    """Why the whole file was refused."""

    @property
    def is_refused(self) -> bool:
        """Whether something under its UID was refused, or the whole file."""
        outcomes = {row.outcome for row in self.rows}
        return self.refusal is not None or EventOutcome.REFUSED in outcomes

    @property
    def shift(self) -> timedelta:
        """How much later it begins here."""
        if self.ours is None or self.theirs is None:
            return timedelta()
        return self.ours.start - self.theirs.span.start


def differences(taken: Taken, theirs: Sequence[Theirs], file: RawFile) -> Iterator[Difference]:
    """Yield every difference of a file."""
    uids = dict(zip(map(_plain, taken.spans), taken.uids, strict=True))
    left = Counter(map(_plain, taken.spans))
    alone: list[Theirs] = []
    for one in theirs:
        span = _plain(one.span)
        if left[span]:
            left[span] -= 1
        else:
            alone.append(Theirs(span, one.uid, one.is_called_off))
    extra = +left
    known = _Known(taken, file)
    for one in alone:
        mate = None if one.is_called_off else _mate(one, extra, uids)
        if mate is not None:
            extra[mate] -= 1
        yield known.difference(mate, one, one.uid)
    for span in sorted(extra.elements()):
        yield known.difference(span, None, uids[span])


def _plain(span: Span) -> Span:
    title = "".join(one for one in span.title if one.isprintable() or one.isspace())
    return Span(span.start, span.end, " ".join(title.split()))


def _mate(one: Theirs, extra: Mapping[Span, int], uids: Mapping[Span, str]) -> Span | None:
    """Return what is meant to be the same as theirs, the nearest of it."""
    near = [
        span
        for span, count in extra.items()
        if count
        and (span.title == one.span.title or uids[span] == one.uid != "")
        and abs(span.start - one.span.start) <= _FURTHEST
    ]
    return min(near, key=lambda span: abs(span.start - one.span.start), default=None)


@dataclass
class _Known:
    """What a file says of an event, and the import; found once for all its dates."""

    taken: Taken
    file: RawFile
    found: dict[tuple[str, str], tuple[Sequence[RawEvent], Sequence[EventImportRow]]] = field(
        default_factory=dict
    )

    def difference(self, ours: Span | None, theirs: Theirs | None, uid: str) -> Difference:
        """Return a difference with what is known about it."""
        title = theirs.span.title if theirs else ours.title if ours else ""
        if (uid, title) not in self.found:
            self.found[uid, title] = self._look_up(uid, title)
        events, rows = self.found[uid, title]
        return Difference(ours, theirs, self.file, events, rows, self.taken.refusal)

    def _look_up(self, uid: str, title: str) -> tuple[Sequence[RawEvent], Sequence[EventImportRow]]:
        events = self.file.under(uid, title)
        uids = {one.value("UID") for one in events}
        return events, [
            row
            for row in self.taken.rows
            if row.uid in uids
            or (_is_made(row.uid) and any(is_same_text(one, row.title) for one in events))
        ]


def _is_made(uid: str) -> bool:
    """Whether the import made a UID, since the file has none or a very long one."""
    return uid.startswith("sha256:")
