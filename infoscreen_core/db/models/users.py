"""People, their sessions, and what they are typing."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.dialects import mysql
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column, relationship

from infoscreen_core.db.base import NEVER_REUSE_IDS, Base, enum_column
from infoscreen_core.domain.people.names import SEARCH_LIMIT, searched_text
from infoscreen_core.domain.people.origins import OriginKind, Standing
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.people.sessions import SessionEnd
from infoscreen_core.domain.people.themes import Theme


def _searched(context: DefaultExecutionContext) -> str:
    values = context.get_current_parameters()  # type: ignore[no-untyped-call] # SQLAlchemy's own
    return searched_text(values["username"], values.get("display_name"), values.get("email"))


class User(Base):
    """Someone who signs in."""

    __tablename__ = "users"
    __table_args__ = (Index("ix_users_by_name", "search_text", "id"), NEVER_REUSE_IDS)

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(64), unique=True)
    password_hash: Mapped[str] = mapped_column(String(255))
    """argon2id."""
    role: Mapped[Role] = mapped_column(enum_column(Role, "role"), default=Role.USER)
    is_active: Mapped[bool] = mapped_column(default=True)
    display_name: Mapped[str | None] = mapped_column(String(100))
    email: Mapped[str | None] = mapped_column(String(254))
    ui_language: Mapped[str | None] = mapped_column(String(8))
    notes_seen: Mapped[str | None] = mapped_column(String(32))
    """The version whose news the person has looked at."""
    ui_theme: Mapped[Theme | None] = mapped_column(enum_column(Theme, "ui_theme"))
    last_login_at: Mapped[datetime | None]
    last_password_change_at: Mapped[datetime | None]
    password_given_at: Mapped[datetime | None]
    """When somebody else gave them their password; None once they chose one of their own."""
    failed_login_attempts: Mapped[int] = mapped_column(default=0)
    last_failed_login_at: Mapped[datetime | None]
    locked_until: Mapped[datetime | None]
    deactivated_at: Mapped[datetime | None]
    deactivated_by: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]
    created_by: Mapped[int | None]
    """An account that may be gone; its number is never given to another."""
    updated_at: Mapped[datetime]
    updated_by: Mapped[int | None]
    search_text: Mapped[str | None] = mapped_column(
        String(SEARCH_LIMIT).with_variant(
            mysql.VARCHAR(SEARCH_LIMIT, collation="utf8mb4_bin"), "mysql", "mariadb"
        ),
        default=_searched,
    )
    """User name, name and mail as texts are searched, without case and accents; in this order, so
    it also sorts by user name. Always filled; SQLite adds no column that has to be."""

    @property
    def must_change_password(self) -> bool:
        """Whether they may do nothing before they have chosen a password of their own."""
        return self.password_given_at is not None


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


class KnownOrigin(Base):
    """A browser or an address from which an account was entered."""

    __tablename__ = "known_origins"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    kind: Mapped[OriginKind] = mapped_column(enum_column(OriginKind, "kind"), primary_key=True)
    mark: Mapped[str] = mapped_column(String(64), primary_key=True)
    """SHA-256 of the browser's device cookie, or the address."""
    first_seen_at: Mapped[datetime]
    last_seen_at: Mapped[datetime] = mapped_column(index=True)


class LoginFailure(Base):
    """A failed sign-in; enough of them lock out those who come from where it came from."""

    __tablename__ = "login_failures"
    __table_args__ = (
        Index("ix_login_failures_address", "ip", "at"),
        Index("ix_login_failures_username", "username", "at"),
        Index("ix_login_failures_device", "device", "at"),
        Base.__table_args__,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ip: Mapped[str] = mapped_column(String(45))
    """The address; of IPv6, the network of the site."""
    username: Mapped[str] = mapped_column(String(64))
    """In lower case; of a known user or not."""
    standing: Mapped[Standing] = mapped_column(
        enum_column(Standing, "standing"), default=Standing.STRANGER
    )
    device: Mapped[str | None] = mapped_column(String(64))
    """SHA-256 of the device cookie, if the account knows it; or of the session's or API token's
    secret, if the password was asked for again within."""
    at: Mapped[datetime]
