"""Revisions of events: which entries of a file belong together, and which state is the older one.

Programs number their changes (SEQUENCE, LAST-MODIFIED), but some forget to. So a revision is a text
of three parts: the two numbers, which tell the older of two states, and a digest of everything else
that the file says, which tells whether they differ at all. It is stored with the imported event, so
its form must never change, and the names and values of `Entry` are part of it.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

from infoscreen_core.domain.recurrence.exdates import format_stamp
from infoscreen_core.domain.text.local_time import load_zone, to_local
from infoscreen_core.formats.ical_entries import Cancellation, Entry

Said = TypeVar("Said", bound=Entry | Cancellation)

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


@dataclass(frozen=True)
class Bundle:
    """Everything a file says under one UID: the event itself, and its changed occurrences."""

    main: Entry | Cancellation
    changed: Sequence[Entry | Cancellation]

    @cached_property
    def revision(self) -> str:
        """The state of the event, as text that `is_same` and `is_older` compare."""
        return _revision_of([self.main, *self.changed])


def bundle_entries(
    entries: Sequence[Entry | Cancellation],
) -> tuple[list[Bundle], list[Entry | Cancellation]]:
    """Return events with their changed occurrences, and the entries that newer ones replace."""
    entries = _pointed(entries)
    latest: dict[str, Entry | Cancellation] = {}
    repeated: list[Entry | Cancellation] = []
    for entry in entries:
        other = latest.get(entry.key)
        if other is None or not _is_before(entry, other):
            latest[entry.key] = entry
        if other is not None:
            repeated.append(entry if latest[entry.key] is other else other)
    changed: dict[str, list[Entry | Cancellation]] = {}
    for entry in latest.values():
        if entry.replaces is not None and entry.uid in latest:
            changed.setdefault(entry.uid, []).append(entry)
    mains = [one for one in latest.values() if one.replaces is None or one.uid not in latest]
    return [
        _bundle(one, changed.get(one.uid, ()) if one.replaces is None else ()) for one in mains
    ], repeated


def point_into(entry: Said, *, is_all_day: bool) -> Said:
    """Return an entry that points into a series of whole days, or of times, as it must there.

    An instant means its day in a series of whole days.
    """
    if not is_all_day or entry.replaces is None:
        return entry
    return replace(entry, replaces=entry.replaces_day)


def _pointed(entries: Sequence[Entry | Cancellation]) -> list[Entry | Cancellation]:
    whole_days = {
        one.uid
        for one in entries
        if isinstance(one, Entry) and one.replaces is None and one.is_all_day
    }
    return [point_into(one, is_all_day=one.uid in whole_days) for one in entries]


def _bundle(main: Entry | Cancellation, changed: Sequence[Entry | Cancellation]) -> Bundle:
    """Return both together; what takes place at another time is not left out, whatever EXDATE says.

    Some programs write both for one occurrence.
    """
    if isinstance(main, Entry):
        moved = [one.replaces for one in changed if isinstance(one, Entry) and one.replaces]
        zone = load_zone(main.timezone)
        kept = tuple(
            one for one in main.exdates if not any(_is_alike(one, other, zone) for other in moved)
        )
        main = replace(main, exdates=kept)
    return Bundle(main, changed)


def _is_alike(one: date, other: date, zone: ZoneInfo) -> bool:
    """Whether two pointers mean one occurrence; a date means the occurrence of that day."""
    if isinstance(one, datetime) is isinstance(other, datetime):
        return one == other
    return _day_of(one, zone) == _day_of(other, zone)


def _day_of(pointer: date, zone: ZoneInfo) -> date:
    return to_local(pointer, zone).date() if isinstance(pointer, datetime) else pointer


def is_same(revision: str, stored: str) -> bool:
    """Whether two revisions say the same, whatever their numbers."""
    return revision.rpartition(";")[2] == stored.rpartition(";")[2]


def is_older(revision: str, stored: str) -> bool:
    """Whether a revision is older than the stored one: by SEQUENCE, then by LAST-MODIFIED."""
    number, modified, _digest = revision.split(";")
    stored_number, stored_modified, _digest = stored.split(";")
    if number != stored_number:
        return number < stored_number
    return bool(modified and stored_modified) and modified < stored_modified


def _is_before(entry: Entry | Cancellation, other: Entry | Cancellation) -> bool:
    return is_older(_revision_of([entry]), _revision_of([other]))


def _revision_of(entries: Sequence[Entry | Cancellation]) -> str:
    said = sorted(_said(one) for one in entries)
    sequence = max(one.sequence for one in entries)
    modified = max((one.modified_at for one in entries if one.modified_at), default=None)
    digest = hashlib.sha256("\n".join(said).encode("utf-8", "surrogatepass")).hexdigest()
    return f"{sequence:010};{format_stamp(modified) if modified else ''};{digest}"


def _said(entry: Entry | Cancellation) -> str:
    if isinstance(entry, Cancellation):
        return repr([("uid", entry.uid), ("is_cancelled", True), ("replaces", entry.replaces)])
    old = [(name, getattr(entry, name)) for name in _FIRST_FIELDS]
    new = [(name, getattr(entry, name)) for name in _LATER_FIELDS if getattr(entry, name)]
    old.insert(_FIRST_FIELDS.index("replaces"), ("is_cancelled", False))
    return repr(old + new)
