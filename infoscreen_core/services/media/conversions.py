"""What is to be made of files: a row for each conversion, which the converter takes up."""

from datetime import datetime

from sqlalchemy.orm import Session

from infoscreen_core.db.models import Conversion, EventMedia
from infoscreen_core.db.queries.media import conversions as claims
from infoscreen_core.db.queries.media import files as queries
from infoscreen_core.domain.media.conversion import TRANSITIONS, Step
from infoscreen_core.domain.media.types import (
    OFFICE_TYPES,
    TARGETS,
    VIDEO_TYPES,
    ConversionStatus,
    Target,
)
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.errors import ConflictError, InvalidInputError, NotFoundError
from infoscreen_core.services import audit, changes
from infoscreen_core.services.actor import Actor


def request(session: Session, media: EventMedia, *, now: datetime) -> None:
    """Ask for all that is made of a stored file's present content by itself.

    What was asked for before, or is there already, stays as it is; what was asked for contents that
    the file no longer has is forgotten, and nobody works at it any further.
    """
    claims.forget_others(session, media.id, media.checksum_sha256)
    known = queries.list_targets(session, media.id, media.checksum_sha256)
    for target in TARGETS[media.media_type]:
        if target not in known:
            session.add(_new(media, target, now))
    changes.bump(session, changes.MEDIA)


def request_mp4(session: Session, media_id: int, *, actor: Actor, now: datetime) -> None:
    """Ask for a video as every player can show it.

    One that failed is tried again; one that is there, or under way, stays as it is. Raises
    `NotFoundError`, or `InvalidInputError` for a file that is no video.
    """
    actor.require(Role.EDITOR)
    media = _get_media(session, media_id)
    if media.media_type not in VIDEO_TYPES:
        raise InvalidInputError(
            "Only a video can be converted to MP4; “{name}” is a file of type {value}.",
            field="media_id",
            name=media.name,
            value=media.media_type.value,
        )
    _request_one(session, media, Target.MP4, actor=actor, now=now)


def request_pdf(session: Session, media_id: int, *, actor: Actor, now: datetime) -> None:
    """Ask for an office document as screens show it, which is asked for by itself otherwise.

    One that failed is tried again; one that is there, or under way, stays as it is. Raises
    `NotFoundError`, or `InvalidInputError` for a file that is no office document.
    """
    actor.require(Role.EDITOR)
    media = _get_media(session, media_id)
    if media.media_type not in OFFICE_TYPES:
        raise InvalidInputError(
            "Only an office document can be converted to PDF; “{name}” is a file of type {value}.",
            field="media_id",
            name=media.name,
            value=media.media_type.value,
        )
    _request_one(session, media, Target.PDF, actor=actor, now=now)


def _request_one(
    session: Session, media: EventMedia, target: Target, *, actor: Actor, now: datetime
) -> None:
    known = claims.find_of(session, media.id, media.checksum_sha256, target)
    if known is None:
        session.add(_new(media, target, now))
    elif known.status is ConversionStatus.FAILED:
        _begin_anew(known)
    else:
        return
    _record(session, media, "media.conversion_requested", (target,), actor, now)


def ask_again(
    session: Session, media_id: int, *, actor: Actor, now: datetime
) -> tuple[Target, ...]:
    """Have all that failed of a file's present content tried again; return what that is.

    Raises `NotFoundError`, or `ConflictError` when nothing has failed.
    """
    actor.require(Role.EDITOR)
    media = _get_media(session, media_id)
    rows = claims.list_failed(session, media.id, media.checksum_sha256)
    if not rows:
        raise ConflictError(
            "Nothing of “{name}” has failed; there is nothing to try again.", name=media.name
        )
    for row in rows:
        _begin_anew(row)
    targets = tuple(row.target_format for row in rows)
    _record(session, media, "media.conversion_retried", targets, actor, now)
    return targets


def _new(media: EventMedia, target: Target, now: datetime) -> Conversion:
    return Conversion(
        media_id=media.id,
        target_format=target,
        file_hash=media.checksum_sha256,
        created_at=now,
    )


def _begin_anew(row: Conversion) -> None:
    row.status = TRANSITIONS[row.status, Step.ASKED_AGAIN]
    row.attempts = 0
    row.failure = row.error_message = row.not_before_at = row.completed_at = None


def _get_media(session: Session, media_id: int) -> EventMedia:
    media = session.get(EventMedia, media_id)
    if media is None:
        raise NotFoundError(
            "There is no file with the number {value}.", field="media_id", value=media_id
        )
    return media


def _record(
    session: Session,
    media: EventMedia,
    action: str,
    targets: tuple[Target, ...],
    actor: Actor,
    now: datetime,
) -> None:
    changes.bump(session, changes.MEDIA)
    audit.record(
        session,
        action,
        "event_media",
        media.id,
        actor=actor,
        now=now,
        after={"targets": [one.value for one in targets]},
    )
