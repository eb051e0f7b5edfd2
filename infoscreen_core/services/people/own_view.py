"""An account as its owner sees it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from infoscreen_core.db.queries.people import users as queries
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.people.themes import Theme
from infoscreen_core.errors import NotFoundError
from infoscreen_core.services.actor import Actor


@dataclass(frozen=True, slots=True)
class OwnAccount:
    """What people see and choose of their own account."""

    id: int
    username: str
    display_name: str | None
    email: str | None
    role: Role
    language: str | None
    """None while they follow the installation's."""
    theme: Theme | None
    """None while they follow their machine."""
    last_password_change_at: datetime | None


def get_own_account(session: Session, *, actor: Actor) -> OwnAccount:
    """Return the actor's own account; raise `NotFoundError` for programs, which have none."""
    user = queries.find_user(session, actor.user_id or 0)
    if user is None:
        raise NotFoundError("This account is not in the list of users.")
    return OwnAccount(
        id=user.id,
        username=user.username,
        display_name=user.display_name,
        email=user.email,
        role=user.role,
        language=user.ui_language,
        theme=user.ui_theme,
        last_password_change_at=user.last_password_change_at,
    )
