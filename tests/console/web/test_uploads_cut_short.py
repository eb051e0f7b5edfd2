"""Uploads to a real console, by a real client: cut connections, killed consoles, two at once."""

import hashlib
import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from sqlalchemy.orm import Session

from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import EventMedia
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.files.store import MediaStore
from tests.support.console_process import RunningConsole, running_console, start_console
from tests.support.media.tus import Sender, tus_client, uploader, write_video
from tests.support.people import add_session
from tests.support.ports import free_port, is_open, wait_until

pytestmark = [pytest.mark.server, pytest.mark.slow]

TOKEN = "token-of-an-editor"
MEBIBYTES = 48
MOST_MEMORY = 50 * 2**20


def _furnish(session: Session) -> None:
    add_session(session, TOKEN, Role.EDITOR, at=utc_now())


@pytest.fixture
def running(tmp_path: Path) -> Iterator[RunningConsole]:
    with running_console(tmp_path, _furnish, with_workers=False) as console:
        yield console


@pytest.fixture
def video(tmp_path: Path) -> Path:
    return write_video(tmp_path / "Rundgang.mp4", MEBIBYTES)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _settled(sender: Sender, path: str) -> int:
    """Wait until the console has noticed that a connection is gone; return what it has then."""
    found: list[int] = []

    def is_settled() -> bool:
        found.append(sender.offset(path))
        return sender.send(path, found[-1], b"").status == 204

    wait_until(is_settled, seconds=60, what="the end of what was cut")
    return found[-1]


def test_a_file_goes_on_where_the_connection_was_cut(
    running: RunningConsole, video: Path, tmp_path: Path
) -> None:
    sender, size = Sender(running.url, TOKEN), video.stat().st_size
    path = sender.begin(size, video.name)
    sender.send_and_break_off(path, 0, video, after=int(size * 0.4))
    arrived = _settled(sender, path)
    assert 0.3 * size < arrived <= 0.4 * size + 1
    going_on = uploader(tus_client(running.url, TOKEN), video, url=f"{running.url}{path}")
    assert going_on.offset == arrived
    going_on.upload()
    with running.sessions() as session:
        file = session.query(EventMedia).one()
    assert (file.size, file.checksum_sha256) == (size, _sha256(video))
    content = MediaStore(tmp_path / "media").content_path(file.checksum_sha256)
    assert _sha256(content) == file.checksum_sha256


def test_memory_does_not_grow_with_the_file(running: RunningConsole, video: Path) -> None:
    console = psutil.Process(running.pid)
    sender = Sender(running.url, TOKEN)
    sender.send(sender.begin(10, "klein.pdf"), 0, b"%PDF")  # what the first upload loads
    before = most = console.memory_info().rss
    sending = uploader(tus_client(running.url, TOKEN), video, chunk_size=6 * 2**20)
    while sending.offset < video.stat().st_size:
        sending.upload_chunk()  # type: ignore[no-untyped-call]
        most = max(most, console.memory_info().rss)
    assert most - before < MOST_MEMORY


def test_a_killed_console_has_what_had_arrived(
    running: RunningConsole, video: Path, tmp_path: Path
) -> None:
    sender, size = Sender(running.url, TOKEN), video.stat().st_size
    path = sender.begin(size, video.name)
    sender.send(path, 0, video.read_bytes()[: 7 * 2**20])
    os.kill(running.pid, signal.SIGKILL)
    psutil.Process(running.pid).wait(timeout=20)
    with suppress(OSError):
        sender.offset(path)
        pytest.fail("the console should be dead")
    process = start_console(tmp_path, running.port)
    try:
        wait_until(lambda: is_open(running.port), seconds=60, what="the console's port")
        going_on = uploader(tus_client(running.url, TOKEN), video, url=f"{running.url}{path}")
        assert going_on.offset == 7 * 2**20
        going_on.upload()
        with running.sessions() as session:
            assert session.query(EventMedia).one().checksum_sha256 == _sha256(video)
    finally:
        process.terminate()
        process.wait(timeout=20)


def test_two_consoles_serve_one_upload_but_one_at_a_time(
    running: RunningConsole, video: Path, tmp_path: Path
) -> None:
    port = free_port()
    process = start_console(tmp_path, port)
    try:
        wait_until(lambda: is_open(port), seconds=60, what="the second console's port")
        here, there = Sender(running.url, TOKEN), Sender(f"http://127.0.0.1:{port}", TOKEN)
        path = here.begin(video.stat().st_size, video.name)
        with here.stalled(path, 0, video, after=2**20):
            wait_until(lambda: there.offset(path) >= 0, seconds=20, what="the upload over there")
            wait_until(
                lambda: there.send(path, 0, b"x").status == 423, seconds=20, what="a refusal"
            )
        arrived = _settled(there, path)
        assert arrived <= 2**20
        rest = video.read_bytes()[arrived:]
        assert there.send(path, arrived, rest).getheader("Media-Id") == "1"
    finally:
        process.terminate()
        process.wait(timeout=20)
