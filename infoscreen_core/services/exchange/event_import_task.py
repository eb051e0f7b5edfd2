"""What is the same for all events of one import."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from infoscreen_core.db.models import Event
from infoscreen_core.db.queries import events as queries
from infoscreen_core.domain.events.event import EventType
from infoscreen_core.formats.ical_bundles import Said
from infoscreen_core.formats.ical_entries import Entry
from infoscreen_core.formats.ical_revisions import is_same
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.exchange.event_import_known import Known
from infoscreen_core.services.exchange.subscription_matching import FollowedCalendar


@dataclass(frozen=True)
class ImportTask:
    """One import into a group, and what is known there."""

    session: Session
    group_id: int
    kind: EventType | None
    takes_private: bool
    settings: Mapping[str, Any]
    known: Known
    actor: Actor
    now: datetime
    calendar: FollowedCalendar | None = None
    """The subscribed calendar that is read; None: a person imports a file."""
    held: set[int] = field(default_factory=set)
    """The events that the file holds, as far as it was gone through."""

    def is_wanted(self, said: Said) -> bool:
        """Whether it is to be shown: it is not called off, nor private without being asked for."""
        return isinstance(said, Entry) and not self.is_hidden(said)

    def is_hidden(self, said: Said) -> bool:
        """Whether it is left out because it is private."""
        return isinstance(said, Entry) and said.is_private and not self.takes_private

    @property
    def is_subscribed(self) -> bool:
        """Whether what is read is right whatever is here: a file is only if it is newer."""
        return self.calendar is not None

    def is_settled(self, event: Event, revision: str) -> bool:
        """Whether an event here is what is read, and was before."""
        stored = event.ical_revision
        is_adopted = self.calendar is not None and event.id not in self.calendar.owned_ids
        return stored is not None and is_same(revision, stored) and not is_adopted

    def name(self, event: Event, key: str, revision: str) -> None:
        """Remember under which key files have an event, and what they say of it."""
        self.known.drop(event.ical_uid)
        self.known.add(key, event)
        for column, value in (("ical_uid", key), ("ical_revision", revision)):
            if getattr(event, column) != value:
                queries.set_silently(self.session, [event], column, value)
