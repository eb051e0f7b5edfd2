"""Files made to keep whoever looks at them busy for hours are done with in a moment."""

import struct
import time
from collections.abc import Iterator

import pytest

from infoscreen_core.domain.media.limits import FileLimits
from infoscreen_core.domain.media.names import clean_name
from infoscreen_core.domain.media.types import MediaType
from infoscreen_core.errors import InvalidInputError
from tests.support.media.compound import compound, word
from tests.support.media.samples import (
    element,
    matroska,
    mp4,
    odf_parts,
    ooxml_parts,
    package,
    picture,
    svg,
)
from tests.unit.media.conftest import Look, Refusal

_SECONDS = 20
"""Each of these took minutes or more with the first way that comes to mind."""
_MANY = 2_000_000


@pytest.fixture(autouse=True)
def _soon() -> Iterator[None]:
    begun = time.monotonic()
    yield
    assert time.monotonic() - begun < _SECONDS


def test_a_jpeg_filled_with_filling(refusal: Refusal) -> None:
    assert "is incomplete" in refusal(b"\xff\xd8" + b"\xff" * 20 * _MANY, "a.jpg")


def test_a_jpeg_of_empty_segments(refusal: Refusal) -> None:
    assert "is damaged" in refusal(b"\xff\xd8" + b"\xff\xe0\0\x02" * _MANY, "a.jpg")


def test_a_jpeg_with_a_marker_in_each_piece_of_data(refusal: Refusal) -> None:
    start = picture(MediaType.JPG)[:-2]
    assert "is damaged" in refusal(start + b"\xff\xda\0\x02a" * _MANY, "a.jpg")


def test_a_gif_in_blocks_of_one_byte(refusal: Refusal) -> None:
    head = b"GIF89a\x01\0\x01\0\0\0\0!\xfe"
    assert "is damaged" in refusal(head + b"\x01a" * 2 * _MANY + b"\0;", "a.gif")


def test_a_film_of_nothing_but_filling(refusal: Refusal) -> None:
    head = matroska()[: matroska().index(b"\x18\x53\x80\x67")]
    assert "is damaged" in refusal(head + b"\xec\x80" * _MANY, "a.webm")
    segment = element(b"\x18\x53\x80\x67", b"\xec\x80" * _MANY)
    assert "is damaged" in refusal(head + segment, "a.webm")


def test_a_film_of_empty_boxes(refusal: Refusal) -> None:
    assert "is damaged" in refusal(mp4() + b"\0\0\0\x08free" * _MANY, "a.mp4")


def test_a_film_filled_up_with_zeros_is_whole(look: Look) -> None:
    assert look(mp4() + bytes(_MANY), "a.mp4").media_type is MediaType.MP4


@pytest.mark.parametrize(
    "text",
    [
        "<!--a-->" * 8000 + "x",
        "<!--" * 16_000,
        "<?xml a?>" * 7000 + "x",
        " " * 65_000 + "x",
        "<" * 65_000,
        "<svg:" * 13_000,
    ],
)
def test_texts_that_nearly_look_like_something(look: Look, text: str) -> None:
    assert look(text.encode(), "a.txt").media_type in {MediaType.OTHER, MediaType.HTML}


@pytest.mark.parametrize(
    "style",
    [
        "/*" * _MANY,
        "url(" + " " * _MANY,
        "a" * 2 * _MANY,
        "@namespace" * (_MANY // 5),
        "@import" + " " * _MANY,
        "url(" * _MANY,
        "\\61" * _MANY,
    ],
)
def test_styles_that_nearly_fetch_something(look: Look, style: str) -> None:
    try:
        assert look(svg(f"<style>{style}</style>"), "a.svg").media_type is MediaType.SVG
    except InvalidInputError as error:
        assert "The drawing “a.svg”" in str(error)  # noqa: PT017 - either is right, if it is soon


def test_paths_in_a_package_have_a_length(refusal: Refusal) -> None:
    parts = odf_parts() | {f"Basic/{'a/' * 30_000}{number}": "" for number in range(20)}
    assert "is damaged" in refusal(package(parts), "a.odp")


def test_a_part_has_to_begin_soon(refusal: Refusal) -> None:
    late = f'<?xml version="1.0"?><!--{"a" * _MANY}--><!DOCTYPE l [<!ENTITY a "b">]><l>&a;</l>'
    assert "is damaged" in refusal(package(ooxml_parts() | {"ppt/a.xml": late}), "a.pptx")


def test_old_documents_whose_sectors_follow_each_other_in_circles(look: Look) -> None:
    data = bytearray(compound({"PowerPoint Document": bytes(20_000)}))
    struct.pack_into("<I", data, 512 + 4 * 10, 9)  # sector 10 leads back to sector 9
    assert look(bytes(data), "a.ppt").media_type is MediaType.PPT


def test_the_table_of_an_old_document_that_lists_itself(look: Look) -> None:
    data = bytearray(word())
    struct.pack_into("<II", data, 68, 0, 0xFFFFFFFF)  # more of the table is in its first sector
    assert look(bytes(data), "a.doc").media_type is MediaType.DOC


def test_an_old_document_has_a_size(refusal: Refusal) -> None:
    told = refusal(word() + bytes(2**21), "a.doc", FileLimits(max_compound_bytes=2**21))
    assert "at most 2 MB are allowed" in told


def test_a_name_of_millions_of_characters() -> None:
    with pytest.raises(InvalidInputError, match="at most 200"):
        clean_name("a" * 50_000_000)
    with pytest.raises(InvalidInputError, match="is no name"):
        clean_name("/" * 50_000_000)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"{\\rtf1\\ansi Hallo}", "RTF"),
        (b'<?xml version="1.0"?><office:document xmlns:office="urn:o"/>', "Flat ODF"),
    ],
)
def test_texts_that_only_an_office_program_reads_are_named(
    refusal: Refusal, data: bytes, kind: str
) -> None:
    assert f"is of the kind {kind}" in refusal(data, "brief.doc")
