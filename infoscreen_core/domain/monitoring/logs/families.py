"""Log messages of the same shape: what differs from one occurrence to the next is masked.

`Player 7 restarted after 12 s` and `Player 31 restarted after 3 s` are one family, with the shape
`Player # restarted after # s`. A family's id is computed from its level and shape alone, without
asking anybody: the same line has the same family on each database, whatever was logged before it,
so that counts can be made anew from the lines. Programs that learn shapes from what they have seen
so far (Drain and its like) cannot promise that.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Final

from infoscreen_core.domain.monitoring.logs.lines import without_terminal_codes
from infoscreen_core.domain.screens.player import LogLevel

LONGEST_SHAPE: Final = 200
"""Characters of a shape; what follows them does not tell families apart."""
_LONGEST_READ: Final = 600
"""Characters of a message that are looked at: a trace of many lines must not cost more."""
_ID_BITS: Final = 52
"""Ids fit into whole numbers of every language, JavaScript's too."""

_QUOTED: Final = r"\"[^\"\n]*\"|“[^”\n]*”|„[^“”\n]*[“”]|«[^»\n]*»|`[^`\n]*`|(?<!\w)'[^'\n]*'(?!\w)"
_ADDRESS: Final = r"\b[A-Za-z][A-Za-z0-9+.-]{0,20}://[^\s\"'<>]+"
_PATH: Final = r"(?<![\w/.])(?:[A-Za-z]:)?(?:[/\\][\w.@+~%=,-]+)+[/\\]?"
_ID: Final = (
    r"\b[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\b"  # a UUID
    r"|\b[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5}\b"  # a network card's address
    r"|\b0[xX][0-9A-Fa-f]+\b"
    r"|\b(?=[A-Fa-f]*[0-9])[0-9A-Fa-f]{8,}\b"  # a hash
)
_TIME: Final = (
    r"\b\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?"
    r"|\b\d{1,2}:\d\d(?::\d\d(?:[.,]\d+)?)?\b"
)
_NUMBER: Final = r"(?<![\d.])[+-]?\d+(?:[.,:]\d+)*"
_MARKED: Final = re.compile(f"(?P<quoted>{_QUOTED})|(?P<address>{_ADDRESS})|(?P<path>{_PATH})")
_MARKS: Final = frozenset("\"'“„«`/\\")
"""What is quoted, an address or a path has one of these."""
_COUNTED: Final = re.compile(f"{_ID}|{_TIME}|{_NUMBER}")
_DIGIT: Final = re.compile(r"\d")
_MASKS: Final = {"quoted": "“…”", "address": "://…", "path": "/…"}
_MASK: Final = "#"
_REPEATED: Final = re.compile(r"#(?:[ ,;]{1,2}#)+")
"""Lists of numbers, however many."""


@dataclass(frozen=True, slots=True)
class LogFamily:
    """What messages of one shape have in common."""

    id: int
    level: LogLevel
    shape: str


def shape_of(message: str) -> str:
    """Return a message with what varies masked, on one line; never longer than `LONGEST_SHAPE`.

    Numbers, ids, hashes and times become `#`, quoted texts `“…”`, paths `/…`, addresses `://…`.
    """
    text = without_terminal_codes(message[:_LONGEST_READ])
    if not _MARKS.isdisjoint(text):
        text = _MARKED.sub(_masked, text)
    shape = _REPEATED.sub(_MASK, " ".join(map(_masked_word, text.split())))
    return shape[:LONGEST_SHAPE].rstrip()


@lru_cache(maxsize=4096)
def family_of(level: LogLevel, message: str) -> LogFamily:
    """Return the family that a message belongs to."""
    shape = shape_of(message)
    number = int.from_bytes(sha256(f"{level.value} {shape}".encode()).digest()[:8])
    return LogFamily(number >> (64 - _ID_BITS), level, shape)


def _masked(found: re.Match[str]) -> str:
    return _MASKS[str(found.lastgroup)]


def _masked_word(word: str) -> str:
    # Most words hold no digit: looking at each letter for all that might begin there costs more.
    return _COUNTED.sub(_MASK, word) if _DIGIT.search(word) else word
