"""What a VEVENT says, in the terms of our events, or why it cannot be one of ours.

Files say the same thing in many ways; an `Entry` says it in one. The end is a time in the zone of
the start, whether it was given as DTEND or DURATION. A single event in UTC moves to the default
zone, since only its instant matters; a series in UTC stays there, since it recurs by that clock.

An EXDATE or RECURRENCE-ID with a time, though the series is of whole days, means the day that its
own clock shows; a date, though the series has times, means that day's occurrence.

What cannot be expressed is refused with a sentence rather than imported wrongly. What can, but not
quite as the file has it, is taken with a note.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from infoscreen_core.domain.recurrence.exdates import format_stamp
from infoscreen_core.domain.text.local_time import load_zone, localize, to_local
from infoscreen_core.domain.text.wording import Sentence
from infoscreen_core.domain.text.years import YEARS
from infoscreen_core.errors import InfoscreenError, InvalidInputError
from infoscreen_core.formats.ical_components import Property
from infoscreen_core.formats.ical_moments import (
    Moment,
    MomentReader,
    find_wall,
    read_duration,
    read_instant,
)
from infoscreen_core.formats.ical_reader import FileEvent
from infoscreen_core.formats.ical_rules import life_of_series, read_series_times
from infoscreen_core.formats.ical_texts import fit_description, fit_title
from infoscreen_core.formats.ical_zones import Life, ZoneFinder

_UID_LENGTH: Final = 180
_DAY: Final = timedelta(days=1)
_SHORTEST: Final = timedelta(minutes=15)
"""How long an event is shown that ends when it begins, such as a deadline or a bell."""
_PRIVATE: Final = frozenset({"PRIVATE", "CONFIDENTIAL"})


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One VEVENT; `start` and `end` are naive wall times of `timezone`, as drafts hold them.

    `exdates` and `replaces` (RECURRENCE-ID) are aware instants, or dates that mean that day's
    occurrence. `exdates` of whole days are dates, whatever the file says. Of a changed occurrence
    that is not known: its series may be in another file. So `replaces_day` is the day that is meant
    if the series is of whole days.
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
    replaces_day: date | None = None
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
    replaces_day: date | None = None

    @property
    def key(self) -> str:
        """The key of the entry that it calls off."""
        return _key(self.uid, self.replaces)


@dataclass(frozen=True, kw_only=True)
class RefusedChange(Cancellation):
    """A changed occurrence that our events cannot express, and why.

    It still says that its date does not take place as the series has it.
    """

    error: InfoscreenError


def uid_of(event: FileEvent) -> str:
    """Return the UID, short enough to store; without one, a digest of what the event says."""
    uid = event.text("UID")
    if not uid:
        said = "\n".join(event.text(name) for name in ("DTSTART", "DTEND", "RRULE", "SUMMARY"))
        return f"sha256:{hashlib.sha256(said.encode()).hexdigest()}"
    return uid if len(uid) <= _UID_LENGTH else f"sha256:{hashlib.sha256(uid.encode()).hexdigest()}"


def read_entry(event: FileEvent, default_zone: str) -> Entry | Cancellation:
    """Return what a VEVENT says; raise `InvalidInputError` for what our events cannot express.

    Times to which neither the event nor its calendar gives a zone are meant in `default_zone`.
    """
    if event.problem:
        raise event.problem
    reader = _reader(event, default_zone)
    if event.calendar.method == "CANCEL" or event.text("STATUS").upper() == "CANCELLED":
        return Cancellation(**_cancelled(event, _replaced(event, reader)))
    return _entry(event, reader, is_series=_is_series(event))


def _is_series(event: FileEvent) -> bool:
    # A rule beside RECURRENCE-ID is the series' own, which some programs repeat.
    return "RRULE" in event.properties and "RECURRENCE-ID" not in event.properties


def _reader(event: FileEvent, default_zone: str) -> MomentReader:
    finder = ZoneFinder(default_zone, event.calendar.zones)
    life = _life(event) if _is_series(event) else None
    return MomentReader(finder, event.calendar.zone_name, life)


def read_refused_change(
    event: FileEvent, default_zone: str, error: InfoscreenError
) -> RefusedChange | None:
    """Return which date of a series a refused VEVENT moves; None if it does not say so."""
    given = event.first("RECURRENCE-ID")
    if given is None or event.problem or _says_same(given, event.first("DTSTART")):
        return None
    reader = _reader(event, default_zone)
    try:
        replaced = reader.read_pointer(given, field="occurrence_start")
    except InfoscreenError:
        return None
    return RefusedChange(**_cancelled(event, replaced), error=error)


def _says_same(one: Property, other: Property | None) -> bool:
    same = other is not None and one.value.strip() == other.value.strip()
    return same and one.params.get("TZID") == (other and other.params.get("TZID"))


def _life(event: FileEvent) -> Life | None:
    given = event.first("DTSTART")
    start = find_wall(given) if given else None
    return life_of_series(event.text("RRULE"), start) if start else None


def _entry(event: FileEvent, reader: MomentReader, *, is_series: bool) -> Entry:
    if "RECURRENCE-ID" not in event.properties:
        _refuse_what_we_lack(event)
    start, end, notes = _times(event, reader)
    replaced, left_out = _replaced(event, reader), _left_out(event, reader) if is_series else []
    zone, rule = start.zone or reader.default_zone, None
    if is_series:
        series = read_series_times(event.text("RRULE"), start, end, zone)
        start, end, rule = series.start, series.end, series.rule
        notes = [*notes, *series.notes]
    notes += [note for one in (replaced, *left_out) if one for note in one.notes]
    title, title_notes = fit_title(event.text("SUMMARY"))
    description, text_notes = fit_description(event.text("DESCRIPTION"))
    return Entry(
        line=event.line,
        uid=uid_of(event),
        title=title,
        description=description,
        url=event.text("URL"),
        location=event.text("LOCATION"),
        is_private=event.text("CLASS").upper() in _PRIVATE,
        sequence=_sequence(event),
        modified_at=read_instant(event.text("LAST-MODIFIED")),
        replaces=replaced.pointer if replaced else None,
        replaces_day=replaced.day if replaced else None,
        start=start.wall,
        end=end.wall,
        timezone=zone,
        is_all_day=start.is_date,
        rule=rule,
        exdates=_exdates(left_out, start),
        notes=_distinct([*event.notes, *notes, *title_notes, *text_notes]),
    )


def _cancelled(event: FileEvent, replaced: Moment | None) -> dict[str, Any]:
    return {
        "line": event.line,
        "uid": uid_of(event),
        "title": fit_title(event.text("SUMMARY"))[0],
        "sequence": _sequence(event),
        "modified_at": read_instant(event.text("LAST-MODIFIED")),
        "replaces": replaced.pointer if replaced else None,
        "replaces_day": replaced.day if replaced else None,
    }


def _refuse_what_we_lack(event: FileEvent) -> None:
    if "RDATE" in event.properties or "EXRULE" in event.properties:
        raise InvalidInputError(
            "The event has extra dates (RDATE) or an exception rule (EXRULE), which are not "
            "supported; make "
            "single events of those dates.",
            field="recurrence_rule",
        )
    if len({one.value.strip().upper() for one in event.properties.get("RRULE", ())}) > 1:
        raise InvalidInputError(
            "The event has more than one recurrence rule; make an event of each.",
            field="recurrence_rule",
        )


def _times(event: FileEvent, reader: MomentReader) -> tuple[Moment, Moment, list[Sentence]]:
    """Return start and end in the same zone, and what is odd about them."""
    given = event.first("DTSTART")
    if given is None:
        raise InvalidInputError("The event has no start (DTSTART).", field="start")
    start = reader.read(given, field="start")
    if start.is_utc and reader.life is None:
        start = start.in_zone(reader.default_zone)  # only a single event's instant matters
    end = _end(event, start, reader)
    if end.is_date != start.is_date:
        raise InvalidInputError(
            "The start is a date and the end a time, or the other way round; both must be of a "
            "kind.",
            field="end",
        )
    notes = [*start.notes, *end.notes]
    if not start.is_date and start.instant == end.instant:
        end = _after(start, _SHORTEST)
        minutes = _SHORTEST // timedelta(minutes=1)
        notes.append(
            Sentence(
                "The event has no length; it is shown for {minutes} minutes.",
                field="end",
                minutes=minutes,
            )
        )
    return start, end.in_zone(start.zone or ""), notes


def _end(event: FileEvent, start: Moment, reader: MomentReader) -> Moment:
    """Return the end; the start, if the event has no length."""
    given = event.first("DTEND")
    if given is not None:
        end = reader.read(given, field="end", is_date_kept=start.is_date)
        # Many programs give the only day of an event as its end, too.
        return replace(end, value=end.value + _DAY) if _is_same_day(start, end) else end
    if "DURATION" in event.properties:
        return _after(start, read_duration(event.text("DURATION")))
    return Moment(start.value + _DAY, None) if start.is_date else replace(start, notes=())


def _is_same_day(start: Moment, end: Moment) -> bool:
    return start.is_date and end.is_date and start.value == end.value


def _after(start: Moment, length: timedelta) -> Moment:
    """Return the end: days are calendar days of any length; hours and minutes are exact."""
    try:
        if start.zone is None:
            is_forward = length >= timedelta()
            return Moment(start.value + (max(length, _DAY) if is_forward else length), None)
        zone = load_zone(start.zone)
        whole_days = timedelta(days=length.days)
        middle = localize(start.wall + whole_days, zone) if whole_days else start.instant
        return Moment(to_local(middle + (length - whole_days), zone), start.zone)
    except OverflowError:
        raise InvalidInputError("The event lasts longer than any calendar.", field="end") from None


def _left_out(event: FileEvent, reader: MomentReader) -> list[Moment]:
    return [
        moment
        for given in event.properties.get("EXDATE", ())
        for moment in reader.read_list(given, field="recurrence_exception")
    ]


def _exdates(left_out: Sequence[Moment], start: Moment) -> tuple[date, ...]:
    """Return the dates that are left out; a series of long ago has lost its first ones."""
    kept = [one for one in left_out if one.day.year >= YEARS[0]]
    return tuple(one.day if start.is_date else one.pointer for one in kept)


def _replaced(event: FileEvent, reader: MomentReader) -> Moment | None:
    """Return what RECURRENCE-ID says of the occurrence that is meant; None without one."""
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
    return reader.read_pointer(given, field="occurrence_start")


def _distinct(notes: Sequence[Sentence]) -> tuple[Sentence, ...]:
    return tuple(one for place, one in enumerate(notes) if one not in notes[:place])


def _sequence(event: FileEvent) -> int:
    text = event.text("SEQUENCE")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0  # noqa: PLR2004 - as RFC 5545


def _key(uid: str, replaces: date | None) -> str:
    return uid if replaces is None else f"{uid};{_text_of(replaces)}"


def _text_of(moment: date) -> str:
    return (
        format_stamp(moment.astimezone(UTC)) if isinstance(moment, datetime) else moment.isoformat()
    )
