"""Files of the library over HTTP: whole, in ranges, or not at all when they are known already."""

import os
import secrets
from collections.abc import Mapping, Sequence
from typing import BinaryIO, Final
from urllib.parse import quote

from starlette.convertors import PathConvertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from console.runtime import OutageError, SignedOutError, explanation_of, resources
from console.web.api.beside import Beside
from console.web.api.problems import RequestError, problem
from console.web.courtesy import courtesy
from console.web.media import access
from console.web.media.conditions import Verdict, judge
from console.web.media.headers import content_headers, etag_of, headers_of
from console.web.media.ranges import Span, UnsatisfiableError, read_ranges
from console.web.media.sending import Pieces
from console.web.visitors import bearer_of
from infoscreen_core.domain.media.links import Claim
from infoscreen_core.errors import InfoscreenError, NotFoundError
from infoscreen_core.log import get_logger
from infoscreen_core.services.media.delivery import Asked, Delivery

log = get_logger()
_LARGEST_ID: Final = 2**31 - 1
_READ_AHEAD: Final = 4 * 1024 * 1024


class LinkError(RequestError):
    """A player's link does not open the file."""

    status, code = 403, "link_refused"


class OtherContentError(RequestError):
    """The caller wants another content than there is."""

    status, code = 412, "precondition_failed"


class RangeError(RequestError):
    """The caller wants bytes beyond the end."""

    status, code = 416, "range_not_satisfiable"


class _RestConvertor(PathConvertor):
    """The rest of an address, line breaks too: Starlette's `path` ends before the first."""

    regex = r"(?s:.*)"


register_url_convertor("rest", _RestConvertor())


class Deliveries:
    """Middleware: answers the addresses of files.

    It stands before Streamlit's own, which would compress documents under the tag of the plain
    ones, and does not know files that are handed over to the server.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        # The file's name in an address is for those who read it.
        self._routes = (
            Beside("/api/eventmedia/stream/{media_id:int}/{filename:rest}", original),
            Beside("/api/files/converted/{path:rest}", converted),
            Beside("/files/{media_id:int}/{filename}", original),
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass the request on."""
        if scope["type"] == "http" and access.is_of_file(scope["path"]):
            for route in self._routes:
                match, found = route.matches(scope)
                if match is not Match.NONE:
                    await route.handle({**scope, **found}, receive, send)
                    return
        await self._page(scope, receive, send)

    async def _page(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is no file, so that files let it go first."""
        if scope["type"] == "http":
            courtesy.begin(scope_id := object())
            try:
                await self.app(scope, receive, send)
            finally:
                courtesy.end(scope_id)
            return

        async def hear() -> Message:
            message = await receive()
            courtesy.note()
            return message

        async def say(message: Message) -> None:
            courtesy.note()
            await send(message)

        await self.app(scope, hear, say)


def original(request: Request) -> ASGIApp:
    """Send a file as it was uploaded."""
    media_id = request.path_params["media_id"]
    return _answer(request, Asked(media_id=media_id if media_id <= _LARGEST_ID else 0))


def converted(request: Request) -> ASGIApp:
    """Send what was made of a file."""
    found = resources().media_store.find_derived(request.path_params["path"])
    origin, target = found or ("", None)
    return _answer(request, Asked(origin=origin, target=target))


def _answer(request: Request, asked: Asked) -> ASGIApp:
    claim = access.claim_of(request)
    try:
        delivery, term = access.find(asked.by(claim.group_id) if claim else asked)
        is_link = access.has_good_link(claim, delivery, term)
        if not is_link and not access.is_person(request):
            return problem(request, _shut(request, claim))
    except OutageError as error:
        return problem(request, explanation_of(error))
    if delivery is None:
        return problem(request, NotFoundError("There is no such file."))
    return _judged(request, delivery, headers_of(delivery, is_link=is_link))


def _shut(request: Request, claim: Claim | None) -> InfoscreenError:
    """Return what somebody is told whose link, or API token without one, is no good."""
    if claim is None and bearer_of(request) is not None:
        return SignedOutError("This API token opens nothing: it has ended, or is none of ours.")
    return LinkError("This link has ended, or is none of ours.")


def _judged(request: Request, delivery: Delivery, headers: Mapping[str, str]) -> ASGIApp:
    verdict = judge(request.headers, etag_of(delivery), delivery.changed_at)
    if verdict is Verdict.NOT_MODIFIED:
        return Response(status_code=304, headers=headers)
    if verdict is Verdict.FAILED:
        return problem(request, OtherContentError("The file has another content by now."))
    file = _open(delivery)
    if file is None:
        return problem(request, NotFoundError("The content of this file is missing."))
    if resources().settings.media_accel != "none":
        file.close()
        return _handed_over(delivery, headers)
    is_ranged = verdict is Verdict.SEND and request.method == "GET"
    try:
        spans = read_ranges(request.headers.get("range") if is_ranged else None, delivery.size)
    except UnsatisfiableError:
        file.close()
        said = {"content-range": f"bytes */{delivery.size}", "accept-ranges": "bytes"}
        return problem(request, RangeError("The file is shorter than that."), headers=said)
    return _sent(delivery, file, headers, spans)


def _open(delivery: Delivery) -> BinaryIO | None:
    """Open the content; None, and a line in the log, when it is not what the database says."""
    try:
        file = delivery.path.open("rb", buffering=0)
    except OSError as error:
        log.warning("media.unreadable", path=str(delivery.path), error=type(error).__name__)
        return None
    size = os.fstat(file.fileno()).st_size
    if size != delivery.size:
        file.close()
        log.warning("media.damaged", path=str(delivery.path), size=size, expected=delivery.size)
        return None
    return file


def _handed_over(delivery: Delivery, headers: Mapping[str, str]) -> Response:
    """Let the proxy send the file, ranges included."""
    settings, store = resources().settings, resources().media_store
    where = (
        {"x-accel-redirect": settings.media_accel_prefix + quote(store.relative(delivery.path))}
        if settings.media_accel == "nginx"
        else {"x-sendfile": quote(str(delivery.path))}
    )
    return Response(headers={**headers, **content_headers(delivery), **where})


def _sent(
    delivery: Delivery, file: BinaryIO, headers: Mapping[str, str], spans: Sequence[Span] | None
) -> ASGIApp:
    said = {**headers, **content_headers(delivery)}
    if spans is None:
        whole = [Span(0, delivery.size)] if delivery.size else []
        return _pieces(file, 200, said, whole)
    _expect(file, spans[0])
    if len(spans) == 1:
        said["content-range"] = _content_range(spans[0], delivery.size)
        return _pieces(file, 206, said, spans)
    return _several(delivery, file, said, spans)


def _several(
    delivery: Delivery, file: BinaryIO, said: dict[str, str], spans: Sequence[Span]
) -> ASGIApp:
    boundary = secrets.token_hex(16)
    pieces: list[bytes | Span] = []
    for span in spans:
        head = (
            f"\r\n--{boundary}\r\n"
            f"content-type: {delivery.mime_type}\r\n"
            f"content-range: {_content_range(span, delivery.size)}\r\n\r\n"
        )
        pieces += [head.encode("ascii"), span]
    pieces.append(f"\r\n--{boundary}--\r\n".encode("ascii"))
    said["content-type"] = f"multipart/byteranges; boundary={boundary}"
    return _pieces(file, 206, said, pieces)


def _pieces(
    file: BinaryIO, status: int, said: dict[str, str], pieces: Sequence[bytes | Span]
) -> Pieces:
    said["content-length"] = str(
        sum(piece.length if isinstance(piece, Span) else len(piece) for piece in pieces)
    )
    raw = [(name.encode("ascii"), value.encode("latin-1")) for name, value in said.items()]
    return Pieces(file, status, raw, pieces)


def _content_range(span: Span, size: int) -> str:
    return f"bytes {span.first}-{span.last}/{size}"


def _expect(file: BinaryIO, span: Span) -> None:
    """Tell the disk what will be read; this thread may wait for it, the event loop may not."""
    os.posix_fadvise(
        file.fileno(), span.first, min(span.length, _READ_AHEAD), os.POSIX_FADV_WILLNEED
    )
