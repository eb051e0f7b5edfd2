"""How a message looks on the screens, in words; "emergency" is a priority, never a look."""

from typing import Final

from console.i18n import N_
from infoscreen_core.domain.events.event import Severity

LOOK_WORDS: Final[dict[Severity, str]] = {
    Severity.INFO: N_("Notice"),
    Severity.WARNING: N_("Warning"),
    Severity.EMERGENCY: N_("Alarm"),
}
