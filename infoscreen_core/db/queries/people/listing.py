"""Pages of the list of users, and how many there are of each kind."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    case,
    func,
    literal,
    select,
    tuple_,
)
from sqlalchemy.orm import Session, aliased

from infoscreen_core.db.base import UtcDateTime
from infoscreen_core.db.models import User
from infoscreen_core.domain.people.listing import UserFilter, UserOrder, UserSort, UserState
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.text.names import searchable

_ROLE_PLACE: Final = case(
    {role.value: place for place, role in enumerate(reversed(Role))}, value=User.role
)
# Of two columns, since MariaDB takes an instant that is written out for a text.
_LAST_LOGIN: Final = func.coalesce(User.last_login_at, User.created_at, type_=UtcDateTime())
_HAS_LOGIN: Final = case((User.last_login_at.is_(None), 0), else_=1)
_KEYS: Final[dict[UserOrder, tuple[ColumnElement[Any], ...]]] = {
    UserOrder.NAME: (User.search_text.expression, User.id.expression),
    UserOrder.ROLE: (_ROLE_PLACE, User.search_text.expression, User.id.expression),
    UserOrder.LAST_LOGIN: (_HAS_LOGIN, _LAST_LOGIN, User.id.expression),
    UserOrder.CREATED: (User.created_at.expression, User.id.expression),
}


@dataclass(frozen=True)
class Author:
    """Somebody who did something to an account."""

    username: str
    role: Role


@dataclass(frozen=True)
class UserRow:
    """A user, who made, changed and deactivated the account, and its place in the order."""

    user: User
    created_by: Author | None
    updated_by: Author | None
    deactivated_by: Author | None
    keys: tuple[object, ...]


def list_page(
    session: Session,
    wanted: UserFilter,
    sort: UserSort,
    *,
    roles: Sequence[Role],
    after: tuple[object, ...] | None,
    first: int,
    limit: int,
) -> list[UserRow]:
    """Return users of these roles who meet the filter, from a place in the order on."""
    keys = _KEYS[sort.by]
    query = _rows(sort.by).where(*_conditions(wanted, roles))
    if after is not None:
        place = tuple_(*(_bound(value) for value in after))
        own = tuple_(*keys)
        query = query.where(own < place if sort.is_descending else own > place)
    order = [key.desc() if sort.is_descending else key for key in keys]
    return [_row(one) for one in session.execute(query.order_by(*order).offset(first).limit(limit))]


def find_row(session: Session, user_id: int) -> UserRow | None:
    """Return one user with the others' names."""
    found = session.execute(_rows(UserOrder.NAME).where(User.id == user_id)).first()
    return _row(found) if found else None


def count(session: Session, wanted: UserFilter, *, roles: Sequence[Role]) -> int:
    """Count the users of these roles who meet the filter."""
    query = select(func.count()).select_from(User).where(*_conditions(wanted, roles))
    return session.scalar(query) or 0


def count_by_role(session: Session, *, roles: Sequence[Role]) -> dict[Role, int]:
    """Count the active users of each of these roles."""
    query = select(User.role, func.count()).where(User.role.in_(roles), User.is_active)
    return {role: number for role, number in session.execute(query.group_by(User.role))}  # noqa: C416 - typed rows, not pairs


@cache
def _rows(order: UserOrder) -> Select[*tuple[Any, ...]]:
    """Return the question without conditions; to write it down anew takes longer than to ask."""
    maker, changer, locker = aliased(User), aliased(User), aliased(User)
    authors = [column for one in (maker, changer, locker) for column in (one.username, one.role)]
    keys = (key.label(f"key_{place}") for place, key in enumerate(_KEYS[order]))
    return (
        select(User, *authors, *keys)
        .outerjoin(maker, maker.id == User.created_by)
        .outerjoin(changer, changer.id == User.updated_by)
        .outerjoin(locker, locker.id == User.deactivated_by)
    )


def _row(found: Row[Any]) -> UserRow:
    user: User = found[0]
    authors: Sequence[Any] = found[1:7]
    maker, changer, locker = (
        Author(name, role) if name else None
        for name, role in zip(authors[::2], authors[1::2], strict=True)
    )
    return UserRow(user, maker, changer, locker, tuple(found[7:]))


def _conditions(wanted: UserFilter, roles: Sequence[Role]) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [User.role.in_(roles)]
    found += [
        User.search_text.contains(word, autoescape=True) for word in searchable(wanted.text).split()
    ]
    if wanted.role is not None:
        found.append(User.role == wanted.role)
    if wanted.is_active is not None:
        found.append(User.is_active == wanted.is_active)
    return found + _of_state(wanted.state, wanted.as_of)


def _of_state(state: UserState | None, as_of: datetime | None) -> list[ColumnElement[bool]]:
    match state:
        case UserState.ACTIVE:
            return [User.is_active.is_(True)]
        case UserState.INACTIVE:
            return [User.is_active.is_(False)]
        case UserState.LOCKED:
            return [User.locked_until > as_of if as_of else User.locked_until.is_not(None)]
        case UserState.NEW:
            return [User.password_given_at.is_not(None)]
        case UserState.NEVER:
            return [User.last_login_at.is_(None)]
        case None:
            return []


def _bound(value: object) -> ColumnElement[Any]:
    return literal(value, UtcDateTime()) if isinstance(value, datetime) else literal(value)
