"""Log lines as a file, written while they are read: however many they are, few are in memory."""

from collections.abc import Iterable, Iterator
from datetime import tzinfo
from typing import Final

import orjson

from infoscreen_core.formats import row_files
from infoscreen_core.formats.parquet_writer import Kind
from infoscreen_core.formats.row_files import FileFormat
from infoscreen_core.services.monitoring.logs.search import FoundLine

COLUMNS: Final[dict[str, Kind]] = {
    "time": Kind.INSTANT,
    "level": Kind.WORD,
    "screen": Kind.WORD,
    "group": Kind.WORD,
    "message": Kind.TEXT,
    "context": Kind.TEXT,
    "client_uuid": Kind.WORD,
    "family": Kind.NUMBER,
    "player_time": Kind.INSTANT,
    "received": Kind.INSTANT,
    "clock_off": Kind.YES_OR_NO,
    "line": Kind.NUMBER,
}
"""A file's columns: they are the same in each language, since programs read them."""


def file_chunks(
    portions: Iterable[list[FoundLine]], kind: FileFormat, zone: tzinfo
) -> Iterator[bytes]:
    """Return the file in pieces; CSV has times of `zone` with their offset, Parquet instants."""
    rows = ([_row(line) for line in lines] for lines in portions)
    return row_files.file_chunks(COLUMNS, rows, kind, zone)


def _row(line: FoundLine) -> tuple[object, ...]:
    context = None if line.context is None else orjson.dumps(line.context).decode()
    return (
        line.at,
        line.level.value,
        line.client_name,
        line.group_name,
        line.message,
        context,
        line.client_uuid,
        line.family_id,
        line.said_at,
        line.received_at,
        line.is_clock_skewed,
        line.id,
    )
