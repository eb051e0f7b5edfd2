"""Reads a PDF, as a program of its own: `pdf.py facts FILE` or `pdf.py small FILE TARGET SIDE`.

It runs in the sandbox, with nothing of ours but this file, since a document may be made to break
who reads it. What it found is one JSON object on standard output: `{"failure": WORD}`, or facts.
"""

import ctypes
import json
import sys
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

MAX_PAGES = 5000
_PAGES_WITH_FONTS = 50
"""So many pages are asked for their fonts: what is missing shows early."""
_NAME_BYTES = 200


def main(arguments: list[str]) -> dict[str, Any]:
    """Do what the arguments say; return what is printed."""
    what, path, *rest = arguments
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        is_locked = error.err_code == pdfium.FPDF_ERR_PASSWORD
        return {"failure": "password" if is_locked else "broken", "message": str(error)}
    try:
        if not 0 < len(document) <= MAX_PAGES:
            return {"failure": "too_large" if len(document) else "no_pages"}
        return facts(document) if what == "facts" else small(document, Path(rest[0]), int(rest[1]))
    except pypdfium2.PdfiumError as error:
        return {"failure": "broken", "message": str(error)}


def facts(document: pypdfium2.PdfDocument) -> dict[str, Any]:
    """Return the number of pages, and the fonts that the first ones are set in."""
    first = document[0]  # one that cannot even be loaded is no document to show
    first.close()
    return {"page_count": len(document), "fonts": sorted(_fonts(document))}


def small(document: pypdfium2.PdfDocument, target: Path, side: int) -> dict[str, Any]:
    """Draw the first page, `side` pixels along its longer side."""
    page = document[0]
    scale = side / max(*page.get_size(), 1.0)
    page.render(scale=scale).to_pil().convert("RGB").save(target, "PNG")
    return {}


def _fonts(document: pypdfium2.PdfDocument) -> set[str]:
    found: set[str] = set()
    for number in range(min(len(document), _PAGES_WITH_FONTS)):
        page = document[number]
        for text in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT]):
            font = pdfium.FPDFTextObj_GetFont(text.raw)
            if font:
                found.add(_name(font))
        page.close()
    return found - {""}


def _name(font: Any) -> str:  # noqa: ANN401 - a pointer of pdfium's
    read = getattr(pdfium, "FPDFFont_GetBaseFontName", None) or pdfium.FPDFFont_GetFontName
    buffer = ctypes.create_string_buffer(_NAME_BYTES)
    read(font, buffer, _NAME_BYTES)
    return buffer.value.decode("utf-8", "replace")


if __name__ == "__main__":
    json.dump(main(sys.argv[1:]), sys.stdout)
