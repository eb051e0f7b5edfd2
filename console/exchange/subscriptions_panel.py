"""Calendars of other programs that a group follows: how they stand, and what to do with them."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

import streamlit as st

from console.exchange.presenters.subscriptions import (
    needs_a_look,
    state_sentence,
    subscription_html,
)
from console.exchange.subscription_form import edit_form, forget_draft, new_form
from console.i18n import _
from console.parts.feedback import Tone, show_error, toast
from console.parts.forms.dialog_form import consequence
from console.parts.history_link import history_link
from console.runtime import (
    Session,
    change,
    current_actor,
    now,
    read_session,
    resources,
    run_again,
    user_timezone,
)
from infoscreen_core.errors import InfoscreenError
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.exchange import calendar_subscriptions as service
from infoscreen_core.services.exchange import subscription_reading as reading
from infoscreen_core.services.exchange.subscription_reading import Reader
from infoscreen_core.services.exchange.subscription_views import SubscriptionView

_OPENED: Final = "subscriptions-opened"
"""Which subscription is edited or to be removed: its id, and which of the two."""
_ERROR: Final = "subscriptions-error"
_EDIT: Final = "edit"
_REMOVE: Final = "remove"
_Deed = Callable[[Session, Actor, datetime], object]


def forget_subscriptions() -> None:
    """Forget what was typed and asked: the dialog opens anew."""
    for key in (_OPENED, _ERROR):
        st.session_state.pop(key, None)
    forget_draft()


def subscriptions_panel(group_id: int) -> None:
    """Draw the group's subscribed calendars, and the form for another one."""
    st.markdown(
        _(
            "The group holds what such a calendar holds: it is read again every so often, and new, "
            "changed and removed events follow. Events that people planned here are not touched."
        )
    )
    show_error(st.session_state.pop(_ERROR, None))
    with read_session() as session:
        found = service.list_subscriptions(
            session, group_id=group_id, actor=current_actor(), now=now()
        )
    if not found:
        st.caption(_("This group follows no calendars yet."))
    for view in found:
        _subscription(view)
    if _opened() is None:
        with st.expander(_("Subscribe to a calendar"), icon=":material/add:", expanded=not found):
            new_form(group_id)


def _opened() -> tuple[int, str] | None:
    opened: tuple[int, str] | None = st.session_state.get(_OPENED)
    return opened


def _subscription(view: SubscriptionView) -> None:
    with st.container(border=True, key=f"subscription-{view.id}", gap="small"):
        st.html(subscription_html(view, user_timezone(), now=now()))
        if _opened() == (view.id, _EDIT):
            edit_form(view, _close)
        elif _opened() == (view.id, _REMOVE):
            _ask_to_remove(view)
        else:
            _buttons(view)


def _buttons(view: SubscriptionView) -> None:
    with st.container(horizontal=True, gap="small"):
        if view.last_result and view.last_result.held_back:
            _read_button(view, _("Remove now"), ":material/delete_sweep:", accepts_removal=True)
        _read_button(view, _("Read now"), ":material/sync:", accepts_removal=False)
        is_active = view.is_active
        _button(
            view,
            _("Pause") if is_active else _("Resume"),
            ":material/pause:" if is_active else ":material/play_arrow:",
            lambda: _set_active(view.id, is_active=not is_active),
        )
        _button(view, _("Edit"), ":material/edit:", lambda: _open(view.id, _EDIT))
        _button(view, _("Remove …"), ":material/delete:", lambda: _open(view.id, _REMOVE))
        history_link("subscription", view.id)


def _button(view: SubscriptionView, label: str, icon: str, on_click: Callable[[], None]) -> None:
    key = f"subscription-{view.id}-{icon.strip(':').rpartition('/')[2]}"
    st.button(label, key=key, icon=icon, type="tertiary", on_click=on_click)


def _read_button(view: SubscriptionView, label: str, icon: str, *, accepts_removal: bool) -> None:
    key = f"subscription-{view.id}-{icon.strip(':').rpartition('/')[2]}"
    if st.button(label, key=key, icon=icon, type="tertiary"):
        with st.spinner(_("Reading the calendar …")):
            _read(view.id, accepts_removal=accepts_removal)
        run_again()


def _read(subscription_id: int, *, accepts_removal: bool) -> None:
    """Read a calendar for a person who waits; the server is asked outside any transaction."""
    try:
        reader = Reader.of(resources().settings)
        claimed = change(
            lambda session, actor, at: reading.claim_now(
                session, subscription_id, reading.new_owner(actor.name), actor=actor, now=at
            )
        )
        outcome = reading.fetch_claimed(claimed, reader, now=now())
        view = change(
            lambda session, actor, at: reading.store(
                session, claimed, outcome, actor=actor, now=at, accepts_removal=accepts_removal
            )
        )
    except InfoscreenError as error:
        st.session_state[_ERROR] = error
        return
    if view is not None:
        tone: Tone = "warning" if needs_a_look(view) else "success"
        toast(state_sentence(view, user_timezone()), tone=tone)


def _ask_to_remove(view: SubscriptionView) -> None:
    consequence(
        _(
            "“{name}” will not be read any more. Its events can go with it, or stay as ordinary "
            "ones that people may change.",
            name=view.name,
        )
    )
    with st.container(horizontal=True, horizontal_alignment="right"):
        _button(view, _("Cancel"), ":material/close:", _close)
        _button(
            view,
            _("Remove, keep the events"),
            ":material/link_off:",
            lambda: _remove(view.id, with_events=False),
        )
        _button(
            view,
            _("Remove with its events"),
            ":material/delete_forever:",
            lambda: _remove(view.id, with_events=True),
        )


def _open(subscription_id: int, what: str) -> None:
    forget_draft()
    st.session_state[_OPENED] = (subscription_id, what)


def _close() -> None:
    forget_draft()
    st.session_state.pop(_OPENED, None)


def _set_active(subscription_id: int, *, is_active: bool) -> None:
    _do(
        lambda session, actor, at: service.set_active(
            session, subscription_id, is_active=is_active, actor=actor, now=at
        )
    )


def _remove(subscription_id: int, *, with_events: bool) -> None:
    _close()
    _do(
        lambda session, actor, at: service.remove_subscription(
            session, subscription_id, with_events=with_events, actor=actor, now=at
        )
    )


def _do(deed: _Deed) -> None:
    try:
        change(deed)
    except InfoscreenError as error:
        st.session_state[_ERROR] = error
