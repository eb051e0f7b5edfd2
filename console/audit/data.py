"""What the page reads: one question, answered by the database."""

from dataclasses import dataclass
from typing import Final

from console.audit.asked import Question
from console.audit.presenters.values import Reader
from console.runtime import current_actor, now, read_session, user_timezone
from infoscreen_core.domain.people.audit import AuditPlace
from infoscreen_core.domain.people.audit_seals import Seal
from infoscreen_core.errors import NotFoundError
from infoscreen_core.services.audit_trail import reading
from infoscreen_core.services.audit_trail.views import Choices, EntryPage, EntryView

ENTRIES: Final = 50
"""Entries of a page."""


@dataclass(frozen=True)
class Unfolded:
    """An entry with its seal, if it has one yet."""

    entry: EntryView
    seal: Seal | None


def find_entries(question: Question, before: AuditPlace | None) -> EntryPage:
    """Return a page of entries, newest first."""
    with read_session() as session:
        return reading.find_entries(
            session, question.wanted, before=before, limit=ENTRIES, actor=current_actor()
        )


def unfold(entry_id: int) -> Unfolded | None:
    """Return an entry in full; None when there is none, or not for this reader."""
    with read_session() as session:
        try:
            entry = reading.get_entry(session, entry_id, actor=current_actor())
        except NotFoundError:
            return None
        return Unfolded(entry, reading.find_seal(session, entry_id))


def list_choices() -> Choices:
    """Return what entries may be narrowed to."""
    with read_session() as session:
        return reading.list_choices(session, actor=current_actor())


def reader() -> Reader:
    """Return for whom the entries are written, with the names that they may see."""
    with read_session() as session:
        names = reading.read_names(session, actor=current_actor())
    return Reader(user_timezone(), now(), names)
