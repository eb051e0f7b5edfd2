"""What a person is told after an action: errors, and toasts that survive a rerun."""

from collections.abc import Callable
from html import escape
from typing import Final, Literal

import streamlit as st

from console.runtime import now, user_timezone
from console.words.errors import error_sentence
from console.words.markdown import literal
from infoscreen_core.errors import InfoscreenError

_TOASTS: Final = "pending_toasts"
_FOCUS: Final = "focus-first-wrong"
_FOCUS_TURN: Final = "focus-turn"
_FOCUS_SCRIPT: Final = """
(() => {
  const part = '[data-testid="stElementContainer"]';
  const input = 'input:enabled, textarea:enabled, button:enabled, [role="slider"]';
  const focus = () => {
    const all = [...document.querySelectorAll('.is-wrong')];
    const wrong = all.find(one => one.closest('[role="dialog"]')) ?? all[0];
    let box = wrong?.closest(part)?.previousElementSibling;
    while (box && !box.querySelector(input)) box = box.previousElementSibling;
    const field = box?.querySelector(input);
    field?.focus();
    field?.scrollIntoView({block: 'nearest'});
  };
  setTimeout(focus, 60);
})();
"""
"""Finds the input above the first sentence on a wrong value; a dialog comes before its page."""
Tone = Literal["success", "info", "warning"]
_ICONS: Final[dict[Tone, str]] = {
    "success": ":material/check_circle:",
    "info": ":material/info:",
    "warning": ":material/warning:",
}


class Caution(str):
    """A sentence about something done differently than asked; it is shown as a warning."""

    __slots__ = ()


def show_error(error: InfoscreenError | None, *, field: str | None = None) -> None:
    """Show an error of the core as a sentence; None shows nothing.

    With `field`, only what is wrong with that field is shown, in the small form that stands right
    below an input. Without, the error is shown in a box, whatever its field.
    """
    if error is None:
        return
    if field is None:
        st.error(
            literal(error_sentence(error, user_timezone(), now=now())), icon=":material/error:"
        )
        return
    for part in error.parts:
        if part.field == field:
            sentence = escape(error_sentence(part, user_timezone(), now=now()))
            st.html(f'<p class="is-wrong" role="alert">{sentence}</p>')


def ask_for_focus() -> None:
    """Let the first wrong input have the focus, once it is drawn."""
    st.session_state[_FOCUS] = True


def focus_first_wrong() -> None:
    """Give the focus to the first wrong input, if it was asked for; call it below all inputs."""
    if not st.session_state.pop(_FOCUS, False):
        return
    turn = st.session_state[_FOCUS_TURN] = st.session_state.get(_FOCUS_TURN, 0) + 1
    # The same text again would not run again, so each has its number.
    st.html(f"<script>/* {turn} */ {_FOCUS_SCRIPT}</script>", unsafe_allow_javascript=True)


def show_beside(field: str) -> Callable[[InfoscreenError], None]:
    """Return a handler that shows the field's errors in the small form, any other in a box."""
    return lambda error: show_error(error, field=field if error.field == field else None)


def toast(text: str, *, tone: Tone = "success") -> None:
    """Tell a result in passing; the next full run shows it, so `run_again()` may follow."""
    st.session_state.setdefault(_TOASTS, []).append((text, tone))


def show_pending_toasts() -> None:
    """Show what `toast` left; the shell calls it once in each full run."""
    for text, tone in st.session_state.pop(_TOASTS, []):
        st.toast(literal(text), icon=_ICONS[tone])
