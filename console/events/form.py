"""The event form: what is shown, where, when and how often; beside the calendar, never over it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import streamlit as st

from console.events.form_actions import Saved, save, save_anyway
from console.events.form_conflicts import conflict_note
from console.events.form_content import content_fields, type_field
from console.events.form_copy import ask_where_to_copy, copy_button
from console.events.form_delete import ask_to_delete
from console.events.form_state import (
    OpenForm,
    change_scope,
    close_form,
    follow_language,
    forget_answered_error,
    keep_typed,
    open_event,
    reload_form,
    set_input,
    stay,
    while_open,
)
from console.events.form_when import period_field, recurrence_fields, recurs, time_fields
from console.events.plan import Plan
from console.events.presenters.consequences import emergency_consequence, save_label
from console.events.presenters.form import PRIORITY_WORDS, SCOPE_WORDS, TYPE_ORDER, Scope
from console.i18n import _
from console.parts.feedback import show_error
from console.parts.zones import zone_names
from console.runtime import run_again
from console.school.presenters.school import PeriodView
from infoscreen_core.domain.events.event import Priority
from infoscreen_core.domain.events.limits import TEXT_LIMIT, TITLE_LIMIT
from infoscreen_core.errors import NotFoundError

_MORE_FIELDS: Final = frozenset({"description", "priority", "timezone", "academic_period_id"})
_BASIC_FIELDS: Final = frozenset({"title", "group_id", "event_type", "start", "end", "recurrence_rule"})
OnSaved = Callable[[Saved | None], None]


def event_form(form: OpenForm, plan: Plan, on_done: OnSaved) -> None:
    """Draw the open form; `on_done` follows a save (with where it can be seen) or a deletion (None)."""
    follow_language(form)
    forget_answered_error(form)
    groups = plan.groups
    with st.container(border=True, key="card-event-form"):
        _head(form)
        if form.is_deleting:
            ask_to_delete(form, groups, plan.zone, on_done)
            return
        if form.is_copying:
            ask_where_to_copy(form, groups)
            return
        _unsaved(form)
        _scope(form)
        _conflict(form, groups, on_done)
        st.text_input(_("Title"), key=form.key("title"), max_chars=TITLE_LIMIT, persist_state="session")
        show_error(form.error, field="title")
        type_field(form, TYPE_ORDER)
        shown = content_fields(form)
        _group_field(form, groups)
        time_fields(form)
        recurrence_fields(form, plan.periods)
        conflict_note(form, groups, plan.zone)
        _more(form, plan.periods)
        keep_typed(form)
        _error_elsewhere(form, shown | _BASIC_FIELDS | _MORE_FIELDS)
        _buttons(form, groups, on_done)


def _head(form: OpenForm) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(_("New event") if form.is_new else _("Edit event"), anchor=False)
        st.space("stretch")
        st.button(
            "",
            icon=":material/close:",
            type="tertiary",
            key="event-form-close",
            help=_("Close without saving"),
            on_click=close_form,
        )


def _unsaved(form: OpenForm) -> None:
    """Another event was clicked: nothing that was typed is thrown away unasked."""
    if form.wanted is None:
        return
    st.warning(_("What you typed here is not saved yet."), icon=":material/edit_note:")
    with st.container(horizontal=True):
        st.button(_("Go on editing"), key="event-form-stay", on_click=stay, args=(form,))
        if st.button(_("Discard and open the other event"), key="event-form-leave"):
            open_event(*form.wanted)
            run_again()


def _scope(form: OpenForm) -> None:
    if not form.is_series:
        return
    key = form.key("scope")
    if st.session_state.get(key) is not form.scope:
        st.session_state[key] = form.scope
    st.segmented_control(
        _("Which dates"),
        list(Scope),
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
        change_scope(form, Scope(st.session_state[form.key("scope")]))
    except NotFoundError as error:  # somebody deleted it meanwhile
        form.error = error


def _conflict(form: OpenForm, groups: Mapping[int, str], on_done: OnSaved) -> None:
    if form.error is None or form.error.field != "version":
        return
    show_error(form.error)
    with st.container(horizontal=True):
        if st.button(_("Load what is stored now"), key="event-form-reload"):
            reload_form(form)
            run_again()
        if st.button(_("Save mine anyway"), key="event-form-anyway"):
            _finish(save_anyway(form, groups), on_done)


def _group_field(form: OpenForm, groups: Mapping[int, str]) -> None:
    key = form.key("group_ids")
    if set(st.session_state[key]) - set(groups):  # only then: what is written here undoes a choice under way
        set_input(form, group_ids=[one for one in st.session_state[key] if one in groups])
    st.multiselect(
        _("Groups") if form.is_new else _("Group"),
        list(groups),
        format_func=lambda group_id: groups.get(group_id, "?"),
        placeholder=_("Choose one or several") if form.is_new else _("Choose one"),
        max_selections=None if form.is_new else 1,
        key=key,
        persist_state="session",
    )
    show_error(form.error, field="group_id")


def _more(form: OpenForm, periods: Sequence[PeriodView]) -> None:
    has_error = form.error is not None and form.error.field in _MORE_FIELDS
    with st.expander(_("More details"), expanded=has_error or _is_emergency(form), key=form.key("more")):
        st.text_area(
            _("Description"),
            key=form.key("description"),
            max_chars=TEXT_LIMIT,
            height=80,
            persist_state="session",
        )
        show_error(form.error, field="description")
        st.segmented_control(
            _("Priority"),
            list(PRIORITY_WORDS),
            format_func=lambda priority: _(PRIORITY_WORDS[priority]),
            required=True,
            key=form.key("priority"),
            persist_state="session",
            help=_(
                "Of events at the same time, the one with the highest priority comes first; an emergency is "
                "shown alone."
            ),
        )
        show_error(form.error, field="priority")
        if _is_emergency(form):
            _emergency_note(form)
        st.selectbox(
            _("Time zone"),
            zone_names(st.session_state[form.key("timezone")]),
            key=form.key("timezone"),
            persist_state="session",
        )
        show_error(form.error, field="timezone")
        if not recurs(form):
            period_field(form, periods)
        st.toggle(
            _("Show on the screens"),
            key=form.key("is_active"),
            persist_state="session",
            help=_("Switched off, the event stays in the plan, but no screen shows it."),
        )


def _is_emergency(form: OpenForm) -> bool:
    return int(st.session_state.get(form.key("priority")) or 0) >= Priority.EMERGENCY


def _emergency_note(form: OpenForm) -> None:
    sentence = emergency_consequence(len(st.session_state[form.key("group_ids")]))
    st.error(sentence, icon=":material/emergency_home:")


def _error_elsewhere(form: OpenForm, shown: frozenset[str]) -> None:
    if form.error is None or form.error.field == "version":
        return
    if form.error.field in shown | {"occurrence_start"}:
        hint = _("Not saved yet: see the note above.")
        st.markdown(f":red[:material/error: {hint}]")
    else:
        show_error(form.error)


def _buttons(form: OpenForm, groups: Mapping[int, str], on_done: OnSaved) -> None:
    with st.container(horizontal=True, key="event-form-buttons"):
        label = save_label(
            form.scope, is_new=form.is_new, is_series=form.is_series, is_emergency=_is_emergency(form)
        )
        if st.button(label, type="primary", icon=":material/check:", key="event-form-save"):
            _finish(save(form, groups), on_done)
        if not form.is_new:
            if len(groups) > 1:
                copy_button(form)
            st.button(
                _("Delete event …"),
                icon=":material/delete:",
                key="event-form-delete",
                on_click=_begin_deleting,
                args=(form,),
            )


def _begin_deleting(form: OpenForm) -> None:
    form.error, form.is_deleting = None, True


def _finish(saved: Saved | None, on_done: OnSaved) -> None:
    if saved is not None:
        on_done(saved)
    run_again()
