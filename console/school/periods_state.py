"""What is open beside the periods or the holidays: at most one form or question per browser."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import streamlit as st

from console.parts import address
from console.parts.feedback import toast
from console.parts.write import Write, attempt
from console.runtime import user_timezone
from console.words.errors import error_sentence
from infoscreen_core.errors import InfoscreenError

_PANEL: Final = "periods-panel"
_SERIAL: Final = "periods-serial"
_BESIDE: Final = "periods-panel-beside"
PERIOD: Final = "period"
"""What the chosen period is called in the address."""


class Panel(StrEnum):
    """The forms and questions that can be open."""

    PERIOD_NEW = "period-new"
    PERIOD_EDIT = "period-edit"
    PERIOD_DELETE = "period-delete"
    HOLIDAY_NEW = "holiday-new"
    HOLIDAY_EDIT = "holiday-edit"
    HOLIDAY_DELETE = "holiday-delete"
    FILE = "holiday-file"
    PLACE = "holiday-place"


PERIOD_PANELS: Final = frozenset({Panel.PERIOD_NEW, Panel.PERIOD_EDIT, Panel.PERIOD_DELETE})
LIST_PANELS: Final = frozenset({Panel.FILE, Panel.PLACE})


@dataclass
class OpenPanel:
    """One opening; `serial` is part of its inputs' keys, so that each opening begins afresh."""

    panel: Panel
    serial: int
    subject: int = 0
    """The id of the period or holiday that is changed."""
    error: InfoscreenError | None = None

    def key(self, name: str) -> str:
        """Return the key of one of its inputs."""
        return f"panel-{self.panel.value}-{self.serial}-{name}"

    def refuse(self, error: InfoscreenError) -> None:
        """Keep why nothing was written; all that was typed stays."""
        self.error = error


def find_panel() -> OpenPanel | None:
    """Return what is open, or None."""
    panel: OpenPanel | None = st.session_state.get(_PANEL)
    return panel


def open_panel(panel: Panel, subject: int = 0) -> None:
    """Open something, in place of what was open; use it as a button's callback."""
    serial: int = st.session_state.get(_SERIAL, 0) + 1
    st.session_state[_SERIAL] = serial
    st.session_state[_PANEL] = OpenPanel(panel, serial, subject)


def close_panel() -> None:
    """Close what is open, with all that was typed in it."""
    st.session_state.pop(_PANEL, None)


def choose_period(period_id: int) -> None:
    """Show another period."""
    close_panel()
    address.write(**{PERIOD: str(period_id), "page": None})


def close_panel_of_another(period_id: int) -> None:
    """Close what was opened beside another period than the one shown now."""
    if st.session_state.get(_BESIDE, period_id) != period_id:
        close_panel()
    st.session_state[_BESIDE] = period_id


def write_and_close(write: Write, panel: OpenPanel | None = None) -> None:
    """Write; then close what is open, or keep the refusal beside what was typed.

    Without a panel there is no place for a refusal: it is told in passing.
    """
    if attempt(write, refuse=panel.refuse if panel else _warn):
        close_panel()


def _warn(error: InfoscreenError) -> None:
    toast(error_sentence(error, user_timezone()), tone="warning")
