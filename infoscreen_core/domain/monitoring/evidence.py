"""What speaks for a screen's status: each piece for programs and for people."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from infoscreen_core.domain.text.wording import Sentence


class EvidenceCode(StrEnum):
    """What kind of evidence it is."""

    RECORD_BEGINS = "record_begins"
    """The status may be older than what is on record."""
    BEGAN_AS = "began_as"
    """The status began for another reason."""
    BLIND = "blind"
    """For a while the server itself could not see."""
    LAST_CONTACT = "last_contact"
    LAST_REPORT = "last_report"
    SERVICE = "service"
    CONTENT = "content"
    """What it shows, and what it should show."""
    LOG_COUNT = "log_count"
    LOG_LINE = "log_line"
    PICTURE = "picture"
    RECONNECTS = "reconnects"
    TV_OFF = "tv_off"
    INCIDENT = "incident"
    TAKEN = "taken"
    """Somebody looks after an incident."""
    COMMAND = "command"
    POWER_CYCLE = "power_cycle"
    """Its plug was to be switched off and on."""
    RECOVERY = "recovery"
    """What crash recovery does, or why it does nothing."""
    NOTHING_TRIED = "nothing_tried"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One piece of evidence."""

    code: EvidenceCode
    sentence: Sentence
    at: datetime | None = None
    """When it happened."""
    refers_to: Mapping[str, object] = field(default_factory=dict)
    """Ids by which programs find it again: `picture_id`, `incident_id`, `command_id`, `rollout_id`,
    `cycle_id`, `line_id`."""
