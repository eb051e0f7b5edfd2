"""Write an iCalendar file (RFC 5545) for calendar programs that subscribe to it.

A series is written as its rule, in its own zone, so that a program shows it beyond any horizon;
each date on which it does not take place is an EXDATE. Three traps decide how times are written:

* DTSTART must be an occurrence. RFC 5545 counts it as the first one even where the rule does not
  hit it; we count only what the rule hits, so a start off the rule is moved to the first hit.
* An EXDATE names the time that the rule gives, not the one that the clock shows: for an occurrence
  in the hour that the clock skips, 02:30 and not 03:30.
* A time in the second of two equal hours cannot be written with a zone, so it is written in UTC.

Equal events give equal bytes: nothing depends on when the file is written.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from icalendar import Calendar, Component, Event
from icalendar.prop import vRecur, vText

from infoscreen_core.domain.recurrence.expansion import (
    Frequency,
    Series,
    format_rule,
    next_occurrences,
    read_rule,
)
from infoscreen_core.domain.text.local_time import load_zone, localize, to_local
from infoscreen_core.formats.vtimezone import vtimezone

REFRESH: Final = timedelta(minutes=15)
"""How often programs are asked to look again."""
_DAY: Final = timedelta(days=1)
_SECOND: Final = timedelta(seconds=1)
_NO_NEED_OF_A_ZONE: Final = frozenset({"UTC", "Etc/UTC"})


@dataclass(frozen=True, kw_only=True)
class CalendarEvent:
    """An event as a calendar file tells it; its instants are aware, its times those of `series`."""

    uid: str
    version: int
    """Written as SEQUENCE."""
    created_at: datetime
    updated_at: datetime
    title: str
    description: str | None
    category: str
    location: str | None = None
    url: str | None
    series: Series
    """Its `exdates` are all starts at which it does not take place."""
    last_end: datetime | None
    """When the last occurrence ends; None for an endless series."""
    is_all_day: bool

    @property
    def start(self) -> datetime:
        """The instant of its start, whether its rule hits that or not."""
        return localize(self.series.start_local, load_zone(self.series.timezone))

    @property
    def has_zone(self) -> bool:
        """Whether its times are written with a time zone."""
        return not self.is_all_day and self.series.timezone not in _NO_NEED_OF_A_ZONE


class _Text(vText):
    """Text that keeps a backslash before an N, which icalendar takes for a line break."""

    def to_ical(self) -> bytes:
        """Return the text as RFC 5545 escapes it."""
        text = str(self).replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
        return text.replace("\n", "\\n").encode()


def write_calendar(name: str, events: Sequence[CalendarEvent]) -> bytes:
    """Return the calendar `name` with these events."""
    calendar = Calendar()
    calendar.add("prodid", "-//infoscreen//calendar feed//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("name", _Text(name))
    calendar.add("x-wr-calname", _Text(name))
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT15M")
    for component in (*_zones(events), *map(_component, events)):
        calendar.add_component(component)
    return bytes(calendar.to_ical())


def _zones(events: Sequence[CalendarEvent]) -> Iterator[Component]:
    for key in sorted({event.series.timezone for event in events if event.has_zone}):
        inside = [event for event in events if event.series.timezone == key]
        first = min(event.start for event in inside)
        last = max(max(event.start, event.last_end or event.updated_at) for event in inside)
        yield vtimezone(load_zone(key), first=first, last=last)


def _component(event: CalendarEvent) -> Component:
    component = Event()
    component.add("uid", event.uid)
    # Without invitations, DTSTAMP is the time of the last change. The time of writing would make
    # the bytes differ each time.
    component.add("dtstamp", _stamp(event.updated_at))
    component.add("created", _stamp(event.created_at))
    component.add("last-modified", _stamp(event.updated_at))
    component.add("sequence", event.version)
    component.add("summary", _Text(event.title))
    _add_times(component, event)
    component.add("categories", [event.category])
    if event.description:
        component.add("description", _Text(event.description))
    if event.location:
        component.add("location", _Text(event.location))
    if event.url:
        component.add("url", event.url)
    component.add("status", "CONFIRMED")
    component.add("transp", "TRANSPARENT")  # what a screen shows keeps nobody busy
    return component


def _add_times(component: Event, event: CalendarEvent) -> None:
    series = event.series
    start = _first_start(event)
    if event.is_all_day:
        # Wall times of whole days are midnights, save where the clock skips midnight.
        days = max(round(series.span / _DAY), 1)
        component.add("dtstart", start.date())
        component.add("dtend", start.date() + days * _DAY)
    else:
        component.add("dtstart", _moment(start, series))
        component.add("dtend", _moment(_end_of(start, series), series))
    if series.rule:
        component.add("rrule", vRecur.from_ical(_rule_text(series.rule, event)))
        _add_exdates(component, event)


def _first_start(event: CalendarEvent) -> datetime:
    """Return the naive wall time of the first occurrence, even if that is skipped."""
    series = replace(event.series, exdates=frozenset())
    first = next(iter(next_occurrences(series, event.start, 1)), None) if series.rule else None
    return series.start_local if first is None else _wall_time(series, first.start)


def _end_of(start: datetime, series: Series) -> datetime:
    return series.end_local if start == series.start_local else start + series.span


def _wall_time(series: Series, instant: datetime) -> datetime:
    """Return the wall time that the rule gives to an occurrence, even if the clock skips it."""
    zone = load_zone(series.timezone)
    shown = to_local(instant, zone)
    time = series.start_local.time().replace(fold=0)
    candidates = (datetime.combine(day, time) for day in (shown.date(), shown.date() - _DAY))
    return next((one for one in candidates if localize(one, zone) == instant), shown)


def _moment(local: datetime, series: Series) -> datetime:
    """Return an aware time; in UTC for the second of two equal hours, which no zone can express."""
    zone = load_zone(series.timezone)
    if local.fold or series.timezone in _NO_NEED_OF_A_ZONE:
        return localize(local, zone)
    return local.replace(tzinfo=zone)


def _rule_text(text: str, event: CalendarEvent) -> str:
    """Return the rule with UNTIL as its DTSTART demands: a date, or an instant in UTC."""
    rule = read_rule(text)
    if rule.frequency is Frequency.DAILY and rule.by_month_day:
        # The same days; of a daily rule, Thunderbird misses some.
        rule = replace(rule, frequency=Frequency.MONTHLY)
    zone = load_zone(event.series.timezone)
    bound = rule.find_bound(zone)
    if bound is None:
        return format_rule(rule)
    last = bound - _SECOND
    return format_rule(
        replace(rule, until=to_local(last, zone).date() if event.is_all_day else last)
    )


def _add_exdates(component: Event, event: CalendarEvent) -> None:
    series = event.series
    walls = [_wall_time(series, start) for start in sorted(series.exdates)]
    if not walls:
        return
    if event.is_all_day:
        component.add("exdate", [wall.date() for wall in walls])
    else:
        component.add("exdate", [_moment(wall.replace(fold=0), series) for wall in walls])


def _stamp(instant: datetime) -> datetime:
    return instant.astimezone(UTC).replace(microsecond=0)
