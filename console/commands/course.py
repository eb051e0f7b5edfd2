"""The course of a player's commands."""

from typing import Final

import streamlit as st

from console.commands.presenters.commands import Course
from console.commands.presenters.lifecycle import course_html
from console.i18n import _
from console.monitoring import snapshots
from console.runtime import now, user_timezone

_SHOWN: Final = 4


def is_command_running(uuid: str) -> bool:
    """Say whether one of the player's newest commands has not ended."""
    return any(course.is_running for course in snapshots.courses(uuid, limit=_SHOWN))


def command_courses(uuid: str) -> None:
    """Draw the player's newest command with its whole course, and the ones before it on request."""
    courses = snapshots.courses(uuid, limit=_SHOWN)
    if not courses:
        return
    with st.container(border=True, key="card-course"):
        _draw(courses[0])
        if courses[1:]:
            with st.expander(_("Earlier commands"), type="compact"):
                for course in courses[1:]:
                    _draw(course)


def _draw(course: Course) -> None:
    st.html(course_html(course, user_timezone(), now=now()))
