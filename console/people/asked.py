"""What the address of the page asks for: which accounts, in which order, and which one is open."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from infoscreen_core.domain.people.listing import UserFilter, UserOrder, UserSort, UserState
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.text.asked import LONGEST_TEXT, read_id

ANY: Final = "all"
STATE, ROLE, SORT, TEXT, USER = "show", "role", "sort", "text", "user"
"""Names in the address."""
FILTERS: Final = (STATE, ROLE, SORT, TEXT)
SORTS: Final[Mapping[str, UserSort]] = {
    "name": UserSort(UserOrder.NAME),
    "role": UserSort(UserOrder.ROLE),
    "recent": UserSort(UserOrder.LAST_LOGIN, is_descending=True),
    "stale": UserSort(UserOrder.LAST_LOGIN),
    "newest": UserSort(UserOrder.CREATED, is_descending=True),
}
DEFAULT_SORT: Final = "name"


def read_filter(query: Mapping[str, str], *, now: datetime) -> UserFilter:
    """Return which accounts an address asks for; what cannot be read narrows nothing."""
    state, role = query.get(STATE, ""), query.get(ROLE, "")
    return UserFilter(
        text=query.get(TEXT, "")[:LONGEST_TEXT],
        role=Role(role) if role in set(Role) else None,
        state=UserState(state) if state in set(UserState) else None,
        as_of=now,
    )


def read_sort(query: Mapping[str, str]) -> UserSort:
    """Return the order that an address asks for."""
    return SORTS.get(query.get(SORT, ""), SORTS[DEFAULT_SORT])


def read_user(query: Mapping[str, str]) -> int | None:
    """Return the account that an address opens, or None."""
    return read_id(query.get(USER, ""))
