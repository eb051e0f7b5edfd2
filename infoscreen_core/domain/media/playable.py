"""Which videos every player can show: a Raspberry Pi decodes H.264 up to 1080p60, and little else.

The rule is for the weakest player that is common (Raspberry Pi 3 and 4, and browsers): what it
allows plays everywhere. What it does not may still play on some; so it is said, and not forbidden.
"""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Final

from infoscreen_core.domain.media.types import MediaType

LONG_SIDE: Final = 1920
SHORT_SIDE: Final = 1088
"""1080 rounded up to whole blocks of 16, as encoders count."""
FRAMES_PER_SECOND: Final = 60.5
"""60, and what rounding adds."""
_LEVEL: Final = 42
"""H.264 level 4.2: 1080p at 60 frames a second."""
_PROFILES: Final = frozenset({"Constrained Baseline", "Baseline", "Main", "High"})
_PIXELS: Final = frozenset({"yuv420p", "yuvj420p"})
"""4:2:0 with 8 bits, in both ranges."""
_SOUND: Final = frozenset({None, "aac", "mp3"})
_CONTAINERS: Final = frozenset({MediaType.MP4, MediaType.MOV})


class Unplayable(StrEnum):
    """Why not every player can show a video."""

    CONTAINER = "container"
    CODEC = "codec"
    PROFILE = "profile"
    SIZE = "size"
    FRAME_RATE = "frame_rate"
    SOUND = "sound"


@dataclass(frozen=True, slots=True)
class VideoFacts:
    """What is in a video, as `ffprobe` names it; None where it does not say."""

    duration: float | None
    """Seconds."""
    width: int
    height: int
    bitrate: int | None
    """Bits per second, all streams together."""
    codec: str
    profile: str | None
    level: int | None
    """Ten times the level's number, as in 42."""
    pixels: str | None
    frame_rate: float | None
    sound: str | None
    """The codec of the first sound; None: silent."""

    @property
    def resolution(self) -> str:
        """As players are told, such as `1920x1080`."""
        return f"{self.width}x{self.height}"

    def kept(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        return asdict(self) | {"resolution": self.resolution}


def find_obstacles(media_type: MediaType, facts: VideoFacts) -> tuple[Unplayable, ...]:
    """Return why not every player can show a video; nothing when all can."""
    found = {
        Unplayable.CONTAINER: media_type not in _CONTAINERS,
        Unplayable.CODEC: facts.codec != "h264",
        Unplayable.PROFILE: facts.codec == "h264" and not _is_plain(facts),
        Unplayable.SIZE: max(facts.width, facts.height) > LONG_SIDE
        or min(facts.width, facts.height) > SHORT_SIDE,
        Unplayable.FRAME_RATE: (facts.frame_rate or 0) > FRAMES_PER_SECOND,
        Unplayable.SOUND: facts.sound not in _SOUND,
    }
    return tuple(reason for reason, holds in found.items() if holds)


def _is_plain(facts: VideoFacts) -> bool:
    return (
        facts.profile in _PROFILES
        and facts.pixels in _PIXELS
        and (facts.level is None or facts.level <= _LEVEL)
    )
