"""Pictures that would fill the memory are refused before anybody draws them; PDFs likewise."""

import struct
import time
import zlib

import pytest

from infoscreen_core.domain.media.limits import FileLimits
from infoscreen_core.domain.media.types import MediaType
from infoscreen_core.files.kinds import apart
from tests.support.media.samples import animation, joined_pdf, pdf, picture
from tests.unit.media.conftest import Look, Refusal

_FEW = FileLimits(max_pixels=3000, max_frames=2)
_SMALL = {"size": (64, 48)}


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _png(width: int, height: int, *more: bytes) -> bytes:
    head = _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(more) + _chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", [MediaType.PNG, MediaType.JPG, MediaType.GIF, MediaType.WEBP])
def test_pixels_are_counted_before_they_are_drawn(
    refusal: Refusal, look: Look, kind: MediaType
) -> None:
    told = refusal(picture(kind), "gross.bild", _FEW)
    assert "is 64 pixels wide and 48 high; at most 0 million pixels" in told
    assert look(picture(kind, size=(62, 48)), limits=_FEW).media_type is kind


@pytest.mark.parametrize(("width", "height"), [(60_000, 60_000), (2**31 - 1, 2**31 - 1)])
def test_a_bomb_of_a_few_bytes_is_refused(refusal: Refusal, width: int, height: int) -> None:
    bomb = _png(width, height, _chunk(b"IDAT", zlib.compress(bytes(100))))
    assert f"is {width} pixels wide" in refusal(bomb, "bombe.png")


def test_a_jpeg_that_claims_to_be_huge_is_refused(refusal: Refusal) -> None:
    data = bytearray(picture(MediaType.JPG))
    at = data.index(b"\xff\xc0")
    data[at + 5 : at + 9] = struct.pack(">HH", 65_000, 65_000)
    assert "is 65000 pixels wide" in refusal(bytes(data), "bombe.jpg")


@pytest.mark.parametrize("kind", [MediaType.GIF, MediaType.WEBP])
def test_frames_are_counted(refusal: Refusal, kind: MediaType) -> None:
    assert "too many frames" in refusal(animation(kind), "film.gif", _FEW)


def test_frames_of_an_animated_png_are_counted(refusal: Refusal) -> None:
    data = _png(10, 10, _chunk(b"acTL", struct.pack(">II", 1_000_000, 0)))
    assert "too many frames" in refusal(data, "film.png")


def test_a_gif_with_a_frame_larger_than_its_canvas_is_measured_by_it(refusal: Refusal) -> None:
    data = bytearray(animation(MediaType.GIF))
    at = data.index(b",\0\0\0\0")
    data[at + 5 : at + 9] = struct.pack("<HH", 60_000, 60_000)
    assert "is 60000 pixels wide" in refusal(bytes(data), "gross.gif")


def test_all_frames_together_have_a_limit(refusal: Refusal) -> None:
    limits = FileLimits(max_animation_pixels=32 * 32 * 3 - 1)
    assert "too large ones" in refusal(animation(MediaType.GIF), "film.gif", limits)


def test_many_tiny_frames_are_walked_quickly(refusal: Refusal) -> None:
    frame = b",\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0"
    data = b"GIF89a\x01\0\x01\0\0\0\0" + frame * 200_000 + b";"
    begun = time.monotonic()
    assert "too many frames" in refusal(data, "viel.gif")
    assert time.monotonic() - begun < 5


def test_many_tiny_chunks_are_walked_to_a_limit(refusal: Refusal) -> None:
    data = _png(10, 10, _chunk(b"tEXt", b"") * 1_100_000)
    begun = time.monotonic()
    assert "is damaged" in refusal(data, "viel.png")
    assert time.monotonic() - begun < 15


@pytest.mark.parametrize(
    "data",
    [
        _png(0, 10),
        b"\x89PNG\r\n\x1a\n" + _chunk(b"IEND", b""),
        picture(MediaType.JPG).replace(b"\xff\xc0", b"\xff\xe0", 1),
        b"GIF89a\x01\0\x01\0\0\0\0;",
        b"RIFF\x04\0\0\0WEBP",
    ],
)
def test_pictures_without_a_picture_are_damaged(refusal: Refusal, data: bytes) -> None:
    assert "is damaged" in refusal(data, "leer.png")


def test_a_pdf_with_a_password_is_refused(refusal: Refusal) -> None:
    # The standard handler, revision 2, with values that no empty password gives.
    secret = f"/Encrypt << /Filter /Standard /V 1 /R 2 /O <{'41' * 32}> /U <{'42' * 32}> /P -4 >>"
    data = joined_pdf(
        [
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 320 180] >>",
        ],
        trailer=f"{secret} /ID [<41> <41>]",
    )
    assert "protected with a password" in refusal(data, "geheim.pdf")


def test_a_pdf_of_nothing_is_damaged(refusal: Refusal) -> None:
    assert "is damaged" in refusal(b"%PDF-1.4\nstartxref\n0\n%%EOF\n", "leer.pdf")
    assert "is damaged" in refusal(joined_pdf(["<< /Type /Catalog >>"]), "leer.pdf")


def test_a_pdf_that_takes_too_long_ends_and_is_broken(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    path = tmp_path_factory.mktemp("pdf") / "a.pdf"
    path.write_bytes(pdf())
    assert apart.ask_pdf(path) is apart.PdfVerdict.READABLE
    assert apart.ask_pdf(path, seconds=0.001) is apart.PdfVerdict.BROKEN


def test_what_servers_add_to_a_pdf_does_no_harm(look: Look) -> None:
    assert look(b"\r\n\r\n" + pdf() + b"\0" * 5000).media_type is MediaType.PDF
