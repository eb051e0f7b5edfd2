"""My account: what people see and change of their own, whatever their role."""

import streamlit as st

from console.account.display import display_card
from console.account.password import password_card
from console.account.profile import profile_card
from console.account.second_factor import second_factor_card
from console.account.sessions import sessions_list
from console.account.token_dialog import draw_token_dialog
from console.account.tokens import tokens_list
from console.i18n import _
from console.parts.page_header import page_header
from console.runtime import current_actor, read_session
from console.words.roles import role_word
from infoscreen_core.services.people.own_view import get_own_account


def render() -> None:
    """Draw the page."""
    with read_session() as session:
        account = get_own_account(session, actor=current_actor())
    line = _("{name}, {role}", name=account.username, role=role_word(account.role))
    page_header(_("My account"), line)
    left, right = st.columns(2, gap="medium")
    with left:
        profile_card(account)
        second_factor_card(account)
    with right:
        password_card(account)
        display_card(account)
    sessions_list(account)
    tokens_list()
    draw_token_dialog()
