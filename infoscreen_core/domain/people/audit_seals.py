"""The chain of seals: each holds the digest of an entry and of the seal before it.

So nobody can change, remove or add an entry that is sealed without changing every seal after it.
Whoever can write to the database could do even that: hence the newest seal is also written
elsewhere (to the log), and may be compared with.
"""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any, Final

from infoscreen_core.errors import InvalidInputError

NOTHING_BEFORE: Final = "0" * 64
"""What the first seal follows."""
_FORM: Final = "infoscreen audit 1"
_HEAD: Final = re.compile(r"([1-9][0-9]{0,15}):([0-9a-f]{64})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """All of an entry: whatever is not in it, a seal does not guard."""

    entry_id: int
    at: datetime
    actor_id: int | None
    actor_name: str
    source: str
    action: str
    entity: str
    entity_id: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Seal:
    """A link of the chain; the numbers count from 1 without a gap."""

    number: int
    entry_id: int
    previous: str
    digest: str
    sealed_at: datetime


class Fault(StrEnum):
    """What can be wrong with a link of the chain."""

    CHANGED = "changed"
    """The entry is not as it was sealed."""
    REMOVED = "removed"
    """The entry is gone."""
    SEAL_REMOVED = "seal_removed"
    """Seals are gone: the numbers have a gap."""
    CHAIN_BROKEN = "chain_broken"
    """The seal does not follow the one before it."""
    END_REMOVED = "end_removed"
    """The chain ends before the seal that was noted elsewhere."""
    OTHER_CHAIN = "other_chain"
    """The seal of this number is not the one that was noted elsewhere."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong, and where."""

    fault: Fault
    number: int
    """Of the seal."""
    entry_id: int | None
    """None: the seal is gone, too, and with it what it was about."""


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain, as it may be noted elsewhere: `NUMBER:DIGEST`."""

    number: int
    digest: str

    def __str__(self) -> str:
        return f"{self.number}:{self.digest}"


START: Final = Head(0, NOTHING_BEFORE)
"""The end of a chain in which nothing is."""


def read_head(text: str) -> Head:
    """Return the end of the chain that `str(head)` wrote; raise `InvalidInputError` for others."""
    found = _HEAD.fullmatch(text.strip().lower())
    if found is None:
        raise InvalidInputError(
            "The end of the chain is written NUMBER:DIGEST, as `infoscreen audit verify` shows it; "
            "“{value}” is not.",
            field="head",
            value=text[:100],
        )
    return Head(int(found[1]), found[2])


def seal(entry: Sealed, *, follows: Head, at: datetime) -> Seal:
    """Return the next link of the chain."""
    number = follows.number + 1
    digest = _digest(entry, number, follows.digest, at)
    return Seal(number, entry.entry_id, follows.digest, digest, at)


def check(link: Seal, entry: Sealed | None, *, follows: Head) -> Finding | None:
    """Return what is wrong with a link that should follow the head; None: nothing."""
    if link.number != follows.number + 1:
        return Finding(Fault.SEAL_REMOVED, follows.number + 1, None)
    if link.previous != follows.digest:
        return Finding(Fault.CHAIN_BROKEN, link.number, link.entry_id)
    if entry is None:
        return Finding(Fault.REMOVED, link.number, link.entry_id)
    if link.digest != _digest(entry, link.number, link.previous, link.sealed_at):
        return Finding(Fault.CHANGED, link.number, link.entry_id)
    return None


def _digest(entry: Sealed, number: int, previous: str, sealed_at: datetime) -> str:
    # Values, not bytes of the database: a dump that is read back elsewhere has the same digests.
    content = [
        _FORM,
        number,
        previous,
        _moment(sealed_at),
        entry.entry_id,
        _moment(entry.at),
        entry.actor_id,
        entry.actor_name,
        entry.source,
        entry.action,
        entry.entity,
        entry.entity_id,
        entry.before,
        entry.after,
    ]
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return sha256(text.encode("ascii")).hexdigest()


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="microseconds")
