"""Files that are on their way to the library: what has arrived of each, and whose it is.

An upload is a part, whose size says how much has arrived, a note beside it, and a file to lock. So
it outlives the process that takes it, and several processes may serve one folder: a lock ends with
the process that holds it.
"""

import fcntl
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO, Final

from infoscreen_core.errors import BusyError, NotFoundError

UPLOAD_LIFE: Final = timedelta(hours=24)
"""So long after its last byte an upload can be taken up again."""
FINISHED_LIFE: Final = timedelta(hours=1)
"""So long a finished one is remembered, for whoever missed the last answer."""
_ID: Final = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Upload:
    """What is known of a file that is on its way."""

    id: str
    owner_id: int
    """The person who sends it, and nobody else sees it."""
    name: str
    length: int
    """Bytes of the whole file."""
    metadata: str
    """As its sender gave it."""
    touched_at: datetime
    folder_id: int | None = None
    replaces_id: int | None = None
    """The file of the library of which it becomes the next version."""
    checked_until: int | None = None
    """Bytes that hold while some are written whose checksum is yet to be compared."""
    checksum: str | None = None
    """Of the whole content, once that lies in the store: the part is gone then."""
    media_id: int | None = None
    """The file of the library that it became."""

    @property
    def expires_at(self) -> datetime:
        """When it may be swept."""
        return self.touched_at + (UPLOAD_LIFE if self.media_id is None else FINISHED_LIFE)


def new_upload_id() -> str:
    """Return an id that nobody guesses."""
    return token_hex(16)


@dataclass(frozen=True, slots=True)
class UploadStore:
    """The folder of unfinished uploads; it need not exist yet."""

    folder: Path

    def part(self, upload_id: str) -> Path:
        """Return where an upload's bytes lie."""
        return self.folder / f"{upload_id}.part"

    def create(self, upload: Upload) -> None:
        """Begin an upload, of which nothing has arrived."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.part(upload.id).open("xb").close()
        self._lock(upload.id).open("xb").close()
        self.save(upload)

    def save(self, upload: Upload) -> None:
        """Keep what is known of an upload; a reader finds the old note or the new one, whole."""
        note = asdict(upload) | {"touched_at": upload.touched_at.isoformat()}
        draft = self.folder / f"{upload.id}.{token_hex(4)}.new"
        draft.write_text(json.dumps(note), encoding="utf-8")
        draft.replace(self._note(upload.id))

    def find(self, upload_id: str, *, now: datetime) -> Upload | None:
        """Return an upload; None when there is none, or its time is over."""
        if not _ID.fullmatch(upload_id):
            return None
        upload = _read(self._note(upload_id))
        return upload if upload and now < upload.expires_at else None

    def offset(self, upload: Upload) -> int:
        """Return how many bytes have arrived, and hold."""
        if upload.checksum is not None:
            return upload.length
        with suppress(FileNotFoundError):
            size = self.part(upload.id).stat().st_size
            return size if upload.checked_until is None else min(size, upload.checked_until)
        return 0

    def cut(self, upload_id: str, size: int) -> None:
        """Drop what lies in the part beyond this many bytes."""
        os.truncate(self.part(upload_id), size)

    def list_all(self) -> list[Upload]:
        """Return every upload that has a note, finished or not."""
        found = (_read(path) for path in self.folder.glob("*.json") if _ID.fullmatch(path.stem))
        return [upload for upload in found if upload is not None]

    def count_open(self, owner_id: int, *, now: datetime) -> int:
        """Return how many unfinished uploads a person has."""
        return sum(
            one.owner_id == owner_id and one.media_id is None and now < one.expires_at
            for one in self.list_all()
        )

    @contextmanager
    def holding(self, upload_id: str) -> Iterator[None]:
        """Be the only one who works on an upload, of all processes.

        Raise `BusyError` while another does, `NotFoundError` when there is no such upload.
        """
        path = self._lock(upload_id)
        try:
            file = path.open("r+b")
        except FileNotFoundError:
            raise _gone() from None
        with file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise _taken() from None
            if not _is_at(path, file):
                raise _gone()
            yield

    def discard(self, upload_id: str) -> None:
        """Forget an upload and what has arrived of it."""
        for path in (self._note(upload_id), self.part(upload_id), self._lock(upload_id)):
            path.unlink(missing_ok=True)

    def sweep(self, *, now: datetime) -> int:
        """Forget what nobody goes on with, unless it is being written; return how many."""
        swept = sum(self._swept(one) for one in self.list_all() if now >= one.expires_at)
        self._sweep_strays(now)
        return swept

    def _swept(self, upload: Upload) -> bool:
        try:
            with self.holding(upload.id):
                self.discard(upload.id)
        except (BusyError, NotFoundError):
            return False
        return True

    def _sweep_strays(self, now: datetime) -> None:
        """Remove what a process left behind that died between two files."""
        known = {one.id for one in self.list_all()}
        for path in self.folder.glob("*.*"):
            with suppress(FileNotFoundError):
                changed_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
                if path.name.partition(".")[0] not in known and now - changed_at >= UPLOAD_LIFE:
                    path.unlink()

    def _note(self, upload_id: str) -> Path:
        return self.folder / f"{upload_id}.json"

    def _lock(self, upload_id: str) -> Path:
        return self.folder / f"{upload_id}.lock"


def touched(upload: Upload, *, now: datetime) -> Upload:
    """Return the upload as one that was just worked on, all of it checked."""
    return replace(upload, touched_at=now, checked_until=None)


def _read(path: Path) -> Upload | None:
    try:
        note = json.loads(path.read_text(encoding="utf-8"))
        return Upload(**note | {"touched_at": datetime.fromisoformat(note["touched_at"])})
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _gone() -> NotFoundError:
    return NotFoundError("There is no such upload; it may have expired.")


def _taken() -> BusyError:
    return BusyError("This file is being sent already; try again in a moment.")


def _is_at(path: Path, file: BinaryIO) -> bool:
    """Whether the file still has its name: it may have moved while the lock was waited for."""
    with suppress(FileNotFoundError):
        return path.stat().st_ino == os.fstat(file.fileno()).st_ino
    return False
