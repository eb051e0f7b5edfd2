"""What of the library may be fetched, by whom, and where its bytes are.

Nothing is sent from here: callers end their session before they send, which may take minutes.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Self

from sqlalchemy.orm import Session

from infoscreen_core.db.queries.groups import find_link_term
from infoscreen_core.db.queries.media.files import find_file, find_made
from infoscreen_core.domain.media.links import Claim, Signer, Subject
from infoscreen_core.domain.media.types import (
    MADE_MIME_TYPES,
    MIME_TYPES,
    MediaType,
    Target,
    made_name,
)
from infoscreen_core.files.store import MediaStore


@dataclass(frozen=True, slots=True)
class Delivery:
    """A file that can be sent."""

    path: Path
    name: str
    """What people and players call it."""
    mime_type: str
    size: int
    """Bytes."""
    checksum: str
    """SHA-256 of the bytes."""
    changed_at: datetime
    """When it got its present content, or later."""
    media_type: MediaType | None
    """Kind of an uploaded file; None for what was made of one."""
    subject: Subject
    """What a link must have been signed for."""


def find_delivery(session: Session, store: MediaStore, media_id: int) -> Delivery | None:
    """Return a file of the library with its present content; None when there is no such file."""
    media = find_file(session, media_id)
    if media is None:
        return None
    return Delivery(
        store.content_path(media.checksum_sha256),
        media.name,
        MIME_TYPES[media.media_type],
        media.size,
        media.checksum_sha256,
        media.updated_at,
        media.media_type,
        Subject.of_file(media.id, media.checksum_sha256),
    )


def find_made_delivery(
    session: Session, store: MediaStore, checksum: str, target: Target
) -> Delivery | None:
    """Return what was made of a content that a file of the library has; None when nothing was."""
    found = find_made(session, checksum, target)
    if found is None or target not in MADE_MIME_TYPES:
        return None
    media, conversion = found
    facts = conversion.result or {}
    made_checksum, size = facts.get("checksum_sha256"), facts.get("size")
    if not isinstance(made_checksum, str) or not isinstance(size, int):
        return None
    return Delivery(
        store.derived_path(checksum, target),
        made_name(media.name, target),
        MADE_MIME_TYPES[target],
        size,
        made_checksum,
        conversion.completed_at or conversion.created_at,
        None,
        Subject(target, checksum, made_checksum),
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """What one request asks for, and as whose link it does."""

    media_id: int | None = None
    origin: str = ""
    """Where no file is asked for: the content of what was made from it."""
    target: Target | None = None
    group_id: int | None = None

    def by(self, group_id: int) -> Self:
        """Return the same, asked for with a link of this group."""
        return replace(self, group_id=group_id)


def find_asked(
    session: Session, store: MediaStore, asked: Asked
) -> tuple[Delivery | None, int | None]:
    """Return what is asked for, and the present term of the links of the group that asks."""
    term = None if asked.group_id is None else find_link_term(session, asked.group_id)
    if asked.target is not None:
        return find_made_delivery(session, store, asked.origin, asked.target), term
    return find_delivery(session, store, asked.media_id or 0), term


def is_allowed(
    signer: Signer, claim: Claim, delivery: Delivery | None, term: int | None, *, now: datetime
) -> bool:
    """Whether a link opens what it asks for, at this instant."""
    if delivery is None or term is None:
        return False
    return signer.is_good(claim, delivery.subject, term=term, now=now)
