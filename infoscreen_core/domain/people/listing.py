"""Which people a list shows, in which order, and where its next page begins."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from infoscreen_core.domain.people.roles import Role
from infoscreen_core.errors import InvalidInputError

Cursor = tuple[str | int, ...]
"""Where a page ended: what its last row is sorted by. Plain values, to be written into an address.
"""


class UserState(StrEnum):
    """What is of note about an account."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    LOCKED = "locked"
    """Locked out for some minutes after wrong passwords."""
    NEW = "new"
    """Has not chosen a password of their own."""
    NEVER = "never"
    """Has never signed in."""


class UserOrder(StrEnum):
    """What a list is sorted by."""

    NAME = "name"
    ROLE = "role"
    """The highest first, then by name."""
    LAST_LOGIN = "last_login"
    """Who never signed in before all others, then by the making of the account."""
    CREATED = "created"


@dataclass(frozen=True, slots=True)
class UserFilter:
    """What a list is narrowed to; None leaves it open."""

    text: str = ""
    """Words, each of which stands in the user name, the name or the mail address."""
    role: Role | None = None
    is_active: bool | None = None
    state: UserState | None = None
    as_of: datetime | None = None
    """The instant to which the question is put who is locked out: the clock, in a page."""


@dataclass(frozen=True, slots=True)
class UserSort:
    """A list's order."""

    by: UserOrder = UserOrder.NAME
    is_descending: bool = False


BY_NAME: Final = UserSort()
_SHAPES: Final[dict[UserOrder, tuple[type, ...]]] = {
    UserOrder.NAME: (str, int),
    UserOrder.ROLE: (int, str, int),
    UserOrder.LAST_LOGIN: (int, datetime, int),
    UserOrder.CREATED: (datetime, int),
}


def cursor_of(values: Sequence[object]) -> Cursor:
    """Return the cursor of a row that is sorted by these values."""
    return tuple(_plain(value) for value in values)


def read_cursor(cursor: Sequence[object], order: UserOrder) -> tuple[object, ...]:
    """Return what the last row was sorted by; raise `InvalidInputError` for a cursor of no list."""
    shape = _SHAPES[order]
    try:
        found = tuple(_read(value, kind) for value, kind in zip(cursor, shape, strict=True))
    except (ValueError, TypeError):
        raise InvalidInputError(
            "This is no place in the list; begin with its first page.", field="cursor"
        ) from None
    return found


def _plain(value: object) -> str | int:
    if isinstance(value, datetime):
        return value.isoformat()
    return value if isinstance(value, int) else str(value)


def _read(value: object, kind: type) -> object:
    if kind is datetime:
        at = datetime.fromisoformat(value if isinstance(value, str) else "")
        if at.tzinfo is None:
            raise ValueError
        return at
    if not isinstance(value, kind) or isinstance(value, bool):
        raise TypeError
    return value
