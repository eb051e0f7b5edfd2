"""Where the bytes of media files lie on disk.

Content is addressed by its SHA-256, so that the same content is kept once however many files of
the library have it, and no name that a person chose ever becomes a path. What is made of it, such
as a PDF, lies under the checksum of what it was made from. A file is written elsewhere below the
same root and renamed: nobody reads half of one.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from infoscreen_core.domain.media.types import Target

_DERIVED_NAMES: Final = {
    Target.PDF: "document.pdf",
    Target.THUMBNAIL: "thumbnail.webp",
    Target.MP4: "video.mp4",
}
_TARGETS: Final = {name: target for target, name in _DERIVED_NAMES.items()}


@dataclass(frozen=True, slots=True)
class MediaStore:
    """The folder that console and workers share; `root` need not exist yet."""

    root: Path

    @property
    def uploads(self) -> Path:
        """Where unfinished uploads lie."""
        return self.root / "uploads"

    @property
    def work(self) -> Path:
        """Where converters work."""
        return self.root / "work"

    def content_path(self, checksum: str) -> Path:
        """Return where the content with this SHA-256 (64 hexadecimal digits) lies, or would."""
        return self.root / "content" / _shelf(checksum) / checksum

    def derived_path(self, checksum: str, target: Target) -> Path:
        """Return where what was made of some content lies, or would."""
        return self.root / "derived" / _shelf(checksum) / checksum / _DERIVED_NAMES[target]

    def page_path(self, checksum: str, name: str) -> Path:
        """Return where a picture of a document's page lies, or would: see `files.pages`."""
        return self.root / "derived" / _shelf(checksum) / checksum / "pages" / name

    def find_derived(self, relative: str) -> tuple[str, Target] | None:
        """Return of which content, and what, a path of `derived_path` is; None for other paths."""
        parts = relative.split("/")
        target = _TARGETS.get(parts[-1])
        if len(parts) != 4 or target is None or not _is_checksum(parts[2]):  # noqa: PLR2004 - as below
            return None
        checksum = parts[2]
        is_ours = self.relative(self.derived_path(checksum, target)) == relative
        return (checksum, target) if is_ours else None

    def relative(self, path: Path) -> str:
        """Return a path below the root as the database keeps it."""
        return path.relative_to(self.root).as_posix()

    def keep(self, part: Path, checksum: str) -> Path:
        """Move a complete file, which lies below the root, to where its content belongs.

        Content that is already there is replaced by the same bytes, so that it counts as new for
        whoever sweeps what no file of the library has.
        """
        return _move(part, self.content_path(checksum))

    def keep_derived(self, part: Path, checksum: str, target: Target) -> Path:
        """Move what was made of some content to where it belongs.

        What is there already stays: two converters that made the same twice get different bytes,
        and players know the size and checksum of the first. It counts as new for whoever sweeps.
        """
        path = self.derived_path(checksum, target)
        path.parent.mkdir(parents=True, exist_ok=True)
        _flush(part)
        try:
            path.hardlink_to(part)
        except FileExistsError:
            os.utime(path)
        except OSError:  # a disk without hard links: two at the same instant are not told apart
            if not path.exists():
                part.replace(path)
        part.unlink(missing_ok=True)
        return path


def _is_checksum(text: str) -> bool:
    return len(text) == 64 and set(text) <= set("0123456789abcdef")  # noqa: PLR2004 - SHA-256


def _shelf(checksum: str) -> str:
    if not _is_checksum(checksum):
        message = f"this is no SHA-256: {checksum!r}"
        raise ValueError(message)
    return checksum[:2]


def _move(part: Path, target: Path) -> Path:
    """Rename durably: the bytes are on the disk before the name is."""
    target.parent.mkdir(parents=True, exist_ok=True)
    _flush(part)
    part.replace(target)
    return target


def _flush(part: Path) -> None:
    with part.open("rb") as file:
        os.fsync(file.fileno())
    os.utime(part)
