"""Files for presentations, as uploads leave them."""

from datetime import datetime

from sqlalchemy.orm import Session

from infoscreen_core.db.models import Conversion, EventMedia
from infoscreen_core.domain.events.event import ConversionStatus, MediaType


def add_presentation(
    session: Session, status: ConversionStatus | None, *, name: str = "rede.pptx", now: datetime
) -> int:
    """Add a file that screens get as a PDF, and how far its conversion is; return its id."""
    file = EventMedia(
        media_type=MediaType.PPTX,
        name=name,
        file_path=f"media/{name}",
        checksum_sha256="b" * 64,
        created_at=now,
    )
    session.add(file)
    session.flush()
    if status is not None:
        session.add(
            Conversion(
                media_id=file.id,
                target_format="pdf",
                file_hash="b" * 64,
                status=status,
                created_at=now,
            )
        )
    return file.id
