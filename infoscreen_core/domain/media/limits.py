"""How large a file of the library may be, packed and unpacked."""

from dataclasses import dataclass
from typing import Final

MEBIBYTE: Final = 1024 * 1024
DEFAULT_FILE_MB: Final = 4096
"""The largest file, in MiB, unless the environment says otherwise."""


@dataclass(frozen=True, slots=True)
class FileLimits:
    """What a file may ask of whoever opens it. Sizes are in bytes."""

    max_bytes: int = DEFAULT_FILE_MB * MEBIBYTE
    quota_bytes: int | None = None
    """What all contents of the library may take together; None: what the disk has."""
    max_picture_bytes: int = 200 * MEBIBYTE
    max_pixels: int = 100_000_000
    """Of a single picture: more than phones take, and what a worker can still draw."""
    max_frames: int = 5_000
    """Of an animation."""
    max_animation_pixels: int = 4_000_000_000
    """Of all frames of an animation together."""
    max_svg_bytes: int = 50 * MEBIBYTE
    max_compound_bytes: int = 512 * MEBIBYTE
    """Of an old office document, whose table of contents is read into memory."""
    max_members: int = 10_000
    """Files packed in an office document."""
    max_unpacked_bytes: int = 1024 * MEBIBYTE
    """Of all files in an office document together, those in packed files in it included."""
    max_ratio: int = 200
    """How many times larger than packed a document may be that is not small."""
    max_nesting: int = 3
    """Packed files within packed files."""


DEFAULT_LIMITS: Final = FileLimits()
