"""What the report of a month holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from infoscreen_core.domain.commands.lifecycle import Action, State
from infoscreen_core.domain.monitoring.availability import BlindCause, Figures, Outage
from infoscreen_core.domain.monitoring.incidents.kinds import IncidentKind
from infoscreen_core.domain.monitoring.past.months import Month
from infoscreen_core.domain.monitoring.spans import Span, merged, total
from infoscreen_core.services.monitoring.analysis import ScreenFigures
from infoscreen_core.services.monitoring.logs.search import FoundFamily


@dataclass(frozen=True, slots=True)
class GroupFigures:
    """How well a group served, with the screens that it has now; `id` None: those of no group."""

    id: int | None
    name: str
    """Empty for screens of no group."""
    figures: Figures
    screens: Sequence[ScreenFigures]
    """Those of which anything is known, the one that was down longest first."""


@dataclass(frozen=True, slots=True)
class LongOutage:
    """One of the longest outages, and whom it hit."""

    screen: ScreenFigures
    group_name: str
    """Empty for a screen of no group."""
    outage: Outage


@dataclass(frozen=True, slots=True)
class BlindTime:
    """Time of the month in which the server itself could not see."""

    cause: BlindCause
    span: Span
    goes_on: bool


@dataclass(frozen=True, slots=True)
class KindFigures:
    """The incidents of one kind that opened in the month."""

    kind: IncidentKind
    count: int
    acknowledged: int
    """How many somebody looked after."""
    closed: int
    until_acknowledged: timedelta | None
    """How long that took on average; None when nobody looked after any."""
    until_closed: timedelta | None
    """How long it took on average until they were over; None when none is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthReport:
    """What a month was like, for all screens or for those that a group has now."""

    month: Month
    zone: ZoneInfo
    """The installation's, in which months begin."""
    window: Span
    """The time of the month that is over."""
    goes_on: bool
    """Whether the month is not over."""
    made_at: datetime
    organization: str
    """Its name as the settings have it; may be empty."""
    group_id: int | None
    """The group that it is about; None: all screens."""
    group_name: str
    known_since: datetime | None
    """When the record begins; None when there is none."""
    whole: Figures
    before: Figures
    """Those of the whole month before."""
    groups: Sequence[GroupFigures]
    """In the saved order, those of no group last; without those of which nothing is known."""
    days: Mapping[date, timedelta]
    """How long screens were down on each day that has begun, all together."""
    longest: Sequence[LongOutage]
    """The longest outages first."""
    blind: Sequence[BlindTime]
    """In order."""
    incidents: Sequence[KindFigures]
    """In the order of their urgency; kinds of which none opened are left out."""
    families: Sequence[FoundFamily]
    """The most frequent error messages."""
    logs_kept_since: datetime
    """Log lines from before then are deleted."""
    commands: Mapping[Action, Mapping[State, int]]
    """How many remote commands were asked for, by how they stand."""

    @property
    def screens(self) -> list[ScreenFigures]:
        """Every screen of which anything is known, by group."""
        return [screen for group in self.groups for screen in group.screens]

    @property
    def our_outages(self) -> int:
        """How often the server itself could not see."""
        return len(self.blind)

    @property
    def unseen(self) -> timedelta:
        """How long the server itself could not see."""
        return total(merged(one.span for one in self.blind))
