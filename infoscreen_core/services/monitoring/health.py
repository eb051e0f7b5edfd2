"""Players' health over time: stored by the listener, rolled up to hours, read for curves."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any, Final

from sqlalchemy.orm import Session

from infoscreen_core.db.queries.monitoring import health as queries
from infoscreen_core.domain.monitoring.health import (
    DAY,
    HOUR,
    STRETCH,
    Figures,
    Metric,
    Stretch,
    fold,
    stretch_start,
)
from infoscreen_core.domain.monitoring.spans import Span

_NOT_ROLLED_UP: Final = DAY
"""So far back at most hours are made while they are read."""
_MOST_RECONNECTS: Final = 2**31 - 1


def find_stored(
    session: Session, keys: Sequence[tuple[str, datetime]]
) -> dict[tuple[str, datetime], Stretch]:
    """Return what is stored of stretches, `(client_uuid, at)`; most have no row yet."""
    uuids: dict[datetime, list[str]] = defaultdict(list)
    for uuid, at in keys:
        uuids[at].append(uuid)
    return {
        (row["client_uuid"], at): stretch_of(row)
        for at, of_then in uuids.items()
        for row in queries.list_stretches_at(session, of_then, at)
    }


def store(
    session: Session,
    stretches: Mapping[tuple[str, datetime], Stretch],
    *,
    length: timedelta = STRETCH,
) -> None:
    """Store stretches by `(client_uuid, at)`, each as a whole; removed players are passed over."""
    rows = [row_of(key[0], stretches[key]) for key in sorted(stretches)]
    queries.write_stretches(session, rows, length=length)


def list_stretches(
    session: Session, client_uuid: str, window: Span, *, length: timedelta
) -> list[Stretch]:
    """Return a player's stretches of five minutes, or hours, that began in a window, in order.

    Hours that are not rolled up yet are made of what there is.
    """
    since = stretch_start(window.start, length)
    rows = queries.list_rows(session, client_uuid, length, since=since, until=window.end)
    found = [stretch_of(row) for row in rows]
    if length == STRETCH:
        return found
    since = found[-1].at + HOUR if found else max(since, window.end - _NOT_ROLLED_UP)
    newest = queries.list_rows(session, client_uuid, STRETCH, since=since, until=window.end)
    return found + fold(map(stretch_of, newest), HOUR)


def stretch_of(row: Mapping[str, Any]) -> Stretch:
    """Return a row as a stretch."""
    figures = {
        metric: Figures(*map(row.__getitem__, names))
        for metric, names in _COLUMNS.items()
        if row[names[-1]]
    }
    return Stretch(row["at"], figures, row["reconnects"])


def row_of(client_uuid: str, stretch: Stretch) -> dict[str, Any]:
    """Return a stretch as a row."""
    row: dict[str, Any] = {
        "client_uuid": client_uuid,
        "at": stretch.at,
        "reconnects": min(stretch.reconnects, _MOST_RECONNECTS),
    }
    for metric, names in _COLUMNS.items():
        figures = stretch.figures.get(metric)
        row.update(zip(names, _values(figures) if figures else _NOTHING, strict=True))
    return row


_COLUMNS: Final = {
    metric: tuple(f"{metric}_{part}" for part in ("min", "mean", "max", "count"))
    for metric in Metric
}
_values: Final = attrgetter("low", "mean", "high", "count")
_NOTHING: Final = (None, None, None, 0)
