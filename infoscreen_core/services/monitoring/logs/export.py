"""Log lines as a file, written while they are read: however many they are, few are in memory."""

from collections.abc import Iterable, Iterator
from datetime import datetime, tzinfo
from enum import StrEnum
from typing import Final

import orjson

from infoscreen_core.formats import csv_writer, parquet_writer
from infoscreen_core.formats.parquet_writer import Kind
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


class FileFormat(StrEnum):
    """What a file of lines can be."""

    CSV = "csv"
    PARQUET = "parquet"

    @property
    def media_type(self) -> str:
        """What the file is on the web."""
        return {
            FileFormat.CSV: "text/csv; charset=utf-8",
            FileFormat.PARQUET: "application/vnd.apache.parquet",
        }[self]


def file_chunks(
    portions: Iterable[list[FoundLine]], kind: FileFormat, zone: tzinfo
) -> Iterator[bytes]:
    """Return the file in pieces; CSV has times of `zone` with their offset, Parquet instants."""
    if kind is FileFormat.CSV:
        yield csv_writer.BYTE_ORDER_MARK.encode()
        rows = ([_csv_row(line, zone) for line in lines] for lines in portions)
        for text in csv_writer.csv_chunks(list(COLUMNS), rows):
            yield text.encode()
    else:
        yield from parquet_writer.parquet_chunks(
            COLUMNS, ([_row(line) for line in lines] for lines in portions)
        )


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


def _csv_row(line: FoundLine, zone: tzinfo) -> list[str | int]:
    return [_csv_cell(cell, zone) for cell in _row(line)]


def _csv_cell(cell: object, zone: tzinfo) -> str | int:
    match cell:
        case None:
            return ""
        case datetime():
            return cell.astimezone(zone).isoformat(timespec="milliseconds")
        case int():
            return int(cell)  # True and False as 1 and 0
        case _:
            return str(cell)
