"""What a person is told of a file that the library does not take."""

from typing import Final

from infoscreen_core.domain.text.wording import Sentence, shown
from infoscreen_core.errors import InvalidInputError

_FIELD: Final = "file"
_MEBIBYTE: Final = 1024 * 1024
_MILLION: Final = 1_000_000
_CHOOSE_ANOTHER: Final = Sentence(
    "The file “{name}” is of the kind {kind}, which screens cannot show; choose a document, a "
    "picture or a video."
)
_OTHER_WAYS: Final = {
    frozenset({"heic", "heif"}): Sentence(
        "The file “{name}” is of the kind {kind}, which screens cannot show; save it as a JPEG "
        "picture. An iPhone takes such pictures when Settings, Camera, Formats says “Most "
        "Compatible”."
    ),
    frozenset({"avif", "bmp", "ico", "jp2", "psd", "tif", "tiff", "svgz"}): Sentence(
        "The file “{name}” is of the kind {kind}, which screens cannot show; save it as a JPEG or "
        "PNG picture."
    ),
    frozenset(
        {"asf", "avi", "flv", "m2ts", "mpeg", "mpg", "mts", "ogv", "rm", "ts", "vob", "wmv"}
    ): Sentence(
        "The file “{name}” is of the kind {kind}, which screens cannot show; save it as an MP4 "
        "video."
    ),
    frozenset(
        {"csv", "epub", "fodp", "fodt", "key", "numbers", "ods", "pages", "pub", "rtf", "vsd"}
        | {"vsdx", "xls", "xlsb", "xlsm", "xlsx", "xps"}
    ): Sentence(
        "The file “{name}” is of the kind {kind}, which screens cannot show; save or export it as "
        "a PDF."
    ),
}
"""What helps, by suffixes of names that programs give."""


def empty(name: str) -> InvalidInputError:
    """Of a file without any bytes."""
    return InvalidInputError(
        "The file “{name}” is empty; choose one that holds something.",
        field=_FIELD,
        name=shown(name),
    )


def too_large(name: str, size: int, limit: int) -> InvalidInputError:
    """Of a file with too many bytes."""
    return InvalidInputError(
        "The file “{name}” has {size} MB; at most {limit} MB are allowed: make it smaller.",
        field=_FIELD,
        name=shown(name),
        size=-(-size // _MEBIBYTE),
        limit=limit // _MEBIBYTE,
    )


def cut_off(name: str) -> InvalidInputError:
    """Of a file whose end is missing."""
    return InvalidInputError(
        "The file “{name}” is incomplete: its end is missing. Copy or export it again, and then "
        "choose it anew.",
        field=_FIELD,
        name=shown(name),
    )


def damaged(name: str) -> InvalidInputError:
    """Of a file whose parts do not fit together."""
    return InvalidInputError(
        "The file “{name}” is damaged and cannot be opened; save or export it again.",
        field=_FIELD,
        name=shown(name),
    )


def protected(name: str) -> InvalidInputError:
    """Of a document that asks for a password."""
    return InvalidInputError(
        "The file “{name}” is protected with a password, which screens do not have; save it "
        "without one.",
        field=_FIELD,
        name=shown(name),
    )


def has_macros(name: str) -> InvalidInputError:
    """Of a document with programs in it."""
    return InvalidInputError(
        "The file “{name}” holds macros, that is, programs; save it without them, for example as "
        "a PDF.",
        field=_FIELD,
        name=shown(name),
    )


def unpacks_too_large(name: str, limit: int) -> InvalidInputError:
    """Of a document that fills memory or disk when it is opened."""
    return InvalidInputError(
        "The file “{name}” grows to more than {limit} MB when it is opened; export it as a PDF, "
        "or make its pictures smaller.",
        field=_FIELD,
        name=shown(name),
        limit=limit // _MEBIBYTE,
    )


def grows_too_much(name: str, limit: int) -> InvalidInputError:
    """Of a document that is packed as no program does it but to do harm."""
    return InvalidInputError(
        "The file “{name}” grows to more than {limit} times its size when it is opened, as no "
        "honest document does; export it anew, for example as a PDF.",
        field=_FIELD,
        name=shown(name),
        limit=limit,
    )


def too_many_members(name: str, limit: int) -> InvalidInputError:
    """Of a document of very many parts."""
    return InvalidInputError(
        "The file “{name}” consists of more than {limit} parts; export it as a PDF.",
        field=_FIELD,
        name=shown(name),
        limit=limit,
    )


def nested_too_deep(name: str, limit: int) -> InvalidInputError:
    """Of a document in a document, and so on."""
    return InvalidInputError(
        "The file “{name}” holds documents in documents, more than {limit} deep; export it as a "
        "PDF.",
        field=_FIELD,
        name=shown(name),
        limit=limit,
    )


def leads_out(name: str, path: str) -> InvalidInputError:
    """Of a document with a part whose name is a way to somewhere else."""
    return InvalidInputError(
        "The file “{name}” has a part called “{path}”, which leads out of the document; export it "
        "anew, for example as a PDF.",
        field=_FIELD,
        name=shown(name),
        path=shown(path),
    )


def has_entities(name: str) -> InvalidInputError:
    """Of XML that defines its own words, which may grow without end or read other files."""
    return InvalidInputError(
        "The file “{name}” defines words of its own (XML entities), which may read other files or "
        "grow without end; save it anew without them.",
        field=_FIELD,
        name=shown(name),
    )


def too_many_pixels(name: str, width: int, height: int, limit: int) -> InvalidInputError:
    """Of a picture that is too large to be drawn."""
    return InvalidInputError(
        "The picture “{name}” is {width} pixels wide and {height} high; at most {limit} million "
        "pixels are allowed: make it smaller.",
        field=_FIELD,
        name=shown(name),
        width=width,
        height=height,
        limit=limit // _MILLION,
    )


def too_much_animation(name: str) -> InvalidInputError:
    """Of an animation of too many, or too large, frames."""
    return InvalidInputError(
        "The animation “{name}” has too many frames, or too large ones; make it a video (MP4).",
        field=_FIELD,
        name=shown(name),
    )


def has_script(name: str) -> InvalidInputError:
    """Of a drawing with a program in it."""
    return InvalidInputError(
        "The drawing “{name}” holds a script, which screens do not run; save it without, for "
        "example as a PNG picture.",
        field=_FIELD,
        name=shown(name),
    )


def refers_elsewhere(name: str, address: str) -> InvalidInputError:
    """Of a drawing that would have to fetch something."""
    return InvalidInputError(
        "The drawing “{name}” needs “{address}”, which is not in it; embed it, or save the drawing "
        "as a PNG picture.",
        field=_FIELD,
        name=shown(name),
        address=shown(address),
    )


def too_deep(name: str) -> InvalidInputError:
    """Of a drawing of too many parts in parts."""
    return InvalidInputError(
        "The drawing “{name}” is too intricate for screens; save it as a PNG picture.",
        field=_FIELD,
        name=shown(name),
    )


def two_in_one(name: str) -> InvalidInputError:
    """Of a file that is something else to another program."""
    return InvalidInputError(
        "The file “{name}” is two files in one: a second one hides behind its end. Save it anew.",
        field=_FIELD,
        name=shown(name),
    )


def wrong_kind(name: str, kind: str) -> InvalidInputError:
    """Of a kind that we know, and that has no place in the library; `kind` is what it is.

    What a program can save in another way is told with that way.
    """
    suffix = name.rpartition(".")[2].lower()
    said = next((text for known, text in _OTHER_WAYS.items() if suffix in known), _CHOOSE_ANOTHER)
    return InvalidInputError(said.template, field=_FIELD, name=shown(name), kind=kind)


def not_what_it_says(name: str, kind: str) -> InvalidInputError:
    """Of a file with the suffix of a kind that its content is not."""
    return InvalidInputError(
        "The file “{name}” is called {kind}, but its content is nothing of the kind: it is damaged "
        "or something else. Open it on your computer and save it again.",
        field=_FIELD,
        name=shown(name),
        kind=kind.upper(),
    )


def unknown(name: str) -> InvalidInputError:
    """Of content that tells nothing."""
    return InvalidInputError(
        "The content of the file “{name}” is of no known kind; choose a document, a picture or a "
        "video.",
        field=_FIELD,
        name=shown(name),
    )
