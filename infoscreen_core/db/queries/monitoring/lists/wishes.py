"""What somebody wants to see of the players, as conditions of a statement written once.

A statement is made for the shape of a wish: which groups, and what is searched, is bound later.
"""

from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    bindparam,
    false,
    func,
    or_,
    select,
)

from infoscreen_core.db.models import Client, ClientGroup, ClientStatus, Event
from infoscreen_core.db.queries.clients import SCREEN_NAME
from infoscreen_core.db.queries.monitoring import statuses
from infoscreen_core.db.queries.monitoring.statuses import LATER
from infoscreen_core.db.sql_text import Folded
from infoscreen_core.domain.monitoring.fleet_wish import FleetOrder, FleetWish
from infoscreen_core.domain.monitoring.liveness import Status
from infoscreen_core.domain.screens.standing import Standing

_Query = Select[*tuple[Any, ...]]

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
_GROUPS: Final[BindParameter[Any]] = bindparam("groups", expanding=True)


def is_in(
    group_ids: Collection[int | None], named: BindParameter[Any] | None = None
) -> ColumnElement[bool]:
    """Whether a player is in one of the groups; None among them stands for those in none.

    `named` stands for the ids in a statement that is written once.
    """
    ids = [group_id for group_id in group_ids if group_id is not None]
    is_named = Client.group_id.in_(ids if named is None else named) if ids else false()
    return or_(is_named, Client.group_id.is_(None)) if None in group_ids else is_named


def narrowed_to(query: _Query, shape: FleetWish, *, is_with_record: bool | None = False) -> _Query:
    """Leave those that somebody wants to see; what nothing depends on is not joined.

    None for a query that has the records already.
    """
    of_record = (shape.show.statuses, shape.status, shape.content)
    if is_with_record or (is_with_record is False and any(one is not None for one in of_record)):
        query = query.outerjoin(ClientStatus, statuses.BY_RECORD)
    query = query.where(*_conditions(shape))
    if shape.search or shape.order is FleetOrder.GROUP:
        query = query.outerjoin(ClientGroup, ClientGroup.id == Client.group_id)
    if not shape.search:
        return query
    texts = [func.coalesce(text, "") + _BREAK for text in _SEARCHED]
    return query.outerjoin(Event, Event.id == Client.current_event_id).where(
        func.instr(Folded(sum(texts[1:], texts[0])), bindparam("search")) > 0
    )


def _conditions(shape: FleetWish) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if shape.show.standings == {Standing.IN_SERVICE}:
        found.append(statuses.IS_IN_SERVICE)
    elif shape.show.standings != frozenset(Standing):
        found.append(statuses.STANDING.in_([one.value for one in shape.show.standings]))
    if shape.show.statuses is not None:
        found.append(statuses.status(LATER).in_(shape.show.statuses))
    if shape.status is not None:
        found.append(statuses.status(LATER) == shape.status)
    if _is_about_trouble(shape):
        may_be = select(ClientStatus.client_uuid).where(statuses.may_be_troubled(LATER))
        found.append(Client.uuid.in_(may_be))  # few, found by their records
    if shape.content is not None:
        found.append(statuses.content(LATER) == shape.content)
    if shape.groups is not None:
        found.append(is_in(shape.groups, _GROUPS))
    return found


def _is_about_trouble(shape: FleetWish) -> bool:
    """Whether all that are wanted have a record of trouble: who has none yet is `UNKNOWN`."""
    wanted = shape.show.statuses or frozenset({shape.status} if shape.status else ())
    is_in_service = shape.show.standings == {Standing.IN_SERVICE}
    return is_in_service and bool(wanted) and wanted.isdisjoint({Status.HEALTHY, Status.UNKNOWN})
