"""`infoscreen period`: school years, semesters and trimesters."""

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Protocol, cast

import typer

from infoscreen_core.cli.context import JsonFlag, cli_change, cli_session, emit
from infoscreen_core.cli.moments import read_day
from infoscreen_core.clock import utc_now
from infoscreen_core.domain.events.event import PeriodType
from infoscreen_core.domain.school.periods import PeriodDraft
from infoscreen_core.services import audit
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.school import period_usage
from infoscreen_core.services.school import periods as service

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from infoscreen_core.db.models import AcademicPeriod
    from infoscreen_core.services.actor import Actor
    from infoscreen_core.services.school.period_usage import Blocker
    from infoscreen_core.settings import Settings

app = typer.Typer(help="School years, semesters and trimesters.", no_args_is_help=True)

_COLUMNS = ("id", "name", "period_type", "start_date", "end_date", "is_active", "archived_at")
_Period = Annotated[str, typer.Argument(metavar="PERIOD", help="The period's name or id.")]
_Type = Annotated[str, typer.Option("--type", help="One of: " + ", ".join(PeriodType))]
_DAY = "2026-09-07, 07.09.2026 or 20260907"


@app.command("list")
def list_(
    *,
    archived: Annotated[
        bool, typer.Option("--archived", help="Those in the archive, too.")
    ] = False,
    json: JsonFlag = False,
) -> None:
    """List periods by their first day."""
    with cli_session() as (session, _):
        rows = [
            audit.audited_columns(period)
            for period in service.list_periods(session, with_archived=archived)
        ]
    emit(rows, as_json=json, columns=_COLUMNS)


@app.command("show")
def show(period: _Period, *, json: JsonFlag = False) -> None:
    """Show one period."""
    with cli_session() as (session, _):
        row = audit.audited_columns(service.get_period_by_text(session, period))
    emit(row, as_json=json)


@app.command("create")
def create(
    name: Annotated[str, typer.Argument(help="A name that no other period has.")],
    *,
    start: Annotated[str, typer.Option(help=f"Its first day: {_DAY}.")],
    end: Annotated[str, typer.Option(help="Its last day.")],
    kind: _Type = PeriodType.SCHULJAHR.value,
    display_name: Annotated[str | None, typer.Option(help="A short form, such as 2026/27.")] = None,
    json: JsonFlag = False,
) -> None:
    """Create a period; it is not in force before it is activated."""
    draft = PeriodDraft(
        name=name,
        display_name=display_name,
        period_type=cast("PeriodType", kind),  # the service checks it
        start_date=read_day(start, field="start_date"),
        end_date=read_day(end, field="end_date"),
    )
    row = cli_change(
        lambda session, _: audit.audited_columns(
            service.create_period(session, draft, actor=CLI, now=utc_now())
        )
    )
    emit(row, as_json=json)


@app.command("update")
def update(
    period: _Period,
    *,
    name: Annotated[str | None, typer.Option(help="Its new name.")] = None,
    start: Annotated[str | None, typer.Option(help=f"Its new first day: {_DAY}.")] = None,
    end: Annotated[str | None, typer.Option(help="Its new last day.")] = None,
    kind: Annotated[
        str | None, typer.Option("--type", help="One of: " + ", ".join(PeriodType))
    ] = None,
    display_name: Annotated[str | None, typer.Option(help="A short form; empty: none.")] = None,
    json: JsonFlag = False,
) -> None:
    """Change what is given of a period."""
    given: dict[str, Any] = {
        "name": name,
        "display_name": display_name,
        "period_type": kind,
        "start_date": read_day(start, field="start_date") if start is not None else None,
        "end_date": read_day(end, field="end_date") if end is not None else None,
    }
    changed = {key: value for key, value in given.items() if value is not None}

    def change(session: "Session", _: "Settings") -> dict[str, Any]:
        found = service.get_period_by_text(session, period)
        draft = replace(service.draft_of(found), **changed)
        return audit.audited_columns(
            service.update_period(session, found.id, draft, actor=CLI, now=utc_now())
        )

    emit(cli_change(change), as_json=json)


@app.command("activate")
def activate(period: _Period, *, json: JsonFlag = False) -> None:
    """Put a period in force; the one that was in force no longer is."""
    _change(service.activate_period, period, as_json=json)


@app.command("archive")
def archive(period: _Period, *, json: JsonFlag = False) -> None:
    """Archive a period; refused while it is in force or its series take place."""
    _change(service.archive_period, period, as_json=json)


@app.command("restore")
def restore(period: _Period, *, json: JsonFlag = False) -> None:
    """Take a period out of the archive; it is not in force then."""
    _change(service.restore_period, period, as_json=json)


@app.command("delete")
def delete(period: _Period, *, json: JsonFlag = False) -> None:
    """Delete an archived period with its holidays; refused while events or media belong to it."""

    def change(session: "Session", _: "Settings") -> dict[str, Any]:
        found = service.get_period_by_text(session, period)
        row = audit.audited_columns(found)
        service.delete_period(session, found.id, actor=CLI, now=utc_now())
        return {**row, "is_deleted": True}

    emit(cli_change(change), as_json=json)


@app.command("usage")
def usage(period: _Period, *, json: JsonFlag = False) -> None:
    """Show what belongs to a period, and what stands in the way of archiving or deleting it."""
    with cli_session() as (session, _):
        row = _usage(session, service.get_period_by_text(session, period))
    emit(row, as_json=json)


def _usage(session: "Session", period: "AcademicPeriod") -> dict[str, Any]:
    found = period_usage.get_usage(session, period, now=utc_now())
    return {
        "id": period.id,
        "name": period.name,
        "event_count": found.event_count,
        "media_count": found.media_count,
        "holiday_count": found.holiday_count,
        "can_archive": found.can_archive,
        "can_delete": found.can_delete,
        "archive_blockers": [_blocker(one) for one in found.archive_blockers],
        "delete_blockers": [_blocker(one) for one in found.delete_blockers],
    }


def _blocker(blocker: "Blocker") -> dict[str, Any]:
    return {"sentence": str(blocker.sentence), "event_id": blocker.event_id}


class _Write(Protocol):
    def __call__(
        self, session: "Session", period_id: int, /, *, actor: "Actor", now: datetime
    ) -> "AcademicPeriod": ...


def _change(write: _Write, period: str, *, as_json: bool) -> None:
    def change(session: "Session", _: "Settings") -> dict[str, Any]:
        found = service.get_period_by_text(session, period)
        return audit.audited_columns(write(session, found.id, actor=CLI, now=utc_now()))

    emit(cli_change(change), as_json=as_json)
