"""What the page reads: one question, answered by the database."""

from dataclasses import dataclass
from typing import Final

from console.audit.asked import Question
from console.audit.presenters.values import Reader
from console.runtime import Session, current_actor, now, read_session, user_timezone
from infoscreen_core.domain.people.audit import AuditPlace
from infoscreen_core.domain.people.audit_seals import Seal
from infoscreen_core.errors import NotFoundError
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.audit_trail import reading
from infoscreen_core.services.audit_trail.views import Choices, EntryPage, EntryView

ENTRIES: Final = 50
"""Entries of a page."""


@dataclass(frozen=True)
class Unfolded:
    """An entry with its seal, if it has one yet."""

    entry: EntryView
    seal: Seal | None


@dataclass(frozen=True)
class Shown:
    """What the page shows: a list, what is unfolded in it, and for whom that is written."""

    page: EntryPage
    opened: Unfolded | None
    reader: Reader


def read(question: Question, before: AuditPlace | None, opened: int | None) -> Shown:
    """Return a page of entries, newest first, and one of any page in full."""
    actor = current_actor()
    with read_session() as session:
        page = reading.find_entries(
            session, question.wanted, before=before, limit=ENTRIES, actor=actor
        )
        unfolded = None if opened is None else _unfold(session, opened, actor)
        entries = [*page.entries, *([unfolded.entry] if unfolded else [])]
        names = reading.read_names(session, entries, actor=actor)
    return Shown(page, unfolded, Reader(user_timezone(), now(), names))


def _unfold(session: Session, entry_id: int, actor: Actor) -> Unfolded | None:
    try:
        entry = reading.get_entry(session, entry_id, actor=actor)
    except NotFoundError:
        return None
    return Unfolded(entry, reading.find_seal(session, entry_id))


def list_choices() -> Choices:
    """Return what entries may be narrowed to."""
    with read_session() as session:
        return reading.list_choices(session, actor=current_actor())
