"""Players found, sorted, paged and counted in the database; their status is that of the record."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, false, func, or_, select
from sqlalchemy.orm import Session

from infoscreen_core.db.base import MAX_NAMED
from infoscreen_core.db.models import (
    Client,
    ClientGroup,
    ClientLog,
    ClientScreenshot,
    ClientStatus,
    Event,
)
from infoscreen_core.db.queries.clients import (
    IN_SERVICE,
    NO_LOGS,
    ClientRow,
    ContentRow,
    count_logs,
    count_where,
)
from infoscreen_core.db.queries.groups import GROUP_ORDER
from infoscreen_core.db.queries.monitoring import statuses
from infoscreen_core.db.sql_text import Folded
from infoscreen_core.domain.monitoring.fleet_count import ONLINE_STATUSES, Tally
from infoscreen_core.domain.monitoring.fleet_wish import FleetOrder, FleetWish
from infoscreen_core.domain.monitoring.liveness import Status, Verdict
from infoscreen_core.domain.screens.player import LogLevel, ProcessStatus
from infoscreen_core.domain.screens.standing import Standing

_Query = Select[Any]
_Key = SQLColumnExpression[Any]

_NAME: Final = func.coalesce(
    func.nullif(Client.description, ""),
    func.nullif(Client.hostname, ""),
    func.substr(Client.uuid, 1, 8),
)
"""The rule of `domain.screens.player.screen_name` in SQL."""
_BY_NAME: Final = (Folded(_NAME), Client.uuid)
_SEARCHED: Final = (
    _NAME,
    Client.uuid,
    Client.hostname,
    Client.ip,
    Client.software_version,
    Client.model,
    ClientGroup.name,
    Event.title,
)
_BREAK: Final = "\n"
"""Between the texts that are searched; nobody looks for it."""


def tally(session: Session, *, now: datetime) -> list[Tally]:
    """Return how many players there are by group, what they are, how they do and what they show."""
    query = (
        select(
            Client.group_id,
            statuses.STANDING.label("standing"),
            statuses.status(now).label("shown"),
            statuses.content(now).label("truth"),
            func.count(),
        )
        .outerjoin(ClientStatus, statuses.BY_RECORD)
        .group_by(Client.group_id, "standing", "shown", "truth")
    )
    return [
        Tally(group_id, Standing(standing), status, count, content)
        for group_id, standing, status, content, count in session.execute(query)
    ]


def list_uuids(
    session: Session,
    wish: FleetWish,
    *,
    now: datetime,
    window: timedelta,
    first: int = 0,
    limit: int | None = None,
    among: Collection[str] | None = None,
) -> list[str]:
    """Return the UUIDs of the players that somebody wants to see, as ordered, from the `first`.

    With `among` only those of these players.
    """
    query = _ordered(_found(select(Client.uuid), wish, now), wish.order, now, now - window)
    if among is not None and len(among) <= MAX_NAMED:
        query = query.where(Client.uuid.in_(among))
    found = session.scalars(query.offset(first).limit(limit))
    return [uuid for uuid in found if among is None or uuid in among]


def count(session: Session, wish: FleetWish, *, now: datetime) -> int:
    """Return how many players somebody wants to see."""
    return session.scalar(_found(select(func.count()).select_from(Client), wish, now)) or 0


def list_rows(
    session: Session, uuids: Sequence[str], *, now: datetime, window: timedelta
) -> list[ClientRow]:
    """Return those of the players that exist, in this order; log counts cover `window`."""
    found: dict[str, ClientRow] = {}
    for start in range(0, len(uuids), MAX_NAMED):
        wanted = uuids[start : start + MAX_NAMED]
        logs = count_logs(session, now=now, log_window=window, uuids=wanted)
        query = (
            select(
                Client,
                statuses.status(now),
                statuses.reason(now),
                statuses.since(now),
                statuses.content(now),
                statuses.content_reason(now),
                statuses.content_since(now),
                ClientStatus.planned_event_id,
            )
            .outerjoin(ClientStatus, statuses.BY_RECORD)
            .where(Client.uuid.in_(wanted))
        )
        for client, status, reason, since, content, why, content_since, planned in session.execute(
            query
        ):
            counts = logs.get(client.uuid, NO_LOGS)
            shows = ContentRow(content, why, content_since, planned)
            verdict = Verdict(status, reason)
            found[client.uuid] = ClientRow(client, verdict, counts, since, shows)
    return [found[uuid] for uuid in uuids if uuid in found]


def latest_pictures(session: Session, uuids: Collection[str]) -> dict[str, ClientScreenshot]:
    """Return the newest picture of each of the players that has any."""
    newest = (
        select(func.max(ClientScreenshot.id))
        .where(ClientScreenshot.client_uuid.in_(uuids))
        .group_by(ClientScreenshot.client_uuid)
    )
    ids = list(session.scalars(newest))
    rows = session.scalars(select(ClientScreenshot).where(ClientScreenshot.id.in_(ids)))
    return {row.client_uuid: row for row in rows}


def list_troubled(
    session: Session, group_ids: Collection[int | None], *, now: datetime, limit: int
) -> list[str]:
    """Return the UUIDs of the most urgent screens in service of each group, at most so many."""
    is_troubled = statuses.status(now) != Status.HEALTHY
    order = (statuses.urgency(now), *_BY_NAME)
    return _first_of_each(session, group_ids, [is_troubled], order, limit)


def list_faces(session: Session, group_ids: Collection[int | None], *, now: datetime) -> list[str]:
    """Return of each group the screen in service with the newest picture, if possible online."""
    is_online = statuses.status(now).in_(ONLINE_STATUSES)
    order = (is_online.desc(), Client.last_screenshot_at.desc(), Client.uuid.desc())
    return _first_of_each(session, group_ids, [Client.last_screenshot_at.is_not(None)], order, 1)


def count_alarms(session: Session, *, recent: datetime) -> tuple[int, int, int]:
    """Count screens in service: with a priority picture since `recent`, a failed service, a crash.

    The last two are what a player said last.
    """
    query = select(
        count_where(Client.priority_screenshot_at >= recent),
        count_where(Client.service_failed_at.is_not(None)),
        count_where(Client.process_status == ProcessStatus.CRASHED),
    ).where(IN_SERVICE)
    pictures, failed, crashed = session.execute(query).one()
    return int(pictures or 0), int(failed or 0), int(crashed or 0)


def sum_logs(session: Session, *, since: datetime) -> tuple[int, int]:
    """Return how many errors and warnings the screens in service logged since then."""
    query = (
        select(ClientLog.level, func.count())
        .join(Client, Client.uuid == ClientLog.client_uuid)
        .where(
            ClientLog.level.in_([LogLevel.ERROR, LogLevel.WARN]),
            ClientLog.ordered_at > since,
            IN_SERVICE,
        )
        .group_by(ClientLog.level)
    )
    found = {level: number for level, number in session.execute(query)}  # noqa: C416 - typed rows
    return found.get(LogLevel.ERROR, 0), found.get(LogLevel.WARN, 0)


def _found(query: _Query, wish: FleetWish, now: datetime) -> _Query:
    query = query.outerjoin(ClientStatus, statuses.BY_RECORD)
    query = query.outerjoin(ClientGroup, ClientGroup.id == Client.group_id)
    query = query.where(*_conditions(wish, now))
    if not wish.search:
        return query
    texts = [func.coalesce(text, "") + _BREAK for text in _SEARCHED]
    return query.outerjoin(Event, Event.id == Client.current_event_id).where(
        func.instr(Folded(sum(texts[1:], texts[0])), wish.search) > 0
    )


def _conditions(wish: FleetWish, now: datetime) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wish.show.standings == {Standing.IN_SERVICE}:
        found.append(IN_SERVICE)
    elif wish.show.standings != frozenset(Standing):
        found.append(statuses.STANDING.in_([one.value for one in wish.show.standings]))
    if wish.show.statuses is not None:
        found.append(statuses.status(now).in_(wish.show.statuses))
    if wish.status is not None:
        found.append(statuses.status(now) == wish.status)
    if wish.content is not None:
        found.append(statuses.content(now) == wish.content)
    if wish.groups is not None:
        found.append(_is_in(wish.groups))
    return found


def _is_in(group_ids: Collection[int | None]) -> ColumnElement[bool]:
    named = [group_id for group_id in group_ids if group_id is not None]
    is_named = Client.group_id.in_(named) if named else false()
    return or_(is_named, Client.group_id.is_(None)) if None in group_ids else is_named


def _ordered(query: _Query, order: FleetOrder, now: datetime, since: datetime) -> _Query:
    if order is FleetOrder.ERRORS:
        return _by_errors(query, since)
    keys: dict[FleetOrder, tuple[_Key, ...]] = {
        FleetOrder.URGENCY: (statuses.urgency(now),),
        FleetOrder.GROUP: (Client.group_id.is_(None), *GROUP_ORDER),
        FleetOrder.CONTACT: (Client.last_alive.is_not(None), Client.last_alive),
        FleetOrder.HOST: _text_keys(Client.hostname),
        FleetOrder.SOFTWARE: _text_keys(Client.software_version),
        FleetOrder.REGISTERED: (Client.registration_time,),
    }
    return query.order_by(*keys.get(order, ()), *_BY_NAME)


def _text_keys(column: _Key) -> tuple[_Key, ...]:
    text = func.coalesce(column, "")
    return text == "", Folded(text)


def _by_errors(query: _Query, since: datetime) -> _Query:
    lines = (
        select(
            ClientLog.client_uuid,
            count_where(ClientLog.level == LogLevel.ERROR).label("errors"),
            count_where(ClientLog.level == LogLevel.WARN).label("warnings"),
        )
        .where(ClientLog.level.in_([LogLevel.ERROR, LogLevel.WARN]), ClientLog.ordered_at > since)
        .group_by(ClientLog.client_uuid)
        .subquery()
    )
    counts = (func.coalesce(lines.c.errors, 0), func.coalesce(lines.c.warnings, 0))
    query = query.outerjoin(lines, lines.c.client_uuid == Client.uuid)
    return query.order_by(*(number.desc() for number in counts), *_BY_NAME)


def _first_of_each(
    session: Session,
    group_ids: Collection[int | None],
    conditions: Sequence[ColumnElement[bool]],
    order: Sequence[_Key],
    limit: int,
) -> list[str]:
    place = func.row_number().over(partition_by=Client.group_id, order_by=order)
    ranked = (
        select(Client.uuid, Client.group_id, place.label("place"))
        .outerjoin(ClientStatus, statuses.BY_RECORD)
        .where(IN_SERVICE, _is_in(group_ids), *conditions)
        .subquery()
    )
    query = select(ranked.c.uuid).where(ranked.c.place <= limit)
    return list(session.scalars(query.order_by(ranked.c.group_id, ranked.c.place)))
