"""`infoscreen monitoring plays`: what screens really showed, and how sure that is."""

import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any, Final, NamedTuple

import typer

from infoscreen_core.cli.context import MAX_ID, JsonFlag, cli_read_session, emit
from infoscreen_core.cli.moments import read_day
from infoscreen_core.clock import utc_now
from infoscreen_core.domain.monitoring.plays.tallies import By
from infoscreen_core.domain.text.local_time import to_local
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.formats.csv_writer import write_csv
from infoscreen_core.services.monitoring.plays import report
from infoscreen_core.services.monitoring.plays.report import PlayFilter
from infoscreen_core.services.screens import clients, groups

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from sqlalchemy.orm import Session

    from infoscreen_core.domain.monitoring.plays.tallies import Sums
    from infoscreen_core.services.monitoring.plays.report import ScreenPlays

_USUAL: Final = timedelta(days=6)
_PLAY_COLUMNS: Final = (
    "client_name",
    "event_id",
    "title",
    "files",
    "from",
    "to",
    "seconds",
    "sure",
)


class Rows(StrEnum):
    """What each row of the answer is about."""

    PLAY = "play"
    CLIENT = "client"
    EVENT = "event"
    MEDIA = "media"
    GROUP = "group"
    DAY = "day"


def command(  # noqa: PLR0913 - each option is one
    *,
    by: Annotated[
        Rows, typer.Option(help="One row for each play, or the sums of each client, event …")
    ] = Rows.PLAY,
    start: Annotated[
        str | None,
        typer.Option("--from", help="The first day, as 2026-10-01; default: six days ago."),
    ] = None,
    end: Annotated[
        str | None, typer.Option("--to", help="The last day, written alike; default: today.")
    ] = None,
    event: Annotated[int | None, typer.Option(min=1, max=MAX_ID, help="Only this event.")] = None,
    media: Annotated[
        int | None, typer.Option(min=1, max=MAX_ID, help="Only this file of the library.")
    ] = None,
    group: Annotated[
        str | None, typer.Option(help="Only screens of this group: name or id.")
    ] = None,
    client: Annotated[str | None, typer.Option(help="Only this player: its UUID.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1_000_000, help="No more rows.")] = 1000,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV, as for a spreadsheet.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Say what screens really showed, from when to when.

    `sure` is `seen` (reported, and a picture shows it), `reported` (the player says so) or
    `unknown` (planned, but the player was silent or the server could not see: not shown).
    """
    if as_csv and as_json:
        raise InvalidInputError("Choose either --csv or --json.", field="csv")
    now = utc_now()
    with cli_read_session() as (session, _settings):
        wanted = _wanted(session, _Asked(start, end, event, media, group, client), now)
        rows = _rows(session, wanted, by, limit, now)
    if as_csv:
        sys.stdout.write(_csv(rows))
    else:
        emit(rows, as_json=as_json, columns=_PLAY_COLUMNS if by is Rows.PLAY else None)


class _Asked(NamedTuple):
    """The options that narrow what is asked for."""

    start: str | None
    end: str | None
    event: int | None
    media: int | None
    group: str | None
    client: str | None


def _wanted(session: "Session", asked: _Asked, now: datetime) -> PlayFilter:
    last = report.today_of(session, now) if asked.end is None else read_day(asked.end, field="to")
    first = last - _USUAL if asked.start is None else read_day(asked.start, field="from")
    group, client = asked.group, asked.client
    return PlayFilter(
        first,
        last,
        group_id=None if group is None else groups.get_group_by_text(session, group).id,
        client_uuid=None if client is None else clients.get_client(session, client).uuid,
        event_id=asked.event,
        media_id=asked.media,
    )


def _rows(
    session: "Session", wanted: PlayFilter, by: Rows, limit: int, now: datetime
) -> list[dict[str, Any]]:
    if by in {Rows.PLAY, Rows.CLIENT}:
        screens = report.each_screen(session, wanted, now=now)
        rows = (
            _play_rows(screens, report.zone_of(session))
            if by is Rows.PLAY
            else map(_client_row, screens)
        )
        return list(islice(rows, limit))
    sums = report.add_up_plays(session, wanted, By(by.value), limit=limit, now=now)
    return [_sums_row(one, By(by.value), sums.counted_until) for one in sums.rows]


def _play_rows(screens: "Iterable[ScreenPlays]", zone: "ZoneInfo") -> Iterator[dict[str, Any]]:
    for screen in screens:
        for play in screen.plays:
            yield {
                "client_uuid": screen.uuid,
                "client_name": screen.name,
                "group_id": screen.group_id,
                "event_id": play.event_id,
                "title": play.title,
                "media_ids": [file.media_id for file in play.files if file.media_id is not None],
                "files": ", ".join(file.name for file in play.files),
                "checksums": [file.checksum for file in play.files if file.checksum is not None],
                "from": play.span.start,
                "to": play.span.end,
                "local_from": to_local(play.span.start, zone).isoformat(timespec="seconds"),
                "seconds": round(play.span.length.total_seconds()),
                "sure": play.sureness.value,
            }


def _client_row(screen: "ScreenPlays") -> dict[str, Any]:
    return {
        "client_uuid": screen.uuid,
        "client_name": screen.name,
        "group_id": screen.group_id,
        "shown_seconds": round(screen.shown.total_seconds()),
        "unknown_seconds": round(screen.unknown.total_seconds()),
        "plays": sum(play.sureness.is_shown for play in screen.plays),
    }


def _sums_row(one: "Sums", by: By, counted_until: datetime | None) -> dict[str, Any]:
    key = one.key if by is not By.GROUP else one.key or None
    return {
        "day" if by is By.DAY else f"{by.value}_id": key,
        **({"name": one.name} if by in {By.EVENT, By.MEDIA} else {}),
        "shown_seconds": one.shown,
        "seen_seconds": one.seen,
        "reported_seconds": one.reported,
        "unknown_seconds": one.unknown,
        "screens": one.screens,
        "plays": one.plays,
        "counted_until": counted_until,
    }


def _csv(rows: list[dict[str, Any]]) -> str:
    return write_csv(tuple(rows[0]), map(_cells, rows)) if rows else ""


def _cells(row: Mapping[str, Any]) -> list[str | float]:
    return [_cell(value) for value in row.values()]


def _cell(value: object) -> str | float:
    if value is None:
        return ""
    if isinstance(value, list):
        return " ".join(map(str, value))
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return value if isinstance(value, (int, float)) else str(value)
