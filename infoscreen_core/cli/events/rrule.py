"""`infoscreen rrule`: what a recurrence rule means, as a list of dates."""

import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

import typer

from infoscreen_core.cli.context import JsonFlag, emit
from infoscreen_core.cli.moments import find_date, read_duration, read_instant, read_local
from infoscreen_core.domain.recurrence.expansion import (
    Occurrence,
    Series,
    expand,
    find_unmatched_exdates,
    format_exdates,
    next_occurrences,
    parse_rule,
    read_rule,
    starts_off_rule,
)
from infoscreen_core.domain.text.local_time import load_zone, localize, to_local
from infoscreen_core.domain.text.wording import shown
from infoscreen_core.errors import InvalidInputError

ENDLESS_LIMIT: Final = 100
"""How many occurrences of a rule without an end are listed by default."""
MOST: Final = 100_000


def command(  # noqa: PLR0913 - one option each
    rule: Annotated[str, typer.Argument(help="An RRULE such as FREQ=WEEKLY;BYDAY=MO,WE.")],
    *,
    start: Annotated[str, typer.Option(help="Start of the series, local time: 20260907T080000.")],
    timezone: Annotated[
        str, typer.Option(help="IANA time zone that the series recurs in.")
    ] = "Europe/Vienna",
    duration: Annotated[str, typer.Option(help="Length of one occurrence: 50m, 1h30m, 2d.")] = "1h",
    window_start: Annotated[
        str | None, typer.Option("--from", help="List what ends after this time.")
    ] = None,
    window_end: Annotated[
        str | None, typer.Option("--to", help="List what starts before this time.")
    ] = None,
    limit: Annotated[int | None, typer.Option(help="List this many at most.")] = None,
    exdate: Annotated[
        list[str] | None, typer.Option(help="Start of an occurrence to leave out, or a whole date.")
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """List the occurrences of a recurrence rule; exit with 2 and the reason when it is refused."""
    zone = load_zone(timezone)
    begin = read_local(start, zone, field="start").replace(fold=0)
    parse_rule(rule, start_local=begin, timezone=timezone)
    end = _end(begin, duration)
    bare = Series(start_local=begin, end_local=end, timezone=timezone, rule=rule)
    instants, dates = _read_exdates(exdate or [], zone)
    series = replace(bare, exdates=instants, skipped_dates=dates)
    _warn(series, zone)
    found = _list_occurrences(series, zone, window_start, window_end, _checked_limit(limit))
    rows = [_row(one, zone) for one in found]
    emit({"occurrences": rows} if as_json else rows, as_json=as_json)


def _end(begin: datetime, duration: str) -> datetime:
    try:
        return begin + read_duration(duration)
    except OverflowError:
        raise InvalidInputError(
            "The duration “{value}” ends after the year 9999; give a shorter one.",
            field="duration",
            value=shown(duration),
        ) from None


def _checked_limit(limit: int | None) -> int | None:
    if limit is not None and not 1 <= limit <= MOST:
        raise InvalidInputError(
            "The limit {value} is not possible; give a number from 1 to {most}.",
            field="limit",
            value=limit,
            most=MOST,
        )
    return limit


def _read_exdates(
    texts: Sequence[str], zone: ZoneInfo
) -> tuple[frozenset[datetime], frozenset[date]]:
    """Return the instants and the whole local dates to leave out."""
    pieces = [piece.strip() for text in texts for piece in text.split(",")]
    dates = {piece: found for piece in pieces if (found := find_date(piece))}
    instants = (read_instant(piece, zone, field="exdate") for piece in pieces if piece not in dates)
    return frozenset(instants), frozenset(dates.values())


def _list_occurrences(
    series: Series,
    zone: ZoneInfo,
    window_start: str | None,
    window_end: str | None,
    limit: int | None,
) -> list[Occurrence]:
    first = localize(series.start_local, zone) - timedelta(days=1)
    begin = read_instant(window_start, zone, field="from") if window_start is not None else first
    if window_end is None:
        count = limit or (ENDLESS_LIMIT if read_rule(series.rule or "").is_endless else MOST)
        return _from(series, begin, count)
    end = read_instant(window_end, zone, field="to")
    if end <= begin:
        raise InvalidInputError(
            "The window ends at {end} and begins at {start}; give a later end.",
            field="to",
            start=to_local(begin, zone).isoformat(),
            end=to_local(end, zone).isoformat(),
        )
    return expand(series, window_start=begin, window_end=end, limit=limit or MOST)


def _from(series: Series, begin: datetime, count: int) -> list[Occurrence]:
    """Return the occurrence that is on at `begin`, if any, and those after it, `count` at most."""
    running = expand(series, window_start=begin, window_end=begin + timedelta(seconds=1))
    return [
        *(one for one in running if one.start < begin),
        *next_occurrences(series, begin, count),
    ][:count]


def _warn(series: Series, zone: ZoneInfo) -> None:
    if starts_off_rule(series):
        sys.stderr.write(
            "Note: the rule does not hit the start; the first occurrence comes later.\n"
        )
    unmatched = [
        *(format_exdates([exdate]) for exdate in sorted(find_unmatched_exdates(series))),
        *(
            day.isoformat()
            for day in sorted(series.skipped_dates)
            if not _has_start_on(series, day, zone)
        ),
    ]
    if unmatched:
        sys.stderr.write(
            f"Note: no occurrence starts at {', '.join(unmatched)}; nothing is left out there.\n"
        )


def _has_start_on(series: Series, day: date, zone: ZoneInfo) -> bool:
    midnight = localize(datetime.combine(day, time()), zone)
    coming = next_occurrences(
        replace(series, exdates=frozenset(), skipped_dates=frozenset()), midnight, 1
    )
    return any(one.start_local.date() == day for one in coming)


def _row(one: Occurrence, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "start_local": one.start_local.isoformat(),
        "end_local": to_local(one.end, zone).isoformat(),
        "start_utc": one.start,
        "end_utc": one.end,
    }
