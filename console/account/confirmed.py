"""What outlasts a session asks for the password first."""

import streamlit as st

from console.i18n import _
from console.parts.forms.dialog_form import Slots


def password_input(key: str, slots: Slots) -> str:
    """Draw the input for the current password, with its place for a refusal; return what it has."""
    typed = st.text_input(
        _("Current password"), type="password", key=key, autocomplete="current-password"
    )
    slots.below("current_password")
    return typed or ""
