"""What to do about a player's state."""

from typing import Final

from console.i18n import N_, _
from infoscreen_core.domain.commands.lifecycle import Action
from infoscreen_core.domain.monitoring.liveness import StatusReason

_REMEDIES: Final[dict[StatusReason, Action]] = {
    StatusReason.PROCESS_CRASHED: Action.RESTART_APP,
    StatusReason.ERRORS_WHILE_NOT_RUNNING: Action.RESTART_APP,
    StatusReason.PROCESS_NOT_RUNNING: Action.RESTART_APP,
    StatusReason.SERVICE_FAILED: Action.REBOOT_HOST,
    StatusReason.SCREEN_BLACK: Action.REBOOT_HOST,
    StatusReason.SCREEN_FROZEN: Action.RESTART_APP,
    StatusReason.UNEXPECTED_EVENT: Action.RESTART_APP,
}
_ADVICE: Final[dict[StatusReason, str]] = {
    StatusReason.NEVER_SEEN: N_("check its set-up"),
    StatusReason.HEARTBEAT_STALE: N_("check power and network on site"),
    StatusReason.PROCESS_CRASHED: N_("restart the app; if that does not help, reboot"),
    StatusReason.ERRORS_WHILE_NOT_RUNNING: N_("look at its log, then restart the app"),
    StatusReason.PROCESS_NOT_RUNNING: N_("restart the app"),
    StatusReason.SERVICE_FAILED: N_("look at its log, then reboot"),
    StatusReason.SCREEN_BLACK: N_("check that the TV is on, then reboot"),
    StatusReason.SCREEN_FROZEN: N_("restart the app"),
    StatusReason.ERROR_LOGS: N_("look at its log"),
    StatusReason.WARN_LOGS: N_("look at its log"),
    StatusReason.UNEXPECTED_EVENT: N_("wait a minute, then restart the app"),
    StatusReason.RECONNECTS: N_("check its network"),
    StatusReason.DEACTIVATED: N_("switch it on under Screens & groups"),
    StatusReason.PENDING: N_("approve it under Screens & groups"),
    StatusReason.ALL_WELL: N_("nothing to do"),
}


_ADVICE_TO_LOOKERS: Final[dict[StatusReason, str]] = {
    StatusReason.NEVER_SEEN: N_("tell an administrator that it never reported"),
    StatusReason.PROCESS_CRASHED: N_("ask an administrator to restart its app"),
    StatusReason.ERRORS_WHILE_NOT_RUNNING: N_("ask an administrator to restart its app"),
    StatusReason.PROCESS_NOT_RUNNING: N_("ask an administrator to restart its app"),
    StatusReason.SERVICE_FAILED: N_("ask an administrator to reboot it"),
    StatusReason.SCREEN_BLACK: N_("check that the TV is on, then ask an administrator"),
    StatusReason.SCREEN_FROZEN: N_("ask an administrator to restart its app"),
    StatusReason.ERROR_LOGS: N_("ask an administrator to look at its log"),
    StatusReason.WARN_LOGS: N_("ask an administrator to look at its log"),
    StatusReason.UNEXPECTED_EVENT: N_("wait a minute, then ask an administrator"),
    StatusReason.DEACTIVATED: N_("an administrator can switch it on"),
    StatusReason.PENDING: N_("an administrator can approve it"),
}
"""Where acting takes an administrator: what everybody else can do."""


def remedy_for(reason: StatusReason) -> Action | None:
    """Return the command that may help, or None where only someone on site can."""
    return _REMEDIES.get(reason)


def advice_for(reason: StatusReason, *, may_act: bool) -> str:
    """Return in a short phrase what to do; only what a reader can do who may (not) act."""
    own = None if may_act else _ADVICE_TO_LOOKERS.get(reason)
    return _(own or _ADVICE[reason])
