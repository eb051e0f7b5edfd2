"""Who comes with a session or an API token: asked at every request, so it is one short question.

The answer is one text, which is read in less time than a driver takes to describe ten columns.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import ColumnElement, Select, bindparam, func, select

from infoscreen_core.db.engine import Reader
from infoscreen_core.db.models import ApiToken, User, UserSession
from infoscreen_core.domain.people.api_tokens import Scope
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.people.themes import Theme


@dataclass(frozen=True, slots=True)
class PersonRow:
    """What a user's row has of this, by the same names."""

    id: int
    username: str
    role: Role
    ui_language: str | None
    notes_seen: str | None
    password_given_at: datetime | None
    display_name: str | None
    ui_theme: Theme | None
    is_active: bool


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session, and whose it is."""

    user: PersonRow
    expires_at: datetime
    last_seen_at: datetime


@dataclass(frozen=True, slots=True)
class TokenRow:
    """An API token, and whose it is."""

    user: PersonRow
    id: int
    scope: Scope
    expires_at: datetime
    last_used_at: datetime | None


_PERSON: Final = (
    User.id,
    User.username,
    User.role,
    User.ui_language,
    User.notes_seen,
    User.password_given_at,
    User.display_name,
    User.ui_theme,
    User.is_active,
)


def _as_text(*more: object) -> ColumnElement[str]:
    return func.json_array(*_PERSON, *more)


_OF_SESSION: Final[Select[str]] = (
    select(_as_text(UserSession.expires_at, UserSession.last_seen_at))
    .join_from(UserSession, User, UserSession.user_id == User.id)
    .where(UserSession.token_hash == bindparam("digest"))
)
_OF_TOKEN: Final[Select[str]] = (
    select(_as_text(ApiToken.id, ApiToken.scope, ApiToken.expires_at, ApiToken.last_used_at))
    .join_from(ApiToken, User, ApiToken.user_id == User.id)
    .where(ApiToken.token_hash == bindparam("digest"))
)


def find_by_session(reader: Reader, digest: str) -> SessionRow | None:
    """Return the session with this digest, or None."""
    text = reader.scalar(_OF_SESSION, {"digest": digest})
    if text is None:
        return None
    *person, expires_at, last_seen_at = json.loads(text)
    return SessionRow(_person(*person), _instant(expires_at), _instant(last_seen_at))


def find_by_token(reader: Reader, digest: str) -> TokenRow | None:
    """Return the API token with this digest, or None."""
    text = reader.scalar(_OF_TOKEN, {"digest": digest})
    if text is None:
        return None
    *person, token_id, scope, expires_at, last_used_at = json.loads(text)
    used_at = last_used_at and _instant(last_used_at)
    return TokenRow(_person(*person), token_id, Scope(scope), _instant(expires_at), used_at)


def _person(  # noqa: PLR0913, PLR0917 - one for each column
    user_id: int,
    username: str,
    role: str,
    language: str | None,
    notes_seen: str | None,
    given_at: str | None,
    display_name: str | None,
    theme: str | None,
    is_active: int,
) -> PersonRow:
    return PersonRow(
        user_id,
        username,
        Role(role),
        language,
        notes_seen,
        _instant(given_at) if given_at else None,
        display_name,
        Theme(theme) if theme else None,
        bool(is_active),
    )


def _instant(text: str) -> datetime:
    """Return a stored instant, which both databases write alike."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
