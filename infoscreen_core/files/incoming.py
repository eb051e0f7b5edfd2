"""Files on their way into the library: weighed, looked at, and put where contents lie.

This happens outside any transaction, since reading a large file takes its time. A file that is
refused leaves nothing behind.
"""

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from infoscreen_core.domain.media.limits import DEFAULT_LIMITS, FileLimits
from infoscreen_core.domain.media.names import clean_name, name_for
from infoscreen_core.domain.text.wording import Sentence
from infoscreen_core.files.sniffing import Sniffed, sniff
from infoscreen_core.files.store import MediaStore

_CHUNK: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Incoming:
    """A complete file for a place in the library. Its content lies in the store."""

    path: Path
    name: str
    folder_id: int | None
    """None: at the top."""
    checksum: str
    """SHA-256, 64 hexadecimal digits."""
    size: int
    """Bytes."""
    sniffed: Sniffed
    quota_bytes: int | None = None
    """How much the library may hold at most; None: as much as the disk has room for."""


@dataclass(frozen=True, slots=True)
class Received:
    """A file that was found good; `name` is fit for the library, and its suffix is right."""

    path: Path
    name: str
    checksum: str
    size: int
    sniffed: Sniffed
    given_name: str
    """What it was called by whoever sent it."""
    quota_bytes: int | None = None

    def into(self, folder_id: int | None) -> Incoming:
        """Return it with the folder that it goes to; None is the top."""
        return Incoming(
            self.path,
            self.name,
            folder_id,
            self.checksum,
            self.size,
            self.sniffed,
            self.quota_bytes,
        )

    @property
    def note(self) -> Sentence | None:
        """What is to be said of a name that was not kept; None when nothing is."""
        if name_for(self.given_name, self.sniffed.media_type) == self.given_name:
            return None
        return Sentence(
            "The content is of the kind {kind}, so the file is called “{name}” now.",
            kind=self.sniffed.media_type.upper(),
            name=self.name,
        )


def receive(path: Path, name: str, *, limits: FileLimits = DEFAULT_LIMITS) -> Received:
    """Weigh a complete file and look at it; the file stays where it is.

    Raises `InvalidInputError`, with a sentence, for a file or a name that is not taken.
    """
    given = clean_name(name)
    sniffed = sniff(path, given, limits)
    return Received(
        path,
        name_for(given, sniffed.media_type),
        _checksum(path),
        path.stat().st_size,
        sniffed,
        given,
        limits.quota_bytes,
    )


def take_in(
    store: MediaStore, path: Path, name: str, *, limits: FileLimits = DEFAULT_LIMITS
) -> Received:
    """Receive a complete file below `store.uploads` and move it to where contents lie.

    What is refused is deleted. The file is now safe for an hour without a row that refers to it.
    """
    try:
        received = receive(path, name, limits=limits)
        store.keep(path, received.checksum)
    finally:
        with suppress(OSError):
            path.unlink(missing_ok=True)
    return received


def _checksum(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
