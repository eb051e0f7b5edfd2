"""Reads a picture, as a program of its own: `picture.py WHAT KIND FILE`.

WHAT is `facts`, or `small`, followed by a TARGET and the SIDE of the small picture it makes.

It runs in the sandbox, with nothing of ours but this file. What it found is one JSON object on
standard output: `{"failure": WORD}`, or facts.
"""

import json
import re
import sys
import warnings
from pathlib import Path
from typing import Any
from xml.parsers import expat

from PIL import Image, ImageOps, UnidentifiedImageError

MAX_PIXELS = 100_000_000
"""10,000 x 10,000: a bomb of a few bytes may claim billions."""
_FORMATS = {"png": ["PNG"], "jpg": ["JPEG", "MPO"], "gif": ["GIF"], "webp": ["WEBP"]}
_QUALITY = 80
_LENGTH = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*(px|pt|pc|mm|cm|in|)\s*")
_PIXELS_OF = {"": 1, "px": 1, "pt": 4 / 3, "pc": 16, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96}
_CORNERS = 4
_LONGEST = 100_000


class _RootReadError(Exception):
    """The first element was read; the rest does not matter."""


def main(arguments: list[str]) -> dict[str, Any]:
    """Do what the arguments say; return what is printed."""
    what, kind, path, *rest = arguments
    if kind == "svg":
        return drawing_facts(Path(path))
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    try:
        with Image.open(path, formats=_FORMATS[kind]) as image:
            if what == "facts":
                return facts(image)
            return small(image, Path(rest[0]), int(rest[1]))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError) as error:
        return {"failure": "too_large", "message": str(error)}
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        return {"failure": "broken", "message": str(error)}


def facts(image: Image.Image) -> dict[str, Any]:
    """Return how large a picture is, turned as its camera says; the first frame must be whole."""
    image.load()
    turned = ImageOps.exif_transpose(image)
    return {"width": turned.width, "height": turned.height}


def small(image: Image.Image, target: Path, side: int) -> dict[str, Any]:
    """Make a picture that is at most `side` pixels wide and high."""
    image.draft("RGB", (side, side))
    turned = ImageOps.exif_transpose(image)
    has_holes = "A" in turned.getbands() or "transparency" in turned.info
    made = turned.convert("RGBA" if has_holes else "RGB")
    made.thumbnail((side, side))
    made.save(target, "WEBP", quality=_QUALITY)
    return {}


def drawing_facts(path: Path) -> dict[str, Any]:
    """Return how large an SVG drawing is, by its first element; entities are not looked at."""
    found: dict[str, str] = {}

    def note(name: str, attributes: dict[str, str]) -> None:
        found.update(attributes, element=name.rpartition(":")[2])
        raise _RootReadError

    def refuse(*_: object) -> None:
        found["entity"] = "yes"
        raise _RootReadError

    parser = expat.ParserCreate()
    parser.StartElementHandler = note
    parser.EntityDeclHandler = refuse
    try:
        with path.open("rb") as file:
            parser.ParseFile(file)
    except _RootReadError:
        pass
    except expat.ExpatError as error:
        return {"failure": "broken", "message": str(error)}
    if found.get("element") != "svg":
        return {"failure": "broken"}
    width, height = _drawing_size(found)
    return {"width": width, "height": height}


def _drawing_size(found: dict[str, str]) -> tuple[int | None, int | None]:
    width, height = _pixels(found.get("width", "")), _pixels(found.get("height", ""))
    corners = re.split(r"[\s,]+", found.get("viewBox", "").strip())
    if (width is None or height is None) and len(corners) == _CORNERS:
        width, height = _pixels(corners[2]), _pixels(corners[3])
    return width, height


def _pixels(length: str) -> int | None:
    found = _LENGTH.fullmatch(length)
    if found is None:
        return None
    pixels = round(float(found[1]) * _PIXELS_OF[found[2]])
    return pixels if 0 < pixels <= _LONGEST else None


if __name__ == "__main__":
    json.dump(main(sys.argv[1:]), sys.stdout)
