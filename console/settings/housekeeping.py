"""The jobs that keep the house in order: when each ran last, and how it went."""

from html import escape
from typing import Final

import streamlit as st

from console.i18n import _
from console.parts.guard import live
from console.runtime import now, read_session, user_timezone
from console.settings.presenters.housekeeping import jobs_sentence, jobs_table
from infoscreen_core.services.monitoring.upkeep.jobs import list_jobs

_REFRESH_SECONDS: Final = 15


@live(_REFRESH_SECONDS)
def housekeeping() -> None:
    """Draw a line for each job."""
    st.header(_("Housekeeping"), anchor=False)
    with read_session() as session:
        jobs = list_jobs(session)
    st.html(f"<p>{escape(jobs_sentence(jobs))}</p>")
    st.html(jobs_table(jobs, user_timezone(), now=now()))
