"""Commands of the demo's past: crashed screens were restarted, those without a picture rebooted."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy.orm import Session

from infoscreen_core.db.models import ClientCommand, CommandTransition
from infoscreen_core.domain.commands.lifecycle import (
    DEFAULT_EXPIRY,
    ERROR_OF,
    TIMESTAMP_OF,
    Action,
    Cause,
    State,
    advance,
)
from infoscreen_core.domain.monitoring.liveness import StatusReason
from infoscreen_core.domain.monitoring.past.lives import Past

_Course = tuple[tuple[Cause, float], ...]
"""What happened, and how many seconds after the command was issued."""
_SENT: Final[_Course] = ((Cause.CLAIMED, 0.1), (Cause.PUBACK, 0.3))
_BEGUN: Final[_Course] = (*_SENT, (Cause.ACK_ACCEPTED, 0.8), (Cause.ACK_STARTED, 1.4))
_COURSES: Final[dict[Action, _Course]] = {
    Action.RESTART_APP: (*_BEGUN, (Cause.ACK_COMPLETED, 13.0)),
    Action.REBOOT_HOST: (
        *_BEGUN,
        (Cause.WENT_DOWN, 11.4),
        (Cause.SEEN_AGAIN, 47.0),
        (Cause.STEADY, 67.5),
    ),
}
_UNHEARD: Final[_Course] = (*_SENT, (Cause.ACK_TIMEOUT, 20.3))
_REMEDIES: Final = {
    StatusReason.PROCESS_CRASHED: (Action.RESTART_APP, "Anzeige abgestürzt"),
    StatusReason.SCREEN_BLACK: (Action.REBOOT_HOST, "Bild schwarz"),
    StatusReason.SCREEN_FROZEN: (Action.REBOOT_HOST, "Bild steht"),
}
_AHEAD: Final = timedelta(minutes=2)
"""So long before a screen was well again the command was given."""
_RETRY: Final = timedelta(minutes=1)


def give_commands(session: Session, pasts: Iterable[Past], *, before: datetime) -> None:
    """Add what was ordered to mend screens before then; the first time one did not hear of it."""
    wanted = sorted(
        (following.at - _AHEAD, past.client_uuid, *_REMEDIES[change.reason])
        for past in pasts
        for change, following in zip(past.changes, past.changes[1:], strict=False)
        if change.reason in _REMEDIES and following.at < before
    )
    for place, (at, uuid, action, reason) in enumerate(wanted):
        if not place:
            session.add(_command(uuid, action, reason, at - _RETRY, _UNHEARD))
        session.add(_command(uuid, action, reason, at, _COURSES[action]))


def _command(
    client_uuid: str, action: Action, reason: str, at: datetime, course: _Course
) -> ClientCommand:
    steps = _steps(at, course)
    ended = steps[-1]
    code, message = ERROR_OF.get(ended.cause, (None, None)) if ended.cause else (None, None)
    command = ClientCommand(
        command_id=str(uuid5(NAMESPACE_URL, f"{client_uuid} {at.isoformat()}")),
        client_uuid=client_uuid,
        action=action,
        status=ended.to_status,
        reason=reason,
        issued_at=at,
        expires_at=at + DEFAULT_EXPIRY,
        created_at=at,
        updated_at=ended.at,
        error_code=code,
        error_message=message,
        transitions=steps,
    )
    for step in steps:
        if column := TIMESTAMP_OF.get(step.to_status):
            setattr(command, column, step.at)
    return command


def _steps(at: datetime, course: _Course) -> Sequence[CommandTransition]:
    steps = [CommandTransition(from_status=None, to_status=State.QUEUED, at=at, cause=None)]
    for cause, seconds in course:
        origin = steps[-1].to_status
        target = advance(origin, cause)
        if target is None:
            message = f"{cause} leads nowhere from {origin}"
            raise ValueError(message)
        moment = at + timedelta(seconds=seconds)
        steps.append(
            CommandTransition(from_status=origin, to_status=target, at=moment, cause=cause)
        )
    return steps
