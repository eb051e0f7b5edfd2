"""Which commands are asked for, and in which order they come."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from infoscreen_core.domain.commands.lifecycle import Action, State
from infoscreen_core.domain.text.asked import check_span, check_text

ALL_ACTIONS: Final = frozenset(Action)
ALL_STATES: Final = frozenset(State)


class CommandOrder(StrEnum):
    """What comes first."""

    NEWEST = "newest"
    OLDEST = "oldest"
    SLOWEST = "slowest"
    """What took longest until its screen was back, or until it failed; what has not ended, and what
    was taken back, comes last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandFilter:
    """Commands that were requested from `start` on; whatever is None or empty narrows nothing.

    Raises `InvalidInputError` for a span without length and a text that is too long.
    """

    start: datetime
    end: datetime | None = None
    """No longer in it. None: commands that are still to come, too."""
    text: str = ""
    """Part of the screen's name, UUID or host, or of its group's name; in folded case."""
    group_id: int | None = None
    client_uuid: str | None = None
    actions: frozenset[Action] = ALL_ACTIONS
    states: frozenset[State] = ALL_STATES
    user_id: int | None = None
    """Who asked."""
    is_by_nobody: bool = False
    """Only what no user asked for: the system did, or the command line."""
    error_code: str | None = None

    def __post_init__(self) -> None:
        check_span(self.start, self.end)
        check_text(self.text)
