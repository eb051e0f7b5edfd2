"""Browsers that are screens, while something fails: a slow line, a database that takes nothing."""

import asyncio
import json

import httpx
import pytest
from starlette.types import ASGIApp, Message, Scope

from console.runtime import dispose, read_session, resources
from console.web.player import stream
from console.web.player.hub import hub
from infoscreen_core.db.models import WebPlayerMessage
from tests.support.console import Console
from tests.support.failing import only_readable
from tests.support.screens.web_player import Address, add_address
from tests.support.web import Visitor


@pytest.fixture
def address(console: Console) -> Address:
    with console.sessions.begin() as session:
        return add_address(session)


class _Line:
    """A connection whose other end takes only so many messages, then none."""

    def __init__(self, address: Address, takes: int) -> None:
        self.scope: Scope = {
            "type": "http",
            "method": "GET",
            "path": f"{address.path}/events",
            "raw_path": f"{address.path}/events".encode(),
            "query_string": b"window=w-1",
            "headers": [(b"host", b"infoscreen.test")],
        }
        self.taken: list[Message] = []
        self._takes = takes
        self.has_list = asyncio.Event()
        self._is_left = asyncio.Event()

    async def receive(self) -> Message:
        await self._is_left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        if len(self.taken) >= self._takes:
            await asyncio.Event().wait()
        self.taken.append(message)
        if b"event: list" in message.get("body", b""):
            self.has_list.set()

    def leave(self) -> None:
        self._is_left.set()


def test_a_browser_that_takes_nothing_is_cut_off(
    app: ASGIApp, address: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "SLOW_SECONDS", 0.2)

    async def listen() -> list[Message]:
        line = _Line(address, takes=1)
        await asyncio.wait_for(app(line.scope, line.receive, line.send), 30)
        return line.taken

    assert [message["type"] for message in asyncio.run(listen())] == ["http.response.start"]
    assert hub.size == 0


def test_a_browser_that_leaves_is_forgotten_and_the_reading_ends(
    app: ASGIApp, address: Address
) -> None:
    async def listen() -> list[Message]:
        line = _Line(address, takes=1000)
        running = asyncio.ensure_future(app(line.scope, line.receive, line.send))
        await asyncio.wait_for(line.has_list.wait(), 30)
        assert hub.size == 1
        line.leave()
        await asyncio.wait_for(running, 30)
        return line.taken

    asyncio.run(listen())
    assert hub.size == 0
    assert hub.shown is None


def test_when_nothing_can_be_stored_a_browser_is_asked_to_come_later_and_goes_on_seeing(
    app: ASGIApp, visitor: Visitor, address: Address
) -> None:
    only_readable(resources().engine)

    async def say() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://here.test") as client:
            said = {"messages": [{"kind": "heartbeat", "payload": {}}]}
            return await client.post(f"{address.path}/say", content=json.dumps(said))

    answer = asyncio.run(say())
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert answer.headers["retry-after"]
    assert visitor.visit(address.path).status_code == 200
    with read_session() as session:
        assert session.query(WebPlayerMessage).count() == 0


def test_without_a_database_the_page_comes_all_the_same(
    visitor: Visitor, console: Console, address: Address
) -> None:
    resources().engine.dispose()
    (database,) = console.settings.data_dir.parent.glob("test.db")
    content = database.read_bytes()
    database.write_bytes(b"this is no database" * 400)
    for rest in database.parent.glob("test.db-*"):
        rest.unlink()
    try:
        answer = visitor.visit(address.path)
        assert answer.status_code == 503
        assert 'data-state="away"' in answer.text
        assert visitor.get(f"{address.path}/events?window=w").status_code == 503
    finally:
        dispose()
        database.write_bytes(content)
