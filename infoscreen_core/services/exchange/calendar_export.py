"""A group's events as an iCalendar file (RFC 5545), for calendar programs that subscribe to it.

Series go out as rules in their own zone, so that a program shows them beyond any horizon; what does not take
place (skipped, detached, in the holidays) is an EXDATE. A detached occurrence is an event of its own, which
every program shows alike. What is inactive is left out.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from icalendar import Calendar
from icalendar import Event as Component
from icalendar.prop import vRecur, vText

from infoscreen_core.db.models import Event
from infoscreen_core.domain.events.event import EventType
from infoscreen_core.domain.recurrence.expansion import (
    Frequency,
    Series,
    format_rule,
    next_occurrences,
    parse_exdates,
    read_rule,
)
from infoscreen_core.domain.text.local_time import load_zone, localize, to_local
from infoscreen_core.formats.vtimezone import vtimezone
from infoscreen_core.services.events.occurrences import series_of

UID_DOMAIN: Final = "infoscreen"
REFRESH: Final = timedelta(minutes=15)
"""How often programs are asked to look again."""
_FORM: Final = "1"
"""Raise it when what is written of an equal plan changes."""
_DAY: Final = timedelta(days=1)
_SECOND: Final = timedelta(seconds=1)
_NO_NEED_OF_A_ZONE: Final = frozenset({"UTC", "Etc/UTC"})


class _Text(vText):
    """Text that keeps a backslash before an N, which icalendar takes for a line break."""

    def to_ical(self) -> bytes:
        """Return the text as RFC 5545 escapes it."""
        text = str(self).replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
        return text.replace("\n", "\\n").encode()


def event_uid(event: Event) -> str:
    """Return the UID of an event, the same for ever and of no other event anywhere."""
    return f"{event.id}-{event.created_at:%Y%m%dT%H%M%S%f}@{UID_DOMAIN}"


def fingerprint(name: str, events: Iterable[Event]) -> str:
    """Return what tells one state of a group's calendar from another, without writing it."""
    state = [(event.id, event.version) for event in events]
    return hashlib.sha256(repr((_FORM, name, state)).encode()).hexdigest()[:32]


def write_calendar(name: str, events: Sequence[Event]) -> bytes:
    """Return the calendar `name` with these events; equal events give equal bytes."""
    calendar = Calendar()
    calendar.add("prodid", "-//infoscreen//calendar feed//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("name", _Text(name))
    calendar.add("x-wr-calname", _Text(name))
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT15M")
    for key in sorted({event.timezone for event in events if _has_zone(event)}):
        inside = [event for event in events if event.timezone == key]
        first = min(event.start for event in inside)
        last = max(max(event.start, event.recurrence_end or event.updated_at) for event in inside)
        calendar.add_component(vtimezone(load_zone(key), first=first, last=last))
    for event in events:
        calendar.add_component(_component(event))
    return bytes(calendar.to_ical())


def _has_zone(event: Event) -> bool:
    return not event.is_all_day and event.timezone not in _NO_NEED_OF_A_ZONE


def _component(event: Event) -> Component:
    component = Component()
    component.add("uid", event_uid(event))
    # Nobody is invited, so this is the time of the last change; the time of writing would never be equal.
    component.add("dtstamp", _stamp(event.updated_at))
    component.add("created", _stamp(event.created_at))
    component.add("last-modified", _stamp(event.updated_at))
    component.add("sequence", event.version)
    component.add("summary", _Text(event.title))
    _add_times(component, event)
    component.add("categories", [event.event_type.value])
    if said := event.message_text if event.event_type is EventType.MESSAGE else event.description:
        component.add("description", _Text(said))
    if event.website_url:
        component.add("url", event.website_url)
    component.add("status", "CONFIRMED")
    component.add("transp", "TRANSPARENT")  # what a screen shows keeps nobody busy
    return component


def _add_times(component: Component, event: Event) -> None:
    series = series_of(event, with_exceptions=False)
    start = _first_start(series, event.start)
    if event.is_all_day:
        # Wall times of whole days are midnights, save where the clock skips midnight.
        days = max(round(series.span / _DAY), 1)
        component.add("dtstart", start.date())
        component.add("dtend", start.date() + days * _DAY)
    else:
        component.add("dtstart", _moment(start, series))
        component.add("dtend", _moment(_end_of(start, series), series))
    if series.rule:
        component.add("rrule", vRecur.from_ical(_rule_text(series, is_all_day=event.is_all_day)))
        _add_exceptions(component, event, series)


def _first_start(series: Series, instant: datetime) -> datetime:
    """Return the naive wall time of the first occurrence: a start that the rule misses would count as one."""
    first = next(iter(next_occurrences(series, instant, 1)), None) if series.rule else None
    return series.start_local if first is None else _wall_time(series, first.start)


def _end_of(start: datetime, series: Series) -> datetime:
    return series.end_local if start == series.start_local else start + series.span


def _wall_time(series: Series, instant: datetime) -> datetime:
    """Return the time that the rule gives to an occurrence, also where the clock skips it."""
    zone = load_zone(series.timezone)
    shown = to_local(instant, zone)
    time = series.start_local.time().replace(fold=0)
    candidates = (datetime.combine(day, time) for day in (shown.date(), shown.date() - _DAY))
    return next((one for one in candidates if localize(one, zone) == instant), shown)


def _moment(local: datetime, series: Series) -> datetime:
    """Return an aware time; in UTC where a wall time could not say which of two equal hours is meant."""
    zone = load_zone(series.timezone)
    if local.fold or series.timezone in _NO_NEED_OF_A_ZONE:
        return localize(local, zone)
    return local.replace(tzinfo=zone)


def _rule_text(series: Series, *, is_all_day: bool) -> str:
    """Return the rule with UNTIL in the form that its DTSTART asks for: a date, or an instant in UTC."""
    rule = read_rule(series.rule or "")
    if rule.frequency is Frequency.DAILY and rule.by_month_day:
        rule = replace(
            rule, frequency=Frequency.MONTHLY
        )  # the same days; Thunderbird misses some of the other
    zone = load_zone(series.timezone)
    bound = rule.find_bound(zone)
    if bound is None:
        return format_rule(rule)
    last = bound - _SECOND
    return format_rule(replace(rule, until=to_local(last, zone).date() if is_all_day else last))


def _add_exceptions(component: Component, event: Event, series: Series) -> None:
    starts = sorted(parse_exdates(event.recurrence_exception or ""))
    if not starts:
        return
    walls = [_wall_time(series, start) for start in starts]
    if event.is_all_day:
        component.add("exdate", [wall.date() for wall in walls])
    else:
        component.add("exdate", [_moment(wall.replace(fold=0), series) for wall in walls])


def _stamp(instant: datetime) -> datetime:
    return instant.astimezone(UTC).replace(microsecond=0)
