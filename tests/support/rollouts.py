"""Roll-outs for tests: a fleet, a request, and what became of it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from infoscreen_core.domain.commands.lifecycle import Action
from infoscreen_core.services.commands.rollout_request import RolloutRequest, Target
from tests.support.people import NOW, add_client, uuid_of

GRACE = timedelta(seconds=180)


def add_fleet(session: Session, count: int, *, now: datetime = NOW, **columns: Any) -> list[str]:  # noqa: ANN401
    """Add that many players in service that are alive; return their UUIDs."""
    for number in range(1, count + 1):
        add_client(session, number, last_alive=now, description=f"S{number:04d}", **columns)
    return [uuid_of(number) for number in range(1, count + 1)]


def request_for(uuids: Iterable[str], **changes: Any) -> RolloutRequest:  # noqa: ANN401
    """An app restart of these players."""
    values: dict[str, Any] = {
        "action": Action.RESTART_APP,
        "reason": "Neue Version",
        "target": Target(client_uuids=tuple(uuids)),
    }
    return RolloutRequest(**(values | changes))
