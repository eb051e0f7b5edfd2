"""`/api/eventmedia`: the library's files. `console/web/media` delivers their bytes."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from console.runtime import now
from console.web.api.base import MAX_ID, Id, IdInPath, answer
from console.web.api.callers import Caller, ChangesAsEditor, ReadsAsEditor
from console.web.api.files.forms import describe_upload
from console.web.api.files.media_rows import media_row
from console.web.api.files.uploading import take_file
from console.web.api.languages import spoken
from console.web.api.models.eventmedia import (
    FolderAnswer,
    LossAnswer,
    MediaAnswer,
    MediaChange,
    MediaDeleted,
    UseAnswer,
)
from console.web.api.paging import Paging
from console.web.api.problems import problem
from console.web.api.rows import pieces, row
from infoscreen_core.domain.media.types import MediaType
from infoscreen_core.services.events.media_deletions import Loss, delete_with_force
from infoscreen_core.services.media import facts, folders, library, listing, media_deletions
from infoscreen_core.services.media.expiry import local_day
from infoscreen_core.services.media.media_deletions import InUseError
from infoscreen_core.services.media.views import MediaFilter, MediaSort, SortBy

router = APIRouter(prefix="/eventmedia", tags=["files"])
_UPLOAD: Final = describe_upload(
    {
        "name": ({"type": "string"}, "What the file is called, where it is the whole body."),
        "folderId": (
            {"type": "integer", "minimum": 0, "maximum": MAX_ID},
            "Where it goes; 0: the top.",
        ),
        "replacesId": (
            {"type": "integer", "minimum": 1, "maximum": MAX_ID},
            "The file that gets a new content, everywhere it is used.",
        ),
    }
)
Folder = Annotated[
    Annotated[int, Query(ge=0, le=MAX_ID)] | None,
    Query(alias="folderId", description="Directly in this folder; 0: in none."),
]


def _filter(
    folder_id: Folder = None,
    search: Annotated[
        str, Query(max_length=200, description="Words that are all in the name.")
    ] = "",
    types: Annotated[
        list[MediaType] | None,
        Query(alias="mediaType", max_length=30, description="Of one of these kinds; repeat it."),
    ] = None,
    period_id: Annotated[
        Id | None, Query(alias="academicPeriodId", description="Of this academic period.")
    ] = None,
    *,
    used: Annotated[bool | None, Query(description="Shown by an event, or by none.")] = None,
    expired: Annotated[bool | None, Query(description="Past its last day, or not.")] = None,
) -> MediaFilter:
    return MediaFilter(folder_id, search, frozenset(types or ()), period_id, used, expired)


def _order(
    sort: Annotated[SortBy, Query(description="What they are ordered by.")] = SortBy.NAME,
    *,
    descending: Annotated[bool, Query(description="The other way round.")] = False,
) -> MediaSort:
    return MediaSort(sort, is_descending=descending)


@router.get(
    "",
    summary="List files",
    operation_id="listMedia",
    response_model=list[MediaAnswer],
)
def list_media(
    request: Request,
    caller: ReadsAsEditor,
    page: Paging,
    wanted: Annotated[MediaFilter, Depends(_filter)],
    order: Annotated[MediaSort, Depends(_order)],
) -> Response:
    """Return files of the library, found by folder, name and what they are."""
    after = page.after_as(listing.KEY_TYPES[order.by])
    with caller.read() as session:
        today = local_day(session, now())
        found = listing.list_after(
            session, wanted, order, after=after, limit=page.limit + 1, today=today
        )
    with spoken(request):
        return pieces(
            found, page, request, key=lambda one: listing.key_of(one, order), write=media_row
        )


@router.post(
    "",
    summary="Add a file",
    operation_id="uploadMedia",
    status_code=201,
    response_model=MediaAnswer,
    openapi_extra=_UPLOAD,
    responses={
        404: {"description": "There is no such folder, or no file to replace (`not_found`)."},
        507: {"description": "The disk has no room for it (`no_room`)."},
    },
)
async def upload_media(request: Request, caller: ChangesAsEditor) -> Response:
    """Add a file to the library: as the field `file` of a form, or as the body.

    It goes to the disk as it comes, however large it is. Its kind is found out by its content, and
    what screens and people need of it is made from it by itself: see `conversions`.
    """
    media_id = await take_file(request, caller)
    return await run_in_threadpool(_read, request, caller, media_id, 201)


@router.get(
    "/folders",
    summary="List folders",
    operation_id="listMediaFolders",
    response_model=list[FolderAnswer],
)
def list_folders(caller: ReadsAsEditor) -> Response:
    """Return all folders; those of one parent by their names."""
    with caller.read() as session:
        return answer([row(one, FolderAnswer) for one in folders.list_folders(session)])


@router.get(
    "/{media_id:int}",
    summary="Read what is known of a file",
    operation_id="getMedia",
    response_model=MediaAnswer,
)
def get_media(request: Request, caller: ReadsAsEditor, media_id: IdInPath) -> Response:
    """Return a file's name, place, facts and conversions."""
    return _read(request, caller, media_id)


@router.get(
    "/{media_id:int}/uses",
    summary="Which events show a file?",
    operation_id="listMediaUses",
    response_model=list[UseAnswer],
)
def list_uses(caller: ReadsAsEditor, media_id: IdInPath) -> Response:
    """Return the events that show a file: first what is on, then by when it is on next."""
    with caller.read() as session:
        library.get(session, media_id)
        uses = library.list_uses(session, media_id, now=now())
    return answer([row(one, UseAnswer) for one in uses])


@router.put(
    "/{media_id:int}",
    summary="Name, move or date a file",
    operation_id="updateMedia",
    response_model=MediaAnswer,
)
def update_media(
    request: Request, caller: ChangesAsEditor, media_id: IdInPath, media: MediaChange
) -> Response:
    """Change what is sent; the rest stays as it is."""
    changed = caller.change(
        lambda session, actor, at: facts.change(session, media_id, media.given, actor=actor, now=at)
    )
    with spoken(request):
        return answer(media_row(changed))


@router.delete(
    "/{media_id:int}",
    summary="Delete a file",
    operation_id="deleteMedia",
    response_model=MediaDeleted,
    responses={
        409: {"description": "Events show it (`conflict`); `details.events` lists them all."}
    },
)
def delete_media(
    request: Request,
    caller: ChangesAsEditor,
    media_id: IdInPath,
    *,
    force: Annotated[bool, Query(description="Also take it out of the events.")] = False,
) -> Response:
    """Delete a file; while events show it, only with `force`, and then they go on without it."""
    try:
        losses = _deleted(caller, media_id, force=force)
    except InUseError as error:
        uses = [row(one, UseAnswer) for one in error.uses]
        return problem(request, error, details={"events": uses})
    events = [
        LossAnswer(event_id=one.use.event_id, title=one.use.title, files_left=one.files_left)
        for one in losses
    ]
    return answer(MediaDeleted(success=True, events=events))


def _deleted(caller: Caller, media_id: int, *, force: bool) -> tuple[Loss, ...]:
    if force:
        return caller.change(
            lambda session, actor, at: delete_with_force(session, media_id, actor=actor, now=at)
        )
    caller.change(
        lambda session, actor, at: media_deletions.delete(session, media_id, actor=actor, now=at)
    )
    return ()


def _read(request: Request, caller: Caller, media_id: int, status: int = 200) -> Response:
    with caller.read() as session:
        media = library.get(session, media_id)
    with spoken(request):
        return answer(media_row(media), status)
