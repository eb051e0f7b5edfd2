"""The stylesheet of the planning and administration pages, on top of the console's own."""

from functools import cache
from typing import Final

import streamlit as st

from console.web.frame import THEME
from console.words.event_types import event_type_rules

_SHEET: Final = THEME / "planner.css"


def planner_style() -> None:
    """Style this page; call it once in each run."""
    st.html(f"<style>{_css()}</style>")


@cache
def _css() -> str:
    return "\n".join([_SHEET.read_text(encoding="utf-8"), event_type_rules()])
