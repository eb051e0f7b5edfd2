"""Why something is, or is not, on a group's screens: reasons for programs and for people."""

from dataclasses import dataclass
from enum import StrEnum

from infoscreen_core.domain.text.wording import Sentence


class ReasonCode(StrEnum):
    """What kind of reason it is."""

    LEADS = "leads"
    """First on the list of what the screens show."""
    EMERGENCY_ALONE = "emergency_alone"
    BEHIND = "behind"
    """On the list, but after another event."""
    EMERGENCY_HIDES = "emergency_hides"
    """Planned, but an emergency is alone on the screens."""
    NOTHING_PLANNED = "nothing_planned"
    BEFORE = "before"
    NEXT = "next"
    NOTHING_NEXT = "nothing_next"

    SKIPPED = "skipped"
    DETACHED = "detached"
    HOLIDAY = "holiday"
    SWITCHED_OFF = "switched_off"
    CONVERTING = "converting"
    CONVERSION_FAILED = "conversion_failed"
    EXPIRED = "expired"
    """The last day of its file is over."""
    NO_CONTENT = "no_content"
    EMPTY_TYPE = "empty_type"

    OTHER_GROUP = "other_group"
    NOT_YET = "not_yet"
    OVER = "over"
    BETWEEN = "between"

    NO_LEADER = "no_leader"
    """No scheduler publishes."""
    BROKER_AWAY = "broker_away"
    NO_SCREENS = "no_screens"
    SCREEN_SWITCHED_OFF = "screen_switched_off"
    SCREEN_OFFLINE = "screen_offline"
    SCREEN_TROUBLE = "screen_trouble"
    TV_OFF = "tv_off"
    TV_HELD_OFF = "tv_held_off"
    """By an operator's order."""
    SHOWS_OTHER = "shows_other"
    SHOWS_IT = "shows_it"


@dataclass(frozen=True)
class Reason:
    """One reason, and which event or screen it is about."""

    code: ReasonCode
    sentence: Sentence
    event_id: int | None = None
    client_uuid: str | None = None
