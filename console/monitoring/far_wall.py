"""The wall for a foyer or an office: the whole window, no navigation, renewed by itself."""

import streamlit as st

from console.monitoring import snapshots
from console.monitoring.presenters.far_wall import (
    PAGE_SECONDS,
    chosen_groups,
    chosen_screens,
    far_wall,
    far_wall_html,
)
from console.parts.address import query
from console.parts.guard import known_identity, live
from console.parts.news import warn_of_old_news
from console.runtime import keep_signed_in, now, user_timezone
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
    groups = query().get("group", "")
    screens = chosen_screens(snapshot.clients, groups)
    wall = far_wall(screens, snapshots.incident_count(chosen_groups(groups)), now=at)
    st.html(far_wall_html(wall, user_timezone(), taken_at=snapshot.taken_at, now=at))
