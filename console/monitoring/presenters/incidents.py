"""What to do about a player's state."""

from typing import Final

from console.i18n import N_, _
from infoscreen_core.domain.commands.lifecycle import Action
from infoscreen_core.domain.monitoring.liveness import Reason

_REMEDIES: Final[dict[Reason, Action]] = {
    Reason.PROCESS_CRASHED: Action.RESTART_APP,
    Reason.ERRORS_WHILE_NOT_RUNNING: Action.RESTART_APP,
    Reason.PROCESS_NOT_RUNNING: Action.RESTART_APP,
    Reason.SERVICE_FAILED: Action.REBOOT_HOST,
    Reason.SCREEN_BLACK: Action.REBOOT_HOST,
    Reason.SCREEN_FROZEN: Action.RESTART_APP,
    Reason.UNEXPECTED_EVENT: Action.RESTART_APP,
}
_ADVICE: Final[dict[Reason, str]] = {
    Reason.NEVER_SEEN: N_("check its set-up"),
    Reason.HEARTBEAT_STALE: N_("check power and network on site"),
    Reason.PROCESS_CRASHED: N_("restart the app; if that does not help, reboot"),
    Reason.ERRORS_WHILE_NOT_RUNNING: N_("look at its log, then restart the app"),
    Reason.PROCESS_NOT_RUNNING: N_("restart the app"),
    Reason.SERVICE_FAILED: N_("look at its log, then reboot"),
    Reason.SCREEN_BLACK: N_("check that the TV is on, then reboot"),
    Reason.SCREEN_FROZEN: N_("restart the app"),
    Reason.ERROR_LOGS: N_("look at its log"),
    Reason.WARN_LOGS: N_("look at its log"),
    Reason.UNEXPECTED_EVENT: N_("wait a minute, then restart the app"),
    Reason.RECONNECTS: N_("check its network"),
    Reason.DEACTIVATED: N_("switch it on under Screens & groups"),
    Reason.PENDING: N_("approve it under Screens & groups"),
    Reason.ALL_WELL: N_("nothing to do"),
}


def remedy_for(reason: Reason) -> Action | None:
    """Return the command that may help, or None where only someone on site can."""
    return _REMEDIES.get(reason)


def advice_for(reason: Reason) -> str:
    """Return in a short phrase what to do."""
    return _(_ADVICE[reason])
