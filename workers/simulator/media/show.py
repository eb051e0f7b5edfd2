"""Which pages of an event's files stand on the screen, and which of them when."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple


class Page(NamedTuple):
    """One page, and for how many seconds it stands."""

    path: Path
    seconds: float


@dataclass(frozen=True, slots=True)
class Show:
    """The pages that an event has on the screen; there is at least one."""

    event_id: int
    pages: tuple[Page, ...]
    since: datetime
    """When the first page came on."""
    turns: bool
    """Whether pages turn by themselves."""
    has_progress: bool
    """Whether it is shown how far the pages are."""

    def number_at(self, now: datetime) -> int:
        """Return which page stands there at a time, counted from 0; after the last the first."""
        if not self.turns:
            return 0
        passed = (now - self.since).total_seconds() % sum(page.seconds for page in self.pages)
        for number, page in enumerate(self.pages):
            passed -= page.seconds
            if passed < 0:
                return number
        return len(self.pages) - 1

    def progress_at(self, now: datetime) -> float | None:
        """Return how far the pages are, up to 1; None where that is not to be shown."""
        if not self.has_progress or len(self.pages) == 1:
            return None
        return (self.number_at(now) + 1) / len(self.pages)
