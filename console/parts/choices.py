"""What is chosen on a page outlives a change of its language."""

from datetime import date, time, timedelta
from typing import Final

import streamlit as st

_KINDS: Final = (str, int, float, date, time, timedelta, list, tuple)


def keep_choices() -> None:
    """Have the next run tell the browser what is chosen, in its words; for a callback.

    The browser knows a choice by its words. It would go on showing those of the other language,
    and send them, which the options no longer have.
    """
    for key, value in st.session_state.items():
        # True and False are buttons, which take no value, and switches, which have no words.
        if isinstance(value, _KINDS) and not isinstance(value, bool):
            st.session_state[key] = value
