"""What the kinds of incidents are called, in a word or two."""

from typing import Final

from console.i18n import N_, _
from infoscreen_core.domain.monitoring.incidents.kinds import IncidentKind

_KINDS: Final[dict[IncidentKind, str]] = {
    IncidentKind.OUTAGE: N_("Server without sight"),
    IncidentKind.SILENT: N_("Screen silent"),
    IncidentKind.PROCESS_CRASHED: N_("Display process crashed"),
    IncidentKind.SERVICE_FAILED: N_("Service failed"),
    IncidentKind.SCREEN_BLACK: N_("Picture black"),
    IncidentKind.SCREEN_FROZEN: N_("Picture frozen"),
    IncidentKind.WRONG_CONTENT: N_("Wrong content"),
    IncidentKind.PICTURE_STALE: N_("Picture out of date"),
    IncidentKind.DUPLICATE_ID: N_("UUID used twice"),
    IncidentKind.RESTART_STORM: N_("Connection keeps breaking"),
    IncidentKind.HOT: N_("Too hot"),
    IncidentKind.PROCESSOR_BUSY: N_("Processor busy all the time"),
    IncidentKind.DISK_NEARLY_FULL: N_("Disk nearly full"),
    IncidentKind.CLOCK_WRONG: N_("Clock wrong"),
}


def kind_word(kind: IncidentKind) -> str:
    """Return the name of a kind of incident in the current language."""
    return _(_KINDS[kind])
