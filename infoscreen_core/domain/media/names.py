"""Names of files and folders of the library: data for people, never a path of ours.

They are kept such that a browser can save a file under its name on any system.
"""

import re
import unicodedata
from collections.abc import Iterator
from itertools import count
from typing import Final

from infoscreen_core.domain.media.types import MediaType
from infoscreen_core.domain.text.names import folded
from infoscreen_core.domain.text.wording import shown
from infoscreen_core.errors import InvalidInputError

NAME_LIMIT: Final = 200
"""Characters; with what folding may add, a place fits its column."""
_SUFFIX_LIMIT: Final = 10
_MOST_LOOKED_AT: Final = 5000
"""Characters: what is longer is refused anyway."""
_FORBIDDEN: Final = re.compile(r'[<>:"|?*/\\]')
_UNSEEN: Final = frozenset({"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"})
_JOINER: Final = "\u200d"
"""Holds the parts of an emoji together, and is kept only there."""
_DEVICES: Final = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])", re.IGNORECASE)

SUFFIXES: Final = {
    MediaType.PDF: ("pdf",),
    MediaType.PPT: ("ppt", "pps", "pot"),
    MediaType.PPTX: ("pptx", "ppsx", "potx"),
    MediaType.ODP: ("odp", "otp"),
    MediaType.DOC: ("doc", "dot"),
    MediaType.DOCX: ("docx", "dotx"),
    MediaType.ODT: ("odt", "ott"),
    MediaType.PNG: ("png", "apng"),
    MediaType.JPG: ("jpg", "jpeg", "jpe", "jfif"),
    MediaType.GIF: ("gif",),
    MediaType.SVG: ("svg",),
    MediaType.WEBP: ("webp",),
    MediaType.MP4: ("mp4", "m4v"),
    MediaType.WEBM: ("webm",),
    MediaType.MOV: ("mov", "qt"),
    MediaType.MKV: ("mkv",),
    MediaType.HTML: ("html", "htm", "xhtml"),
}
"""How names of each kind may end; the first is the one that is given."""
_KIND_OF: Final = {suffix: kind for kind, all_ in SUFFIXES.items() for suffix in all_}


def clean_name(raw: str, *, field: str = "name") -> str:
    """Return a name fit for the library, from that of a file elsewhere, without its folders.

    It is then made as `typed_name` does it.
    """
    return typed_name(re.split(r"[/\\]", raw[-_MOST_LOOKED_AT:])[-1], field=field)


def typed_name(raw: str, *, field: str = "name") -> str:
    """Return a name fit for the library, from one that a person typed.

    What cannot be seen is removed, and what some system forbids in names becomes `_`. Raises
    `InvalidInputError` when nothing is left, or when it is too long.
    """
    text = unicodedata.normalize("NFC", "".join(_seen(raw[:_MOST_LOOKED_AT])))
    text = " ".join(_FORBIDDEN.sub("_", text).split()).rstrip(" .")
    if not text.strip(" ._"):
        raise InvalidInputError(
            "“{value}” is no name; give one with letters or digits.",
            field=field,
            value=shown(raw),
        )
    if _DEVICES.fullmatch(text.partition(".")[0].rstrip()):
        text = f"_{text}"
    if len(text) > NAME_LIMIT:
        raise InvalidInputError(
            "The name “{value}” has {length} characters; at most {limit} are allowed: shorten it.",
            field=field,
            value=shown(text),
            length=len(text),
            limit=NAME_LIMIT,
        )
    return text


def place_of(folder_id: int | None, name: str) -> str:
    """Return how a name's place in a folder is kept, which only one thing can have."""
    return f"{folder_id or 0}/{folded(name)}"


def claimed_kind(name: str) -> MediaType | None:
    """Return what a name says that its file is; None when it says nothing that we know."""
    return _KIND_OF.get(_split(name)[1].lower())


def name_for(name: str, kind: MediaType) -> str:
    """Return a name whose suffix tells the kind that the file is.

    A suffix of another kind is replaced, and a missing one added; other kinds keep theirs.
    """
    if kind is MediaType.OTHER or claimed_kind(name) is kind:
        return name
    stem, _suffix = _split(name) if claimed_kind(name) else (name, "")
    suffix = f".{SUFFIXES[kind][0]}"
    return stem[: NAME_LIMIT - len(suffix)].rstrip(" .") + suffix


def numbered(name: str) -> Iterator[str]:
    """Yield the name, then `name (2).pdf`, `name (3).pdf` and so on."""
    yield name
    stem, suffix = _split(name)
    known = re.fullmatch(r"(?P<stem>.*\S) \((?P<number>[2-9]|[1-9]\d{1,2})\)", stem)
    first = int(known["number"]) + 1 if known else 2
    stem = known["stem"] if known else stem
    for number in count(first):
        end = f" ({number})" + (f".{suffix}" if suffix else "")
        yield stem[: NAME_LIMIT - len(end)].rstrip() + end


def _split(name: str) -> tuple[str, str]:
    """Return a name and its suffix, without the dot; both parts make sense alone."""
    stem, dot, suffix = name.rpartition(".")
    if not dot or not stem or not 0 < len(suffix) <= _SUFFIX_LIMIT or " " in suffix:
        return name, ""
    return stem, suffix


def _seen(text: str) -> Iterator[str]:
    before = ""
    for one in text:
        if one.isspace():
            yield " "
        elif unicodedata.category(one) not in _UNSEEN or (
            one == _JOINER and unicodedata.category(before or " ") in {"So", "Sk", "Mn"}
        ):
            yield one
        before = one
