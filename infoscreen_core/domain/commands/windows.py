"""A stretch of each local day in which something may be begun, such as 02:00–05:00."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from infoscreen_core.domain.text.local_time import load_zone, localize, to_local
from infoscreen_core.domain.text.wording import shown
from infoscreen_core.errors import InvalidInputError

_WRITTEN: Final = re.compile(r"\s*(\d{1,2}):([0-5]\d)\s*[-–]\s*(\d{1,2}):([0-5]\d)\s*")
DAY_MINUTES: Final = 24 * 60
_MINUTE: Final = timedelta(minutes=1)
_DAYS_AHEAD: Final = 3
"""Enough to find a day on which the window is not skipped by the clock."""


@dataclass(frozen=True, slots=True)
class LocalWindow:
    """From one minute of the local day to another, which is not part of it.

    On the day on which the clock goes forward, a window within the hour that it skips does not
    occur; on the day on which it goes back, one that holds the repeated hour is an hour longer.
    """

    from_minute: int
    to_minute: int
    timezone: str

    def __post_init__(self) -> None:
        load_zone(self.timezone)
        if not 0 <= self.from_minute < DAY_MINUTES or not 0 < self.to_minute <= DAY_MINUTES:
            raise InvalidInputError(
                "A window lies between 00:00 and 24:00 of a day, not at {first}–{last}.",
                field="window",
                first=minute_text(self.from_minute),
                last=minute_text(self.to_minute),
            )
        if self.to_minute <= self.from_minute:
            raise InvalidInputError(
                "The window ends at {last}, before it begins at {first}. It lies within one day: "
                "for a night, begin at 00:00 or end at 24:00.",
                field="window",
                first=minute_text(self.from_minute),
                last=minute_text(self.to_minute),
            )

    def span_on(self, day: date) -> tuple[datetime, datetime]:
        """Return the instants (UTC) between which it is open on a local day; equal if never."""
        return self._instant(day, self.from_minute), self._instant(day, self.to_minute)

    def is_open(self, now: datetime) -> bool:
        """Whether it is open."""
        first, last = self.span_on(self.local_day(now))
        return first <= now < last

    def next_opening(self, now: datetime) -> datetime:
        """Return when it opens next; `now` while it is open."""
        today = self.local_day(now)
        spans = (self.span_on(today + timedelta(days=ahead)) for ahead in range(_DAYS_AHEAD))
        return next(max(first, now) for first, last in spans if max(first, now) < last)

    def local_day(self, now: datetime) -> date:
        """Return the local day of an instant."""
        return to_local(now, load_zone(self.timezone)).date()

    def _instant(self, day: date, minute: int) -> datetime:
        # The first of two equal hours, when it begins; the second, when it ends: then it covers
        # both. A time that the clock skips is the instant at which it does.
        zone = load_zone(self.timezone)
        wanted = datetime.combine(day, time()) + timedelta(minutes=minute)
        wanted = wanted.replace(fold=int(minute == self.to_minute))
        while to_local(localize(wanted, zone), zone) != wanted:
            wanted += _MINUTE
        return localize(wanted, zone)


def read_window(text: str, timezone: str) -> LocalWindow:
    """Return the window written as `02:00-05:00`; raise `InvalidInputError` for anything else."""
    found = _WRITTEN.fullmatch(text)
    if found is None:
        raise InvalidInputError(
            "“{value}” is no window; write it as 02:00-05:00.", field="window", value=shown(text)
        )
    first_hour, first, last_hour, last = map(int, found.groups())
    return LocalWindow(first_hour * 60 + first, last_hour * 60 + last, timezone)


def minute_text(minute: int) -> str:
    """Return a minute of the day as people write it, such as 02:30; the day's end is 24:00."""
    hours, minutes = divmod(minute, 60)
    return f"{hours:02d}:{minutes:02d}"
