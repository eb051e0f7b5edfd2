"""What the page reads: one question, answered by the database."""

from dataclasses import dataclass, replace
from typing import Final

from console.audit.asked import Question
from console.audit.presenters.values import Reader
from console.runtime import Session, current_actor, now, read_session, user_timezone
from console.shared import shared
from infoscreen_core.domain.people.audit import AuditPlace
from infoscreen_core.domain.people.audit_seals import Seal
from infoscreen_core.errors import NotFoundError
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.audit_trail import reading
from infoscreen_core.services.audit_trail.views import Choices, EntryPage, EntryView, Names

ENTRIES: Final = 50
"""Entries of a page."""
_KNOWN_SECONDS: Final = 10.0
"""There is hardly ever another kind of entry, and what is renamed here is known at once."""


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
    choices: Choices
    """What the list may be narrowed to."""
    reader: Reader


def read(question: Question, before: AuditPlace | None, opened: int | None) -> Shown:
    """Return a page of entries, newest first, and one of any page in full."""
    actor = current_actor()
    with read_session() as session:
        page = reading.find_entries(
            session, question.wanted, before=before, limit=ENTRIES, actor=actor
        )
        unfolded = None if opened is None else _unfold(session, opened, page, actor)
        entries = [*page.entries, *([unfolded.entry] if unfolded else [])]
        screens = reading.read_screen_names(session, entries)
    choices, names = _known(actor)
    reader = Reader(user_timezone(), now(), replace(names, screens=screens))
    return Shown(page, unfolded, choices, reader)


def _unfold(session: Session, entry_id: int, page: EntryPage, actor: Actor) -> Unfolded | None:
    entry = next((one for one in page.entries if one.id == entry_id), None)
    try:
        entry = entry or reading.get_entry(session, entry_id, actor=actor)
    except NotFoundError:
        return None
    return Unfolded(entry, reading.find_seal(session, entry_id))


@shared(seconds=_KNOWN_SECONDS, entries=16)
def _known(actor: Actor) -> tuple[Choices, Names]:
    """Return what entries may be narrowed to, and what things are called for this person."""
    with read_session() as session:
        choices = reading.list_choices(session, actor=actor)
        return choices, reading.read_names(session, actor=actor)
