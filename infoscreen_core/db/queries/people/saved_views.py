"""Reads of saved views."""

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from infoscreen_core.db.models import SavedView, User


def list_visible(session: Session, page: str, user_id: int) -> list[tuple[SavedView, str]]:
    """Return the views of a page that a person sees, with their owners' names."""
    query = _rows().where(SavedView.page == page, _is_visible(user_id)).order_by(SavedView.id)
    return [(row[0], row[1]) for row in session.execute(query)]


def find_visible(session: Session, view_id: int, user_id: int) -> tuple[SavedView, str] | None:
    """Return a view that a person sees, with its owner's name, or None."""
    query = _rows().where(SavedView.id == view_id, _is_visible(user_id))
    found = session.execute(query).first()
    return (found[0], found[1]) if found else None


def _rows() -> Select[SavedView, str]:
    return select(SavedView, User.username).join(User, User.id == SavedView.owner_id)


def _is_visible(user_id: int) -> ColumnElement[bool]:
    return or_(SavedView.owner_id == user_id, SavedView.is_shared)
