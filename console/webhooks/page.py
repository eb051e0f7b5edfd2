"""Webhooks: which other programs are told what happens, and how the telling goes."""

from collections.abc import Callable
from datetime import datetime
from html import escape
from typing import Final

import streamlit as st

from console.i18n import _
from console.parts import address
from console.parts.feedback import show_error
from console.parts.guard import live
from console.parts.history_link import history_link
from console.parts.page_header import page_header
from console.parts.write import attempt
from console.runtime import Session, current_actor, now, read_session, run_again, user_timezone
from console.webhooks.dialogs import (
    ask_for_new,
    ask_to_delete,
    ask_to_edit,
    ask_to_rotate,
    draw_webhook_dialogs,
    show_secret,
)
from console.webhooks.presenters.words import (
    deliveries_table,
    delivery_label,
    stop_sentence,
    webhook_html,
)
from infoscreen_core.domain.webhooks.kinds import DeliveryState
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.webhooks import webhooks as service
from infoscreen_core.services.webhooks.views import DeliveryView, WebhookView

_REFRESH_SECONDS: Final = 3
_SHOWN: Final = 50
_CHOICE: Final = "webhook"
_ERROR: Final = "webhooks-error"
_LIST_WIDTH: Final = 320
_Deed = Callable[[Session, Actor, datetime], str]


def render() -> None:
    """Draw the page."""
    page_header(
        _("Webhooks"),
        _(
            "Other programs, such as a chat or a pager, are told what happens here. Messages are "
            "signed after Standard Webhooks; one that does not arrive is tried again for a day."
        ),
    )
    show_secret()
    show_error(st.session_state.pop(_ERROR, None))
    with read_session() as session:
        found = service.list_webhooks(session, actor=current_actor())
    if st.button(_("New webhook …"), icon=":material/add:", key="webhook-add"):
        ask_for_new()
        run_again()
    if not found:
        hint = _(
            "No other program is told anything yet. Create a webhook with the address that your "
            "chat or pager gave you."
        )
        st.html(f'<p class="is-quiet">{escape(hint)}</p>')
    with st.container(key="webhooks", gap="small"):
        for view in found:
            _webhook(view)
    if found:
        _messages(found)
    draw_webhook_dialogs()


def _webhook(view: WebhookView) -> None:
    with st.container(border=True, key=f"card-webhook-{view.id}", gap="small"):
        st.html(webhook_html(view, user_timezone(), now=now()))
        if sentence := stop_sentence(view):
            st.warning(sentence, icon=":material/warning:")
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            _buttons(view)


def _buttons(view: WebhookView) -> None:
    if view.is_active:
        _button(view, _("Send a test"), ":material/send:", lambda: _test(view))
        _button(view, _("Pause"), ":material/pause:", lambda: _do(_pause(view)))
    else:
        _button(view, _("Resume"), ":material/play_arrow:", lambda: _do(_resume(view)))
    _button(view, _("Edit …"), ":material/edit:", lambda: ask_to_edit(view))
    _button(view, _("New secret …"), ":material/key:", lambda: ask_to_rotate(view))
    _button(view, _("Delete …"), ":material/delete:", lambda: ask_to_delete(view))
    history_link("webhook", view.id)


def _button(view: WebhookView, label: str, icon: str, on_click: Callable[[], None]) -> None:
    key = f"webhook-{view.id}-{icon.strip(':').rpartition('/')[2]}"
    st.button(label, key=key, icon=icon, type="tertiary", on_click=on_click)


def _messages(found: list[WebhookView]) -> None:
    st.header(_("Messages"), anchor=False)
    names = {str(view.id): view.name for view in found}
    chosen = address.choose_from_list(
        _("Webhook"), names, key=_CHOICE, default=str(found[0].id), width=_LIST_WIDTH
    )
    _log(int(chosen))
    _one(int(chosen))


@live(_REFRESH_SECONDS)
def _log(webhook_id: int) -> None:
    rows = _read(webhook_id)
    if rows:
        st.html(deliveries_table(rows, user_timezone(), now=now()))
    else:
        st.caption(_("No message has been written yet; send a test."))


def _one(webhook_id: int) -> None:
    """Draw the choice of a message: what it says, and a button that sends it again."""
    rows = {row.id: row for row in _read(webhook_id)}
    if not rows:
        return
    with st.expander(_("Look at a message, or send it again"), icon=":material/article:"):
        chosen = st.selectbox(
            _("Which message"),
            list(rows),
            format_func=lambda one: delivery_label(rows[one], user_timezone(), now=now()),
            key="webhook-message",
        )
        st.caption(f"webhook-id: {rows[chosen].message_id}")
        st.code(rows[chosen].body, language="json", wrap_lines=True)
        st.button(
            _("Send again"),
            key="webhook-again",
            icon=":material/replay:",
            disabled=rows[chosen].state is DeliveryState.PENDING,
            on_click=lambda: _do(_send_again(chosen)),
        )


def _read(webhook_id: int) -> list[DeliveryView]:
    with read_session() as session:
        return service.list_deliveries(session, webhook_id, limit=_SHOWN, actor=current_actor())


def _test(view: WebhookView) -> None:
    address.write(**{_CHOICE: str(view.id)})

    def write(session: Session, actor: Actor, at: datetime) -> str:
        service.send_test(session, view.id, actor=actor, now=at)
        return _("A test is on its way to “{name}”.", name=view.name)

    _do(write)


def _pause(view: WebhookView) -> _Deed:
    def write(session: Session, actor: Actor, at: datetime) -> str:
        service.pause_webhook(session, view.id, actor=actor, now=at)
        return _("“{name}” is paused.", name=view.name)

    return write


def _resume(view: WebhookView) -> _Deed:
    def write(session: Session, actor: Actor, at: datetime) -> str:
        service.resume_webhook(session, view.id, actor=actor, now=at)
        return _("“{name}” is told again what happens.", name=view.name)

    return write


def _send_again(delivery_id: int) -> _Deed:
    def write(session: Session, actor: Actor, at: datetime) -> str:
        service.send_again(session, delivery_id, actor=actor, now=at)
        return _("The message is on its way again.")

    return write


def _do(write: _Deed) -> None:
    """Write for a button; a refusal is shown on top of the page in the run that follows."""
    attempt(write, refuse=lambda error: st.session_state.update({_ERROR: error}))
