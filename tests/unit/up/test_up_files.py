"""What `up` keeps in its directory, when the disk is full and when it is not."""

import resource
from pathlib import Path

import orjson
import pytest

from tests.support.failing import limited
from workers.up import reserve, state
from workers.up.reserve import Reserve
from workers.up.state import StateFiles, exclusive


def read_pids(directory: Path) -> dict[str, int]:
    pids: dict[str, int] = orjson.loads((directory / "up.pids").read_bytes())
    return pids


def test_what_there_is_no_room_for_is_written_once_there_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(state, "_RETRY_SECONDS", 0.0)
    files = StateFiles(tmp_path)
    files.note({"listener": 1}, None)
    with limited(resource.RLIMIT_FSIZE, 0):
        files.note({"listener": 2}, None)
        files.catch_up()
    assert read_pids(tmp_path) == {"listener": 1}
    files.catch_up()
    assert read_pids(tmp_path) == {"listener": 2}
    assert [path.name for path in tmp_path.iterdir()] == ["up.pids"]


def test_a_directory_is_locked_though_there_is_no_room_for_a_number(tmp_path: Path) -> None:
    with limited(resource.RLIMIT_FSIZE, 0), exclusive(tmp_path):
        assert (tmp_path / "up.lock").read_text() == ""


def test_some_room_is_kept_until_it_is_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reserve, "MOST_BYTES", 100_000)
    kept = Reserve(tmp_path)
    kept.take()
    kept.take()
    status = (tmp_path / "up.reserve").stat()
    assert status.st_size == 100_000
    assert status.st_blocks * 512 >= 100_000  # it does take the room
    kept.give_back()
    kept.give_back()
    assert not list(tmp_path.iterdir())


def test_without_room_to_spare_none_is_kept(tmp_path: Path) -> None:
    with limited(resource.RLIMIT_FSIZE, 0):
        Reserve(tmp_path).take()
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) == 0
