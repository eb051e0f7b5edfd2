"""What plugs and the states of their power cycles are called."""

from collections.abc import Mapping
from typing import Final

from console.i18n import N_, _
from infoscreen_core.domain.commands.plugs import PlugKind, State

_KINDS: Final[Mapping[PlugKind, str]] = {
    PlugKind.SHELLY_GEN2: N_("Shelly, second generation or later"),
    PlugKind.TASMOTA: N_("Plug with Tasmota"),
}
_ENDS: Final[Mapping[State, str]] = {
    State.FAILED: N_("Failed"),
    State.BLOCKED_SAFETY: N_("Blocked"),
    State.CANCELED: N_("Cancelled"),
}


def kind_word(kind: PlugKind) -> str:
    """Return what a kind of plug is called."""
    return _(_KINDS[kind])


def end_word(state: State) -> str:
    """Return what an end is called that is not the one that was wanted."""
    return _(_ENDS[state])
