"""One roll-out, live: how far it is, what comes next, every screen of it, and how to end it."""

from datetime import datetime
from html import escape
from typing import Final

import streamlit as st

from console.commands.presenters.rollout_html import bar_html, status_html
from console.commands.presenters.rollout_tiles import legend_html, tiles_html
from console.commands.presenters.rollout_words import (
    cancel_sentence,
    left_out_sentence,
    next_line,
    origin_line,
    progress_line,
    rollout_title,
    settings_facts,
    stopped_sentence,
)
from console.commands.rollouts import data
from console.commands.rollouts.dialog import ask_for_rollout, draw_rollout_dialog
from console.commands.rollouts.members import MEMBERS_ASKED, draw_members
from console.commands.rollouts.order import RolloutOrder
from console.i18n import _, ngettext
from console.parts import dialogs
from console.parts.address import write
from console.parts.forms.dialog_form import (
    Slots,
    attempt_and_close,
    consequence,
    draw_dialog,
    gone,
    is_confirmed,
)
from console.parts.guard import live
from console.parts.history_link import history_link
from console.parts.page_header import freshness, page_header
from console.parts.write import attempt
from console.runtime import Session, now, run_again, user_timezone
from console.words.formatting import clock
from console.words.html import facts
from infoscreen_core.domain.commands.rollout import OPEN, RolloutStatus
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.commands.rollouts.rollout_request import Target
from infoscreen_core.services.commands.rollouts.rollouts import (
    cancel_rollout,
    pause_rollout,
    resume_rollout,
)
from infoscreen_core.services.commands.views import RolloutView

_PURSUIT_SECONDS: Final = 2
_REFRESH_SECONDS: Final = 15
_PACE: Final = "rollout-pace"
_CANCEL: Final = "rollout-cancel"


def draw_rollout(rollout_id: str) -> None:
    """Draw the page of a roll-out."""
    found = data.read_whole(rollout_id)
    if found is None:
        page_header(_("Roll-out"))
        st.info(_("There is no such roll-out."), icon=":material/search_off:")
        _back()
        return
    page_header(rollout_title(found.view), origin_line(found.view, user_timezone(), now=now()))
    st.session_state[_PACE] = _pace(found.view)
    live(st.session_state[_PACE])(_live_part)(rollout_id)
    draw_dialog(_CANCEL, _("Cancel roll-out"), ":material/cancel:", _cancel)
    draw_rollout_dialog()


def _live_part(rollout_id: str) -> None:
    found = data.read_whole(rollout_id)
    if found is None or _pace(found.view) != st.session_state.get(_PACE):
        run_again()
    view, zone, at = found.view, user_timezone(), now()
    with st.container(horizontal=True, vertical_alignment="center", key="rollout-head"):
        state = f"{status_html(view.status)} <span>{escape(progress_line(view))}</span>"
        st.html(f'<p class="is-truth is-rollout-state">{state}</p>')
        _buttons(found)
    st.html(bar_html(view))
    if stopped := stopped_sentence(view):
        st.error(stopped, icon=":material/report:")
    if following := next_line(view, zone, now=at):
        st.html(f"<p>{escape(following)}</p>")
    st.html(legend_html(found.tiles) + tiles_html(found.tiles))
    reasons = [one.left_out_reason for one in found.tiles if one.left_out_reason]
    if left_out := left_out_sentence(reasons):
        st.html(f"<p>{escape(left_out)}</p>")
    draw_members(found)
    with st.expander(_("How carefully it goes"), key="rollout-settings"):
        st.html(facts((name, escape(value)) for name, value in settings_facts(view)))
    freshness(_("As of {time}", time=clock(at, zone, with_seconds=True)))


def _pace(view: RolloutView) -> int:
    is_moving = view.status in OPEN or view.settled < view.total
    return _PURSUIT_SECONDS if is_moving else _REFRESH_SECONDS


def _buttons(found: data.Whole) -> None:
    view = found.view
    if view.status is RolloutStatus.RUNNING and st.button(
        _("Pause roll-out"), key="rollout-pause", icon=":material/pause:"
    ):
        _pause(view)
    if view.status is RolloutStatus.PAUSED and st.button(
        _("Resume roll-out"), key="rollout-resume", icon=":material/play_arrow:", type="primary"
    ):
        _resume(view)
    if view.status in OPEN and st.button(
        _("Cancel roll-out"), key="rollout-ask-cancel", icon=":material/cancel:"
    ):
        dialogs.open_dialog(_CANCEL, rollout_id=view.rollout_id)
        run_again()
    _offer_rest(found)
    history_link("rollout", view.rollout_id)
    _back()


def _offer_rest(found: data.Whole) -> None:
    """Draw the button for another roll-out over the screens to which this one left it to do."""
    view, left = found.view, tuple(one.client_uuid for one in found.tiles if one.is_left)
    if view.status in OPEN or not left:
        return
    label = ngettext("Command for the {n} that is left", "Command for the {n} that are left",
                     len(left))  # fmt: skip
    if st.button(label, key="rollout-rest", icon=":material/stacks:"):
        order = RolloutOrder(action=view.action, reason=view.reason)
        ask_for_rollout(Target(client_uuids=left), order)
        run_again()


def _back() -> None:
    if st.button(_("All roll-outs"), key="rollout-back", icon=":material/arrow_back:"):
        write(**dict.fromkeys(MEMBERS_ASKED), rollout=None, view="rollouts")
        run_again()  # else only this live part would be drawn anew


def _pause(view: RolloutView) -> None:
    def write_it(session: Session, actor: Actor, now: datetime) -> str:
        pause_rollout(session, view.rollout_id, actor=actor, now=now)
        return _("The roll-out is paused.")

    attempt(write_it)
    run_again()


def _resume(view: RolloutView) -> None:
    def write_it(session: Session, actor: Actor, now: datetime) -> str:
        resume_rollout(session, view.rollout_id, actor=actor, now=now)
        return _("The roll-out goes on.")

    attempt(write_it)
    run_again()


def _cancel(rollout_id: str) -> None:
    found = data.read_whole(rollout_id)
    if found is None or found.view.status not in OPEN:
        gone()
        return
    consequence(cancel_sentence(found.view))
    with st.form("rollout-cancel", border=False, enter_to_submit=False):
        slots = Slots()
        confirmed = is_confirmed(_("Cancel roll-out"), ":material/cancel:")

    def write_it(session: Session, actor: Actor, now: datetime) -> str:
        cancel_rollout(session, rollout_id, actor=actor, now=now)
        return _("The roll-out was cancelled.")

    if confirmed:
        attempt_and_close(write_it, slots)
