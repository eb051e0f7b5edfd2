"""Players as the administration lists them: what they are, found and put in order."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from console.i18n import N_
from console.monitoring.presenters.fleet import ClientView, FleetFilter, by_urgency, matches
from console.monitoring.presenters.fleet_rows import client_view
from infoscreen_core.db.queries.fleet import FleetRow


@dataclass(frozen=True)
class ScreenRow:
    """A player with what tells it apart from others."""

    view: ClientView
    given_name: str
    """What people call it; empty: it goes by its host name."""
    hostname: str
    ip: str
    software: str
    model: str
    registered_at: datetime
    is_active: bool

    @property
    def uuid(self) -> str:
        """The player's identity."""
        return self.view.uuid

    @property
    def name(self) -> str:
        """What people read."""
        return self.view.name


class Order(StrEnum):
    """How the list is sorted; the values stand in the address."""

    GROUP = "group"
    NAME = "name"
    URGENCY = "urgency"
    CONTACT = "contact"
    HOST = "host"
    SOFTWARE = "software"


ORDER_WORDS: Final[dict[Order, str]] = {
    Order.GROUP: N_("By group"),
    Order.NAME: N_("By name"),
    Order.URGENCY: N_("Most urgent first"),
    Order.CONTACT: N_("Longest silent first"),
    Order.HOST: N_("By computer"),
    Order.SOFTWARE: N_("By software"),
}

ANY_GROUP: Final = "all"
NO_GROUP: Final = "none"


@dataclass(frozen=True)
class Wish:
    """What a reader wants to see of the list."""

    show: FleetFilter = FleetFilter.ALL
    group: str = ANY_GROUP
    """A group's id, `none` for the unassigned ones, or `all`."""
    search: str = ""
    """Folded for comparison."""
    order: Order = Order.GROUP


def screen_row(row: FleetRow, *, now: datetime, priority_ttl: timedelta) -> ScreenRow:
    """Return a player as the administration shows it."""
    client = row.row.client
    return ScreenRow(
        view=client_view(row, now=now, priority_ttl=priority_ttl),
        given_name=client.description or "",
        hostname=client.hostname or "",
        ip=client.ip or "",
        software=client.software_version or "",
        model=client.model or "",
        registered_at=client.registration_time,
        is_active=client.is_active,
    )


def pending_rows(rows: Iterable[ScreenRow]) -> list[ScreenRow]:
    """Return the players that wait for approval, the longest waiting first."""
    waiting = (row for row in rows if not row.view.is_approved)
    return sorted(waiting, key=lambda row: (row.registered_at, row.uuid))


def approved_rows(rows: Iterable[ScreenRow]) -> list[ScreenRow]:
    """Return the players that belong to the fleet, in the order given."""
    return [row for row in rows if row.view.is_approved]


def narrowed(rows: Iterable[ScreenRow], wish: Wish) -> list[ScreenRow]:
    """Return the players that the reader wants to see, in the order wanted; `rows` come by group."""
    kept = [
        row
        for row in rows
        if matches(row.view, wish.show) and _is_in(row, wish.group) and _is_found(row, wish.search)
    ]
    return _ordered(kept, wish.order)


def _is_in(row: ScreenRow, group: str) -> bool:
    group_id = row.view.group_id
    if group == NO_GROUP:
        return group_id is None
    return group == ANY_GROUP or str(group_id) == group


def _is_found(row: ScreenRow, search: str) -> bool:
    texts = (
        row.name,
        row.uuid,
        row.hostname,
        row.ip,
        row.software,
        row.model,
        row.view.group_name or "",
    )
    return not search or any(search in text.casefold() for text in texts)


def _ordered(rows: Sequence[ScreenRow], order: Order) -> list[ScreenRow]:
    if order is Order.URGENCY:
        places = {view.uuid: place for place, view in enumerate(by_urgency(row.view for row in rows))}
        return sorted(rows, key=lambda row: places[row.uuid])
    keys: dict[Order, Callable[[ScreenRow], tuple[object, ...]]] = {
        Order.NAME: lambda row: (row.name.casefold(),),
        Order.CONTACT: lambda row: (row.view.last_alive is not None, row.view.last_alive or 0),
        Order.HOST: lambda row: (not row.hostname, row.hostname.casefold()),
        Order.SOFTWARE: lambda row: (not row.software, row.software.casefold()),
    }
    return sorted(rows, key=keys[order]) if order in keys else list(rows)
