"""The order of the groups, changed by hand: a button up and one down on each group's line."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from console.i18n import _
from console.parts.feedback import toast
from console.parts.own.listing import Press
from console.parts.write import attempt
from console.runtime import Session, run_again
from console.screens.presenters.groups import moved
from console.screens.presenters.html import DOWN, UP
from console.words.errors import error_sentence
from infoscreen_core.errors import InfoscreenError
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.screens.groups import set_group_order

_STEPS: Final = {UP: -1, DOWN: 1}


def move_group(pressed: Press, groups: Mapping[int, str]) -> None:
    """Move a group by one place among these, if that was asked for, and run the page again."""
    if pressed.deed not in _STEPS:
        return
    ids, group_id = list(groups), int(pressed.line)
    if group_id in groups:  # else somebody else has deleted it meanwhile
        order = moved(ids, group_id, _STEPS[pressed.deed])
        if order != ids:
            _keep_order(order, group_id, groups[group_id])
    run_again()


def _keep_order(order: Sequence[int], group_id: int, name: str) -> None:
    def write(session: Session, actor: Actor, now: datetime) -> str:
        set_group_order(session, order, actor=actor, now=now)
        return _("{name} stands at place {place} now.", name=name, place=order.index(group_id) + 1)

    attempt(write, refuse=_warn)


def _warn(error: InfoscreenError) -> None:
    toast(error_sentence(error), tone="warning")
