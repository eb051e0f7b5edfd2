"""The wall for a foyer or an office: the whole window, no navigation, renewed by itself."""

import streamlit as st

from console.monitoring import snapshots
from console.monitoring.blindness import say_blindness
from console.monitoring.presenters.far_wall import (
    MOST_TILES,
    PAGE_SECONDS,
    FarWall,
    chosen_groups,
    far_wall_html,
    turn,
)
from console.monitoring.presenters.fleet import line_of_truth
from console.parts.address import query
from console.parts.guard import known_identity, live
from console.parts.news import warn_of_old_news
from console.runtime import keep_signed_in, now, user_timezone
from infoscreen_core.domain.monitoring.fleet_wish import FleetOrder, FleetWish
from infoscreen_core.domain.people.roles import Role


def render() -> None:
    """Draw the page; `?group=3,7` narrows it to some groups."""
    _live_part()


@live(PAGE_SECONDS)
def _live_part() -> None:
    if known_identity().role is Role.USER:
        keep_signed_in()  # nobody touches a wall; whoever may only look may stay for the day
    snapshot, at = snapshots.fleet(), now()
    warn_of_old_news(snapshot.taken_at)
    say_blindness()
    groups = chosen_groups(query().get("group", ""))
    fleet = snapshot.figures.of_groups(groups)
    page, pages = turn(fleet.in_service, now=at)
    wish = FleetWish(groups=groups, order=FleetOrder.URGENCY)
    shown = snapshots.players(wish, first=page * MOST_TILES, limit=MOST_TILES)
    truth = line_of_truth(fleet, snapshots.incident_count(groups))
    wall = FarWall(truth, shown, page + 1, pages)
    st.html(far_wall_html(wall, user_timezone(), taken_at=snapshot.taken_at, now=at))
