"""Give the demo's screens a past, so that no chart of a newcomer is empty."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from infoscreen_core.db.models import ClientStatusChange
from infoscreen_core.domain.monitoring.health import DAY, HOUR, STRETCH
from infoscreen_core.domain.monitoring.past import Past, make_health, make_past
from infoscreen_core.domain.monitoring.spans import Span
from infoscreen_core.services.monitoring import health

LENGTH: Final = timedelta(days=30)
_SEED: Final = 7


def give_past(session: Session, players: Sequence[str], now: datetime) -> None:
    """Let screens have hung there for a month: statuses and figures, made up and believable."""
    window = Span(now - LENGTH, now)
    for past in make_past(players, window, seed=_SEED):
        session.add_all(_rows(past))
        for length, since in ((HOUR, window.start), (STRETCH, now - DAY)):
            stretches = make_health(past, Span(since, now), length=length, seed=_SEED)
            known = {(past.client_uuid, stretch.at): stretch for stretch in stretches}
            health.store(session, known, length=length)


def _rows(past: Past) -> list[ClientStatusChange]:
    return [
        ClientStatusChange(
            client_uuid=past.client_uuid, at=change.at, status=change.status, reason=change.reason
        )
        for change in past.changes
    ]
