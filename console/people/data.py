"""What the page reads of the people."""

from collections.abc import Sequence
from dataclasses import dataclass

from console.runtime import current_actor, now, read_session
from infoscreen_core.domain.people.listing import UserFilter, UserSort
from infoscreen_core.domain.people.user_actions import UserAction
from infoscreen_core.errors import InfoscreenError, NotFoundError
from infoscreen_core.services.people import api_tokens, permissions, sessions, user_list, users
from infoscreen_core.services.people.views import (
    DeletionEffects,
    SessionView,
    UserFigures,
    UserPage,
    UserView,
)


@dataclass(frozen=True)
class OpenUser:
    """An account with what hangs on it, and what the reader may not do, and why."""

    view: UserView
    sessions: Sequence[SessionView]
    token_count: int
    refusals: dict[UserAction, InfoscreenError]
    is_own: bool


def read_figures() -> UserFigures:
    """Return how many accounts there are."""
    with read_session() as session:
        return user_list.figures(session, actor=current_actor(), now=now())


def read_page(wanted: UserFilter, sort: UserSort, number: int, size: int) -> UserPage:
    """Return a page of the list, counted from 1."""
    with read_session() as session:
        return user_list.list_page(
            session,
            wanted,
            sort=sort,
            first=(number - 1) * size,
            limit=size,
            actor=current_actor(),
        )


def find_user(user_id: int) -> OpenUser | None:
    """Return an account, None when there is none that the reader may see."""
    actor = current_actor()
    with read_session() as session:
        try:
            view = user_list.get_view(session, user_id, actor=actor)
        except NotFoundError:
            return None
        reasons = {action: permissions.why_not(actor, view, action) for action in UserAction}
        return OpenUser(
            view,
            sessions.list_sessions(session, user_id, actor=actor, now=now()),
            len(api_tokens.list_tokens(session, actor=actor, user_id=user_id)),
            {action: reason for action, reason in reasons.items() if reason is not None},
            is_own=actor.user_id == user_id,
        )


def read_effects(user_id: int) -> DeletionEffects:
    """Return what goes with an account that is deleted."""
    with read_session() as session:
        return users.deletion_effects(session, user_id, actor=current_actor(), now=now())
