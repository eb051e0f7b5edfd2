"""The second factor of people who sign in, and the time between password and code."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from infoscreen_core.db.base import Base


class SecondFactor(Base):
    """What a person's authenticator app and we both know."""

    __tablename__ = "second_factors"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    secret_encrypted: Mapped[str] = mapped_column(String(255))
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    """When the app's first code was right; None: the app is being set up, and nobody asks it."""
    last_step: Mapped[int | None] = mapped_column(BigInteger)
    """Of the newest code that was taken, in steps since 1970: older ones are refused."""
    failures: Mapped[int] = mapped_column(default=0)
    """Wrong codes in a row."""
    paused_until: Mapped[datetime | None]
    """Until then no code is looked at."""


class RecoveryCode(Base):
    """A code on paper, good once, for when the app is lost. The table has only its SHA-256."""

    __tablename__ = "recovery_codes"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)


class SignInStep(Base):
    """Somebody gave the right password and still owes the code. The form has the token."""

    __tablename__ = "sign_in_steps"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(index=True)
