"""The plans of maintenance: the next seven days as a picture, then each with its buttons."""

from datetime import datetime
from typing import Final

import streamlit as st

from console.commands.maintenance import data
from console.commands.maintenance.dialogs import ask_for_plan, ask_to_delete
from console.commands.presenters.maintenance_html import plan_html, week_html
from console.commands.presenters.maintenance_words import saved_sentence
from console.i18n import _
from console.parts.guard import live
from console.parts.history_link import history_link
from console.parts.write import attempt
from console.runtime import Session, now, run_again, user_timezone
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.commands.maintenance.plans import set_enabled
from infoscreen_core.services.commands.maintenance.views import PlanView

_REFRESH_SECONDS: Final = 10


@live(_REFRESH_SECONDS)
def draw_plans() -> None:
    """Draw the part."""
    plans, zone, at = data.read_plans(), user_timezone(), now()
    if st.button(_("Add maintenance plan"), key="plan-add", icon=":material/add:"):
        ask_for_plan(None)
        run_again()  # else only this live part would be drawn anew
    if not plans:
        st.info(
            _(
                "No maintenance yet. A plan restarts groups, or all screens, by night or by week: "
                "in a window of local time, outside events and holidays if you wish. What has no "
                "turn in the window is left out, never made up for."
            ),
            icon=":material/build:",
        )
        return
    st.html(week_html(plans, zone, now=at))
    with st.container(key="commands-plans", gap=None):
        for plan in plans:
            _row(plan, at)


def _row(plan: PlanView, at: datetime) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"plan-row-{plan.id}"):
        st.html(plan_html(plan, user_timezone(), now=at))
        if st.button(_("Edit"), key=f"plan-edit-{plan.id}", icon=":material/edit:", help=plan.name):
            ask_for_plan(plan.id)
            run_again()
        label = _("Switch off") if plan.is_enabled else _("Switch on")
        icon = ":material/pause:" if plan.is_enabled else ":material/play_arrow:"
        if st.button(label, key=f"plan-switch-{plan.id}", icon=icon, help=plan.name):
            _switch(plan)
        if st.button(
            _("Delete plan"), key=f"plan-delete-{plan.id}", icon=":material/delete:", help=plan.name
        ):
            ask_to_delete(plan.id)
            run_again()
        history_link("maintenance_plan", plan.id)


def _switch(plan: PlanView) -> None:
    def write(session: Session, actor: Actor, at: datetime) -> str:
        view = set_enabled(session, plan.id, is_enabled=not plan.is_enabled, actor=actor, now=at)
        if view.is_enabled:
            return saved_sentence(view, user_timezone(), now=at)
        return _("The plan “{name}” is switched off; a roll-out that runs goes on.", name=view.name)

    attempt(write)
    run_again()
