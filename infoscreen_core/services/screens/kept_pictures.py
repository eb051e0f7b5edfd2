"""The kept pictures of screens, as readers see them."""

from sqlalchemy.orm import Session

from infoscreen_core.db.models import Client, ClientScreenshot
from infoscreen_core.db.queries.monitoring import records as queries
from infoscreen_core.db.queries.monitoring.lists.listed import PictureRow
from infoscreen_core.domain.screens.player import taken_at
from infoscreen_core.services.screens.views import PictureView


def list_pictures(session: Session, client_uuid: str) -> list[PictureView]:
    """Return a player's kept pictures, newest first."""
    client = session.get(Client, client_uuid)
    behind = client.clock_behind_seconds if client else None
    return [picture_view(row, behind) for row in queries.list_pictures(session, client_uuid)]


def find_latest_picture(session: Session, client_uuid: str) -> PictureView | None:
    """Return a player's newest picture, or None."""
    return _view_or_none(session, queries.find_latest_picture(session, client_uuid))


def find_priority_picture(session: Session, client_uuid: str) -> PictureView | None:
    """Return a player's newest priority picture, or None."""
    return _view_or_none(session, queries.find_priority_picture(session, client_uuid))


def find_picture(session: Session, client_uuid: str, picture_id: int) -> PictureView | None:
    """Return one kept picture if it is that player's, or None."""
    return _view_or_none(session, queries.find_picture(session, client_uuid, picture_id))


def picture_view(
    row: ClientScreenshot | PictureRow, clock_behind_seconds: float | None
) -> PictureView:
    """Return a kept picture as readers see it; how far off the player's clock is dates it."""
    taken = row.captured_at and taken_at(
        received_at=row.received_at,
        captured_at=row.captured_at,
        clock_behind_seconds=clock_behind_seconds,
    )
    return PictureView(
        row.client_uuid, row.id, row.received_at, row.type, row.filename, row.md5, taken
    )


def _view_or_none(session: Session, row: ClientScreenshot | None) -> PictureView | None:
    if row is None:
        return None
    client = session.get(Client, row.client_uuid)
    return picture_view(row, client.clock_behind_seconds if client else None)
