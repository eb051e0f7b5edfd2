"""Files that the kernel sends, and pages that come first."""

import asyncio
import os
import socket
import time
from pathlib import Path
from typing import Final

import pytest

from console.web import sender
from console.web.courtesy import Courtesy
from console.web.sender import Sender
from tests.support.ports import wait_until

CONTENT: Final = os.urandom(3 * 2**20 + 17)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "content"
    path.write_bytes(CONTENT)
    return path


def pair() -> tuple[socket.socket, socket.socket]:
    """A server's end, which does not block, and a player's."""
    server, player = socket.socketpair()
    server.setblocking(False)  # noqa: FBT003 - so it is called
    return server, player


def read(player: socket.socket, count: int) -> bytes:
    with player.makefile("rb") as stream:
        return stream.read(count)


async def fetch(made: Sender, path: Path, offset: int, count: int) -> bytes:
    server, player = pair()
    with server, player, path.open("rb") as content:
        sending = made.send(server.fileno(), content.fileno(), offset, count)
        _, got = await asyncio.gather(sending, asyncio.to_thread(read, player, count))
        return got


def open_descriptors() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def test_many_get_their_parts_at_the_same_time(file: Path) -> None:
    made = Sender()
    parts = [(n * 100_001, 2_000_000 - n) for n in range(10)]

    async def all_of_them() -> list[bytes]:
        return await asyncio.gather(*(fetch(made, file, *part) for part in parts))

    got = asyncio.run(all_of_them())
    assert got == [CONTENT[offset : offset + count] for offset, count in parts]
    before = open_descriptors()
    asyncio.run(all_of_them())
    assert open_descriptors() == before


def test_whoever_is_gone_is_told_of(file: Path) -> None:
    async def send() -> None:
        server, player = pair()
        player.close()
        with server, file.open("rb") as content:
            await Sender().send(server.fileno(), content.fileno(), 0, len(CONTENT))

    with pytest.raises(ConnectionResetError):
        asyncio.run(send())


def test_a_file_that_ends_early_breaks_the_answer_off(file: Path) -> None:
    with pytest.raises(ConnectionResetError, match="shorter"):
        asyncio.run(fetch_in_vain(file))


async def fetch_in_vain(path: Path) -> None:
    server, player = pair()
    reading = asyncio.create_task(asyncio.to_thread(read, player, len(CONTENT) + 1))
    with path.open("rb") as content:
        try:
            await Sender().send(server.fileno(), content.fileno(), 0, len(CONTENT) + 1)
        finally:
            server.close()
            await reading
            player.close()


def test_whoever_takes_nothing_is_let_go(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sender, "_STALLED_SECONDS", 0.3)
    monkeypatch.setattr(sender, "_LOOK_SECONDS", 0.1)

    async def send() -> None:
        server, player = pair()
        with server, player, file.open("rb") as content:
            await Sender().send(server.fileno(), content.fileno(), 0, len(CONTENT))

    with pytest.raises(ConnectionResetError, match="nothing was taken"):
        asyncio.run(send())


def test_what_is_given_up_is_closed(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sender, "_LOOK_SECONDS", 0.1)
    made, before = Sender(), 0

    async def give_up() -> None:
        nonlocal before
        await fetch(made, file, 0, 10)  # so that its thread has what it needs
        before = open_descriptors()
        server, player = pair()
        with server, player, file.open("rb") as content, pytest.raises(TimeoutError):
            await asyncio.wait_for(
                made.send(server.fileno(), content.fileno(), 0, len(CONTENT)), 0.1
            )

    asyncio.run(give_up())
    wait_until(lambda: open_descriptors() <= before, what="the descriptors of what was given up")


def test_files_wait_for_pages_that_are_worked_on(monkeypatch: pytest.MonkeyPatch) -> None:
    moment = time.monotonic()
    monkeypatch.setattr("console.web.courtesy.time.monotonic", lambda: moment)
    polite = Courtesy()
    assert polite.gap_seconds() == 0
    polite.begin("page")
    assert polite.gap_seconds() > 0
    polite.begin("another")
    polite.end("page")
    assert polite.gap_seconds() > 0
    polite.end("another")
    assert polite.gap_seconds() == 0
    polite.begin("a stream without an end")
    moment += 1.1
    assert polite.gap_seconds() == 0
    polite.note()
    assert polite.gap_seconds() > 0
    moment += 0.1
    assert polite.gap_seconds() == 0
