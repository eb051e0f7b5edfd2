"""`infoscreen event import`: take the events of a calendar file into a group."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from infoscreen_core.cli.context import JsonFlag, cli_change, emit
from infoscreen_core.clock import utc_now
from infoscreen_core.domain.events.event import EventType
from infoscreen_core.domain.text.wording import printable, shown
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.formats import ical_reader
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.exchange import event_import
from infoscreen_core.services.screens import groups

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from infoscreen_core.services.exchange.views import EventImportResult, EventImportRow
    from infoscreen_core.settings import Settings

_COLUMNS = ("line", "outcome", "start", "title", "reason")
_STANDARD_INPUT = "-"


def command(
    file: Annotated[str, typer.Argument(help="A calendar file (.ics); - reads standard input.")],
    group: Annotated[str, typer.Option(help="The group that gets the events, by name or id.")],
    kind: Annotated[
        EventType | None,
        typer.Option(
            "--type",
            help="What new events become; default: website where there is a web address, "
            "else message.",
        ),
    ] = None,
    *,
    include_private: Annotated[
        bool,
        typer.Option(
            "--include-private", help="Take events marked private or confidential (CLASS), too."
        ),
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Import the events of a calendar file into a group.

    The same file twice changes nothing; a newer file changes what differs. Events that cannot be
    imported are listed with line, title and reason; the others are imported all the same. Screens
    are public, so private events are left out unless you ask for them.
    """
    data = _read(file)

    def change(session: "Session", _: "Settings") -> "EventImportResult":
        return event_import.import_events(
            session,
            data,
            group_id=groups.get_group_by_text(session, group).id,
            kind=kind,
            takes_private=include_private,
            is_rehearsal=dry_run,
            actor=CLI,
            now=utc_now(),
        )

    result = cli_change(change)
    if as_json:
        emit(_summary(result), as_json=True)
        return
    emit([_told(row) for row in result.rows], as_json=False, columns=_COLUMNS)
    for note in result.notes:
        sys.stdout.write(f"Note: {note}\n")
    for sentence in result.verdict.sentences:
        sys.stdout.write(f"Verdict: {printable(str(sentence))}\n")
    told = ", ".join(f"{count} {outcome}" for outcome, count in result.counts.items() if count)
    sys.stdout.write(f"{told}{' (nothing was written)' if dry_run else ''}\n")


def _read(file: str) -> bytes:
    try:
        if file == _STANDARD_INPUT:
            return sys.stdin.buffer.read(ical_reader.MAX_BYTES + 1)
        with Path(file).open("rb") as opened:
            return opened.read(ical_reader.MAX_BYTES + 1)
    except OSError as error:
        raise InvalidInputError(
            "The file {value} cannot be read: {problem}.",
            field="file",
            value=shown(file),
            problem=error.strerror or type(error).__name__,
        ) from None


def _summary(result: "EventImportResult") -> dict[str, Any]:
    return {
        "is_dry_run": result.is_rehearsal,
        **{outcome.value: count for outcome, count in result.counts.items()},
        "notes": [str(note) for note in result.notes],
        "verdict": [str(sentence) for sentence in result.verdict.sentences],
        "rows": [_row(row) for row in result.rows],
    }


def _told(row: "EventImportRow") -> dict[str, Any]:
    """Return a row for people: reason and notes stand in one column."""
    said = [*([row.error] if row.error else []), *row.notes]
    return {**_row(row), "reason": " ".join(map(str, said)) or None}


def _row(row: "EventImportRow") -> dict[str, Any]:
    return {
        "line": row.line,
        "uid": row.uid,
        "title": row.title,
        "start": row.start,
        "is_all_day": row.is_all_day,
        "outcome": row.outcome,
        "field": row.error.field if row.error else None,
        "reason": str(row.error) if row.error else None,
        "notes": [str(note) for note in row.notes],
    }
