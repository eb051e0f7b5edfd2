"""Players found, sorted, paged and counted in the database; their status is that of the record."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Integer,
    Select,
    SQLColumnExpression,
    bindparam,
    func,
    select,
)
from sqlalchemy.orm import Session

from infoscreen_core.db.base import MAX_NAMED
from infoscreen_core.db.models import (
    Client,
    ClientGroup,
    ClientScreenshot,
    ClientStatus,
)
from infoscreen_core.db.queries.clients import (
    IN_SERVICE,
    NO_LOGS,
    SCREEN_NAME,
    ClientRow,
    ContentRow,
    count_logs,
)
from infoscreen_core.db.queries.groups import GROUP_ORDER
from infoscreen_core.db.queries.monitoring import statuses, tallies
from infoscreen_core.db.queries.monitoring.lists.wishes import is_in, narrowed_to
from infoscreen_core.db.queries.monitoring.logs import sums as log_sums
from infoscreen_core.db.queries.monitoring.statuses import LATER
from infoscreen_core.db.sql_text import Folded
from infoscreen_core.domain.monitoring.fleet_count import ONLINE_STATUSES
from infoscreen_core.domain.monitoring.fleet_wish import URGENCY, FleetOrder, FleetWish
from infoscreen_core.domain.monitoring.liveness import Status, Verdict
from infoscreen_core.domain.screens.standing import Standing

_Query = Select[*tuple[Any, ...]]
_Key = SQLColumnExpression[Any]

_BY_NAME: Final = (Folded(SCREEN_NAME), Client.uuid)
_SHAPES: Final = 128
"""So many statements are kept: each filter with each order are some hundred, most never asked."""
_ANY_ORDER: Final = FleetOrder.NAME


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
    asked = _Asked(session, wish, now, now - window)
    if among is not None:
        return _those(asked, among)
    if limit is None:
        return asked.uuids(_Part())[first:]
    if wish.order is FleetOrder.URGENCY:
        return _most_urgent(asked, first, limit)
    if wish.order is FleetOrder.GROUP:
        asked, first = _only_groups_of_page(asked, first, limit)
    return asked.uuids(_Part(is_page=True), first, limit)


class _Part(NamedTuple):
    """Which of the players that somebody wants to see a statement is about."""

    is_page: bool = False
    """Whether it has a first one, and at most so many."""
    is_troubled: bool | None = None
    """Whether those are left that are not healthy, or the others; None leaves all."""
    are_all_on_record: bool = False
    """Whether each has a record, so that those in trouble are found by it."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A wish, and whom it is put to."""

    session: Session
    wish: FleetWish
    now: datetime
    since: datetime
    """Log lines count from then."""

    def uuids(self, part: _Part, first: int = 0, limit: int = 0) -> list[str]:
        """Return the UUIDs of these players, as ordered."""
        return list(self.read(self.query(part), first=first, limit=limit).scalars())

    def query(self, part: _Part) -> _Query:
        """Return the statement for these players."""
        if self.wish.order is not FleetOrder.ERRORS:
            return _ordered(_shape(self.wish), part)
        return _by_errors(_selected(_shape(self.wish), part), self.since)

    def read(self, query: _Query, **place: int) -> CursorResult[*tuple[Any, ...]]:
        """Ask with what the statement leaves open."""
        return self.session.connection().execute(query, {**self.values(), **place})

    def values(self) -> dict[str, Any]:
        """Return what a statement of this wish's shape leaves open."""
        groups = [one for one in self.wish.groups or () if one is not None]
        return {**statuses.at(self.now), "groups": groups, "search": self.wish.search}


def _shape(wish: FleetWish) -> FleetWish:
    """Return the same for all wishes for which the statement is the same."""
    search = wish.search and "?"
    if wish.groups is None:
        return replace(wish, search=search)
    are_named = any(one is not None for one in wish.groups)
    groups = (*((0,) if are_named else ()), *((None,) if None in wish.groups else ()))
    return replace(wish, search=search, groups=groups)


def _most_urgent(asked: _Asked, first: int, limit: int) -> list[str]:
    """Return a page of the most urgent ones: the healthy come last, and most are.

    To sort only those in trouble, and the healthy by their names, is less work than to sort all.
    """
    is_plain = asked.wish.show.standings == {Standing.IN_SERVICE}
    is_known = is_plain and not tallies.has_unknown_players(asked.session)
    troubled = _Part(is_page=True, is_troubled=True, are_all_on_record=is_known)
    found = asked.uuids(troubled, first, limit)
    if len(found) == limit:
        return found
    before = 0 if found or not first else first - _count_part(asked, troubled)
    healthy = _Part(is_page=True, is_troubled=False, are_all_on_record=is_known)
    return found + asked.uuids(healthy, before, limit - len(found))


def _count_part(asked: _Asked, part: _Part) -> int:
    query = asked.query(part._replace(is_page=False)).order_by(None).subquery()
    return int(asked.read(select(func.count()).select_from(query)).scalar_one())


def _those(asked: _Asked, among: Collection[str]) -> list[str]:
    query = asked.query(_Part())
    if len(among) <= MAX_NAMED:
        query = query.where(Client.uuid.in_(among))
    return [uuid for uuid in asked.read(query).scalars() if uuid in among]


def _only_groups_of_page(asked: _Asked, first: int, limit: int) -> tuple[_Asked, int]:
    """Narrow a list in the order of groups to those that its page shows; return its place in them.

    Names are compared within a group: without this, those of the whole fleet would be sorted.
    """
    query = _groups_of_page(_shape(asked.wish))
    found = asked.read(query, first=first, until=first + limit).all()
    groups = tuple(group_id for group_id, _before in found)
    narrowed = replace(asked, wish=replace(asked.wish, groups=groups))
    return narrowed, first - min((int(before) for _group_id, before in found), default=0)


def count(session: Session, wish: FleetWish, *, now: datetime) -> int:
    """Return how many players somebody wants to see."""
    asked = _Asked(session, wish, now, now)
    return int(asked.read(_number(_shape(wish))).scalar_one())


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


# Statements are written once for each shape of wishes: that takes longer than many an answer.


@lru_cache(maxsize=_SHAPES)
def _number(shape: FleetWish) -> _Query:
    return narrowed_to(select(func.count()).select_from(Client), shape)


@lru_cache(maxsize=_SHAPES)
def _groups_of_page(shape: FleetWish) -> _Query:
    """Return the groups of which a page shows some, with how many players come before each."""
    size = func.count()
    sizes = narrowed_to(
        select(Client.group_id, size.label("size")), replace(shape, order=_ANY_ORDER)
    )
    of_each = sizes.group_by(Client.group_id).subquery()
    end = func.sum(of_each.c.size).over(order_by=(ClientGroup.id.is_(None), *GROUP_ORDER))
    places = (
        select(of_each.c.group_id, of_each.c.size, end.label("end"))
        .select_from(of_each)
        .outerjoin(ClientGroup, ClientGroup.id == of_each.c.group_id)
        .subquery()
    )
    before = places.c.end - places.c.size
    return select(places.c.group_id, before).where(
        places.c.end > bindparam("first", type_=Integer),
        before < bindparam("until", type_=Integer),
    )


@lru_cache(maxsize=_SHAPES)
def _ordered(shape: FleetWish, part: _Part) -> _Query:
    keys: dict[FleetOrder, tuple[_Key, ...]] = {
        FleetOrder.URGENCY: (statuses.urgency(LATER),),
        FleetOrder.GROUP: (Client.group_id.is_(None), *GROUP_ORDER),
        FleetOrder.CONTACT: (Client.last_alive.is_not(None), Client.last_alive),
        FleetOrder.HOST: _text_keys(Client.hostname),
        FleetOrder.SOFTWARE: _text_keys(Client.software_version),
        FleetOrder.REGISTERED: (Client.registration_time,),
    }
    of_order = () if part.is_troubled is False else keys.get(shape.order, ())
    return _selected(shape, part).order_by(*of_order, *_BY_NAME)


def _selected(shape: FleetWish, part: _Part) -> _Query:
    """Return the statement for some players, in no order."""
    if part.is_troubled is None:
        is_by_record = shape.order is FleetOrder.URGENCY
        query = narrowed_to(select(Client.uuid), shape, is_with_record=is_by_record)
    elif not part.are_all_on_record:
        query = narrowed_to(select(Client.uuid), shape, is_with_record=True)
        query = query.where(_is_troubled() if part.is_troubled else ~_is_troubled())
    elif part.is_troubled:
        query = narrowed_to(_on_record(), shape, is_with_record=None)
    else:
        query = narrowed_to(select(Client.uuid), shape).where(Client.uuid.not_in(_on_record()))
    if part.is_page:
        query = query.offset(bindparam("first", type_=Integer))
        query = query.limit(bindparam("limit", type_=Integer))
    return query


def _on_record() -> _Query:
    """Return the statement for those in trouble, by their records: few are looked up then."""
    query = select(Client.uuid).select_from(ClientStatus).join(Client, statuses.BY_RECORD)
    return query.where(statuses.may_be_troubled(LATER), _is_troubled())


def _is_troubled() -> ColumnElement[bool]:
    return statuses.urgency(LATER) < URGENCY.index(Status.HEALTHY)


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
        .where(IN_SERVICE, is_in(group_ids), *conditions)
        .subquery()
    )
    query = select(ranked.c.uuid).where(ranked.c.place <= limit)
    return list(session.scalars(query.order_by(ranked.c.group_id, ranked.c.place)))
