"""What readers get of links and imports: frozen rows, without secrets."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from infoscreen_core.db.models import CalendarFeed
from infoscreen_core.db.queries.feeds import FeedRow
from infoscreen_core.domain.text.wording import Sentence
from infoscreen_core.errors import InfoscreenError


@dataclass(frozen=True)
class FeedView:
    """A link to a group's calendar."""

    id: int
    group_id: int
    name: str | None
    """Who uses it; None when nobody said."""
    created_by: int | None
    created_at: datetime
    last_used_at: datetime | None
    """Exact to a minute."""


@dataclass(frozen=True)
class ListedFeed(FeedView):
    """A link with the names that people know."""

    group_name: str
    created_by_name: str | None


def feed_view(feed: CalendarFeed) -> FeedView:
    """Return the view of a stored link."""
    return FeedView(
        id=feed.id,
        group_id=feed.group_id,
        name=feed.name,
        created_by=feed.created_by,
        created_at=feed.created_at,
        last_used_at=feed.last_used_at,
    )


def listed_feed(row: FeedRow) -> ListedFeed:
    """Return the view of a stored link with its names."""
    view = feed_view(row.feed)
    return ListedFeed(**vars(view), group_name=row.group_name, created_by_name=row.created_by_name)


class EventOutcome(StrEnum):
    """What became of one event of the file."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    """Imported before, or from this group's own feed, and no newer in the file."""
    REMOVED = "removed"
    """Imported before and now called off, private, or gone: deleted here."""
    CALLED_OFF = "called_off"
    """Called off, and never here."""
    LEFT_OUT = "left_out"
    """Could be taken, but is not meant to: private, out of date, or a person decided otherwise."""
    REFUSED = "refused"


@dataclass(frozen=True)
class EventImportRow:
    """One event of the file: its line (0: it is not in the file), and what became of it.

    `error` says why it was refused or left out, `notes` what must be said besides.
    """

    line: int
    """0 for an event that the file does not hold any more."""
    uid: str
    title: str
    outcome: EventOutcome
    start: datetime | None = None
    is_all_day: bool = False
    error: InfoscreenError | None = None
    notes: Sequence[Sentence] = ()
    recurrence_rule: str | None = None
    """None for a single event."""
    timezone: str = "UTC"
    """The zone in which the rule counts its days."""


@dataclass(frozen=True)
class ImportVerdict:
    """Whether the events of a file will be seen; `wanting` counts those that are not always."""

    sentences: Sequence[Sentence] = ()
    wanting: int = 0


@dataclass(frozen=True)
class EventImportResult:
    """Every event of the file in its order, and what must be said of the file as a whole."""

    rows: Sequence[EventImportRow]
    is_rehearsal: bool
    notes: Sequence[Sentence] = ()
    event_ids: frozenset[int] = frozenset()
    """The group's events that the file holds; of a rehearsal, none."""
    verdict: ImportVerdict = ImportVerdict()
    """Of a file, and of a calendar's rehearsal; a calendar's readings are not judged."""

    @property
    def counts(self) -> dict[EventOutcome, int]:
        """How many events had which outcome."""
        found = Counter(row.outcome for row in self.rows)
        return {outcome: found[outcome] for outcome in EventOutcome}

    @property
    def has_changed(self) -> bool:
        """Whether any event was created, updated or removed."""
        return any(row.outcome in WRITTEN for row in self.rows)


WRITTEN: Final = (EventOutcome.CREATED, EventOutcome.UPDATED, EventOutcome.REMOVED)
"""The outcomes that changed the plan."""
