"""Delete a file of the library that events show: they lose it, and go on with what they have left.

An editor may do that, as an editor may change each of those events: when the wrong document is on
the screens, it must not wait for an administrator. Each event keeps an audit row of what it lost.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from infoscreen_core.db.models import Event
from infoscreen_core.db.queries import events as event_queries
from infoscreen_core.db.queries.media import library as queries
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.text.wording import Sentence
from infoscreen_core.services import audit, changes
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.events.events import record_update
from infoscreen_core.services.events.occurrences import settle
from infoscreen_core.services.media import folders, library, media_deletions
from infoscreen_core.services.media.views import UseView


@dataclass(frozen=True, slots=True)
class Loss:
    """An event that loses a file, and how many other files it shows."""

    use: UseView
    files_left: int

    @property
    def sentence(self) -> Sentence:
        """What becomes of the event, for people."""
        if self.files_left:
            return Sentence(
                "“{title}” ({group}) goes on without it; files left: {n}.",
                title=self.use.title,
                group=self.use.group_name,
                n=self.files_left,
            )
        return Sentence(
            "“{title}” ({group}) has nothing to show any more.",
            title=self.use.title,
            group=self.use.group_name,
        )


def list_losses(session: Session, media_ids: Collection[int], *, now: datetime) -> tuple[Loss, ...]:
    """Return what deleting files would take from which events: of each file, what is on first."""
    uses = {
        use.event_id: use
        for media_id in media_ids
        for use in library.list_uses(session, media_id, now=now)
    }
    events = event_queries.map_events(session, uses)
    return tuple(
        Loss(use, len(_without(events[event_id], media_ids)))
        for event_id, use in uses.items()
        if event_id in events
    )


def delete_with_force(
    session: Session, media_id: int, *, actor: Actor, now: datetime
) -> tuple[Loss, ...]:
    """Delete a file, also from the events that show it; return what they lost.

    The screens follow within a second. Raises `NotFoundError` when there is no such file.
    """
    actor.require(Role.EDITOR)
    events = _lock(session, media_id, now)
    losses = list_losses(session, [media_id], now=now)
    for event in events:
        _take_out(session, event, media_id, actor=actor, now=now)
    media_deletions.delete(session, media_id, actor=actor, now=now)
    changes.bump(session)
    return losses


def delete_folder_with_force(
    session: Session, folder_id: int, *, actor: Actor, now: datetime
) -> tuple[int, tuple[Loss, ...]]:
    """Delete a folder with all in it, also from the events that show it.

    Returns how many files went with it, and what events lost. Raises `NotFoundError` when there is
    no such folder, `InUseError` when somebody planned one of the files meanwhile.
    """
    actor.require(Role.EDITOR)
    folders.get_folder(session, folder_id)
    used = media_deletions.list_used(session, folder_id)
    losses = list_losses(session, used, now=now)
    for media_id in used:  # before the folder is locked: events come first
        delete_with_force(session, media_id, actor=actor, now=now)
    count = media_deletions.delete_folder(
        session, folder_id, with_contents=True, actor=actor, now=now
    )
    return len(used) + count, losses


def _lock(session: Session, media_id: int, now: datetime) -> list[Event]:
    """Return the events that show a file; nobody changes them, or shows it elsewhere, until then.

    Events come first, as for whoever changes one; then the file, and who chose it just before.
    """
    _lock_events(session, media_id, now)
    queries.find_media(session, media_id, is_locked=True)
    return _lock_events(session, media_id, now)


def _lock_events(session: Session, media_id: int, now: datetime) -> list[Event]:
    ids = sorted(event.id for event, _group, _next in queries.list_uses(session, media_id, now=now))
    found = (event_queries.find_event_for_update(session, event_id) for event_id in ids)
    return [event for event in found if event is not None]


def _take_out(
    session: Session, event: Event, media_id: int, *, actor: Actor, now: datetime
) -> None:
    before, left = audit.audited_columns(event), _without(event, [media_id])
    event.event_media_id = left[0] if left else None
    event.further_media_ids = left[1:]
    event.updated_by, event.updated_at = actor.user_id, now
    settle(session, event, now=now)
    record_update(session, event, before, actor=actor, now=now)


def _without(event: Event, media_ids: Collection[int]) -> tuple[int, ...]:
    return tuple(one for one in event.media_ids if one not in media_ids)
