"""What a play is, and how plays are found in what is on record of a screen.

A play is time without a break in which one screen showed one event. It counts as shown only where
the player said so, or took a picture of it; silence, blindness and a picture that contradicts what
the player says never do. Time in which the event was planned and nobody can say whether it was to
be seen is told apart as unknown.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from operator import attrgetter
from typing import Final, NamedTuple

from infoscreen_core.domain.monitoring.content.rule import REPORT_GRACE
from infoscreen_core.domain.monitoring.content.states import ContentReason, ContentSpan
from infoscreen_core.domain.monitoring.spans import Span


class Sureness(StrEnum):
    """How sure it is that an event was to be seen."""

    SEEN = "seen"
    """A picture of the screen was taken while the player showed it."""
    REPORTED = "reported"
    """The player said so."""
    UNKNOWN = "unknown"
    """It was planned, and nobody can say: the player was silent, or the server could not see."""

    @property
    def is_shown(self) -> bool:
        """Whether it counts as shown."""
        return self is not Sureness.UNKNOWN


class ShownFile(NamedTuple):
    """One file that an event showed; `media_id` is None for one that is not of the library."""

    media_id: int | None
    name: str
    checksum: str | None = None


@dataclass(frozen=True, slots=True)
class FileVersion:
    """The files that an event had on the lists of players for some time."""

    span: Span
    files: tuple[ShownFile, ...]
    """In the order in which they are shown; none: they were not ready, so nothing was shown."""


@dataclass(frozen=True, slots=True)
class PlannedSpan:
    """Time in which an event stood first on a group's list."""

    span: Span
    event_id: int
    title: str


class PicturedEvent(NamedTuple):
    """A picture of a screen was taken while its player showed an event, unlike the one before.

    So until the next of these, all pictures show the same; and where they are too old to tell,
    nothing is on record as shown.
    """

    at: datetime
    event_id: int


@dataclass(frozen=True, slots=True)
class Play:
    """An event on one screen, without a break; `title` is as it was when that ended."""

    span: Span
    event_id: int
    title: str | None
    sureness: Sureness
    files: tuple[ShownFile, ...] = ()
    """What it showed; none for what has no files, or where none are on record."""


_taken: Final = attrgetter("at")
_EARLY: Final = REPORT_GRACE
"""So long before a play came on record a picture of its beginning may have been taken."""
_SAID: Final = frozenset(
    {ContentReason.REPORTED, ContentReason.OTHER_EVENT, ContentReason.OUTLASTS_PLAN}
)
_UNKNOWN: Final = frozenset(
    {
        ContentReason.OFFLINE,
        ContentReason.BLIND,
        ContentReason.NOT_YET,
        ContentReason.NOT_REPORTED,
        ContentReason.PICTURE_STALE,
    }
)


def find_plays(
    record: Iterable[ContentSpan],
    planned: Sequence[PlannedSpan],
    pictured: Iterable[PicturedEvent],
) -> list[Play]:
    """Return a screen's plays in order.

    `record` is what is known of it, in order and without overlaps; `planned` what its group was to
    show; `pictured` the pictures of that time and the last one before it, in any order.
    """
    pictures = sorted(pictured)
    plays = [one for span in record for one in _plays_of(span, planned)]
    return [_surer(play, pictures) for play in _joined(plays)]


def cut_by_files(play: Play, versions: Sequence[FileVersion]) -> list[Play]:
    """Return a play in pieces, each with the files that it showed.

    `versions` are those of its event, in order and apart. Where the files were not ready there is
    no piece; where none are on record, the piece names none.
    """
    if not versions:
        return [play]  # most plays: messages, websites
    pieces: list[Play] = []
    start = play.span.start
    for version in versions:
        part = version.span.within(play.span)
        if part.start >= part.end:
            continue
        if part.start > start:
            pieces.append(replace(play, span=Span(start, part.start)))
        if version.files:
            pieces.append(replace(play, span=part, files=version.files))
        start = part.end
    if start < play.span.end:
        pieces.append(replace(play, span=Span(start, play.span.end)))
    return pieces


def _plays_of(one: ContentSpan, planned: Sequence[PlannedSpan]) -> Iterator[Play]:
    span = Span(one.began, one.ended)
    if one.reason in _SAID and one.shown_event_id is not None:
        yield Play(span, one.shown_event_id, one.shown_title, Sureness.REPORTED)
    elif one.reason is ContentReason.PICTURED and one.planned_event_id is not None:
        yield Play(span, one.planned_event_id, one.planned_title, Sureness.SEEN)
    elif one.reason in _UNKNOWN:
        for plan in planned:
            part = plan.span.within(span)
            if part.start < part.end:
                yield Play(part, plan.event_id, plan.title, Sureness.UNKNOWN)


def _joined(plays: Iterable[Play]) -> list[Play]:
    """Return plays with those made one that only a change of something else has divided."""
    found: list[Play] = []
    for play in plays:
        last = found[-1] if found else None
        if (
            last is not None
            and last.span.end == play.span.start
            and (last.event_id, last.sureness) == (play.event_id, play.sureness)
        ):
            span = Span(last.span.start, play.span.end)
            found[-1] = replace(play, span=span, title=play.title or last.title)
        else:
            found.append(play)
    return found


def _surer(play: Play, pictures: Sequence[PicturedEvent]) -> Play:
    is_seen = play.sureness is Sureness.REPORTED and any(
        picture.event_id == play.event_id for picture in _meanwhile(play.span, pictures)
    )
    return replace(play, sureness=Sureness.SEEN) if is_seen else play


def _meanwhile(span: Span, pictures: Sequence[PicturedEvent]) -> Sequence[PicturedEvent]:
    """Return the pictures that were taken within a span, and the last one before it."""
    first = bisect_left(pictures, span.start - _EARLY, key=_taken)
    return pictures[max(first - 1, 0) : bisect_left(pictures, span.end, key=_taken)]
