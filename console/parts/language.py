"""A person changes the language of their pages, in the sidebar or in their account."""

from typing import Final

import streamlit as st

from console.i18n import current_language, set_session_language
from console.parts.choices import keep_choices
from console.parts.feedback import toast
from console.runtime import change, read_session
from console.words.errors import error_sentence
from infoscreen_core.errors import UnavailableError
from infoscreen_core.services.people import own_account
from infoscreen_core.services.system_settings import get_setting

SIDEBAR_KEY: Final = "shell-language"
"""Of the switch in the sidebar."""


def keep_language(language: str | None) -> None:
    """Store the language and speak it from now on; None is the installation's. For a callback."""
    try:
        change(
            lambda session, actor, now: own_account.set_language(
                session, language, actor=actor, now=now
            )
        )
    except UnavailableError as error:  # people may change it for now, though not for good
        toast(error_sentence(error), tone="warning")
    keep_choices()
    set_session_language(language or _installations())
    st.session_state[SIDEBAR_KEY] = current_language()


def _installations() -> str:
    with read_session() as session:
        return str(get_setting(session, "ui_language"))
