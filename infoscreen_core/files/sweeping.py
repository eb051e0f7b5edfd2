"""Removes contents, and what was made of them, that no file of the library has any more.

Nothing is removed that is not an hour old: whoever adds a file moves its content here first, and
writes the row that refers to it later.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from secrets import token_hex
from typing import Final

from infoscreen_core.files.store import MediaStore

YOUNGEST: Final = timedelta(hours=1)
"""What is younger may be wanted by somebody who has not said so yet."""
_LENGTH: Final = 64


def list_shelves(store: MediaStore) -> list[str]:
    """Return the shelves on which anything lies: the first two digits of checksums."""
    found: set[str] = set()
    for room in _rooms(store):
        with suppress(FileNotFoundError):
            found |= {entry.name for entry in os.scandir(room) if entry.is_dir()}
    return sorted(found)


def list_checksums(store: MediaStore, shelf: str) -> list[str]:
    """Return the checksums of what lies on a shelf: of contents, and of what others came from."""
    found: set[str] = set()
    for room in _rooms(store):
        with suppress(FileNotFoundError):
            found |= {entry.name for entry in os.scandir(room / shelf) if _is_checksum(entry.name)}
    return sorted(found)


def finish(store: MediaStore, *, now: datetime) -> None:
    """Remove what a sweep took away that was ended before it had removed it."""
    with suppress(FileNotFoundError):
        for taken in _discarded(store).iterdir():
            if _is_old(taken, (now - YOUNGEST).timestamp()):
                _remove(taken)


def discard(store: MediaStore, checksum: str, *, now: datetime) -> int:
    """Remove a content and what was made of it, unless they are young; return how many went."""
    latest = (now - YOUNGEST).timestamp()
    places = [room / checksum[:2] / checksum for room in _rooms(store)]
    return sum(_discard(store, place, latest) for place in places)


def _discard(store: MediaStore, place: Path, latest: float) -> bool:
    """Take it away first, and then look how old it is: it may have been put there just now."""
    if not _is_old(place, latest):
        return False
    taken = _discarded(store) / token_hex(16)
    taken.parent.mkdir(parents=True, exist_ok=True)
    try:
        place.rename(taken)
    except FileNotFoundError:
        return False
    if not _is_old(taken, latest) and not place.exists():
        taken.rename(place)
        return False
    _remove(taken)
    return True


def _remove(taken: Path) -> None:
    if taken.is_dir():
        shutil.rmtree(taken)
    else:
        taken.unlink()


def _discarded(store: MediaStore) -> Path:
    return store.root / "discarded"


def _is_old(place: Path, latest: float) -> bool:
    """Whether neither it nor anything in it was written lately; False when there is no such."""
    try:
        return all(path.stat().st_mtime < latest for path in _all_of(place))
    except FileNotFoundError:
        return False


def _all_of(place: Path) -> Iterator[Path]:
    yield place
    if place.is_dir():
        yield from place.iterdir()


def _is_checksum(name: str) -> bool:
    return len(name) == _LENGTH and set(name) <= set("0123456789abcdef")


def _rooms(store: MediaStore) -> tuple[Path, Path]:
    return store.root / "content", store.root / "derived"
