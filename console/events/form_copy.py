"""Copying an event to other groups, which are chosen in place of the form's inputs."""

from collections.abc import Mapping

import streamlit as st

from console.events.form_actions import copy
from console.events.form_state import FormQuestion, OpenForm
from console.events.form_stored import Stored
from console.events.presenters.consequences import copy_label, copy_sentence
from console.i18n import _
from console.parts.feedback import show_error
from console.words.markdown import literal


def copy_button(form: OpenForm) -> None:
    """Draw the button that asks for the groups."""
    st.button(
        _("Copy …"),
        icon=":material/content_copy:",
        key="event-form-copy",
        on_click=form.ask,
        args=(FormQuestion.COPY,),
    )


def ask_where_to_copy(form: OpenForm, stored: Stored, groups: Mapping[int, str]) -> None:
    """Draw the choice of groups in place of the inputs, which keep what was typed."""
    others = [group_id for group_id in groups if group_id not in stored.draft.group_ids]
    st.markdown(literal(copy_sentence(stored.title, stored.target.scope)))
    chosen = st.multiselect(
        _("Groups"),
        others,
        format_func=lambda group_id: groups.get(group_id, "?"),
        placeholder=_("Choose one or several"),
        key=form.typed.key("copy_group_ids"),
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
            args=(form, stored, tuple(chosen), groups),
        )
        st.button(_("Do not copy"), key="event-form-copy-not", on_click=form.ask, args=(None,))
