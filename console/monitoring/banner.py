"""What is wrong with the operation as a whole, said on top of every page."""

import streamlit as st

from console.monitoring import snapshots
from console.monitoring.presenters.system import (
    Notice,
    database_notices,
    is_any_silent,
    storage_notices,
    system_notices,
)
from console.runtime import now, resources, user_timezone


def system_banner() -> None:
    """Say that the disk is full, the broker away, a worker silent; nothing when all is well.

    A live part calls this.
    """
    workers, at = snapshots.workers(), now()
    storage = snapshots.storage(is_suspect=is_any_silent(workers, now=at))
    notices = [
        *database_notices(resources().reach.silent_seconds),
        *storage_notices(storage),
        *system_notices(workers, user_timezone(), now=at),
    ]
    for notice in notices:
        _show(notice)


def _show(notice: Notice) -> None:
    if notice.details:
        with (
            st.container(key="system-notice-details"),
            st.expander(notice.text, icon=notice.icon),
        ):
            st.markdown("\n".join(f"- {detail}" for detail in notice.details))
        return
    show = st.error if notice.tone == "error" else st.warning
    show(notice.text, icon=notice.icon)
