"""Files for presentations, as uploads leave them."""

from datetime import datetime

from sqlalchemy.orm import Session

from infoscreen_core.db.models import Conversion, EventMedia
from infoscreen_core.domain.media.conversion import Failure
from infoscreen_core.domain.media.types import ConversionStatus, MediaType, Target
from tests.support.media.files import add_file


def add_presentation(
    session: Session, status: ConversionStatus | None, *, name: str = "rede.pptx", now: datetime
) -> int:
    """Add a file that screens get as a PDF, and how far its conversion is; return its id."""
    file = add_file(session, name, MediaType.PPTX, now=now)
    content = session.get_one(EventMedia, file).checksum_sha256
    if status is not None:
        session.add(
            Conversion(
                media_id=file,
                target_format=Target.PDF,
                file_hash=content,
                status=status,
                failure=Failure.BROKEN if status is ConversionStatus.FAILED else None,
                created_at=now,
            )
        )
    return file
