"""Figures about the whole installation, as programs that watch it ask for them.

However many screens there are, they cost a handful of queries, none of which reads a table that
grows from end to end.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from infoscreen_core.db.queries.monitoring import measures as queries
from infoscreen_core.db.queries.webhooks import count_pending, list_webhooks
from infoscreen_core.domain.commands.lifecycle import Action, State
from infoscreen_core.domain.media.types import ConversionStatus
from infoscreen_core.domain.monitoring.incidents.kinds import IncidentKind
from infoscreen_core.services.media import room
from infoscreen_core.services.media.views import RoomView
from infoscreen_core.services.monitoring import signs_of_life
from infoscreen_core.services.monitoring.signs_of_life import WorkerSign
from infoscreen_core.services.monitoring.upkeep.jobs import JobView, list_jobs

LATELY: Final = timedelta(days=1)
"""Commands that were issued within this time are counted with their ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """What there is, and how much of it waits. What there is none of may be missing."""

    signs: tuple[WorkerSign, ...]
    """Of every worker that ever ran."""
    jobs: tuple[JobView, ...]
    open_commands: Mapping[State, int]
    late_commands: Mapping[tuple[Action, State], int]
    """Issued within `LATELY`, by where they stand now."""
    outbox: int
    """Messages that the broker has not confirmed yet."""
    conversions: Mapping[ConversionStatus, int]
    open_incidents: Mapping[IncidentKind, int]
    library: RoomView
    webhook_messages: int
    """Messages that wait to be told to webhooks."""
    stopped_webhooks: int
    """Webhooks that were switched off by themselves."""


def read(session: Session, *, now: datetime) -> Measures:
    """Read all of them."""
    return Measures(
        signs=tuple(signs_of_life.list_signs(session)),
        jobs=tuple(list_jobs(session)),
        open_commands=queries.count_open_commands(session),
        late_commands=queries.count_commands_since(session, now - LATELY),
        outbox=queries.count_outbox(session),
        conversions=queries.count_conversions(session),
        open_incidents=queries.count_open_incidents(session),
        library=room.measured(session, quota_bytes=None),
        webhook_messages=sum(count_pending(session).values()),
        stopped_webhooks=sum(one.stop is not None for one in list_webhooks(session)),
    )
