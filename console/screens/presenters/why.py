"""“Why is this screen red, and since when?” as the page answers it."""

from collections.abc import Mapping
from datetime import datetime
from html import escape
from typing import Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from console.i18n import _
from console.words.errors import error_sentence
from console.words.html import rollout_link
from console.words.status import STATUSES
from infoscreen_core.domain.monitoring.evidence import Evidence, EvidenceCode
from infoscreen_core.domain.monitoring.liveness import Status
from infoscreen_core.services.monitoring.screen.explain import ScreenExplanation

_MARKS: Final[Mapping[EvidenceCode, str]] = {
    EvidenceCode.BLIND: "◌",
    EvidenceCode.SERVICE: "■",
    EvidenceCode.LOG_LINE: "▤",
    EvidenceCode.LOG_COUNT: "▤",
    EvidenceCode.INCIDENT: "▲",
    EvidenceCode.COMMAND: "↻",
    EvidenceCode.POWER_CYCLE: "↻",
    EvidenceCode.NOTHING_TRIED: "↻",
}


def why_html(found: ScreenExplanation, zone: ZoneInfo, *, now: datetime) -> str:
    """Return the answer in a sentence, with the icon of the status."""
    icon = STATUSES[found.status or Status.UNKNOWN].icon
    look = (found.status or Status.UNKNOWN).value
    if found.is_blind:
        icon, look = STATUSES[Status.UNKNOWN].icon, Status.UNKNOWN.value
    text = escape(error_sentence(found.sentence, zone, now=now))
    return (
        f'<p class="is-because"><i class="is-{look}" aria-hidden="true">{icon}</i>'
        f"<span>{text}</span></p>"
    )


def evidence_html(found: ScreenExplanation, zone: ZoneInfo, *, now: datetime) -> str:
    """Return what speaks for it as a list, with the ways to pictures, log lines and roll-outs.

    What crash recovery does has a place of its own on the page (`console.screens.recovery`).
    """
    told = (one for one in found.evidence if one.code is not EvidenceCode.RECOVERY)
    lines = "".join(
        f'<li><i aria-hidden="true">{_MARKS.get(one.code, "–")}</i>'
        f"<span>{escape(error_sentence(one.sentence, zone, now=now))}"
        f"{_way(one, found)}</span></li>"
        for one in told
    )
    return f'<ul class="is-proof">{lines}</ul>' if lines else ""


def _way(one: Evidence, found: ScreenExplanation) -> str:
    if "picture_id" in one.refers_to:
        address = f"/screenshots/{found.client_uuid}/{one.refers_to['picture_id']}.jpg"
        return f' <a href="{escape(address)}" target="_blank">{escape(_("Picture"))}</a>'
    if "rollout_id" in one.refers_to:
        return f" {rollout_link(str(one.refers_to['rollout_id']), found.name)}"
    if "line_id" in one.refers_to:
        query = urlencode({"client": found.client_uuid, "line": str(one.refers_to["line_id"])})
        return f' <a href="/logs?{escape(query)}" target="_self">{escape(_("Log"))}</a>'
    return ""
