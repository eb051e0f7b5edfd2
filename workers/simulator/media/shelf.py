"""Where the players of a fleet keep files: by their content, the least recently used go first."""

import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Final
from uuid import uuid4

MEBIBYTE: Final = 1024 * 1024
DEFAULT_LIMIT: Final = 512 * MEBIBYTE
_MARK: Final = "pages.done"


class Shelf:
    """A folder with a place for each content: the content itself and the pages drawn of it.

    Several processes may share it. Whoever finds something that another one removes meanwhile
    fetches it once more.
    """

    def __init__(self, root: Path, *, owner: str = "1", limit: int = DEFAULT_LIMIT) -> None:
        self._kept = root / "kept"
        self._desk = root / "parts" / owner
        """Where this process works: what it left there it finds again after its end."""
        self.limit = limit
        """Bytes in all, unfinished files not counted."""
        self._tidy()

    def part(self, key: str) -> Path:
        """Return where an unfinished file lies, or would."""
        return self._desk / f"{key}.part"

    def find_pages(self, key: str) -> list[Path] | None:
        """Return the pages of a content, None when it is not here; it counts as used now."""
        place = self._place(key)
        try:
            os.utime(place / _MARK)
        except OSError:
            return None
        return sorted(place.glob("*.jpg"))

    def keep(self, key: str, part: Path, pages: Path) -> list[Path]:
        """Take a finished file and the folder of its pages; return the pages.

        What was used least recently makes room.
        """
        place = self._place(key)
        place.parent.mkdir(parents=True, exist_ok=True)
        part.replace(pages / "content")
        (pages / _MARK).touch()
        self._remove(place)  # what an earlier run left half done
        with suppress(OSError):  # another process was first
            pages.rename(place)
        if pages.exists():
            shutil.rmtree(pages, ignore_errors=True)
        self._trim(keep=place)
        return sorted(place.glob("*.jpg"))

    def draft(self, key: str) -> Path:
        """Return a new empty folder for pages."""
        folder = self._desk / f"{key}-{uuid4().hex}"
        folder.mkdir(parents=True)
        return folder

    def _tidy(self) -> None:
        """Remove folders of a process that was killed; unfinished files are gone on with."""
        for left in self._desk.glob("*"):
            if left.is_dir():
                shutil.rmtree(left, ignore_errors=True)

    def _place(self, key: str) -> Path:
        return self._kept / key[:2] / key

    def _trim(self, *, keep: Path) -> None:
        places = [place for place in self._kept.glob("??/*") if place != keep]
        sizes = {place: _size(place) for place in (*places, keep)}
        excess = sum(sizes.values()) - self.limit
        for place in sorted(places, key=_used_at):
            if excess <= 0:
                return
            excess -= sizes[place]
            self._remove(place)

    def _remove(self, place: Path) -> None:
        removed = self._desk / f"removed-{uuid4().hex}"
        with suppress(OSError):  # it is not there, or another process is removing it
            self._desk.mkdir(parents=True, exist_ok=True)
            place.rename(removed)
            shutil.rmtree(removed, ignore_errors=True)


def _size(place: Path) -> int:
    total = 0
    for path in place.glob("*"):
        with suppress(OSError):
            total += path.stat().st_size
    return total


def _used_at(place: Path) -> float:
    try:
        return (place / _MARK).stat().st_mtime
    except OSError:
        return 0.0
