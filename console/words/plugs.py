"""What plugs and the states of their power cycles are called."""

from collections.abc import Mapping
from typing import Final

from console.i18n import N_, _
from console.words.commands import RUNNING_LOOK, STATE_LOOKS, StateLook
from infoscreen_core.domain.commands.lifecycle import State as CommandState
from infoscreen_core.domain.commands.plugs import OPEN, TERMINAL, PlugKind, State
from infoscreen_core.domain.commands.words import CYCLE_WORDS

BAD_ENDS: Final = TERMINAL - {State.COMPLETED}
"""Ends that are not what was wanted."""
_KINDS: Final[Mapping[PlugKind, str]] = {
    PlugKind.SHELLY_GEN2: N_("Shelly, second generation or later"),
    PlugKind.TASMOTA: N_("Plug with Tasmota"),
}


CYCLE_LOOKS: Final[Mapping[State, StateLook]] = {
    **dict.fromkeys(OPEN, RUNNING_LOOK),
    State.COMPLETED: STATE_LOOKS[CommandState.COMPLETED],
    State.FAILED: STATE_LOOKS[CommandState.FAILED],
    State.BLOCKED_SAFETY: STATE_LOOKS[CommandState.BLOCKED_SAFETY],
    State.CANCELED: STATE_LOOKS[CommandState.CANCELED],
}


def kind_word(kind: PlugKind) -> str:
    """Return what a kind of plug is called."""
    return _(_KINDS[kind])


def cycle_noun() -> str:
    """Return what a power cycle is called."""
    return _("Plug off and on")


def cycle_word(state: State) -> str:
    """Return where a power cycle stands, in a word or two."""
    return _(CYCLE_WORDS[state].template)
