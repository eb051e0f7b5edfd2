"""One player, from its status down to its log, and what can be done about it."""

from typing import Final

import streamlit as st

from console.commands.course import command_courses, is_command_running
from console.commands.dialog import draw_command_dialog
from console.commands.plug_card import is_cycle_running, plug_card
from console.commands.plug_dialogs import draw_plug_dialogs
from console.i18n import _
from console.monitoring.blindness import say_blindness
from console.monitoring.failed_services import draw_failed_service_dialog
from console.monitoring.incident_dialog import draw_incident_dialog
from console.monitoring.incidents import incidents_of_screen
from console.monitoring.log_history import draw_log_history
from console.monitoring.log_window import choose_hours, choose_levels
from console.monitoring.presenters.logs import log_table
from console.monitoring.snapshots import logs
from console.navigation import link_to
from console.parts.address import query
from console.parts.guard import live
from console.parts.history_link import history_link
from console.parts.page_header import page_header
from console.runtime import current_identity, now, run_again, user_timezone
from console.screens import snapshots
from console.screens.client_actions import action_buttons
from console.screens.health import health_curves
from console.screens.past.compare import compare_pictures
from console.screens.past.timeline import draw_past
from console.screens.past.why import say_why
from console.screens.pictures import pictures
from console.screens.power_order import draw_power_dialog
from console.screens.presenters.client import head_html, machine_facts, process_facts
from console.screens.recovery import draw_recovery_dialog, say_recovery
from console.words.html import facts
from infoscreen_core.domain.people.roles import Role, has_at_least

_REFRESH_SECONDS: Final = 5
_PURSUIT_SECONDS: Final = 1
"""While a command or a power cycle runs, so that its steps are seen as they happen."""
_LOG_LIMIT: Final = 100
_PACE: Final = "client-pace"


def render() -> None:
    """Draw the player named in the address (`?uuid=`)."""
    uuid = query().get("uuid", "")
    detail = snapshots.client(uuid)
    if detail is None:
        _unknown()
        return
    page_header(detail.view.name)
    st.session_state[_PACE] = _pace(uuid)
    live(st.session_state[_PACE])(_state_and_commands)(uuid)
    draw_past(uuid)
    _pictures(uuid)
    compare_pictures(uuid)
    _facts(uuid)
    health_curves(uuid)
    _log(uuid)
    draw_command_dialog()
    draw_plug_dialogs()
    draw_power_dialog()
    draw_incident_dialog()
    draw_failed_service_dialog()
    draw_recovery_dialog()


def _pace(uuid: str) -> int:
    is_pursued = is_command_running(uuid) or is_cycle_running(uuid)
    return _PURSUIT_SECONDS if is_pursued else _REFRESH_SECONDS


def _state_and_commands(uuid: str) -> None:
    if _pace(uuid) != st.session_state.get(_PACE):
        run_again()  # a fragment's pace changes with the next full run only
    detail = snapshots.client(uuid)
    if detail is None:
        run_again()  # removed meanwhile: the other parts would stay as they were
    may_act = _may_act()
    say_blindness()
    st.html(head_html(detail, user_timezone(), now=now(), may_act=may_act))
    say_why(uuid)
    incidents_of_screen(uuid)
    if may_act:
        action_buttons(detail)
        say_recovery(uuid)
        command_courses(uuid)
        plug_card(uuid)
        history_link("client", uuid, label=_("History of the screen"))


@live(_REFRESH_SECONDS)
def _pictures(uuid: str) -> None:
    detail = snapshots.client(uuid)
    if detail is not None:
        pictures(detail)


@live(_REFRESH_SECONDS)
def _facts(uuid: str) -> None:
    detail = snapshots.client(uuid)
    if detail is None:
        return
    zone, at = user_timezone(), now()
    left, right = st.columns(2, gap="medium")
    for place, title, pairs in (
        (left, _("Process and screen"), process_facts(detail, zone, now=at)),
        (right, _("Hardware and software"), machine_facts(detail, zone, now=at)),
    ):
        place.header(title, anchor=False)
        place.html(facts(pairs))


@live(_REFRESH_SECONDS)
def _log(uuid: str) -> None:
    if not _may_act():
        return
    st.header(_("Log"), anchor=False)
    with st.container(horizontal=True):
        hours, levels = choose_hours(), choose_levels()
    draw_log_history(uuid, hours=hours, levels=levels)
    lines = logs(uuid, hours=hours, levels=levels, limit=_LOG_LIMIT)
    st.html(log_table(lines, user_timezone(), now=now(), limit=_LOG_LIMIT))


def _may_act() -> bool:
    return has_at_least(current_identity().role, Role.ADMIN)


def _unknown() -> None:
    page_header(_("Screen"))
    st.info(_("There is no such screen; it may have been removed."), icon=":material/tv_off:")
    link_to("overview", _("Overview"), icon=":material/dashboard:")
