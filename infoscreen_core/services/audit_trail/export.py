"""Entries of the audit trail as a file, written while they are read."""

from collections.abc import Iterable, Iterator
from datetime import tzinfo
from typing import Any, Final

import orjson

from infoscreen_core.formats import row_files
from infoscreen_core.formats.parquet_writer import Kind
from infoscreen_core.formats.row_files import FileFormat
from infoscreen_core.services.audit_trail.views import EntryView

COLUMNS: Final[dict[str, Kind]] = {
    "time": Kind.INSTANT,
    "actor": Kind.WORD,
    "source": Kind.WORD,
    "action": Kind.WORD,
    "entity": Kind.WORD,
    "entity_id": Kind.TEXT,
    "before": Kind.TEXT,
    "after": Kind.TEXT,
    "actor_id": Kind.NUMBER,
    "entry": Kind.NUMBER,
}
"""A file's columns: they are the same in each language, since programs read them."""


def file_chunks(
    portions: Iterable[list[EntryView]], kind: FileFormat, zone: tzinfo
) -> Iterator[bytes]:
    """Return the file in pieces; CSV has times of `zone` with their offset, Parquet instants."""
    rows = ([_row(entry) for entry in entries] for entries in portions)
    return row_files.file_chunks(COLUMNS, rows, kind, zone)


def _row(entry: EntryView) -> tuple[object, ...]:
    return (
        entry.at,
        entry.actor_name,
        entry.source,
        entry.action,
        entry.entity,
        entry.entity_id,
        _json(entry.before),
        _json(entry.after),
        entry.actor_id,
        entry.id,
    )


def _json(values: dict[str, Any] | None) -> str | None:
    return None if values is None else orjson.dumps(values).decode()
