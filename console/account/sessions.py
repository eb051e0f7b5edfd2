"""Where a person is signed in, and the end of each of these sessions."""

from datetime import datetime
from typing import Final

import streamlit as st

from console import runtime
from console.account.presenters.sessions import session_html
from console.i18n import _, ngettext
from console.parts.write import attempt
from console.runtime import (
    Session,
    current_actor,
    now,
    read_session,
    user_timezone,
)
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.people import sessions as service
from infoscreen_core.services.people.own_view import OwnAccount
from infoscreen_core.services.people.views import SessionView

_ICON: Final = ":material/cancel:"


def sessions_list(account: OwnAccount) -> None:
    """Draw every open session; the one that asks ends by signing out."""
    with read_session() as session:
        found = service.list_sessions(
            session, account.id, actor=current_actor(), now=now(), token=runtime.session_token()
        )
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
    ):
        st.header(_("Sessions"), anchor=False)
        if len(found) > 1:
            st.button(
                _("End all others"),
                key="account-sessions-end",
                icon=_ICON,
                on_click=_end_others,
                args=(account.id,),
            )
    with st.container(border=True, key="account-sessions", gap="small"):
        for one in found:
            _line(account.id, one)


def _line(user_id: int, one: SessionView) -> None:
    with st.container(
        horizontal=True,
        horizontal_alignment="distribute",
        vertical_alignment="center",
        key=f"account-line-{one.handle}",
    ):
        st.html(session_html(one, user_timezone(), now=now()))
        if not one.is_current:
            st.button(
                _("End session"),
                key=f"account-session-{one.handle}",
                icon=_ICON,
                type="tertiary",
                on_click=_end,
                args=(user_id, one.handle),
            )


def _end(user_id: int, handle: str) -> None:
    def write(session: Session, actor: Actor, at: datetime) -> str:
        service.end_session(session, user_id, handle, actor=actor, now=at)
        return _("The session is ended.")

    attempt(write)


def _end_others(user_id: int) -> None:
    def write(session: Session, actor: Actor, at: datetime) -> str:
        count = service.end_all_sessions(
            session, user_id, actor=actor, now=at, besides=runtime.session_token()
        )
        return ngettext("{n} session is ended.", "{n} sessions are ended.", count)

    attempt(write)
