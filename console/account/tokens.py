"""A person's API tokens: what they are for, until when, and when they were last used."""

from datetime import datetime
from typing import Final

import streamlit as st

from console.account.presenters.tokens import token_html
from console.account.token_dialog import SHOWN, new_token_button
from console.account.told import quiet
from console.i18n import _
from console.parts.forms.dialog_form import consequence
from console.parts.write import attempt
from console.runtime import Session, current_actor, now, read_session, user_timezone
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.people import api_tokens as service
from infoscreen_core.services.people.api_tokens import TokenView

_REVOKING: Final = "account-token-revoking"


def tokens_list() -> None:
    """Draw the tokens, the button for a new one, and the secret of one just made."""
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
    ):
        st.header(_("API tokens"), anchor=False)
        new_token_button()
    st.markdown(
        _(
            "A script shows such a token in place of a password when it calls the HTTP API. It may "
            "do what you may, or only read; it ends on its day, or when you revoke it."
        )
    )
    _show_secret()
    with read_session() as session:
        tokens = service.list_tokens(session, actor=current_actor())
    if not tokens:
        quiet(_("You have no tokens."))
        return
    with st.container(border=True, key="account-tokens", gap="small"):
        for token in tokens:
            _line(token)


def _show_secret() -> None:
    shown: tuple[str, str] | None = st.session_state.get(SHOWN)
    if shown is None:
        return
    name, secret = shown
    with st.container(border=True, key="card-account-token"):
        st.markdown(_("**Copy this token now: it is shown only this once.**"))
        st.code(secret, language=None, wrap_lines=True)
        quiet(_("“{name}” sends it with each request, in this header:", name=name))
        st.code("Authorization: Bearer isk_…", language=None)
        st.button(_("I have copied it"), key="account-token-copied", on_click=_forget_secret)


def _forget_secret() -> None:
    st.session_state.pop(SHOWN, None)


def _line(token: TokenView) -> None:
    with st.container(
        horizontal=True,
        horizontal_alignment="distribute",
        vertical_alignment="center",
        key=f"account-line-token-{token.id}",
    ):
        st.html(token_html(token, user_timezone(), now=now()))
        if st.session_state.get(_REVOKING) != token.id:
            st.button(
                _("Revoke"),
                key=f"account-token-revoke-{token.id}",
                icon=":material/link_off:",
                type="tertiary",
                on_click=_set_revoking,
                args=(token.id,),
            )
    if st.session_state.get(_REVOKING) == token.id:
        _confirm(token)


def _confirm(token: TokenView) -> None:
    consequence(_("Whatever uses “{name}” is refused from then on.", name=token.name))
    with st.container(horizontal=True, horizontal_alignment="right"):
        st.button(_("Cancel"), key="account-token-keep", on_click=_set_revoking, args=(None,))
        st.button(
            _("Revoke token"),
            key="account-token-revoke-now",
            type="primary",
            icon=":material/link_off:",
            on_click=_revoke,
            args=(token,),
        )


def _set_revoking(token_id: int | None) -> None:
    st.session_state[_REVOKING] = token_id


def _revoke(token: TokenView) -> None:
    def write(session: Session, actor: Actor, at: datetime) -> str:
        service.revoke_token(session, token.id, actor=actor, now=at)
        return _("“{name}” is revoked.", name=token.name)

    attempt(write)
    _forget_secret()
