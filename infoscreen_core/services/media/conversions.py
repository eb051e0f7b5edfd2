"""What is to be made of files: a row for each conversion, which the converter takes up."""

from datetime import datetime

from sqlalchemy.orm import Session

from infoscreen_core.db.models import Conversion, EventMedia
from infoscreen_core.db.queries import media as queries
from infoscreen_core.domain.media.types import TARGETS
from infoscreen_core.services import changes


def request(session: Session, media: EventMedia, *, now: datetime) -> None:
    """Ask for all that is made of a stored file's present content by itself.

    What was asked for before, or is there already, stays as it is.
    """
    known = queries.list_targets(session, media.id, media.checksum_sha256)
    for target in TARGETS[media.media_type]:
        if target not in known:
            session.add(
                Conversion(
                    media_id=media.id,
                    target_format=target,
                    file_hash=media.checksum_sha256,
                    created_at=now,
                )
            )
    changes.bump(session, changes.MEDIA)
