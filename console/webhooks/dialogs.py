"""Making, changing and deleting a webhook; secrets are shown once."""

from collections.abc import Callable
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
    is_confirmed,
)
from console.runtime import Session, resources
from console.webhooks.presenters.words import kind_word
from infoscreen_core.domain.text.http_address import MAX_LENGTH
from infoscreen_core.domain.webhooks.kinds import CHOOSABLE
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.encryption import load_cipher
from infoscreen_core.services.webhooks import webhooks as service
from infoscreen_core.services.webhooks.views import NewSecret, WebhookView
from infoscreen_core.services.webhooks.webhooks import NAME_LIMIT, WebhookDraft

_NEW, _EDIT, _ROTATE, _DELETE = (
    "webhook-new",
    "webhook-edit",
    "webhook-rotate",
    "webhook-delete",
)
_SHOWN: Final = "webhook-shown"
"""Of which webhook a secret was made just now, and the secret."""
_Make = Callable[[Session, Actor, datetime], NewSecret]


def ask_for_new() -> None:
    """Open the form for another webhook; a full run must follow."""
    dialogs.open_dialog(_NEW)


def ask_to_edit(view: WebhookView) -> None:
    """Open the form of a webhook."""
    dialogs.open_dialog(_EDIT, view=view)


def ask_to_rotate(view: WebhookView) -> None:
    """Open the question whether a webhook is to have a new secret."""
    dialogs.open_dialog(_ROTATE, view=view)


def ask_to_delete(view: WebhookView) -> None:
    """Open the question whether a webhook is to be deleted."""
    dialogs.open_dialog(_DELETE, view=view)


def draw_webhook_dialogs() -> None:
    """Draw the one that is open; the page calls this once, outside its live part."""
    draw_dialog(_NEW, _("New webhook"), ":material/add:", _new, width="medium")
    draw_dialog(_EDIT, _("Edit webhook"), ":material/edit:", _edit, width="medium")
    draw_dialog(_ROTATE, _("New secret"), ":material/key:", _rotate)
    draw_dialog(_DELETE, _("Delete webhook"), ":material/delete:", _delete)


def show_secret() -> None:
    """Show the secret that was made just now, until the reader has copied it."""
    shown: tuple[str, str] | None = st.session_state.get(_SHOWN)
    if shown is None:
        return
    name, secret = shown
    with st.container(border=True, key="card-webhook-secret"):
        st.markdown(_("**Copy this secret now: it is shown only this once.**"))
        st.code(secret, language=None, wrap_lines=True)
        st.caption(
            _("The receiver of “{name}” checks with it that messages come from here.", name=name)
        )
        st.button(_("I have copied it"), key="webhook-secret-done", on_click=_forget_secret)


def _new() -> None:
    with st.form("webhook-new", border=False, enter_to_submit=False):
        slots = Slots()
        draft = _inputs(slots, None)
        confirmed = is_confirmed(_("Create webhook"), ":material/add:")
    if confirmed:

        def make(session: Session, actor: Actor, at: datetime) -> NewSecret:
            cipher = load_cipher(resources().settings)
            return service.create_webhook(session, draft, cipher=cipher, actor=actor, now=at)

        _make(make, slots)


def _edit(view: WebhookView) -> None:
    with st.form("webhook-edit", border=False, enter_to_submit=False):
        slots = Slots()
        draft = _inputs(slots, view)
        confirmed = is_confirmed(_("Save"), ":material/check:")

    def write(session: Session, actor: Actor, at: datetime) -> str:
        cipher = load_cipher(resources().settings)
        saved = service.edit_webhook(session, view.id, draft, cipher=cipher, actor=actor, now=at)
        return _("“{name}” is saved.", name=saved.name)

    if confirmed:
        attempt_and_close(write, slots)


def _inputs(slots: Slots, view: WebhookView | None) -> WebhookDraft:
    name = st.text_input(
        _("Name"),
        view.name if view else "",
        max_chars=NAME_LIMIT,
        placeholder=_("e.g. the caretakers' chat"),
        key="webhook-name",
    )
    slots.below("name")
    address = st.text_input(
        _("Address of the receiver"),
        max_chars=MAX_LENGTH,
        placeholder=view.address_shown if view else "https://…",
        help=_("It is stored encrypted, since it may hold a token; it stays when this is empty.")
        if view
        else _("It is stored encrypted, since it may hold a token."),
        key="webhook-address",
    )
    slots.below("address")
    kinds = st.pills(
        _("Tell about"),
        list(CHOOSABLE),
        selection_mode="multi",
        default=list(view.kinds) if view else list(CHOOSABLE),
        format_func=kind_word,
        key="webhook-kinds",
    )
    slots.below("kinds")
    return WebhookDraft(name or "", address or "", kinds or ())


def _rotate(view: WebhookView) -> None:
    with st.form("webhook-rotate", border=False, enter_to_submit=False):
        slots = Slots()
        consequence(
            _(
                "“{name}” gets a new secret. For 24 hours messages are signed with both, so the "
                "receiver can be changed meanwhile without losing any.",
                name=view.name,
            )
        )
        confirmed = is_confirmed(_("Make a new secret"), ":material/key:")
    if confirmed:

        def make(session: Session, actor: Actor, at: datetime) -> NewSecret:
            cipher = load_cipher(resources().settings)
            return service.rotate_secret(session, view.id, cipher=cipher, actor=actor, now=at)

        _make(make, slots)


def _delete(view: WebhookView) -> None:
    with st.form("webhook-delete", border=False, enter_to_submit=False):
        slots = Slots()
        consequence(
            _(
                "“{name}” is told nothing any more; its messages and their log are deleted, too.",
                name=view.name,
            )
        )
        confirmed = is_confirmed(_("Delete webhook"), ":material/delete:")

    def write(session: Session, actor: Actor, at: datetime) -> str:
        name = service.delete_webhook(session, view.id, actor=actor, now=at)
        return _("“{name}” is deleted.", name=name)

    if confirmed:
        attempt_and_close(write, slots)


def _make(make: _Make, slots: Slots) -> None:
    made: list[NewSecret] = []

    def write(session: Session, actor: Actor, at: datetime) -> str:
        made[:] = [make(session, actor, at)]
        name = made[0].webhook.name
        return _("The secret of “{name}” stands on top of the page; copy it now.", name=name)

    def keep() -> None:
        st.session_state[_SHOWN] = made[0].webhook.name, made[0].secret

    attempt_and_close(write, slots, then=keep)


def _forget_secret() -> None:
    st.session_state.pop(_SHOWN, None)
