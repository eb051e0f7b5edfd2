"""Which foreign programs this machine has, and what can be made with them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from shutil import which
from typing import Final

from infoscreen_core.domain.media.types import (
    OFFICE_TYPES,
    PICTURE_TYPES,
    VIDEO_TYPES,
    MediaType,
    Target,
)


class Program(StrEnum):
    """A program that conversions need."""

    OFFICE = "soffice"
    FFMPEG = "ffmpeg"
    FFPROBE = "ffprobe"
    LIMITER = "prlimit"


PACKAGES: Final[Mapping[Program, tuple[str, ...]]] = {
    Program.OFFICE: ("libreoffice-impress-nogui", "libreoffice-writer-nogui"),
    Program.FFMPEG: ("ffmpeg",),
    Program.FFPROBE: ("ffmpeg",),
    Program.LIMITER: ("util-linux",),
}
"""What brings each, by its name in Debian and Ubuntu."""
_DRAWINGS: Final = frozenset({MediaType.SVG})
_VIDEO_PROGRAMS: Final = frozenset({Program.FFMPEG, Program.FFPROBE})


@dataclass(frozen=True)
class Programs:
    """What is there."""

    found: frozenset[Program]
    has_service: bool = False
    """Whether a service in the network (Gotenberg) converts documents."""

    @classmethod
    def look(cls, *, has_service: bool) -> "Programs":
        """Look which programs are installed now."""
        return cls(frozenset(one for one in Program if which(one)), has_service=has_service)

    @property
    def missing(self) -> tuple[Program, ...]:
        """Those that are needed and not there."""
        needed = [one for one in Program if one is not Program.OFFICE or not self.has_service]
        return tuple(one for one in needed if one not in self.found)

    @property
    def packages(self) -> tuple[str, ...]:
        """What has to be installed for all that is missing."""
        return tuple(dict.fromkeys(name for one in self.missing for name in PACKAGES[one]))

    def abilities(self) -> Mapping[Target, frozenset[MediaType]]:
        """Return what can be made, and of which files."""
        if Program.LIMITER not in self.found:
            return {}  # nothing is run without limits
        documents = OFFICE_TYPES if self.has_service or self._has(Program.OFFICE) else frozenset()
        drawings = _DRAWINGS if self._has(Program.OFFICE) else frozenset()
        videos = VIDEO_TYPES if self._has(*_VIDEO_PROGRAMS) else frozenset()
        read = PICTURE_TYPES | OFFICE_TYPES | videos | {MediaType.PDF}
        return {
            Target.PDF: documents,
            Target.FACTS: read,
            Target.THUMBNAIL: (read - _DRAWINGS) | drawings,
            Target.MP4: videos,
        }

    def _has(self, *programs: Program) -> bool:
        return self.found.issuperset(programs)
