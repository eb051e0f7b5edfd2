"""Log lines of all players, a page at a time. Each query walks along one index, from where it is.

Lines of some levels or players are read level by level and merged: so each part is a stretch of an
index in the order that is asked for, and nothing is sorted but the lines of one page.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from heapq import merge
from itertools import islice
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, lazyload, load_only

from infoscreen_core.db.base import MAX_NAMED
from infoscreen_core.db.models import Client, ClientGroup, ClientLog, LogFamily
from infoscreen_core.db.queries.signs import latest_first
from infoscreen_core.db.sql_text import has_text
from infoscreen_core.domain.monitoring.logs.filter import LinePlace, LogFilter
from infoscreen_core.domain.screens.player import LogLevel, screen_name

_BY_TIME: Final = "ix_client_logs_time"
_BY_LEVEL: Final = "ix_client_logs_level"
_BY_CLIENT: Final = "ix_client_logs_client"
_BY_FAMILY: Final = "ix_client_logs_family"


def list_lines(
    session: Session,
    wanted: LogFilter,
    *,
    before: LinePlace | None = None,
    limit: int,
) -> list[ClientLog]:
    """Return the newest lines, those before a place if one is given, newest first."""
    parts = [
        session.scalars(_newest_first(query, before, wanted).limit(limit)).all()
        for query in _parts(wanted)
    ]
    return list(islice(merge(*parts, key=place_of, reverse=True), limit))


def list_lines_after(
    session: Session, wanted: LogFilter, *, after: LinePlace, limit: int
) -> list[ClientLog]:
    """Return the lines that follow a place, oldest first."""
    parts = [
        session.scalars(
            query.where(_is_after(after)).order_by(ClientLog.ordered_at, ClientLog.id).limit(limit)
        ).all()
        for query in _parts(wanted)
    ]
    return list(islice(merge(*parts, key=place_of), limit))


def find_line(session: Session, line_id: int) -> ClientLog | None:
    """Return a line by its number, or None."""
    return session.get(ClientLog, line_id)


def list_examples(
    session: Session, family_ids: Sequence[int], *, before: datetime | None
) -> list[ClientLog]:
    """Return the newest line of each family, those that have none left out."""
    newest = _indexed(_BY_FAMILY, ClientLog.id).where(ClientLog.family_id == LogFamily.id)
    if before is not None:
        newest = newest.where(ClientLog.ordered_at < before)
    newest = newest.order_by(ClientLog.ordered_at.desc(), ClientLog.id.desc()).limit(1)
    of_each = select(newest.correlate(LogFamily).scalar_subquery())
    ids = [one for one in session.scalars(of_each.where(LogFamily.id.in_(family_ids))) if one]
    return list(session.scalars(select(ClientLog).where(ClientLog.id.in_(ids))))


def map_latest(
    session: Session, uuids: Collection[str], levels: Sequence[LogLevel] = tuple(LogLevel)
) -> dict[str, dict[LogLevel, ClientLog]]:
    """Return the newest line of each level that each of some players logged."""
    found: dict[str, dict[LogLevel, ClientLog]] = {uuid: {} for uuid in uuids}
    for start in range(0, len(found), MAX_NAMED):
        named = list(found)[start : start + MAX_NAMED]
        for level in levels:
            for row in _latest_of(session, named, level):
                found[row.client_uuid][level] = row
    return found


def _latest_of(session: Session, uuids: Sequence[str], level: LogLevel) -> Sequence[ClientLog]:
    newest = _indexed(_BY_CLIENT, ClientLog.id).where(
        ClientLog.client_uuid == Client.uuid, ClientLog.level == level.value
    )
    newest = newest.order_by(ClientLog.ordered_at.desc(), ClientLog.id.desc()).limit(1)
    of_each = select(newest.correlate(Client).scalar_subquery())
    ids = [one for one in session.scalars(of_each.where(Client.uuid.in_(uuids))) if one]
    return session.scalars(select(ClientLog).where(ClientLog.id.in_(ids))).all()


def list_members(session: Session, group_id: int) -> Sequence[str]:
    """Return the UUIDs of a group's players, also of those that do not count."""
    return session.scalars(select(Client.uuid).where(Client.group_id == group_id)).all()


def map_names(session: Session, uuids: Collection[str]) -> dict[str, tuple[str, str | None]]:
    """Return the names of players and of their groups by UUID; nothing else of them is loaded."""
    query = (
        select(Client.uuid, Client.description, Client.hostname, ClientGroup.name)
        .outerjoin(ClientGroup, ClientGroup.id == Client.group_id)
        .where(Client.uuid.in_(uuids))
    )
    return {
        uuid: (screen_name(uuid, given=given, hostname=hostname), group)
        for uuid, given, hostname, group in session.execute(query)
    }


def list_screens(session: Session, *, group_id: int | None, limit: int) -> list[Client]:
    """Return the screens that count, of a group if one is given, those heard of last first.

    That is by a minute or two. Their names are read, and nothing else of them.
    """
    names = load_only(Client.uuid, Client.description, Client.hostname)
    query = select(Client).options(names, lazyload(Client.group))
    query = query.where(Client.is_active, Client.approved_at.is_not(None))
    if group_id is not None:
        query = query.where(Client.group_id == group_id)
    return list(session.scalars(query.order_by(latest_first()).limit(limit)))


def place_of(line: ClientLog) -> LinePlace:
    """Return where a line stands among all."""
    return LinePlace(line.ordered_at, line.id)


def _parts(wanted: LogFilter) -> list[Select[ClientLog]]:
    """Return queries that have no line in common, each along one index."""
    conditions = list(_conditions(wanted))
    if wanted.family_id is not None:
        levels = [level.value for level in wanted.levels]
        conditions += [ClientLog.family_id == wanted.family_id, ClientLog.level.in_(levels)]
        return [_indexed(_BY_FAMILY).where(*conditions, *_of_clients(wanted))]
    if wanted.client_uuids is None and wanted.has_all_levels:
        return [_indexed(_BY_TIME).where(*conditions)]
    index = _BY_LEVEL if wanted.client_uuids is None else _BY_CLIENT
    return [
        _indexed(index).where(*_of_clients(wanted), ClientLog.level == level.value, *conditions)
        for level in LogLevel
        if level in wanted.levels
    ]


def _indexed(name: str, what: Any = ClientLog) -> Select[Any]:  # noqa: ANN401 - an entity or a column
    # MariaDB takes a whole index instead of a part when it hopes to find a page's lines early, and
    # reads millions when there are few. SQLite has no such hopes.
    query = select(what)
    for dialect in ("mysql", "mariadb"):
        query = query.with_hint(ClientLog, f"FORCE INDEX ({name})", dialect)
    return query


def _conditions(wanted: LogFilter) -> Iterator[ColumnElement[bool]]:
    yield ClientLog.ordered_at >= wanted.start
    if wanted.end is not None:
        yield ClientLog.ordered_at < wanted.end
    if wanted.text:
        yield has_text(ClientLog.message, wanted.text)


def _of_clients(wanted: LogFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.client_uuids is not None:
        yield ClientLog.client_uuid.in_(sorted(wanted.client_uuids))


def _newest_first(
    query: Select[ClientLog], before: LinePlace | None, wanted: LogFilter | None
) -> Select[ClientLog]:
    if before is not None:
        at, line_id = before.at, before.line_id
        # The first condition alone lets the index begin where the page does.
        query = query.where(
            ClientLog.ordered_at <= at,
            or_(
                ClientLog.ordered_at < at, and_(ClientLog.ordered_at == at, ClientLog.id < line_id)
            ),
        )
    at_column: ColumnElement[datetime] = ClientLog.ordered_at.expression
    if wanted is not None and wanted.client_uuids is not None:
        # Some players' lines have to be sorted. If an index seemed to spare that, SQLite would walk
        # along everybody's lines in search of theirs.
        at_column = func.coalesce(at_column, at_column)
    return query.order_by(at_column.desc(), ClientLog.id.desc())


def _is_after(place: LinePlace) -> ColumnElement[bool]:
    return and_(
        ClientLog.ordered_at >= place.at,
        or_(
            ClientLog.ordered_at > place.at,
            and_(ClientLog.ordered_at == place.at, ClientLog.id > place.line_id),
        ),
    )
