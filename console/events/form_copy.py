"""Copying to other groups: a choice of them, in place of the form's inputs, which keep what was typed."""

from collections.abc import Mapping

import streamlit as st

from console.events.form_actions import copy
from console.events.form_state import OpenForm
from console.events.presenters.consequences import copy_label, copy_sentence
from console.i18n import _
from console.parts.feedback import show_error
from console.words.markdown import literal


def copy_button(form: OpenForm) -> None:
    """Draw the button that begins it."""
    st.button(
        _("Copy …"), icon=":material/content_copy:", key="event-form-copy", on_click=_begin, args=(form,)
    )


def ask_where_to_copy(form: OpenForm, groups: Mapping[int, str]) -> None:
    """Draw the choice of groups."""
    own = form.base.group_ids if form.base else ()
    others = [group_id for group_id in groups if group_id not in own]
    st.markdown(literal(copy_sentence(form.title, form.scope, is_series=form.is_series)))
    chosen = st.multiselect(
        _("Groups"),
        others,
        format_func=lambda group_id: groups.get(group_id, "?"),
        placeholder=_("Choose one or several"),
        key=form.key("copy_group_ids"),
    )
    show_error(form.error)
    with st.container(horizontal=True):
        st.button(
            copy_label(len(chosen)),
            type="primary",
            icon=":material/content_copy:",
            key="event-form-copy-now",
            disabled=not chosen,
            on_click=copy,
            args=(form, tuple(chosen), groups),
        )
        st.button(_("Do not copy"), key="event-form-copy-not", on_click=_end, args=(form,))


def _begin(form: OpenForm) -> None:
    form.error, form.is_copying = None, True


def _end(form: OpenForm) -> None:
    form.error, form.is_copying = None, False
