"""Players as the administration lists them: what they are, found and put in order."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from console.i18n import N_
from console.monitoring.presenters.fleet import (
    IN_SERVICE_FILTERS,
    FleetFilter,
    by_urgency,
    matches,
)
from console.words.groups import ANY_GROUP, is_in_group
from infoscreen_core.domain.screens.standing import Standing
from infoscreen_core.services.monitoring.views import ClientView


class SortOrder(StrEnum):
    """How the list is sorted; the values stand in the address."""

    GROUP = "group"
    NAME = "name"
    URGENCY = "urgency"
    CONTACT = "contact"
    HOST = "host"
    SOFTWARE = "software"


ORDER_WORDS: Final[dict[SortOrder, str]] = {
    SortOrder.GROUP: N_("By group"),
    SortOrder.NAME: N_("By name"),
    SortOrder.URGENCY: N_("Most urgent first"),
    SortOrder.CONTACT: N_("Longest silent first"),
    SortOrder.HOST: N_("By computer"),
    SortOrder.SOFTWARE: N_("By software"),
}

ROSTER_FILTERS: Final = (*IN_SERVICE_FILTERS, FleetFilter.OUT_OF_SERVICE)
"""What an approved screen can be narrowed to."""


@dataclass(frozen=True)
class RosterQuery:
    """What a reader wants to see of the list."""

    show: FleetFilter = FleetFilter.ALL
    group: str = ANY_GROUP
    """A group's id, `none` for the unassigned ones, or `all`."""
    search: str = ""
    """Folded for comparison."""
    order: SortOrder = SortOrder.GROUP


def pending_rows(rows: Iterable[ClientView]) -> list[ClientView]:
    """Return the players that wait for approval, the longest waiting first."""
    waiting = (row for row in rows if row.standing is Standing.PENDING)
    return sorted(waiting, key=lambda row: (row.registered_at, row.uuid))


def rejected_rows(rows: Iterable[ClientView]) -> list[ClientView]:
    """Return the players that were turned away, by name."""
    turned_away = (row for row in rows if row.standing is Standing.REJECTED)
    return sorted(turned_away, key=lambda row: (row.name.casefold(), row.uuid))


def approved_rows(rows: Iterable[ClientView]) -> list[ClientView]:
    """Return the players that belong to the fleet, in the order given."""
    return [row for row in rows if row.is_approved]


def narrowed(rows: Iterable[ClientView], wish: RosterQuery) -> list[ClientView]:
    """Return the players that the reader wants to see, as ordered; `rows` come by group."""
    kept = [
        row
        for row in rows
        if matches(row, wish.show)
        and is_in_group(row.group_id, wish.group)
        and _is_found(row, wish.search)
    ]
    return _ordered(kept, wish.order)


def _is_found(row: ClientView, search: str) -> bool:
    texts = (
        row.name,
        row.uuid,
        row.hostname,
        row.ip,
        row.software,
        row.model,
        row.group_name or "",
    )
    return not search or any(search in text.casefold() for text in texts)


def _ordered(rows: Sequence[ClientView], order: SortOrder) -> list[ClientView]:
    if order is SortOrder.URGENCY:
        places = {view.uuid: place for place, view in enumerate(by_urgency(rows))}
        return sorted(rows, key=lambda row: places[row.uuid])
    keys: dict[SortOrder, Callable[[ClientView], tuple[object, ...]]] = {
        SortOrder.NAME: lambda row: (row.name.casefold(),),
        SortOrder.CONTACT: lambda row: (row.last_alive is not None, row.last_alive or 0),
        SortOrder.HOST: lambda row: (not row.hostname, row.hostname.casefold()),
        SortOrder.SOFTWARE: lambda row: (not row.software, row.software.casefold()),
    }
    return sorted(rows, key=keys[order]) if order in keys else list(rows)
