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
    ClientScreenshot,
    ClientStatus,
    Event,
)
from infoscreen_core.db.queries.clients import (
    IN_SERVICE,
    NO_LOGS,
    SCREEN_NAME,
    ClientRow,
    ContentRow,
    count_logs,
)
from infoscreen_core.db.queries.groups import GROUP_ORDER, map_names
from infoscreen_core.db.queries.monitoring import statuses, tallies
from infoscreen_core.db.queries.monitoring.logs import sums as log_sums
from infoscreen_core.db.sql_text import Folded
from infoscreen_core.domain.monitoring.fleet_count import ONLINE_STATUSES
from infoscreen_core.domain.monitoring.fleet_wish import FleetOrder, FleetWish
from infoscreen_core.domain.monitoring.liveness import Status, Verdict
from infoscreen_core.domain.screens.standing import Standing

_Query = Select[*tuple[Any, ...]]
_Key = SQLColumnExpression[Any]

_BY_NAME: Final = (Folded(SCREEN_NAME), Client.uuid)
_SEARCHED: Final = (
    SCREEN_NAME,
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
    since = now - window
    if among is not None:
        return _those(session, _ordered(_of_all(wish, now), wish.order, now, since), among)
    if limit is not None and wish.order is FleetOrder.URGENCY:
        # The healthy ones come last: mostly a page is full before their turn comes.
        troubled = _ordered(_of_troubled(session, wish, now), wish.order, now, since)
        found = list(session.scalars(troubled.offset(first).limit(limit)))
        if len(found) == limit:
            return found
    query = _ordered(_of_all(wish, now), wish.order, now, since)
    if limit is not None and wish.order is FleetOrder.GROUP:
        query, first = _only_groups_of_page(session, query, wish, now, first, limit)
    return list(session.scalars(query.offset(first).limit(limit)))


def _of_all(wish: FleetWish, now: datetime) -> _Query:
    return _found(select(Client.uuid).outerjoin(ClientStatus, statuses.BY_RECORD), wish, now)


def _of_troubled(session: Session, wish: FleetWish, now: datetime) -> _Query:
    """Return those of the players that are not healthy, found by their records if all have one."""
    is_troubled = statuses.status(now) != Status.HEALTHY
    if wish.show.standings != {Standing.IN_SERVICE} or tallies.has_unknown_players(session):
        return _of_all(wish, now).where(is_troubled)
    by_record = select(Client.uuid).select_from(ClientStatus).join(Client, statuses.BY_RECORD)
    return _found(by_record, wish, now).where(statuses.may_be_troubled(now), is_troubled)


def _those(session: Session, query: _Query, among: Collection[str]) -> list[str]:
    if len(among) <= MAX_NAMED:
        query = query.where(Client.uuid.in_(among))
    return [uuid for uuid in session.scalars(query) if uuid in among]


def _only_groups_of_page(
    session: Session, query: _Query, wish: FleetWish, now: datetime, first: int, limit: int
) -> tuple[_Query, int]:
    """Narrow a list in the order of groups to those that its page shows; return its place in them.

    Names are compared within a group: without this, those of the whole fleet would be sorted.
    """
    found = session.execute(_sizes(wish, now).group_by(Client.group_id))
    sizes = {group_id: size for group_id, size in found}  # noqa: C416 - typed rows, not pairs
    shown, place, start = [], 0, None
    for group_id in [*map_names(session), None]:
        size = sizes.get(group_id, 0)
        if place < first + limit and place + size > first:
            start = place if start is None else start
            shown.append(group_id)
        place += size
    return query.where(_is_in(shown)), first - (start or 0)


def count(session: Session, wish: FleetWish, *, now: datetime) -> int:
    """Return how many players somebody wants to see."""
    query = select(func.count()).select_from(Client).outerjoin(ClientStatus, statuses.BY_RECORD)
    return session.scalar(_found(query, wish, now)) or 0


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
        select(func.max(ClientScreenshot.id).label("id"))
        .where(ClientScreenshot.client_uuid.in_(uuids))
        .group_by(ClientScreenshot.client_uuid)
        .subquery()
    )
    rows = session.scalars(
        select(ClientScreenshot).join(newest, newest.c.id == ClientScreenshot.id)
    )
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


def _sizes(wish: FleetWish, now: datetime) -> _Query:
    query = select(Client.group_id, func.count())
    of_record = (wish.show.statuses, wish.status, wish.content)
    if wish.search or any(one is not None for one in of_record):
        return _found(query.outerjoin(ClientStatus, statuses.BY_RECORD), wish, now)
    return query.where(*_conditions(wish, now))  # for which an index is enough


def _found(query: _Query, wish: FleetWish, now: datetime) -> _Query:
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
        found.append(statuses.IS_IN_SERVICE)
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
    lines = log_sums.by_player(since)
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
