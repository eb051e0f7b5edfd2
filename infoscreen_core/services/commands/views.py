"""Commands as readers see them."""

from dataclasses import dataclass
from datetime import datetime

from infoscreen_core.domain.commands.lifecycle import Action, State


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandView:
    """A command with the instants of its steps; those that it has not taken are None."""

    command_id: str
    action: Action
    status: State
    reason: str | None
    requested_by: str | None
    """A user's name; None stands for the system."""
    issued_at: datetime
    published_at: datetime | None
    acked_at: datetime | None
    execution_started_at: datetime | None
    awaiting_reconnect_at: datetime | None
    recovered_at: datetime | None
    completed_at: datetime | None
    failed_at: datetime | None
    canceled_at: datetime | None
    error_code: str | None
    error_message: str | None
