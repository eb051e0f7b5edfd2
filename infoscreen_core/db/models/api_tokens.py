"""Keys of people's scripts."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from infoscreen_core.db.base import NEVER_REUSE_IDS, Base, enum_column
from infoscreen_core.db.models.users import User
from infoscreen_core.domain.people.api_tokens import Scope


class ApiToken(Base):
    """A key to the HTTP API. Its owner was shown the secret; the table has only its SHA-256."""

    __tablename__ = "api_tokens"
    __table_args__ = NEVER_REUSE_IDS

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    """What uses it, so that people know which one to revoke."""
    scope: Mapped[Scope] = mapped_column(enum_column(Scope, "scope"))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    hint: Mapped[str] = mapped_column(String(8))
    """How the secret begins, after its prefix."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    """From then on it opens nothing."""
    last_used_at: Mapped[datetime | None]
    """Exact to a minute."""
    last_used_address: Mapped[str | None] = mapped_column(String(45))

    user: Mapped[User] = relationship(lazy="joined")
