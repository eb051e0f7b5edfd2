"""Which screens a person has ticked: by screen, not by line, so it outlives filters and pages."""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

import streamlit as st

from infoscreen_core.services.monitoring.views import ClientView

_PICKED: Final = "clients-picked"


def picked_of(rows: Sequence[ClientView]) -> list[ClientView]:
    """Return those rows that are ticked."""
    picked = _picked()
    return [row for row in rows if row.uuid in picked]


def picked_uuids() -> frozenset[str]:
    """Return the UUIDs of all that is ticked, also of what is not shown or exists no more."""
    return frozenset(_picked())


def pick(uuids: Collection[str]) -> None:
    """Tick these screens too."""
    _picked().update(uuids)


def forget_picks(uuids: Collection[str]) -> None:
    """Untick these screens; a button's callback."""
    _picked().difference_update(uuids)


def take_ticks(ticks: Mapping[str, bool]) -> None:
    """Tick or untick screens, as somebody did in a list."""
    pick([uuid for uuid, is_on in ticks.items() if is_on])
    forget_picks([uuid for uuid, is_on in ticks.items() if not is_on])


def _picked() -> set[str]:
    picked: set[str] = st.session_state.setdefault(_PICKED, set())
    return picked
