"""One icon, word and colour for each status, everywhere; and the reasons in people's words.

Status is never colour alone. The palette stays apart under deuteranopia and in print; the dark
variants are the same hues, lightened until they can be read on a dark ground.
"""

from dataclasses import dataclass
from html import escape
from typing import Final

from console.i18n import N_, _
from infoscreen_core.domain.monitoring.liveness import Status, StatusReason
from infoscreen_core.domain.screens.screens import ScreenHealth


@dataclass(frozen=True)
class StatusStyle:
    """How a status looks."""

    word: str
    """Message id; `status_word` translates it."""
    icon: str
    color: str
    dark_color: str


STATUSES: Final[dict[Status, StatusStyle]] = {
    Status.CRITICAL: StatusStyle(N_("Critical"), "■", "#C2410C", "#F0764A"),
    Status.OFFLINE: StatusStyle(N_("Offline"), "○", "#64748B", "#94A3B8"),
    Status.WARNING: StatusStyle(N_("Warning"), "▲", "#B7791F", "#E0A84A"),
    Status.UNKNOWN: StatusStyle(N_("Unknown"), "◌", "#6B7280", "#A3A9B3"),
    Status.HEALTHY: StatusStyle(N_("Healthy"), "●", "#0F8B6D", "#3DBE9B"),
}

REASONS: Final[dict[StatusReason, str]] = {
    StatusReason.NOT_JUDGED: N_("not judged yet"),
    StatusReason.JUDGE_AWAY: N_("no longer judged: the scheduler is silent"),
    StatusReason.PENDING: N_("waits for approval"),
    StatusReason.REJECTED: N_("rejected by an administrator"),
    StatusReason.DEACTIVATED: N_("switched off by an administrator"),
    StatusReason.NEVER_SEEN: N_("never heard of"),
    StatusReason.HEARTBEAT_STALE: N_("no sign of life"),
    StatusReason.PROCESS_CRASHED: N_("display process crashed"),
    StatusReason.SERVICE_FAILED: N_("service failed on the player"),
    StatusReason.SCREEN_BLACK: N_("picture is black"),
    StatusReason.SCREEN_FROZEN: N_("picture is frozen"),
    StatusReason.ERRORS_WHILE_NOT_RUNNING: N_("errors, and the display process is not running"),
    StatusReason.PROCESS_NOT_RUNNING: N_("display process is not running"),
    StatusReason.ERROR_LOGS: N_("errors in the log"),
    StatusReason.WARN_LOGS: N_("many warning lines in the log"),
    StatusReason.UNEXPECTED_EVENT: N_("shows something else than planned"),
    StatusReason.RECONNECTS: N_("connection keeps breaking"),
    StatusReason.ALL_WELL: N_("all well"),
}
SCREEN_HEALTH_WORDS: Final[dict[ScreenHealth, str]] = {
    ScreenHealth.OK: N_("in order"),
    ScreenHealth.BLACK: N_("black"),
    ScreenHealth.FROZEN: N_("frozen"),
    ScreenHealth.UNKNOWN: N_("no picture yet"),
}


def status_word(status: Status) -> str:
    """Return the status in one word."""
    return _(STATUSES[status].word)


def status_html(status: Status) -> str:
    """Return icon and word as HTML in the status's colour."""
    icon = STATUSES[status].icon
    return (
        f'<span class="is-status is-{status.value}"><i aria-hidden="true">{icon}</i>'
        f"{escape(status_word(status))}</span>"
    )


def reason_text(reason: StatusReason) -> str:
    """Return why the status is as it is, in a short phrase."""
    return _(REASONS[reason])
