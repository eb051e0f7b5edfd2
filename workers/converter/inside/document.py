"""Reads which fonts an office document asks for, as a program of its own: `document.py WHAT FILE`.

WHAT is `all`, or `text`: of what its text is set in only, since the styles of an open document that
LibreOffice made of another one name fonts of its own.

It runs in the sandbox, with nothing of ours but this file. It looks for attributes in the text of
the parts, and builds no tree: entities and depth cost nothing. Parts are read up to a limit, so a
bomb does not unpack. It prints one JSON object: `{"fonts": [...]}`.
"""

import html
import json
import re
import sys
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

MAX_PART = 16 * 2**20
MAX_ALL = 128 * 2**20
MAX_FONTS = 50
_SLIDES = re.compile(r"ppt/(slides|slideMasters|theme)/[^/]+\.xml")
_TEXT = re.compile(r"word/(document|styles|header\d*|footer\d*)\.xml")
_ODF = re.compile(r"(content|styles)\.xml")
_LATIN = re.compile(rb"<a:latin\b[^<>]*?\btypeface=[\"']([^\"'<>]*)[\"']")
_WORD_FONTS = re.compile(rb"<w:rFonts\b[^<>]*>")
_WORD_FONT = re.compile(rb"\bw:(?:ascii|hAnsi)=[\"']([^\"'<>]*)[\"']")
_WORD_THEME = re.compile(rb"\bw:asciiTheme=")
_FACE = re.compile(rb"<style:font-face\b[^<>]*>")
_FACE_NAME = re.compile(rb"\bstyle:name=[\"']([^\"'<>]*)[\"']")
_FACE_FAMILY = re.compile(rb"\bsvg:font-family=(?:\"([^\"<>]*)\"|'([^'<>]*)')")
_STYLE = re.compile(
    rb"<style:style\b[^<>]*\bstyle:family=[\"'](\w+)[\"'][^<>]*>.*?</style:style>", re.DOTALL
)
_USED = re.compile(rb"\b(?:style:font-name|fo:font-family)=(?:\"([^\"<>]*)\"|'([^'<>]*)')")


def main(what: str, path: str) -> dict[str, Any]:
    """Return the families of fonts that a document asks for, of Latin script."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = dict(_parts(archive))
            if what == "text":
                parts = {"content.xml": _of_its_text(parts.get("content.xml", b""))}
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError):
        return {"fonts": []}
    found = _slide_fonts(parts) | _word_fonts(parts) | _odf_fonts(parts)
    return {"fonts": sorted(one for one in found if _is_name(one))[:MAX_FONTS]}


def _of_its_text(content: bytes) -> bytes:
    """Return the part of an open document that says what its words are set in."""
    families = (b"text", b"paragraph") if b"<office:text" in content else (b"text",)
    styles = [one[0] for one in _STYLE.finditer(content) if one[1] in families]
    return b"".join([*_FACE.findall(content), *styles])


def _parts(archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    left = MAX_ALL
    for name in archive.namelist():
        if any(shape.fullmatch(name) for shape in (_SLIDES, _TEXT, _ODF)) or name.startswith(
            "word/theme/"
        ):
            with archive.open(name) as file:
                text = file.read(min(MAX_PART, left))
            left -= len(text)
            yield name, text


def _slide_fonts(parts: dict[str, bytes]) -> set[str]:
    texts = [text for name, text in parts.items() if _SLIDES.fullmatch(name)]
    return {_plain(one) for text in texts for one in _LATIN.findall(text)}


def _word_fonts(parts: dict[str, bytes]) -> set[str]:
    texts = [text for name, text in parts.items() if _TEXT.fullmatch(name)]
    asked = [one for text in texts for one in _WORD_FONTS.findall(text)]
    found = {_plain(name) for one in asked for name in _WORD_FONT.findall(one)}
    if any(_WORD_THEME.search(one) for one in asked):
        themes = [text for name, text in parts.items() if name.startswith("word/theme/")]
        found |= {_plain(one) for text in themes for one in _LATIN.findall(text)}
    return found


def _odf_fonts(parts: dict[str, bytes]) -> set[str]:
    texts = [text for name, text in parts.items() if _ODF.fullmatch(name)]
    families = dict(face for text in texts for face in _faces(text))
    used = {_plain(one or two) for text in texts for one, two in _USED.findall(text)}
    return {families.get(one, one) for one in used}


def _faces(text: bytes) -> Iterator[tuple[str, str]]:
    for face in _FACE.findall(text):
        name, family = _FACE_NAME.search(face), _FACE_FAMILY.search(face)
        if name and family:
            yield _plain(name[1]), _plain(family[1] or family[2])


def _plain(text: bytes) -> str:
    return html.unescape(text.decode("utf-8", "replace")).strip().strip("'\"")


def _is_name(text: str) -> bool:
    """Whether it is a font of its own: `+mn-lt` means one of the theme."""
    return bool(text) and text.isprintable() and not text.startswith("+")


if __name__ == "__main__":
    json.dump(main(*sys.argv[1:]), sys.stdout)
