"""Revisions of events: which of two states is the older one, and which say the same.

Programs number their changes (SEQUENCE, LAST-MODIFIED), but some forget to. So a revision is a text
of three parts: the two numbers, which tell the older of two states, and a digest of everything else
that the file says, which tells whether they differ at all. It is stored with the imported event, so
its form must never change, and the names and values of `Entry` are part of it.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from infoscreen_core.domain.recurrence.exdates import format_stamp
from infoscreen_core.formats.ical_entries import Cancellation, Entry

_FIRST_FIELDS: Final = (
    "uid",
    "title",
    "description",
    "url",
    "replaces",
    "start",
    "end",
    "timezone",
    "is_all_day",
    "rule",
    "exdates",
)
_LATER_FIELDS: Final = ("location", "is_private")
"""Left out where they say nothing, so that revisions from before they were read stay the same."""


def revision_of(entries: Sequence[Entry | Cancellation]) -> str:
    """Return the state that one or more entries of a file describe together."""
    said = sorted(what_is_said(one) for one in entries)
    sequence = max(one.sequence for one in entries)
    modified = max((one.modified_at for one in entries if one.modified_at), default=None)
    return f"{_numbers(sequence, modified)};{_digest(said)}"


def is_same(revision: str, stored: str) -> bool:
    """Whether two revisions say the same, whatever their numbers."""
    return revision.rpartition(";")[2] == stored.rpartition(";")[2]


def is_older(revision: str, stored: str) -> bool:
    """Whether a revision is older than the stored one: by SEQUENCE, then by LAST-MODIFIED."""
    number, modified, _said = revision.split(";")
    stored_number, stored_modified, _said = stored.split(";")
    if number != stored_number:
        return number < stored_number
    return bool(modified and stored_modified) and modified < stored_modified


def has_lower_number(revision: str, stored: str) -> bool:
    """Whether a revision has a lower SEQUENCE than the stored one."""
    return revision.partition(";")[0] < stored.partition(";")[0]


def is_before(entry: Entry | Cancellation, other: Entry | Cancellation) -> bool:
    """Whether an entry is an older state than another by its numbers."""
    return is_older(revision_of([entry]), revision_of([other]))


def what_is_said(entry: Entry | Cancellation) -> str:
    """Return all that an entry says, but for its place in the file and its numbers."""
    if isinstance(entry, Cancellation):
        return repr([("uid", entry.uid), ("is_cancelled", True), ("replaces", entry.replaces)])
    old = [(name, getattr(entry, name)) for name in _FIRST_FIELDS]
    new = [(name, getattr(entry, name)) for name in _LATER_FIELDS if getattr(entry, name)]
    old.insert(_FIRST_FIELDS.index("replaces"), ("is_cancelled", False))
    return repr(old + new)


def _numbers(sequence: int, modified: datetime | None) -> str:
    return f"{sequence:010};{format_stamp(modified) if modified else ''}"


def _digest(said: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(said).encode("utf-8", "surrogatepass")).hexdigest()
