"""Which entries of a file belong together, and what tells each event from all others.

A UID names an event for ever, and a changed occurrence says by RECURRENCE-ID which one it is. But
programs give the same UID to everything (“None”, the name of the calendar), or to nothing; then the
UID is no identity, and an event is told apart by what it is: its title, its times and its rule.

So two entries with one UID are either two forms of one event, or two events. Forms are numbered
(SEQUENCE, LAST-MODIFIED), and have something in common: their times, their title or, of series,
their days. RFC 5545 wants a higher SEQUENCE for other
times, so with the same SEQUENCE, different times mean different events. In doubt they are two
events: one too many can be seen, one too few cannot.

Nothing here depends on the order of the entries.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from itertools import pairwise
from math import inf
from typing import Final, TypeVar

from infoscreen_core.domain.text.local_time import load_zone, localize
from infoscreen_core.formats.ical_entries import Cancellation, Entry
from infoscreen_core.formats.ical_revisions import is_before, revision_of, what_is_said

Said = Entry | Cancellation
AnySaid = TypeVar("AnySaid", bound=Said)
_NO_IDENTITY: Final = frozenset(
    {"", "0", "1", "-1", "none", "null", "nil", "nan", "undefined", "unknown", "uid", "n/a", "-"}
)
_DIGEST_LENGTH: Final = 32
_SHARED_KEY: Final = re.compile(r"(.*);sha256:([0-9a-f]{32})", re.DOTALL)


@dataclass(frozen=True)
class Bundle:
    """An event as a file tells it, with the changed occurrences of a series."""

    main: Entry
    changed: Sequence[Said] = ()
    is_shared: bool = False
    """Whether its UID does not tell it from others."""
    copy: int = 0
    """Which one it is of several of the same UID that agree in title, times and rule."""

    @cached_property
    def revision(self) -> str:
        """The state of the event, see `ical_revisions`."""
        return revision_of([self.main, *self.changed])

    @cached_property
    def identity(self) -> str:
        """A digest of what the event is, for one that has no UID of its own."""
        return _identity(self.main, self.copy)

    @property
    def key(self) -> str:
        """What tells it from all others of its group."""
        return f"{self.main.uid};sha256:{self.identity}" if self.is_shared else self.main.key

    @property
    def start(self) -> datetime:
        """The instant at which it begins."""
        return localize(self.main.start, load_zone(self.main.timezone))


@dataclass(frozen=True)
class Contents:
    """What a file says, put in order."""

    bundles: Sequence[Bundle]
    loose: Sequence[Said]
    """Changed and called-off occurrences, and called-off events, that no bundle takes in."""
    repeated: Sequence[Said]
    """What a newer form of the same event in the file replaces."""


def put_in_order(entries: Iterable[Said]) -> Contents:
    """Return what a file says: its events, what belongs to others, and what is out of date."""
    by_key: dict[str, list[Said]] = {}
    for entry in _pointed(sorted(entries, key=lambda one: one.line)):
        by_key.setdefault(entry.key, []).append(entry)
    events: list[Bundle] = []
    loose: list[Said] = []
    repeated: list[Said] = []
    for entry_list in by_key.values():
        kept, bare, old = _forms(entry_list)
        events += kept
        loose += bare
        repeated += old
    return Contents(*_gathered(events, loose), repeated)


def point_into(entry: AnySaid, *, is_all_day: bool) -> AnySaid:
    """Return an entry that points into a series of whole days, or of times, as it must there.

    An instant means its day in a series of whole days.
    """
    if not is_all_day or entry.replaces is None:
        return entry
    return replace(entry, replaces=entry.replaces_day)


def says_nothing(uid: str) -> bool:
    """Whether a UID is a mere stopgap, which programs give to all of their events."""
    return uid.strip(" \"'{}()<>").casefold() in _NO_IDENTITY


def split_shared_key(key: str) -> tuple[str, str] | None:
    """Return UID and identity of an event whose UID does not tell it from others; None of others.

    The key of a changed occurrence of such an event is none either.
    """
    found = _SHARED_KEY.fullmatch(key)
    return (found[1], found[2]) if found else None


def _pointed(entries: Sequence[Said]) -> list[Said]:
    whole_days = {
        one.uid
        for one in entries
        if isinstance(one, Entry) and one.replaces is None and one.is_all_day
    }
    return [point_into(one, is_all_day=one.uid in whole_days) for one in entries]


def _forms(entries: Sequence[Said]) -> tuple[list[Bundle], list[Said], list[Said]]:
    """Return the events that entries of one key are, what belongs to others, and what is old."""
    if entries[0].replaces is not None:
        newest, *old = sorted(entries, key=_age, reverse=True)
        return [], [newest], old
    events, doubles = _without_doubles([one for one in entries if isinstance(one, Entry)])
    ends = [one for one in entries if isinstance(one, Cancellation)]
    if says_nothing(entries[0].uid) or not _are_forms(events):
        return _told_apart(events), list[Said](ends), doubles
    forms: list[Said] = [*events, *ends]
    *old_forms, last = sorted(forms, key=_age)
    replaced = [*doubles, *old_forms]
    if isinstance(last, Cancellation):
        return [], [last], replaced
    return [Bundle(last)], [], replaced


def _without_doubles(entries: Sequence[Entry]) -> tuple[list[Entry], list[Said]]:
    """Return the entries, each once, and those that merely say the same again."""
    latest: dict[str, Entry] = {}
    doubles: list[Said] = []
    for entry in entries:
        said = what_is_said(entry)
        other = latest.get(said)
        if other is not None:
            doubles.append(entry if is_before(entry, other) else other)
        if other is None or not is_before(entry, other):
            latest[said] = entry
    return list(latest.values()), doubles


def _are_forms(entries: Sequence[Entry]) -> bool:
    """Whether entries with one UID are successive forms of one event."""
    ordered = sorted(entries, key=_age)
    return all(_is_next_form(one, other) for one, other in pairwise(ordered))


def _is_next_form(old: Entry, new: Entry) -> bool:
    is_at_same_time = (old.start, old.timezone) == (new.start, new.timezone)
    if old.sequence != new.sequence:
        return is_at_same_time or old.title == new.title or _is_same_series(old, new)
    return is_at_same_time and is_before(old, new)


def _is_same_series(old: Entry, new: Entry) -> bool:
    """Whether two series have the same days; a new title and time of day change no more."""
    return bool(old.rule) and (old.start.date(), old.rule) == (new.start.date(), new.rule)


def _told_apart(entries: Sequence[Entry]) -> list[Bundle]:
    seen: Counter[str] = Counter()
    told: list[Bundle] = []
    for entry in sorted(entries, key=what_is_said):
        identity = _identity(entry, 0)
        told.append(Bundle(entry, is_shared=True, copy=seen[identity]))
        seen[identity] += 1
    return told


def _gathered(events: Sequence[Bundle], loose: Sequence[Said]) -> tuple[list[Bundle], list[Said]]:
    """Put changed occurrences to the series of their UID, if there is one such series."""
    own: dict[str, list[Said]] = {
        one.main.uid: [] for one in events if one.main.rule and not one.is_shared
    }
    rest: list[Said] = []
    for entry in sorted(loose, key=_age, reverse=True):
        has_series = entry.replaces is not None and entry.uid in own
        (own[entry.uid] if has_series else rest).append(entry)
    return [
        Bundle(one.main, own[one.main.uid]) if one.main.uid in own else one for one in events
    ], rest


def _identity(entry: Entry, copy: int) -> str:
    what = (entry.title, entry.start, entry.end, entry.timezone, entry.is_all_day, entry.rule)
    said = repr((*what, copy)).encode("utf-8", "surrogatepass")
    return hashlib.sha256(said).hexdigest()[:_DIGEST_LENGTH]


def _age(entry: Said) -> tuple[int, float, bool, str]:
    """Return what sorts states from old to new; among equals, what calls off is the last."""
    is_end = isinstance(entry, Cancellation)
    unknown = inf if is_end else 0.0
    modified = entry.modified_at.timestamp() if entry.modified_at else unknown
    return entry.sequence, modified, is_end, what_is_said(entry)
