"""What became of one screen over a stretch of time, as rows of one picture.

Each row is one query of the record, bounded by the window and by how much a picture can show.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from infoscreen_core.db.models import Incident
from infoscreen_core.db.queries.monitoring import history as history_queries
from infoscreen_core.db.queries.monitoring import screen as queries
from infoscreen_core.domain.monitoring.content.states import ContentSpan
from infoscreen_core.domain.monitoring.health import HOUR, STRETCH, stretch_start
from infoscreen_core.domain.monitoring.incidents.kinds import IncidentKind
from infoscreen_core.domain.monitoring.incidents.words import incident_sentence
from infoscreen_core.domain.monitoring.planned import leads
from infoscreen_core.domain.monitoring.spans import Span
from infoscreen_core.domain.text.wording import Sentence
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.services.commands.courses import list_courses
from infoscreen_core.services.commands.plugs.plug_views import CycleView
from infoscreen_core.services.commands.plugs.plugs import list_cycles
from infoscreen_core.services.commands.views import CommandView
from infoscreen_core.services.events.calendar import list_occurrences
from infoscreen_core.services.monitoring.availability import (
    ClientHistory,
    checked_window,
    client_history,
)
from infoscreen_core.services.monitoring.content.history import (
    PublishedSpan,
    list_content,
    list_published,
)
from infoscreen_core.services.monitoring.screen.moment import Blindness, blindness_of
from infoscreen_core.services.screens.clients import get_client
from infoscreen_core.services.screens.kept_pictures import picture_view
from infoscreen_core.services.screens.views import PictureView

LONGEST: Final = timedelta(days=31)
"""What one picture can show."""
_FINEST: Final = timedelta(days=2)
"""Up to this length reconnects are counted in stretches of five minutes."""
_MOST: Final = 200
"""Commands, power cycles and incidents that one picture can show: the newest of each."""


@dataclass(frozen=True, slots=True)
class PlannedSpan:
    """Time in which a group's screens were to show the same first."""

    span: Span
    title: str
    """Empty: nothing was to be shown."""
    is_published: bool
    """Whether players had it; False: the plan says so, and there is no record of that time."""


@dataclass(frozen=True, slots=True)
class Reconnects:
    """How often a player connected anew in a stretch of time."""

    span: Span
    count: int


@dataclass(frozen=True, slots=True)
class IncidentSpan:
    """An incident of the screen, as far as it lies in the window."""

    id: int
    kind: IncidentKind
    span: Span
    summary: Sentence
    is_open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenTimeline:
    """What became of a screen over a window, each row in order."""

    window: Span
    history: ClientHistory
    blind: Sequence[Blindness]
    planned: Sequence[PlannedSpan]
    content: Sequence[ContentSpan]
    """What it showed, against what was published."""
    commands: Sequence[CommandView]
    cycles: Sequence[CycleView]
    """Of its plug."""
    reconnects: Sequence[Reconnects]
    incidents: Sequence[IncidentSpan]
    pictures: Sequence[PictureView]


def picture_window(start: datetime, end: datetime, *, now: datetime) -> Span:
    """Return the time from `start` to `end`, at most until now, if one picture can show it.

    Raises `InvalidInputError` when it is too long, or nothing is left of it.
    """
    window = checked_window(start, end, now=now)
    if window.length > LONGEST:
        raise InvalidInputError(
            "The span of {days} days is too long for one picture; choose at most {most} days.",
            field="from",
            days=-(-window.length // timedelta(days=1)),
            most=LONGEST.days,
        )
    return window


def read_timeline(
    session: Session, client_uuid: str, window: Span, *, now: datetime
) -> ScreenTimeline:
    """Return what became of a screen; raise `NotFoundError` when there is none."""
    client = get_client(session, client_uuid)
    blind = history_queries.list_blind_spans(session, start=window.start, end=window.end)
    whole = (window.start, window.end)
    return ScreenTimeline(
        window=window,
        history=client_history(session, client_uuid, window),
        blind=[blindness_of(span, window.end) for span in blind],
        planned=_planned(session, client.group_id, window, now),
        content=list_content(session, client_uuid, since=window.start, until=window.end),
        commands=list_courses(session, client_uuid, limit=_MOST, issued=whole)[::-1],
        cycles=list_cycles(session, client_uuid, limit=_MOST, requested=whole)[::-1],
        reconnects=_reconnects(session, client_uuid, window),
        incidents=_incidents(session, client_uuid, window),
        pictures=[
            picture_view(row, client.clock_behind_seconds)
            for row in queries.list_pictures(session, client_uuid, window)
        ],
    )


def _planned(
    session: Session, group_id: int | None, window: Span, now: datetime
) -> list[PlannedSpan]:
    """Return what players were told, and for time before there is a record of it, the plan."""
    if group_id is None:
        return []
    published = list_published(session, group_id, since=window.start, until=window.end)
    known = [_published(one, window) for one in published]
    before = Span(window.start, known[0].span.start if known else window.end)
    return [*_by_plan(session, group_id, before, now), *known]


def _published(one: PublishedSpan, window: Span) -> PlannedSpan:
    span = Span(one.began, one.ended or window.end).within(window)
    return PlannedSpan(span, one.events[0].title if one.events else "", is_published=True)


def _by_plan(session: Session, group_id: int, window: Span, now: datetime) -> Iterator[PlannedSpan]:
    if window.start >= window.end:
        return
    views = list_occurrences(
        session,
        group_ids=[group_id],
        window_start=window.start,
        window_end=window.end,
        now=now,
    )
    occurrences = [view for view in views if not view.is_paused(now)]
    for lead in leads(occurrences, window):
        yield PlannedSpan(lead.span, occurrences[lead.place].title, is_published=False)


def _reconnects(session: Session, client_uuid: str, window: Span) -> list[Reconnects]:
    """Return when it connected anew, as far as figures of five minutes are kept."""
    length = STRETCH if window.length <= _FINEST else HOUR
    counts = Counter[datetime]()
    for at, count in queries.list_reconnects(session, client_uuid, window):
        counts[stretch_start(at, length)] += count
    return [Reconnects(Span(at, at + length).within(window), count) for at, count in counts.items()]


def _incidents(session: Session, client_uuid: str, window: Span) -> list[IncidentSpan]:
    rows = queries.list_incidents(session, client_uuid, window, limit=_MOST)
    return [_incident(row, window) for row in reversed(rows)]


def _incident(row: Incident, window: Span) -> IncidentSpan:
    return IncidentSpan(
        id=row.id,
        kind=row.kind,
        span=Span(row.opened_at, row.closed_at or window.end).within(window),
        summary=incident_sentence(row.kind, row.evidence or {}),
        is_open=row.closed_at is None,
    )
