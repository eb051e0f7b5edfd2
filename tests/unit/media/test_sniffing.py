"""Files are what their content says."""

import io
import struct
import tarfile
import zipfile

import pytest
from PIL import Image

from infoscreen_core.domain.media.limits import FileLimits
from infoscreen_core.domain.media.types import MIME_TYPES, MediaType
from tests.support.media.compound import compound, powerpoint, word
from tests.support.media.samples import (
    animation,
    box,
    element,
    matroska,
    odf_parts,
    ooxml_parts,
    package,
    pdf,
    picture,
    sample,
)
from tests.unit.media.conftest import Look, Refusal

_OFFICE = "application/vnd.openxmlformats-officedocument"
_MADE = sorted(set(MediaType) - {MediaType.PPT, MediaType.DOC})


@pytest.mark.parametrize("kind", _MADE)
@pytest.mark.parametrize("name", ["datei", "datei.bin", "datei.html"])
def test_the_content_tells_the_kind_whatever_the_name(
    look: Look, kind: MediaType, name: str
) -> None:
    assert look(sample(kind), name) == look(sample(kind))
    assert look(sample(kind), name).media_type is kind
    assert look(sample(kind), name).mime_type == MIME_TYPES[kind]


def test_old_office_documents_are_known(look: Look) -> None:
    assert look(word(), "brief.doc").media_type is MediaType.DOC
    assert look(powerpoint(), "rede.ppt").media_type is MediaType.PPT


@pytest.mark.parametrize(
    ("main", "kind"),
    [
        (".presentationml.slideshow.main+xml", MediaType.PPTX),
        (".presentationml.template.main+xml", MediaType.PPTX),
        (".wordprocessingml.template.main+xml", MediaType.DOCX),
    ],
)
def test_shows_and_templates_are_presentations_and_texts(
    look: Look, main: str, kind: MediaType
) -> None:
    assert look(package(ooxml_parts(_OFFICE + main))).media_type is kind


@pytest.mark.parametrize("kind", [MediaType.GIF, MediaType.WEBP])
def test_animations_are_pictures(look: Look, kind: MediaType) -> None:
    assert look(animation(kind)).media_type is kind


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf<html><body>a</body></html>",
        b"<!-- created by hand -->\n<!DOCTYPE html>\n<title>a</title>",
        "<html>Übersicht</html>".encode("utf-16"),
        b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>',
        b"Hallo <script>alert(1)</script>",
    ],
)
def test_pages_are_known_by_their_tags(look: Look, data: bytes) -> None:
    assert look(data, "seite.txt").media_type is MediaType.HTML


@pytest.mark.parametrize(
    "data", [b"a,b\n1,2\n", "Menü\n".encode("cp1252"), b"\xff\xfeM\0e\0n\0", b"ID3\x04" + bytes(90)]
)
def test_texts_and_sounds_are_of_another_kind(look: Look, data: bytes) -> None:
    assert look(data).media_type is MediaType.OTHER


def test_a_video_recorded_live_does_not_know_its_length(look: Look) -> None:
    assert look(matroska(is_live=True)).media_type is MediaType.WEBM


def test_a_fragmented_video_is_a_video(look: Look) -> None:
    data = box(b"ftyp", b"iso5" + bytes(4)) + box(b"moov") + box(b"moof") + box(b"mdat", b"a" * 9)
    assert look(data).media_type is MediaType.MP4


def test_an_old_movie_has_no_brand(look: Look) -> None:
    assert look(box(b"wide") + box(b"mdat", b"a") + box(b"moov")).media_type is MediaType.MOV


def test_the_largest_boxes_have_a_longer_length(look: Look) -> None:
    long = b"\0\0\0\1mdat" + (16 + 5).to_bytes(8, "big") + b"frame"
    assert look(box(b"ftyp", b"isom" + bytes(4)) + box(b"moov") + long).media_type is MediaType.MP4


def test_something_may_fill_the_room_before_a_segment(look: Look) -> None:
    data = matroska()
    head = data.index(b"\x18\x53\x80\x67")
    assert (
        look(data[:head] + element(b"\xec", b"\0" * 8) + data[head:]).media_type is MediaType.WEBM
    )


def test_an_empty_file_is_refused(refusal: Refusal) -> None:
    assert "is empty" in refusal(b"", "leer.pdf")


def test_a_large_file_is_refused(refusal: Refusal) -> None:
    limits = FileLimits(max_bytes=1024 * 1024)
    told = refusal(bytes(1024 * 1024 + 1), "film.mp4", limits)
    assert "has 2 MB; at most 1 MB are allowed" in told


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (b"MZ\x90\0" + bytes(100), "plan.pdf.exe", "program"),
        (b"\x7fELF\x02" + bytes(100), "plan", "program"),
        (b"#!/bin/sh\nrm -rf /\n", "plan.txt", "script"),
        (package({"a.txt": "a"}), "ordner.zip", "ZIP"),
        (package({"META-INF/MANIFEST.MF": "a", "A.class": "b"}), "spiel.jar", "ZIP"),
        (package({"mimetype": "application/epub+zip"}), "buch.epub", "application/epub+zip"),
        (package(ooxml_parts(f"{_OFFICE}.spreadsheetml.sheet.main+xml")), "a.xlsx", "XLSX"),
        (
            package(odf_parts() | {"mimetype": MIME_TYPES[MediaType.ODT][:-4] + "spreadsheet"}),
            "a.ods",
            "OpenDocument (spreadsheet)",
        ),
        (compound({"Workbook": b"a"}), "liste.xls", "XLS"),
        (b"Rar!\x1a\x07\x01\0" + bytes(50), "a.rar", "RAR"),
        (b"7z\xbc\xaf\x27\x1c" + bytes(50), "a.7z", "7-Zip"),
        (b"\x1f\x8b\x08" + bytes(50), "a.svgz", "GZIP"),
        (box(b"ftyp", b"heic" + bytes(20)), "foto.heic", "HEIC/AVIF"),
    ],
)
def test_what_screens_cannot_show_is_called_by_its_name(
    refusal: Refusal, data: bytes, name: str, kind: str
) -> None:
    assert f"is of the kind {kind}, which screens cannot show" in refusal(data, name)


@pytest.mark.parametrize(
    ("data", "name", "way"),
    [
        (box(b"ftyp", b"heic" + bytes(20)), "IMG_1.HEIC", "as a JPEG picture. An iPhone"),
        (box(b"ftyp", b"avif" + bytes(20)), "foto.avif", "as a JPEG or PNG picture"),
        (b"RIFF\0\0\0\0AVI LIST", "film.AVI", "as an MP4 video"),
        ((b"G" + bytes(187)) * 4, "aufnahme.ts", "as an MP4 video"),
        ((bytes(4) + b"G" + bytes(187)) * 4, "00001.MTS", "as an MP4 video"),
        (b"OggS" + bytes(24) + b"\x80theora" + bytes(90), "film.ogv", "as an MP4 video"),
        (package({"Index/Document.iwa": "a"}), "rede.key", "export it as a PDF"),
        (package(ooxml_parts(f"{_OFFICE}.spreadsheetml.sheet.main+xml")), "a.xlsx", "as a PDF"),
        (b"{\\rtf1 a}", "brief.rtf", "export it as a PDF"),
        (package({"a.txt": "a"}), "ordner.zip", "choose a document, a picture or a video"),
    ],
)
def test_what_screens_cannot_show_is_told_with_the_way_in_which_they_can(
    refusal: Refusal, data: bytes, name: str, way: str
) -> None:
    told = refusal(data, name)
    assert "which screens cannot show; " in told
    assert way in told


def test_sounds_in_ogg_are_still_kept(look: Look) -> None:
    data = b"OggS" + bytes(24) + b"\x01vorbis" + bytes(90)
    assert look(data, "gong.ogg").media_type is MediaType.OTHER


def _bitmap(kind: str) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (8, 8)).save(target, kind)
    return target.getvalue()


def _tar() -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as opened:
        opened.addfile(tarfile.TarInfo("a"))
    return target.getvalue()


@pytest.mark.parametrize("data", [_bitmap("TIFF"), _bitmap("BMP"), _tar(), b"RIFF\0\0\0\0AVI LIST"])
def test_kinds_that_only_others_know_are_named_by_them(refusal: Refusal, data: bytes) -> None:
    assert "is of the kind" in refusal(data)


def test_what_nobody_knows_is_refused(refusal: Refusal) -> None:
    assert "is of no known kind" in refusal(bytes(range(1, 32)) * 40)
    assert "is of no known kind" in refusal(bytes(4096))


@pytest.mark.parametrize("kind", sorted({*MediaType} - {MediaType.OTHER, MediaType.HTML}))
@pytest.mark.parametrize("data", [b"Not found\n", bytes(range(1, 32)) * 40])
def test_a_name_that_promises_what_the_content_is_not_is_told(
    refusal: Refusal, kind: MediaType, data: bytes
) -> None:
    told = refusal(data, f"datei.{kind}")
    assert f"is called {kind.upper()}, but its content is nothing of the kind" in told


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (pdf() + package({"a.txt": "b"}), "plan.pdf"),
        (picture() + package({"a.txt": "b"}), "foto.png"),
        (picture(MediaType.JPG) + pdf(), "foto.jpg"),
        (picture(MediaType.GIF) + b"<script>alert(1)</script>", "foto.gif"),
        (picture(MediaType.WEBP) + b"<?php echo 1;", "foto.webp"),
    ],
)
def test_a_second_file_behind_the_first_is_refused(
    refusal: Refusal, data: bytes, name: str
) -> None:
    assert "two files in one" in refusal(data, name)


def test_what_a_camera_adds_to_a_picture_does_no_harm(look: Look) -> None:
    trailer = b"\0\0\x01\0Image_UTC_Data1599480000000SEFH\x01\0\0\0SEFT"
    assert look(picture(MediaType.JPG) + trailer).media_type is MediaType.JPG


def test_a_script_that_calls_itself_a_picture_is_none(refusal: Refusal) -> None:
    assert "datei.gif" in refusal(b"GIF89a/*" + b"*/=1;alert(document.cookie)//" * 20, "datei.gif")


def test_ooxml_may_be_in_any_order_and_written_without_lengths(look: Look) -> None:
    parts = ooxml_parts()
    turned = dict(reversed(parts.items()))
    assert look(package(turned)).media_type is MediaType.PPTX

    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def tell(self) -> int:
            raise OSError

    target = Pipe()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, data in turned.items():
            opened.writestr(name, data)
    data = target.getvalue()
    assert b"PK\x07\x08" in data  # the lengths follow the data
    assert look(data).media_type is MediaType.PPTX


def test_a_package_may_have_the_record_for_large_ones(look: Look) -> None:
    data = package(ooxml_parts())
    at = len(data) - 22
    count, length, offset = struct.unpack("<HII", data[at + 10 : at + 20])
    record = struct.pack(
        "<4sQHHIIQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, length, offset
    )
    locator = struct.pack("<4sIQI", b"PK\x06\x07", 0, at, 1)
    assert look(data[:at] + record + locator + data[at:]).media_type is MediaType.PPTX
    sentinel = struct.pack(
        "<4sHHHHIIH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 2**32 - 1, 2**32 - 1, 0
    )
    assert look(data[:at] + record + locator + sentinel).media_type is MediaType.PPTX


def test_what_a_printer_puts_before_a_pdf_does_no_harm(look: Look) -> None:
    head = b"\x1b%-12345X@PJL JOB\r\n@PJL ENTER LANGUAGE=PDF\r\n"
    assert look(head + pdf()).media_type is MediaType.PDF


def test_a_pdf_for_the_web_that_is_cut_off_is_incomplete(refusal: Refusal, look: Look) -> None:
    words = "<< /Linearized 1 /L {size:>10} /H [1 2] /O 3 /E 4 /N 1 /T 5 >>"
    whole = pdf()
    size = len(whole) + len(words.format(size=0)) + 16
    first = f"%PDF-1.4\n9 0 obj\n{words.format(size=size)}\nendobj\n".encode()
    data = first + whole[len(b"%PDF-1.4\n") :]
    assert "is incomplete" in refusal(data[: data.index(b"2 0 obj")] + b"startxref\n0\n%%EOF\n")
    assert look(data + b" " * (size - len(data))).media_type is MediaType.PDF


def test_bytes_that_old_cameras_and_programs_leave_do_no_harm(look: Look) -> None:
    jpeg, gif = picture(MediaType.JPG), picture(MediaType.GIF)
    between = jpeg.index(b"\xff\xdb")
    assert look(jpeg[:between] + b"\0\0" + jpeg[between:]).media_type is MediaType.JPG
    assert look(gif[:-1] + b"\0\0;").media_type is MediaType.GIF
