"""The form on one holiday, and the question before one is deleted."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

import streamlit as st

from console.i18n import _
from console.parts.feedback import show_error
from console.parts.history_link import history_link
from console.runtime import Session
from console.school.periods_inputs import first_and_last_day, form_end, panel_form
from console.school.periods_state import OpenPanel, Panel, close_panel, write_and_close
from console.school.presenters.holidays import followed_text
from console.school.presenters.periods import PeriodLine, days_text
from infoscreen_core.domain.school.holidays import NAME_LIMIT, REGION_LIMIT, Holiday, Outcome
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.school.holidays import create_holiday, delete_holiday, update_holiday
from infoscreen_core.services.school.views import HolidayView

_FIELDS: Final = frozenset({"name", "region", "start_date", "end_date"})


def holiday_panel(
    panel: OpenPanel, period: PeriodLine, lines: Sequence[HolidayView], today: date
) -> None:
    """Draw the form or question that is open beside the list."""
    line = next((line for line in lines if line.id == panel.subject), None)
    if panel.panel is Panel.HOLIDAY_NEW:
        _form(panel, HolidayView("", *_first_days(period, today)))
    elif line is None:
        st.info(
            _("Nothing is left to do here; somebody else did it meanwhile."), icon=":material/info:"
        )
        st.button(_("Close"), key="panel-holiday-gone", on_click=close_panel)
    elif panel.panel is Panel.HOLIDAY_DELETE:
        _question(panel, line)
    else:
        _form(panel, line)


def _form(panel: OpenPanel, line: HolidayView) -> None:
    is_new = panel.panel is Panel.HOLIDAY_NEW
    with panel_form("holiday", _("New holiday") if is_new else _("Edit holiday")):
        _inputs(panel, line)
        if is_new:
            form_end(panel, _FIELDS, _("Enter holiday"), _create)
        else:
            form_end(panel, _FIELDS, _("Save holiday"), _update)
    if not is_new:
        history_link("holiday", line.id)


def _inputs(panel: OpenPanel, line: HolidayView) -> None:
    st.text_input(
        _("Name"),
        value=line.name,
        key=panel.key("name"),
        max_chars=NAME_LIMIT,
        placeholder=_("e.g. Herbstferien"),
    )
    show_error(panel.error, field="name")
    first_and_last_day(panel, line.start_date, line.end_date)
    st.text_input(
        _("Region"),
        value=line.region,
        key=panel.key("region"),
        max_chars=REGION_LIMIT,
        help=_("May be left empty. The same name in another region is another holiday."),
    )
    show_error(panel.error, field="region")


def _question(panel: OpenPanel, line: HolidayView) -> None:
    with st.container(border=True, key="card-holiday-delete"):
        st.warning(
            _(
                "{name} ({days}) is deleted. Series that leave out holidays take place on these "
                "days again.",
                name=line.name,
                days=days_text(line.start_date, line.end_date),
            ),
            icon=":material/delete:",
        )
        show_error(panel.error)
        with st.container(horizontal=True):
            st.button(
                _("Delete holiday"),
                type="primary",
                icon=":material/delete:",
                key="panel-holiday-delete-now",
                on_click=_delete,
                args=(panel, line),
            )
            st.button(_("Keep it"), key="panel-holiday-keep", on_click=close_panel)


def _create(panel: OpenPanel) -> None:
    def write(session: Session, actor: Actor, now: datetime) -> str:
        written = create_holiday(
            session, panel.subject or None, _typed(panel), actor=actor, now=now
        )
        name = written.holiday.name
        if written.outcome is Outcome.SKIPPED:
            return _("{name} is entered already; nothing was changed.", name=name)
        said = {
            Outcome.MERGED: _(
                "{name} was joined with what was there: {days}.",
                name=name,
                days=days_text(written.holiday.start_date, written.holiday.end_date),
            )
        }.get(written.outcome, _("{name} is entered.", name=name))
        return f"{said}{followed_text(written.event_count)}"

    write_and_close(write, panel)


def _update(panel: OpenPanel) -> None:
    def write(session: Session, actor: Actor, now: datetime) -> str:
        written = update_holiday(session, panel.subject, _typed(panel), actor=actor, now=now)
        said = _("{name} is saved.", name=written.holiday.name)
        return f"{said}{followed_text(written.event_count)}"

    write_and_close(write, panel)


def _delete(panel: OpenPanel, line: HolidayView) -> None:
    def write(session: Session, actor: Actor, now: datetime) -> str:
        count = delete_holiday(session, line.id, actor=actor, now=now)
        return f"{_('{name} is deleted.', name=line.name)}{followed_text(count)}"

    write_and_close(write, panel)


def _typed(panel: OpenPanel) -> Holiday:
    return Holiday(
        name=st.session_state[panel.key("name")] or "",
        start_date=st.session_state[panel.key("start_date")],
        end_date=st.session_state[panel.key("end_date")],
        region=st.session_state[panel.key("region")] or None,
    )


def _first_days(period: PeriodLine, today: date) -> tuple[date, date]:
    """Return the days that a new holiday begins with: today, kept inside the period."""
    on = max(period.first, min(today, period.last)) if period.is_real else today
    return on, on
