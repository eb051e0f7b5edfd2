"""How old what a page shows is, and a warning when that is because the database is silent."""

from datetime import datetime, timedelta
from typing import Final

import streamlit as st

from console.i18n import _
from console.parts.page_header import freshness
from console.runtime import now, resources, user_timezone
from console.words.formatting import clock, relative

_OLD: Final = timedelta(seconds=20)
"""Older than any reading that is only kept for a moment because it was slow."""


def age_of_news(taken_at: datetime) -> None:
    """Say in small print when the page was last fresh."""
    time = clock(taken_at, user_timezone(), with_seconds=True)
    if _is_old(taken_at):
        freshness(_("As of {age} ({time})", age=_age(taken_at), time=time), is_read_out=True)
    else:
        freshness(_("As of {time}", time=time))


def warn_of_old_news(taken_at: datetime) -> None:
    """Say on top that what follows is old, if it is."""
    if not _is_old(taken_at):
        return
    st.warning(
        _(
            "The database gives no answer. What stands here is as of {age}; "
            "nothing newer is known.",
            age=_age(taken_at),
        ),
        icon=":material/history:",
    )


def _is_old(taken_at: datetime) -> bool:
    return resources().reach.is_hanging or now() - taken_at >= _OLD


def _age(taken_at: datetime) -> str:
    return relative(taken_at, user_timezone(), now=now())
