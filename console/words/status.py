"""One icon, word and colour for each status, everywhere; and the reasons in people's words.

Status is never colour alone. The palette stays apart under deuteranopia and in print; the dark
variants are the same hues, lightened until they can be read on a dark ground.
"""

from dataclasses import dataclass
from html import escape
from typing import Final

from console.i18n import _
from infoscreen_core.domain.monitoring.liveness import Status, StatusReason
from infoscreen_core.domain.monitoring.status_words import REASON_WORDS, STATUS_WORDS
from infoscreen_core.domain.screens.screens import ScreenHealth
from infoscreen_core.domain.screens.words import SCREEN_HEALTH_WORDS


@dataclass(frozen=True)
class StatusStyle:
    """How a status looks."""

    icon: str
    color: str
    dark_color: str


STATUSES: Final[dict[Status, StatusStyle]] = {
    Status.CRITICAL: StatusStyle("■", "#C2410C", "#F0764A"),
    Status.OFFLINE: StatusStyle("○", "#64748B", "#94A3B8"),
    Status.WARNING: StatusStyle("▲", "#B7791F", "#E0A84A"),
    Status.UNKNOWN: StatusStyle("◌", "#6B7280", "#A3A9B3"),
    Status.HEALTHY: StatusStyle("●", "#0F8B6D", "#3DBE9B"),
}


def status_word(status: Status) -> str:
    """Return the status in one word."""
    return _(STATUS_WORDS[status].template)


def status_html(status: Status) -> str:
    """Return icon and word as HTML in the status's colour."""
    icon = STATUSES[status].icon
    return (
        f'<span class="is-status is-{status.value}"><i aria-hidden="true">{icon}</i>'
        f"{escape(status_word(status))}</span>"
    )


def reason_text(reason: StatusReason) -> str:
    """Return why the status is as it is, in a short phrase."""
    return _(REASON_WORDS[reason].template)


def screen_health_word(health: ScreenHealth) -> str:
    """Return what a player's pictures show, in a word or two."""
    return _(SCREEN_HEALTH_WORDS[health].template)
