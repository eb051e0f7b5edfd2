"""Remote commands and their course."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from infoscreen_core.db.base import Base, enum_column
from infoscreen_core.domain.commands.lifecycle import Action, Cause, State


class ClientCommand(Base):
    """One remote command; `status` moves only along `domain.commands.lifecycle.TRANSITIONS`.

    Every move is a compare-and-set, so that of two programs only one makes it.
    """

    __tablename__ = "client_commands"
    __table_args__ = (
        Index("ix_client_commands_status", "status", "issued_at"),
        Index("ix_client_commands_client", "client_uuid", "issued_at"),
        Index("ix_client_commands_requester", "requested_by", "issued_at"),
        # What the page of commands counts and looks through, without reading the rows.
        Index(
            "ix_client_commands_history",
            "issued_at",
            "action",
            "status",
            "requested_by",
            "client_uuid",
            "error_code",
        ),
        Base.__table_args__,
    )

    command_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    client_uuid: Mapped[str] = mapped_column(ForeignKey("clients.uuid", ondelete="CASCADE"))
    action: Mapped[Action] = mapped_column(enum_column(Action, "action"))
    status: Mapped[State] = mapped_column(enum_column(State, "status"))
    reason: Mapped[str | None] = mapped_column(String(2000))
    requested_by: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    """None: the system itself (crash recovery)."""
    rollout_id: Mapped[str | None] = mapped_column(String(36), index=True)
    """The roll-out that it is part of. Without a foreign key, which SQLite could only add by
    copying the table; a roll-out is never deleted before its commands."""
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    claimed_by: Mapped[str | None] = mapped_column(String(100))
    claimed_at: Mapped[datetime | None]
    boot_id: Mapped[str | None] = mapped_column(String(64))
    """The boot that the player was in when the command was claimed last; None: it names none."""
    published_at: Mapped[datetime | None]
    acked_at: Mapped[datetime | None]
    execution_started_at: Mapped[datetime | None]
    awaiting_reconnect_at: Mapped[datetime | None]
    recovered_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    canceled_at: Mapped[datetime | None]
    error_code: Mapped[str | None] = mapped_column(String(128))
    error_message: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    transitions: Mapped[list["CommandTransition"]] = relationship(
        order_by="CommandTransition.id", cascade="all, delete-orphan", passive_deletes=True
    )


class CommandTransition(Base):
    """One step of a command: append-only."""

    __tablename__ = "command_transitions"

    id: Mapped[int] = mapped_column(primary_key=True)
    command_id: Mapped[str] = mapped_column(
        ForeignKey("client_commands.command_id", ondelete="CASCADE"), index=True
    )
    from_status: Mapped[State | None] = mapped_column(enum_column(State, "from_status"))
    to_status: Mapped[State] = mapped_column(enum_column(State, "to_status"))
    at: Mapped[datetime]
    cause: Mapped[Cause | None] = mapped_column(enum_column(Cause, "cause"))
    """None for the first row, which says how the command began."""
