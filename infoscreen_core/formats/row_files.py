"""Long tables as files of a chosen format, written while their rows are read."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, tzinfo
from enum import StrEnum

from infoscreen_core.formats import csv_writer, parquet_writer
from infoscreen_core.formats.parquet_writer import Kind


class FileFormat(StrEnum):
    """What a file of rows can be."""

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
    columns: Mapping[str, Kind],
    portions: Iterable[Sequence[Sequence[object]]],
    kind: FileFormat,
    zone: tzinfo,
) -> Iterator[bytes]:
    """Return the file in pieces; CSV has times of `zone` with their offset, Parquet instants."""
    if kind is FileFormat.CSV:
        yield csv_writer.BYTE_ORDER_MARK.encode()
        cells = ([[_csv_cell(cell, zone) for cell in row] for row in rows] for rows in portions)
        for text in csv_writer.csv_chunks(list(columns), cells):
            yield text.encode()
    else:
        yield from parquet_writer.parquet_chunks(columns, portions)


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
