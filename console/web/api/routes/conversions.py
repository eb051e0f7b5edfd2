"""`/api/conversions`: what is made of the library's files."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from console.web.api.base import IdInPath, answer
from console.web.api.callers import Caller, ChangesAsEditor, ReadsAsEditor
from console.web.api.files.media_rows import conversion_row
from console.web.api.languages import spoken
from console.web.api.models.eventmedia import ConversionOfFile
from infoscreen_core.domain.media.types import Target
from infoscreen_core.errors import NotFoundError
from infoscreen_core.services.media import conversions, library

router = APIRouter(prefix="/conversions", tags=["files"])


@router.post(
    "/{media_id:int}/pdf",
    summary="Have a document converted",
    operation_id="convertToPdf",
    status_code=202,
    response_model=ConversionOfFile,
)
def convert_to_pdf(request: Request, caller: ChangesAsEditor, media_id: IdInPath) -> Response:
    """Ask for the PDF of an office document, which is asked for by itself when it is uploaded.

    One that failed is tried again; one that is there, or under way, stays as it is.
    """
    caller.change(
        lambda session, actor, at: conversions.request_pdf(session, media_id, actor=actor, now=at)
    )
    return _standing(request, caller, media_id, Target.PDF, 202)


@router.get(
    "/{media_id:int}/status",
    summary="How far is a conversion?",
    operation_id="getConversion",
    response_model=ConversionOfFile,
    responses={404: {"description": "No such file, or nobody asked for this of it."}},
)
def get_conversion(
    request: Request,
    caller: ReadsAsEditor,
    media_id: IdInPath,
    target: Annotated[Target, Query(description="What is made of the file.")] = Target.PDF,
) -> Response:
    """Return how far it is with what is made of a file's present content."""
    return _standing(request, caller, media_id, target)


def _standing(
    request: Request, caller: Caller, media_id: int, target: Target, status: int = 200
) -> Response:
    with caller.read() as session:
        media = library.get(session, media_id)
    found = media.conversion(target)
    if found is None:
        raise NotFoundError(
            "Nothing of the kind {target} is made of “{name}”; ask for it first.",
            field="target",
            target=target.value,
            name=media.name,
        )
    with spoken(request):
        return answer(conversion_row(media, found), status)
