"""Find the events that a subscribed calendar meant before, whatever UIDs it gives them now.

Some servers (Office 365) make new UIDs at each request. Such events are known again by what they
say: first by all of it, then by less and less, so that a renamed or moved event stays the same one
and keeps how people chose to show it. What was found gets its stored UID back; from there on, the
import needs to know nothing of this.
"""

import hashlib
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Final

from infoscreen_core.db.models import Event
from infoscreen_core.domain.text.local_time import load_zone, localize
from infoscreen_core.formats.ical_bundles import Said
from infoscreen_core.formats.ical_entries import Entry

_UNSAID: Final = frozenset({"line", "uid", "sequence", "modified_at", "notes"})


@dataclass(frozen=True)
class Held:
    """An event that the subscription holds, and what the calendar said of it."""

    event: Event
    content_digest: str


@dataclass(frozen=True)
class FollowedCalendar:
    """What an import has to know of the subscription that it serves."""

    held: Mapping[str, Held]
    """By the keys that are stored (`Event.ical_uid`)."""
    foreign_ids: frozenset[int] = frozenset()
    """The group's events that other subscriptions hold: they are not known."""
    digests: dict[str, str] = field(default_factory=dict)
    """What the calendar says now, by UID; `renamed` fills it."""

    @property
    def owned_ids(self) -> frozenset[int]:
        """The events that the calendar brought earlier."""
        return frozenset(one.event.id for one in self.held.values())

    def renamed(self, entries: Sequence[Said], unread: Collection[str]) -> list[Said]:
        """Return the entries, those that are known by their content with the UID that is stored.

        `unread` are the UIDs of events that the calendar holds and that could not be read.
        """
        units = _units(entries)
        given = {*unread, *(one.key for one in entries)}
        known = _pairs(self._strangers(units), self._missing(given))
        for uid, unit in units.items():
            self.digests[known.get(uid, uid)] = _digest(unit)
        return [replace(one, uid=known.get(one.uid, one.uid)) for one in entries]

    def digest_of(self, event: Event) -> str:
        """Return what the calendar says of an event; empty where its UID does not name it."""
        key = event.ical_uid or ""
        return self.digests.get(key.removesuffix(_pointer(key)), "")

    def _strangers(self, units: Mapping[str, Sequence[Said]]) -> "dict[str, _Traits]":
        mains = ((uid, _main(unit), unit) for uid, unit in units.items())
        return {
            uid: _traits_of(main, _digest(unit))
            for uid, main, unit in mains
            if main is not None and main.key not in self.held
        }

    def _missing(self, given: Collection[str]) -> "dict[str, _Traits]":
        """Return the held events that the calendar does not name, by the UID in their key."""
        return {
            key.removesuffix(_pointer(key)): _traits(one.event, one.content_digest)
            for key, one in self.held.items()
            if key not in given and ";sha256:" not in key
        }


@dataclass(frozen=True)
class _Traits:
    digest: str
    title: str
    start: datetime
    end: datetime
    rule: str | None


_WAYS: Final[Sequence[Callable[[_Traits], Hashable]]] = (
    lambda one: one.digest,
    lambda one: (one.title, one.start, one.rule),
    lambda one: (one.start, one.end, one.rule),
    lambda one: (one.title, one.rule),
)
"""What two events have in common that are the same, the surest way first."""


def _units(entries: Iterable[Said]) -> dict[str, list[Said]]:
    units: dict[str, list[Said]] = {}
    for entry in entries:
        units.setdefault(entry.uid, []).append(entry)
    return units


def _main(unit: Sequence[Said]) -> Entry | None:
    """Return the event that a UID names; None when it names several, or none."""
    events = [one for one in unit if isinstance(one, Entry)]
    whole = [one for one in events if one.replaces is None]
    if len(whole) == 1:
        return whole[0]
    return events[0] if len(unit) == len(events) == 1 else None


def _pointer(key: str) -> str:
    """Return the part of a key that names an occurrence, with its semicolon; often empty."""
    uid, mark, text = key.rpartition(";")
    is_moment = bool(uid) and text.replace("-", "").replace("T", "").rstrip("Z").isdigit()
    return mark + text if is_moment else ""


def _pairs(strangers: dict[str, _Traits], missing: dict[str, _Traits]) -> dict[str, str]:
    found: dict[str, str] = {}
    for way in _WAYS:
        places: dict[Hashable, list[str]] = {}
        for uid, traits in missing.items():
            places.setdefault(way(traits), []).append(uid)
        for uid, traits in list(strangers.items()):
            if stored := places.get(way(traits)):
                found[uid] = stored.pop(0)
                del strangers[uid], missing[found[uid]]
    return found


def _traits(event: Event, digest: str) -> _Traits:
    return _Traits(digest, event.title, event.start, event.end, event.recurrence_rule)


def _traits_of(main: Entry, digest: str) -> _Traits:
    zone = load_zone(main.timezone)
    start, end = localize(main.start, zone), localize(main.end, zone)
    return _Traits(digest, main.title.strip(), start, end, main.rule)


def _digest(unit: Sequence[Said]) -> str:
    said = sorted(_said(one) for one in unit)
    return hashlib.sha256("\n".join(said).encode("utf-8", "surrogatepass")).hexdigest()


def _said(entry: Said) -> str:
    known = ((one.name, getattr(entry, one.name)) for one in fields(entry))
    return repr([type(entry).__name__, *((k, v) for k, v in known if k not in _UNSAID and v)])
