"""A large file through the API of a real console: to the disk as it comes, and never in memory."""

import hashlib
import http.client
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import psutil
import pytest
from sqlalchemy.orm import Session

from console.runtime import SESSION_COOKIE
from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import EventMedia
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.files.store import MediaStore
from tests.support.console_process import RunningConsole, running_console
from tests.support.media.samples import box
from tests.support.people import add_session
from tests.support.ports import wait_until

pytestmark = [pytest.mark.server, pytest.mark.slow]
MIB: Final = 2**20
MEBIBYTES: Final = 200
MOST_MEMORY: Final = 50 * MIB
TOKEN: Final = "token-of-an-editor"
BOUNDARY: Final = "grenze"
_CHUNK: Final = os.urandom(MIB)


def _furnish(session: Session) -> None:
    add_session(session, TOKEN, Role.EDITOR, at=utc_now())


@pytest.fixture
def running(tmp_path: Path) -> Iterator[RunningConsole]:
    with running_console(tmp_path, _furnish, with_workers=False) as console:
        yield console


def _film(mebibytes: int) -> Iterator[bytes]:
    """Return a video of so many mebibytes and some bytes, piece by piece."""
    movie = box(b"moov", box(b"mvhd", bytes(96) + (1000).to_bytes(4, "big")))
    yield box(b"ftyp", b"isom" + bytes(4) + b"isom") + movie
    yield (8 + mebibytes * MIB).to_bytes(4, "big") + b"mdat"
    for _ in range(mebibytes):
        yield _CHUNK


def _form(content: Iterator[bytes]) -> Iterator[bytes]:
    disposition = 'Content-Disposition: form-data; name="file"; filename="Film.mp4"'
    yield f"--{BOUNDARY}\r\n{disposition}\r\n\r\n".encode()
    yield from content
    yield f"\r\n--{BOUNDARY}--\r\n".encode()


def _post(
    running: RunningConsole, body: Iterator[bytes], query: str, content_type: str
) -> tuple[int, bytes]:
    link = http.client.HTTPConnection("127.0.0.1", running.port, timeout=120)
    headers = {"Cookie": f"{SESSION_COOKIE}={TOKEN}", "Content-Type": content_type}
    try:
        link.request(
            "POST",
            f"/api/eventmedia{query}",
            body,
            headers | {"Transfer-Encoding": "chunked"},
            encode_chunked=True,
        )
        answer = link.getresponse()
        return answer.status, answer.read()
    finally:
        link.close()


@pytest.mark.parametrize("is_form", [True, False])
def test_memory_does_not_grow_with_the_file(
    running: RunningConsole, tmp_path: Path, *, is_form: bool
) -> None:
    console = psutil.Process(running.pid)
    query, kind = ("", f"multipart/form-data; boundary={BOUNDARY}")
    if not is_form:
        query, kind = "?name=Film.mp4", "application/octet-stream"
    most = 0

    def watched(pieces: Iterator[bytes]) -> Iterator[bytes]:
        nonlocal most
        for piece in pieces:
            yield piece
            most = max(most, console.memory_info().rss)

    def body(mebibytes: int) -> Iterator[bytes]:
        return _form(_film(mebibytes)) if is_form else _film(mebibytes)

    assert _post(running, body(1), query, kind)[0] == 201  # what the first upload loads
    before = console.memory_info().rss
    status, answer = _post(running, watched(body(MEBIBYTES)), query, kind)
    assert status == 201, answer
    assert max(most, console.memory_info().rss) - before < MOST_MEMORY
    digest = hashlib.sha256()
    for piece in _film(MEBIBYTES):
        digest.update(piece)
    assert json.loads(answer)["checksum"] == digest.hexdigest()
    content = MediaStore(tmp_path / "media").content_path(digest.hexdigest())
    assert content.stat().st_size == json.loads(answer)["size"]


def test_who_breaks_off_leaves_nothing(running: RunningConsole, tmp_path: Path) -> None:
    link = http.client.HTTPConnection("127.0.0.1", running.port, timeout=60)
    link.putrequest("POST", "/api/eventmedia?name=Film.mp4")
    link.putheader("Cookie", f"{SESSION_COOKIE}={TOKEN}")
    link.putheader("Content-Length", str(60 * MIB))
    link.endheaders()
    uploads = MediaStore(tmp_path / "media").uploads
    for piece in _film(20):
        link.send(piece)
    wait_until(lambda: bool(list(uploads.glob("*.part"))), seconds=30, what="the upload's part")
    link.close()
    wait_until(lambda: not list(uploads.glob("*")), seconds=60, what="nothing of the upload")
    with running.sessions() as session:
        assert session.query(EventMedia).count() == 0


def test_what_is_too_large_is_refused_before_it_comes(running: RunningConsole) -> None:
    link = http.client.HTTPConnection("127.0.0.1", running.port, timeout=60)
    link.putrequest("POST", "/api/eventmedia?name=Film.mp4")
    link.putheader("Cookie", f"{SESSION_COOKIE}={TOKEN}")
    link.putheader("Content-Length", str(5000 * MIB))
    link.endheaders()
    answer = link.getresponse()
    assert (answer.status, json.loads(answer.read())["code"]) == (413, "too_large")
    link.close()
