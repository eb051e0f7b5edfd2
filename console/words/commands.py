"""What the states of a remote command are called."""

from typing import Final

from console.i18n import N_, _
from infoscreen_core.domain.commands.lifecycle import State

BAD_ENDS: Final[dict[State, str]] = {
    State.FAILED: N_("Failed"),
    State.EXPIRED: N_("Expired"),
    State.TIMED_OUT: N_("Timed out"),
    State.CANCELED: N_("Cancelled"),
    State.BLOCKED_SAFETY: N_("Blocked"),
    State.MANUAL_INTERVENTION_REQUIRED: N_("Needs hands on site"),
}
"""Ends that are not what was wanted; a cancelled command is one, though nobody failed."""
STATE_WORDS: Final[dict[State, str]] = {
    State.QUEUED: N_("Requested"),
    State.PUBLISH_IN_PROGRESS: N_("Being sent"),
    State.PUBLISHED: N_("Sent"),
    State.ACK_RECEIVED: N_("Confirmed"),
    State.EXECUTION_STARTED: N_("Executed"),
    State.AWAITING_RECONNECT: N_("Rebooting"),
    State.RECOVERED: N_("Back"),
    State.COMPLETED: N_("Done"),
    **BAD_ENDS,
}


def state_word(state: State) -> str:
    """Return the state's name in the current language."""
    return _(STATE_WORDS[state])
