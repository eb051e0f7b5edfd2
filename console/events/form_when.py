"""The form's part about time: start, end, all day, and how the event recurs."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

import streamlit as st

from console.events.form_state import while_open
from console.events.form_typed import Typed
from console.events.presenters.form import FormInput, shifted_end, wall_times
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
from console.words.calendar import date_format, ordinal, weekday_name
from infoscreen_core.domain.events.event import Priority
from infoscreen_core.domain.recurrence.rules import MAX_COUNT, MAX_INTERVALS
from infoscreen_core.domain.text.years import FIRST_DAY, LAST_DAY
from infoscreen_core.errors import InfoscreenError, InvalidInputError
from infoscreen_core.services.school.views import HolidayView, PeriodView, list_holidays

_STEP: Final = timedelta(minutes=5)


def time_fields(typed: Typed, error: InfoscreenError | None) -> None:
    """Draw start and end, and whether the event takes whole days."""
    is_all_day = st.session_state[typed.key("is_all_day")]
    _moment(typed, "start", _("Start"), is_all_day=is_all_day)
    show_error(error, field="start")
    _moment(typed, "end", _("End"), is_all_day=is_all_day)
    show_error(error, field="end")
    st.toggle(
        _("All day"),
        key=typed.key("is_all_day"),
        on_change=_propose_priority,
        args=(typed,),
        persist_state="session",
    )
    if is_all_day and st.session_state[typed.key("priority")] == Priority.BACKGROUND:
        st.caption(
            _(
                "In the background: shown when nothing else is planned. The priority is under "
                "“More details”."
            )
        )


def recurrence_fields(
    typed: Typed, periods: Sequence[PeriodView], error: InfoscreenError | None
) -> None:
    """Draw how the event recurs, and what is wrong about it."""
    st.selectbox(
        _("Repeats"),
        list(Repeat),
        format_func=lambda repeat: _(REPEAT_WORDS[repeat]),
        key=typed.key("repeat"),
        on_change=_prepare_repeat,
        args=(typed,),
        persist_state="session",
    )
    repeat = st.session_state[typed.key("repeat")]
    if repeat is Repeat.RULE:
        _rule_field(typed)
    elif repeat is not Repeat.NEVER:
        _builder(typed, repeat)
    if repeat is not Repeat.NEVER:
        st.toggle(_("Not in the holidays"), key=typed.key("skip_holidays"), persist_state="session")
        period_field(typed, periods, error)
        _rule_refusal(typed, error)


def recurs(typed: Typed) -> bool:
    """Whether the event is to recur."""
    return st.session_state[typed.key("repeat")] is not Repeat.NEVER


def period_field(
    typed: Typed, periods: Sequence[PeriodView], error: InfoscreenError | None
) -> None:
    """Draw the choice of the event's academic period, whose holidays apply to it."""
    names = {period.id: period.name for period in periods}
    chosen = st.session_state[typed.key("academic_period_id")]
    archived = [] if chosen is None or chosen in names else [chosen]
    st.selectbox(
        _("Academic period"),
        [None, *names, *archived],
        format_func=lambda one: _("none") if one is None else names.get(one, _("archived")),
        placeholder=_("none"),
        key=typed.key("academic_period_id"),
        persist_state="session",
    )
    show_error(error, field="academic_period_id")


def _moment(typed: Typed, side: str, label: str, *, is_all_day: bool) -> None:
    callback: dict[str, Any] = (
        {"on_change": _keep_length, "args": (typed,)} if side == "start" else {}
    )
    with st.container(horizontal=True, gap="small", wrap=False, vertical_alignment="bottom"):
        st.date_input(
            label,
            min_value=FIRST_DAY,
            max_value=LAST_DAY,
            format=date_format(),
            key=typed.key(f"{side}_date"),
            persist_state="session",
            **callback,
        )
        if not is_all_day:
            st.time_input(
                _("{moment}, time", moment=label),
                step=_STEP,
                key=typed.key(f"{side}_time"),
                label_visibility="collapsed",
                persist_state="session",
                **callback,
            )


@while_open
def _keep_length(typed: Typed) -> None:
    """Move the end along with the start."""
    moved = shifted_end(typed.read(), typed.former_start)
    typed.set(end_date=moved.end_date, end_time=moved.end_time)
    try:
        typed.former_start = wall_times(moved)[0]
    except InvalidInputError:  # emptied for the moment; the next start counts again
        return


@while_open
def _propose_priority(typed: Typed) -> None:
    typed.propose_priority()


@while_open
def _prepare_repeat(typed: Typed) -> None:
    """Begin a choice with what suits the start, and a rule with what was chosen before."""
    values = typed.read()
    start = values.start_date or typed.former_start.date()
    if values.repeat is Repeat.WEEKLY and not values.weekdays:
        typed.set(weekdays=[start.weekday()])
    if values.repeat is Repeat.RULE and not values.rule_text:
        typed.set(rule_text=rule_text_of(Recurrence(repeat=Repeat.WEEKLY), start))


def _rule_field(typed: Typed) -> None:
    st.text_input(
        _("Rule (RRULE)"),
        key=typed.key("rule_text"),
        placeholder="FREQ=WEEKLY;BYDAY=MO,WE",
        help=_(
            "A recurrence rule after RFC 5545: FREQ, INTERVAL, COUNT or UNTIL, BYDAY, BYMONTHDAY, "
            "BYMONTH, BYSETPOS, WKST."
        ),
        live="500ms",
        persist_state="session",
    )


def _builder(typed: Typed, repeat: Repeat) -> None:
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
        key=typed.key("interval"),
        persist_state="session",
    )
    if repeat is Repeat.WEEKLY:
        st.pills(
            _("On"),
            list(range(7)),
            selection_mode="multi",
            format_func=weekday_name,
            key=typed.key("weekdays"),
            persist_state="session",
        )
    if repeat is Repeat.MONTHLY:
        _monthly_field(typed)
    _end_fields(typed)


def _monthly_field(typed: Typed) -> None:
    start = st.session_state[typed.key("start_date")] or typed.former_start.date()
    places = monthly_places(start)
    if st.session_state[typed.key("monthly_by")] not in places:
        typed.set(monthly_by=MonthlyBy.DATE)
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
        key=typed.key("monthly_by"),
        persist_state="session",
    )


def _end_fields(typed: Typed) -> None:
    with st.container(horizontal=True, gap="small", wrap=False, vertical_alignment="bottom"):
        st.selectbox(
            _("Ends"),
            list(Ends),
            format_func=lambda ends: _(ENDS_WORDS[ends]),
            key=typed.key("ends"),
            on_change=_prepare_end,
            args=(typed,),
            persist_state="session",
        )
        ends = st.session_state[typed.key("ends")]
        if ends is Ends.UNTIL:
            st.date_input(
                _("Last day"),
                min_value=FIRST_DAY,
                max_value=LAST_DAY,
                format=date_format(),
                key=typed.key("until"),
                persist_state="session",
            )
        if ends is Ends.COUNT:
            st.number_input(
                _("Number of times"),
                min_value=1,
                max_value=MAX_COUNT,
                key=typed.key("count"),
                persist_state="session",
            )


@while_open
def _prepare_end(typed: Typed) -> None:
    if st.session_state[typed.key("until")] is None:
        typed.set(until=typed.default_until)


def _rule_refusal(typed: Typed, error: InfoscreenError | None) -> None:
    """Say what is wrong with the rule; what is typed just now counts before what was refused."""
    values = typed.read()
    preview = _read_rule(values, _holidays(values))
    refusal = preview.refusal if preview else None
    # Of start and end, those say so themselves once they are saved.
    is_of_rule = refusal is not None and refusal.field in {"recurrence_rule", "timezone"}
    parts = error.parts if error else ()
    known = next((one for one in parts if one.field == "recurrence_rule"), None)
    show_error(refusal if is_of_rule else known, field="recurrence_rule")


def recurrence_reading(typed: Typed) -> None:
    """Draw what the rule means in words, and its next dates; nothing while it cannot be read."""
    values = typed.read()
    holidays = _holidays(values)
    preview = _read_rule(values, holidays) if recurs(typed) else None
    if preview is None or not preview.sentence:
        return
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
        return list_holidays(session, typed.academic_period_id)


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
        return _(
            "All dates of this series fall into holidays: {dates}", dates=dates_line(preview.dates)
        )
    return _("Next: {dates}", dates=dates_line(preview.dates))
