"""The newest state of each player, written in bulk.

A busy fleet's messages pass through here by the thousand. So a row is a plain list, the fastest
thing to fill, and the same statement writes all of them, whatever each reports. The bits in `MASK`
tell it which columns those are; the others keep their stored values. `PLACES` names the places;
`new_row` makes a row, `write` stores the rows; what fills them does so in place.
"""

from collections.abc import Collection, Mapping
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import Any, Final

from sqlalchemy.orm import Session

from infoscreen_core.db.queries import clients
from infoscreen_core.db.queries.monitoring import telemetry as queries

StateRow = list[Any]
"""The player's UUID, when it was seen, a bit for each reported column, then the columns' values."""

SEEN, MASK, _FIRST_VALUE = 1, 2, 3

PLACES: Final[Mapping[str, int]] = {
    column: _FIRST_VALUE + number for column, number in queries.STATE_INDEX.items()
}
"""Where a column's value stands in a row."""

_BITS: Final = {column: 1 << number for column, number in queries.STATE_INDEX.items()}
_NOTHING: Final = (None,) * len(PLACES)
_TIMES: Final = (PLACES["last_frame_update"], PLACES["booted_at"])
_TEXT_LIMITS: Final = ((PLACES["current_process"], 100), (PLACES["ip"], 45))


def new_row(client_uuid: str) -> StateRow:
    """Return a row that reports nothing yet."""
    return [client_uuid, None, 0, *_NOTHING]


def bit_of(column: str) -> int:
    """Return the bit that says in `MASK` that the column was reported."""
    return _BITS[column]


def lock(session: Session, client_uuids: Collection[str]) -> None:
    """Lock the rows of players, in the order of their UUIDs, which is everybody's order."""
    if client_uuids:
        clients.lock_rows(session, client_uuids)


def write(
    session: Session, rows: Mapping[str, StateRow], *, senders: AbstractSet[str]
) -> AbstractSet[str]:
    """Store the rows, one per player by its UUID; return those of `senders` that do not exist.

    A column that was not reported stays as it was. Reports of a player that does not exist are
    dropped. All senders' rows are locked by it, those that reported no state, too: what else they
    said follows, each kind in its own order.
    """
    wanted = _database_rows(rows, senders - rows.keys())
    if not wanted or queries.update_states(session, wanted) == len(wanted):
        return frozenset()
    return senders - queries.list_known(session, senders)


def _database_rows(rows: Mapping[str, StateRow], others: AbstractSet[str]) -> list[StateRow]:
    # In the order of their keys, so that two that write the same players wait for each other
    # instead of running into a deadlock. With a few in the same statement that are only to be
    # locked it costs next to nothing; to lock all by a query cost as much as to write them.
    wanted = {**rows, **{uuid: new_row(uuid) for uuid in others}} if others else rows
    return [_plain(wanted[uuid]) for uuid in sorted(wanted)]


def _plain(row: StateRow) -> StateRow:
    row = row.copy()
    if row[SEEN] is not None:
        row[SEEN] = queries.database_time(row[SEEN])
    for place in _TIMES:
        if row[place] is not None:
            row[place] = _repeated_time(row[place])
    for place, limit in _TEXT_LIMITS:
        text = row[place]
        if text is not None and len(text) > limit:
            row[place] = text[:limit]
    return row


# A fleet says the same second a thousand times.
_repeated_time: Final = lru_cache(maxsize=4096)(queries.database_time)
