"""What commands and power cycles do and where they stand, in words that sentences use."""

from collections.abc import Mapping
from typing import Final

from infoscreen_core.domain.commands.lifecycle import Action, State
from infoscreen_core.domain.commands.plugs import State as CycleState
from infoscreen_core.domain.text.wording import Sentence

ACTION_WORDS: Final[Mapping[Action, Sentence]] = {
    Action.REBOOT_HOST: Sentence("Reboot"),
    Action.RESTART_APP: Sentence("App restart"),
    Action.SHUTDOWN_HOST: Sentence("Shutdown"),
}
STATE_WORDS: Final[Mapping[State, Sentence]] = {
    State.QUEUED: Sentence("Requested"),
    State.PUBLISH_IN_PROGRESS: Sentence("Being sent"),
    State.PUBLISHED: Sentence("Sent"),
    State.ACK_RECEIVED: Sentence("Confirmed"),
    State.EXECUTION_STARTED: Sentence("Executed"),
    State.AWAITING_RECONNECT: Sentence("Rebooting"),
    State.RECOVERED: Sentence("Back"),
    State.COMPLETED: Sentence("Done"),
    State.FAILED: Sentence("Failed"),
    State.EXPIRED: Sentence("Expired"),
    State.TIMED_OUT: Sentence("Timed out"),
    State.CANCELED: Sentence("Cancelled"),
    State.BLOCKED_SAFETY: Sentence("Blocked"),
    State.MANUAL_INTERVENTION_REQUIRED: Sentence("Needs hands on site"),
}
CYCLE_WORDS: Final[Mapping[CycleState, Sentence]] = {
    CycleState.REQUESTED: Sentence("Requested"),
    CycleState.SWITCHING_OFF: Sentence("Switching off"),
    CycleState.OFF: Sentence("Off"),
    CycleState.SWITCHING_ON: Sentence("Switching on"),
    CycleState.COMPLETED: Sentence("On again"),
    CycleState.FAILED: Sentence("Failed"),
    CycleState.BLOCKED_SAFETY: Sentence("Blocked"),
    CycleState.CANCELED: Sentence("Cancelled"),
}
