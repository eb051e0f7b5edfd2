"""Text that people type: trimmed, within its length, and storable everywhere."""

import re

from infoscreen_core.errors import InvalidInputError

# C0 and C1 control characters except tab and line breaks; NUL among them.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
# Characters without a shape of their own, which hide text, reverse its order, or make two names
# that look equal differ.
_INVISIBLE = re.compile(r"[\u200b\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_BREAKS = re.compile(r"[\t\r\n\u2028\u2029]+")


def clean_text(value: str, *, field: str, limit: int) -> str:
    """Return trimmed text of several lines, with LF; raise `InvalidInputError` on `field`.

    Invisible characters, such as marks of writing direction, are removed.
    """
    text = _INVISIBLE.sub("", value).replace("\r\n", "\n").replace("\r", "\n").strip()
    _check_characters(text, field)
    if len(text) > limit:
        raise InvalidInputError(
            "{name} has {length} characters; {limit} are allowed: shorten it.",
            field=field,
            name=field,
            length=len(text),
            limit=limit,
        )
    return text


def clean_line(value: str, *, field: str, limit: int) -> str:
    """Return text of one line: like `clean_text`, but tabs and line breaks become single spaces."""
    return clean_text(_BREAKS.sub(" ", value), field=field, limit=limit)


def said(reason: str) -> str:
    """Return the (cleaned) reason that a person gave; raise `InvalidInputError` if it is blank."""
    if not reason.strip():
        raise InvalidInputError(
            "Say why, in a few words; others will read it in the log.", field="reason"
        )
    return reason


def _check_characters(text: str, field: str) -> None:
    bad = _CONTROL.search(text) or _SURROGATE.search(text)
    if bad:
        raise InvalidInputError(
            "{name} holds the character U+{character}, which cannot be shown; remove it.",
            field=field,
            name=field,
            character=f"{ord(bad[0]):04X}",
        )
