"""What is chosen on a page outlives a change of its language.

The browser knows a choice by its words. After a change it would go on showing those of the other
language, and send them, which the options no longer have: the choice would be lost.
"""

import re
from datetime import date, time, timedelta
from typing import Any, Final

import streamlit as st

_KINDS: Final = (str, int, float, date, time, timedelta, list, tuple)
_OF_A_FORM: Final = re.compile(r"-\d+-")
"""In keys: forms number themselves, so that each begins with fresh inputs."""
_KEPT: Final = "choices-kept"


class Listed(str):
    """An option that is a text, such as a code, in a form: it is told by this from typed text."""

    __slots__ = ()


def keep_choices() -> None:
    """Have the next run tell the browser what is chosen, in its words; for a callback."""
    # True and False are buttons, which take no value, and switches, which have no words.
    choices = {
        str(key): value
        for key, value in st.session_state.items()
        if isinstance(value, _KINDS)
        and not isinstance(value, bool)
        and not _is_text(str(key), value)
    }
    for key, value in choices.items():
        st.session_state[key] = value
    st.session_state[_KEPT] = {key: value for key, value in choices.items() if _is_value(value)}


def restore_choices() -> None:
    """Undo what the browser sent in the words of the language before; at the start of a run.

    It may have sent something before it heard of the new ones: a part that renews itself, say.
    """
    kept: dict[str, Any] = st.session_state.get(_KEPT, {})
    for key, value in kept.items():
        if key in st.session_state and type(st.session_state[key]) is str:
            st.session_state[key] = value


def _is_text(key: str, value: object) -> bool:
    """Whether it is a form's text: the browser may know more of it than has arrived here."""
    return type(value) is str and _OF_A_FORM.search(key) is not None


def _is_value(choice: object) -> bool:
    """Whether mere words in its place cannot be a choice: enumerations and numbers, not texts."""
    return type(choice) is not str and not isinstance(choice, list | tuple)
