"""How well a screen served over a stretch of time, by the record of its statuses.

A screen is *down* while its status is one that people in front of it notice: offline or critical
(`fleet_count.DOWN_STATUSES`). It is *up* in any other status. Two kinds of time count as
neither. In a *blind span* the server itself could not see its screens, since broker, listener or
database were away: what a screen did then is unknown. And time may be left out on purpose, such as
when the TVs are meant to be off. So

    availability = up / (up + down),   MTTR = down / outages,   MTBF = up / outages.

An *outage* is time down without a break; it goes on through a blind span if the screen is down
before and after it. An outage that began before the stretch, or goes on after it, counts with the
part that lies in it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from infoscreen_core.domain.monitoring.fleet_count import DOWN_STATUSES
from infoscreen_core.domain.monitoring.liveness import Status, StatusReason
from infoscreen_core.domain.monitoring.spans import Span, merged, total, without


class BlindCause(StrEnum):
    """Why the server could not see its screens."""

    BROKER = "broker"
    """The listener had no connection to the broker."""
    LISTENER = "listener"
    """Nobody took in what screens send."""
    STANDSTILL = "standstill"
    """The database was away, or none of our programs ran: nobody kept the record."""
    NETWORK = "network"
    """Nearly all screens fell silent at once (`liveness.find_broker_outage`)."""


@dataclass(frozen=True, slots=True)
class StatusChange:
    """A status and its reason, in force from an instant on."""

    at: datetime
    status: Status | None
    """None: the player is not in service, or was never heard of, and does not count."""
    reason: StatusReason


@dataclass(frozen=True, slots=True)
class Outage:
    """Time in which a screen was down without a break."""

    start: datetime
    end: datetime | None
    """None: it goes on."""
    reason: StatusReason
    """That of its beginning."""
    down: timedelta
    """How long it was known to be down, within the stretch that was asked for."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Time up, down and unknown; of several screens or weeks together, the sums."""

    up: timedelta = timedelta()
    down: timedelta = timedelta()
    unknown: timedelta = timedelta()
    outage_count: int = 0
    left_out: timedelta = timedelta()
    """Time that was left out on purpose, and counts as none of the others."""

    def __add__(self, other: "Figures") -> "Figures":
        """Return the figures over both."""
        return Figures(
            self.up + other.up,
            self.down + other.down,
            self.unknown + other.unknown,
            self.outage_count + other.outage_count,
            self.left_out + other.left_out,
        )

    @property
    def percent(self) -> float | None:
        """How much of the time that is known it was up; None when nothing is known."""
        known = self.up + self.down
        return 100 * (self.up / known) if known else None

    @property
    def mean_time_to_recovery(self) -> timedelta | None:
        """How long an outage lasts (MTTR); None without one."""
        return self.down / self.outage_count if self.outage_count else None

    @property
    def mean_time_between_failures(self) -> timedelta | None:
        """How long it runs between outages (MTBF); None without one."""
        return self.up / self.outage_count if self.outage_count else None


@dataclass(frozen=True, slots=True)
class Availability(Figures):
    """The figures of one screen over a stretch of time, with each outage in it."""

    outages: Sequence[Outage] = field(default=())


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A status in force, from its change to the next one."""

    change: StatusChange
    span: Span


def measure(
    changes: Iterable[StatusChange],
    window: Span,
    *,
    blind: Iterable[Span] = (),
    left_out: Iterable[Span] = (),
) -> Availability:
    """Return the figures of one screen over a window.

    `changes` are in order, the last one before the window among them; what was before the first of
    them does not count. The window must not reach into the future.
    """
    unseen, nothing = merged(blind), merged(left_out)
    stretches = [one for one in _stretches(changes, window) if one.change.status is not None]
    up, down, unknown, left = timedelta(), timedelta(), timedelta(), timedelta()
    for stretch in stretches:
        known = length = stretch.span.length
        if unseen or nothing:  # mostly there is neither, and there are many stretches
            counted = without(stretch.span, nothing)
            left += length - total(counted)
            known = total(part for span in counted for part in without(span, unseen))
            unknown += total(counted) - known
        if is_down(stretch.change.status):
            down += known
        else:
            up += known
    outages = tuple(_outages(stretches, window, [*unseen, *nothing]))
    return Availability(up, down, unknown, len(outages), left, outages)


@dataclass(frozen=True, slots=True)
class Band:
    """Time with one status for one reason, or in which nobody could tell."""

    span: Span
    change: StatusChange | None
    """What was in force; None: the server could not see its screens."""


def bands(changes: Iterable[StatusChange], window: Span, *, blind: Iterable[Span]) -> list[Band]:
    """Return a window's time in order, for a picture; what was before the first change is left out.

    The arguments are those of `measure`.
    """
    unseen = merged(blind)
    seen = [
        Band(part, stretch.change)
        for stretch in _stretches(changes, window)
        for part in without(stretch.span, unseen)
    ]
    hidden = [Band(span.within(window), None) for span in unseen]
    apart = [band for band in hidden if band.span.start < band.span.end]
    return sorted([*seen, *apart], key=lambda band: band.span)


def is_down(status: Status | None) -> bool:
    """Whether people in front of a screen with this status notice; see the module."""
    return status in DOWN_STATUSES


def _stretches(changes: Iterable[StatusChange], window: Span) -> list[_Stretch]:
    known = list(changes)
    ends = [*(change.at for change in known), window.end][1:]
    clipped = (
        _Stretch(change, Span(change.at, end).within(window))
        for change, end in zip(known, ends, strict=True)
    )
    return [stretch for stretch in clipped if stretch.span.start < stretch.span.end]


def _outages(
    stretches: Sequence[_Stretch], window: Span, uncounted: Iterable[Span]
) -> list[Outage]:
    hidden = merged(uncounted)
    outages = (_outage(run, window, hidden) for run in _runs(stretches))
    return [outage for outage in outages if outage.down]


def _runs(stretches: Sequence[_Stretch]) -> list[list[_Stretch]]:
    """Return the stretches in which it was down, those without a break together."""
    runs: list[list[_Stretch]] = []
    for stretch in stretches:
        if not is_down(stretch.change.status):
            continue
        if runs and runs[-1][-1].span.end == stretch.span.start:
            runs[-1].append(stretch)
        else:
            runs.append([stretch])
    return runs


def _outage(run: Sequence[_Stretch], window: Span, hidden: Sequence[Span]) -> Outage:
    start, end = run[0].span.start, run[-1].span.end
    return Outage(
        start=start,
        end=None if end == window.end else end,
        reason=run[0].change.reason,
        down=total(without(Span(start, end), hidden)),
    )
