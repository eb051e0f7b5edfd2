"""Middleware that measures how long requests take, the outermost of all."""

import time
from typing import Final

from starlette.routing import Mount
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from console.timings import ANSWERS, UNANSWERED, WEBSOCKETS

_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_OTHER: Final = "other"
"""Stands for what anybody could make up, of which there may not be many series."""


class Stopwatch:
    """Measures until an answer begins: how long it lasts, depends on who reads it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] == "websocket":
            with WEBSOCKETS.track_inprogress():
                await self.app(scope, receive, send)
        elif scope["type"] == "http":
            with UNANSWERED.track_inprogress():
                await self._measured(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _measured(self, scope: Scope, receive: Receive, send: Send) -> None:
        began, has_begun = time.monotonic(), False

        async def send_and_note(message: Message) -> None:
            nonlocal has_begun
            if message["type"] == "http.response.start":
                has_begun = True
                _note(scope, message["status"], time.monotonic() - began)
            await send(message)

        try:
            await self.app(scope, receive, send_and_note)
        except BaseException:
            if not has_begun:
                _note(scope, 500, time.monotonic() - began)
            raise


def _note(scope: Scope, status: int, seconds: float) -> None:
    method = scope["method"] if scope["method"] in _METHODS else _OTHER
    ANSWERS.labels(method, _route_of(scope), str(status)).observe(seconds)


def _route_of(scope: Scope) -> str:
    """Return the pattern of the address, never what stands in its place: that may be a token."""
    route = scope.get("route")
    if isinstance(route, Mount):
        return f"{route.path}/…"
    path = getattr(route, "path_format", None)
    if not path:
        return _OTHER
    root = scope.get("root_path", "")
    return path if path.startswith(root) and root else f"{root}{path}"
