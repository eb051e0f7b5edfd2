"""What remote commands and their states are called."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from console.i18n import N_, _
from infoscreen_core.domain.commands.lifecycle import (
    LOCKOUT_ERROR_CODE,
    TERMINAL,
    Action,
    State,
)
from infoscreen_core.domain.commands.rollout import RolloutStatus
from infoscreen_core.domain.commands.words import ACTION_WORDS, STATE_WORDS

BAD_ENDS: Final = TERMINAL - {State.COMPLETED}
"""Ends that are not what was wanted; a cancelled command is one, though nobody failed."""


def state_word(state: State) -> str:
    """Return the state's name in the current language."""
    return _(STATE_WORDS[state].template)


def action_word(action: Action) -> str:
    """Return the action's name in the current language."""
    return _(ACTION_WORDS[action].template)


@dataclass(frozen=True)
class StateLook:
    """How a state is marked where there is no room for its word alone."""

    icon: str
    tone: str
    """The class of its colour, after `is-`."""


RUNNING_LOOK: Final = StateLook("●", "accent")
STATE_LOOKS: Final[Mapping[State, StateLook]] = {
    **dict.fromkeys((state for state in State if state not in TERMINAL), RUNNING_LOOK),
    State.COMPLETED: StateLook("✓", "healthy"),
    State.FAILED: StateLook("✕", "critical"),
    State.TIMED_OUT: StateLook("✕", "critical"),
    State.MANUAL_INTERVENTION_REQUIRED: StateLook("■", "critical"),
    State.EXPIRED: StateLook("○", "offline"),
    State.CANCELED: StateLook("–", "quiet"),
    State.BLOCKED_SAFETY: StateLook("▲", "warning"),
}
_ERRORS: Final[Mapping[str, str]] = {
    "ack_timeout": N_("Not confirmed in time"),
    "execution_timeout": N_("Not carried out in time"),
    "execution_failed": N_("The player could not do it"),
    "reconnect_timeout": N_("Did not come back"),
    "not_rebooted": N_("Did not reboot"),
    LOCKOUT_ERROR_CODE: N_("Restarted too often"),
    "expired": N_("Not reachable in time"),
    "mqtt_publish_failed": N_("The broker did not take it"),
    "broker_unavailable": N_("The player lost the broker"),
    "stale_command": N_("Too old for the player"),
    "duplicate_command": N_("The player knew it already"),
    "permission_denied_local": N_("The player may not do it"),
}


def error_word(code: str | None) -> str:
    """Return what an error code means in a few words; codes of players' own stay as they came."""
    if not code:
        return _("Without a code")
    return _(_ERRORS[code]) if code in _ERRORS else code


_ROLLOUTS: Final[Mapping[RolloutStatus, tuple[str, StateLook]]] = {
    RolloutStatus.RUNNING: (N_("Running"), RUNNING_LOOK),
    RolloutStatus.PAUSED: (N_("Paused"), StateLook("‖", "warning")),
    RolloutStatus.STOPPED: (N_("Stopped by itself"), StateLook("■", "critical")),
    RolloutStatus.COMPLETED: (N_("Through"), StateLook("✓", "healthy")),
    RolloutStatus.CANCELED: (N_("Cancelled"), StateLook("–", "quiet")),
}


def rollout_word(status: RolloutStatus) -> str:
    """Return where a roll-out stands, in a word or two."""
    return _(_ROLLOUTS[status][0])


def rollout_look(status: RolloutStatus) -> StateLook:
    """Return how that is marked."""
    return _ROLLOUTS[status][1]
