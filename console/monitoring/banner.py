"""What is wrong with the operation as a whole, said on top of every page."""

from typing import Final

import streamlit as st

from console.monitoring import snapshots
from console.monitoring.presenters.system import system_notices
from console.parts.guard import live
from console.runtime import now, user_timezone

_REFRESH_SECONDS: Final = 10


@live(_REFRESH_SECONDS)
def system_banner() -> None:
    """Say which worker is silent or that the broker is away; nothing when all is well."""
    for notice in system_notices(snapshots.workers(), user_timezone(), now=now()):
        show = st.error if notice.tone == "error" else st.warning
        show(notice.text, icon=notice.icon)
