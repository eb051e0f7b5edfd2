"""What dialogs on screens and groups share: one write, and its refusal beside the field."""

from collections.abc import Callable, Mapping
from datetime import datetime
from html import escape
from typing import TYPE_CHECKING, Final, Literal

import streamlit as st

from console.i18n import _
from console.parts import dialogs
from console.parts.feedback import ask_for_focus, focus_first_wrong, show_error
from console.parts.guard import page_guard
from console.parts.write import Write, attempt
from console.runtime import Session, run_again
from infoscreen_core.errors import InfoscreenError, told_together
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.screens.groups import create_group, get_group

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

_UNASSIGNED: Final = 0
"""Stands for "in no group" in the list of groups; ids begin at 1."""

Width = Literal["small", "medium", "large"]


class Slots:
    """Places for what is wrong: one below each input, one on top for all else."""

    def __init__(self) -> None:
        self._top = st.empty()
        self._focus = st.empty()
        self._below: dict[str, DeltaGenerator] = {}

    def below(self, field: str) -> None:
        """Keep a place right here for the errors of `field`."""
        self._below[field] = st.empty()

    def show(self, error: InfoscreenError) -> None:
        """Say what is wrong where it is wrong."""
        for field, place in self._below.items():
            with place:
                show_error(error, field=field)
        elsewhere = [one for one in error.parts if one.field not in self._below]
        with self._top:
            show_error(told_together(elsewhere))
        with self._focus:
            ask_for_focus()
            focus_first_wrong()


def draw_dialog(
    name: str, title: str, icon: str, contents: Callable[..., None], *, width: Width = "small"
) -> None:
    """Draw the dialog `name` if it is open; `contents` gets the arguments it was opened with."""
    arguments = dialogs.arguments_of(name)
    if arguments is None:
        return

    def guarded() -> None:
        with page_guard():
            contents(**arguments)

    st.dialog(title, icon=icon, width=width, on_dismiss=dialogs.close_dialog)(guarded)()


def attempt_and_close(
    write: Write, slots: Slots, *, then: Callable[[], None] = lambda: None
) -> None:
    """Write; then close the dialog, or show the refusal in its place and keep what was typed.

    `then` is done once it is written.
    """
    if attempt(write, refuse=slots.show):
        then()
        dialogs.close_dialog()
        run_again()


def is_confirmed(label: str, icon: str) -> bool:
    """Whether the form was confirmed; draws its two buttons, of which the other closes it."""
    confirmed, is_canceled = submit_buttons(label, icon)
    if is_canceled:
        dialogs.close_dialog()
        run_again()
    return confirmed


def submit_buttons(label: str, icon: str | None = None) -> tuple[bool, bool]:
    """Draw what confirms a form, and what cancels it; return which of them was pressed.

    The Enter key presses a form's first button, so the one that confirms comes first; the style
    sheet has it stand on the right.
    """
    with st.container(horizontal=True, horizontal_alignment="right"):
        confirmed = st.form_submit_button(label, type="primary", icon=icon)
        canceled = st.form_submit_button(_("Cancel"))
    return confirmed, canceled


def note_field(slots: Slots, *, most: int) -> str:
    """Draw the field for what somebody did on site, of `most` characters; return what it holds."""
    note = st.text_input(
        _("Note (kept in the log)"), max_chars=most, placeholder=_("e.g. storage card replaced")
    )
    slots.below("note")
    return note or ""


def consequence(text: str) -> None:
    """Say what will happen, where it is read before the button is pressed."""
    st.html(f'<p class="is-consequence">{escape(text)}</p>')


def gone() -> None:
    """Say that somebody else was faster."""
    st.info(
        _("Nothing is left to do here; somebody else did it meanwhile."), icon=":material/info:"
    )
    if st.button(_("Close"), key="clients-gone"):
        dialogs.close_dialog()
        run_again()


def choose_group(
    groups: Mapping[int, str], *, key: str, current: int | None = None
) -> int | str | None:
    """Draw the choice of a group; return its id, None for no group, or a new group's name."""
    options = [_UNASSIGNED, *groups]
    chosen = st.selectbox(
        _("Group"),
        options,
        index=options.index(current or _UNASSIGNED),
        format_func=lambda value: (
            value if isinstance(value, str) else groups.get(value) or _("Unassigned")
        ),
        accept_new_options=True,
        key=key,
        help=_("Type a new name to create that group."),
    )
    return chosen if isinstance(chosen, str) else chosen or None


def group_chosen(
    session: Session, chosen: int | str | None, *, actor: Actor, now: datetime
) -> tuple[int | None, str | None]:
    """Return id and name of the chosen group, twice None for none; create one that was typed."""
    if chosen is None:
        return None, None
    if isinstance(chosen, str):
        group = create_group(session, chosen, actor=actor, now=now)
    else:
        group = get_group(session, chosen)
    return group.id, group.name
