"""What a person is told after an action: errors, and toasts that survive a rerun."""

from collections.abc import Callable
from typing import Final, Literal

import streamlit as st

from console.runtime import user_timezone
from console.words.errors import error_sentence
from console.words.markdown import literal
from infoscreen_core.errors import InfoscreenError

_TOASTS: Final = "pending_toasts"
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

    With `field`, only an error of that field is shown, in the small form that stands right below an
    input. Without, the error is shown in a box, whatever its field.
    """
    if error is None or (field is not None and error.field != field):
        return
    sentence = literal(error_sentence(error, user_timezone()))
    if field is None:
        st.error(sentence, icon=":material/error:")
    else:
        st.markdown(f":red[:material/error: {sentence}]")


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
