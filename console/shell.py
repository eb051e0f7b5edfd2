"""The frame that every page stands in: icon, signed-in person, language, banners, toasts."""

from collections.abc import Callable, Iterator
from html import escape
from typing import Final
from zoneinfo import ZoneInfo

import streamlit as st

from console.emergency.banner import draw_end_dialog, emergency_banner
from console.emergency.raising import draw_raise_dialog, emergency_button
from console.emergency.snapshots import shared_emergencies
from console.finding.presenters.button import find_button
from console.i18n import LANGUAGES, _, current_language, set_session_language
from console.monitoring import snapshots
from console.monitoring.banner import system_banner
from console.navigation import link_to
from console.parts.feedback import show_pending_toasts
from console.parts.guard import live
from console.parts.language import SIDEBAR_KEY, keep_language
from console.runtime import Identity
from console.theme import THEME
from console.words.roles import role_word

_SIDEBAR_WIDTH: Final = 264
_REFRESH_SECONDS: Final = 15


def prepare_page() -> None:
    """Set what holds for every page before anything is drawn."""
    st.set_page_config(
        page_title="Infoscreen",
        page_icon=str(THEME / "icon.svg"),
        layout="wide",
        initial_sidebar_state=_SIDEBAR_WIDTH,
    )
    st.logo(str(THEME / "logo.svg"), icon_image=str(THEME / "icon.svg"), size="large")


def speak_language_of(identity: Identity) -> None:
    """Answer in the language that the person chose."""
    set_session_language(identity.language)


def draw_shell(identity: Identity, title: str) -> None:
    """Draw the sidebar's foot, the banners and the toasts; `title` names the browser's tab."""
    st.set_page_config(page_title=f"{title} · Infoscreen")
    with st.sidebar.container(key="shell-foot"):
        emergency_button(identity, place="sidebar")
        st.html(find_button())
        _person(identity)
        _language_switch()
        _sign_out()
    emergency_button(identity, place="header")
    _banners()
    draw_raise_dialog()
    draw_end_dialog()
    show_pending_toasts()


def opening(_zone: ZoneInfo, _language: str) -> Iterator[Callable[[], object]]:
    """Return what every page reads."""
    yield snapshots.workers
    yield shared_emergencies


@live(_REFRESH_SECONDS)
def _banners() -> None:
    emergency_banner()
    system_banner()


def _person(identity: Identity) -> None:
    name, role = escape(identity.username), escape(role_word(identity.role))
    st.html(
        # The page's scripts read both here: they may change while the document stays.
        f'<div class="is-person" data-page-language="{current_language()}" '
        f'data-page-theme="{identity.theme or ""}"><b>{name}</b>'
        f'<span class="is-quiet is-small">{role}</span></div>'
    )
    link_to("account", _("My account"), icon=":material/account_circle:")


def _language_switch() -> None:
    st.segmented_control(
        _("Language"),
        list(LANGUAGES),
        default=current_language(),
        format_func=lambda code: LANGUAGES[code],
        required=True,
        key=SIDEBAR_KEY,
        label_visibility="collapsed",
        on_change=_keep_language,
    )


def _keep_language() -> None:
    keep_language(st.session_state[SIDEBAR_KEY])


def _sign_out() -> None:
    # A form, because only a POST may end a session, and only the browser can drop the cookie.
    st.html(
        f'<form method="post" action="/logout" target="_self" class="is-sign-out">'
        f'<button type="submit">{escape(_("Sign out"))}</button></form>'
    )
