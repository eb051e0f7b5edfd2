"""Reads of media files."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from infoscreen_core.db.models import EventMedia
from infoscreen_core.domain.events.event import MediaType


def list_media_names(session: Session, kinds: Collection[MediaType]) -> dict[int, str]:
    """Return the names of the files of some kinds by their ids, in the names' order."""
    query = select(EventMedia.id, EventMedia.name).where(EventMedia.media_type.in_(kinds))
    return dict(session.execute(query.order_by(EventMedia.name)).tuples().all())
