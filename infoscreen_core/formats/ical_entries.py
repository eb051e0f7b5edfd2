"""What a VEVENT says, in the terms of our events, or why it cannot be one of ours.

Files say the same thing in many ways; an `Entry` says it in one. The end is a time in the zone of
the start, whether it was given as DTEND or DURATION. A single event in UTC moves to the default
zone, since only its instant matters; a series in UTC stays there, since it recurs by that clock. An
UNTIL with a time, local or in UTC, becomes an instant, or a date for whole days.

What cannot be expressed is refused with a sentence rather than imported wrongly, and so is a series
whose rule does not hit its own start, because programs disagree on what that means.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from infoscreen_core.domain.recurrence.exdates import find_stamp, format_stamp
from infoscreen_core.domain.recurrence.expansion import (
    Series,
    format_rule,
    parse_rule,
    starts_off_rule,
)
from infoscreen_core.domain.text.local_time import load_zone, localize, to_local
from infoscreen_core.domain.text.wording import Sentence
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.formats.ical_moments import Moment, MomentReader, read_duration, read_instant
from infoscreen_core.formats.ical_reader import FileEvent

_UID_LENGTH: Final = 180
_DAY: Final = timedelta(days=1)
_PRIVATE: Final = frozenset({"PRIVATE", "CONFIDENTIAL"})
_UNTIL: Final = re.compile(r"(UNTIL=)([0-9]{8}T[0-9]{6})(Z?)", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One VEVENT; `start` and `end` are naive wall times of `timezone`, as drafts hold them.

    `exdates` and `replaces` (RECURRENCE-ID) are aware instants, or dates that mean that day's
    occurrence.
    """

    line: int
    uid: str
    title: str
    description: str
    url: str
    location: str
    is_private: bool
    """Its CLASS is PRIVATE or CONFIDENTIAL."""
    sequence: int
    modified_at: datetime | None
    replaces: date | None
    start: datetime
    end: datetime
    timezone: str
    is_all_day: bool
    rule: str | None
    exdates: tuple[date, ...]
    notes: tuple[Sentence, ...] = ()
    """What must be said of the event though it is taken."""

    @property
    def key(self) -> str:
        """What tells it from all others: the UID and, for a changed occurrence, which one it is."""
        return _key(self.uid, self.replaces)


@dataclass(frozen=True, kw_only=True)
class Cancellation:
    """A VEVENT that calls off an event, or one occurrence of a series; it never creates anything.

    By STATUS:CANCELLED, or because all its calendar does is to cancel (METHOD:CANCEL). Such a
    VEVENT needs no times, so they are not read.
    """

    line: int
    uid: str
    title: str
    sequence: int
    modified_at: datetime | None
    replaces: date | None

    @property
    def key(self) -> str:
        """The key of the entry that it calls off."""
        return _key(self.uid, self.replaces)


def uid_of(event: FileEvent) -> str:
    """Return the UID, short enough to store; without one, a digest of what the event says."""
    uid = event.text("UID")
    if not uid:
        said = "\n".join(event.text(name) for name in ("DTSTART", "DTEND", "RRULE", "SUMMARY"))
        return f"sha256:{hashlib.sha256(said.encode()).hexdigest()}"
    return uid if len(uid) <= _UID_LENGTH else f"sha256:{hashlib.sha256(uid.encode()).hexdigest()}"


def read_entry(event: FileEvent, default_zone: str) -> Entry | Cancellation:
    """Return what a VEVENT says; raise `InvalidInputError` for what our events cannot express.

    Times without a zone are meant in `default_zone`.
    """
    if event.problem:
        raise event.problem
    reader = MomentReader(default_zone, event.calendar.zone_places)
    if event.calendar.method == "CANCEL" or event.text("STATUS").upper() == "CANCELLED":
        return _cancellation(event, reader)
    _refuse_what_we_lack(event)
    start, end = _times(event, reader)
    zone = start.zone or reader.default_zone
    return Entry(
        line=event.line,
        uid=uid_of(event),
        title=event.text("SUMMARY"),
        description=event.text("DESCRIPTION"),
        url=event.text("URL"),
        location=event.text("LOCATION"),
        is_private=event.text("CLASS").upper() in _PRIVATE,
        sequence=_sequence(event),
        modified_at=read_instant(event.text("LAST-MODIFIED")),
        replaces=_replaces(event, reader),
        start=start.wall,
        end=end.wall,
        timezone=zone,
        is_all_day=start.is_date,
        rule=_rule(event, start, end, zone),
        exdates=_exdates(event, reader),
    )


def _cancellation(event: FileEvent, reader: MomentReader) -> Cancellation:
    return Cancellation(
        line=event.line,
        uid=uid_of(event),
        title=event.text("SUMMARY"),
        sequence=_sequence(event),
        modified_at=read_instant(event.text("LAST-MODIFIED")),
        replaces=_replaces(event, reader),
    )


def _refuse_what_we_lack(event: FileEvent) -> None:
    if "RDATE" in event.properties or "EXRULE" in event.properties:
        raise InvalidInputError(
            "The event has extra dates (RDATE) or an exception rule (EXRULE), which are not "
            "supported; make "
            "single events of those dates.",
            field="recurrence_rule",
        )
    if len(event.properties.get("RRULE", ())) > 1:
        raise InvalidInputError(
            "The event has more than one recurrence rule; make an event of each.",
            field="recurrence_rule",
        )


def _times(event: FileEvent, reader: MomentReader) -> tuple[Moment, Moment]:
    """Return start and end in the same zone."""
    given = event.first("DTSTART")
    if given is None or not given.value.strip():
        raise InvalidInputError("The event has no start (DTSTART).", field="start")
    start = reader.read(given, field="start")
    if start.is_utc and "RRULE" not in event.properties:
        start = start.in_zone(reader.default_zone)  # only a single event's instant matters
    end = _end(event, start, reader)
    if end.is_date != start.is_date:
        raise InvalidInputError(
            "The start is a date and the end a time, or the other way round; both must be of a "
            "kind.",
            field="end",
        )
    return start, end.in_zone(start.zone or "")


def _end(event: FileEvent, start: Moment, reader: MomentReader) -> Moment:
    given = event.first("DTEND")
    if given is not None:
        return reader.read(given, field="end")
    if "DURATION" in event.properties:
        return _after(start, read_duration(event.text("DURATION")))
    if start.is_date:
        return Moment(start.value + _DAY, None)
    raise InvalidInputError("The event has neither an end (DTEND) nor a duration.", field="end")


def _after(start: Moment, length: timedelta) -> Moment:
    """Return the end: days are calendar days of any length; hours and minutes are exact."""
    try:
        if start.zone is None:
            return Moment(start.value + max(length, _DAY), None)
        zone = load_zone(start.zone)
        whole_days = timedelta(days=length.days)
        middle = localize(start.wall + whole_days, zone) if whole_days else start.instant
        return Moment(to_local(middle + (length - whole_days), zone), start.zone)
    except OverflowError:
        raise InvalidInputError("The event lasts longer than any calendar.", field="end") from None


def _rule(event: FileEvent, start: Moment, end: Moment, zone: str) -> str | None:
    """Return the rule in canonical form; raise `InvalidInputError` for one that is refused."""
    given = event.first("RRULE")
    if given is None:
        return None
    text = _UNTIL.sub(
        lambda found: found[1] + _until(found[2], found[3], start, zone), given.value.strip()
    )
    rule = format_rule(parse_rule(text, start_local=start.wall, timezone=zone))
    last = max(end.wall, start.wall + _DAY) if start.is_date else end.wall
    series = Series(start_local=start.wall, end_local=last, timezone=zone, rule=rule)
    if starts_off_rule(series):
        raise InvalidInputError(
            "The rule does not meet its own start, {start}, so programs disagree on its dates; let "
            "it begin "
            "on the first date of the rule.",
            field="recurrence_rule",
            start=f"{start.wall:%Y-%m-%d %H:%M}",
        )
    return rule


def _until(stamp: str, mark: str, start: Moment, zone: str) -> str:
    """Return UNTIL for our rules: an instant in UTC, or a date for whole days.

    For whole days, programs write either the date with midnight UTC, of which the date as written
    counts, or some other instant, whose date in the zone counts.
    """
    instant = find_stamp(f"{stamp}Z")
    if instant is None:
        return stamp + mark
    if not mark:
        instant = localize(instant.replace(tzinfo=None), load_zone(zone))
    if not start.is_date:
        return format_stamp(instant)
    is_written_date = bool(mark) and instant.time() == datetime.min.time()
    local = instant if is_written_date else to_local(instant, load_zone(zone))
    return f"{local:%Y%m%d}"


def _exdates(event: FileEvent, reader: MomentReader) -> tuple[date, ...]:
    moments = (
        moment
        for given in event.properties.get("EXDATE", ())
        for moment in reader.read_list(given, field="recurrence_exception")
    )
    return tuple(moment.value if moment.is_date else moment.instant for moment in moments)


def _replaces(event: FileEvent, reader: MomentReader) -> date | None:
    given = event.first("RECURRENCE-ID")
    if given is None:
        return None
    if given.params.get("RANGE"):
        raise InvalidInputError(
            "A change of this and all following dates (RANGE) is not supported; make a series of "
            "its own of "
            "them.",
            field="recurrence_rule",
        )
    moment = reader.read(given, field="occurrence_start")
    return moment.value if moment.is_date else moment.instant


def _sequence(event: FileEvent) -> int:
    text = event.text("SEQUENCE")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0  # noqa: PLR2004 - as RFC 5545


def _key(uid: str, replaces: date | None) -> str:
    return uid if replaces is None else f"{uid};{_text_of(replaces)}"


def _text_of(moment: date) -> str:
    return (
        format_stamp(moment.astimezone(UTC)) if isinstance(moment, datetime) else moment.isoformat()
    )
