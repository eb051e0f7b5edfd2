"""Scheduled maintenance: when a plan's window opens, and what becomes of each opening.

Each day on which a plan's window should open is settled once: a roll-out begins, or it is skipped
for a reason. Nothing is made up for. A day moves only along `TRANSITIONS`, like a command along its
lifecycle; that it is settled once, whoever looks, is a unique key of plan and local date.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from infoscreen_core.domain.commands.windows import LocalWindow
from infoscreen_core.domain.text.wording import shown
from infoscreen_core.errors import InvalidInputError


class FiringStatus(StrEnum):
    """What became of a day on which a plan's window should open."""

    WAITING = "waiting"
    """The window is open, and no roll-out could begin yet."""
    STARTED = "started"
    """A roll-out began."""
    SKIPPED = "skipped"


class FiringCause(StrEnum):
    """Why a firing moves."""

    BEGUN = "begun"
    HELD = "held"
    """None of its screens can take part at the moment."""
    RULED_OUT = "ruled_out"
    """The day is free, has no such time, or nobody was there to begin."""
    WINDOW_OVER = "window_over"
    CHANGED = "changed"
    """The plan was changed or switched off meanwhile."""


class SkipReason(StrEnum):
    """Why a firing is skipped, or waits."""

    HOLIDAY = "holiday"
    """The day is a holiday, and the plan spares those."""
    NO_SUCH_TIME = "no_such_time"
    """The clock went forward over the whole window."""
    SERVER_OFF = "server_off"
    """No dispatcher ran while the window was open."""
    BUSY = "busy"
    """All its screens were in another roll-out."""
    NO_SCREENS = "no_screens"
    """The plan names no screen, or only ones that are not approved or out of service."""
    CHANGED = "changed"
    """The plan was changed or switched off while the window was open."""


_S, _C = FiringStatus, FiringCause

TRANSITIONS: Final[Mapping[tuple[FiringStatus | None, FiringCause], FiringStatus]] = (
    MappingProxyType(
        {
            (None, _C.BEGUN): _S.STARTED,
            (None, _C.HELD): _S.WAITING,
            (None, _C.RULED_OUT): _S.SKIPPED,
            (_S.WAITING, _C.BEGUN): _S.STARTED,
            (_S.WAITING, _C.WINDOW_OVER): _S.SKIPPED,
            (_S.WAITING, _C.CHANGED): _S.SKIPPED,
        }
    )
)
"""The whole state machine, from a day of which nothing is recorded (None) on."""
ALL_WEEKDAYS: Final = frozenset(range(7))
"""Monday is 0, as `date.weekday` has it."""
LOOKED_BACK: Final = timedelta(days=14)
"""Windows that passed unseen longer ago are not recorded one by one."""
LOOKED_AHEAD: Final = 400
"""In how many days the next opening is looked for."""
WEEKDAY_CODES: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Opening:
    """A plan's window on one local day."""

    day: date
    opens_at: datetime
    closes_at: datetime

    @property
    def takes_place(self) -> bool:
        """Whether there is such a time on that day; the clock may skip it."""
        return self.opens_at < self.closes_at

    def is_open(self, now: datetime) -> bool:
        """Whether it is open."""
        return self.opens_at <= now < self.closes_at


@dataclass(frozen=True, slots=True)
class Timetable:
    """On which days of the week a window opens."""

    weekdays: frozenset[int]
    window: LocalWindow
    since: datetime
    """Windows that opened before do not count: of a plan that was made, changed or enabled within
    its window, the next one is the first."""

    def __post_init__(self) -> None:
        if not self.weekdays:
            raise InvalidInputError("Choose at least one day of the week.", field="weekdays")
        if not self.weekdays <= ALL_WEEKDAYS:
            raise InvalidInputError(
                "A day of the week is a number from 0 (Monday) to 6, not {value}.",
                field="weekdays",
                value=min(self.weekdays - ALL_WEEKDAYS),
            )

    def opening(self, day: date) -> Opening:
        """Return the window of a local day, whatever day of the week that is."""
        return Opening(day, *self.window.span_on(day))

    def openings(self, first: date, last: date) -> Iterator[Opening]:
        """Return the windows that count, on the local days from `first` to `last`."""
        days = (first + number * _DAY for number in range((last - first).days + 1))
        found = (self.opening(day) for day in days if day.weekday() in self.weekdays)
        return (one for one in found if one.opens_at >= self.since)

    def unsettled(self, settled: Collection[date], *, now: datetime) -> list[Opening]:
        """Return the windows that have opened, or passed, on days of which nothing is recorded."""
        first = self.window.local_day(max(self.since, now - LOOKED_BACK))
        found = self.openings(first, self.window.local_day(now))
        return [one for one in found if one.opens_at <= now and one.day not in settled]

    def find_next(
        self,
        settled: Collection[date],
        *,
        now: datetime,
        is_free: Callable[[date], bool] = lambda _day: False,
    ) -> Opening | None:
        """Return the window that opens next, or is open and not begun; None if none is in sight.

        `is_free` says of a local day whether it is a holiday that the plan spares.
        """
        first = self.window.local_day(max(now, self.since))
        coming = self.openings(first, first + LOOKED_AHEAD * _DAY)
        return next(
            (
                one
                for one in coming
                if one.takes_place
                and now < one.closes_at
                and one.day not in settled
                and not is_free(one.day)
            ),
            None,
        )


def rule_out(opening: Opening, *, is_free: bool, now: datetime) -> SkipReason | None:
    """Return why nothing can begin on a day of which nothing is recorded; None if it may now."""
    if not opening.takes_place:
        return SkipReason.NO_SUCH_TIME
    if is_free:
        return SkipReason.HOLIDAY
    return None if now < opening.closes_at else SkipReason.SERVER_OFF


def read_weekdays(text: str) -> frozenset[int]:
    """Return days written as `MO-FR,SU`; raise `InvalidInputError` for anything else."""
    found: set[int] = set()
    for part in text.upper().replace("–", "-").split(","):
        first, dash, last = (piece.strip() for piece in part.partition("-"))
        last = last if dash else first
        if first not in WEEKDAY_CODES or last not in WEEKDAY_CODES:
            raise InvalidInputError(
                "“{value}” are no days of the week; write them as MO,WE or MO-FR, of {codes}.",
                field="weekdays",
                value=shown(text),
                codes=", ".join(WEEKDAY_CODES),
            )
        begin, end = WEEKDAY_CODES.index(first), WEEKDAY_CODES.index(last)
        # From Saturday to Monday goes over the end of the week.
        found |= {number % 7 for number in range(begin, end + 1 + 7 * (end < begin))}
    return frozenset(found)


def advance(status: FiringStatus | None, cause: FiringCause) -> FiringStatus | None:
    """Return where `cause` leads from `status`, or None when it changes nothing."""
    return TRANSITIONS.get((status, cause))


def mermaid_diagram() -> str:
    """Return the state machine as a Mermaid diagram, as `docs/maintenance.md` shows it."""
    lines = [
        f"    {origin or '[*]'} --> {target}: {cause}"
        for (origin, cause), target in TRANSITIONS.items()
    ]
    ends: Iterable[str] = (f"    {status} --> [*]" for status in (_S.STARTED, _S.SKIPPED))
    return "\n".join(["stateDiagram-v2", *lines, *ends])
