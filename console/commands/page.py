"""Commands (Befehle): what runs now, what came of those before, and how well they do."""

import streamlit as st

from console.commands import data, filters
from console.commands.asked import FILTERS, View
from console.commands.cycles import draw_cycles
from console.commands.figures import draw_figures
from console.commands.files import offer_cycles, offer_files
from console.commands.history import draw_history
from console.commands.maintenance.dialogs import draw_maintenance_dialogs
from console.commands.maintenance.listed import draw_plans
from console.commands.rollouts.data import count_open
from console.commands.rollouts.listed import draw_rollouts
from console.commands.rollouts.one import draw_rollout
from console.commands.running import draw_running
from console.commands.unknown import say_unknown
from console.i18n import _
from console.parts.address import choose_one, query
from console.parts.page_header import page_header
from console.parts.saved_views import saved_views
from console.parts.style import commands_style


def render() -> None:
    """Draw the page, or that of the roll-out named in the address (`?rollout=`)."""
    commands_style()
    if rollout_id := query().get("rollout"):
        draw_rollout(rollout_id)
        return
    page_header(_("Commands"))
    saved_views("commands", FILTERS)
    draw_running()
    view = _choose_view()
    if view is View.ROLLOUTS:
        say_unknown()
        draw_rollouts()
        return
    if view is View.MAINTENANCE:
        draw_plans()
        draw_maintenance_dialogs()
        return
    question = filters.choose(view)
    if not say_unknown():
        return
    match view:
        case View.FIGURES:
            draw_figures(question)
        case View.POWER:
            offer_cycles(question)
            draw_cycles()
        case View.HISTORY:
            offer_files(question)
            draw_history()


def _choose_view() -> View:
    count = count_open()
    options = {
        View.HISTORY.value: _("History"),
        View.ROLLOUTS.value: f"{_('Roll-outs')} {count}" if count else _("Roll-outs"),
        View.MAINTENANCE.value: _("Maintenance"),
        View.FIGURES.value: _("Figures"),
    }
    if data.has_plugs() or query().get("view") == View.POWER:
        options[View.POWER.value] = _("Power cycles")
    with st.container(key="commands-views"):
        return View(choose_one(_("View"), options, key="view", default=View.HISTORY.value))
