"""Reads of groups and of what is in them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, case, delete, func, literal, select, tuple_, update
from sqlalchemy.orm import Session, lazyload

from infoscreen_core.db.models import Client, ClientGroup, Event, Occurrence
from infoscreen_core.db.queries.clients import IN_SERVICE
from infoscreen_core.db.sql_text import PORTION, read_rows_texts, rows_text
from infoscreen_core.domain.text.names import folded

GROUP_ORDER = (ClientGroup.sort_order, ClientGroup.id)
"""The order that editors gave the groups; `ClientGroup.order` says the same of rows."""
_NAMES = select(rows_text(ClientGroup.sort_order, ClientGroup.id, ClientGroup.name)).group_by(
    ClientGroup.id // PORTION
)


@dataclass(frozen=True)
class GroupRow:
    """A group and how much is in it."""

    group: ClientGroup
    client_count: int
    """Its screens in service."""
    event_count: int
    out_of_service_count: int
    """Its other screens, which are in it all the same."""

    @property
    def all_screens(self) -> int:
        """Screens that have to go elsewhere before the group goes."""
        return self.client_count + self.out_of_service_count


def list_groups(session: Session) -> list[ClientGroup]:
    """Return every group in the order that editors gave them, as every list of groups has it."""
    return list(session.scalars(select(ClientGroup).order_by(*GROUP_ORDER)))


def map_names(session: Session) -> dict[int, str]:
    """Return every group's name by its id, in the same order."""
    found = sorted(read_rows_texts(session.connection().execute(_NAMES).scalars()))
    return {group_id: name for _place, group_id, name in found}


def list_group_rows(session: Session) -> list[GroupRow]:
    """Return every group in display order with its counts of clients and events; three queries."""
    clients, events = _count_clients(session), _count_events(session)
    return [_row(group, clients, events) for group in list_groups(session)]


def list_rows_after(
    session: Session, place: tuple[int, int] | None, *, limit: int
) -> list[GroupRow]:
    """Return groups as `list_group_rows` does: those after a place in the order, or the first."""
    query = select(ClientGroup).order_by(*GROUP_ORDER).limit(limit)
    if place is not None:
        query = query.where(tuple_(*GROUP_ORDER) > tuple_(*map(literal, place)))
    found = list(session.scalars(query))
    ids = [group.id for group in found]
    clients = _count_clients(session, Client.group_id.in_(ids))
    events = _count_events(session, Event.group_id.in_(ids))
    return [_row(group, clients, events) for group in found]


def count_contents(session: Session, group: ClientGroup) -> GroupRow:
    """Return the group with its counts of clients and events."""
    clients = _count_clients(session, Client.group_id == group.id)
    return _row(group, clients, _count_events(session, Event.group_id == group.id))


def find_group(session: Session, group_id: int, *, is_locked: bool = False) -> ClientGroup | None:
    """Return the group or None; `is_locked` keeps others from changing it until the commit."""
    if is_locked:
        return session.get(ClientGroup, group_id, with_for_update=True, populate_existing=True)
    return session.get(ClientGroup, group_id)


def lock_groups(
    session: Session, group_ids: Collection[int] | None = None
) -> dict[int, ClientGroup]:
    """Return groups by id, all of them unless some are asked for; others cannot change them.

    They are locked in the order of their ids.
    """
    query = select(ClientGroup).order_by(ClientGroup.id).with_for_update()
    if group_ids is not None:
        query = query.where(ClientGroup.id.in_(group_ids))
    found = session.scalars(query.execution_options(populate_existing=True))
    return {group.id: group for group in found}


def find_group_by_text(session: Session, text: str) -> ClientGroup | None:
    """Return the group that a person means: by its name in any case, else by its decimal id."""
    groups = list_groups(session)
    wanted = folded(text)
    named = [group for group in groups if folded(group.name) == wanted]
    return next(iter(named), None) or next(
        (group for group in groups if str(group.id) == wanted), None
    )


def map_link_terms(session: Session) -> dict[int, int]:
    """Return for every group how often its links to media were ended."""
    return dict(iter(session.execute(select(ClientGroup.id, ClientGroup.link_term))))


def find_link_term(session: Session, group_id: int) -> int | None:
    """Return how often a group's links to media were ended; None without the group."""
    return session.scalar(select(ClientGroup.link_term).where(ClientGroup.id == group_id))


def end_links(session: Session, group_ids: Collection[int]) -> None:
    """End all links to media that stand on the lists of some groups."""
    session.execute(
        update(ClientGroup)
        .where(ClientGroup.id.in_(sorted(group_ids)))
        .values(link_term=ClientGroup.link_term + 1)
        .execution_options(synchronize_session=False)
    )


def last_sort_order(session: Session) -> int:
    """Return the highest place in use, 0 when there is no group."""
    return session.scalar(select(func.max(ClientGroup.sort_order))) or 0


def list_clients_of(session: Session, group_id: int) -> list[Client]:
    """Return the group's clients, locked until the transaction ends."""
    query = (
        select(Client).where(Client.group_id == group_id).order_by(Client.uuid).with_for_update()
    )
    return list(session.scalars(query.options(lazyload(Client.group))))


def list_event_ids(session: Session, group_id: int) -> list[int]:
    """Return the ids of the group's events."""
    return list(
        session.scalars(select(Event.id).where(Event.group_id == group_id).order_by(Event.id))
    )


def move_events(
    session: Session, group_id: int, target_id: int, *, updated_by: int | None, now: datetime
) -> None:
    """Move a group's events and their occurrences to another; open forms on them become stale."""
    values = {
        "group_id": target_id,
        "version": Event.version + 1,
        "updated_at": now,
        "updated_by": updated_by,
    }
    session.execute(update(Event).where(Event.group_id == group_id).values(values))
    session.execute(
        update(Occurrence).where(Occurrence.group_id == group_id).values(group_id=target_id)
    )


def delete_events_of(session: Session, group_id: int) -> None:
    """Delete a group's events with all that hangs on them."""
    session.execute(delete(Event).where(Event.group_id == group_id))


def _row(
    group: ClientGroup,
    clients: Mapping[int | None, tuple[int, int]],
    events: Mapping[int | None, int],
) -> GroupRow:
    in_service, total = clients.get(group.id, (0, 0))
    return GroupRow(group, in_service, events.get(group.id, 0), total - in_service)


def _count_clients(
    session: Session, *conditions: ColumnElement[bool]
) -> dict[int | None, tuple[int, int]]:
    """Return by group how many screens are in service, and how many clients there are."""
    counts = (func.sum(case((IN_SERVICE, 1), else_=0)), func.count())
    query = select(Client.group_id, *counts).where(*conditions).group_by(Client.group_id)
    return {group_id: (int(some), total) for group_id, some, total in session.execute(query)}


def _count_events(session: Session, *conditions: ColumnElement[bool]) -> dict[int | None, int]:
    query = select(Event.group_id, func.count()).where(*conditions).group_by(Event.group_id)
    return dict(iter(session.execute(query)))
