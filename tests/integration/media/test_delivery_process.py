"""The console as a process sends files: by the kernel, in ranges, to many, to those who go away."""

import hashlib
import http.client
import os
import re
import socket
import struct
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil
import pytest
from sqlalchemy.orm import Session

from infoscreen_core.clock import utc_now
from infoscreen_core.domain.media.types import MediaType
from infoscreen_core.files.store import MediaStore
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.screens import clients
from infoscreen_core.settings import load_settings
from tests.support.console_process import RunningConsole, running_console
from tests.support.events.planning import add_group
from tests.support.media.kept import addresses, keep_file, link_to, replace_file
from tests.support.people import add_client, uuid_of
from tests.support.ports import wait_until

pytestmark = pytest.mark.server
MIB: Final = 2**20
CONTENT: Final = os.urandom(24 * MIB) + b"the end"


@dataclass
class Delivering:
    console: RunningConsole
    directory: Path
    media: int
    group: int

    def link(self) -> str:
        settings = load_settings(infoscreen_data_dir=self.directory)
        with self.console.sessions.begin() as session:
            at = addresses(session, settings, self.group, now=utc_now())
            return link_to(session, at, self.media)

    def get(self, address: str, **headers: str) -> tuple[int, bytes]:
        link = http.client.HTTPConnection("127.0.0.1", self.console.port, timeout=60)
        try:
            link.request("GET", address, headers=headers)
            answer = link.getresponse()
            return answer.status, answer.read()
        finally:
            link.close()

    def log(self) -> str:
        return (self.directory / "console.log").read_text()

    @property
    def open_files(self) -> list[str]:
        """The files of the library that the process holds open."""
        return [
            file.path
            for file in psutil.Process(self.console.pid).open_files()
            if "/media/" in file.path
        ]


@pytest.fixture(scope="module")
def delivering(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Delivering]:
    directory = tmp_path_factory.mktemp("delivering")
    store = MediaStore(load_settings(infoscreen_data_dir=directory).media_dir)
    made: list[int] = []

    def furnish(session: Session) -> None:
        group = add_group(session)
        media = keep_file(session, store, "film.mp4", MediaType.MP4, CONTENT, now=utc_now())
        for number in (1, 2):
            add_client(session, number, group_id=group)
        made.extend([media, group])

    with running_console(directory, furnish, with_workers=False, LOG_LEVEL="debug") as console:
        yield Delivering(console, directory, *made)


def test_every_byte_arrives_whole_and_in_ranges(delivering: Delivering) -> None:
    link = delivering.link()
    status, whole = delivering.get(link)
    assert (status, hashlib.sha256(whole).digest()) == (200, hashlib.sha256(CONTENT).digest())
    parts = []
    for first in range(0, len(CONTENT), 5 * MIB + 3):
        last = min(first + 5 * MIB + 3, len(CONTENT)) - 1
        status, part = delivering.get(link, range=f"bytes={first}-{last}")
        assert (status, len(part)) == (206, last - first + 1)
        parts.append(part)
    assert b"".join(parts) == CONTENT
    assert delivering.get(link, range="bytes=0-1") == (206, CONTENT[:2])
    assert delivering.get(link, range="bytes=-7") == (206, b"the end")
    assert delivering.get(link, range=f"bytes={len(CONTENT)}-")[0] == 416


def test_one_connection_serves_many_requests_one_after_the_other(delivering: Delivering) -> None:
    link, connection = (
        delivering.link(),
        socket.create_connection(("127.0.0.1", delivering.console.port), timeout=60),
    )
    asked = "".join(
        f"GET {link} HTTP/1.1\r\nhost: x\r\nrange: bytes={first}-{first + MIB - 1}\r\n\r\n"
        for first in (0, 3 * MIB, 7 * MIB)
    )
    with connection, connection.makefile("rb") as answers:
        connection.sendall(asked.encode())  # all at once, before the first answer
        for first in (0, 3 * MIB, 7 * MIB):
            assert answers.readline().startswith(b"HTTP/1.1 206")
            while answers.readline() != b"\r\n":
                pass
            assert answers.read(MIB) == CONTENT[first : first + MIB]


def test_whoever_goes_away_midway_leaves_nothing_behind(delivering: Delivering) -> None:
    link = delivering.link()
    for ending in ("close", "reset", "shutdown"):
        player = socket.create_connection(("127.0.0.1", delivering.console.port), timeout=60)
        player.sendall(f"GET {link} HTTP/1.1\r\nhost: x\r\n\r\n".encode())
        assert player.recv(100).startswith(b"HTTP/1.1 200")
        if ending == "reset":
            player.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        if ending == "shutdown":
            player.shutdown(socket.SHUT_RDWR)
        player.close()
        wait_until(lambda: not delivering.open_files, what="the file to be closed")
    assert delivering.get(link, range="bytes=0-1")[0] == 206
    assert "Traceback" not in delivering.log()


def test_those_who_do_not_read_keep_nobody_waiting(delivering: Delivering) -> None:
    link = delivering.link()
    lazy = [
        socket.create_connection(("127.0.0.1", delivering.console.port), timeout=60)
        for _ in range(30)
    ]
    memory = psutil.Process(delivering.console.pid).memory_info().rss
    for player in lazy:
        player.sendall(f"GET {link} HTTP/1.1\r\nhost: x\r\n\r\n".encode())
    wait_until(lambda: len(delivering.open_files) >= len(lazy), what="all files to be open")
    began = time.monotonic()
    assert delivering.get(link)[1] == CONTENT
    assert delivering.get("/healthz")[0] == 200
    assert time.monotonic() - began < 30
    grown = psutil.Process(delivering.console.pid).memory_info().rss - memory
    assert grown < 50 * MIB
    for player in lazy:
        player.close()
    wait_until(lambda: not delivering.open_files, what="the files to be closed")


def test_a_link_ends_within_seconds_when_a_screen_leaves_or_the_file_is_replaced(
    delivering: Delivering,
) -> None:
    old = delivering.link()
    assert delivering.get(old, range="bytes=0-1")[0] == 206
    with delivering.console.sessions.begin() as session:
        clients.remove_clients(session, [uuid_of(1)], actor=CLI, now=utc_now())
    wait_until(
        lambda: delivering.get(old, range="bytes=0-1")[0] == 403, seconds=15, what="the old end"
    )
    renewed = delivering.link()
    assert delivering.get(renewed, range="bytes=0-1")[0] == 206
    store = MediaStore(load_settings(infoscreen_data_dir=delivering.directory).media_dir)
    with delivering.console.sessions.begin() as session:
        replace_file(session, store, delivering.media, CONTENT[::-1], now=utc_now())
    wait_until(
        lambda: delivering.get(renewed, range="bytes=0-1")[0] == 403, seconds=15, what="its end"
    )
    assert delivering.get(delivering.link(), range="bytes=0-1") == (206, CONTENT[::-1][:2])


def test_the_log_names_no_signature(delivering: Delivering) -> None:
    link = delivering.link()
    assert delivering.get(link)[0] == 200
    altered = re.sub(r"s=.", "s=~", link)
    assert delivering.get(altered)[0] == 403
    assert delivering.get(altered, accept="text/html")[0] == 403
    signature = link.rpartition("s=")[2]
    assert signature[1:] not in delivering.log()
    assert "console.started" in delivering.log()
