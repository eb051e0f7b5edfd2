"""Errors by family over time, from what is counted; a group's from its own lines of that level."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from infoscreen_core.db.queries.monitoring.logs import figures as queries
from infoscreen_core.domain.monitoring.logs.filter import LogFilter
from infoscreen_core.domain.monitoring.logs.lines import LogCount, hour_start
from infoscreen_core.domain.monitoring.spans import Span
from infoscreen_core.domain.screens.player import LogLevel
from infoscreen_core.services.monitoring.logs.search import narrowed

_ERRORS: Final = frozenset({LogLevel.ERROR})


@dataclass(frozen=True, slots=True)
class ErrorFamily:
    """Error messages of one shape within a window."""

    id: int
    shape: str
    lines: int
    screens: int
    first_at: datetime
    """When it was seen first, on any screen, also before the window."""
    counts: Sequence[tuple[datetime, int]]
    """Lines by the hour that begins then."""


@dataclass(frozen=True, slots=True)
class ErrorFamilies:
    """The families with most errors within a window, and the other errors together."""

    window: Span
    """What was asked for, as far back as families are kept."""
    families: Sequence[ErrorFamily]
    other: Sequence[tuple[datetime, int]]

    @property
    def lines(self) -> int:
        """All errors."""
        return sum(one.lines for one in self.families) + sum(count for _at, count in self.other)


def error_families(
    session: Session, window: Span, *, group: int | None, limit: int
) -> ErrorFamilies:
    """Return the `limit` families with most errors, of all screens or of a group's.

    A group that does not exist is refused with a sentence.
    """
    oldest = queries.find_oldest_family_hour(session)
    start = window.end if oldest is None else max(window.start, hour_start(oldest))
    if start >= window.end:
        return ErrorFamilies(Span(window.end, window.end), (), ())
    wanted = LogFilter(start=start, end=window.end, levels=_ERRORS)
    wanted = narrowed(session, wanted, group_id=group, client_uuid=None)
    found = queries.list_families(session, wanted, new_since=None, limit=limit)
    counts = defaultdict[int, list[tuple[datetime, int]]](list)
    for family_id, hour, lines in queries.count_family_hours(
        session, wanted, [one.family.id for one in found]
    ):
        counts[family_id].append((hour_start(hour), lines))
    families = [_family(one, counts[one.family.id]) for one in found]
    every = queries.count_hours(session, wanted)
    return ErrorFamilies(Span(start, window.end), families, _rest(every, families))


def _family(found: queries.FamilyFigures, counts: Sequence[tuple[datetime, int]]) -> ErrorFamily:
    return ErrorFamily(
        found.family.id,
        found.family.shape,
        sum(lines for _at, lines in counts),
        found.clients,
        found.family.first_at,
        counts,
    )


def _rest(every: Sequence[LogCount], families: Sequence[ErrorFamily]) -> list[tuple[datetime, int]]:
    left = defaultdict[datetime, int](int)
    for one in every:
        left[one.start] += one.count
    for family in families:
        for at, lines in family.counts:
            left[at] -= lines
    return [(at, lines) for at, lines in sorted(left.items()) if lines > 0]
