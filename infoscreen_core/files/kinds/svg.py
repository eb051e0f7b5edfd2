"""SVG: a drawing that stands alone, and does nothing."""

import re
import sys
from collections.abc import Iterator
from typing import Final

from infoscreen_core.files.kinds import refusals
from infoscreen_core.files.kinds.content import Content
from infoscreen_core.files.kinds.xml_safely import (
    SEPARATOR,
    Attributes,
    EntitiesError,
    MalformedError,
    read_drawing,
)

_CHUNK: Final = 65_536
_MAX_DEPTH: Final = 500
_MAX_ELEMENTS: Final = 500_000
_LONGEST_STYLE: Final = 4_000_000
"""Characters, with embedded fonts."""
_SCRIPTS: Final = frozenset(
    {"script", "handler", "listener", "iframe", "object", "embed", "applet", "frame", "base"}
)
_REFERS: Final = frozenset({"href", "src", "data", "action", "formaction", "srcset", "poster"})
_WITHIN: Final = re.compile(r"\s*(#|data:(image|font|application/(x-)?font)[/a-z0-9+.-]*[;,]|$)")
_PROGRAM: Final = re.compile(r"^(javascript|vbscript|data:text/html|livescript):?", re.IGNORECASE)
_ELSEWHERE: Final = re.compile(r"([a-z][a-z0-9+.-]*:)?//|file:", re.IGNORECASE)
_ANIMATED: Final = frozenset({"to", "from", "by", "values"})
_ESCAPED: Final = re.compile(r"\\([0-9a-fA-F]{1,6})\s?")
_LOOKS_ONLY: Final = re.compile(
    r"@namespace[^;]{0,300};|data:(image|font|application/(x-)?font)[^)\"']*"
)
_URL: Final = re.compile(
    r"""url\( ?["']? ?([^#"')\s][^"')\s]*)"""
    r"""|@import ["']?([^"';\s]+)"""
    r"""|(//[^"')\s]*)""",
    re.IGNORECASE,
)
"""What a style fetches; not what begins with #, which is in the drawing."""
_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]*:$", re.IGNORECASE)
_SCHEME_LENGTH: Final = 20
_BLANKS: Final = re.compile(r"[\x00-\x20]+")


def check_svg(content: Content) -> None:
    """Read the whole drawing; raise `InvalidInputError` for one that is not harmless."""
    if content.size > content.limits.max_svg_bytes:
        raise refusals.too_large(content.name, content.size, content.limits.max_svg_bytes)
    look = _Look(content)
    try:
        read_drawing(_chunks(content), look.start, look.end, look.text, look.instruction)
    except EntitiesError:
        raise refusals.has_entities(content.name) from None
    except MalformedError:
        raise refusals.cut_off(content.name) from None


def _chunks(content: Content) -> Iterator[bytes]:
    return (content.read(at, _CHUNK) for at in range(0, content.size, _CHUNK))


class _Look:
    """What was seen of a drawing so far."""

    def __init__(self, content: Content) -> None:
        self._content = content
        self._path: list[str] = []
        self._count = 0
        self._style = ""

    def start(self, name: str, attributes: Attributes) -> None:
        """Look at an element."""
        local = name.rpartition(SEPARATOR)[2].lower()
        self._path.append(local)
        self._count += 1
        if len(self._path) > _MAX_DEPTH or self._count > _MAX_ELEMENTS:
            raise refusals.too_deep(self._content.name)
        if local in _SCRIPTS:
            raise refusals.has_script(self._content.name)
        for full, value in attributes.items():
            self._check_attribute(local, full, value)

    def end(self, name: str) -> None:
        """Look at the styles that an element held."""
        if name.rpartition(SEPARATOR)[2].lower() == "style":
            self._check_style(self._style)
            self._style = ""
        self._path.pop()

    def text(self, text: str) -> None:
        """Keep what may be a style."""
        if self._path and self._path[-1] == "style":
            self._style += text

    def instruction(self, target: str, data: str) -> None:
        """Look at what is told to the program that draws."""
        if target == "xml-stylesheet":
            raise refusals.refers_elsewhere(self._content.name, data)

    def _check_attribute(self, element: str, full: str, value: str) -> None:
        plain = _BLANKS.sub("", value)
        name = full.rpartition(SEPARATOR)[2].lower()
        if full.lower().startswith("on") or _PROGRAM.match(plain):
            raise refusals.has_script(self._content.name)
        if name in _REFERS and element != "a" and not _WITHIN.match(plain.lower()):
            raise refusals.refers_elsewhere(self._content.name, value)
        if name in _ANIMATED:
            self._check_animation(plain)
        if "url(" in value or name == "style":
            self._check_style(value)

    def _check_animation(self, plain: str) -> None:
        """An attribute may become, later, what it may not be."""
        for one in plain.split(";"):
            if _PROGRAM.match(one):
                raise refusals.has_script(self._content.name)
            if _ELSEWHERE.match(one):
                raise refusals.refers_elsewhere(self._content.name, one)

    def _check_style(self, style: str) -> None:
        if len(style) > _LONGEST_STYLE:
            raise refusals.too_deep(self._content.name)
        # An escape may spell any word, and a comment, or what is embedded, may look like an address
        plain = _LOOKS_ONLY.sub("", _without_comments(_ESCAPED.sub(_unescaped, style)))
        found = _URL.search(plain)
        if found:
            scheme = _SCHEME.search(plain[: found.start()][-_SCHEME_LENGTH:])
            address = next(filter(None, found.groups()))
            before = scheme[0] if scheme and address.startswith("//") else ""
            raise refusals.refers_elsewhere(self._content.name, before + address)


def _without_comments(style: str) -> str:
    """Return a style without its comments, and each run of white space as one space."""
    kept: list[str] = []
    offset = 0
    while (begin := style.find("/*", offset)) >= 0:
        kept.append(style[offset:begin])
        end = style.find("*/", begin + 2)
        offset = len(style) if end < 0 else end + 2
    kept.append(style[offset:])
    return " ".join("".join(kept).split())


def _unescaped(found: re.Match[str]) -> str:
    return chr(min(int(found[1], 16), sys.maxunicode))
