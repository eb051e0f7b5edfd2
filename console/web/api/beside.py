"""What programs are answered beside the API's own routes: errors have the same form there."""

from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from console.web.api.problems import WrongMethodError, problem

_METHODS: Final = ("GET", "HEAD")


class Beside(Route):
    """An address that programs read, and nothing else."""

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer; whoever asks by another method is told so as in the API."""
        if scope["method"] in _METHODS:
            await self.app(scope, receive, send)
            return
        error = WrongMethodError("This address has no such method; the header Allow names others.")
        headers = {"allow": ", ".join(_METHODS)}
        answer = await run_in_threadpool(problem, Request(scope), error, headers=headers)
        await answer(scope, receive, send)
