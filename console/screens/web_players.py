"""A browser as a screen: make its address, give it another one, end it."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

import streamlit as st

from console.i18n import _
from console.parts import dialogs
from console.parts.feedback import show_error
from console.parts.forms.dialog_form import (
    Slots,
    choose_group,
    consequence,
    draw_dialog,
    group_chosen,
)
from console.parts.write import Refuse, attempt
from console.runtime import (
    Session,
    current_actor,
    now,
    read_session,
    resources,
    run_again,
    user_timezone,
)
from console.screens.data import read_groups
from console.screens.presenters.groups import names_of
from console.screens.presenters.web_players import web_player_html
from console.words.addresses import root_of
from infoscreen_core.errors import InfoscreenError
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.screens import web_players as service
from infoscreen_core.services.screens.clients import DESCRIPTION_LIMIT
from infoscreen_core.services.screens.views import WebPlayerView
from infoscreen_core.services.screens.web_players import NewAddress

_NAME: Final = "web-players"
_ICON: Final = ":material/tv_displays:"
_SHOWN: Final = "web-players-shown"
_ASKED: Final = "web-players-asked"
"""Of which screen, and what is to be done with its address once that is confirmed."""
_ERROR: Final = "web-players-error"


def web_players_button() -> None:
    """Draw the button that opens the dialog."""
    if st.button(_("Browser as a screen …"), icon=_ICON, key="web-players-open"):
        _forget()
        dialogs.open_dialog(_NAME)
        run_again()


def draw_web_players_dialog() -> None:
    """Draw the dialog if it is open; the page calls this once, outside its live part."""
    draw_dialog(_NAME, _("Browser as a screen"), _ICON, _contents, width="medium")


def _contents() -> None:
    st.markdown(
        _(
            "Any browser becomes a screen that opens its address: an old PC, a tablet, a TV with a "
            "browser. Whoever has the address sees what the group shows, without a password."
        )
    )
    _new()
    _show_address()
    show_error(st.session_state.pop(_ERROR, None))
    with read_session() as session:
        players = service.list_web_players(session, actor=current_actor())
    with st.container(key="web-players-list", gap="small"):
        for player in players:
            _line(player)


def _new() -> None:
    with st.form("web-players-new", border=False, enter_to_submit=False):
        slots = Slots()
        name = st.text_input(
            _("Name of the screen"),
            max_chars=DESCRIPTION_LIMIT,
            placeholder=_("e.g. library"),
            key="web-players-name",
        )
        slots.below("name")
        chosen = choose_group(names_of(read_groups()), key="web-players-group")
        slots.below("group_id")
        is_wanted = st.form_submit_button(
            _("Create address"), type="primary", icon=":material/add_link:"
        )
    if is_wanted:
        _forget()

        def make(session: Session, actor: Actor, at: datetime) -> NewAddress:
            group_id, _group = group_chosen(session, chosen, actor=actor, now=at)
            return service.add_web_player(
                session, name or "", group_id=group_id, actor=actor, now=at
            )

        _make(make, refuse=slots.show)


def _make(make: Callable[[Session, Actor, datetime], NewAddress], *, refuse: Refuse) -> None:
    made: list[NewAddress] = []

    def write(session: Session, actor: Actor, at: datetime) -> str:
        made[:] = [make(session, actor, at)]
        return _("“{name}” has its address.", name=made[0].player.name)

    if attempt(write, refuse=refuse):
        root = root_of(st.context.url, resources().settings.media_root)
        address = service.player_address(root, made[0].token)
        st.session_state[_SHOWN] = made[0].player.name, address


def _show_address() -> None:
    shown: tuple[str, str] | None = st.session_state.get(_SHOWN)
    if shown is None:
        return
    name, address = shown
    with st.container(border=True, key="card-web-player"):
        st.markdown(_("**Copy this address now: it is shown only this once.**"))
        st.code(address, language=None, wrap_lines=True)
        st.caption(
            _(
                "Open it on the machine that is to be “{name}”, and choose full screen there. "
                "Over https it goes on after a reload, too, while the server is away.",
                name=name,
            )
        )
        st.link_button(_("Open it here"), address, icon=":material/open_in_new:")


def _line(player: WebPlayerView) -> None:
    key = f"web-players-line-{player.uuid}"
    with st.container(horizontal=True, vertical_alignment="center", key=key):
        st.html(web_player_html(player, user_timezone(), now=now()))
        st.button(
            _("New address"),
            key=f"web-players-renew-{player.uuid}",
            icon=":material/autorenew:",
            type="tertiary",
            on_click=_set_asked,
            args=(player.uuid, "renew"),
        )
        if player.revoked_at is None:
            st.button(
                _("Revoke"),
                key=f"web-players-revoke-{player.uuid}",
                icon=":material/link_off:",
                type="tertiary",
                on_click=_set_asked,
                args=(player.uuid, "revoke"),
            )
    if st.session_state.get(_ASKED, ("", ""))[0] == player.uuid:
        _confirm(player, is_for_good=st.session_state[_ASKED][1] == "revoke")


def _confirm(player: WebPlayerView, *, is_for_good: bool) -> None:
    consequence(
        _(
            "The browser that shows “{name}” stops at once: its address ends.",
            name=player.name,
        )
    )
    with st.container(horizontal=True, horizontal_alignment="right"):
        st.button(_("Cancel"), key="web-players-keep", on_click=_set_asked, args=("", ""))
        st.button(
            _("Revoke address") if is_for_good else _("Make a new address"),
            key="web-players-now",
            type="primary",
            on_click=_revoke if is_for_good else _renew,
            args=(player.uuid,),
        )


def _renew(uuid: str) -> None:
    _forget()
    _make(
        lambda session, actor, at: service.renew_address(session, uuid, actor=actor, now=at),
        refuse=_keep_error,
    )


def _revoke(uuid: str) -> None:
    def write(session: Session, actor: Actor, at: datetime) -> str:
        ended = service.revoke_address(session, uuid, actor=actor, now=at)
        return _("The address of “{name}” does not hold any more.", name=ended.name)

    _forget()
    attempt(write, refuse=_keep_error)


def _keep_error(error: InfoscreenError) -> None:
    st.session_state[_ERROR] = error


def _set_asked(uuid: str, what: str) -> None:
    st.session_state[_ASKED] = uuid, what


def _forget() -> None:
    for key in (_SHOWN, _ASKED, _ERROR):
        st.session_state.pop(key, None)
