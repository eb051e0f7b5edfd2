"""One desk for all players of a process."""

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.support.simulator.content import GREEN, RED, colour_at, pdf, picture
from tests.support.simulator.file_server import FileServer, Quirk, file_server
from workers.simulator.media.desk import MediaDesk
from workers.simulator.media.files import Failure, Outcome, WantedFile
from workers.simulator.media.shelf import Shelf


@pytest.fixture
def server() -> Iterator[FileServer]:
    with file_server() as files:
        yield files


def ask(shelf: Shelf, files: Sequence[WantedFile]) -> list[Outcome]:
    """Ask for all at once; return what was told, in the order of the files."""

    async def run() -> list[Outcome]:
        loop = asyncio.get_running_loop()
        desk = MediaDesk(shelf, loop)
        told = [loop.create_future() for _ in files]
        for file, future in zip(files, told, strict=True):
            desk.ask(file, future.set_result)
        try:
            return await asyncio.wait_for(asyncio.gather(*told), 60)
        finally:
            desk.close()

    return asyncio.run(run())


def test_two_hundred_players_fetch_a_file_once(server: FileServer, tmp_path: Path) -> None:
    offered = server.offer("slides.pdf", pdf([RED, GREEN]))
    outcomes = ask(Shelf(tmp_path), [server.wanted("slides.pdf")] * 200)
    assert len(offered.ranges) == 1
    assert all(outcome.slides == outcomes[0].slides for outcome in outcomes)
    assert outcomes[0].slides is not None
    assert [colour_at(page) for page in outcomes[0].slides.pages] == [RED, GREEN]


def test_what_is_on_the_shelf_is_not_fetched_again(server: FileServer, tmp_path: Path) -> None:
    offered = server.offer("a.png", picture(RED))
    for _ in range(2):
        (outcome,) = ask(Shelf(tmp_path), [server.wanted("a.png")])
        assert outcome.slides is not None
    assert len(offered.ranges) == 1


def test_many_who_are_refused_ask_once(server: FileServer, tmp_path: Path) -> None:
    offered = server.offer("a.png", picture(RED), Quirk.FORBIDDEN)
    outcomes = ask(Shelf(tmp_path), [server.wanted("a.png")] * 50)
    assert {outcome.failure for outcome in outcomes} == {Failure.FORBIDDEN}
    assert len(offered.ranges) == 1


def test_an_address_that_ended_does_not_spoil_another_one(
    server: FileServer, tmp_path: Path
) -> None:
    content = picture(RED)
    server.offer("ended.png", content, Quirk.FORBIDDEN)
    server.offer("fresh.png", content)
    ended, fresh = ask(Shelf(tmp_path), [server.wanted("ended.png"), server.wanted("fresh.png")])
    assert ended.file.key == fresh.file.key
    assert ended.failure is Failure.FORBIDDEN
    assert fresh.slides is not None


def test_a_complete_file_that_nobody_can_show_is_not_kept(
    server: FileServer, tmp_path: Path
) -> None:
    server.offer("a.pptx", b"PK\x03\x04" + bytes(100))
    (outcome,) = ask(Shelf(tmp_path), [server.wanted("a.pptx")])
    assert outcome.failure is Failure.UNSUPPORTED
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_disk_that_fails_is_no_end(server: FileServer, tmp_path: Path) -> None:
    server.offer("a.png", picture(RED))
    (tmp_path / "parts").write_text("where a folder should be")
    (outcome,) = ask(Shelf(tmp_path), [server.wanted("a.png")])
    assert outcome.failure is Failure.NO_ROOM
