"""The event form that a browser has open, at most one: what is stored, typed and asked."""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final, TypeVar

import streamlit as st

from console.events.form_stored import Stored, in_scope, read_stored
from console.events.form_typed import Typed
from console.events.presenters.form import FormInput, blank_input, blank_times, input_of
from console.events.presenters.recurrence import Recurrence
from console.parts.forms.drafts import forget_draft
from console.runtime import Session, read_session
from infoscreen_core.domain.events.event import Scope
from infoscreen_core.domain.school.periods import find_in_force
from infoscreen_core.errors import InfoscreenError, told_together
from infoscreen_core.services.events.event_drafts import EventDraft
from infoscreen_core.services.events.event_scopes import replaced_by
from infoscreen_core.services.events.event_verdicts import Replaced
from infoscreen_core.services.events.readings import get_event_view
from infoscreen_core.services.school.views import find_active_period, list_periods
from infoscreen_core.services.system_settings import read_all

_FORM: Final = "event-form"
DRAFT: Final = "event"
"""What the draft of this form is called."""
_TERM: Final = timedelta(days=90)
"""How long a series goes on by default, unless an academic period gives its end."""


class FormQuestion(StrEnum):
    """What stands in place of the inputs, which keep what was typed."""

    DELETE = "delete"
    COPY = "copy"


@dataclass
class OpenForm:
    """One opening of the form."""

    typed: Typed
    stored: Stored | None = None
    """None: a new event."""
    question: FormQuestion | None = None
    error: InfoscreenError | None = None
    refused: FormInput | None = None
    """What stood in the inputs when the error came up."""
    wanted: tuple[int, datetime] | None = None
    """Another event that was clicked while something was typed here: event and UTC start."""
    restored_at: datetime | None = None
    """When the draft was kept that the inputs were filled from."""

    @property
    def scope(self) -> Scope | None:
        """How much of the stored event is edited; None for a new one."""
        return self.stored.target.scope if self.stored else None

    @property
    def event_id(self) -> int | None:
        """The stored event's id."""
        return self.stored.target.event_id if self.stored else None

    @property
    def base(self) -> EventDraft | None:
        """What is stored in this scope: what the form does not ask for stays as it is there."""
        return self.stored.draft if self.stored else None

    @property
    def replaces(self) -> Replaced | None:
        """The stored occurrences that saving takes the place of."""
        return replaced_by(self.stored.target) if self.stored else None

    @property
    def is_outdated(self) -> bool:
        """Whether somebody else changed the event since the form was filled."""
        return self.error is not None and self.error.field == "version"

    def ask(self, question: FormQuestion | None) -> None:
        """Put a question in place of the inputs, or the inputs back in their place."""
        self.error, self.question = None, question

    def refuse(self, error: InfoscreenError) -> None:
        """Keep why nothing was written; all that was typed stays."""
        self.error, self.refused = error, self.typed.read()


Part = TypeVar("Part", OpenForm, Typed)


def find_form() -> OpenForm | None:
    """Return the open form, or None."""
    form: OpenForm | None = st.session_state.get(_FORM)
    return form


def open_new(start: datetime, end: datetime, *, group_id: int | None, is_all_day: bool) -> None:
    """Open the form for a new event, or give the one that is open other times; what is typed stays.

    The times are naive wall times of the default zone.
    """
    if (form := find_form()) and form.stored is None:
        times = blank_times(start, end, is_all_day=is_all_day)
        form.typed.begin_anew(replace(form.typed.read(), **times))
        form.typed.propose_priority()
        return
    with read_session() as session:
        blank = blank_input(
            start,
            end,
            read_all(session),
            group_ids=() if group_id is None else (group_id,),
            is_all_day=is_all_day,
            period_id=_default_period(session, start.date()),
        )
        until = _default_until(session, start.date())
    st.session_state[_FORM] = OpenForm(Typed.begin(blank, default_until=until))


def open_event(event_id: int, occurrence_start: datetime) -> None:
    """Open the form for an occurrence of an event; raise `NotFoundError` when it is gone."""
    with read_session() as session:
        stored = read_stored(session, event_id, occurrence_start)
        until = _default_until(session, get_event_view(session, event_id).start.date())
    typed = Typed.begin(input_of(stored.draft), default_until=until, is_priority_chosen=True)
    st.session_state[_FORM] = OpenForm(typed, stored)


def reload_form(stored: Stored) -> None:
    """Fill the form anew with what is stored now, in the scope that was edited."""
    target = stored.target
    open_event(target.event_id, target.occurrence_start)
    fresh = find_form()
    # A single event that became a series, or the other way round, has no such scope any more.
    if fresh and Scope.EVENT not in {fresh.scope, target.scope}:
        change_scope(fresh, target.scope)


def change_scope(form: OpenForm, scope: Scope) -> None:
    """Edit more or less of the series: take that scope's times and rule, keep all else typed."""
    if form.stored is None or scope is form.scope:
        return
    with read_session() as session:
        form.stored = in_scope(session, form.stored, scope)
    form.typed.rescope(input_of(form.stored.draft))


def stay(form: OpenForm) -> None:
    """Go on with this form, and leave the event that was clicked meanwhile."""
    form.wanted = None


def forget_answered_error(form: OpenForm) -> None:
    """Forget a refusal once another type, or another value of the refused field, is chosen.

    Of several, those stay that nobody has answered yet.
    """
    if form.error is None or form.refused is None:
        return
    typed, parts = form.typed.read(), form.error.parts
    left = [one for one in parts if not _is_answered(one.field, typed, form.refused)]
    if len(left) < len(parts):
        form.error = told_together(left)


def _is_answered(field: str | None, typed: FormInput, refused: FormInput) -> bool:
    """Whether an input of the field has another value than the one that was refused.

    A field of the core may be several inputs: `start` is `start_date` and `start_time`.
    """
    own = [one.name for one in fields(FormInput) if field and one.name.startswith(field)]
    if field == "recurrence_rule":
        own = [one.name for one in fields(Recurrence)]
    # A conflict with what others stored meanwhile belongs to no input, so that none answers it.
    answers = [*own, "event_type"] if own else []
    return any(getattr(typed, name) != getattr(refused, name) for name in answers)


def while_open(callback: Callable[[Part], None]) -> Callable[[Part], None]:
    """Wrap a form's callback: one that arrives after the form was closed does nothing."""

    def guarded(part: Part) -> None:
        form = find_form()
        parts: tuple[object, ...] = (form, form.typed) if form else ()
        if any(part is one for one in parts):
            callback(part)

    return guarded


def close_form() -> None:
    """Forget the form and all that was typed."""
    form: OpenForm | None = st.session_state.pop(_FORM, None)
    if form is not None:
        form.typed.forget()
    forget_draft(DRAFT)


def _default_until(session: Session, start: date) -> date:
    period = find_active_period(session)
    return period.end_date if period and period.end_date > start else start + _TERM


def _default_period(session: Session, start: date) -> int | None:
    """Return the active period, or another one in use that the start lies in."""
    period = find_in_force(list_periods(session, with_archived=False), start)
    return period.id if period else None
