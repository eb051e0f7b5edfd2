"""Small files of every kind, made without any program but Python's own and Pillow."""

import io
import zipfile
from collections.abc import Callable, Mapping
from typing import Final

from PIL import Image

from infoscreen_core.domain.media.types import MIME_TYPES, MediaType

_OOXML = "application/vnd.openxmlformats-officedocument"
PPTX_MAIN = f"{_OOXML}.presentationml.presentation.main+xml"
DOCX_MAIN = f"{_OOXML}.wordprocessingml.document.main+xml"


def picture(
    kind: MediaType = MediaType.PNG, *, size: tuple[int, int] = (64, 48), colour: str = "navy"
) -> bytes:
    """Return a picture of one colour."""
    return _saved(Image.new("RGB", size, colour), kind)


def animation(kind: MediaType, frames: int = 3) -> bytes:
    """Return an animated GIF or WebP."""
    pictures = [Image.new("RGB", (32, 32), (40 * number % 256, 0, 0)) for number in range(frames)]
    target = io.BytesIO()
    pictures[0].save(target, kind.value, save_all=True, append_images=pictures[1:])
    return target.getvalue()


def pdf(pages: int = 1, *, title: str = "") -> bytes:
    """Return a PDF with so many empty pages."""
    numbers = range(3, 3 + pages)
    kids = " ".join(f"{number} 0 R" for number in numbers)
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>",
        *("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 320 180] >>" for _ in numbers),
    ]
    return joined_pdf(objects, trailer=f"/Info << /Title ({title}) >>" if title else "")


def joined_pdf(objects: list[str], *, trailer: str = "") -> bytes:
    """Return a PDF of these objects; the first is the catalogue."""
    data, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(data))
        data += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    end = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    end += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R {trailer} >>\n"
    return data + f"{end}startxref\n{len(data)}\n%%EOF\n".encode("latin-1")


def package(parts: Mapping[str, bytes | str], *, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a ZIP file of these parts, in this order."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression) as opened:
        for name, data in parts.items():
            opened.writestr(zipfile.ZipInfo(name, (2026, 9, 7, 8, 0, 0)), data, compression)
    return target.getvalue()


def ooxml_parts(main: str = PPTX_MAIN, **more: bytes | str) -> dict[str, bytes | str]:
    """Return the parts of the smallest package of Office; `more` are added, `__` being a slash."""
    path = "ppt/presentation.xml" if "presentation" in main else "word/document.xml"
    types = (
        '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/'
        'content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-'
        'package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/{path}" ContentType="{main}"/></Types>'
    )
    relations = (
        '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/'
        '2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/'
        f'officeDocument/2006/relationships/officeDocument" Target="{path}"/></Relationships>'
    )
    return {
        "[Content_Types].xml": types,
        "_rels/.rels": relations,
        path: '<?xml version="1.0"?><p:presentation xmlns:p="urn:p"/>',
        **{name.replace("__", "/"): data for name, data in more.items()},
    }


def odf_parts(kind: MediaType = MediaType.ODP, *, manifest: str = "") -> dict[str, bytes | str]:
    """Return the parts of the smallest OpenDocument file."""
    xmlns = 'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"'
    return {
        "mimetype": MIME_TYPES[kind],
        "content.xml": '<?xml version="1.0"?><office xmlns="urn:o"/>',
        "META-INF/manifest.xml": f"<manifest:manifest {xmlns}>{manifest}</manifest:manifest>",
    }


def svg(inside: str = '<rect width="10" height="10"/>', *, before: str = "") -> bytes:
    """Return a drawing."""
    return (
        f'<?xml version="1.0"?>{before}<svg xmlns="http://www.w3.org/2000/svg" '
        f'xmlns:xlink="http://www.w3.org/1999/xlink" width="20" height="20">{inside}</svg>'
    ).encode()


def box(kind: bytes, data: bytes = b"") -> bytes:
    """Return a box as MP4 has them."""
    return (8 + len(data)).to_bytes(4, "big") + kind + data


def mp4(brand: bytes = b"isom", *, seconds: float = 1) -> bytes:
    """Return boxes as those of a video; nobody could play it."""
    movie = box(b"moov", box(b"mvhd", bytes(96) + int(seconds * 1000).to_bytes(4, "big")))
    return box(b"ftyp", brand + bytes(4) + brand) + movie + box(b"mdat", b"frame" * 100)


def element(number: bytes, data: bytes, *, is_endless: bool = False) -> bytes:
    """Return an element as Matroska has them."""
    size = b"\x01" + b"\xff" * 7 if is_endless else (len(data) | 1 << 28).to_bytes(4, "big")
    return number + size + data


def matroska(doc_type: bytes = b"webm", *, is_live: bool = False) -> bytes:
    """Return elements as those of a video; nobody could play it."""
    head = element(b"\x1a\x45\xdf\xa3", element(b"\x42\x82", doc_type))
    cluster = element(b"\x1f\x43\xb6\x75", element(b"\xa3", b"frame" * 50), is_endless=is_live)
    tracks = element(b"\x16\x54\xae\x6b", b"")
    return head + element(b"\x18\x53\x80\x67", tracks + cluster, is_endless=is_live)


def sample(kind: MediaType) -> bytes:
    """Return a small good file of a kind; PPT and DOC are in `compound`."""
    if kind in {MediaType.PNG, MediaType.JPG, MediaType.GIF, MediaType.WEBP}:
        return picture(kind)
    return _SAMPLES[kind]()


_SAMPLES: Final[Mapping[MediaType, Callable[[], bytes]]] = {
    MediaType.PDF: pdf,
    MediaType.PPTX: lambda: package(ooxml_parts(PPTX_MAIN)),
    MediaType.DOCX: lambda: package(ooxml_parts(DOCX_MAIN)),
    MediaType.ODP: lambda: package(odf_parts(MediaType.ODP)),
    MediaType.ODT: lambda: package(odf_parts(MediaType.ODT)),
    MediaType.SVG: svg,
    MediaType.MP4: mp4,
    MediaType.MOV: lambda: mp4(b"qt  "),
    MediaType.WEBM: matroska,
    MediaType.MKV: lambda: matroska(b"matroska"),
    MediaType.HTML: lambda: b"<!DOCTYPE html><html><body><h1>Aula</h1></body></html>",
    MediaType.OTHER: "Heute um 8:00 in der Aula: Begrüßung\n".encode,
}


def _saved(image: Image.Image, kind: MediaType) -> bytes:
    target = io.BytesIO()
    image.save(target, "JPEG" if kind is MediaType.JPG else kind.value.upper())
    return target.getvalue()
