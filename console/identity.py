"""Who asks: the person of a session or of an API token, as the database knows them now."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.people.themes import Theme
from infoscreen_core.errors import NotAllowedError
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.people import api_tokens, sign_in
from infoscreen_core.services.people.api_tokens import Bearer
from infoscreen_core.services.people.tokens import token_hash
from infoscreen_core.services.people.views import PersonView
from infoscreen_core.services.system_settings import get_setting

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session


class SignedOutError(NotAllowedError):
    """The browser's session is over: expired, signed out elsewhere, or its user deactivated."""

    code = "signed_out"


class PasswordOwedError(NotAllowedError):
    """The person has a password that others know, and has to choose one of their own first."""

    code = "password_change_required"


@dataclass(frozen=True)
class Identity:
    """A signed-in person, as the database knows them at this instant."""

    user_id: int
    username: str
    role: Role
    language: str
    """The one they chose, else the installation's."""
    notes_seen: str | None = None
    """The version whose news they have looked at."""
    must_change_password: bool = False
    """Whether they may do nothing but choose a password of their own."""
    theme: Theme | None = None
    """The one they chose; None while they follow their machine."""


def house_language(session: "Session") -> str:
    """Return the language of those who chose none."""
    return str(get_setting(session, "ui_language"))


def identity_in(session: "Session", token: str | None, *, now: datetime) -> Identity:
    """Return who has the session `token`; raise `SignedOutError` when it is over."""
    person = sign_in.find_person(session, token, now=now) if token else None
    return identity_of(person, lambda: house_language(session))


def bearer_in(session: "Session", secret: str, *, now: datetime) -> tuple[Identity, Bearer]:
    """Return whose API token this is; raise `SignedOutError` when it opens nothing."""
    bearer = good_bearer(api_tokens.find_bearer(session, secret, now=now))
    return identity_of(bearer.person, lambda: house_language(session)), bearer


def good_bearer(found: Bearer | None) -> Bearer:
    """Return what was found of an API token; raise `SignedOutError` when it opens nothing."""
    if found is None:
        raise SignedOutError("This API token opens nothing: it has ended, or is none of ours.")
    return found


def identity_of(person: PersonView | None, house: "Callable[[], str]") -> Identity:
    """Return somebody who was found, who has the language of the `house` if they chose none.

    Raises `SignedOutError` when nobody was.
    """
    if person is None:
        raise SignedOutError("Your session is over.")
    return Identity(
        person.id,
        person.username,
        person.role,
        person.language or house(),
        notes_seen=person.notes_seen,
        must_change_password=person.must_change_password,
        theme=person.theme,
    )


def actor_of(identity: Identity, address: str, secret: str | None = None) -> Actor:
    """Return the person as services ask for them; `secret` is what they showed to be let in."""
    shown = token_hash(secret) if secret else None
    return Actor(identity.user_id, identity.username, identity.role, address, shown)
