"""Stylesheets of single pages, on top of the console's own; call one in each run of its page."""

from functools import cache

import streamlit as st

from console.theme import stylesheet
from console.words.event_types import event_type_rules


def planner_style() -> None:
    """Style a page of planning or of the school's year."""
    st.html(f"<style>{_planner_css()}</style>")


def roster_style() -> None:
    """Style the lists of screens and groups."""
    st.html(f"<style>{stylesheet('roster.css')}</style>")


def audit_style() -> None:
    """Style the audit page."""
    st.html(f"<style>{stylesheet('audit.css')}</style>")


def commands_style() -> None:
    """Style the page of commands."""
    st.html(f"<style>{stylesheet('commands.css')}</style>")


@cache
def _planner_css() -> str:
    return "\n".join([stylesheet("planner.css"), event_type_rules()])
