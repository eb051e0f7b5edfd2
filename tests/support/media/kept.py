"""Files of the library with their bytes, and links to them."""

import hashlib
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from infoscreen_core.db.models import Conversion, EventMedia
from infoscreen_core.db.queries.groups import find_link_term
from infoscreen_core.domain.media.links import Grant, Subject
from infoscreen_core.domain.media.types import ConversionStatus, MediaType, Target
from infoscreen_core.files.store import MediaStore
from infoscreen_core.services.encryption import load_signer
from infoscreen_core.services.playing.media_links import Addresses, MediaLinks
from infoscreen_core.settings import Settings
from tests.support.media.files import add_file


def keep_bytes(store: MediaStore, content: bytes) -> str:
    """Put a content into the store; return its checksum."""
    checksum = hashlib.sha256(content).hexdigest()
    store.keep(_part(store, content), checksum)
    return checksum


def keep_file(
    session: Session,
    store: MediaStore,
    name: str,
    kind: MediaType,
    content: bytes,
    *,
    now: datetime,
) -> int:
    """Add a file to the library, with its bytes; return its id."""
    checksum = keep_bytes(store, content)
    return add_file(session, name, kind, now=now, checksum_sha256=checksum, size=len(content))


def replace_file(
    session: Session, store: MediaStore, media_id: int, content: bytes, *, now: datetime
) -> None:
    """Give a file another content, as its new version has one."""
    row = session.get_one(EventMedia, media_id)
    row.checksum_sha256, row.size = keep_bytes(store, content), len(content)
    row.version, row.updated_at = row.version + 1, now
    session.flush()


def keep_made(
    session: Session,
    store: MediaStore,
    media_id: int,
    target: Target,
    content: bytes,
    *,
    now: datetime,
) -> str:
    """Let something be made of a file's present content; return its path below the store's root."""
    origin = session.get_one(EventMedia, media_id).checksum_sha256
    path = store.relative(store.keep_derived(_part(store, content), origin, target))
    row = Conversion(
        media_id=media_id,
        target_format=target,
        file_hash=origin,
        status=ConversionStatus.READY,
        target_path=path,
        result={"size": len(content), "checksum_sha256": hashlib.sha256(content).hexdigest()},
        created_at=now,
        completed_at=now,
    )
    session.add(row)
    session.flush()
    return path


def addresses(
    session: Session, settings: Settings, group_id: int, *, now: datetime, base_url: str = ""
) -> Addresses:
    """Return the addresses of media as a group's list has them now."""
    links = MediaLinks(base_url, lambda: load_signer(settings))
    term = find_link_term(session, group_id)
    assert term is not None
    return Addresses(links, Grant(group_id, term, links.until(now)))


def link_to(session: Session, made: Addresses, media_id: int) -> str:
    """Return the link to a file."""
    row = session.get_one(EventMedia, media_id)
    return made.of_file(media_id, row.name, row.checksum_sha256)


def link_to_made(session: Session, made: Addresses, media_id: int, target: Target) -> str:
    """Return the link to what was made of a file."""
    origin = session.get_one(EventMedia, media_id).checksum_sha256
    row = session.query(Conversion).filter_by(media_id=media_id, target_format=target).one()
    assert row.target_path
    assert row.result
    return made.of_made(row.target_path, Subject(target, origin, row.result["checksum_sha256"]))


def _part(store: MediaStore, content: bytes) -> Path:
    store.uploads.mkdir(parents=True, exist_ok=True)
    part = store.uploads / hashlib.sha256(content).hexdigest()
    part.write_bytes(content)
    return part
