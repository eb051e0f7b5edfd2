"""What of an event's files is shown, but not as whoever plans it means it.

A video that is longer than its event, pages of which the last never come, a video that not every
player can play, a file that nobody could read. None of it is forbidden: it is said before the event
is saved, with what helps.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from infoscreen_core.db.models import EventMedia
from infoscreen_core.db.queries.media import library as queries
from infoscreen_core.db.queries.media.event_files import list_stored_files
from infoscreen_core.domain.events.contents import pages_of, round_seconds
from infoscreen_core.domain.events.event import EventType
from infoscreen_core.domain.media.playable import Unplayable
from infoscreen_core.domain.media.types import (
    OFFICE_TYPES,
    VIDEO_TYPES,
    ConversionStatus,
    Target,
)
from infoscreen_core.domain.media.words import UNPLAYABLE
from infoscreen_core.services.events.event_drafts import EventDraft
from infoscreen_core.services.system_settings import get_setting

_ROUNDING = 1.0
"""Seconds: encoders count the last pictures differently."""
_UNDER_WAY = frozenset({ConversionStatus.PENDING, ConversionStatus.PROCESSING})


class ConcernKind(StrEnum):
    """What is not as it is meant."""

    FILM_CUT = "film_cut"
    """The video is longer than the event."""
    ROUND_CUT = "round_cut"
    """All pages take longer than the event."""
    UNPLAYABLE = "unplayable"
    """Not every player can play the video."""
    BECOMING_PLAYABLE = "becoming_playable"
    """The same, but a version that all can play is being made."""
    UNREADABLE = "unreadable"
    """What is in the file could not be found out."""


@dataclass(frozen=True, slots=True)
class Concern:
    """What is not as it is meant, of one file, or (without a name) of all files together."""

    kind: ConcernKind
    file: str = ""
    media_id: int | None = None
    needed: timedelta = timedelta()
    """How long it takes to see all of it."""
    given: timedelta = timedelta()
    """How long the event lasts."""
    obstacles: tuple[Unplayable, ...] = ()
    failure: str | None = None
    """As `domain.media.words.failure_sentence` reads it."""

    @property
    def lacking(self) -> timedelta:
        """By how much the event is too short."""
        return max(self.needed - self.given, timedelta())


@dataclass(frozen=True, slots=True)
class _Made:
    """How far what is made of a file is."""

    status: ConversionStatus
    failure: str | None
    warnings: Sequence[dict[str, Any]]


def list_concerns(session: Session, draft: EventDraft, *, length: timedelta) -> tuple[Concern, ...]:
    """Return what of a draft's files is not seen as it is meant; each date lasts `length`."""
    if draft.event_type not in {EventType.PRESENTATION, EventType.VIDEO}:
        return ()
    files = [one.media for one in list_stored_files(session, draft.media_ids)]
    found = [one for one in _of_files(session, files) if one is not None]
    if draft.event_type is EventType.VIDEO:
        return (*_films_cut(files, length), *found)
    return (*_round_cut(session, draft, files, length), *found)


def _films_cut(files: Iterable[EventMedia], length: timedelta) -> list[Concern]:
    return [
        Concern(
            ConcernKind.FILM_CUT,
            media.name,
            media.id,
            needed=timedelta(seconds=media.duration),
            given=length,
        )
        for media in files
        if media.duration is not None and media.duration > length.total_seconds() + _ROUNDING
    ]


def _round_cut(
    session: Session, draft: EventDraft, files: Sequence[EventMedia], length: timedelta
) -> list[Concern]:
    turns, interval = draft.auto_progress, draft.slide_interval
    if turns is None:
        turns = bool(get_setting(session, "presentation_auto_progress"))
    if interval is None:
        interval = int(get_setting(session, "presentation_interval"))
    pages = [pages_of(media.media_type, media.page_count) for media in files]
    needed = timedelta(seconds=round_seconds(pages, interval))
    is_cut = (turns or len(files) > 1) and needed > length
    return [Concern(ConcernKind.ROUND_CUT, needed=needed, given=length)] if is_cut else []


def _of_files(session: Session, files: Sequence[EventMedia]) -> list[Concern | None]:
    made: dict[tuple[int, Target], _Made] = {
        (row.media_id, row.target_format): _Made(row.status, row.failure, row.warnings or ())
        for row in queries.list_conversions(session, [media.id for media in files])
    }
    return [
        _of_file(media, made.get((media.id, Target.FACTS)), made.get((media.id, Target.MP4)))
        for media in files
        if media.media_type not in OFFICE_TYPES  # of these, the missing PDF is told
    ]


def _of_file(media: EventMedia, facts: _Made | None, mp4: _Made | None) -> Concern | None:
    if facts is None:
        return None
    if facts.status is ConversionStatus.FAILED:
        return Concern(ConcernKind.UNREADABLE, media.name, media.id, failure=facts.failure)
    obstacles = _obstacles(facts) if media.media_type in VIDEO_TYPES else ()
    status = mp4.status if mp4 else None
    if not obstacles or status is ConversionStatus.READY:
        return None
    is_under_way = status in _UNDER_WAY
    kind = ConcernKind.BECOMING_PLAYABLE if is_under_way else ConcernKind.UNPLAYABLE
    return Concern(kind, media.name, media.id, obstacles=obstacles)


def _obstacles(facts: _Made) -> tuple[Unplayable, ...]:
    known = set(Unplayable)  # a newer version may have found others
    return tuple(
        Unplayable(one)
        for warning in facts.warnings
        if warning.get("kind") == UNPLAYABLE
        for one in warning["obstacles"]
        if one in known
    )
