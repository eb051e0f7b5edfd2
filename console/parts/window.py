"""How much room the reader's window has, as it was when the page was loaded."""

from typing import Final

import streamlit as st

_COOKIE: Final = "infoscreen_width"
"""Written by `console/theme/document.js`, in CSS pixels; at a zoom of 200 % it is half as much."""
_LONGEST: Final = 5


def window_width() -> int | None:
    """Return the window's width in CSS pixels; None where the browser does not say."""
    text = st.context.cookies.get(_COOKIE)
    if not isinstance(text, str) or not text.isascii() or not text.isdecimal():
        return None  # without a browser it may be anything
    return int(text[:_LONGEST])
