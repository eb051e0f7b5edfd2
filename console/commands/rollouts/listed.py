"""The list of roll-outs, newest first; each opens on a page of its own."""

from typing import Final

import streamlit as st

from console.commands.presenters.rollout_html import row_html
from console.commands.presenters.rollout_words import rollout_title
from console.commands.rollouts import data
from console.i18n import _, ngettext
from console.navigation import link_to
from console.parts.address import asked_page, choose_one, choose_page, write
from console.parts.guard import live
from console.runtime import now, run_again, user_timezone
from console.words.commands import rollout_word
from infoscreen_core.domain.commands.rollout import RolloutStatus
from infoscreen_core.services.commands.views import RolloutView

_REFRESH_SECONDS: Final = 5
_ANY: Final = "all"


@live(_REFRESH_SECONDS)
def draw_rollouts() -> None:
    """Draw the list."""
    chosen = _choose_status()
    statuses = None if chosen == _ANY else frozenset({RolloutStatus(chosen)})
    found = _read(statuses)
    if not found.total:
        _nothing(is_narrowed=statuses is not None)
        return
    count = ngettext("{n} roll-out", "{n} roll-outs", found.total)
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        st.html(f'<p class="is-quiet is-small">{count}</p>', width="content")
        _offer_screens()
    with st.container(key="commands-rollouts", gap=None):
        for view in found.rollouts:
            _row(view)
    choose_page(-(-found.total // data.ROWS))


def _choose_status() -> str:
    options = {_ANY: _("All"), **{one.value: rollout_word(one) for one in RolloutStatus}}
    return choose_one(_("Status"), options, key="stands", default=_ANY)


def _read(statuses: frozenset[RolloutStatus] | None) -> data.Listed:
    found = data.read_list(asked_page(), statuses)
    if found.rollouts or not found.total:
        return found
    return data.read_list(-(-found.total // data.ROWS), statuses)


def _row(view: RolloutView) -> None:
    key = f"rollout-row-{view.rollout_id}"
    with st.container(horizontal=True, vertical_alignment="center", key=key):
        st.html(row_html(view, user_timezone(), now=now()))
        if st.button(
            _("Open"),
            key=f"rollout-open-{view.rollout_id}",
            icon=":material/chevron_right:",
            help=rollout_title(view),
        ):
            write(rollout=view.rollout_id, page=None)
            run_again()  # else only this live part would be drawn anew


def _nothing(*, is_narrowed: bool) -> None:
    if is_narrowed:
        st.info(_("No roll-out stands so; choose another status."), icon=":material/filter_alt:")
        return
    st.info(
        _(
            "No roll-out yet. Tick screens in the list of screens, or take a group there, or a "
            "filter or an outage of the monitoring: one command then goes to all of them, in waves."
        ),
        icon=":material/stacks:",
    )
    _offer_screens()


def _offer_screens() -> None:
    link_to("clients", _("Choose screens for another"), icon=":material/add:")
