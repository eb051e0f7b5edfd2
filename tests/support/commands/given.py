"""Commands and power cycles as they stand once they were given, without anybody to do them."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from infoscreen_core.db.models import ClientCommand, PlugCycle
from infoscreen_core.domain.commands import plugs
from infoscreen_core.domain.commands.lifecycle import DEFAULT_EXPIRY, TIMESTAMP_OF, Action, State
from tests.support.people import uuid_of

_numbers = count(1)
_ERRORS = {
    State.FAILED: "execution_failed",
    State.TIMED_OUT: "ack_timeout",
    State.EXPIRED: "expired",
    State.BLOCKED_SAFETY: "lockout_threshold",
    State.MANUAL_INTERVENTION_REQUIRED: "reconnect_timeout",
}


def give(
    session: Session,
    client: int,
    at: datetime,
    *,
    action: Action = Action.REBOOT_HOST,
    status: State = State.COMPLETED,
    back_after: float = 40,
    **columns: Any,  # noqa: ANN401
) -> ClientCommand:
    """Add a command of this screen; one that was completed was back after so many seconds."""
    command = ClientCommand(
        command_id=f"00000000-0000-4000-8000-{next(_numbers):012}",
        client_uuid=uuid_of(client),
        action=action,
        status=status,
        issued_at=at,
        expires_at=at + DEFAULT_EXPIRY,
        created_at=at,
        updated_at=at + timedelta(seconds=back_after),
        error_code=columns.pop("error_code", _ERRORS.get(status)),
        **columns,
    )
    if status is State.COMPLETED:
        command.recovered_at = at + timedelta(seconds=back_after)
        command.completed_at = at + timedelta(seconds=back_after + 20)
    elif column := TIMESTAMP_OF.get(status):
        setattr(command, column, at + timedelta(seconds=back_after))
    session.add(command)
    session.flush()
    return command


def give_cycle(
    session: Session,
    client: int,
    at: datetime,
    *,
    status: plugs.State = plugs.State.COMPLETED,
    took: float = 15,
    **columns: Any,  # noqa: ANN401
) -> PlugCycle:
    """Add a power cycle of this screen's plug, which stands so since so many seconds after."""
    cycle = PlugCycle(
        cycle_id=f"00000000-0000-4000-9000-{next(_numbers):012}",
        client_uuid=uuid_of(client),
        status=status,
        seconds_off=10,
        next_at=at + timedelta(seconds=took),
        requested_at=at,
        **columns,
    )
    if column := plugs.TIMESTAMP_OF.get(status):
        setattr(cycle, column, at + timedelta(seconds=took))
    session.add(cycle)
    session.flush()
    return cycle
