"""A console on a migrated SQLite database, with the browser's cookie replaced."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.types import ASGIApp
from starlette.websockets import WebSocket

from console import runtime
from console.asgi import middleware, routes
from console.i18n import use_language
from console.media import board as board_part
from console.media import upload as upload_part
from tests.support.console import Console, console_on
from tests.support.media.parts import FakeBoard, FakeUploads
from tests.support.monitoring.plots import all_checked
from tests.support.web import Visitor


@pytest.fixture
def console(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Console]:
    """The pages as the person sees them whom `sign_in_as` made."""
    with console_on(sqlite_url, tmp_path / "var") as made, all_checked():
        monkeypatch.setattr(runtime, "session_token", lambda: made.token or None)
        made.keep_workers_alive()
        yield made


@pytest.fixture
def german() -> Iterator[None]:
    """What is written during the test is in German."""
    with use_language("de"):
        yield


@pytest.fixture
def app(console: Console) -> ASGIApp:  # noqa: ARG001 - it opens the database
    """The routes beside the pages, behind the gate."""
    return Starlette(
        routes=[*routes(), WebSocketRoute("/_stcore/stream", _accept)],
        middleware=middleware(),
    )


@pytest.fixture
def visitor(app: ASGIApp) -> Visitor:
    """Somebody who is not signed in."""
    return Visitor(app)


async def _accept(socket: WebSocket) -> None:
    await socket.accept()


@pytest.fixture
def board(monkeypatch: pytest.MonkeyPatch) -> FakeBoard:
    """The board of files, which a browser runs, told by the test what is pressed."""
    fake = FakeBoard()
    monkeypatch.setattr(board_part, "ask_component", fake)
    return fake


@pytest.fixture
def uploads(monkeypatch: pytest.MonkeyPatch) -> FakeUploads:
    """What a browser sends to the library, told by the test."""
    fake = FakeUploads()
    monkeypatch.setattr(upload_part, "ask_component", fake)
    return fake
