"""An evaluator of calendar files, independent of the code under test: dateutil expands them."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time
from typing import Any, cast
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rruleset, rrulestr
from icalendar import Calendar

Span = tuple[datetime, datetime]
Properties = Mapping[str, Any]


def events_in(content: bytes) -> list[Properties]:
    """The properties of each VEVENT, by upper-case name."""
    return [cast("Properties", event) for event in Calendar.from_ical(content).walk("VEVENT")]


def spans_of(
    content: bytes, before: datetime, *, all_day_zone: str = "Europe/Vienna"
) -> list[Span]:
    """Return UTC starts and ends of everything that starts before an instant, in order."""
    return sorted(
        span for event in events_in(content) for span in _spans(event, before, all_day_zone)
    )


def _spans(event: Properties, before: datetime, all_day_zone: str) -> Iterator[Span]:
    start, zone = _wall(event["DTSTART"].dt, all_day_zone)
    end, end_zone = _wall(event["DTEND"].dt, all_day_zone)
    if "RRULE" not in event:
        yield _utc(start, zone), _utc(end, end_zone)
        return
    for hit in _rule_set(event, start, zone, all_day_zone):
        begin = _utc(hit, zone)
        if begin >= before:
            return
        finish = _utc(hit + (end - start), zone)
        yield begin, finish if finish > begin else begin + (end - start)


def _rule_set(
    event: Properties, start: datetime, zone: ZoneInfo, all_day_zone: str
) -> Iterator[datetime]:
    hits = rruleset()
    text = event["RRULE"].to_ical().decode()
    parts = dict(part.split("=") for part in text.split(";"))
    if "UNTIL" in parts:  # RFC 5545: a date of a whole day, else an instant in UTC
        parts["UNTIL"] = _local_until(parts["UNTIL"], zone)
    rule = rrulestr(";".join(f"{name}={value}" for name, value in parts.items()), dtstart=start)
    hits.rrule(cast("rrule", rule))
    for wall in _exdates(event, all_day_zone):
        hits.exdate(wall)
    return iter(hits)


def _local_until(text: str, zone: ZoneInfo) -> str:
    if len(text) == 8:
        return f"{text}T000000"
    assert text.endswith("Z")
    instant = datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    return f"{instant.astimezone(zone):%Y%m%dT%H%M%S}"


def _exdates(event: Properties, all_day_zone: str) -> Iterator[datetime]:
    given: Any = event.get("EXDATE", [])
    for one in given if isinstance(given, list) else [given]:
        for entry in one.dts:
            yield _wall(entry.dt, all_day_zone)[0]


def _wall(value: date, all_day_zone: str) -> tuple[datetime, ZoneInfo]:
    if not isinstance(value, datetime):
        return datetime.combine(value, time()), ZoneInfo(all_day_zone)
    assert value.tzinfo is not None, "a floating time means another instant in each zone"
    zone = value.tzinfo if isinstance(value.tzinfo, ZoneInfo) else ZoneInfo("UTC")
    return value.replace(tzinfo=None), zone


def _utc(wall: datetime, zone: ZoneInfo) -> datetime:
    return wall.replace(tzinfo=zone).astimezone(UTC)
