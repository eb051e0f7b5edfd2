"""The kept pictures of screens, as readers see them."""

from sqlalchemy.orm import Session

from infoscreen_core.db.models import ClientScreenshot
from infoscreen_core.db.queries.monitoring import records as queries
from infoscreen_core.services.screens.views import PictureView


def list_pictures(session: Session, client_uuid: str) -> list[PictureView]:
    """Return a player's kept pictures, newest first."""
    return [picture_view(row) for row in queries.list_pictures(session, client_uuid)]


def find_latest_picture(session: Session, client_uuid: str) -> PictureView | None:
    """Return a player's newest picture, or None."""
    return _view_or_none(queries.find_latest_picture(session, client_uuid))


def find_priority_picture(session: Session, client_uuid: str) -> PictureView | None:
    """Return a player's newest priority picture, or None."""
    return _view_or_none(queries.find_priority_picture(session, client_uuid))


def find_picture(session: Session, client_uuid: str, picture_id: int) -> PictureView | None:
    """Return one kept picture if it is that player's, or None."""
    return _view_or_none(queries.find_picture(session, client_uuid, picture_id))


def picture_view(row: ClientScreenshot) -> PictureView:
    """Return a kept picture as readers see it."""
    return PictureView(row.client_uuid, row.id, row.received_at, row.type, row.filename, row.md5)


def _view_or_none(row: ClientScreenshot | None) -> PictureView | None:
    return picture_view(row) if row else None
