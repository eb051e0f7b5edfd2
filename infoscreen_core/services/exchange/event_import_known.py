"""Which events of a file are here already.

An imported event is known in its group by the key that files have for it (`Event.ical_uid`). Where
a UID is no identity, the key holds a digest of what the event is, which changes when the event
does. So what such a file changed is found by what stayed the same: see `_pair`.
"""

import re
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Self, TypeVar

from sqlalchemy.orm import Session

from infoscreen_core.db.models import Event
from infoscreen_core.db.queries import events as queries
from infoscreen_core.domain.text.local_time import load_zone, to_local
from infoscreen_core.formats.ical_bundles import Bundle, says_nothing, split_shared_key
from infoscreen_core.formats.ical_revisions import is_same
from infoscreen_core.services.exchange.calendar_export import event_uid

Item = TypeVar("Item")
Key = TypeVar("Key", bound=Hashable)
_PARTS: Final = re.compile(
    r"(.*?)(;sha256:[0-9a-f]{32})?(;([0-9]{8}T[0-9]{6}Z|[0-9]{4}-[0-9]{2}-[0-9]{2}))?", re.DOTALL
)
"""UID, identity and occurrence in a key."""


@dataclass
class Known:
    """The events of a group as files name them."""

    own: dict[str, Event] = field(default_factory=dict)
    """By the UIDs that the group's own feed gives them: a file from there brings nothing new."""
    imported: dict[str, Event] = field(default_factory=dict)
    """By the keys that imports stored."""
    _by_uid: dict[str, dict[str, Event]] = field(default_factory=dict)

    @classmethod
    def of(cls, session: Session, group_id: int, *, hidden: Collection[int] = ()) -> Self:
        """Return what is known in a group, but the events whose ids are `hidden`."""
        everything = queries.list_events(session, group_ids=[group_id])
        planned = [event for event in everything if event.id not in hidden]
        known = cls({event_uid(one): one for one in planned})
        for event in sorted(planned, key=lambda one: one.id, reverse=True):
            if event.ical_uid:  # of two with one key, the older counts
                known.add(event.ical_uid, event)
        return known

    def under(self, uid: str) -> list[Event]:
        """Return the events that files brought under a UID, but not what was detached from them."""
        found = self._by_uid.get(uid, {}).values()
        return sorted((one for one in found if one.master_event_id is None), key=lambda one: one.id)

    def add(self, key: str, event: Event) -> None:
        """Note which event a key names."""
        self.imported[key] = event
        self._by_uid.setdefault(_uid_in(key), {})[key] = event

    def drop(self, key: str | None) -> None:
        """Note that a key names nothing any more."""
        if key is not None and key in self.imported:
            del self.imported[key]
            del self._by_uid[_uid_in(key)][key]


def _uid_in(key: str) -> str:
    found = _PARTS.fullmatch(key)
    return found[1] if found else key


def match(bundles: Sequence[Bundle], known: Known) -> dict[str, Event]:
    """Return the imported event that each bundle is, by the bundle's key."""
    found = {one.key: known.imported[one.key] for one in bundles if one.key in known.imported}
    _match_former_uids(bundles, known, found)
    _match_identities(bundles, known, found)
    for members, candidates in _families(bundles, known, found):
        found |= _pair(members, candidates)
    return found


def _match_former_uids(bundles: Sequence[Bundle], known: Known, found: dict[str, Event]) -> None:
    """Find events whose UID was theirs alone when they came, and is shared now."""
    for bundle in _missing(bundles, found):
        former = known.imported.get(bundle.main.uid) if bundle.is_shared else None
        if former and former.ical_revision and is_same(bundle.revision, former.ical_revision):
            found[bundle.key] = former


def _match_identities(bundles: Sequence[Bundle], known: Known, found: dict[str, Event]) -> None:
    """Find events that came without an identity, and have another UID now."""
    taken = {event.id for event in found.values()}
    by_identity: dict[str, list[Event]] = {}
    for _uid, identity, event in _shared(known):
        if event.id not in taken:
            by_identity.setdefault(identity, []).append(event)
    for bundle in _missing(bundles, found):
        same = by_identity.get(bundle.identity)
        if same:
            found[bundle.key] = same.pop()


def _families(
    bundles: Sequence[Bundle], known: Known, found: Mapping[str, Event]
) -> Iterator[tuple[list[Event], list[Bundle]]]:
    """Yield events without an identity of which a file may hold newer forms, and those forms."""
    yield from _former_owners(bundles, known, found)
    families = _by(lambda one: one[0], _shared(known))
    for uid in sorted(families):
        members = [event for _uid, _identity, event in families[uid]]
        matched = {event.id for event in found.values()}
        candidates = _candidates(uid, bundles, found)
        same = sum(event.id in matched for event in members)
        # At least half of what the file says there is here unchanged: a newer state of the same.
        if same and same >= len(candidates):
            yield [one for one in members if one.id not in matched], candidates


def _former_owners(
    bundles: Sequence[Bundle], known: Known, found: Mapping[str, Event]
) -> Iterator[tuple[list[Event], list[Bundle]]]:
    """Yield events whose UID was theirs alone, and all that has it now: one may be the event."""
    shared = (one for one in _missing(bundles, found) if one.is_shared)
    for uid, candidates in sorted(_by(lambda one: one.main.uid, shared).items()):
        former = known.imported.get(uid)
        if former is not None and not says_nothing(uid) and former not in found.values():
            yield [former], candidates


def _candidates(uid: str, bundles: Sequence[Bundle], found: Mapping[str, Event]) -> list[Bundle]:
    """Return what may be newer forms of events of a UID: all that is new if nothing has it now."""
    is_gone = not any(one.main.uid == uid for one in bundles)
    return [one for one in _missing(bundles, found) if is_gone or one.main.uid == uid]


def _pair(members: Sequence[Event], candidates: Sequence[Bundle]) -> dict[str, Event]:
    """Return events with the newer forms that share something with them and nothing else.

    Title and day count first, then the start, then the title.
    """
    found: dict[str, Event] = {}
    traits: tuple[tuple[Callable[[Event], Hashable], Callable[[Bundle], Hashable]], ...] = (
        (lambda one: (one.title, _day(one)), lambda one: (_title(one), one.main.start.date())),
        (lambda one: one.start, lambda one: one.start),
        (lambda one: one.title, _title),
    )
    for of_event, of_bundle in traits:
        taken = {event.id for event in found.values()}
        old = _by(of_event, (one for one in members if one.id not in taken))
        new = _by(of_bundle, (one for one in candidates if one.key not in found))
        for trait in old.keys() & new.keys():
            if len(old[trait]) == len(new[trait]) == 1:
                found[new[trait][0].key] = old[trait][0]
    return found


def _by(trait: Callable[[Item], Key], items: Iterable[Item]) -> dict[Key, list[Item]]:
    found: dict[Key, list[Item]] = {}
    for item in items:
        found.setdefault(trait(item), []).append(item)
    return found


def _missing(bundles: Sequence[Bundle], found: Mapping[str, Event]) -> list[Bundle]:
    return [one for one in bundles if one.key not in found]


def _shared(known: Known) -> Iterator[tuple[str, str, Event]]:
    for key, event in sorted(known.imported.items()):
        parts = split_shared_key(key)
        if parts is not None:
            yield *parts, event


def _title(bundle: Bundle) -> str:
    return bundle.main.title.strip()


def _day(event: Event) -> object:
    return to_local(event.start, load_zone(event.timezone)).date()
