"""Writes German with Pillow's own typeface, which is always there and has no umlauts."""

import textwrap
import unicodedata
from functools import cache
from typing import Final

from PIL import ImageDraw, ImageFont

Colour = tuple[int, int, int]

_REPLACEMENTS: Final = str.maketrans(
    {
        "ß": "ss",
        "\N{EN DASH}": "-",
        "\N{EM DASH}": "-",
        "„": '"',
        "“": '"',
        "”": '"',
        "\N{RIGHT SINGLE QUOTATION MARK}": "'",
    }
)
_DIAERESIS: Final = "\u0308"
_UPPERCASE_ROOM: Final = 0.06
_LOWERCASE_ROOM: Final = 0.20


def write_lines(
    draw: ImageDraw.ImageDraw,
    place: tuple[int, int],
    text: str,
    *,
    size: int,
    width: int,
    colour: Colour,
    lowest: int,
) -> int:
    """Write wrapped text, as much as fits above `lowest`; return where it ends."""
    x, y = place
    for paragraph in text.splitlines():
        for line in textwrap.wrap(paragraph, width) or [""]:
            if y + size > lowest:
                return y
            write_line(draw, (x, y), line, size, colour)
            y += round(size * 1.25)
    return y


def write_line(
    draw: ImageDraw.ImageDraw,
    place: tuple[int, int],
    text: str,
    size: int,
    colour: Colour,
) -> None:
    """Write one line; Pillow's own typeface has no umlauts, so their dots are drawn."""
    x, y = float(place[0]), place[1]
    font = _font(size)
    for cluster in _clusters(text):
        letter = cluster[0]
        advance = font.getlength(letter)
        draw.text((x, y), letter, font=font, fill=colour)
        if _DIAERESIS in cluster:
            _dot(draw, x + advance / 2, y + size * _room(letter), size, colour)
        x += advance


def _room(letter: str) -> float:
    return _UPPERCASE_ROOM if letter.isupper() else _LOWERCASE_ROOM


def _dot(draw: ImageDraw.ImageDraw, x: float, y: float, size: int, colour: Colour) -> None:
    radius, gap = max(size * 0.05, 1.0), size * 0.13
    for middle in (x - gap, x + gap):
        draw.ellipse([middle - radius, y - radius, middle + radius, y + radius], fill=colour)


def _clusters(text: str) -> list[str]:
    """Split text into letters with their accents."""
    clusters: list[str] = []
    for character in unicodedata.normalize("NFD", text.translate(_REPLACEMENTS)):
        if unicodedata.combining(character) and clusters:
            clusters[-1] += character
        else:
            clusters.append(character)
    return clusters


@cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)
