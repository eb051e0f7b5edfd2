"""A page on the screen, with what the player lays over it."""

from functools import lru_cache
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw

from workers.simulator.media.pages import SIZE
from workers.simulator.writing import write_line

_KEPT: Final = 48
"""Pages in memory, 0.7 MB each, for all players of a process."""
_BAR_HEIGHT: Final = 5
_BAR, _BAR_GROUND = (59, 130, 246), (203, 213, 225)
_STRIP_SIZE: Final = 13
_STRIP_LETTER: Final = 7.2


@lru_cache(_KEPT)
def open_page(path: Path) -> Image.Image:
    """Return a page, for all who show it: copy it before drawing on it."""
    with Image.open(path) as image:
        return image.convert("RGB")


def add_progress(page: Image.Image, share: float) -> Image.Image:
    """Draw along the bottom how far the pages are."""
    width, height = SIZE
    draw = ImageDraw.Draw(page)
    draw.rectangle((0, height - _BAR_HEIGHT, width, height), fill=_BAR_GROUND)
    draw.rectangle((0, height - _BAR_HEIGHT, round(width * share), height), fill=_BAR)
    return page


def add_strip(page: Image.Image, text: str) -> Image.Image:
    """Write small, in the lower left corner, who shows this and when."""
    length = round(len(text) * _STRIP_LETTER) + 12
    left, top = 6, SIZE[1] - 30
    shade = Image.new("RGBA", (length, 20), (15, 23, 42, 190))
    page.paste(shade, (left, top), shade)
    write_line(ImageDraw.Draw(page), (left + 7, top + 2), text, _STRIP_SIZE, (255, 255, 255))
    return page
