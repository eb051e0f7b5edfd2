"""What the readers that run in the sandbox find, called in this process."""

import struct
import warnings
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from tests.support.media.documents import write_pdf
from workers.converter.inside import pdf, picture


@pytest.fixture(autouse=True)
def _limits_of_pillow(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The reader lowers them for its process."""
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", Image.MAX_IMAGE_PIXELS)
    with warnings.catch_warnings():
        yield


def test_pages_are_counted_and_the_first_is_drawn(tmp_path: Path) -> None:
    path = str(write_pdf(tmp_path / "a.pdf", 2))
    assert pdf.main(["facts", path]) == {"page_count": 2, "fonts": []}
    target = tmp_path / "small.png"
    assert pdf.main(["small", path, str(target), "200"]) == {}
    with Image.open(target) as image:
        assert max(image.size) == 200


def test_a_broken_pdf_is_said(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF-1.4 nothing")
    assert pdf.main(["facts", str(path)])["failure"] == "broken"


def test_too_many_pages_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MAX_PAGES", 1)
    path = write_pdf(tmp_path / "a.pdf", 2)
    assert pdf.main(["facts", str(path)]) == {"failure": "too_large"}


def test_a_picture_is_measured_and_made_small(tmp_path: Path) -> None:
    path = tmp_path / "a.gif"
    Image.new("P", (90, 60)).save(path, transparency=0)
    assert picture.main(["facts", "gif", str(path)]) == {"width": 90, "height": 60}
    target = tmp_path / "small.webp"
    assert picture.main(["small", "gif", str(path), str(target), "30"]) == {}
    with Image.open(target) as image:
        assert (image.format, image.size, image.mode) == ("WEBP", (30, 20), "RGBA")


def test_a_picture_of_too_many_pixels_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    Image.new("1", (1, 1)).save(path)
    content = bytearray(path.read_bytes())
    content[16:24] = struct.pack(">II", 20_000, 20_000)
    content[29:33] = struct.pack(">I", zlib.crc32(content[12:29]))
    path.write_bytes(content)
    assert picture.main(["facts", "png", str(path)])["failure"] == "too_large"


def test_another_kind_of_picture_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    Image.new("RGB", (3, 3)).save(path, "BMP")
    assert picture.main(["facts", "png", str(path)])["failure"] == "broken"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('<svg width="3" height="4"/>', {"width": 3, "height": 4}),
        ('<x:svg xmlns:x="u" viewBox="0 0 7 8"><broken', {"width": 7, "height": 8}),
        ('<svg width="-3" height="1e9"/>', {"width": None, "height": None}),
        ("<html/>", {"failure": "broken"}),
        ("no drawing", {"failure": "broken"}),
        ('<!DOCTYPE svg [<!ENTITY a "b">]><svg width="3" height="4"/>', {"failure": "broken"}),
    ],
)
def test_a_drawing_is_read_to_its_first_element(
    tmp_path: Path, text: str, found: dict[str, object]
) -> None:
    path = tmp_path / "a.svg"
    path.write_text(text)
    read = picture.main(["facts", "svg", str(path)])
    assert {name: read.get(name) for name in found} == found
