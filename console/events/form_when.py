"""The form's part about time: start, end, all day, and how the event recurs."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

import streamlit as st

from console.events.form_state import OpenForm, set_input, typed_input, while_open
from console.events.presenters.form import FormInput, Scope, shifted_end, wall_times
from console.events.presenters.recurrence import (
    ENDS_WORDS,
    FREQUENCIES,
    REPEAT_WORDS,
    Ends,
    MonthlyBy,
    Recurrence,
    Repeat,
    RulePreview,
    dates_line,
    monthly_places,
    preview_rule,
    rule_text_of,
    week_of_month,
)
from console.i18n import _
from console.parts.feedback import show_error
from console.runtime import now, read_session
from console.school.presenters.school import HolidayView, PeriodView, holiday_view
from console.words.calendar import date_format, ordinal, weekday_name
from infoscreen_core.db.queries.periods import list_holidays_of
from infoscreen_core.domain.recurrence.rules import MAX_COUNT, MAX_INTERVALS
from infoscreen_core.domain.text.years import FIRST_DAY, LAST_DAY
from infoscreen_core.errors import InvalidInputError

_STEP: Final = timedelta(minutes=5)


def time_fields(form: OpenForm) -> None:
    """Draw start and end, and whether the event takes whole days."""
    is_all_day = st.session_state[form.key("is_all_day")]
    _moment(form, "start", _("Start"), is_all_day=is_all_day)
    _moment(form, "end", _("End"), is_all_day=is_all_day)
    st.toggle(_("All day"), key=form.key("is_all_day"), persist_state="session")


def recurrence_fields(form: OpenForm, periods: Sequence[PeriodView]) -> None:
    """Draw how the event recurs, what that means in words, and its next dates."""
    if form.is_series and form.scope is Scope.OCCURRENCE:
        return
    st.selectbox(
        _("Repeats"),
        list(Repeat),
        format_func=lambda repeat: _(REPEAT_WORDS[repeat]),
        key=form.key("repeat"),
        on_change=_prepare_repeat,
        args=(form,),
        persist_state="session",
    )
    repeat = st.session_state[form.key("repeat")]
    if repeat is Repeat.RULE:
        _rule_field(form)
    elif repeat is not Repeat.NEVER:
        _builder(form, repeat)
    if repeat is not Repeat.NEVER:
        st.toggle(_("Not in the holidays"), key=form.key("skip_holidays"), persist_state="session")
        period_field(form, periods)
        _preview(form)


def recurs(form: OpenForm) -> bool:
    """Say whether the inputs about recurrence are drawn with all that belongs to them."""
    is_one_date = form.is_series and form.scope is Scope.OCCURRENCE
    return not is_one_date and st.session_state[form.key("repeat")] is not Repeat.NEVER


def period_field(form: OpenForm, periods: Sequence[PeriodView]) -> None:
    """Draw to which academic period the event belongs: its holidays are meant."""
    names = {period.id: period.name for period in periods}
    chosen = st.session_state[form.key("academic_period_id")]
    archived = [] if chosen is None or chosen in names else [chosen]
    st.selectbox(
        _("Academic period"),
        [None, *names, *archived],
        format_func=lambda one: _("none") if one is None else names.get(one, _("archived")),
        key=form.key("academic_period_id"),
        persist_state="session",
    )
    show_error(form.error, field="academic_period_id")


def _moment(form: OpenForm, side: str, label: str, *, is_all_day: bool) -> None:
    callback: dict[str, Any] = {"on_change": _keep_length, "args": (form,)} if side == "start" else {}
    with st.container(horizontal=True, gap="small", wrap=False, vertical_alignment="bottom"):
        st.date_input(
            label,
            min_value=FIRST_DAY,
            max_value=LAST_DAY,
            format=date_format(),
            key=form.key(f"{side}_date"),
            persist_state="session",
            **callback,
        )
        if not is_all_day:
            st.time_input(
                _("{moment}, time", moment=label),
                step=_STEP,
                key=form.key(f"{side}_time"),
                label_visibility="collapsed",
                persist_state="session",
                **callback,
            )
    show_error(form.error, field=side)


@while_open
def _keep_length(form: OpenForm) -> None:
    """Move the end along with the start."""
    typed = typed_input(form)
    moved = shifted_end(typed, form.former_start)
    set_input(form, end_date=moved.end_date, end_time=moved.end_time)
    try:
        form.former_start = wall_times(moved)[0]
    except InvalidInputError:  # emptied for the moment; the length is known again with the next start
        return


@while_open
def _prepare_repeat(form: OpenForm) -> None:
    """Begin a choice with what suits the start, and a rule with what was chosen before."""
    typed = typed_input(form)
    start = typed.start_date or form.former_start.date()
    if typed.repeat is Repeat.WEEKLY and not typed.weekdays:
        set_input(form, weekdays=[start.weekday()])
    if typed.repeat is Repeat.RULE and not typed.rule_text:
        set_input(form, rule_text=rule_text_of(Recurrence(repeat=Repeat.WEEKLY), start))


def _rule_field(form: OpenForm) -> None:
    st.text_input(
        _("Rule (RRULE)"),
        key=form.key("rule_text"),
        placeholder="FREQ=WEEKLY;BYDAY=MO,WE",
        help=_(
            "A recurrence rule after RFC 5545: FREQ, INTERVAL, COUNT or UNTIL, BYDAY, BYMONTHDAY, BYMONTH, "
            "BYSETPOS, WKST."
        ),
        live="500ms",
        persist_state="session",
    )


def _builder(form: OpenForm, repeat: Repeat) -> None:
    units = {
        Repeat.DAILY: _("days"),
        Repeat.WEEKLY: _("weeks"),
        Repeat.MONTHLY: _("months"),
        Repeat.YEARLY: _("years"),
    }
    st.number_input(
        _("Every … {units}", units=units[repeat]),
        min_value=1,
        max_value=MAX_INTERVALS[FREQUENCIES[repeat]],
        key=form.key("interval"),
        persist_state="session",
    )
    if repeat is Repeat.WEEKLY:
        st.pills(
            _("On"),
            list(range(7)),
            selection_mode="multi",
            format_func=weekday_name,
            key=form.key("weekdays"),
            persist_state="session",
        )
    if repeat is Repeat.MONTHLY:
        _monthly_field(form)
    _end_fields(form)


def _monthly_field(form: OpenForm) -> None:
    start = st.session_state[form.key("start_date")] or form.former_start.date()
    places = monthly_places(start)
    if st.session_state[form.key("monthly_by")] not in places:
        set_input(form, monthly_by=MonthlyBy.DATE)
    weekday = weekday_name(start.weekday())
    words = {
        MonthlyBy.DATE: _("on day {day}", day=ordinal(start.day)),
        MonthlyBy.WEEKDAY: _(
            "on the {place} {weekday}", place=ordinal(week_of_month(start)), weekday=weekday
        ),
        MonthlyBy.LAST_WEEKDAY: _("on the last {weekday}", weekday=weekday),
    }
    st.selectbox(
        _("On"),
        list(places),
        format_func=lambda choice: words[choice],
        key=form.key("monthly_by"),
        persist_state="session",
    )


def _end_fields(form: OpenForm) -> None:
    with st.container(horizontal=True, gap="small", wrap=False, vertical_alignment="bottom"):
        st.selectbox(
            _("Ends"),
            list(Ends),
            format_func=lambda ends: _(ENDS_WORDS[ends]),
            key=form.key("ends"),
            on_change=_prepare_end,
            args=(form,),
            persist_state="session",
        )
        ends = st.session_state[form.key("ends")]
        if ends is Ends.UNTIL:
            st.date_input(
                _("Last day"),
                min_value=FIRST_DAY,
                max_value=LAST_DAY,
                format=date_format(),
                key=form.key("until"),
                persist_state="session",
            )
        if ends is Ends.COUNT:
            st.number_input(
                _("Number of times"),
                min_value=1,
                max_value=MAX_COUNT,
                key=form.key("count"),
                persist_state="session",
            )


@while_open
def _prepare_end(form: OpenForm) -> None:
    if st.session_state[form.key("until")] is None:
        set_input(form, until=form.default_until)


def _preview(form: OpenForm) -> None:
    typed = typed_input(form)
    holidays = _holidays(typed)
    preview = _read_rule(typed, holidays)
    if preview is None:
        return
    error = preview.refusal or form.error
    if preview.refusal is not None and preview.refusal.field not in {"recurrence_rule", "timezone"}:
        error = form.error  # start and end say so themselves, once they are saved
    show_error(error, field="recurrence_rule")
    if preview.sentence:
        with st.container(key="event-form-reading"):
            st.markdown(f":material/event_repeat: **{preview.sentence}**")
            st.caption(_next_line(preview))
            if holidays == ():
                st.caption(_("No holidays are entered for this choice of period yet."))
    if preview.is_start_off_rule:
        hint = _("The start itself is no date of this series.")
        st.caption(f":orange[:material/info: {hint}]")


def _holidays(typed: FormInput) -> tuple[HolidayView, ...] | None:
    """Return the holidays that the series keeps free; None when it takes place in them."""
    if not typed.skip_holidays:
        return None
    with read_session() as session:
        return tuple(holiday_view(row) for row in list_holidays_of(session, typed.academic_period_id))


def _read_rule(typed: FormInput, holidays: Sequence[HolidayView] | None) -> RulePreview | None:
    try:
        start, end = wall_times(typed)
    except InvalidInputError:
        return None
    text = rule_text_of(typed.recurrence, start.date()) or ""
    is_ordered = end > start
    shown_end = end if is_ordered else start + timedelta(hours=1)
    return preview_rule(
        text,
        start,
        shown_end,
        typed.timezone,
        now=now(),
        is_all_day=typed.is_all_day,
        holidays=holidays,
    )


def _next_line(preview: RulePreview) -> str:
    if not preview.dates:
        return _("All dates of this series are over.")
    if all(one.holiday for one in preview.dates):
        return _("All dates of this series fall into holidays: {dates}", dates=dates_line(preview.dates))
    return _("Next: {dates}", dates=dates_line(preview.dates))
