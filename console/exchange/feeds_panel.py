"""The links under which calendar programs read a group's events: create, list, revoke."""

from typing import Final

import streamlit as st

from console.exchange.presenters.feeds import feed_html, feed_title
from console.i18n import _
from console.parts.feedback import show_error
from console.parts.forms.dialog_form import consequence
from console.parts.history_link import history_link
from console.runtime import (
    change,
    current_actor,
    now,
    read_session,
    resources,
    user_timezone,
)
from console.words.addresses import root_of
from infoscreen_core.errors import InfoscreenError
from infoscreen_core.services.exchange import calendar_feeds as service
from infoscreen_core.services.exchange.views import ListedFeed

_NAME: Final = "feeds-name"
_SHOWN: Final = "feeds-shown"
_REVOKING: Final = "feeds-revoking"
_ERROR: Final = "feeds-error"


def forget_link() -> None:
    """Forget the link just made: it is shown this once."""
    for key in (_SHOWN, _REVOKING, _ERROR):
        st.session_state.pop(key, None)


def feeds_panel(group_id: int) -> None:
    """Draw the links of a group, and the form for a new one."""
    st.markdown(
        _(
            "With such a link, a calendar program (Outlook, Google, Apple, Thunderbird) shows what "
            "the group's screens show, and follows every change. Whoever has the link can read it, "
            "without a password."
        )
    )
    _new_link(group_id)
    _show_link(group_id)
    show_error(st.session_state.pop(_ERROR, None))
    _links(group_id)


def _new_link(group_id: int) -> None:
    with (
        st.form("feeds-new", border=False, clear_on_submit=True),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        st.text_input(
            _("For whom"),
            key=_NAME,
            max_chars=service.NAME_LENGTH,
            placeholder=_("e.g. the secretary's office"),
        )
        st.form_submit_button(
            _("Create link"),
            type="primary",
            icon=":material/add_link:",
            on_click=_create,
            args=(group_id,),
        )


def _create(group_id: int) -> None:
    forget_link()
    name = st.session_state.get(_NAME, "")
    try:
        made = change(
            lambda session, actor, at: service.create_feed(
                session, group_id, name=name, actor=actor, now=at
            )
        )
    except InfoscreenError as error:
        st.session_state[_ERROR] = error
        return
    root = root_of(st.context.url, resources().settings.media_root)
    st.session_state[_SHOWN] = (group_id, service.feed_address(root, group_id, made.token))


def _show_link(group_id: int) -> None:
    shown: tuple[int, str] | None = st.session_state.get(_SHOWN)
    if shown is None or shown[0] != group_id:
        return
    with st.container(border=True, key="card-feeds-shown"):
        st.markdown(_("**Copy this link now: it is shown only this once.**"))
        st.code(shown[1], language=None, wrap_lines=True)
        st.caption(
            _(
                "Google: “Other calendars”, “From URL”. Outlook: “Add calendar”, “Subscribe from "
                "web”. Apple: “New calendar subscription”. Thunderbird: “New calendar”, “On the "
                "network”. Google and Outlook on the web fetch it over the internet: this address "
                "must be reachable from there."
            )
        )


def _links(group_id: int) -> None:
    with read_session() as session:
        feeds = service.list_feeds(session, group_id=group_id, actor=current_actor())
    if not feeds:
        st.caption(_("This group has no links yet."))
        return
    with st.container(key="feeds-list", gap="small"):
        for feed in feeds:
            _link(feed)


def _link(feed: ListedFeed) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"feeds-line-{feed.id}"):
        st.html(feed_html(feed, user_timezone(), now=now()))
        if st.session_state.get(_REVOKING) != feed.id:
            st.button(
                _("Revoke"),
                key=f"feeds-revoke-{feed.id}",
                icon=":material/link_off:",
                type="tertiary",
                on_click=_set_revoking,
                args=(feed.id,),
            )
            history_link("feed", feed.id)
    if st.session_state.get(_REVOKING) == feed.id:
        _confirm(feed)


def _confirm(feed: ListedFeed) -> None:
    consequence(
        _(
            "Calendar programs with the link “{name}” will no longer get any changes.",
            name=feed_title(feed),
        )
    )
    with st.container(horizontal=True, horizontal_alignment="right"):
        st.button(_("Cancel"), key="feeds-keep", on_click=_set_revoking, args=(None,))
        st.button(
            _("Revoke link"),
            key="feeds-revoke-now",
            type="primary",
            icon=":material/link_off:",
            on_click=_revoke,
            args=(feed.id,),
        )


def _set_revoking(feed_id: int | None) -> None:
    st.session_state[_REVOKING] = feed_id


def _revoke(feed_id: int) -> None:
    forget_link()
    try:
        change(
            lambda session, actor, at: service.revoke_feed(session, feed_id, actor=actor, now=at)
        )
    except InfoscreenError as error:
        st.session_state[_ERROR] = error
