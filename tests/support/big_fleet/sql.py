"""How a database fills its own tables: numbers to select from, and instants made of them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    column,
    func,
    insert,
    literal,
    select,
    table,
)

from infoscreen_core.db.base import UtcDateTime
from infoscreen_core.db.sql_words import OwnWords

NUMBERS = table("bench_numbers", column("n"))
"""0, 1, 2 … as far as `add_numbers` was asked for them; of the connection alone."""
_BATCH: Final = 5000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)
_DAY: Final = timedelta(days=1)


class Instant(OwnWords[datetime]):
    """The instant that is so many milliseconds after 1970-01-01 00:00 UTC."""

    name = "instant"
    type = UtcDateTime()
    inherit_cache = True
    sqlite = (
        "(strftime('%Y-%m-%d %H:%M:%S', ({0}) / 1000, 'unixepoch')"
        " || printf('.%06d', ({0}) % 1000 * 1000))"
    )
    mariadb = "TIMESTAMPADD(MICROSECOND, ({0}) * 1000, '1970-01-01')"


@dataclass(frozen=True)
class Moments:
    """Time over which things are spread evenly; it begins with a whole hour."""

    start: datetime
    end: datetime

    @classmethod
    def before(cls, now: datetime, days: int) -> "Moments":
        """Return the days before `now`."""
        start = now - timedelta(days=days)
        return cls(start.replace(minute=0, second=0, microsecond=0), now)

    def milliseconds(self, number: ColumnElement[int], count: int) -> ColumnElement[int]:
        """Return when one of `count` things was, counted from 0, as `Instant` takes it."""
        return literal(_since(self.start)) + number * literal(self._length) // literal(count)

    def of(self, number: int, count: int) -> datetime:
        """Return the same in Python."""
        return self.start + number * self._length // count * _MILLISECOND

    def days(self, count: int) -> Iterator[tuple[int, int]]:
        """Return the numbers of the things of each day: the first one, and the one after."""
        first, end = 0, self.start
        while first < count:
            end += _DAY
            last = min(-(-((end - self.start) // _MILLISECOND) * count // self._length), count)
            yield first, last
            first = last

    @property
    def _length(self) -> int:
        return (self.end - self.start) // _MILLISECOND


def add_numbers(connection: Connection, count: int) -> None:
    """Let there be that many `NUMBERS`."""
    create = "CREATE TEMPORARY TABLE IF NOT EXISTS bench_numbers (n INTEGER PRIMARY KEY)"
    connection.exec_driver_sql(create)
    known = connection.scalar(select(func.count()).select_from(NUMBERS)) or 0
    if count > known:
        connection.execute(insert(NUMBERS), [{"n": number} for number in range(known, count)])


def write(connection: Connection, model: Any, rows: Iterable[dict[str, Any]]) -> None:  # noqa: ANN401 - a mapped class
    """Insert rows, however many, a few thousand at a time."""
    statement, batch = insert(model.__table__), []
    for row in rows:
        batch.append(row)
        if len(batch) == _BATCH:
            connection.execute(statement, batch)
            batch.clear()
    if batch:
        connection.execute(statement, batch)


def _since(at: datetime) -> int:
    return (at - _EPOCH) // _MILLISECOND
