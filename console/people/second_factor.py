"""Whether signing in asks an account for a code, and the way back for who lost phone and codes."""

from datetime import datetime
from typing import Final

import streamlit as st

from console.i18n import _
from console.parts import dialogs
from console.parts.forms.dialog_form import (
    Slots,
    attempt_and_close,
    consequence,
    draw_dialog,
    gone,
    is_confirmed,
)
from console.people.data import OpenUser, find_user
from console.runtime import Session, now, read_session, user_timezone
from console.words.people.second_factor import standing_html
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.people.codes import second_factor as service

_DIALOG: Final = "people-second-factor"
_ICON: Final = ":material/remove_moderator:"


def second_factor_section(found: OpenUser) -> None:
    """Draw what stands, and for other people's accounts the button that opens the dialog."""
    st.header(_("Second factor"), anchor=False)
    with read_session() as session:
        factor = service.find_view(session, found.view.id)
    if factor is None:
        st.html(f'<p class="is-quiet">{_("The password is enough.")}</p>')
        return
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
    ):
        st.html(standing_html(factor, user_timezone(), now=now()), width="content")
        st.button(
            _("Reset second factor …"),
            key="people-second-factor-reset",
            icon=_ICON,
            disabled=found.is_own,
            help=_("Turn off your own second factor under “My account”.") if found.is_own else None,
            on_click=dialogs.open_dialog,
            args=(_DIALOG,),
            kwargs={"user_id": found.view.id},
        )


def draw_second_factor_dialog() -> None:
    """Draw the dialog if it is open."""
    draw_dialog(_DIALOG, _("Reset second factor"), _ICON, _contents)


def _contents(user_id: int) -> None:
    found = find_user(user_id)
    with read_session() as session:
        factor = service.find_view(session, user_id)
    if found is None or factor is None or found.is_own:
        gone()
        return
    name = found.view.username
    consequence(
        _(
            "The password alone opens the account of {name} then. Make sure that it is they who "
            "ask, and not somebody who has their password.",
            name=name,
        )
    )
    with st.form("people-second-factor-form", border=False, enter_to_submit=False):
        slots = Slots()
        confirmed = is_confirmed(_("Reset"), _ICON)

    def write(session: Session, actor: Actor, at: datetime) -> str:
        service.reset(session, user_id, actor=actor, now=at)
        return _("The second factor of {name} is off.", name=name)

    if confirmed:
        attempt_and_close(write, slots)
