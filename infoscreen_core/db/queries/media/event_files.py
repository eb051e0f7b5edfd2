"""Reads of the files that events show: the first stands with the event, further ones follow it.

Nothing here commits.
"""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import ScalarSelect, Subquery, func, literal, select, union_all
from sqlalchemy.orm import Session

from infoscreen_core.db.models import Conversion, Event, EventFile, EventMedia
from infoscreen_core.db.queries.media.files import list_media_with_pdf


class StoredFile(NamedTuple):
    """A file of an event, and how its conversion to PDF goes if it was asked for."""

    media: EventMedia
    pdf: Conversion | None


def list_stored_files(session: Session, media_ids: Sequence[int]) -> list[StoredFile]:
    """Return files with their conversions to PDF, in the order of their ids here.

    Those that are gone are left out.
    """
    rows = list_media_with_pdf(session, media_ids)
    found = {media.id: StoredFile(media, pdf) for media, pdf in rows}
    return [found[media_id] for media_id in media_ids if media_id in found]


def uses_of_media() -> Subquery:
    """Return event and file, as `event_id` and `media_id`, of all that events show."""
    first = select(Event.id.label("event_id"), Event.event_media_id.label("media_id"))
    further = select(EventFile.event_id, EventFile.media_id)
    return union_all(first.where(Event.event_media_id.is_not(None)), further).subquery("media_uses")


def further_pages() -> ScalarSelect[int]:
    """Return how many pages the further files of an event have, where somebody counted them."""
    return (
        select(func.coalesce(func.sum(EventMedia.page_count), literal(0)))
        .join(EventFile, EventFile.media_id == EventMedia.id)
        .where(EventFile.event_id == Event.id)
        .correlate(Event)
        .scalar_subquery()
    )
