"""One search over all that has a name, for whoever knows what but not where.

It asks each kind of thing that the person may see, and none that they may not.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from infoscreen_core.db.queries import finding as queries
from infoscreen_core.domain.people.roles import Role, has_at_least, may_manage
from infoscreen_core.domain.text.names import searchable
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.finding.views import Hit, Kind, words_of


@dataclass(frozen=True, slots=True)
class _Search:
    words: Sequence[str]
    actor: Actor
    now: datetime
    limit: int


def find(session: Session, text: str, *, actor: Actor, now: datetime, limit: int = 5) -> list[Hit]:
    """Return what has all words of the text in its name, the best `limit` of each kind."""
    asked = _Search(words_of(text), actor, now, limit)
    if not asked.words:
        return []
    searches = (search for role, search in _SEARCHES if has_at_least(actor.role, role))
    return [hit for search in searches for hit in search(session, asked)]


def _screens(session: Session, asked: _Search) -> list[Hit]:
    rows = queries.find_screens(session, asked.words, limit=asked.limit)
    return [Hit(Kind.SCREEN, uuid, name, group or "") for uuid, name, group in rows]


def _groups(session: Session, asked: _Search) -> list[Hit]:
    rows = queries.find_groups(session, asked.words, limit=asked.limit)
    return [Hit(Kind.GROUP, str(number), name) for number, name in rows]


def _events(session: Session, asked: _Search) -> list[Hit]:
    rows = queries.find_events(session, asked.words, now=asked.now, limit=asked.limit)
    return [Hit(Kind.EVENT, str(number), title, group, at) for number, title, group, at in rows]


def _files(session: Session, asked: _Search) -> list[Hit]:
    plain = searchable(" ".join(asked.words)).split()
    rows = queries.find_files(session, plain, limit=asked.limit) if plain else ()
    return [Hit(Kind.MEDIA, str(number), name, kind.value) for number, name, kind in rows]


def _people(session: Session, asked: _Search) -> list[Hit]:
    seen = [role for role in Role if may_manage(asked.actor.role, role)]
    rows = queries.find_people(session, asked.words, seen, limit=asked.limit)
    return [Hit(Kind.USER, str(number), name, role.value) for number, name, role in rows]


_SEARCHES: Final[tuple[tuple[Role, Callable[[Session, _Search], list[Hit]]], ...]] = (
    (Role.USER, _screens),
    (Role.USER, _groups),
    (Role.USER, _events),
    (Role.EDITOR, _files),
    (Role.ADMIN, _people),
)
"""The least role that may look for each kind, as for its page."""
