"""The stylesheet of the planning and administration pages, on top of the console's own."""

from functools import cache
from typing import Final

import streamlit as st

from console.web.frame import THEME

_SHEET: Final = THEME / "planner.css"


def planner_style() -> None:
    """Style this page; call it once in each run."""
    st.html(f"<style>{_css()}</style>")


@cache
def _css() -> str:
    return _SHEET.read_text(encoding="utf-8")
