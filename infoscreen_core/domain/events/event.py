"""Words for what a screen shows."""

from enum import IntEnum, StrEnum


class EventType(StrEnum):
    """Kind of an event; it names the nested object that a player reads."""

    PRESENTATION = "presentation"
    WEBSITE = "website"
    WEBUNTIS = "webuntis"
    VIDEO = "video"
    MESSAGE = "message"
    OTHER = "other"


class Severity(StrEnum):
    """How a message looks on the screen, as notice, warning or alarm; it decides nothing else.

    The values are those of the wire. What is alone on the screens is an emergency by its priority.
    """

    INFO = "info"
    WARNING = "warning"
    EMERGENCY = "emergency"


class Priority(IntEnum):
    """Order of simultaneous events; the highest stands first."""

    BACKGROUND = -10
    """Shown when nothing else is; it stands in nobody's way."""
    NORMAL = 0
    HIGH = 10
    EMERGENCY = 100


def proposed_priority(*, is_all_day: bool) -> Priority:
    """Return the priority that a form proposes: what lasts all day would hide what comes later."""
    return Priority.BACKGROUND if is_all_day else Priority.NORMAL


class ExceptionKind(StrEnum):
    """Why one occurrence of a series does not take place as planned."""

    SKIPPED = "skipped"
    DETACHED = "detached"
    HOLIDAY = "holiday"


class ExceptionSource(StrEnum):
    """Who took an occurrence out of its series: only they put it back."""

    PERSON = "person"
    FILE = "file"
    """An imported calendar file."""


class Scope(StrEnum):
    """How much of an event is meant: a single event, or all, the rest or one date of a series."""

    EVENT = "event"
    SERIES = "series"
    FOLLOWING = "following"
    OCCURRENCE = "occurrence"


class PeriodType(StrEnum):
    """Kind of an academic period; periods of one kind never overlap."""

    SCHULJAHR = "schuljahr"
    SEMESTER = "semester"
    TRIMESTER = "trimester"
