"""That the server itself cannot see its screens, said where their statuses stand."""

import streamlit as st

from console.monitoring.presenters.system import blind_sentence
from console.monitoring.snapshots import blind_since
from console.runtime import now, user_timezone


def say_blindness() -> None:
    """Say since when nobody can see, and that what follows is from before; nothing if we see."""
    since = blind_since()
    if since is not None:
        text = blind_sentence(since, user_timezone(), now=now())
        st.warning(text, icon=":material/visibility_off:")
