"""`/api/events`: what screens show when."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from console.runtime import now
from console.web.api.base import MAX_ID, Day, Id, IdInPath, Instant, answer
from console.web.api.callers import ChangesAsEditor, ReadsAsEditor
from console.web.api.languages import spoken
from console.web.api.models.events import (
    DateChange,
    EventAnswer,
    EventChange,
    EventDeleted,
    EventWritten,
    NewEvent,
    OccurrenceAnswer,
)
from console.web.api.paging import PageQuery, Paging
from console.web.api.rows import pieces, row, told_as
from console.words.errors import error_sentence
from infoscreen_core.domain.text.local_time import load_zone, to_local
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.services.events.records import edits, pages
from infoscreen_core.services.events.records.edits import Deleted, Written
from infoscreen_core.services.events.records.pages import (
    EventFilter,
    OccurrencesAsked,
)
from infoscreen_core.services.events.views import OccurrenceView

router = APIRouter(prefix="/events", tags=["events"])
Groups = Annotated[
    list[Id] | None, Query(max_length=500, description="Of these groups only; repeat it.")
]
Version = Annotated[
    int | None,
    Query(ge=1, le=MAX_ID, description="As it was read; another one by now is refused (409)."),
]
LocalDay = Annotated[
    Day, Path(description="The local day of the date, in the event's own time zone.")
]


@dataclass(frozen=True)
class Groupwise:
    """Of which groups events are asked for: `group_id`, or `groupId` as in answers."""

    ids: Sequence[int] | None


def _groups(
    group_id: Groups = None,
    group_ids: Annotated[
        list[Id] | None, Query(alias="groupId", max_length=500, description="The same.")
    ] = None,
) -> Groupwise:
    named = [*(group_id or ()), *(group_ids or ())]
    return Groupwise(named or None)


@router.get(
    "",
    summary="List events, or their dates",
    operation_id="listEvents",
    response_model=list[EventAnswer] | list[OccurrenceAnswer],
)
def list_events(  # noqa: PLR0913 - one for each parameter of the address
    request: Request,
    caller: ReadsAsEditor,
    page: Paging,
    groups: Annotated[Groupwise, Depends(_groups)],
    start: Annotated[Instant | None, Query(description="What is not over by then.")] = None,
    end: Annotated[Instant | None, Query(description="What has begun before then.")] = None,
    is_active: Annotated[
        bool | None, Query(alias="isActive", description="Switched on, or off; not for dates.")
    ] = None,
    *,
    expand: Annotated[
        bool, Query(description="The single dates between `start` and `end`, by their start.")
    ] = False,
    exceptions: Annotated[
        bool, Query(description="With `expand`: also the dates that series leave out.")
    ] = False,
) -> Response:
    """Return events and masters of series by their ids; with `expand`, their dates."""
    if expand:
        asked = OccurrencesAsked(
            _given(start, "start"), _given(end, "end"), groups.ids, with_exceptions=exceptions
        )
        return _dates(request, caller, page, asked)
    wanted = EventFilter(start, end, groups.ids, is_active)
    after = page.after_as(tuple[int]) or (0,)
    with caller.read() as session:
        found = pages.list_records(session, wanted, after=after[0], limit=page.limit + 1)
    return pieces(
        found,
        page,
        request,
        key=lambda one: (one.id,),
        write=lambda one: row(one, EventAnswer),
    )


@router.post(
    "",
    summary="Plan an event, or a series",
    operation_id="createEvent",
    status_code=201,
    response_model=EventWritten,
)
def create_event(request: Request, caller: ChangesAsEditor, event: NewEvent) -> Response:
    """Plan an event for a group, with all that its type shows."""
    with _named(event):
        written = caller.change(
            lambda session, actor, at: edits.create(session, event.fields, actor=actor, now=at)
        )
    return _told(request, written, 201)


@router.get(
    "/{event_id:int}",
    summary="Read an event",
    operation_id="getEvent",
    response_model=EventAnswer,
)
def get_event(caller: ReadsAsEditor, event_id: IdInPath) -> Response:
    """Return an event, or the master of a series, with all that is stored of it."""
    with caller.read() as session:
        return answer(row(pages.get_record(session, event_id), EventAnswer))


@router.put(
    "/{event_id:int}",
    summary="Change an event, or a series",
    operation_id="updateEvent",
    response_model=EventWritten,
)
def update_event(
    request: Request, caller: ChangesAsEditor, event_id: IdInPath, event: EventChange
) -> Response:
    """Change what is sent; the rest stays as it is. Of a series, all dates change."""
    with _named(event):
        written = caller.change(
            lambda session, actor, at: edits.edit(
                session, event_id, event.fields, version=event.seen_version, actor=actor, now=at
            )
        )
    return _told(request, written)


@router.delete(
    "/{event_id:int}",
    summary="Delete an event, or a series",
    operation_id="deleteEvent",
    response_model=EventDeleted,
)
def delete_event(
    caller: ChangesAsEditor,
    event_id: IdInPath,
    version: Version = None,
    *,
    with_detached: Annotated[
        bool,
        Query(alias="withDetached", description="Also the dates that were changed on their own."),
    ] = False,
) -> Response:
    """Delete it; whoever did can undo that for some minutes."""
    return _gone(
        caller.change(
            lambda session, actor, at: edits.delete(
                session,
                event_id,
                version=version,
                with_detached=with_detached,
                actor=actor,
                now=at,
            )
        )
    )


@router.post(
    "/{event_id:int}/occurrences/{date}/detach",
    summary="Change one date of a series",
    operation_id="detachOccurrence",
    status_code=201,
    response_model=EventWritten,
)
def detach_occurrence(
    request: Request,
    caller: ChangesAsEditor,
    event_id: IdInPath,
    date: LocalDay,
    event: DateChange,
) -> Response:
    """Make one date an event of its own, with what is sent changed; the series leaves it out."""
    with _named(event):
        written = caller.change(
            lambda session, actor, at: edits.detach(
                session,
                event_id,
                date,
                event.fields,
                version=event.seen_version,
                actor=actor,
                now=at,
            )
        )
    return _told(request, written, 201)


@router.delete(
    "/{event_id:int}/occurrences/{date}",
    summary="Leave out one date of a series",
    operation_id="deleteOccurrence",
    response_model=EventDeleted,
)
def delete_occurrence(
    caller: ChangesAsEditor, event_id: IdInPath, date: LocalDay, version: Version = None
) -> Response:
    """Let the series leave one date out; whoever did can undo that for some minutes."""
    with told_as(occurrence_start="date"):
        deleted = caller.change(
            lambda session, actor, at: edits.skip(
                session, event_id, date, version=version, actor=actor, now=at
            )
        )
    return _gone(deleted)


@router.post(
    "/deletions/{deletion_id:int}/undo",
    summary="Undo a deletion",
    operation_id="undoEventDeletion",
    response_model=EventWritten,
)
def undo_deletion(request: Request, caller: ChangesAsEditor, deletion_id: IdInPath) -> Response:
    """Bring back what one deleted oneself some minutes ago, as it was."""
    written = caller.change(
        lambda session, actor, at: edits.undo(session, deletion_id, actor=actor, now=at)
    )
    return _told(request, written)


def _dates(
    request: Request, caller: ReadsAsEditor, page: PageQuery, asked: OccurrencesAsked
) -> Response:
    after = page.after_as(tuple[datetime, int])
    with caller.read() as session:
        found = pages.list_dates(session, asked, after=after, limit=page.limit + 1, now=now())
    return pieces(found, page, request, key=pages.occurrence_key, write=_date)


def _date(one: OccurrenceView) -> dict[str, object]:
    day = to_local(one.start, load_zone(one.timezone)).date()
    return row(one, OccurrenceAnswer, day=day)


def _given(at: datetime | None, field: str) -> datetime:
    if at is None:
        raise InvalidInputError(
            "{name} is missing; dates are listed from start to end, two instants such as "
            "2026-11-23T07:00:00Z.",
            field=field,
            name=field,
        )
    return at


def _named(event: EventChange) -> AbstractContextManager[None]:
    days = {"start", "end"} if {"start_date", "end_date"} & event.model_fields_set else set()
    return told_as(
        event_media_id="media_ids",
        occurrence_start="date",
        **{name: f"{name}_date" for name in days},
    )


def _told(request: Request, written: Written, status: int = 200) -> Response:
    with spoken(request):
        warnings = [error_sentence(one) for one in written.warnings]
    return answer(row(written.event, EventWritten, warnings=warnings), status)


def _gone(deleted: Deleted) -> Response:
    return answer(
        EventDeleted(
            success=True,
            deletion_id=deleted.id,
            title=deleted.title,
            undo_until=deleted.undo_until,
        )
    )
