"""Files fetched by ranges from a server that cuts off, lies, refuses and changes its mind."""

import hashlib
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpcore
import pytest

from tests.support.simulator.file_server import FileServer, Quirk, file_server
from workers.simulator.media.files import Failure, MediaError, WantedFile
from workers.simulator.media.transfer import PORTION, Part, fetch

LIMIT = 64 * 1024 * 1024
LARGE = random.Random(11).randbytes(2 * PORTION + 12_345)
SMALL = LARGE[:70_000]


@pytest.fixture(scope="module")
def server() -> Iterator[FileServer]:
    with file_server() as files:
        yield files


@pytest.fixture
def pool() -> Iterator[httpcore.ConnectionPool]:
    with httpcore.ConnectionPool() as connections:
        yield connections


@pytest.fixture
def part(tmp_path: Path) -> Part:
    return Part(tmp_path / "desk" / "file.part")


def failure_of(
    pool: httpcore.ConnectionPool, file: WantedFile, part: Part, *, limit: int = LIMIT
) -> Failure:
    with pytest.raises(MediaError) as caught:
        fetch(pool, file, part, limit=limit)
    return caught.value.failure


def test_a_large_file_comes_in_portions(
    server: FileServer, pool: httpcore.ConnectionPool, part: Part
) -> None:
    offered = server.offer("large.bin", LARGE)
    fetch(pool, server.wanted("large.bin"), part, limit=LIMIT)
    assert part.path.read_bytes() == LARGE
    assert offered.ranges == [
        f"bytes={start}-{start + PORTION - 1}" for start in (0, PORTION, 2 * PORTION)
    ]
    tag = f'"{hashlib.sha256(LARGE).hexdigest()}"'
    assert offered.conditions == ["", tag, tag]


def test_after_a_cut_it_goes_on_from_the_byte_where_it_stopped(
    server: FileServer, pool: httpcore.ConnectionPool, part: Part
) -> None:
    offered = server.offer("cut.bin", LARGE, Quirk.CUT)
    file = server.wanted("cut.bin")
    assert failure_of(pool, file, part) is Failure.UNREACHABLE
    assert part.size == PORTION // 2
    fetch(pool, file, Part(part.path), limit=LIMIT)  # as after the end of the process
    assert part.path.read_bytes() == LARGE
    assert offered.ranges[1] == f"bytes={PORTION // 2}-{PORTION // 2 + PORTION - 1}"
    assert offered.conditions[1]


def test_a_server_without_ranges_gives_the_whole_file(
    server: FileServer, pool: httpcore.ConnectionPool, part: Part
) -> None:
    server.offer("plain.bin", LARGE, Quirk.NO_RANGES)
    fetch(pool, server.wanted("plain.bin"), part, limit=LIMIT)
    assert part.path.read_bytes() == LARGE


def test_a_part_without_tag_and_checksum_is_begun_anew(
    server: FileServer, pool: httpcore.ConnectionPool, part: Part
) -> None:
    offered = server.offer("untagged.bin", SMALL, Quirk.NO_TAG)
    part.path.parent.mkdir(parents=True)
    part.path.write_bytes(b"of something else")
    fetch(pool, WantedFile(server.url("untagged.bin"), "untagged.bin"), part, limit=LIMIT)
    assert part.path.read_bytes() == SMALL
    assert offered.ranges[0].startswith("bytes=0-")


def test_content_that_changes_meanwhile_is_never_mixed(
    server: FileServer, pool: httpcore.ConnectionPool, part: Part
) -> None:
    after = LARGE[::-1]
    offered = server.offer("changing.bin", LARGE, Quirk.CHANGES)
    offered.next_content = after
    fetch(pool, WantedFile(server.url("changing.bin"), "changing.bin"), part, limit=LIMIT)
    assert part.path.read_bytes() == after


def test_an_empty_file_is_a_file(
    server: FileServer, pool: httpcore.ConnectionPool, part: Part
) -> None:
    server.offer("empty.bin", b"")
    fetch(pool, server.wanted("empty.bin"), part, limit=LIMIT)
    assert part.path.read_bytes() == b""


@pytest.mark.parametrize(
    ("quirk", "failure"),
    [
        (Quirk.FORBIDDEN, Failure.FORBIDDEN),
        (Quirk.MISSING, Failure.MISSING),
        (Quirk.OTHER_RANGE, Failure.DAMAGED),
        (Quirk.NOT_SATISFIABLE, Failure.DAMAGED),
        (Quirk.EMPTY_RANGES, Failure.DAMAGED),
    ],
)
def test_what_will_not_change_leaves_nothing_behind(
    server: FileServer,
    pool: httpcore.ConnectionPool,
    part: Part,
    quirk: Quirk,
    failure: Failure,
) -> None:
    server.offer("bad.bin", SMALL, quirk)
    assert failure_of(pool, server.wanted("bad.bin"), part) is failure
    assert list(part.path.parent.glob("*")) == []
    assert not failure.may_pass_soon


def test_other_bytes_of_the_same_size_are_refused(
    server: FileServer, pool: httpcore.ConnectionPool, part: Part
) -> None:
    server.offer("wrong.bin", SMALL)
    file = server.wanted("wrong.bin", SMALL[::-1])
    assert failure_of(pool, file, part) is Failure.DAMAGED
    assert part.size == 0


@pytest.mark.parametrize("size", [len(SMALL) - 1, len(SMALL) + 1])
@pytest.mark.parametrize("quirk", [Quirk.NONE, Quirk.NO_RANGES])
def test_another_size_than_announced_is_refused(
    server: FileServer, pool: httpcore.ConnectionPool, part: Part, size: int, quirk: Quirk
) -> None:
    server.offer("size.bin", SMALL, quirk)
    file = replace(server.wanted("size.bin"), size=size)
    assert failure_of(pool, file, part) is Failure.DAMAGED


@pytest.mark.parametrize("is_announced", [True, False])
@pytest.mark.parametrize("quirk", [Quirk.NONE, Quirk.NO_RANGES])
def test_more_than_there_is_room_for_is_not_taken(
    server: FileServer,
    pool: httpcore.ConnectionPool,
    part: Part,
    quirk: Quirk,
    *,
    is_announced: bool,
) -> None:
    server.offer("huge.bin", LARGE, quirk)
    file = server.wanted("huge.bin")
    file = file if is_announced else replace(file, size=None)
    assert failure_of(pool, file, part, limit=100_000) is Failure.TOO_LARGE
    assert part.size == 0


def test_a_fault_of_the_server_may_pass(
    server: FileServer, pool: httpcore.ConnectionPool, part: Part
) -> None:
    server.offer("fault.bin", SMALL, Quirk.FAULT_ONCE)
    file = server.wanted("fault.bin")
    assert failure_of(pool, file, part) is Failure.UNREACHABLE
    fetch(pool, file, part, limit=LIMIT)
    assert part.path.read_bytes() == SMALL


@pytest.mark.parametrize(
    "url", ["ftp://127.0.0.1/file", "/files/1/a.pdf", "", "http://", "http://[::1/a", "file:///etc"]
)
def test_an_address_that_cannot_be_asked_is_refused(
    pool: httpcore.ConnectionPool, part: Part, url: str
) -> None:
    assert failure_of(pool, WantedFile(url, "a.pdf"), part) is Failure.UNSUPPORTED


def test_a_server_that_is_away_may_come_back(pool: httpcore.ConnectionPool, part: Part) -> None:
    with file_server() as gone:
        url = gone.url("a.pdf")
    assert failure_of(pool, WantedFile(url, "a.pdf"), part) is Failure.UNREACHABLE


def test_the_name_of_a_content_is_no_path() -> None:
    file = WantedFile("http://a.example/b?signature=1", "b", checksum="../../etc/passwd")
    assert set(file.key) <= set("0123456789abcdef")
    assert file.key == replace(file, url="http://a.example/b?signature=2").key
    assert "signature" not in file.plain_url
