"""What an actor may do to an account, known before they try: pages, API and services ask here."""

from infoscreen_core.domain.people.user_actions import (
    Account,
    UserAction,
    allowed_actions,
    refusal_of,
)
from infoscreen_core.errors import InfoscreenError
from infoscreen_core.services.actor import Actor


def what_may(actor: Actor, user: Account) -> frozenset[UserAction]:
    """Return everything that the actor may do to the account; nothing if they may not see it."""
    return allowed_actions(user, actor_id=actor.user_id, role=actor.role)


def why_not(actor: Actor, user: Account, action: UserAction) -> InfoscreenError | None:
    """Return the sentence that says why the actor may not; None if they may."""
    return refusal_of(action, user, actor_id=actor.user_id, role=actor.role)


def require(actor: Actor, user: Account, action: UserAction) -> None:
    """Raise what `why_not` returns, if anything."""
    refusal = why_not(actor, user, action)
    if refusal is not None:
        raise refusal
