"""What the forms on periods and on holidays have in common."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import date

import streamlit as st

from console.i18n import _
from console.parts.feedback import show_error
from console.school.periods_state import OpenPanel, close_panel
from console.words.calendar import date_format
from infoscreen_core.domain.text.years import FIRST_DAY, LAST_DAY
from infoscreen_core.errors import told_together


@contextmanager
def panel_form(name: str, title: str) -> Iterator[None]:
    """Draw the frame of a form beside the lists, around what the block draws."""
    with st.container(border=True, key=f"card-{name}-form"):
        st.header(title, anchor=False)
        # Not st.form: until it is saved, only the browser would know what is typed.
        yield


def first_and_last_day(panel: OpenPanel, first: date, last: date) -> None:
    """Draw the inputs of the first and the last day, and what is wrong with them."""
    with st.container(horizontal=True, gap="small"):
        _day_input(_("First day"), first, panel.key("start_date"))
        _day_input(_("Last day"), last, panel.key("end_date"))
    show_error(panel.error, field="start_date")
    show_error(panel.error, field="end_date")


def form_end(
    panel: OpenPanel, fields: Collection[str], label: str, on_save: Callable[[OpenPanel], None]
) -> None:
    """Draw the end of a form: a refusal that belongs to none of its fields, and two buttons."""
    parts = panel.error.parts if panel.error else ()
    show_error(told_together([one for one in parts if one.field not in fields]))
    with st.container(horizontal=True):
        st.button(
            label,
            type="primary",
            icon=":material/check:",
            key=f"panel-{panel.panel.value}-save",
            on_click=on_save,
            args=(panel,),
        )
        st.button(_("Cancel"), key=f"panel-{panel.panel.value}-cancel", on_click=close_panel)


def _day_input(label: str, value: date, key: str) -> None:
    st.date_input(
        label, value=value, min_value=FIRST_DAY, max_value=LAST_DAY, format=date_format(), key=key
    )
