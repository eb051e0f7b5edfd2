"""The language of a person's pages, and whether they are light or dark."""

from datetime import datetime
from typing import Final

import streamlit as st

from console.account.presenters.display import language_word, theme_word
from console.i18n import LANGUAGES, _
from console.parts.language import keep_language
from console.parts.write import attempt
from console.runtime import Session, read_session
from infoscreen_core.domain.people.themes import Theme
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.people import own_account
from infoscreen_core.services.people.own_view import OwnAccount
from infoscreen_core.services.system_settings import get_setting

_LANGUAGE: Final = "account-language"
_THEME: Final = "account-theme"
_MACHINE: Final = "machine"
_INSTALLATION: Final = "installation"


def display_card(account: OwnAccount) -> None:
    """Draw the choices of language and brightness; each holds as soon as it is made."""
    with st.container(border=True, key="card-account-display"):
        st.header(_("Language and display"), anchor=False)
        _language(account)
        _theme(account)


def _language(account: OwnAccount) -> None:
    with read_session() as session:
        default = str(get_setting(session, "ui_language"))
    st.session_state[_LANGUAGE] = account.language or _INSTALLATION
    st.selectbox(
        _("Language"),
        [_INSTALLATION, *LANGUAGES],
        format_func=lambda code: language_word(LANGUAGES.get(code), LANGUAGES[default]),
        key=_LANGUAGE,
        on_change=_keep_language,
    )


def _keep_language() -> None:
    chosen = st.session_state[_LANGUAGE]
    keep_language(None if chosen == _INSTALLATION else chosen)


def _theme(account: OwnAccount) -> None:
    st.session_state[_THEME] = account.theme.value if account.theme else _MACHINE
    st.segmented_control(
        _("Brightness"),
        [_MACHINE, *(theme.value for theme in Theme)],
        format_func=lambda value: theme_word(None if value == _MACHINE else Theme(value)),
        required=True,
        key=_THEME,
        on_change=_keep_theme,
    )


def _keep_theme() -> None:
    chosen = st.session_state[_THEME]
    theme = None if chosen == _MACHINE else Theme(chosen)

    def write(session: Session, actor: Actor, now: datetime) -> str:
        own_account.set_theme(session, theme, actor=actor, now=now)
        return _("This holds in every browser in which you sign in.")

    attempt(write)
