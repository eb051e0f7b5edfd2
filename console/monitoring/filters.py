"""Narrowing a list of players: search, status, group, order, page; the address holds it all."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import streamlit as st

from console.commands.rollouts.dialog import rollout_button
from console.i18n import N_, _
from console.monitoring.presenters.fleet import (
    IN_SERVICE_FILTERS,
    MONITORING_FILTERS,
    filter_labels,
)
from console.monitoring.presenters.fleet_table import row_count
from console.monitoring.snapshots import FleetSnapshot, count_left
from console.parts.address import choose_from_list, choose_one, choose_page, query, search_text
from console.parts.guard import known_identity
from console.words.content import content_word
from console.words.groups import ANY_GROUP, NO_GROUP
from infoscreen_core.domain.monitoring.content.states import Content
from infoscreen_core.domain.monitoring.fleet_count import FleetCount
from infoscreen_core.domain.monitoring.fleet_wish import FleetFilter, FleetOrder, FleetWish
from infoscreen_core.domain.people.roles import Role, has_at_least
from infoscreen_core.services.commands.rollouts.rollout_request import Target

VIEWS: Final = {"table": N_("Table"), "wall": N_("Picture wall")}
DEFAULT_ORDER: Final = FleetOrder.URGENCY
"""That of the monitoring page."""
_ORDERS: Final = (
    FleetOrder.URGENCY,
    FleetOrder.NAME,
    FleetOrder.GROUP,
    FleetOrder.CONTACT,
    FleetOrder.ERRORS,
)
_ORDER_WORDS: Final[dict[FleetOrder, str]] = {
    FleetOrder.GROUP: N_("By group"),
    FleetOrder.NAME: N_("By name"),
    FleetOrder.URGENCY: N_("Most urgent first"),
    FleetOrder.CONTACT: N_("Longest silent first"),
    FleetOrder.ERRORS: N_("Most errors first"),
    FleetOrder.HOST: N_("By computer"),
    FleetOrder.SOFTWARE: N_("By software"),
}
_WIDTH: Final = 180
_ANY_CONTENT: Final = "any"


@dataclass(frozen=True)
class Selection:
    """The players that a reader wants to see, and how many these are."""

    wish: FleetWish
    count: int
    total: int
    """How many the chosen status is about."""

    @property
    def is_narrowed(self) -> bool:
        """Whether taking a filter away may show more."""
        return self.wish.show is not FleetFilter.ALL or self.count < self.total


def choose_view() -> str:
    """Let the reader choose between table and wall."""
    options = {view: _(label) for view, label in VIEWS.items()}
    return choose_one(_("View"), options, key="view", default="table")


def choose_status(
    fleet: FleetCount, filters: Iterable[FleetFilter] = IN_SERVICE_FILTERS
) -> FleetFilter:
    """Let the reader narrow to a status; each choice says how many players it leaves."""
    labels = filter_labels(fleet, filters, chosen=query().get("show", ""))
    options = {chosen.value: label for chosen, label in labels.items()}
    return FleetFilter(choose_one(_("Status"), options, key="show", default=FleetFilter.ALL.value))


def choose_players(snapshot: FleetSnapshot) -> Selection:
    """Draw search, filters and order of the monitoring page; return what they leave."""
    selection = choose_among(
        snapshot,
        MONITORING_FILTERS,
        _ORDERS,
        default=DEFAULT_ORDER,
        placeholder=_("Search name, UUID, event"),
    )
    text = row_count(selection.count, selection.total)
    with st.container(horizontal=True, vertical_alignment="center", key="fleet-count"):
        st.html(f'<p class="is-quiet is-small">{text}</p>', width="content")
        if selection.count > 1 and has_at_least(known_identity().role, Role.ADMIN):
            target = Target(wish=selection.wish)
            rollout_button(target, selection.count, key="fleet-command", is_quiet=True)
    return selection


def choose_among(
    snapshot: FleetSnapshot,
    filters: Iterable[FleetFilter],
    orders: Iterable[FleetOrder],
    *,
    default: FleetOrder,
    placeholder: str,
) -> Selection:
    """Draw the controls that narrow and sort a list of players; return what they leave."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="fleet-filters"):
        show = choose_status(snapshot.figures.whole, filters)
        groups = _choose_group(snapshot.group_names)
        content = _choose_content()
        order = _choose_order(orders, default)
        search = search_text(_("Search"), key="search", placeholder=placeholder, width=220)
    wish = FleetWish(show, groups, search, order, content=content)
    return Selection(wish, count_left(wish, snapshot), show.about(snapshot.figures.whole))


def choose_first(count: int, size: int) -> int:
    """Draw the page numbers when there are several; return the place of the page's first row."""
    return (choose_page(-(-count // size)) - 1) * size


def _choose_group(names: Mapping[int, str]) -> tuple[int | None, ...] | None:
    options = {
        ANY_GROUP: _("All groups"),
        **{str(group_id): name for group_id, name in names.items()},
        NO_GROUP: _("Unassigned"),
    }
    chosen = choose_from_list(_("Group"), options, key="group", default=ANY_GROUP, width=_WIDTH)
    if chosen == ANY_GROUP:
        return None
    return (None if chosen == NO_GROUP else int(chosen),)


def _choose_content() -> Content | None:
    options = {
        _ANY_CONTENT: _("Any content"),
        **{state.value: content_word(state) for state in Content},
    }
    chosen = choose_from_list(
        _("Content"), options, key="content", default=_ANY_CONTENT, width=_WIDTH
    )
    return None if chosen == _ANY_CONTENT else Content(chosen)


def _choose_order(orders: Iterable[FleetOrder], default: FleetOrder) -> FleetOrder:
    options = {order.value: _(_ORDER_WORDS[order]) for order in orders}
    return FleetOrder(
        choose_from_list(_("Order"), options, key="order", default=default.value, width=_WIDTH)
    )
