"""`/api/clients/{uuid}/screenshot`: pictures that come over HTTP rather than from the broker."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from console.i18n import _
from console.runtime import now, resources
from console.web.api.base import Id, Instant, answer
from console.web.api.callers import Caller, ChangesAsAdmin
from console.web.api.languages import spoken
from console.web.api.models.clients import PictureKept
from console.web.api.picture_bodies import read_picture
from console.web.api.routes.clients import Uuid
from infoscreen_core.domain.monitoring.logs.lines import occasion
from infoscreen_core.domain.screens.player import PictureType
from infoscreen_core.errors import NotFoundError
from infoscreen_core.services.screens import pictures
from infoscreen_core.services.screens.pictures import Picture

router = APIRouter(prefix="/clients", tags=["clients"])
_BINARY: Final = {"schema": {"type": "string", "format": "binary"}}
_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            "image/jpeg": _BINARY,
            "image/png": _BINARY,
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {"file": {"type": "string", "format": "binary"}},
                    "required": ["file"],
                }
            },
            "application/json": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "image": {"type": "string", "contentEncoding": "base64"},
                        "timestamp": {"type": "string", "format": "date-time"},
                        "screenshot_type": {"enum": [kind.value for kind in PictureType]},
                    },
                    "required": ["image"],
                }
            },
        },
    }
}
Type = Annotated[PictureType, Query(description="Why it was taken, unless the JSON says so.")]
CapturedAt = Annotated[
    Instant | None, Query(description="When it was taken, by the player's clock.")
]
EventId = Annotated[Id | None, Query(description="The event that the player showed.")]


@router.post(
    "/{uuid:player}/screenshot",
    summary="Send a picture of the screen",
    operation_id="uploadScreenshot",
    response_model=PictureKept,
    openapi_extra=_BODY,
)
async def upload(
    request: Request,
    uuid: Uuid,
    caller: ChangesAsAdmin,
    type: Type = PictureType.PERIODIC,  # noqa: A002 - its name in the address
    captured_at: CapturedAt = None,
    event_id: EventId = None,
) -> Response:
    """Keep a picture, and judge the screen by it, as if it had come from the broker.

    Send a JPEG or PNG of at most 8 MiB and 40 megapixels as it is, as a file of a form, or in JSON
    as older listeners do. The same picture of the same instant is kept once.
    """
    known = await run_in_threadpool(_known, caller, uuid)
    sent = await read_picture(request)
    at = now()
    taken_at = sent.captured_at or captured_at
    picture = Picture(
        client_uuid=known,
        type=sent.type or type,
        captured_at=taken_at,
        received_at=at,
        event_id=event_id,
        occasion=occasion(timestamp=taken_at, packet_id=0, received_at=at),
        facts=await run_in_threadpool(pictures.inspect, sent.data),
    )
    return await run_in_threadpool(_keep, request, caller, picture, sent.data)


def _known(caller: Caller, uuid: str) -> str:
    """Return the player's UUID before anything of its picture is read."""
    with caller.read() as session:
        return pictures.get_pictured(session, uuid, actor=caller.actor)


def _keep(request: Request, caller: Caller, picture: Picture, data: bytes) -> Response:
    kept = pictures.store(
        resources().screenshot_dir,
        [(picture, data)],
        keep_rows=lambda: caller.change(
            lambda session, actor, _at: pictures.keep_sent(session, picture, actor=actor)
        ),
    )
    if kept.unknown:
        raise NotFoundError(
            "There is no screen with the UUID {uuid}.", field="uuid", uuid=picture.client_uuid
        )
    with spoken(request):
        told = PictureKept(
            success=True,
            message=_("The picture is kept."),
            md5=picture.facts.md5,
            width=picture.facts.width,
            height=picture.facts.height,
        )
    return answer(told)
