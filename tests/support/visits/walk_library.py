"""The library of the walked school: one file of each standing, a folder with one, an empty one."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from infoscreen_core.db.models import Conversion, Event, EventMedia, MediaFolder
from infoscreen_core.domain.media.conversion import Failure
from infoscreen_core.domain.media.types import TARGETS, ConversionStatus, MediaType, Target
from infoscreen_core.domain.media.words import fonts_warning
from tests.support.media.files import add_file

DOCUMENT, FAILED, VIDEO, WORKING = 1, 2, 3, 4
"""Ids of files."""
FILLED, EMPTY = 1, 2
"""Ids of folders."""
_FACTS = {"duration": 75.0, "resolution": "3840x2160", "bitrate": 9_000_000}


def add_library(session: Session, now: datetime) -> None:
    """Put them there; the first event shows the document."""
    for name in ("Xo", "Xp"):
        place = f"0/{name.lower()}"
        session.add(MediaFolder(name=name, place=place, created_at=now))
    session.flush()
    add_file(session, "Xa.pdf", MediaType.PDF, now=now, page_count=3, expires_on=now.date())
    add_file(session, "Xb.png", MediaType.PNG, now=now)
    add_file(session, "Xc.mp4", MediaType.MP4, now=now, **_FACTS)
    add_file(session, "Xd.pptx", MediaType.PPTX, now=now)
    gone = now.date() - timedelta(days=9)
    add_file(
        session,
        "Xi.png",
        MediaType.PNG,
        now=now,
        folder_id=FILLED,
        place=f"{FILLED}/xi.png",
        expires_on=gone,
    )
    _add_conversions(session, now)
    event = session.scalars(select(Event).order_by(Event.id)).first()
    assert event
    event.event_media_id = DOCUMENT
    session.flush()


def _add_conversions(session: Session, now: datetime) -> None:
    unplayable = {"kind": "unplayable", "obstacles": ["codec", "size"]}
    for media_id, kind, values in (
        (DOCUMENT, MediaType.PDF, {"warnings": [fonts_warning(["Xf"])]}),
        (FAILED, MediaType.PNG, {"status": ConversionStatus.FAILED, "failure": Failure.BROKEN}),
        (VIDEO, MediaType.MP4, {"warnings": [unplayable]}),
        (WORKING, MediaType.PPTX, {"status": ConversionStatus.PROCESSING, "progress": 40}),
    ):
        for target in TARGETS[kind]:
            if target is Target.THUMBNAIL and media_id != WORKING:
                continue  # there are no pictures behind the rows
            wanted = {"status": ConversionStatus.READY} | values
            session.add(
                Conversion(
                    media_id=media_id,
                    target_format=target,
                    file_hash=session.get_one(EventMedia, media_id).checksum_sha256,
                    created_at=now,
                    **wanted,
                )
            )
