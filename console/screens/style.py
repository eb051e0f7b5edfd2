"""The stylesheet of "Screens & groups", on top of the console's own."""

from functools import cache
from typing import Final

import streamlit as st

from console.web.frame import THEME

_SHEET: Final = THEME / "roster.css"


def roster_style() -> None:
    """Style this page; call it once in each run."""
    st.html(f"<style>{_css()}</style>")


@cache
def _css() -> str:
    return _SHEET.read_text(encoding="utf-8")
