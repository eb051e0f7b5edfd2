"""Files that wait for a converter, and what a converter does with them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from infoscreen_core.db.models import Conversion, EventMedia
from infoscreen_core.domain.media.types import (
    OFFICE_TYPES,
    PICTURE_TYPES,
    VIDEO_TYPES,
    MediaType,
    Target,
)
from infoscreen_core.services.media import conversions
from tests.support.media.files import add_file

ALL: Mapping[Target, frozenset[MediaType]] = {
    Target.PDF: OFFICE_TYPES,
    Target.FACTS: frozenset(MediaType),
    Target.THUMBNAIL: frozenset(MediaType),
    Target.MP4: VIDEO_TYPES,
}
"""The abilities of a converter that has every program."""
WITHOUT_PROGRAMS: Mapping[Target, frozenset[MediaType]] = {
    Target.FACTS: PICTURE_TYPES,
    Target.THUMBNAIL: PICTURE_TYPES,
}


def add_waiting(
    session: Session,
    name: str,
    kind: MediaType,
    *,
    now: datetime,
    **values: Any,  # noqa: ANN401 - columns
) -> int:
    """Add a file of which everything is to be made; return its id."""
    media_id = add_file(session, name, kind, now=now, **values)
    conversions.request(session, session.get_one(EventMedia, media_id), now=now)
    return media_id


def rows_of(session: Session, media_id: int) -> dict[Target, Conversion]:
    """Return a file's conversions by what they make, as the database has them."""
    query = select(Conversion).where(Conversion.media_id == media_id).order_by(Conversion.id)
    found = session.scalars(query, execution_options={"populate_existing": True})
    return {row.target_format: row for row in found}
