"""Which fonts a document asks for and does not get."""

import re
from collections.abc import Collection, Iterable
from typing import Final

_ALIKE: Final = {
    "Arial": ("Liberation Sans", "Arimo"),
    "Helvetica": ("Liberation Sans", "Arimo"),
    "Arial Narrow": ("Liberation Sans Narrow",),
    "Times New Roman": ("Liberation Serif", "Tinos"),
    "Times": ("Liberation Serif", "Tinos"),
    "Courier New": ("Liberation Mono", "Cousine"),
    "Courier": ("Liberation Mono", "Cousine"),
    "Calibri": ("Carlito",),
    "Cambria": ("Caladea",),
    "Liberation Sans": ("Arial", "Arimo"),
    "Liberation Serif": ("Times New Roman", "Tinos"),
    "Liberation Mono": ("Courier New", "Cousine"),
}
"""Fonts whose letters are as wide, so that nothing moves; converters take them by themselves."""
_SUBSET: Final = re.compile(r"[A-Z]{6}\+")
_NO_LETTER: Final = re.compile(r"[\W_]+")


def list_missing_fonts(
    asked: Iterable[str], used: Collection[str], installed: Collection[str] | None
) -> list[str]:
    """Return the families that a document asks for and that something else stands for.

    `used` are the fonts of the PDF that was made of it, such as `ABCDEF+DejaVuSans-Bold`;
    `installed` the families that the converter has, None when it cannot tell. When all that the PDF
    uses was asked for, nothing was replaced, whatever else the document names.
    """
    families = list(dict.fromkeys(asked))
    in_pdf = {_folded(_SUBSET.sub("", one)) for one in used}
    wanted = [name for family in families for name in (family, *_ALIKE.get(family, ()))]
    if all(_is_one_of(one, wanted) for one in in_pdf):
        return []
    has = {_folded(one) for one in installed or ()}
    return [family for family in families if not _is_there(family, in_pdf, has)]


def _is_there(family: str, in_pdf: Collection[str], installed: Collection[str]) -> bool:
    names = [_folded(name) for name in (family, *_ALIKE.get(family, ()))]
    return any(name in installed or any(one.startswith(name) for one in in_pdf) for name in names)


def _is_one_of(font: str, families: Iterable[str]) -> bool:
    return any(font.startswith(_folded(family)) for family in families)


def _folded(name: str) -> str:
    return _NO_LETTER.sub("", name).casefold()
