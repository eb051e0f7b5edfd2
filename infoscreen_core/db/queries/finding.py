"""Find things by their names, whatever they are: the first few of each kind, best match first."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final, TypeVarTuple

from sqlalchemy import ColumnElement, Row, Select, SQLColumnExpression, case, func, or_, select
from sqlalchemy.orm import Session

from infoscreen_core.db.base import UtcDateTime
from infoscreen_core.db.models import Client, ClientGroup, Event, EventMedia, Occurrence, User
from infoscreen_core.db.queries.clients import SCREEN_NAME
from infoscreen_core.db.sql_text import Folded
from infoscreen_core.domain.media.types import MediaType
from infoscreen_core.domain.people.roles import Role

_BREAK: Final = "\n"
"""Between the texts that are searched; nobody looks for it."""
_Text = ColumnElement[Any] | SQLColumnExpression[Any]
Ts = TypeVarTuple("Ts")


def find_screens(
    session: Session, words: Sequence[str], *, limit: int
) -> Sequence[Row[str, str, str | None]]:
    """Return UUID, name and group's name of screens; the UUID, host and address count, too."""
    query = (
        select(Client.uuid, SCREEN_NAME.label("name"), ClientGroup.name.label("group"))
        .outerjoin(ClientGroup, ClientGroup.id == Client.group_id)
        .where(Client.rejected_at.is_(None))
    )
    texts = (SCREEN_NAME, Client.uuid, Client.hostname, Client.ip)
    return _best(session, query, texts, words, limit, Client.is_active.desc())


def find_groups(session: Session, words: Sequence[str], *, limit: int) -> Sequence[Row[int, str]]:
    """Return id and name of groups."""
    query = select(ClientGroup.id, ClientGroup.name)
    texts = (ClientGroup.name, ClientGroup.description)
    return _best(session, query, texts, words, limit, ClientGroup.sort_order)


def find_events(
    session: Session, words: Sequence[str], *, now: datetime, limit: int
) -> Sequence[Row[int, str, str, datetime]]:
    """Return id, title, group's name and start of events, those that are not over first.

    The start is that of the next occurrence, or the first where none follows within 60 days. What
    was detached from a series is found as the series.
    """
    following = (
        select(func.min(Occurrence.start))
        .where(Occurrence.event_id == Event.id, Occurrence.end > now)
        .scalar_subquery()
    )
    start = func.coalesce(following, Event.start, type_=UtcDateTime)
    query = (
        select(Event.id, Event.title, ClientGroup.name.label("group"), start)
        .join(ClientGroup, ClientGroup.id == Event.group_id)
        .where(Event.master_event_id.is_(None))
    )
    order = (Event.is_active.desc(), Event.start.desc())
    return _best(session, query, (Event.title, Event.location), words, limit, *order)


def find_files(
    session: Session, words: Sequence[str], *, limit: int
) -> Sequence[Row[int, str, MediaType]]:
    """Return id, name and type of files of the library; `words` without case and accents."""
    name = EventMedia.search_name
    query = (
        select(EventMedia.id, EventMedia.name, EventMedia.media_type)
        .where(*(name.contains(word, autoescape=True) for word in words))
        .order_by(_is_beginning(name, words), EventMedia.updated_at.desc(), EventMedia.id)
        .limit(limit)
    )
    return session.execute(query).all()


def find_people(
    session: Session, words: Sequence[str], roles: Collection[Role], *, limit: int
) -> Sequence[Row[int, str, Role]]:
    """Return id, name and role of the users who have one of these roles."""
    query = select(User.id, User.username, User.role).where(User.role.in_(roles))
    return _best(session, query, (User.username,), words, limit, User.is_active.desc())


def _best(
    session: Session,
    query: Select[*Ts],
    texts: Sequence[_Text],
    words: Sequence[str],
    limit: int,
    *order: ColumnElement[Any] | SQLColumnExpression[Any],
) -> Sequence[Row[*Ts]]:
    """Return the rows of which each word is in one of the texts, the first of which is the name."""
    name = Folded(func.coalesce(texts[0], ""))
    joined = [func.coalesce(text, "") + _BREAK for text in texts]
    folded = Folded(sum(joined[1:], joined[0]))
    query = query.where(*(func.instr(folded, word) > 0 for word in words))
    ordered = query.order_by(_is_beginning(name, words), *order, name, texts[0])
    return session.execute(ordered.limit(limit)).all()


def _is_beginning(name: _Text, words: Sequence[str]) -> ColumnElement[int]:
    """Return what sorts names that begin with the first word first, then words that do."""
    begins = func.instr(name, words[0]) == 1
    inside = or_(*(func.instr(name, f"{mark}{words[0]}") > 0 for mark in (" ", "-", "_", ".")))
    return case((begins, 0), (inside, 1), else_=2)
