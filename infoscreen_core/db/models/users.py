"""People, their sessions, and what they are typing."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from infoscreen_core.db.base import NEVER_REUSE_IDS, Base, enum_column
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.people.sessions import SessionEnd


class User(Base):
    """Someone who signs in."""

    __tablename__ = "users"
    __table_args__ = NEVER_REUSE_IDS

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(64), unique=True)
    password_hash: Mapped[str] = mapped_column(String(255))
    """argon2id."""
    role: Mapped[Role] = mapped_column(enum_column(Role, "role"), default=Role.USER)
    is_active: Mapped[bool] = mapped_column(default=True)
    ui_language: Mapped[str | None] = mapped_column(String(8))
    notes_seen: Mapped[str | None] = mapped_column(String(32))
    """The version whose news the person has looked at."""
    last_login_at: Mapped[datetime | None]
    last_password_change_at: Mapped[datetime | None]
    failed_login_attempts: Mapped[int] = mapped_column(default=0)
    last_failed_login_at: Mapped[datetime | None]
    locked_until: Mapped[datetime | None]
    deactivated_at: Mapped[datetime | None]
    deactivated_by: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class UserSession(Base):
    """A signed-in browser. The cookie holds the token; the table only its SHA-256."""

    __tablename__ = "user_sessions"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    """12 h after sign-in; 2 h without use end it sooner."""
    ip: Mapped[str | None] = mapped_column(String(45))
    user_agent: Mapped[str | None] = mapped_column(String(255))

    user: Mapped[User] = relationship(lazy="joined")


class EndedSession(Base):
    """Why a session is over that somebody ended; kept for a day, to tell its browser."""

    __tablename__ = "ended_sessions"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    cause: Mapped[SessionEnd] = mapped_column(enum_column(SessionEnd, "cause"))
    ended_at: Mapped[datetime] = mapped_column(index=True)


class FormDraft(Base):
    """What one person is typing in one form."""

    __tablename__ = "form_drafts"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    form: Mapped[str] = mapped_column(String(32), primary_key=True)
    content: Mapped[dict[str, Any]]
    """Its shape belongs to the form."""
    saved_at: Mapped[datetime] = mapped_column(index=True)


class LoginFailure(Base):
    """A failed sign-in from one address; enough of them lock the address out."""

    __tablename__ = "login_failures"
    __table_args__ = (
        Index("ix_login_failures_address", "ip", "at"),
        Index("ix_login_failures_username", "username", "at"),
        Base.__table_args__,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ip: Mapped[str] = mapped_column(String(45))
    username: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
