"""Why what we plan differs from what another library sees: the first reason that holds counts.

A reason looks at the file's own lines and at what the import said, never at our code. Those that
begin with `OPEN` are faults of ours, or choices that are still to be made.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from infoscreen_core.services.exchange.views import EventImportRow, EventOutcome
from tests.support.exchange.differences import Difference
from tests.support.exchange.raw_events import RawEvent
from tests.support.exchange.trial import Span

OPEN: Final = "OPEN:"
UNKNOWN: Final = f"{OPEN} nobody knows why"
_HOME: Final = ZoneInfo("Europe/Vienna")
_NAMES: Final = {name.upper() for name in available_timezones()}
_WINDOWS: Final = {name.upper() for name in WINDOWS_TO_OLSON}
_DAY: Final = timedelta(days=1)
_TITLE: Final = 200
"""How long our titles may be."""


def reason_of(one: Difference) -> str:
    """Return why they differ."""
    return next((sentence for sentence, holds in REASONS.items() if holds(one)), UNKNOWN)


def _only_here(one: Difference) -> bool:
    return one.theirs is None


def _only_there(one: Difference) -> bool:
    return one.ours is None


def _is_called_off(one: Difference) -> bool:
    return one.theirs is not None and one.theirs.is_called_off


def _is_series_called_off(one: Difference) -> bool:
    called_off = (event.is_called_off for event in one.events if not event.is_change)
    return _only_there(one) and any(called_off)


def _is_file_refused(one: Difference) -> bool:
    return one.refusal is not None


def _is_refused(one: Difference) -> bool:
    """Whether all of its UID was refused, or else what has its start or its title."""
    refused = [row for row in one.rows if row.error]
    if one.theirs is None or one.ours is not None or not refused:
        return False
    taken = [row for row in one.rows if row.outcome is EventOutcome.CREATED]
    span, starts = one.theirs.span, {row.start for row in refused}
    if not taken or None in starts or {span.start, span.end} & starts:  # it turns some spans round
        return True
    return _is_titled(refused, span.title) and not _is_titled(taken, span.title)


def _is_titled(rows: Sequence[EventImportRow], title: str) -> bool:
    return any(row.title.split() == title.split() for row in rows)


def _is_cancellation(one: Difference) -> bool:
    return _only_there(one) and one.file.is_cancellation


def _is_not_utf8(one: Difference) -> bool:
    return not one.file.is_utf8


def _is_not_whole(one: Difference) -> bool:
    return _only_here(one) and not one.file.is_whole


def _has_other_title(one: Difference) -> bool:
    return (
        one.ours is not None
        and one.theirs is not None
        and (one.ours.start, one.ours.end) == (one.theirs.span.start, one.theirs.span.end)
    )


def _is_title_cut(one: Difference) -> bool:
    return _has_other_title(one) and one.theirs is not None and len(one.theirs.span.title) > _TITLE


def _is_title_taken_over(one: Difference) -> bool:
    return _has_other_title(one) and any(
        event.is_change and not event.value("SUMMARY") for event in one.events
    )


def _is_changed_twice(one: Difference) -> bool:
    changed = [event.value("RECURRENCE-ID") for event in one.events if event.is_change]
    return len(changed) > len(set(changed))


def _is_date_with_zone(one: Difference) -> bool:
    return one.ours is not None and any(
        event.is_whole_days and "TZID" in event.params("DTSTART") for event in one.events
    )


def _is_time_called_a_date(one: Difference) -> bool:
    is_midnight = one.ours is not None and one.ours.start.astimezone(_HOME).time() == time()
    return is_midnight and any(
        "T" in event.value(name) and event.params(name).split(";")[-1] == "VALUE=DATE"
        for event in one.events
        for name in ("DTSTART", "DTEND")
    )


def _is_utc_with_zone(one: Difference) -> bool:
    return any(
        event.value(name).endswith("Z") and "TZID" in event.params(name)
        for event in one.events
        for name in ("DTSTART", "DTEND")
    )


def _is_short_whole_day(one: Difference) -> bool:
    if one.ours is None or one.theirs is None or one.shift:
        return False
    span = one.theirs.span
    is_whole_days = any(event.is_whole_days for event in one.events)
    return is_whole_days and span.end - span.start < _DAY - timedelta(hours=1)


def _is_on_last_day(one: Difference) -> bool:
    if one.ours is None or not _only_here(one):
        return False
    ours = one.ours.start.astimezone(_HOME).date()
    return any(abs(ours - until) <= _DAY for event in one.events for until in _until(event))


def _until(event: RawEvent) -> Iterator[date]:
    if event.until.isdigit():
        yield datetime.strptime(event.until, "%Y%m%d").replace(tzinfo=UTC).date()


def _has_no_length(one: Difference) -> bool:
    """Whether it ends when it starts; so it may, too, in the hour that the clock skips."""
    theirs = one.theirs.span if one.theirs else None
    return theirs is not None and not one.shift and theirs.end == theirs.start


def _is_left_out_another_time(one: Difference) -> bool:
    """Whether an EXDATE names its day, at another time."""
    if one.ours is None or not _only_here(one):
        return False
    days = {one.ours.start.date() + _DAY * number for number in (-1, 0, 1)}
    exdates = {
        value[:8]
        for event in one.events
        for _params, values in event.lines.get("EXDATE", ())
        for value in values.split(",")
    }
    return any(f"{day:%Y%m%d}" in exdates for day in days)


def _is_day_of_change(one: Difference) -> bool:
    """Whether a change names a day of a series of times."""
    return _only_there(one) and any(
        len(event.value("RECURRENCE-ID")) == len("20260914") and not event.is_whole_days
        for event in one.events
    )


def _is_local_beside_utc(one: Difference) -> bool:
    exdates = (
        value.endswith("Z") for event in one.events for _p, value in event.lines.get("EXDATE", ())
    )
    return any(event.is_local for event in one.events) and any(exdates)


def _is_of_calendars_zone(one: Difference) -> bool:
    return bool(one.file.home) and any(
        event.value("DTSTART").endswith("Z") or event.is_local for event in one.events
    )


def _is_one_of_several(one: Difference) -> bool:
    """Whether the file has several events of its UID that are no changes of one another."""
    mains = [event for event in one.events if not event.is_change]
    numbers = {event.value("SEQUENCE") for event in mains}
    return _only_here(one) and len(mains) > 1 and len(numbers) == 1


def _is_old_revision(one: Difference) -> bool:
    return _only_here(one) and sum(not event.is_change for event in one.events) > 1


def _is_older_change(one: Difference) -> bool:
    """Whether a change has a lower number than a series that has an EXDATE."""
    changes = [_sequence(event) for event in one.events if event.is_change]
    series = [_sequence(event) for event in one.events if "EXDATE" in event.lines]
    return _only_here(one) and max(series, default=0) > min(changes, default=0)


def _sequence(event: RawEvent) -> int:
    text = event.value("SEQUENCE")
    return int(text) if text.isdigit() else 0


def _is_in_messages(one: Difference) -> bool:
    return one.file.calendars > 1


def _is_change_refused(one: Difference) -> bool:
    """Whether a change of one date, or of all that follow, was refused."""
    is_here = one.ours is not None
    is_refused = any(row.error and "newer form" not in row.error.template for row in one.rows)
    return is_here and is_refused and any(event.is_change for event in one.events)


def _has_rules_of_its_own(one: Difference) -> bool:
    return bool(one.shift) and bool(_zones(one) & one.file.zones)


def _is_zone_of_that_name(one: Difference) -> bool:
    return _has_rules_of_its_own(one) and bool(_zones(one) & _NAMES)


def _is_zone_of_windows(one: Difference) -> bool:
    return _has_rules_of_its_own(one) and bool(_zones(one) & _WINDOWS)


def _zones(one: Difference) -> set[str]:
    return {
        part.removeprefix("TZID=").strip('"')
        for event in one.events
        for part in event.params("DTSTART").split(";")
        if part.startswith("TZID=")
    }


REASONS: Final[Mapping[str, Callable[[Difference], bool]]] = {
    "the whole file was refused, with a sentence": _is_file_refused,
    "it is called off (STATUS:CANCELLED); the library returns it": _is_called_off,
    "its series is called off, and with it its changed dates": _is_series_called_off,
    "METHOD:CANCEL calls it off; the library does not look at it": _is_cancellation,
    "it was refused, with a sentence and its line": _is_refused,
    "a BEGIN without END: the library loses what stands between": _is_not_whole,
    "what is not UTF-8 is read as Windows-1252 here, and lost there": _is_not_utf8,
    "a long title is cut off here": _is_title_cut,
    "a changed date without a title keeps that of its series here": _is_title_taken_over,
    "of two changes of one date, another counts there": _is_changed_twice,
    f"{OPEN} a time that is called a date (VALUE=DATE) is a whole day here": _is_time_called_a_date,
    "a date with a zone is a whole day here, and midnight of that zone there": _is_date_with_zone,
    "a time in UTC is moved by its TZID there; here the Z counts": _is_utc_with_zone,
    "a whole day lasts at least a day here": _is_short_whole_day,
    "the last day that UNTIL names is left out there": _is_on_last_day,
    "a local time whose EXDATE is in UTC is taken for UTC there": _is_local_beside_utc,
    "X-WR-TIMEZONE moves times in UTC there": _is_of_calendars_zone,
    f"{OPEN} a change older than its series, which leaves the date out, counts here": (
        _is_older_change
    ),
    "an EXDATE at another time of the day, or of a changed date, counts there": (
        _is_left_out_another_time
    ),
    "a change that names a day is that day's date here, another event there": _is_day_of_change,
    "what ends when it starts gets a length here": _has_no_length,
    f"{OPEN} a change was refused, and its series keeps the old dates": _is_change_refused,
    "events that share a UID are all shown here": _is_one_of_several,
    f"{OPEN} an older revision (SEQUENCE) of the same UID is shown here": _is_old_revision,
    "the file holds several messages, which change one another's events here": _is_in_messages,
    f"{OPEN} the file's own rules for a zone count here, its name there": _is_zone_of_that_name,
    "rules that contradict a Windows name count here": _is_zone_of_windows,
    "the rules of a zone of the file's own say nothing of this time": _has_rules_of_its_own,
}


def shown(span: Span | None) -> str:
    """Return a span as text."""
    return f"{span.start:%F %R}–{span.end:%F %R} {span.title[:40]!r}" if span else "nothing"
