"""Reconnect storms: found in the health of five minutes, kept, read for the analysis."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from infoscreen_core.db.queries.clients import list_groups_after
from infoscreen_core.db.queries.monitoring import history
from infoscreen_core.db.queries.monitoring import patterns as queries
from infoscreen_core.domain.monitoring.housekeeping import JobName, Portion
from infoscreen_core.domain.monitoring.patterns.storms import (
    Blindness,
    Reconnected,
    Storm,
    find_stretches,
    join,
)
from infoscreen_core.domain.monitoring.spans import Span
from infoscreen_core.services.monitoring.health_upkeep import windows_since
from infoscreen_core.services.monitoring.weeks import BATCH


class StormCount:
    """The storms of one window, counted through the players a portion at a time."""

    def __init__(self, window: Span) -> None:
        self._window = window
        self._reconnected: list[Reconnected] = []
        self._members: dict[int | None, int] = {}

    def look(self, session: Session, *, after: str) -> Portion:
        """Look at the players that follow on a UUID."""
        groups = dict(list_groups_after(session, after, limit=BATCH))
        for group_id in groups.values():
            self._members[group_id] = self._members.get(group_id, 0) + 1
        found = queries.list_reconnected(session, list(groups), self._window) if groups else []
        self._reconnected += [Reconnected(at, groups[uuid], times) for uuid, at, times in found]
        return Portion(0, max(groups) if len(groups) == BATCH else None)

    def write(self, session: Session) -> int:
        """Keep what was found once all players were looked at; return how many stretches."""
        stretches = find_stretches(self._reconnected, self._members)
        queries.replace_storms(session, self._window, stretches)
        return len(stretches)


def windows_to_count(session: Session, *, now: datetime) -> Sequence[Span]:
    """Return the time whose storms are to be counted, a day at a time."""
    return windows_since(session, JobName.PATTERNS, now=now)


def storms(session: Session, window: Span, *, group: int | None) -> list[Storm]:
    """Return the storms of a window in order; of one group, and of all screens, if it is named."""
    found = queries.list_storms(session, window)
    wanted = [one for one in found if group is None or one.group_id in {None, group}]
    return join(wanted, _blind(session, window))


def _blind(session: Session, window: Span) -> list[Blindness]:
    spans = history.list_blind_spans(session, start=window.start, end=window.end)
    return [Blindness(Span(one.began_at, one.ended_at or window.end), one.cause) for one in spans]
