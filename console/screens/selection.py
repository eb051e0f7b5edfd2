"""Which screens a person has ticked: by screen, not by line, so it outlives filters and pages."""

from collections.abc import Callable, Collection, Sequence
from typing import Final

import streamlit as st

from console.i18n import _
from infoscreen_core.services.monitoring.views import ClientView

_PICKED: Final = "clients-picked"
_BOX: Final = "clients-pick"
_SERIAL: Final = "clients-pick-serial"


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
    _renew_boxes()


def forget_picks(uuids: Collection[str]) -> None:
    """Untick these screens; a button's callback."""
    _picked().difference_update(uuids)
    _renew_boxes()


def pick_boxes() -> Callable[[ClientView], None]:
    """Return what draws the box that ticks one screen: for many rows, as the state is slow."""
    picked, serial = _picked(), _serial()

    def draw(row: ClientView) -> None:
        key = f"{_BOX}-{serial}-{row.uuid}"
        st.checkbox(
            _("Select {name}", name=row.name),
            value=row.uuid in picked,
            key=key,
            label_visibility="collapsed",
            on_change=_set,
            args=(key, row.uuid),
        )

    return draw


def pick_all_box(rows: Sequence[ClientView], name: str) -> None:
    """Draw the box that ticks all screens of one page; `name` tells such boxes apart."""
    uuids = tuple(row.uuid for row in rows)
    are_all = bool(uuids) and _picked().issuperset(uuids)
    key = f"{_BOX}-{_serial()}-all-{name}-{'on' if are_all else 'off'}"
    st.checkbox(
        _("Select all on this page"),
        value=are_all,
        key=key,
        label_visibility="collapsed",
        on_change=_set_all,
        args=(key, uuids),
    )


def _set(key: str, uuid: str) -> None:
    if st.session_state[key]:
        _picked().add(uuid)
    else:
        _picked().discard(uuid)


def _set_all(key: str, uuids: Collection[str]) -> None:
    if st.session_state[key]:
        _picked().update(uuids)
    else:
        _picked().difference_update(uuids)
    _renew_boxes()


def _renew_boxes() -> None:
    """Draw fresh boxes from now on: setting the present ones could undo a click on its way."""
    st.session_state[_SERIAL] = _serial() + 1


def _serial() -> int:
    serial: int = st.session_state.get(_SERIAL, 0)
    return serial


def _picked() -> set[str]:
    picked: set[str] = st.session_state.setdefault(_PICKED, set())
    return picked
