"""Pictures and PDFs are looked into and get a small picture; bombs end within their limits."""

import struct
import zlib
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from infoscreen_core.domain.media.conversion import Failure
from infoscreen_core.domain.media.types import MediaType, Target
from tests.support.media.documents import COLORS, write_pdf
from tests.support.media.lab import Lab
from workers.converter.bench import PICTURE_SIDE, ConversionError

FORMATS = {
    MediaType.PNG: "PNG",
    MediaType.JPG: "JPEG",
    MediaType.GIF: "GIF",
    MediaType.WEBP: "WEBP",
}


@pytest.mark.parametrize("kind", list(FORMATS))
def test_a_picture_is_measured_and_made_small(tmp_path: Path, lab: Lab, kind: MediaType) -> None:
    path = tmp_path / f"a.{kind}"
    Image.new("RGB", (1600, 900), "red").save(path, FORMATS[kind])
    assert lab.make(path, kind, Target.FACTS).facts == {"resolution": "1600x900"}
    with Image.open(lab.made(lab.make(path, kind, Target.THUMBNAIL))) as small:
        assert (small.format, small.size) == ("WEBP", (PICTURE_SIDE, 360))


def test_a_photo_is_turned_as_its_camera_was_held(tmp_path: Path, lab: Lab) -> None:
    path = tmp_path / "a.jpg"
    photo = Image.new("RGB", (400, 300))
    exif = photo.getexif()
    exif[0x0112] = 6
    photo.save(path, exif=exif)
    assert lab.make(path, MediaType.JPG, Target.FACTS).facts == {"resolution": "300x400"}


def test_what_is_clear_stays_clear(tmp_path: Path, lab: Lab) -> None:
    path = tmp_path / "a.png"
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(path)
    with Image.open(lab.made(lab.make(path, MediaType.PNG, Target.THUMBNAIL))) as small:
        assert small.convert("RGBA").getpixel((5, 5)) == (0, 0, 0, 0)


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few hundred bytes that claims so many pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * 100_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize("target", [Target.FACTS, Target.THUMBNAIL])
def test_a_picture_that_unpacks_without_end_is_refused(
    tmp_path: Path, lab: Lab, target: Target
) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(bomb(60_000, 60_000))
    with pytest.raises(ConversionError) as caught:
        lab.make(path, MediaType.PNG, target)
    assert caught.value.failure is Failure.TOO_LARGE


def test_a_picture_that_lies_about_its_kind_is_refused(tmp_path: Path, lab: Lab) -> None:
    path = tmp_path / "a.png"
    Image.new("RGB", (10, 10)).save(path, "TIFF")
    with pytest.raises(ConversionError) as caught:
        lab.make(path, MediaType.PNG, Target.THUMBNAIL)
    assert caught.value.failure is Failure.BROKEN


@pytest.mark.parametrize(
    ("size", "resolution"),
    [
        ('width="200" height="100"', "200x100"),
        ('width="10cm" height="1in" viewBox="0 0 5 5"', "378x96"),
        ('viewBox="0 0 640 480"', "640x480"),
        ('width="100%" height="100%" viewBox="0,0,64,48"', "64x48"),
        ("", None),
    ],
)
def test_a_drawing_says_how_large_it_is(
    tmp_path: Path, lab: Lab, size: str, resolution: str | None
) -> None:
    path = tmp_path / "a.svg"
    path.write_text(f'<svg xmlns="http://www.w3.org/2000/svg" {size}><script>x()</script></svg>')
    made = lab.make(path, MediaType.SVG, Target.FACTS)
    assert made.facts == ({"resolution": resolution} if resolution else {})


def test_a_drawing_that_laughs_a_billion_times_is_not_listened_to(tmp_path: Path, lab: Lab) -> None:
    laughs = "".join(
        f'<!ENTITY l{number} "{f"&l{number - 1};" * 10 if number else "ha"}">'
        for number in range(12)
    )
    path = tmp_path / "a.svg"
    path.write_text(
        f'<?xml version="1.0"?><!DOCTYPE svg [{laughs}]>'
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text>&l11;</text></svg>'
    )
    lab.rules = replace(lab.rules, seconds=4)
    with pytest.raises(ConversionError) as caught:
        lab.make(path, MediaType.SVG, Target.FACTS)
    assert caught.value.failure is Failure.BROKEN
    with pytest.raises(ConversionError) as caught:
        lab.make(path, MediaType.SVG, Target.THUMBNAIL)
    assert caught.value.failure in {Failure.BROKEN, Failure.TIMEOUT, Failure.CRASHED}


def test_the_pages_of_a_pdf_are_counted_and_the_first_is_shown(tmp_path: Path, lab: Lab) -> None:
    path = write_pdf(tmp_path / "a.pdf", 3)
    assert lab.make(path, MediaType.PDF, Target.FACTS).facts == {"page_count": 3}
    with Image.open(lab.made(lab.make(path, MediaType.PDF, Target.THUMBNAIL))) as small:
        assert small.size == (PICTURE_SIDE, 360)
        middle = small.convert("RGB").getpixel((320, 180))
    wanted = tuple(bytes.fromhex(COLORS[0][1:]))
    assert isinstance(middle, tuple)
    assert all(abs(one - other) < 16 for one, other in zip(middle, wanted, strict=True))


def test_a_pdf_that_is_broken_or_locked_is_said(tmp_path: Path, lab: Lab) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF-1.4\nnothing")
    with pytest.raises(ConversionError) as caught:
        lab.make(path, MediaType.PDF, Target.FACTS)
    assert caught.value.failure is Failure.BROKEN
    locked = tmp_path / "locked.pdf"
    locked.write_bytes(LOCKED)
    with pytest.raises(ConversionError) as caught:
        lab.make(locked, MediaType.PDF, Target.FACTS)
    assert caught.value.failure is Failure.PASSWORD


LOCKED = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\n"
    b"4 0 obj<</Filter/Standard/V 1/R 2/Length 40/P -4/O<"
    + b"41" * 32
    + b">/U<"
    + b"42" * 32
    + b">>>endobj\n"
    b"trailer<</Root 1 0 R/Size 5/Encrypt 4 0 R/ID[<41><41>]>>\n%%EOF\n"
)
"""Encrypted with a password that nobody knows."""
