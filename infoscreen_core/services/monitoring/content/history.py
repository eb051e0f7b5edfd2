"""What was published for a group and what a screen showed, as spans of time for readers."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby, zip_longest
from operator import attrgetter

from sqlalchemy.orm import Session

from infoscreen_core.db.queries.monitoring import content as queries
from infoscreen_core.db.queries.monitoring.content import ChangeRow
from infoscreen_core.db.queries.monitoring.history import list_blind_spans
from infoscreen_core.domain.monitoring.content.states import (
    Content,
    ContentReason,
    ContentSpan,
    PlannedEvent,
)
from infoscreen_core.domain.monitoring.spans import Span, merged, without


@dataclass(frozen=True, slots=True)
class PublishedSpan:
    """A list that a group's players had for some time."""

    began: datetime
    """When the broker confirmed it, which may be before the window."""
    ended: datetime | None
    """When another one took its place; None: it is what they have."""
    events: tuple[PlannedEvent, ...]
    """In the order in which they are to be shown; none: nothing was planned."""


def list_published(
    session: Session, group_id: int, *, since: datetime, until: datetime
) -> Sequence[PublishedSpan]:
    """Return the lists that a group's players had in a window, in order."""
    rows = queries.list_published(session, group_id, since=since, until=until)
    return [
        PublishedSpan(row.began_at, row.ended_at, queries.read_events(row.events)) for row in rows
    ]


def list_content(
    session: Session, client_uuid: str, *, since: datetime, until: datetime
) -> Sequence[ContentSpan]:
    """Return whether a screen showed what was planned in a window, in order, without overlaps.

    Time before the record begins is left out. Time in which the server could not see its screens
    is `UNKNOWN`, for the reason `BLIND`.
    """
    return map_content(session, [client_uuid], since=since, until=until).get(client_uuid, [])


def map_content(
    session: Session, client_uuids: Collection[str], *, since: datetime, until: datetime
) -> dict[str, list[ContentSpan]]:
    """Return the same of many screens, by UUID; of at most `MAX_NAMED`."""
    changes = queries.list_changes(session, client_uuids, since=since, until=until)
    rows = list_blind_spans(session, start=since, end=until)
    blind = merged(Span(row.began_at, row.ended_at or until) for row in rows)
    return {
        uuid: [
            span
            for known in _spans(list(of_one), since=since, until=until)
            for span in _cut(known, blind)
        ]
        for uuid, of_one in groupby(changes, key=attrgetter("client_uuid"))
    }


def _spans(
    changes: Sequence[ChangeRow], *, since: datetime, until: datetime
) -> Iterator[ContentSpan]:
    for row, following in zip_longest(changes, changes[1:]):
        ended = following.at if following else until
        began = max(row.at, since)
        if began < ended:
            yield ContentSpan(
                began=began,
                ended=ended,
                state=row.state,
                reason=row.reason,
                planned_event_id=row.planned_event_id,
                planned_title=row.planned_title,
                shown_event_id=row.shown_event_id,
                shown_title=row.shown_title,
            )


def _cut(span: ContentSpan, blind: Sequence[Span]) -> list[ContentSpan]:
    """Return a span in pieces, so that what nobody could see is told as such."""
    if span.state is None or not blind:
        return [span]
    whole = Span(span.began, span.ended)
    seen = [replace(span, began=one.start, ended=one.end) for one in without(whole, blind)]
    unseen = [
        ContentSpan(
            began=one.start, ended=one.end, state=Content.UNKNOWN, reason=ContentReason.BLIND
        )
        for one in (each.within(whole) for each in blind)
        if one.start < one.end
    ]
    return sorted(seen + unseen, key=lambda one: one.began)
