"""Commands as a file, written while they are read: however many they are, few are in memory."""

from collections.abc import Iterable, Iterator
from datetime import tzinfo
from typing import Final

from infoscreen_core.formats import row_files
from infoscreen_core.formats.parquet_writer import Kind
from infoscreen_core.formats.row_files import FileFormat
from infoscreen_core.services.commands.history import FoundCommand

COLUMNS: Final[dict[str, Kind]] = {
    "requested": Kind.INSTANT,
    "screen": Kind.WORD,
    "group": Kind.WORD,
    "action": Kind.WORD,
    "status": Kind.WORD,
    "error_code": Kind.WORD,
    "error_message": Kind.TEXT,
    "reason": Kind.TEXT,
    "requested_by": Kind.WORD,
    "sent": Kind.INSTANT,
    "confirmed": Kind.INSTANT,
    "executed": Kind.INSTANT,
    "rebooting": Kind.INSTANT,
    "back": Kind.INSTANT,
    "completed": Kind.INSTANT,
    "failed": Kind.INSTANT,
    "cancelled": Kind.INSTANT,
    "client_uuid": Kind.WORD,
    "command_id": Kind.TEXT,
    "rollout_id": Kind.WORD,
}
"""A file's columns: they are the same in each language, since programs read them."""


def file_chunks(
    portions: Iterable[list[FoundCommand]], kind: FileFormat, zone: tzinfo
) -> Iterator[bytes]:
    """Return the file in pieces; CSV has times of `zone` with their offset, Parquet instants."""
    rows = ([_row(one) for one in found] for found in portions)
    return row_files.file_chunks(COLUMNS, rows, kind, zone)


def _row(found: FoundCommand) -> tuple[object, ...]:
    command = found.command
    return (
        command.issued_at,
        found.client_name,
        found.group_name,
        command.action.value,
        command.status.value,
        command.error_code,
        command.error_message,
        command.reason,
        command.requested_by,
        command.published_at,
        command.acked_at,
        command.execution_started_at,
        command.awaiting_reconnect_at,
        command.recovered_at,
        command.completed_at,
        command.failed_at,
        command.canceled_at,
        found.client_uuid,
        command.command_id,
        command.rollout_id,
    )
