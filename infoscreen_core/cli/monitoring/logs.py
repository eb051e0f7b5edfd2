"""`infoscreen logs`: what players logged."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, NamedTuple

import typer

from infoscreen_core.cli.context import JsonFlag, cli_read_session, emit
from infoscreen_core.cli.files import write_file
from infoscreen_core.cli.moments import read_instant
from infoscreen_core.clock import utc_now
from infoscreen_core.domain.monitoring.logs.filter import ALL_LEVELS, LogFilter
from infoscreen_core.domain.screens.player import LogLevel
from infoscreen_core.domain.text.local_time import load_zone
from infoscreen_core.domain.text.wording import shown
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.formats.row_files import FileFormat
from infoscreen_core.services import system_settings
from infoscreen_core.services.monitoring.logs import export as log_export
from infoscreen_core.services.monitoring.logs import search as log_search
from infoscreen_core.services.screens import groups

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from zoneinfo import ZoneInfo

    from sqlalchemy.orm import Session

app = typer.Typer(help="What players logged.", no_args_is_help=True)

_USUAL: Final = timedelta(days=1)
_LINE_COLUMNS: Final = ("at", "level", "client_name", "message")
_FAMILY_COLUMNS: Final = ("lines", "clients", "first_at", "last_at", "level", "shape", "id")
_FORMATS: Final = ("csv", "parquet")

_Levels = Annotated[
    list[LogLevel] | None,
    typer.Option("--level", case_sensitive=False, help="Only this level; may be repeated."),
]
_Group = Annotated[str | None, typer.Option(help="Only screens of this group: name or id.")]
_Client = Annotated[str | None, typer.Option(help="Only this player: its UUID.")]
_From = Annotated[
    str | None,
    typer.Option(
        "--from", help="2026-10-01T00:00 in the installation's zone; default: 24 hours ago."
    ),
]
_To = Annotated[str | None, typer.Option("--to", help="Written in the same way; default: now.")]
_Text = Annotated[str, typer.Option(help="Part of the message.")]
_Family = Annotated[int | None, typer.Option(min=0, max=2**53, help="Only this family: its id.")]


class _Asked(NamedTuple):
    """The options that narrow what is asked for."""

    levels: list[LogLevel] | None
    group: str | None
    client: str | None
    start: str | None
    end: str | None
    text: str
    family: int | None


@app.command("list")
def list_(  # noqa: PLR0913 - each option is one
    level: _Levels = None,
    group: _Group = None,
    client: _Client = None,
    start: _From = None,
    end: _To = None,
    text: _Text = "",
    *,
    family: _Family = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="The newest, no more.")] = 100,
    as_json: JsonFlag = False,
) -> None:
    """List log lines, newest first."""
    asked = _Asked(level, group, client, start, end, text, family)
    with cli_read_session() as (session, _settings):
        wanted, _zone = _wanted(session, asked)
        portions = log_search.each_portion(session, wanted, with_context=True, limit=limit)
        rows = [_row(line) for lines in portions for line in lines]
    emit(rows, as_json=as_json, columns=_LINE_COLUMNS)


@app.command("families")
def families(  # noqa: PLR0913 - the same
    level: _Levels = None,
    group: _Group = None,
    client: _Client = None,
    start: _From = None,
    end: _To = None,
    text: _Text = "",
    *,
    family: _Family = None,
    new: Annotated[
        bool, typer.Option("--new", help="Only those that were never seen before --from.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, max=1_000, help="The largest, no more.")] = 50,
    as_json: JsonFlag = False,
) -> None:
    """Count lines of the same shape together, the most frequent first."""
    asked = _Asked(level, group, client, start, end, text, family)
    with cli_read_session() as (session, _settings):
        wanted, _zone = _wanted(session, asked)
        found = log_search.list_families(
            session, wanted, new_since=wanted.start if new else None, limit=limit
        )
    emit([_row(one) for one in found], as_json=as_json, columns=_FAMILY_COLUMNS)


@app.command("export")
def export(  # noqa: PLR0913 - the same
    output: Annotated[Path, typer.Option(metavar="FILE", help="The file to write.")],
    level: _Levels = None,
    group: _Group = None,
    client: _Client = None,
    start: _From = None,
    end: _To = None,
    text: _Text = "",
    *,
    family: _Family = None,
    file_format: Annotated[
        str, typer.Option("--format", help="csv or parquet.", metavar="csv|parquet")
    ] = "csv",
    limit: Annotated[int | None, typer.Option(min=1, help="The newest, no more.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Write log lines into a file, newest first, however many they are."""
    if file_format not in _FORMATS:
        raise InvalidInputError(
            "{name} cannot be “{value}”; choose one of: {allowed}.",
            field="format",
            name="format",
            value=shown(file_format),
            allowed=", ".join(_FORMATS),
        )
    asked = _Asked(level, group, client, start, end, text, family)
    with cli_read_session() as (session, _settings):
        wanted, zone = _wanted(session, asked)
        counted = _Counted()
        portions = counted(log_search.each_portion(session, wanted, with_context=True, limit=limit))
        kind = FileFormat(file_format)
        size = write_file(output, log_export.file_chunks(portions, kind, zone))
    emit(
        {"file": str(output), "format": file_format, "lines": counted.lines, "bytes": size},
        as_json=as_json,
    )


class _Counted:
    """Lines on their way to a file, counted."""

    def __init__(self) -> None:
        self.lines = 0

    def __call__(
        self, portions: "Iterable[list[log_search.FoundLine]]"
    ) -> "Iterator[list[log_search.FoundLine]]":
        """Hand the portions on."""
        for lines in portions:
            self.lines += len(lines)
            yield lines


def _wanted(session: "Session", asked: _Asked) -> "tuple[LogFilter, ZoneInfo]":
    zone = load_zone(system_settings.get_setting(session, "default_timezone"))
    end = None if asked.end is None else read_instant(asked.end, zone, field="to")
    group_id = None if asked.group is None else groups.get_group_by_text(session, asked.group).id
    wanted = LogFilter(
        start=_start(asked.start, zone, end or utc_now()),
        end=end,
        levels=frozenset(asked.levels or ALL_LEVELS),
        text=asked.text.strip(),
        family_id=asked.family,
    )
    narrowed = log_search.narrowed(session, wanted, group_id=group_id, client_uuid=asked.client)
    return narrowed, zone


def _start(text: str | None, zone: "ZoneInfo", end: datetime) -> datetime:
    return end - _USUAL if text is None else read_instant(text, zone, field="from")


def _row(found: "log_search.FoundLine | log_search.FoundFamily") -> dict[str, Any]:
    return {name: getattr(found, name) for name in found.__dataclass_fields__}
