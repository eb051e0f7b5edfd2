"""The event form: what is shown, where, when and how often; beside the calendar, never over it."""

from collections.abc import Callable, Mapping
from typing import Final

import streamlit as st

from console.events.form_actions import Saved, save, save_anyway
from console.events.form_content import content_fields, type_field
from console.events.form_copy import ask_where_to_copy, copy_button
from console.events.form_delete import ask_to_delete
from console.events.form_draft import keep_form_draft
from console.events.form_more import MORE_FIELDS, is_emergency, more_fields
from console.events.form_state import (
    FormQuestion,
    OpenForm,
    change_scope,
    close_form,
    forget_answered_error,
    open_event,
    reload_form,
    stay,
    while_open,
)
from console.events.form_verdict import verdict_box
from console.events.form_when import recurrence_fields, recurrence_reading, recurs, time_fields
from console.events.form_why import why_on_screen
from console.events.plan import Plan
from console.events.presenters.consequences import save_label
from console.events.presenters.form import SCOPE_WORDS, TYPE_ORDER
from console.i18n import _
from console.parts.feedback import show_error
from console.parts.forms.drafts import show_restored
from console.parts.history_link import history_link
from console.runtime import run_again
from infoscreen_core.domain.events.event import Scope
from infoscreen_core.domain.events.limits import TITLE_LIMIT
from infoscreen_core.errors import InfoscreenError, NotFoundError, told_together

_BASIC_FIELDS: Final = frozenset(
    {"title", "group_id", "event_type", "start", "end", "recurrence_rule"}
)
OnSaved = Callable[[Saved | None], None]


def event_form(form: OpenForm, plan: Plan, on_done: OnSaved) -> None:
    """Draw the open form; `on_done` gets where a save can be seen, or None after a deletion."""
    forget_answered_error(form)
    with st.container(border=True, key="card-event-form"):
        _head(form)
        if form.stored and form.question is FormQuestion.DELETE:
            ask_to_delete(form, form.stored, plan.groups, plan.zone, on_done)
        elif form.stored and form.question is FormQuestion.COPY:
            ask_where_to_copy(form, form.stored, plan.groups)
        else:
            _inputs(form, plan, on_done)


def _inputs(form: OpenForm, plan: Plan, on_done: OnSaved) -> None:
    groups = plan.groups
    _unsaved(form)
    show_restored(form.restored_at)
    _origin(form)
    _scope(form)
    _conflict(form, groups, on_done)
    shown = _fields(form, plan)
    form.typed.keep()
    keep_form_draft(form)
    with st.container(key="event-form-foot"):
        _facts(form, plan)
        _error_elsewhere(form.error, shown | _BASIC_FIELDS | MORE_FIELDS)
        _buttons(form, groups, on_done)


def _facts(form: OpenForm, plan: Plan) -> None:
    """Draw what the event would do, where it is in sight however far the inputs are scrolled."""
    if form.scope is not Scope.OCCURRENCE:
        recurrence_reading(form.typed)
    verdict_box(form, plan.groups, plan.zone)


def _fields(form: OpenForm, plan: Plan) -> frozenset[str]:
    """Draw all inputs; return the names of those that the chosen type has for itself."""
    typed, error = form.typed, form.error
    st.text_input(
        _("Title"), key=typed.key("title"), max_chars=TITLE_LIMIT, persist_state="session"
    )
    show_error(error, field="title")
    type_field(typed, TYPE_ORDER, error)
    shown = content_fields(typed, error)
    _group_field(form, plan.groups)
    time_fields(typed, error)
    is_one_date = form.scope is Scope.OCCURRENCE
    if not is_one_date:
        recurrence_fields(typed, plan.periods, error)
    more_fields(typed, plan.periods, error, has_period=is_one_date or not recurs(typed))
    if form.stored is not None:
        why_on_screen(form.stored, plan.zone)
        history_link("event", form.stored.target.event_id)
    return shown


def _head(form: OpenForm) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header(_("New event") if form.stored is None else _("Edit event"), anchor=False)
        st.space("stretch")
        st.button(
            _("Close without saving"),
            icon=":material/close:",
            type="tertiary",
            key="event-form-close",
            help=_("Close without saving"),
            on_click=close_form,
        )


def _unsaved(form: OpenForm) -> None:
    """Ask before what was typed is discarded for another event that was clicked."""
    if form.wanted is None:
        return
    st.warning(_("What you typed here is not saved yet."), icon=":material/edit_note:")
    with st.container(horizontal=True):
        st.button(_("Go on editing"), key="event-form-stay", on_click=stay, args=(form,))
        if st.button(_("Discard and open the other event"), key="event-form-leave"):
            open_event(*form.wanted)
            run_again()


def _origin(form: OpenForm) -> None:
    """Say what a subscribed calendar decides, before somebody types in vain."""
    if form.stored is None or form.stored.calendar is None or form.scope is Scope.OCCURRENCE:
        return
    st.info(
        _(
            "Title, text and times come from the subscribed calendar “{calendar}” and are changed "
            "there. Here you choose how it is shown, and whether.",
            calendar=form.stored.calendar,
        ),
        icon=":material/sync:",
    )


def _scope(form: OpenForm) -> None:
    if form.scope in {None, Scope.EVENT}:
        return
    key = form.typed.key("scope")
    if st.session_state.get(key) is not form.scope:
        st.session_state[key] = form.scope
    st.segmented_control(
        _("Which dates"),
        list(SCOPE_WORDS),
        format_func=lambda scope: _(SCOPE_WORDS[scope]),
        required=True,
        key=key,
        width="stretch",
        on_change=_rescope,
        args=(form,),
    )
    show_error(form.error, field="occurrence_start")


@while_open
def _rescope(form: OpenForm) -> None:
    try:
        change_scope(form, Scope(st.session_state[form.typed.key("scope")]))
    except NotFoundError as error:  # somebody deleted it meanwhile
        form.error = error


def _conflict(form: OpenForm, groups: Mapping[int, str], on_done: OnSaved) -> None:
    if form.stored is None or form.error is None or form.error.field != "version":
        return
    show_error(form.error)
    with st.container(horizontal=True):
        if st.button(_("Load what is stored now"), key="event-form-reload"):
            reload_form(form.stored)
            run_again()
        if st.button(_("Save mine anyway"), key="event-form-anyway"):
            _finish(save_anyway(form, groups), on_done)


def _group_field(form: OpenForm, groups: Mapping[int, str]) -> None:
    key, is_new = form.typed.key("group_ids"), form.stored is None
    # Only when a group is gone: what is written here undoes a choice that is under way.
    if set(st.session_state[key]) - set(groups):
        form.typed.set(group_ids=[one for one in st.session_state[key] if one in groups])
    st.multiselect(
        _("Groups") if is_new else _("Group"),
        list(groups),
        format_func=lambda group_id: groups.get(group_id, "?"),
        placeholder=_("Choose one or several") if is_new else _("Choose one"),
        max_selections=None if is_new else 1,
        key=key,
        persist_state="session",
    )
    show_error(form.error, field="group_id")


def _error_elsewhere(error: InfoscreenError | None, shown: frozenset[str]) -> None:
    if error is None or error.field == "version":
        return
    beside = [one for one in error.parts if one.field in shown | {"occurrence_start"}]
    show_error(told_together([one for one in error.parts if one not in beside]))
    if beside:
        hint = _("Not saved yet: see the note above.")
        st.markdown(f":red[:material/error: {hint}]")


def _buttons(form: OpenForm, groups: Mapping[int, str], on_done: OnSaved) -> None:
    with st.container(horizontal=True):
        label = save_label(form.scope, is_emergency=is_emergency(form.typed))
        if st.button(label, type="primary", icon=":material/check:", key="event-form-save"):
            _finish(save(form, groups), on_done)
        if form.stored is None:
            return
        if len(groups) > 1:
            copy_button(form)
        st.button(
            _("Delete event …"),
            icon=":material/delete:",
            key="event-form-delete",
            on_click=form.ask,
            args=(FormQuestion.DELETE,),
        )


def _finish(saved: Saved | None, on_done: OnSaved) -> None:
    if saved is not None:
        on_done(saved)
    run_again()
