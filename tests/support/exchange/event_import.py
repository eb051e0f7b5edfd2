"""What the import of a calendar file made of it."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from infoscreen_core.db.models import Event, EventException
from infoscreen_core.db.queries.events import list_events
from infoscreen_core.domain.events.event import EventType
from infoscreen_core.domain.recurrence.expansion import expand
from infoscreen_core.services import audit
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.events import occurrence_checks
from infoscreen_core.services.events.occurrences import series_of
from infoscreen_core.services.exchange.event_import import import_events
from infoscreen_core.services.exchange.subscription_matching import FollowedCalendar, Held
from infoscreen_core.services.exchange.views import EventImportResult
from tests.support.events.planning import MONDAY, Sessions, utc


def take(
    sessions: Sessions,
    data: bytes,
    *,
    group: int = 1,
    now: datetime = MONDAY,
    kind: EventType | None = None,
    **how: Any,  # noqa: ANN401 - arguments of `import_events`
) -> EventImportResult:
    with sessions.begin() as session:
        return import_events(session, data, group_id=group, actor=CLI, now=now, kind=kind, **how)


def take_again(sessions: Sessions, data: bytes, **how: Any) -> list[str]:  # noqa: ANN401 - as above
    """Try a file, import it, and import it again: what is shown beforehand must come, once."""
    tried = take(sessions, data, is_rehearsal=True, **how)
    done = take(sessions, data, **how)
    assert said_of(tried) == said_of(done)
    before = facts_of(sessions)
    again = take(sessions, data, **how)
    assert facts_of(sessions) == before
    assert not {"created", "updated", "removed"} & set(outcomes(again))
    check_index(sessions)
    return outcomes(done)


def followed(sessions: Sessions, owned: Collection[int]) -> FollowedCalendar:
    """A subscribed calendar that brought these events."""
    found = [event for event in stored(sessions) if event.id in owned]
    return FollowedCalendar(
        {event.ical_uid or "": Held(event, "") for event in found if not event.master_event_id}
    )


def said_of(result: EventImportResult) -> list[tuple[object, ...]]:
    return [
        (row.line, row.outcome, row.title, row.start, str(row.error), list(map(str, row.notes)))
        for row in result.rows
    ]


def facts_of(sessions: Sessions) -> list[dict[str, Any]]:
    """Every stored row of the plan, as it is."""
    with sessions() as session:
        return [
            audit.audited_columns(row)
            for kind in (Event, EventException)
            for row in session.scalars(select(kind))
        ]


def shown_in(sessions: Sessions, until: str = "2026-12-01T00:00") -> list[tuple[str, str]]:
    """What takes place, whatever is stored: start (UTC, to the minute) and title."""
    return sorted(
        (f"{start:%m-%d %H:%M}", event.title)
        for event in stored(sessions)
        for start in starts_of([event], until)
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
