"""A screen's plug on its page: what it is, and the course of its power cycles, live."""

from datetime import datetime
from typing import Final

import streamlit as st

from console.commands.plug_dialogs import ask_for_cycle, ask_to_set_plug
from console.commands.presenters.lifecycle import course_html
from console.commands.presenters.plugs import cycle_course, plug_html, trouble_html
from console.i18n import _
from console.parts.history_link import history_link
from console.parts.write import attempt
from console.runtime import Session, now, read_session, run_again, user_timezone
from infoscreen_core.domain.commands.plugs import TERMINAL, State
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.commands.plugs.plug_setup import find_plug
from infoscreen_core.services.commands.plugs.plug_views import CycleView
from infoscreen_core.services.commands.plugs.plugs import cancel_cycle, has_usable_plug, list_cycles

_SHOWN: Final = 4
_ICON: Final = ":material/power:"


def is_cycle_running(uuid: str) -> bool:
    """Whether one of the screen's newest power cycles has not ended yet."""
    return any(one.status not in TERMINAL for one in _cycles(uuid))


def plug_button(uuid: str, *, key: str = "action-plug-cycle") -> None:
    """Draw the button that switches the screen's plug off and on, where it may be."""
    with read_session() as session:
        is_usable = has_usable_plug(session, uuid)
    if is_usable and st.button(_("Switch plug off and on"), icon=_ICON, key=key):
        ask_for_cycle(uuid)
        run_again()


def plug_card(uuid: str) -> None:
    """Draw the screen's plug with its newest power cycle, and the ones before it on request."""
    with read_session() as session:
        plug = find_plug(session, uuid)
    cycles = _cycles(uuid)
    if plug is None and not cycles:
        return
    with st.container(border=True, key="card-plug", gap="small"):
        if plug is not None:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.html(plug_html(plug, user_timezone(), now=now()))
                if st.button(
                    _("Change plug"), icon=":material/edit:", key="plug-change", type="tertiary"
                ):
                    ask_to_set_plug(uuid)
                    run_again()
                history_link("plug", uuid, label=_("History of the plug"))
        if cycles:
            _newest(cycles[0])
        if cycles[1:]:
            with st.expander(_("Earlier power cycles"), type="compact"):
                for one in cycles[1:]:
                    _draw(one)


def _cycles(uuid: str) -> list[CycleView]:
    with read_session() as session:
        return list_cycles(session, uuid, limit=_SHOWN)


def _newest(cycle: CycleView) -> None:
    _draw(cycle)
    if trouble := trouble_html(cycle, user_timezone()):
        st.html(trouble)
    if cycle.status is State.REQUESTED and st.button(
        _("Cancel power cycle"), icon=":material/close:", key="plug-cancel", type="tertiary"
    ):
        _cancel(cycle)


def _draw(cycle: CycleView) -> None:
    zone = user_timezone()
    st.html(course_html(cycle_course(cycle, zone), zone, now=now()))


def _cancel(cycle: CycleView) -> None:
    def write(session: Session, actor: Actor, at: datetime) -> str:
        cancel_cycle(session, cycle.cycle_id, actor=actor, now=at)
        return _("The power cycle is cancelled.")

    if attempt(write):
        run_again()
