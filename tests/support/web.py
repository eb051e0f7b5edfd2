"""A visitor of an ASGI application, in the test's own process."""

import asyncio

import httpx
from starlette.types import ASGIApp, Message, Scope


class Visitor:
    """Keeps cookies between requests, as a browser does; follows no redirects."""

    def __init__(
        self,
        app: ASGIApp,
        base_url: str = "http://infoscreen.test",
        *,
        address: str = "10.1.2.3",
    ) -> None:
        self._app = app
        self._address = address
        self._base_url = base_url
        self.cookies = httpx.Cookies()

    def get(self, path: str, **headers: str) -> httpx.Response:
        return asyncio.run(self._send("GET", path, headers, None))

    def head(self, path: str, **headers: str) -> httpx.Response:
        return asyncio.run(self._send("HEAD", path, headers, None))

    def visit(self, path: str) -> httpx.Response:
        """As a browser's address bar does."""
        return self.get(path, accept="text/html,application/xhtml+xml")

    def post(self, path: str, data: dict[str, str] | None = None, **headers: str) -> httpx.Response:
        return asyncio.run(self._send("POST", path, headers, data or {}))

    def ask(
        self, method: str, path: str, body: bytes | None = None, /, **headers: str
    ) -> httpx.Response:
        """Any request, with a body as it is."""
        return asyncio.run(self._send(method, path, headers, body))

    def connect(self, path: str) -> Message:
        """Open a WebSocket; return the application's first answer."""
        return asyncio.run(self._connect(path))

    async def _send(
        self,
        method: str,
        path: str,
        headers: dict[str, str],
        body: dict[str, str] | bytes | None,
    ) -> httpx.Response:
        transport = httpx.ASGITransport(self._app, client=(self._address, 4711))
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        async with httpx.AsyncClient(
            transport=transport, base_url=self._base_url, cookies=self.cookies
        ) as client:
            content, data = (body, None) if isinstance(body, bytes) else (None, body)
            answer = await client.request(method, path, headers=named, content=content, data=data)
            self.cookies = client.cookies
        return answer

    async def _connect(self, path: str) -> Message:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        scope: Scope = {
            "type": "websocket",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "headers": [(b"host", b"infoscreen.test"), (b"cookie", cookie.encode())],
            "subprotocols": [],
        }
        answers: asyncio.Queue[Message] = asyncio.Queue()

        async def receive() -> Message:
            return {"type": "websocket.connect"}

        await self._app(scope, receive, answers.put)
        return await answers.get()
