"""Filters of a page under a name, to look at again: a person's own, and those that they share.

Everybody sees shared ones who may open the page, which the caller has to ask. Only the owner
changes or deletes a view; an administrator does it with those that are shared.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from infoscreen_core.db.models import SavedView
from infoscreen_core.db.queries.people import saved_views as queries
from infoscreen_core.domain.people.roles import Role, has_at_least
from infoscreen_core.domain.people.saved_views import checked_query, checked_view_name
from infoscreen_core.domain.text.names import folded
from infoscreen_core.errors import ConflictError, NotAllowedError, NotFoundError
from infoscreen_core.services import audit
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.unique_names import taken_is

MOST_VIEWS: Final = 50
"""Of one person and page; more of them nobody could choose from."""
_MAX_ID: Final = 2**31 - 1


@dataclass(frozen=True, slots=True)
class ViewOfPage:
    """A saved view as readers see it."""

    id: int
    page: str
    name: str
    query: Mapping[str, str]
    is_shared: bool
    owner_id: int
    owner_name: str

    def may_change(self, actor_id: int | None, role: Role) -> bool:
        """Whether this person may change or delete it."""
        is_own = actor_id == self.owner_id
        return is_own or (self.is_shared and has_at_least(role, Role.ADMIN))


def list_views(session: Session, page: str, *, user_id: int) -> Sequence[ViewOfPage]:
    """Return the views of a page that this person sees, by name, their own first."""
    found = [_view(row, name) for row, name in queries.list_visible(session, page, user_id)]
    return sorted(found, key=lambda one: (one.owner_id != user_id, folded(one.name), one.id))


def find_view(session: Session, view_id: int, *, user_id: int) -> ViewOfPage | None:
    """Return a view that this person sees, or None."""
    found = queries.find_visible(session, view_id, user_id) if view_id <= _MAX_ID else None
    return _view(*found) if found else None


def create_view(  # noqa: PLR0913 - a view has this many facts
    session: Session,
    page: str,
    name: str,
    query: Mapping[str, str],
    *,
    known: Collection[str],
    is_shared: bool,
    actor: Actor,
    now: datetime,
) -> ViewOfPage:
    """Keep the filters of a page, of which `known` are all that it has.

    Raises `InvalidInputError` for a name or filters that will not do, `ConflictError` for a name
    that the person gave already, or when they have `MOST_VIEWS`.
    """
    text, filters, owner = checked_view_name(name), checked_query(query, known), _person(actor)
    own = _own_views(session, page, owner)
    _refuse_taken(own, text)
    _refuse_more(own)
    row = SavedView(
        owner_id=owner,
        page=page,
        name=text,
        query=filters,
        is_shared=is_shared,
        created_at=now,
        updated_at=now,
    )
    with taken_is(session, _taken(text)):
        session.add(row)
    _record(session, "saved_view.created", row, None, audit.audited_columns(row), actor, now)
    return _view(row, actor.name)


def change_view(  # noqa: PLR0913 - as above
    session: Session,
    view_id: int,
    *,
    name: str,
    is_shared: bool,
    query: Mapping[str, str] | None = None,
    known: Collection[str] = (),
    actor: Actor,
    now: datetime,
) -> ViewOfPage:
    """Give a view another name, share it or not, and let it hold other filters if some are given.

    Raises what `create_view` does, `NotFoundError`, and `NotAllowedError` for other people's.
    """
    row, owner_name = _get_own(session, view_id, actor)
    text = checked_view_name(name)
    filters = row.query if query is None else checked_query(query, known)
    _refuse_taken((one for one in _own_views(session, row.page, row.owner_id) if one != row), text)
    before = audit.audited_columns(row)
    with taken_is(session, _taken(text)):
        row.name, row.is_shared, row.query, row.updated_at = text, is_shared, filters, now
    _record(session, "saved_view.changed", row, before, audit.audited_columns(row), actor, now)
    return _view(row, owner_name)


def delete_view(session: Session, view_id: int, *, actor: Actor, now: datetime) -> None:
    """Delete a view; raise `NotFoundError`, and `NotAllowedError` for other people's."""
    row, _owner_name = _get_own(session, view_id, actor)
    before = audit.audited_columns(row)
    session.delete(row)
    _record(session, "saved_view.deleted", row, before, None, actor, now)


def _get_own(session: Session, view_id: int, actor: Actor) -> tuple[SavedView, str]:
    found = queries.find_visible(session, view_id, _person(actor))
    if found is None:
        raise NotFoundError("There is no such view any more.")
    if not _view(*found).may_change(actor.user_id, actor.role):
        raise NotAllowedError(
            "The view {name} is {owner}'s; only they or an administrator may change it.",
            name=found[0].name,
            owner=found[1],
        )
    return found


def _person(actor: Actor) -> int:
    if actor.user_id is None:
        raise NotAllowedError("Views belong to people; sign in to save one.")
    return actor.user_id


def _own_views(session: Session, page: str, owner_id: int) -> list[SavedView]:
    visible = queries.list_visible(session, page, owner_id)
    return [row for row, _owner in visible if row.owner_id == owner_id]


def _refuse_taken(views: Iterable[SavedView], name: str) -> None:
    if any(folded(one.name) == folded(name) for one in views):
        raise _taken(name)


def _refuse_more(views: Sequence[SavedView]) -> None:
    if len(views) >= MOST_VIEWS:
        raise ConflictError(
            "You have {count} views of this page already; delete one first.", count=len(views)
        )


def _taken(name: str) -> ConflictError:
    return ConflictError(
        "There is a view called “{name}” already; choose another name, or change that view.",
        field="name",
        name=name,
    )


def _view(row: SavedView, owner_name: str) -> ViewOfPage:
    return ViewOfPage(
        row.id, row.page, row.name, dict(row.query), row.is_shared, row.owner_id, owner_name
    )


def _record(
    session: Session,
    action: str,
    row: SavedView,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    actor: Actor,
    now: datetime,
) -> None:
    session.flush()
    audit.record(
        session, action, "saved_view", row.id, actor=actor, now=now, before=before, after=after
    )
