"""What the import of a calendar file made of it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from infoscreen_core.db.models import Event
from infoscreen_core.db.queries.events import list_events
from infoscreen_core.domain.events.event import EventType
from infoscreen_core.domain.recurrence.expansion import expand
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.events import occurrence_checks
from infoscreen_core.services.events.occurrences import series_of
from infoscreen_core.services.exchange.event_import import import_events
from infoscreen_core.services.exchange.views import EventImportResult
from tests.support.events.planning import MONDAY, Sessions, utc


def take(
    sessions: Sessions,
    data: bytes,
    *,
    group: int = 1,
    now: datetime = MONDAY,
    kind: EventType | None = None,
    is_rehearsal: bool = False,
) -> EventImportResult:
    with sessions.begin() as session:
        return import_events(
            session, data, group_id=group, actor=CLI, now=now, kind=kind, is_rehearsal=is_rehearsal
        )


def stored(sessions: Sessions, group: int = 1) -> list[Event]:
    with sessions() as session:
        return list_events(session, group_ids=[group])


def only(sessions: Sessions) -> Event:
    (event,) = stored(sessions)
    return event


def outcomes(result: EventImportResult) -> list[str]:
    return [row.outcome.value for row in result.rows]


def starts_of(planned: Sequence[Event], until: str = "2026-12-01T00:00") -> list[datetime]:
    return sorted(
        one.start
        for event in planned
        for one in expand(
            series_of(event), window_start=MONDAY - timedelta(days=400), window_end=utc(until)
        )
    )


def check_index(sessions: Sessions, now: datetime = MONDAY) -> None:
    with sessions() as session:
        assert occurrence_checks.verify(session, now=now) == []
