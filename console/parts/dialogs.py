"""At most one dialog is open per browser; while one is, live parts of the page stand still."""

from typing import Any, Final

import streamlit as st

_OPEN: Final = "open_dialog"


def open_dialog(name: str, **arguments: Any) -> None:  # noqa: ANN401 - whatever the dialog needs
    """Ask for a dialog, which the next full run draws; use it as a button's callback."""
    st.session_state[_OPEN] = (name, arguments)


def arguments_of(name: str) -> dict[str, Any] | None:
    """Return the arguments of the dialog `name`, or None when it is not the open one."""
    opened: tuple[str, dict[str, Any]] | None = st.session_state.get(_OPEN)
    return opened[1] if opened and opened[0] == name else None


def close_dialog() -> None:
    """Forget the open dialog; also what a dialog's `on_dismiss` calls."""
    st.session_state.pop(_OPEN, None)


def is_any_open() -> bool:
    """Whether a dialog is open."""
    return _OPEN in st.session_state
