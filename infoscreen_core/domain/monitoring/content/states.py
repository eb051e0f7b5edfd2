"""Whether a screen shows what was published for its group, and why we say so."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple


class Content(StrEnum):
    """What is known of what a screen shows, apart from how it does."""

    BEHIND = "behind"
    """It does not show what was published for its group."""
    UNKNOWN = "unknown"
    AS_PLANNED = "as_planned"


class ContentReason(StrEnum):
    """Why."""

    REPORTED = "reported"
    """As planned: the player says so."""
    PICTURED = "pictured"
    """As planned: it never says what it shows, but took a picture when something began."""
    NOTHING_PLANNED = "nothing_planned"
    """As planned: nothing is to be shown, and it shows nothing."""
    OFF_ON_PURPOSE = "off_on_purpose"
    """As planned: its TV is meant to be off."""

    OTHER_EVENT = "other_event"
    """Behind, as are those up to `TV_OFF`: it shows another event."""
    SHOWS_NOTHING = "shows_nothing"
    OUTLASTS_PLAN = "outlasts_plan"
    """It shows something, and nothing is planned any more."""
    NOT_RUNNING = "not_running"
    """Its display process does not run."""
    BLACK = "black"
    FROZEN = "frozen"
    TV_OFF = "tv_off"
    """Its TV is off, and nobody wanted that."""

    OFFLINE = "offline"
    """Unknown, as are the rest: it is silent."""
    NOT_YET = "not_yet"
    """It has not had the time to say what it shows."""
    NOT_REPORTED = "not_reported"
    """It has never said what it shows."""
    PICTURE_STALE = "picture_stale"
    """It says so, but its newest picture is old, however fresh that arrived."""
    UNASSIGNED = "unassigned"
    NOT_PUBLISHED = "not_published"
    """Nothing is on record that was published for its group."""
    OUT_OF_SERVICE = "out_of_service"
    """On record, with no state at all."""
    BLIND = "blind"
    """We could not see our screens. Never on record: told to readers only, as is the next."""
    NOT_JUDGED = "not_judged"
    """Nobody has judged it, or not for too long."""


class PlannedEvent(NamedTuple):
    """One entry of a list as it was published."""

    event_id: int
    title: str
    priority: int


@dataclass(frozen=True, slots=True)
class Published:
    """What a group's players were told last, in the order in which it is to be shown."""

    at: datetime
    """When the broker confirmed it."""
    events: Sequence[PlannedEvent]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentSpan:
    """Time in which what a screen showed and what it was to show stayed the same."""

    began: datetime
    """Within the window."""
    ended: datetime
    """Within the window."""
    state: Content | None
    """None: the screen was not in service."""
    reason: ContentReason
    planned_event_id: int | None = None
    planned_title: str | None = None
    shown_event_id: int | None = None
    """What the player said it showed."""
    shown_title: str | None = None
