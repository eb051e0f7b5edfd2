"""What a converter does with conversions: claim, work at, and settle them.

Four steps, so that no transaction is open while a program runs, and no two converters make the
same:

1. `claim` takes what has waited longest, by compare-and-set.
2. The converter works, and renews its claim meanwhile; `renew` says when it has lost it.
3. `succeed` or `fail` settles it, if the claim still holds. What was made lies in the store before.
4. A claim that nobody renews is taken over by another converter, which has watched it for a lease
   by its own monotonic clock: so no clock that is wrong, or set, decides (as in `services.leases`).
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from infoscreen_core.db.models import Conversion, EventMedia
from infoscreen_core.db.queries.media import conversions as queries
from infoscreen_core.db.queries.media import files as media_queries
from infoscreen_core.db.queries.media.conversions import Abilities, ClaimRow
from infoscreen_core.db.queries.operations import database_time_now
from infoscreen_core.domain.media.conversion import (
    ATTEMPTS,
    LEASE,
    TRANSITIONS,
    Failure,
    Step,
    needs_pdf_first,
    pause_after,
    step_after,
)
from infoscreen_core.domain.media.types import VIDEO_TYPES, ConversionStatus, MediaType, Target
from infoscreen_core.services import changes

__all__ = [
    "Abilities",
    "ClaimRow",
    "Claimed",
    "Failed",
    "Made",
    "claim_next",
    "count_beyond",
    "fail",
    "find_made_before",
    "list_claims",
    "release",
    "renew",
    "succeed",
    "take_over",
]

_MESSAGE_LIMIT: Final = 2000
_CHOICE: Final = 5
"""So many are looked at, since other converters may be faster."""


@dataclass(frozen=True)
class Claimed:
    """A conversion that `holder` alone makes just now."""

    id: int
    holder: str
    media_id: int
    media_type: MediaType
    target: Target
    checksum: str
    """Of the file's content."""
    attempts: int
    """This one included."""
    source_path: str | None
    """Of the document's PDF, relative to the media folder, if this is made of it."""


@dataclass(frozen=True)
class Made:
    """What came of a conversion."""

    path: str | None = None
    """Relative to the media folder; None where no file comes of it."""
    result: dict[str, Any] = field(default_factory=dict)
    warnings: tuple[dict[str, Any], ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)
    """Columns of the file: `page_count`, `duration`, `resolution`, `bitrate`."""


@dataclass(frozen=True)
class Failed:
    """Why nothing came of it."""

    failure: Failure
    message: str = ""
    """What the program said, for an operator."""
    facts: dict[str, Any] = field(default_factory=dict)
    """What was found out about the file all the same."""


def claim_next(session: Session, holder: str, able: Abilities, *, now: datetime) -> Claimed | None:
    """Take what has waited longest and can be made; None when there is nothing."""
    for conversion_id in queries.list_due(session, able, now=now, limit=_CHOICE):
        if queries.claim(session, conversion_id, _claim_values(session, holder, now)):
            return _find_claimed(session, conversion_id, holder)
    return None


def list_claims(session: Session) -> dict[int, ClaimRow]:
    """Return all claims, by the conversions' ids, for whoever watches that they are renewed."""
    return queries.list_claims(session)


def take_over(
    session: Session, conversion_id: int, seen: ClaimRow, holder: str, *, now: datetime
) -> Claimed | None:
    """Go on with what somebody left, seen like this for a whole lease; None when that is not so.

    What was left for the last time has failed.
    """
    found = queries.find_with_media(session, conversion_id)
    if found is None:
        return None
    conversion, media = found
    if conversion.attempts >= ATTEMPTS:
        if queries.take_over(session, conversion_id, seen, _interrupted(now)):
            _fail_what_waits_for(session, media, conversion.target_format, now)
        return None
    values = _claim_values(session, holder, now) | {"attempts": Conversion.attempts + 1}
    if not queries.take_over(session, conversion_id, seen, values):
        return None
    return _find_claimed(session, conversion_id, holder)


def renew(
    session: Session, claimed: Claimed, progress: int | None = None, *, now: datetime
) -> bool:
    """Renew a claim; False when it is lost, or the file has another content: stop then."""
    values: dict[str, Any] = {"claimed_until": _until(session, now)}
    if progress is not None:
        values["progress"] = progress
    return _change(session, claimed, values)


def find_made_before(session: Session, claimed: Claimed) -> Made | None:
    """Return what was made of the same content for another file, if anything."""
    found = media_queries.find_made(session, claimed.checksum, claimed.target)
    if found is None:
        return None
    media, twin = found
    return Made(twin.target_path, twin.result or {}, tuple(twin.warnings or ()), _facts_of(media))


def succeed(session: Session, claimed: Claimed, made: Made, *, now: datetime) -> bool:
    """Note what came of it; False when the claim was lost meanwhile, and nothing is noted."""
    values = {
        "status": TRANSITIONS[ConversionStatus.PROCESSING, Step.SUCCEEDED],
        "target_path": made.path,
        "result": made.result,
        "warnings": list(made.warnings) or None,
        "completed_at": now,
        "progress": None,
        "failure": None,
        "error_message": None,
        **_UNCLAIMED,
    }
    if not _change(session, claimed, values):
        return False
    _note_facts(session, claimed, made.facts)
    if claimed.target is Target.MP4:  # what stood in the way does so no longer
        queries.clear_warnings(session, claimed.media_id, claimed.checksum, Target.FACTS)
    if claimed.target in {Target.PDF, Target.MP4} or _is_told(claimed, made.facts):
        changes.bump(session, changes.SCHEDULE)
    changes.bump(session, changes.MEDIA)
    return True


def fail(session: Session, claimed: Claimed, failed: Failed, *, now: datetime) -> Step | None:
    """Note that it failed; return what follows, None when the claim was lost meanwhile."""
    step = step_after(failed.failure, claimed.attempts)
    pause = pause_after(step, failed.failure, claimed.attempts)
    values = {
        "status": TRANSITIONS[ConversionStatus.PROCESSING, step],
        "failure": failed.failure.value,
        "error_message": failed.message[:_MESSAGE_LIMIT] or None,
        "not_before_at": now + pause if pause else None,
        "completed_at": now if step is Step.FAILED else None,
        "progress": None,
        **_UNCLAIMED,
    }
    if step is Step.GIVEN_BACK:
        values["attempts"] = Conversion.attempts - 1
    if not _change(session, claimed, values):
        return None
    if step is Step.FAILED:
        media = session.get(EventMedia, claimed.media_id)
        _fail_what_waits_for(session, media, claimed.target, now)
    _note_facts(session, claimed, failed.facts)
    if _is_told(claimed, failed.facts):
        changes.bump(session, changes.SCHEDULE)
    return step


def release(session: Session, holder: str) -> None:
    """Give back all that a converter has begun and will not finish; it costs no attempt."""
    queries.release(session, holder)
    changes.bump(session, changes.MEDIA)


def count_beyond(session: Session, able: Abilities) -> int:
    """Count what waits for a converter that can do more than this."""
    return queries.count_beyond(session, able)


_UNCLAIMED: Final[dict[str, Any]] = {"claimed_by": None, "claimed_until": None}


def _claim_values(session: Session, holder: str, now: datetime) -> dict[str, Any]:
    return {
        "status": ConversionStatus.PROCESSING,
        "claimed_by": holder,
        "claimed_at": now,
        "claimed_until": _until(session, now),
        "started_at": now,
        "progress": None,
        "not_before_at": None,
    }


def _interrupted(now: datetime) -> dict[str, Any]:
    return {
        "status": TRANSITIONS[ConversionStatus.PROCESSING, Step.FAILED],
        "failure": Failure.INTERRUPTED.value,
        "completed_at": now,
        "progress": None,
        **_UNCLAIMED,
    }


def _find_claimed(session: Session, conversion_id: int, holder: str) -> Claimed | None:
    found = queries.find_with_media(session, conversion_id)
    if found is None:
        return None
    conversion, media = found
    return Claimed(
        conversion.id,
        holder,
        media.id,
        media.media_type,
        conversion.target_format,
        conversion.file_hash,
        conversion.attempts,
        _source_path(session, conversion, media),
    )


def _source_path(session: Session, conversion: Conversion, media: EventMedia) -> str | None:
    if not needs_pdf_first(media.media_type, conversion.target_format):
        return None
    pdf = queries.find_of(session, media.id, conversion.file_hash, Target.PDF)
    return pdf.target_path if pdf else None


def _until(session: Session, now: datetime) -> datetime:
    return (database_time_now(session) or now) + LEASE


def _change(session: Session, claimed: Claimed, values: dict[str, Any]) -> bool:
    return queries.change_claimed(session, claimed.id, claimed.checksum, claimed.holder, values)


def _fail_what_waits_for(
    session: Session, media: EventMedia | None, target: Target, now: datetime
) -> None:
    """Let fail what is made of a PDF that there will not be: it would wait for ever."""
    if target is not Target.PDF or media is None:
        return
    values = {
        "status": TRANSITIONS[ConversionStatus.PENDING, Step.SOURCE_FAILED],
        "failure": Failure.NO_PDF.value,
        "completed_at": now,
    }
    queries.fail_waiting(session, media.id, media.checksum_sha256, values)


def _note_facts(session: Session, claimed: Claimed, facts: dict[str, Any]) -> None:
    if facts:
        queries.set_facts(session, claimed.media_id, claimed.checksum, facts)


def _facts_of(media: EventMedia) -> dict[str, Any]:
    names = ("page_count", "duration", "resolution", "bitrate")
    return {name: value for name in names if (value := getattr(media, name)) is not None}


def _is_told(claimed: Claimed, facts: dict[str, Any]) -> bool:
    """Whether players are told what was found out: only of videos."""
    return bool(facts) and claimed.media_type in VIDEO_TYPES
