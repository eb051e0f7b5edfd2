"""`infoscreen holiday`: school holidays, one by one, from files and from public-holiday data."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO, Final

import typer

from infoscreen_core.cli.context import MAX_ID, JsonFlag, cli_change, cli_session, emit
from infoscreen_core.cli.moments import read_day
from infoscreen_core.clock import utc_now
from infoscreen_core.db.queries import periods
from infoscreen_core.db.queries.monitoring import fleet
from infoscreen_core.domain.school.holiday_import import ImportRow
from infoscreen_core.domain.school.holiday_places import PlaceChoice
from infoscreen_core.domain.school.holidays import Holiday
from infoscreen_core.domain.text.wording import shown
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.formats import holiday_file
from infoscreen_core.formats.holiday_data import Choice, has_school_holidays
from infoscreen_core.services import audit
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.school import (
    holiday_calendars,
    holiday_import,
    holidays,
    public_holidays,
)
from infoscreen_core.services.school import periods as academic_periods

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from infoscreen_core.db.models import SchoolHoliday
    from infoscreen_core.services.school.holiday_import import ImportReport
    from infoscreen_core.services.school.holidays import HolidayWritten
    from infoscreen_core.settings import Settings

app = typer.Typer(
    help="School holidays; series that heed them follow at once.", no_args_is_help=True
)

_EXIT_BAD_INPUT: Final = 2
_NO_PERIOD: Final = "none"
_DAY: Final = "2026-10-26, 26.10.2026 or 20261026"
_COLUMNS = (
    "id",
    "academic_period_id",
    "name",
    "region",
    "start_date",
    "end_date",
    "source_file_name",
)
_ROW_COLUMNS = ("line", "outcome", "name", "region", "start_date", "end_date", "sentence")
_HolidayId = Annotated[int, typer.Argument(min=1, max=MAX_ID, help="The holiday's id.")]
_Period = Annotated[
    str | None,
    typer.Option(
        "--period", metavar="PERIOD", help="A period's name or id; `none`: those of no period."
    ),
]
_OnePeriod = Annotated[
    str, typer.Option("--period", metavar="PERIOD", help="The period's name or id.")
]
_DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")]
_Language = Annotated[
    str, typer.Option(help="Of names that are given in several: two letters, such as de or en.")
]


@app.command("list")
def list_(*, period: _Period = None, json: JsonFlag = False) -> None:
    """List holidays by their first day: of one period, or all."""
    with cli_session() as (session, _):
        rows = [audit.audited_columns(row) for row in _list(session, period)]
    emit(rows, as_json=json, columns=_COLUMNS)


@app.command("create")
def create(
    name: Annotated[str, typer.Argument(help="What people call it.")],
    *,
    period: _Period = None,
    start: Annotated[str, typer.Option(help=f"Its first day: {_DAY}.")],
    end: Annotated[str | None, typer.Option(help="Its last day; default: the first.")] = None,
    region: Annotated[str | None, typer.Option(help="Where it holds; default: everywhere.")] = None,
    json: JsonFlag = False,
) -> None:
    """Enter a holiday; one of the same name and region that it touches grows instead."""
    first = read_day(start, field="start_date")
    last = read_day(end, field="end_date") if end is not None else first
    holiday = Holiday(name=name, start_date=first, end_date=last, region=region)

    def change(session: "Session", _: "Settings") -> dict[str, Any]:
        period_id = _period_id(session, period)
        return _written(
            holidays.create_holiday(session, period_id, holiday, actor=CLI, now=utc_now())
        )

    emit(cli_change(change), as_json=json)


@app.command("update")
def update(
    holiday_id: _HolidayId,
    *,
    name: Annotated[str | None, typer.Option(help="Its new name.")] = None,
    start: Annotated[str | None, typer.Option(help=f"Its new first day: {_DAY}.")] = None,
    end: Annotated[str | None, typer.Option(help="Its new last day.")] = None,
    region: Annotated[str | None, typer.Option(help="Where it holds; empty: everywhere.")] = None,
    json: JsonFlag = False,
) -> None:
    """Change what is given of a holiday."""
    given: dict[str, Any] = {
        "name": name,
        "region": region,
        "start_date": read_day(start, field="start_date") if start is not None else None,
        "end_date": read_day(end, field="end_date") if end is not None else None,
    }
    changed = {key: value for key, value in given.items() if value is not None}

    def change(session: "Session", _: "Settings") -> dict[str, Any]:
        holiday = replace(
            holiday_calendars.holiday_of(holidays.get_holiday(session, holiday_id)), **changed
        )
        return _written(
            holidays.update_holiday(session, holiday_id, holiday, actor=CLI, now=utc_now())
        )

    emit(cli_change(change), as_json=json)


@app.command("delete")
def delete(holiday_id: _HolidayId, *, json: JsonFlag = False) -> None:
    """Delete a holiday; what it silenced takes place again."""

    def change(session: "Session", _: "Settings") -> dict[str, Any]:
        row = audit.audited_columns(holidays.get_holiday(session, holiday_id))
        count = holidays.delete_holiday(session, holiday_id, actor=CLI, now=utc_now())
        return {**row, "event_count": count, "is_deleted": True}

    emit(cli_change(change), as_json=json)


@app.command("import")
def import_(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="CSV, TXT or ICS; `-` reads standard input.")
    ],
    *,
    period: _OnePeriod,
    subdivision: Annotated[
        str | None,
        typer.Option(help="Take what holds for this part of the country, as the file names it."),
    ] = None,
    school_group: Annotated[
        str | None,
        typer.Option(help="Take what holds for this group of schools, as the file names it."),
    ] = None,
    dry_run: _DryRun = False,
    language: _Language = "de",
    json: JsonFlag = False,
) -> None:
    """Enter the holidays of a file; lines that overlap others are left out and reported.

    If a line is wrong, nothing is entered.
    """
    content, place = _read(file), PlaceChoice(subdivision, school_group)

    def change(session: "Session", _: "Settings") -> "ImportReport":
        period_id = academic_periods.get_period_by_text(session, period).id
        if dry_run:
            return holiday_import.preview_import(
                session,
                period_id,
                content,
                file_name=file,
                language=language,
                place=place,
                actor=CLI,
            )
        return holiday_import.import_holidays(
            session,
            period_id,
            content,
            file_name=file,
            language=language,
            place=place,
            actor=CLI,
            now=utc_now(),
        )

    _tell(cli_change(change), is_dry_run=dry_run, as_json=json)


@app.command("fill")
def fill(
    *,
    period: _OnePeriod,
    country: Annotated[str, typer.Option(help="Two letters, such as AT.")],
    subdivision: Annotated[
        str | None, typer.Option(help="Part of the country, such as 9 or Wien for Vienna.")
    ] = None,
    school: Annotated[
        bool, typer.Option("--school/--no-school", help="School holidays, too, where known.")
    ] = True,
    dry_run: _DryRun = False,
    language: _Language = "de",
    json: JsonFlag = False,
) -> None:
    """Fill a period from public-holiday data; what is entered already stays as it is."""
    choice = Choice(country, subdivision, with_school=school)

    def change(session: "Session", _: "Settings") -> "ImportReport":
        period_id = academic_periods.get_period_by_text(session, period).id
        if dry_run:
            return public_holidays.preview_fill(
                session, period_id, choice, language=language, actor=CLI
            )
        return public_holidays.fill_period(
            session, period_id, choice, language=language, actor=CLI, now=utc_now()
        )

    report = cli_change(change)
    if school and not subdivision and has_school_holidays(country):
        sys.stderr.write(
            "Note: school holidays differ by part of the country; give --subdivision.\n"
        )
    _tell(report, is_dry_run=dry_run, as_json=json)


def _list(session: "Session", period: str | None) -> "list[SchoolHoliday]":
    if period is None:
        return periods.list_all_holidays(session)
    return holidays.list_holidays(session, _period_id(session, period))


def _period_id(session: "Session", text: str | None) -> int | None:
    if text is None:
        active = fleet.find_active_period(session)
        if active is None:
            raise InvalidInputError(
                "No academic period is in force; name one with --period.", field="period"
            )
        return active.id
    return None if text == _NO_PERIOD else academic_periods.get_period_by_text(session, text).id


def _written(written: "HolidayWritten") -> dict[str, Any]:
    result = {"outcome": written.outcome, "event_count": written.event_count}
    return {**audit.audited_columns(written.holiday), **result}


def _read(file: str) -> bytes:
    if file == "-":
        return _head(sys.stdin.buffer)
    try:
        with Path(file).open("rb") as opened:
            return _head(opened)
    except OSError as error:
        raise InvalidInputError(
            "The file {file} cannot be read: {problem}.",
            field="file",
            file=shown(file),
            problem=error.strerror or type(error).__name__,
        ) from None


def _head(opened: BinaryIO) -> bytes:
    return opened.read(holiday_file.MAX_BYTES + 1)  # enough to see that a file is too large


def _tell(report: "ImportReport", *, is_dry_run: bool, as_json: bool) -> None:
    rows = [_row(row) for row in report.rows]
    result = {
        "is_dry_run": is_dry_run,
        "format": report.format,
        "inserted": report.inserted,
        "updated": report.updated,
        "merged": report.merged,
        "skipped": report.skipped,
        "conflicts": report.conflicts,
        "invalid": report.invalid,
        "event_count": report.event_count,
    }
    for note in report.notes:
        sys.stderr.write(f"Note: {note}\n")
    if as_json:
        places = {
            "subdivisions": list(report.options.subdivisions),
            "school_groups": list(report.options.school_groups),
        }
        notes = [str(note) for note in report.notes]
        emit({**result, **places, "notes": notes, "rows": rows}, as_json=True)
    else:
        emit(rows, as_json=False, columns=_ROW_COLUMNS)
        emit(result, as_json=False)
    if report.invalid:
        sys.stderr.write(f"The import would be refused; wrong lines: {report.invalid}.\n")
        raise typer.Exit(_EXIT_BAD_INPUT)


def _row(row: ImportRow) -> dict[str, Any]:
    one = row.holiday
    return {
        "line": row.line,
        "outcome": row.outcome,
        "name": one.name if one else None,
        "region": one.region if one else None,
        "start_date": one.start_date if one else None,
        "end_date": one.end_date if one else None,
        "sentence": str(row.sentence),
    }
