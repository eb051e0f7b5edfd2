"""Periods and holidays: the school years, what can be done with them, and the free days."""

from collections.abc import Sequence
from typing import Final

import streamlit as st

from console.i18n import _
from console.parts.address import query
from console.parts.page_header import page_header
from console.parts.style import planner_style
from console.runtime import current_identity
from console.school.holidays_form import holiday_panel
from console.school.holidays_import import import_panel
from console.school.holidays_list import holiday_bar, holidays_list
from console.school.periods_data import School, read_holidays, read_school
from console.school.periods_form import period_form
from console.school.periods_list import delete_question, line_name, period_card, periods_list
from console.school.periods_state import (
    LIST_PANELS,
    PERIOD,
    PERIOD_PANELS,
    Panel,
    close_panel_of_another,
    find_panel,
    open_panel,
)
from console.school.presenters.periods import PeriodLine, find_line, periods_line
from console.school.presenters.year_strip import FreeDays, strip_html, strip_sentence
from infoscreen_core.domain.people.roles import Role, has_at_least
from infoscreen_core.services.school.views import HolidayView

_SIDE_WIDTH: Final = 336


def render() -> None:
    """Draw the page."""
    planner_style()
    school = read_school()
    page_header(_("Periods & holidays"), periods_line(school.lines, school.today))
    chosen = find_line(school.lines, query().get(PERIOD, ""), school.today)
    if chosen is None:
        return
    close_panel_of_another(chosen.id)
    holidays = read_holidays(chosen.id)
    _periods(school, chosen, holidays)
    _holidays(school, chosen, holidays)


def _periods(school: School, chosen: PeriodLine, holidays: Sequence[HolidayView]) -> None:
    is_admin = _may(Role.ADMIN)
    panel = find_panel()
    with st.container(horizontal=True, wrap=False, key="periods"):
        with st.container(key="periods-main"):
            periods_list(school.lines, chosen)
            if is_admin:
                st.button(
                    _("Create period …"),
                    icon=":material/add:",
                    key="period-new",
                    on_click=open_panel,
                    args=(Panel.PERIOD_NEW,),
                )
            if chosen.is_real:
                _year(chosen, holidays, school)
        with st.container(width=_SIDE_WIDTH, key="periods-side"):
            if panel is None or panel.panel not in PERIOD_PANELS or not is_admin:
                period_card(chosen, school.lines, is_editable=is_admin)
            elif panel.panel is Panel.PERIOD_DELETE:
                delete_question(panel, chosen)
            else:
                period_form(panel, school.lines, school.today)


def _year(period: PeriodLine, holidays: Sequence[HolidayView], school: School) -> None:
    free = [FreeDays(one.name, one.start_date, one.end_date) for one in holidays]
    st.markdown(strip_sentence(period.first, period.last, free, school.today))
    st.html(strip_html(period.name, period.first, period.last, free, school.today))


def _holidays(school: School, period: PeriodLine, holidays: Sequence[HolidayView]) -> None:
    is_editor = _may(Role.EDITOR)
    panel = find_panel() if is_editor else None
    st.header(_("Holidays: {name}", name=line_name(period)), anchor=False)
    if is_editor:
        holiday_bar(period)
    if panel and panel.panel in LIST_PANELS:
        import_panel(panel, period)
    is_beside = panel is not None and panel.panel not in LIST_PANELS | PERIOD_PANELS
    with st.container(horizontal=True, wrap=False, key="holidays"):
        with st.container(key="holidays-main"):
            holidays_list(holidays, is_editable=is_editor and not period.is_archived)
        if panel and is_beside:
            with st.container(width=_SIDE_WIDTH, key="holidays-side"):
                holiday_panel(panel, period, holidays, school.today)


def _may(role: Role) -> bool:
    return has_at_least(current_identity().role, role)
