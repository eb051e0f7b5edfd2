"""How right players' clocks are, kept so that a listener that starts knows it at once."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from infoscreen_core.db.queries.monitoring import telemetry as queries
from infoscreen_core.domain.monitoring.player_clocks import (
    PlayerClock,
    is_worth_storing,
    known_clock,
)


def map_clocks(session: Session) -> dict[str, PlayerClock]:
    """Return what is known of each player's clock, by its UUID."""
    return {uuid: known_clock(behind) for uuid, behind in queries.list_clocks(session)}


def note(
    session: Session, clocks: Mapping[str, PlayerClock], *, known: Mapping[str, PlayerClock]
) -> None:
    """Store the verdicts that differ from the known ones; most batches bring none."""
    rows = [
        (uuid, clock.behind.total_seconds())
        for uuid, clock in clocks.items()
        if is_worth_storing(known.get(uuid), clock)
    ]
    queries.update_clocks(session, sorted(rows))
