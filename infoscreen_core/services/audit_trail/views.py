"""Entries of the audit trail as readers see them."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from infoscreen_core.domain.people.audit import AuditPlace
from infoscreen_core.domain.people.audit_seals import Finding, Head


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryView:
    """One change that somebody made."""

    id: int
    at: datetime
    actor_id: int | None
    """The user; None for `cli` and `system`."""
    actor_name: str
    source: str
    action: str
    entity: str
    entity_id: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None

    @property
    def place(self) -> AuditPlace:
        """Where it stands among all entries."""
        return AuditPlace(self.at, self.id)


@dataclass(frozen=True, slots=True)
class EntryPage:
    """Entries, newest first, and where older ones begin."""

    entries: tuple[EntryView, ...]
    next: AuditPlace | None
    """None: there are no older ones."""
    searched_to: datetime | None = None
    """How far back it was looked, when the page is not full and older entries may match, too."""


@dataclass(frozen=True, slots=True)
class Names:
    """What the things are called whose numbers stand in entries."""

    groups: dict[int, str]
    users: dict[int, str]
    periods: dict[int, str]
    screens: dict[str, str] = field(default_factory=dict)
    """By UUID; only those that the entries are about."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What entries may be narrowed to."""

    actors: tuple[str, ...]
    actions: tuple[str, ...]
    entities: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of a look at the whole chain."""

    head: Head
    """Its end: to be noted elsewhere."""
    fault_count: int
    first: Finding | None
    """What is wrong first; None: nothing."""
    first_entry: EntryView | None
    """The entry of that, as it is now; None where it is gone."""
    is_protected: bool
    """Whether the database refuses changes by itself."""

    @property
    def is_whole(self) -> bool:
        """Whether nothing was changed or removed."""
        return self.first is None
