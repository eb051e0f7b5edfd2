"""The people who sign in, as administrators see them: a page of the list, figures, one of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from infoscreen_core.db.queries.people import listing
from infoscreen_core.db.queries.people import users as queries
from infoscreen_core.db.queries.people.listing import Author, UserRow
from infoscreen_core.domain.people.listing import (
    BY_NAME,
    Cursor,
    UserFilter,
    UserSort,
    UserState,
    cursor_of,
    read_cursor,
)
from infoscreen_core.domain.people.roles import Role, may_manage
from infoscreen_core.domain.people.user_actions import UserAction
from infoscreen_core.domain.text.asked import check_text
from infoscreen_core.domain.text.names import normalised
from infoscreen_core.errors import NotFoundError
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.people import permissions
from infoscreen_core.services.people.views import UserFigures, UserPage, UserPiece, UserView

LARGEST_PAGE: Final = 1000
MAX_ID: Final = 2**31 - 1
"""The largest number that an account can have."""


def list_page(
    session: Session,
    wanted: UserFilter,
    *,
    sort: UserSort = BY_NAME,
    after: Cursor | None = None,
    first: int = 0,
    limit: int = LARGEST_PAGE,
    actor: Actor,
) -> UserPage:
    """Return users whom the actor may see: those after the cursor `after`, or from `first` on.

    Raises `InvalidInputError` for a cursor of no list, or a text that is too long.
    """
    piece = list_piece(
        session, wanted, sort=sort, after=after, first=first, limit=limit, actor=actor
    )
    total = listing.count(session, wanted, roles=_seen_roles(actor))
    return UserPage(piece.items, total, piece.next)


def list_piece(
    session: Session,
    wanted: UserFilter,
    *,
    sort: UserSort = BY_NAME,
    after: Cursor | None = None,
    first: int = 0,
    limit: int = LARGEST_PAGE,
    actor: Actor,
) -> UserPiece:
    """Return the same for whoever does not ask how many there are in all."""
    roles = _seen_roles(actor)
    check_text(wanted.text)
    place = read_cursor(after, sort.by) if after is not None else None
    size = min(max(limit, 1), LARGEST_PAGE)
    rows = listing.list_page(
        session, wanted, sort, roles=roles, after=place, first=max(first, 0), limit=size + 1
    )
    shown = rows[:size]
    following = cursor_of(shown[-1].keys) if len(rows) > size else None
    return UserPiece(tuple(_view(row, actor) for row in shown), following)


def figures(session: Session, *, actor: Actor, now: datetime) -> UserFigures:
    """Count the accounts that the actor may see."""
    roles = _seen_roles(actor)

    def count(state: UserState | None) -> int:
        return listing.count(session, UserFilter(state=state, as_of=now), roles=roles)

    return UserFigures(
        total=count(None),
        active=count(UserState.ACTIVE),
        inactive=count(UserState.INACTIVE),
        locked=count(UserState.LOCKED),
        new=count(UserState.NEW),
        never=count(UserState.NEVER),
        by_role=listing.count_by_role(session, roles=roles),
    )


def get_view(session: Session, user_id: int, *, actor: Actor) -> UserView:
    """Return a user; raise `NotFoundError` unless the actor may see them."""
    row = listing.find_row(session, user_id) if user_id <= MAX_ID else None
    if row is None:
        raise unknown_user(user_id)
    permissions.require(actor, row.user, UserAction.VIEW)
    return _view(row, actor)


def get_view_by_name(session: Session, username: str, *, actor: Actor) -> UserView:
    """Return the user of this name; raise `NotFoundError` unless the actor may see them."""
    actor.require(Role.ADMIN)
    user = queries.find_user_by_name(session, normalised(username))
    if user is None or not may_manage(actor.role, user.role):
        raise unknown_user(username)
    return get_view(session, user.id, actor=actor)


def list_helpers(session: Session, role: Role) -> list[str]:
    """Return the names of the people of this role, for whoever has to ask one of them.

    Superadmins are nobody's business: of them, no name is told.
    """
    return [] if role is Role.SUPERADMIN else queries.list_names(session, role)


def unknown_user(reference: object) -> NotFoundError:
    """Return the refusal for a user who is not there, or whom the actor may not see."""
    return NotFoundError("There is no user {name}.", field="username", name=reference)


def _seen_roles(actor: Actor) -> Sequence[Role]:
    actor.require(Role.ADMIN)
    return [role for role in Role if may_manage(actor.role, role)]


def _view(row: UserRow, actor: Actor) -> UserView:
    user = row.user
    return UserView(
        id=user.id,
        username=user.username,
        display_name=user.display_name,
        email=user.email,
        role=user.role,
        is_active=user.is_active,
        language=user.ui_language,
        theme=user.ui_theme,
        must_change_password=user.must_change_password,
        created_at=user.created_at,
        created_by=_name(row.created_by, actor),
        updated_at=user.updated_at,
        updated_by=_name(row.updated_by, actor),
        last_login_at=user.last_login_at,
        last_password_change_at=user.last_password_change_at,
        password_given_at=user.password_given_at,
        failed_login_attempts=user.failed_login_attempts,
        last_failed_login_at=user.last_failed_login_at,
        locked_until=user.locked_until,
        deactivated_at=user.deactivated_at,
        deactivated_by=_name(row.deactivated_by, actor),
    )


def _name(author: Author | None, actor: Actor) -> str | None:
    is_seen = author is not None and may_manage(actor.role, author.role)
    return author.username if author and is_seen else None
