"""Narrowing a list of players: search, status, group, order, page; the address holds it all."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import streamlit as st

from console.i18n import N_, _
from console.monitoring.presenters.fleet import (
    IN_SERVICE_FILTERS,
    FleetFilter,
    by_urgency,
    filter_labels,
    is_of,
    matches,
)
from console.monitoring.presenters.fleet_table import row_count
from console.parts.address import choose_from_list, choose_one, choose_page, search_text
from console.words.groups import ANY_GROUP, NO_GROUP, is_in_group
from infoscreen_core.services.monitoring.views import ClientView

_VIEWS: Final = {"table": N_("Table"), "wall": N_("Picture wall")}
_ORDERS: Final[dict[str, str]] = {
    "urgency": N_("Most urgent first"),
    "name": N_("By name"),
    "group": N_("By group"),
    "contact": N_("Longest silent first"),
    "errors": N_("Most errors first"),
}


@dataclass(frozen=True)
class Selection:
    """The players that a reader wants to see, in the order wanted."""

    clients: list[ClientView]
    is_narrowed: bool


def choose_view() -> str:
    """Let the reader choose between table and wall."""
    options = {view: _(label) for view, label in _VIEWS.items()}
    return choose_one(_("View"), options, key="view", default="table")


def choose_status(
    clients: Sequence[ClientView], filters: Iterable[FleetFilter] = IN_SERVICE_FILTERS
) -> FleetFilter:
    """Let the reader narrow to a status; each choice says how many players it leaves."""
    options = {chosen.value: label for chosen, label in filter_labels(clients, filters).items()}
    return FleetFilter(choose_one(_("Status"), options, key="show", default=FleetFilter.ALL.value))


def choose_clients(clients: Sequence[ClientView]) -> Selection:
    """Draw search, filters and order; return the players that they leave."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="fleet-filters"):
        chosen, group = choose_status(clients, FleetFilter), _choose_group(clients)
        order, search = _choose_order(), _choose_search()
    kept = [
        client
        for client in clients
        if matches(client, chosen)
        and is_in_group(client.group_id, group)
        and _is_found(client, search)
    ]
    total = sum(is_of(client, chosen) for client in clients)
    st.html(f'<p class="is-quiet is-small">{row_count(len(kept), total)}</p>')
    is_narrowed = chosen is not FleetFilter.ALL or len(kept) < total
    return Selection(_ordered(kept, order), is_narrowed=is_narrowed)


def page_of(clients: Sequence[ClientView], size: int) -> list[ClientView]:
    """Return the players of the reader's page; draw the page numbers when there are several."""
    number = choose_page(-(-len(clients) // size))
    return list(clients[(number - 1) * size : number * size])


def _choose_group(clients: Sequence[ClientView]) -> str:
    names = {  # as they come: in the saved order of the groups
        str(client.group_id): client.group_name or ""
        for client in clients
        if client.group_id is not None
    }
    options = {ANY_GROUP: _("All groups"), **names, NO_GROUP: _("Unassigned")}
    return choose_from_list(_("Group"), options, key="group", default=ANY_GROUP, width=180)


def _choose_order() -> str:
    options = {order: _(label) for order, label in _ORDERS.items()}
    return choose_from_list(_("Order"), options, key="order", default="urgency", width=180)


def _choose_search() -> str:
    return search_text(
        _("Search"), key="search", placeholder=_("Search name, UUID, event"), width=220
    )


def _is_found(client: ClientView, search: str) -> bool:
    texts = (client.name, client.uuid, client.group_name or "", client.shown_title or "")
    return not search or any(search in text.casefold() for text in texts)


def _ordered(clients: list[ClientView], order: str) -> list[ClientView]:
    keys: dict[str, Callable[[ClientView], tuple[object, ...]]] = {
        # Players come by their group's saved place, then by name; a stable sort keeps that.
        "group": lambda client: (client.group_id is None,),
        "contact": lambda client: (client.last_alive is not None, client.last_alive or 0),
        "errors": lambda client: (-client.error_count, -client.warn_count, client.name.casefold()),
        "name": lambda client: (client.name.casefold(),),
    }
    return sorted(clients, key=keys[order]) if order in keys else by_urgency(clients)
