"""What somebody has to do about a player that no command brings back, by what can be done to it."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

from infoscreen_core.domain.commands.lifecycle import State
from infoscreen_core.domain.screens.crashes import CrashReason
from infoscreen_core.domain.screens.player import RecoveryClass
from infoscreen_core.domain.text.wording import Sentence


class Need(StrEnum):
    """What is left when commands did not help."""

    APP_FAILS = "app_fails"
    """The host runs; its app does not stay up."""
    NOT_BACK = "not_back"
    """The host went down for its reboot and did not come back."""
    SILENT = "silent"
    """Nobody knows more than that it is silent."""


_APP: Final = Sentence(
    "Look at its log for what ends the app; if nothing shows, set up its software anew."
)
_BY_PORT: Final = Sentence(
    "Switch the power of its network port (PoE) off and on at the switch; if it stays silent, "
    "check its cable and power supply on site."
)
_BY_PLUG: Final = Sentence(
    "Switch its plug off and on (button on the screen's page); if it stays silent, check its "
    "cable and power supply on site."
)
_CUT: Final = Sentence(
    "Its plug was switched off and on already, in vain. Go there: check its network cable and "
    "power supply; its storage card may be broken."
)
_GO: Final[Mapping[Need, Sentence]] = {
    Need.NOT_BACK: Sentence(
        "Switch the screen off and on at its plug, and check its network cable; if it stays dark, "
        "its storage card may be broken."
    ),
    Need.SILENT: Sentence(
        "Go there: check power and network cable, then switch the screen off and on at its plug."
    ),
}


def advice_on_site(
    need: Need,
    recovery_class: RecoveryClass | None,
    *,
    has_plug: bool = False,
    was_cut: bool = False,
) -> Sentence:
    """Return what to do; a player that does not tell its class can only be seen to on site.

    `has_plug` says that it has one that may be switched, `was_cut` that its power was cut in vain.
    """
    if need is Need.APP_FAILS:
        return _APP
    if was_cut:
        return _CUT
    if has_plug:
        return _BY_PLUG
    if recovery_class is RecoveryClass.MANAGED_POE_AVAILABLE:
        return _BY_PORT
    return _GO[need]


def is_by_plug(advice: Sentence) -> bool:
    """Whether what to do is to switch the plug."""
    return advice is _BY_PLUG


def need_of(trouble: CrashReason | None, states: Iterable[State | None]) -> Need:
    """Return what is left to do, from the trouble and how the recoveries' commands ended."""
    if trouble is CrashReason.PROCESS_CRASHED:
        return Need.APP_FAILS
    is_gone = State.MANUAL_INTERVENTION_REQUIRED in states
    return Need.NOT_BACK if is_gone else Need.SILENT
