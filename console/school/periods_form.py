"""The form on a period: what it is called, of which type it is, and on which days it runs."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

import streamlit as st

from console.i18n import _
from console.parts.feedback import show_error
from console.runtime import Session, read_session
from console.school.periods_inputs import first_and_last_day, form_end, panel_form
from console.school.periods_state import OpenPanel, Panel, choose_period, write_and_close
from console.school.presenters.periods import PERIOD_TYPE_WORDS, PeriodLine, next_year
from infoscreen_core.domain.events.event import PeriodType
from infoscreen_core.domain.school.periods import DISPLAY_NAME_LIMIT, NAME_LIMIT, PeriodDraft
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.school.periods import create_period, get_draft, update_period

_FIELDS: Final = frozenset({"name", "display_name", "period_type", "start_date", "end_date"})


def period_form(panel: OpenPanel, lines: Sequence[PeriodLine], today: date) -> None:
    """Draw the form that is open."""
    draft = _stored(panel) if panel.panel is Panel.PERIOD_EDIT else _blank(lines, today)
    is_new = panel.panel is Panel.PERIOD_NEW
    with panel_form("period", _("New period") if is_new else _("Edit period")):
        _inputs(panel, draft)
        if is_new:
            form_end(panel, _FIELDS, _("Create period"), _create)
        else:
            form_end(panel, _FIELDS, _("Save period"), _update)


def _inputs(panel: OpenPanel, draft: PeriodDraft) -> None:
    st.text_input(
        _("Name"),
        value=draft.name,
        key=panel.key("name"),
        max_chars=NAME_LIMIT,
        placeholder=_("e.g. Schuljahr 2027/28"),
    )
    show_error(panel.error, field="name")
    st.text_input(
        _("Short name"),
        value=draft.display_name or "",
        key=panel.key("display_name"),
        max_chars=DISPLAY_NAME_LIMIT,
        placeholder="2027/28",
        help=_("Stands where there is little room; may be left empty."),
    )
    show_error(panel.error, field="display_name")
    kinds = list(PeriodType)
    st.selectbox(
        _("Type"),
        kinds,
        index=kinds.index(draft.period_type),
        format_func=lambda kind: _(PERIOD_TYPE_WORDS[kind]),
        key=panel.key("period_type"),
        help=_("Periods of one type do not overlap."),
    )
    show_error(panel.error, field="period_type")
    first_and_last_day(panel, draft.start_date, draft.end_date)


def _create(panel: OpenPanel) -> None:
    def write(session: Session, actor: Actor, now: datetime) -> str:
        period = create_period(session, _typed(panel), actor=actor, now=now)
        choose_period(period.id)
        return _("{name} is created.", name=period.name)

    write_and_close(write, panel)


def _update(panel: OpenPanel) -> None:
    def write(session: Session, actor: Actor, now: datetime) -> str:
        period = update_period(session, panel.subject, _typed(panel), actor=actor, now=now)
        return _("{name} is saved.", name=period.name)

    write_and_close(write, panel)


def _typed(panel: OpenPanel) -> PeriodDraft:
    return PeriodDraft(
        name=st.session_state[panel.key("name")] or "",
        display_name=st.session_state[panel.key("display_name")],
        period_type=st.session_state[panel.key("period_type")],
        start_date=st.session_state[panel.key("start_date")],
        end_date=st.session_state[panel.key("end_date")],
    )


def _stored(panel: OpenPanel) -> PeriodDraft:
    with read_session() as session:
        return get_draft(session, panel.subject)


def _blank(lines: Sequence[PeriodLine], today: date) -> PeriodDraft:
    name, first, last = next_year(lines, today)
    return PeriodDraft(name=name, period_type=PeriodType.SCHULJAHR, start_date=first, end_date=last)
