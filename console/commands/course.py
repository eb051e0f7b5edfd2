"""The course of a player's commands."""

from typing import Final

import streamlit as st

from console.commands.presenters.commands import Course, course
from console.commands.presenters.lifecycle import course_html
from console.i18n import _
from console.parts.history_link import history_link
from console.runtime import now, read_session, user_timezone
from infoscreen_core.services.commands.courses import list_courses

_SHOWN: Final = 4


def is_command_running(uuid: str) -> bool:
    """Whether one of the player's newest commands has not ended yet."""
    return any(one.is_running for one in _courses(uuid))


def command_courses(uuid: str) -> None:
    """Draw the player's newest command with its whole course, and the ones before it on request."""
    courses = _courses(uuid)
    if not courses:
        return
    with st.container(border=True, key="card-course"):
        _draw(courses[0])
        history_link("command", courses[0].command_id, label=_("History of the command"))
        if courses[1:]:
            with st.expander(_("Earlier commands"), type="compact"):
                for one in courses[1:]:
                    _draw(one)


def _courses(uuid: str) -> list[Course]:
    """Return the player's newest commands, newest first, as they are at this instant."""
    with read_session() as session:
        return [course(command) for command in list_courses(session, uuid, limit=_SHOWN)]


def _draw(one: Course) -> None:
    st.html(course_html(one, user_timezone(), now=now()))
