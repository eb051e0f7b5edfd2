"""What follows when a person acts in the calendar: what opens beside it, and what is shown."""

from dataclasses import replace
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

import streamlit as st

from console.calendar.bar import Bar
from console.calendar.opening import open_blank
from console.calendar.presenters.view import CalendarAddress, stretch_of
from console.events.details import close_details, event_details, open_details, opened_details
from console.events.form import event_form
from console.events.form_actions import Saved
from console.events.form_state import close_form, find_form, open_event, open_new
from console.events.left_out import close_left_out, is_left_out_open, left_out_card, open_left_out
from console.events.move import (
    begin_move,
    forget_move,
    is_move_pending,
    move_question,
    pending_occurrence,
)
from console.events.plan import Plan
from console.events.presenters.actions import Action, LeftOutOpened, OccurrenceMoved, SlotChosen
from console.events.presenters.bells import slot_span
from console.i18n import _
from console.parts.feedback import show_error
from console.runtime import run_again
from infoscreen_core.domain.text.local_time import to_local
from infoscreen_core.errors import NotFoundError

_SIDE_WIDTH: Final = 392


def answer(action: Action, address: CalendarAddress, plan: Plan, *, is_editable: bool) -> None:
    """Do what the action asks for, without losing what is typed in an open form."""
    forget_move()
    close_left_out()
    form = find_form()
    if isinstance(action, LeftOutOpened):
        open_left_out(action)
    elif isinstance(action, OccurrenceMoved):
        if form and form.event_id == action.event_id and not form.typed.has_changes:
            close_form()
        begin_move(action, plan)
    elif isinstance(action, SlotChosen):
        start, end = slot_span(action, plan.lessons)
        open_new(start, end, group_id=address.group_id, is_all_day=action.is_all_day)
    elif not is_editable:
        open_details(action.event_id, action.start)
    elif form and form.typed.has_changes:
        form.wanted = (action.event_id, action.start)
    else:
        open_event(action.event_id, action.start)


def planning_button(address: CalendarAddress, zone: ZoneInfo) -> None:
    """Draw the button that plans an event."""
    if st.button(_("Plan event"), type="primary", icon=":material/add:", key="calendar-new"):
        close_details()
        forget_move()
        close_left_out()
        open_blank(address, zone)
        run_again()


def calendar_side(bar: Bar, plan: Plan) -> None:
    """Draw what is open beside the calendar, if anything is."""
    form = find_form()
    if not is_side_open():
        return
    with st.container(width=_SIDE_WIDTH, key="planner-side"):
        try:
            if is_move_pending():
                move_question(plan)
            elif is_left_out_open():
                left_out_card(plan.zone)
            elif form is not None:
                event_form(form, plan, lambda saved: _show_saved(saved, bar))
            else:
                event_details(plan.groups, plan.zone)
        except NotFoundError as error:  # somebody deleted it meanwhile
            show_error(error)
            for forget in (close_form, close_details, close_left_out, forget_move):
                forget()


def is_side_open() -> bool:
    """Whether anything is open beside the calendar."""
    return bool(find_form() or is_move_pending() or is_left_out_open() or opened_details())


def day_beside(zone: ZoneInfo) -> date | None:
    """Return the day that what is open beside the calendar is about, if it is about one."""
    if (moved := pending_occurrence()) is not None:
        return moved.start.date()
    if (form := find_form()) is not None:
        drawn = form.typed.drawn or form.typed.initial
        return drawn.start_date
    opened = opened_details()
    return to_local(opened[1], zone).date() if opened else None


def _show_saved(saved: Saved | None, bar: Bar) -> None:
    """Go to where the saved event can be seen, if it cannot be seen here."""
    if saved is None:
        return
    address = bar.address
    if not stretch_of(address.view, address.day).holds(saved.day):
        address = replace(address, day=saved.day)
    if address.group_id is not None and address.group_id not in saved.group_ids:
        address = replace(address, group_id=None)
    if address.period_id not in {None, saved.period_id}:
        address = replace(address, period_id=None)
    bar.show(address)
