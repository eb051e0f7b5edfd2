"""Questions to the service that explains what is on the screens."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from infoscreen_core.domain.events.explanation import Reason, ReasonCode
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.playing.explain import explain
from infoscreen_core.services.playing.views import Explanation
from tests.support.events.planning import MONDAY, utc

GRACE = timedelta(seconds=180)
ON = utc("2026-09-07T06:30")
"""Within the lesson that `plan` plans unless told otherwise: 08:00–08:50 in Vienna."""
DAILY = "FREQ=DAILY"


def ask(session: Session, group_id: int, at: datetime | None = ON, **more: Any) -> Explanation:  # noqa: ANN401
    """Ask of an instant, by default from the morning of that day."""
    values: dict[str, Any] = {"actor": CLI, "now": MONDAY, "grace": GRACE, "at": at}
    return explain(session, group_id, **(values | more))


def codes(found: Explanation) -> list[ReasonCode]:
    return [reason.code for reason in found.reasons]


def only(found: Explanation, code: ReasonCode) -> Reason:
    (reason,) = [reason for reason in found.reasons if reason.code is code]
    return reason


def places(found: Explanation, code: ReasonCode) -> dict[str, object]:
    return only(found, code).sentence.params
