"""The event form that a browser has open: at most one, and what is typed in it."""

from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

import streamlit as st
from sqlalchemy.orm import Session

from console.events.presenters.form import FormInput, Scope, blank_input, blank_times, input_of, wall_times
from console.events.presenters.recurrence import Recurrence
from console.i18n import current_language
from console.runtime import now, read_session
from console.school.presenters.school import period_view
from infoscreen_core.db.models import Event
from infoscreen_core.db.queries.fleet import find_active_period
from infoscreen_core.db.queries.periods import list_periods
from infoscreen_core.domain.school.periods import find_in_force
from infoscreen_core.errors import InfoscreenError
from infoscreen_core.services.events.event_drafts import EventDraft
from infoscreen_core.services.events.event_series import occurrence_draft
from infoscreen_core.services.events.events import get_event
from infoscreen_core.services.system_settings import read_all

_FORM: Final = "event-form"
_SERIAL: Final = "event-form-serial"
_TERM: Final = timedelta(days=90)
"""How long a series goes on by default where no academic period says better."""
_SCOPED_FIELDS: Final = (
    *("start_date", "start_time", "end_date", "end_time"),
    *(field.name for field in fields(Recurrence)),
)
"""What belongs to one scope, and is not carried into another."""


@dataclass(kw_only=True)
class OpenForm:
    """One opening of the form; `serial` is part of its inputs' keys, so that each opening begins afresh."""

    serial: int
    event_id: int | None = None
    """None: a new event."""
    version: int | None = None
    """The event's, when the form was filled."""
    title: str = ""
    """The event's title as it is stored."""
    base: EventDraft | None = None
    """What is stored, in the scope that is edited."""
    occurrence_start: datetime | None = None
    """UTC start of the occurrence that was opened; None when the event does not recur."""
    opened_start: datetime | None = None
    """UTC start of what was clicked in the calendar."""
    scope: Scope = Scope.SERIES
    error: InfoscreenError | None = None
    refused: FormInput | None = None
    """What stood in the inputs when the error came up."""
    is_deleting: bool = False
    is_copying: bool = False
    former_start: datetime = field(default=datetime.min)  # noqa: DTZ901 - wall times are naive
    """The start that the end belongs to."""
    initial: FormInput | None = None
    """What the inputs began with."""
    typed: FormInput | None = None
    """What stood in the inputs when they were drawn last."""
    wanted: tuple[int, datetime] | None = None
    """Another event that was clicked while something was typed here: event and UTC start."""
    language: str = field(default_factory=current_language)
    default_until: date

    @property
    def is_new(self) -> bool:
        """Whether the event is still to be created."""
        return self.event_id is None

    @property
    def is_series(self) -> bool:
        """Whether the stored event recurs."""
        return self.occurrence_start is not None

    def key(self, name: str) -> str:
        """Return the key of one of the form's inputs."""
        return f"{_FORM}-{self.serial}-{name}"


def find_form() -> OpenForm | None:
    """Return the open form, or None."""
    form: OpenForm | None = st.session_state.get(_FORM)
    return form


def open_new(start: datetime, end: datetime, *, group_id: int | None, is_all_day: bool) -> None:
    """Open the form for a new event, or give the one that is open other times; what is typed stays.

    The times are naive wall times of the default zone.
    """
    if (form := find_form()) and form.is_new:
        times = blank_times(start, end, is_all_day=is_all_day)
        _begin_anew(form, replace(typed_input(form), **times))
        return
    with read_session() as session:
        settings = read_all(session)
        until = _default_until(session, start.date())
        period_id = _default_period(session, start.date())
    form = OpenForm(serial=_next_serial(), default_until=until)
    groups = () if group_id is None else (group_id,)
    form.initial = blank_input(
        start, end, settings, group_ids=groups, is_all_day=is_all_day, period_id=period_id
    )
    _fill(form, form.initial)
    st.session_state[_FORM] = form


def open_event(event_id: int, occurrence_start: datetime) -> None:
    """Open the form for the occurrence of an event; raises `NotFoundError` when it is gone."""
    with read_session() as session:
        event = get_event(session, event_id)
        is_series = event.recurrence_rule is not None
        form = OpenForm(
            serial=_next_serial(),
            event_id=event_id,
            version=event.version,
            title=event.title,
            occurrence_start=occurrence_start if is_series else None,
            opened_start=occurrence_start,
            scope=Scope.OCCURRENCE if is_series else Scope.SERIES,
            default_until=_default_until(session, event.start.date()),
        )
        form.base = _stored_draft(event, form)
    form.initial = input_of(form.base)
    _fill(form, form.initial)
    st.session_state[_FORM] = form


def has_changes(form: OpenForm) -> bool:
    """Say whether something was typed or chosen that is not stored."""
    return form.initial is not None and typed_input(form) != form.initial


def reload_form(form: OpenForm) -> None:
    """Fill the form anew with what is stored now."""
    if form.event_id is not None:
        scope = form.scope
        open_event(form.event_id, form.occurrence_start or now())
        if scope is not form.scope and (fresh := find_form()):
            change_scope(fresh, scope)


def stay(form: OpenForm) -> None:
    """Go on with this form, and leave the event that was clicked meanwhile."""
    form.wanted = None


def forget_answered_error(form: OpenForm) -> None:
    """Forget a refusal once another type, or another value of the refused field, is chosen.

    A field of the core may be several inputs: `start` is `start_date` and `start_time`.
    """
    refused = form.error.field if form.error else None
    if form.refused is None or refused is None:
        return
    typed = typed_input(form)
    own = [one.name for one in fields(FormInput) if one.name.startswith(refused)]
    answers = [*own, "event_type"] if own else []  # what others stored meanwhile is no input's refusal
    if any(getattr(typed, name) != getattr(form.refused, name) for name in answers):
        form.error = form.refused = None


def keep_typed(form: OpenForm) -> None:
    """Remember what stands in the inputs; call it once they are drawn."""
    form.typed = typed_input(form)


def follow_language(form: OpenForm) -> None:
    """Carry what is typed into the language of this run; call it before the inputs are drawn.

    Streamlit knows a chosen option by its words, and after a change of language by none: so the inputs begin
    anew, with what they held.
    """
    if form.language != current_language():
        form.language = current_language()
        if form.typed is not None:
            _begin_anew(form, form.typed)


def while_open(callback: Callable[[OpenForm], None]) -> Callable[[OpenForm], None]:
    """Wrap what a choice sets off: one that arrives after its form was closed sets nothing off."""

    def guarded(form: OpenForm) -> None:
        if find_form() is form:
            callback(form)

    return guarded


def close_form() -> None:
    """Forget the form and all that was typed."""
    form: OpenForm | None = st.session_state.pop(_FORM, None)
    if form is not None:
        _forget_inputs(form)


def change_scope(form: OpenForm, scope: Scope) -> None:
    """Edit more or less of the series; times and rule become those of that scope, all else stays typed."""
    if form.event_id is None or scope is form.scope:
        return
    typed = typed_input(form)
    with read_session() as session:
        form.scope = scope
        form.base = _stored_draft(get_event(session, form.event_id), form)
    form.initial = input_of(form.base)
    scoped = {name: getattr(form.initial, name) for name in _SCOPED_FIELDS}
    _fill(form, replace(typed, **scoped))


def typed_input(form: OpenForm) -> FormInput:
    """Return what stands in the form's inputs now."""
    values: dict[str, Any] = {one.name: st.session_state[form.key(one.name)] for one in fields(FormInput)}
    values.update({name: tuple(value) for name, value in values.items() if isinstance(value, list)})
    return FormInput(**values)


def set_input(form: OpenForm, **values: Any) -> None:  # noqa: ANN401 - each input has its own type
    """Change inputs from a callback, or before they are drawn."""
    for name, value in values.items():
        st.session_state[form.key(name)] = list(value) if isinstance(value, tuple) else value


def _stored_draft(event: Event, form: OpenForm) -> EventDraft:
    if form.occurrence_start is None or form.scope is Scope.SERIES:
        return EventDraft.of(event)
    draft = occurrence_draft(event, form.occurrence_start)
    return replace(draft, recurrence_rule=None) if form.scope is Scope.OCCURRENCE else draft


def _fill(form: OpenForm, values: FormInput) -> None:
    set_input(form, **{field.name: getattr(values, field.name) for field in fields(FormInput)})
    form.former_start = wall_times(values)[0]


def _default_until(session: Session, start: date) -> date:
    period = find_active_period(session)
    return period.end_date if period and period.end_date > start else start + _TERM


def _default_period(session: Session, start: date) -> int | None:
    """Return the active period, or another one in use that the start lies in."""
    periods = [period_view(row) for row in list_periods(session, with_archived=False)]
    period = find_in_force(periods, start)
    return period.id if period else None


def _begin_anew(form: OpenForm, values: FormInput) -> None:
    """Give the form new inputs with these values: those of this run may be drawn already."""
    _forget_inputs(form)
    form.serial = _next_serial()
    _fill(form, values)


def _forget_inputs(form: OpenForm) -> None:
    for one in fields(FormInput):
        st.session_state.pop(form.key(one.name), None)


def _next_serial() -> int:
    serial: int = st.session_state.get(_SERIAL, 0) + 1
    st.session_state[_SERIAL] = serial
    return serial
