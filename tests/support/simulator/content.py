"""Small documents and pictures whose pages are told apart by their colour."""

import io
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

Colour = tuple[int, int, int]

RED: Colour = (200, 30, 30)
GREEN: Colour = (30, 160, 60)
BLUE: Colour = (30, 60, 200)
_PALETTE = (RED, GREEN, BLUE, (0, 0, 0), (255, 255, 255))
SCREEN = (640, 360)


def picture(colour: Colour, size: tuple[int, int] = SCREEN, kind: str = "PNG") -> bytes:
    return _saved([Image.new("RGB", size, colour)], kind)


def pdf(colours: Sequence[Colour], size: tuple[int, int] = SCREEN) -> bytes:
    """Return a document with a page of each colour."""
    return _saved([Image.new("RGB", size, colour) for colour in colours], "PDF")


def colour_at(data: bytes | Path, place: tuple[int, int] = (320, 150)) -> Colour:
    """Return the colour of a picture at a place: the nearest of those above, black or white."""
    source = data if isinstance(data, Path) else io.BytesIO(data)
    with Image.open(source) as image:
        found = image.convert("RGB").getpixel(place)
    assert isinstance(found, tuple)
    return min(
        _PALETTE, key=lambda one: sum((a - b) ** 2 for a, b in zip(one, found, strict=False))
    )


def _saved(images: Sequence[Image.Image], kind: str) -> bytes:
    buffer = io.BytesIO()
    more = {"save_all": True, "append_images": list(images[1:])} if kind == "PDF" else {}
    images[0].save(buffer, kind, **more)
    return buffer.getvalue()
