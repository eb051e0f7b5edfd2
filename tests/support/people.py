"""Users, players and actors for tests."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from infoscreen_core.db.models import AuditEntry, Client, OutboxMessage, User, UserSession
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.people.users import create_user
from infoscreen_core.services.people.views import NewUser

NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
ADMIN = Actor(None, "an admin", Role.ADMIN, "10.0.0.1")
SUPERADMIN = Actor(None, "a superadmin", Role.SUPERADMIN, "10.0.0.1")
EDITOR = Actor(None, "an editor", Role.EDITOR, "10.0.0.1")


def add_session(
    session: Session,
    token: str,
    role: Role,
    *,
    at: datetime,
    language: str | None = None,
    username: str | None = None,
) -> User:
    """Add a person of this role who has been signed in since then, with the cookie `token`.

    They are called like their role unless a name is given.
    """
    user = User(
        username=username or role.value,
        password_hash="never matches",
        role=role,
        ui_language=language,
        created_at=at,
        updated_at=at,
    )
    session.add(user)
    session.flush()
    session.add(
        UserSession(
            token_hash=hashlib.sha256(token.encode()).hexdigest(),
            user_id=user.id,
            created_at=at,
            last_seen_at=at,
            expires_at=at + timedelta(hours=12),
        )
    )
    return user


def add_user(
    session: Session,
    name: str,
    password: str,
    role: Role,
    actor: Actor = SUPERADMIN,
    now: datetime = NOW,
) -> User:
    """Add somebody who can sign in with this password, which is their own."""
    made = create_user(session, NewUser(name, role, password), actor=actor, now=now)
    return session.get_one(User, made.view.id)


def uuid_of(number: int) -> str:
    """A canonical UUID, the same for the same number."""
    return str(UUID(int=number))


def acting_as(user: User) -> Actor:
    return Actor(user.id, user.username, user.role, "10.0.0.1")


def add_client(
    session: Session,
    number: int = 1,
    *,
    is_approved: bool = True,
    **columns: Any,  # noqa: ANN401
) -> Client:
    client = Client(
        uuid=uuid_of(number),
        registration_time=NOW,
        approved_at=NOW if is_approved else None,
        **columns,
    )
    session.add(client)
    session.flush()
    return client


def outbox_of(session: Session) -> list[tuple[str, bytes, bool]]:
    """Everything queued, in the order of sending: topic, payload, retained."""
    rows = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id))
    return [(row.topic, row.payload, row.retain) for row in rows]


def actions_of(session: Session) -> list[str]:
    """The audit trail's actions, oldest first."""
    return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))
