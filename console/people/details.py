"""One account: what is known of it, what may be done to it, and where its owner is signed in."""

from datetime import datetime

import streamlit as st

from console.i18n import _, ngettext
from console.navigation import link_to
from console.parts import address
from console.parts.history_link import history_link
from console.parts.page_header import page_header
from console.parts.write import attempt
from console.people.actions import draw_actions
from console.people.asked import USER
from console.people.data import OpenUser, find_user
from console.people.presenters.details import badges_html, facts_html
from console.people.second_factor import second_factor_section
from console.runtime import Session, now, user_timezone
from console.words.people.session_line import session_html
from infoscreen_core.domain.people.user_actions import UserAction
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.people import sessions as service


def details(user_id: int) -> None:
    """Draw the account, or that there is none."""
    st.button(
        _("All users"),
        key="people-back",
        icon=":material/arrow_back:",
        type="tertiary",
        on_click=address.write,
        kwargs={USER: None},
    )
    found = find_user(user_id)
    if found is None:
        st.info(
            _("There is no such account, or none that you may see."), icon=":material/person_off:"
        )
        return
    user = found.view
    page_header(user.name)
    st.html(badges_html(user, user_timezone(), now=now()))
    if found.is_own:
        _say_own()
    draw_actions(found)
    st.header(_("Account"), anchor=False)
    st.html(facts_html(user, user_timezone(), now=now(), token_count=found.token_count))
    history_link("user", user.id)
    second_factor_section(found)
    _sessions(found)


def _say_own() -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.html(f'<p class="is-quiet">{_("This is your own account.")}</p>', width="content")
        link_to("account", _("My account"), icon=":material/account_circle:")


def _sessions(found: OpenUser) -> None:
    may_end = UserAction.END_SESSIONS not in found.refusals
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
    ):
        st.header(_("Sessions"), anchor=False)
        if found.sessions and may_end:
            st.button(
                _("End all sessions"),
                key="people-sessions-end",
                icon=":material/logout:",
                on_click=_end_all,
                args=(found.view.id,),
            )
    if not found.sessions:
        st.html(f'<p class="is-quiet">{_("Signed in nowhere at the moment.")}</p>')
        return
    with st.container(key="people-sessions", gap=None):
        for one in found.sessions:
            with st.container(
                horizontal=True,
                vertical_alignment="center",
                key=f"people-session-row-{one.handle}",
            ):
                st.html(session_html(one, user_timezone(), now=now()))
                st.button(
                    _("End session"),
                    key=f"people-session-{one.handle}",
                    icon=":material/logout:",
                    disabled=not may_end,
                    on_click=_end,
                    args=(found.view.id, one.handle),
                )


def _end(user_id: int, handle: str) -> None:
    def write(session: Session, actor: Actor, at: datetime) -> str:
        service.end_session(session, user_id, handle, actor=actor, now=at)
        return _("The session is ended.")

    attempt(write)


def _end_all(user_id: int) -> None:
    def write(session: Session, actor: Actor, at: datetime) -> str:
        count = service.end_all_sessions(session, user_id, actor=actor, now=at)
        return ngettext("{n} session is ended.", "{n} sessions are ended.", count)

    attempt(write)
