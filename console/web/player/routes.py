"""`/player/{token}`: the page of a browser that is a screen, and what the page asks for.

The token in the address is the only key. It stands in no log of ours, and pages that the screen
shows are not told the address.
"""

import json
import re
from html import escape
from typing import Any, Final

import orjson
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import Receive, Scope, Send

from console.runtime import OutageError, now, read_session, write
from console.web import pages
from console.web.player import assets, framing
from console.web.player.hub import hub
from console.web.player.stream import Stream
from console.web.player.words import words
from console.web.visitors import address_of, language_of
from infoscreen_core.clock import to_zulu
from infoscreen_core.errors import BusyError, InfoscreenError, InvalidInputError, NotFoundError
from infoscreen_core.services.media.documents import DocumentView
from infoscreen_core.services.screens import web_player_box as box
from infoscreen_core.services.screens import web_players as service
from infoscreen_core.services.screens.views import OpenWebPlayer

MAX_SAID: Final = 4 * 2**20
"""Bytes of what a browser may say at once; its pictures have some 100 kB."""
_WINDOW: Final = re.compile(r"[0-9a-zA-Z-]{1,64}")
_NO_STORE: Final = {"cache-control": "no-store", "referrer-policy": "no-referrer"}
_POLICY: Final = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' blob: http: https:",
    "media-src": "'self' blob: http: https:",
    "connect-src": "'self'",
    "frame-src": "http: https:",
    "worker-src": "'self'",
    "manifest-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'self'",
}
_PAGE_HEADERS: Final = {
    **_NO_STORE,
    "content-security-policy": "; ".join(f"{name} {value}" for name, value in _POLICY.items()),
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    "x-robots-tag": "noindex",
}


async def page(request: Request) -> Response:
    """Serve the screen itself; at a wrong address, a page that says so."""
    language = await run_in_threadpool(language_of, request)
    try:
        player = await run_in_threadpool(_find, request)
    except OutageError:
        return HTMLResponse(_document(language, "away"), status_code=503, headers=_PAGE_HEADERS)
    status, state = (200, "open") if player else (403, "ended")
    return HTMLResponse(_document(language, state), status_code=status, headers=_PAGE_HEADERS)


class Events:
    """`/player/{token}/events`: what the browser shows, as long as it stays connected."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Begin the stream, or say why there is none."""
        request = Request(scope, receive)
        answer: Response | Stream
        try:
            player = await run_in_threadpool(_find, request)
            window = request.query_params.get("window", "")
            if player is None:
                answer = _ended()
            elif not _WINDOW.fullmatch(window):
                answer = _refused(InvalidInputError("Say which window asks.", field="window"))
            else:
                answer = Stream(hub.connect(player, window))
        except OutageError:
            answer = _away()
        except BusyError as error:
            answer = _refused(error)
        await answer(scope, receive, send)


async def say(request: Request) -> Response:
    """Take in what the browser says, as the broker takes in what players say."""
    try:
        said = _messages(await _body(request))
        return await run_in_threadpool(_post, request, said)
    except OutageError:
        return _away()
    except InfoscreenError as error:
        return _refused(error)
    except ClientDisconnect:
        return Response(status_code=400)


async def document(request: Request) -> Response:
    """Say how many pages a document on the screen has."""
    found = await _document_of(request)
    return found if isinstance(found, Response) else await pages.count_of(found)


async def picture(request: Request) -> Response:
    """Serve a page of a document that is on the screen."""
    found = await _document_of(request)
    if isinstance(found, Response):
        return found
    return await pages.picture_of(request, found)


async def framing_of(request: Request) -> Response:
    """Say whether a website on the screen refuses to be shown there."""
    try:
        player = await run_in_threadpool(_find, request)
    except OutageError:
        return _away()
    return _ended() if player is None else await framing.answer(request, hub.screen_of(player))


async def asset(request: Request) -> Response:
    """Serve one of the page's own files."""
    return assets.answer(request.path_params["name"])


def _find(request: Request) -> OpenWebPlayer | None:
    with read_session() as session:
        return service.find_web_player(session, request.path_params["token"])


def _post(request: Request, said: list[dict[str, Any]]) -> Response:
    player = _find(request)
    if player is None:
        return _ended()
    at, address = now(), address_of(request)
    write(lambda session: box.post(session, player, said, address=address, now=at))
    return JSONResponse({"serverTime": to_zulu(at)}, headers=_NO_STORE)


async def _body(request: Request) -> bytes:
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > MAX_SAID:
            raise InvalidInputError("A screen may say {limit} bytes at once.", limit=MAX_SAID)
        parts.append(part)
    return b"".join(parts)


def _messages(body: bytes) -> list[dict[str, Any]]:
    try:
        read = orjson.loads(body)
    except orjson.JSONDecodeError:
        read = None
    messages = read.get("messages") if isinstance(read, dict) else None
    if not isinstance(messages, list) or not messages:
        raise InvalidInputError("Send JSON: an object with a list of messages.", field="messages")
    return messages


async def _document_of(request: Request) -> DocumentView | Response:
    try:
        player = await run_in_threadpool(_find, request)
    except OutageError:
        return _away()
    if player is None:
        return _ended()
    screen = hub.screen_of(player)
    found = (screen.documents or {}).get(request.path_params["checksum"]) if screen else None
    if found is None:
        return pages.refusal(NotFoundError("This document is not on the screen."))
    return found


def _ended() -> Response:
    body = {"error": "This address does not hold (any more).", "code": "ended"}
    return JSONResponse(body, status_code=403, headers=_NO_STORE)


def _away() -> Response:
    body = {"error": "The database does not answer.", "code": "unavailable"}
    return JSONResponse(body, status_code=503, headers={**_NO_STORE, "retry-after": "10"})


def _refused(error: InfoscreenError) -> Response:
    status = 429 if isinstance(error, BusyError) else 422
    return JSONResponse(
        {"error": str(error), "code": error.code}, status_code=status, headers=_NO_STORE
    )


def _document(language: str, state: str) -> str:
    text = escape(json.dumps(words(language), ensure_ascii=False))
    return (
        assets.text("player.html")
        .replace("{language}", language)
        .replace("{state}", state)
        .replace("{version}", assets.version())
        .replace("{words}", text)
    )
