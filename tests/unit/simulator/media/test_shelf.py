"""The files that a fleet keeps: shared, bounded, the least recently used go first."""

import os
from hashlib import sha256
from pathlib import Path

import pytest

from workers.simulator.media.shelf import Shelf


def put(shelf: Shelf, name: str, size: int = 1000) -> str:
    key = sha256(name.encode()).hexdigest()
    part, draft = shelf.part(key), shelf.draft(key)
    part.write_bytes(bytes(size))
    (draft / "0001.jpg").write_bytes(name.encode())
    assert [page.read_bytes() for page in shelf.keep(key, part, draft)] == [name.encode()]
    return key


def last_used(root: Path, key: str, seconds: float) -> None:
    os.utime(root / "kept" / key[:2] / key / "pages.done", (seconds, seconds))


def test_what_one_process_keeps_another_one_finds(tmp_path: Path) -> None:
    key = put(Shelf(tmp_path, owner="1"), "a")
    found = Shelf(tmp_path, owner="501").find_pages(key)
    assert found is not None
    assert [page.name for page in found] == ["0001.jpg"]


def test_what_is_not_there_is_none(tmp_path: Path) -> None:
    assert Shelf(tmp_path).find_pages("0" * 64) is None


def test_the_least_recently_used_makes_room(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, limit=3500)
    old, used, newer = (put(shelf, name) for name in ("old", "used", "newer"))
    for seconds, key in enumerate((used, old, newer), start=1_000):
        last_used(tmp_path, key, seconds)
    shelf.find_pages(used)
    newest = put(shelf, "newest")
    assert shelf.find_pages(old) is None
    assert all(shelf.find_pages(key) is not None for key in (used, newer, newest))


def test_content_kept_twice_is_there_once(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    key = put(shelf, "a")
    assert put(shelf, "a") == key
    assert len(list((tmp_path / "kept").glob("??/*"))) == 1


@pytest.mark.parametrize("owner", ["1", "501"])
def test_after_a_kill_drafts_go_and_unfinished_files_stay(tmp_path: Path, owner: str) -> None:
    killed = Shelf(tmp_path, owner="1")
    draft, part = killed.draft("1" * 64), killed.part("2" * 64)
    part.write_bytes(b"half")
    again = Shelf(tmp_path, owner=owner)
    assert draft.exists() == (owner != "1")
    assert (again.part("2" * 64) == part) == (owner == "1")
    assert part.read_bytes() == b"half"
