"""`infoscreen audit`: who changed what, and whether that record is as it was written."""

from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, NamedTuple

import typer

from infoscreen_core.cli.context import JsonFlag, cli_change, cli_read_session, emit
from infoscreen_core.cli.files import write_file
from infoscreen_core.cli.moments import read_instant
from infoscreen_core.clock import utc_now
from infoscreen_core.db import append_only
from infoscreen_core.domain.people.audit import AuditFilter
from infoscreen_core.domain.people.audit_seals import Fault, read_head
from infoscreen_core.domain.text.local_time import load_zone
from infoscreen_core.formats.row_files import FileFormat
from infoscreen_core.services import system_settings
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.audit_trail import export as service_export
from infoscreen_core.services.audit_trail import reading, sealing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from zoneinfo import ZoneInfo

    from sqlalchemy.orm import Session

    from infoscreen_core.services.audit_trail.views import EntryView, Verdict
    from infoscreen_core.settings import Settings

app = typer.Typer(help="Who changed what, and when: the audit trail.", no_args_is_help=True)

EXIT_CHANGED: Final = 1
_COLUMNS: Final = ("id", "at", "actor_name", "source", "action", "entity", "entity_id")
_FAULTS: Final = {
    Fault.CHANGED: "Entry {entry} was changed after it was sealed (seal {number}).",
    Fault.REMOVED: "Entry {entry} is gone (seal {number}).",
    Fault.SEAL_REMOVED: "Seal {number} is gone, and maybe its entry with it.",
    Fault.CHAIN_BROKEN: "Seal {number} (entry {entry}) does not follow the one before it.",
    Fault.END_REMOVED: "The chain ends before seal {number}, which there was.",
    Fault.OTHER_CHAIN: "Seal {number} is not the one that was noted.",
}

_Actor = Annotated[str | None, typer.Option(help="Only what this user (or cli, system) did.")]
_Action = Annotated[str | None, typer.Option(help="Only this, such as event.created.")]
_Entity = Annotated[str | None, typer.Option(help="Only what such a thing is about: event, user.")]
_Id = Annotated[str | None, typer.Option("--id", help="Only this one, together with --entity.")]
_Source = Annotated[str | None, typer.Option(help="Only from this address, cli, or worker.")]
_From = Annotated[
    str | None, typer.Option("--from", help="2026-10-01T00:00 in the installation's zone.")
]
_To = Annotated[str | None, typer.Option("--to", help="Written in the same way; not included.")]
_Text = Annotated[str, typer.Option(help="Part of a name, or of a value before or after.")]


class _Asked(NamedTuple):
    """The options that narrow what is asked for."""

    actor: str | None
    action: str | None
    entity: str | None
    entity_id: str | None
    source: str | None
    start: str | None
    end: str | None
    text: str


@app.command("list")
def list_(  # noqa: PLR0913 - each option is one
    actor: _Actor = None,
    action: _Action = None,
    entity: _Entity = None,
    entity_id: _Id = None,
    *,
    source: _Source = None,
    start: _From = None,
    end: _To = None,
    text: _Text = "",
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="The newest, no more.")] = 100,
    as_json: JsonFlag = False,
) -> None:
    """List entries, newest first; with --json also what was there before and after."""
    asked = _Asked(actor, action, entity, entity_id, source, start, end, text)
    with cli_read_session() as (session, _settings):
        wanted, _zone = _wanted(session, asked)
        portions = reading.each_portion(session, wanted, limit=limit, actor=CLI)
        rows = [_row(entry) for entries in portions for entry in entries]
    emit(rows, as_json=as_json, columns=_COLUMNS)


@app.command("export")
def export(  # noqa: PLR0913 - the same
    output: Annotated[Path, typer.Option(metavar="FILE", help="The file to write.")],
    actor: _Actor = None,
    action: _Action = None,
    entity: _Entity = None,
    entity_id: _Id = None,
    *,
    source: _Source = None,
    start: _From = None,
    end: _To = None,
    text: _Text = "",
    file_format: Annotated[FileFormat, typer.Option("--format")] = FileFormat.CSV,
    as_json: JsonFlag = False,
) -> None:
    """Write entries into a file, newest first, however many they are."""
    asked = _Asked(actor, action, entity, entity_id, source, start, end, text)
    counted = _Counted()
    with cli_read_session() as (session, _settings):
        wanted, zone = _wanted(session, asked)
        portions = counted(reading.each_portion(session, wanted, actor=CLI))
        size = write_file(output, service_export.file_chunks(portions, file_format, zone))
    emit(
        {"file": str(output), "format": file_format, "entries": counted.entries, "bytes": size},
        as_json=as_json,
    )


@app.command("verify")
def verify(
    *,
    head: Annotated[
        str | None,
        typer.Option(
            metavar="NUMBER:DIGEST", help="An end of the chain that was noted; it must be in it."
        ),
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Seal what has no seal yet, and look whether every entry is as it was sealed; else code 1."""
    expected = None if head is None else read_head(head)
    sealed = _seal_all()
    verdict = sealing.verify(_session, expected=expected)
    emit({**_told(verdict), "sealed_now": sealed}, as_json=as_json)
    if not verdict.is_whole:
        raise typer.Exit(EXIT_CHANGED)


@app.command("protect")
def protect(*, as_json: JsonFlag = False) -> None:
    """Have the database refuse changes to the trail, where a migration was not allowed to."""
    cli_change(lambda session, _: append_only.require_protection(session.connection()))
    emit({"is_protected": True}, as_json=as_json)


@contextmanager
def _session() -> "Iterator[Session]":
    with cli_read_session() as (session, _settings):
        yield session


def _seal_all() -> int:
    """Seal what has no seal, part by part; return how many entries that were."""
    count = start = 0
    while True:
        with _session() as session:
            is_due = sealing.has_unsealed(session, after=start)
            following = sealing.next_sweep(session, start)
        if is_due:
            count += cli_change(partial(_seal, after=start))
        if not following:
            return count
        start = following


def _seal(session: "Session", _settings: "Settings", *, after: int) -> int:
    return sealing.seal_entries(session, after=after, now=utc_now())


class _Counted:
    """Entries on their way to a file, counted."""

    def __init__(self) -> None:
        self.entries = 0

    def __call__(self, portions: "Iterable[list[EntryView]]") -> "Iterator[list[EntryView]]":
        """Hand the portions on."""
        for entries in portions:
            self.entries += len(entries)
            yield entries


def _wanted(session: "Session", asked: _Asked) -> "tuple[AuditFilter, ZoneInfo]":
    zone = load_zone(system_settings.get_setting(session, "default_timezone"))
    wanted = AuditFilter(
        start=None if asked.start is None else read_instant(asked.start, zone, field="from"),
        end=None if asked.end is None else read_instant(asked.end, zone, field="to"),
        actor=asked.actor,
        action=asked.action,
        entity=asked.entity,
        entity_id=asked.entity_id,
        source=asked.source,
        text=asked.text.strip(),
    )
    return wanted, zone


def _row(entry: "EntryView") -> dict[str, Any]:
    return {name: getattr(entry, name) for name in entry.__dataclass_fields__}


def _told(verdict: "Verdict") -> dict[str, Any]:
    first = verdict.first
    problem = first and _FAULTS[first.fault].format(entry=first.entry_id, number=first.number)
    return {
        "is_whole": verdict.is_whole,
        "entries": verdict.head.number,
        "head": str(verdict.head),
        "problem": problem,
        "fault": first and first.fault,
        "seal": first and first.number,
        "entry": first and first.entry_id,
        "faults": verdict.fault_count,
        "is_protected": verdict.is_protected,
    }
