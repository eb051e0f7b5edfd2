"""Why a player has its status, and what to do about it, in short phrases that sentences use."""

from collections.abc import Mapping
from typing import Final

from infoscreen_core.domain.monitoring.liveness import Status, StatusReason
from infoscreen_core.domain.text.wording import Sentence

STATUS_WORDS: Final[Mapping[Status, Sentence]] = {
    Status.CRITICAL: Sentence("Critical"),
    Status.OFFLINE: Sentence("Offline"),
    Status.WARNING: Sentence("Warning"),
    Status.UNKNOWN: Sentence("Unknown"),
    Status.HEALTHY: Sentence("Healthy"),
}
REASON_WORDS: Final[Mapping[StatusReason, Sentence]] = {
    StatusReason.NOT_JUDGED: Sentence("not judged yet"),
    StatusReason.JUDGE_AWAY: Sentence("no longer judged: the scheduler is silent"),
    StatusReason.PENDING: Sentence("waits for approval"),
    StatusReason.REJECTED: Sentence("rejected by an administrator"),
    StatusReason.DEACTIVATED: Sentence("switched off by an administrator"),
    StatusReason.NEVER_SEEN: Sentence("never heard of"),
    StatusReason.HEARTBEAT_STALE: Sentence("no sign of life"),
    StatusReason.PROCESS_CRASHED: Sentence("display process crashed"),
    StatusReason.SERVICE_FAILED: Sentence("service failed on the player"),
    StatusReason.SCREEN_BLACK: Sentence("picture is black"),
    StatusReason.SCREEN_FROZEN: Sentence("picture is frozen"),
    StatusReason.ERRORS_WHILE_NOT_RUNNING: Sentence(
        "errors, and the display process is not running"
    ),
    StatusReason.PROCESS_NOT_RUNNING: Sentence("display process is not running"),
    StatusReason.ERROR_LOGS: Sentence("errors in the log"),
    StatusReason.WARN_LOGS: Sentence("many warning lines in the log"),
    StatusReason.UNEXPECTED_EVENT: Sentence("shows something else than planned"),
    StatusReason.RECONNECTS: Sentence("connection keeps breaking"),
    StatusReason.ALL_WELL: Sentence("all well"),
}
_ADVICE: Final[Mapping[StatusReason, Sentence]] = {
    StatusReason.NOT_JUDGED: Sentence("wait a minute"),
    StatusReason.JUDGE_AWAY: Sentence("check that the scheduler runs"),
    StatusReason.NEVER_SEEN: Sentence("check its set-up"),
    StatusReason.HEARTBEAT_STALE: Sentence("check power and network on site"),
    StatusReason.PROCESS_CRASHED: Sentence("restart the app; if that does not help, reboot"),
    StatusReason.ERRORS_WHILE_NOT_RUNNING: Sentence("look at its log, then restart the app"),
    StatusReason.PROCESS_NOT_RUNNING: Sentence("restart the app"),
    StatusReason.SERVICE_FAILED: Sentence("look at its log, then reboot"),
    StatusReason.SCREEN_BLACK: Sentence("check that the TV is on, then reboot"),
    StatusReason.SCREEN_FROZEN: Sentence("restart the app"),
    StatusReason.ERROR_LOGS: Sentence("look at its log"),
    StatusReason.WARN_LOGS: Sentence("look at its log"),
    StatusReason.UNEXPECTED_EVENT: Sentence("wait a minute, then restart the app"),
    StatusReason.RECONNECTS: Sentence("check its network"),
    StatusReason.DEACTIVATED: Sentence("switch it on under Screens & groups"),
    StatusReason.PENDING: Sentence("approve it under Screens & groups"),
    StatusReason.REJECTED: Sentence("nothing to do"),
    StatusReason.ALL_WELL: Sentence("nothing to do"),
}
_ADVICE_TO_LOOKERS: Final[Mapping[StatusReason, Sentence]] = {
    StatusReason.JUDGE_AWAY: Sentence("ask an administrator whether the scheduler runs"),
    StatusReason.NEVER_SEEN: Sentence("tell an administrator that it never reported"),
    StatusReason.PROCESS_CRASHED: Sentence("ask an administrator to restart its app"),
    StatusReason.ERRORS_WHILE_NOT_RUNNING: Sentence("ask an administrator to restart its app"),
    StatusReason.PROCESS_NOT_RUNNING: Sentence("ask an administrator to restart its app"),
    StatusReason.SERVICE_FAILED: Sentence("ask an administrator to reboot it"),
    StatusReason.SCREEN_BLACK: Sentence("check that the TV is on, then ask an administrator"),
    StatusReason.SCREEN_FROZEN: Sentence("ask an administrator to restart its app"),
    StatusReason.ERROR_LOGS: Sentence("ask an administrator to look at its log"),
    StatusReason.WARN_LOGS: Sentence("ask an administrator to look at its log"),
    StatusReason.UNEXPECTED_EVENT: Sentence("wait a minute, then ask an administrator"),
    StatusReason.DEACTIVATED: Sentence("an administrator can switch it on"),
    StatusReason.PENDING: Sentence("an administrator can approve it"),
}
"""Where acting takes an administrator: what everybody else can do."""


def advice_on(reason: StatusReason, *, may_act: bool) -> Sentence:
    """Return in a short phrase what to do; only what somebody can do who may (not) act."""
    own = None if may_act else _ADVICE_TO_LOOKERS.get(reason)
    return own or _ADVICE[reason]
