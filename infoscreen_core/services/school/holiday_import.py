"""Import many holidays in one transaction, with a preview that says the same beforehand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from infoscreen_core.db.queries import periods as queries
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.school import holiday_import
from infoscreen_core.domain.school.holiday_choice import NO_OPTIONS, PlaceOptions, choose_place
from infoscreen_core.domain.school.holiday_import import (
    Bounds,
    HolidayFormat,
    HolidayList,
    ImportRow,
    plan_import,
)
from infoscreen_core.domain.school.holiday_places import ALL_PLACES, PlaceChoice
from infoscreen_core.domain.school.holidays import Calendar, Outcome
from infoscreen_core.domain.text.local_time import load_zone
from infoscreen_core.domain.text.plain_text import clean_line
from infoscreen_core.domain.text.wording import Days, Sentence
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.formats.holiday_file import read_holiday_file
from infoscreen_core.services import audit, changes, system_settings
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.school import holiday_calendars
from infoscreen_core.services.school.holiday_calendars import calendar_of
from infoscreen_core.services.school.holidays import lock_bounds
from infoscreen_core.services.school.periods import get_period

_SOURCE_LENGTH: Final = 255


@dataclass(frozen=True)
class ImportReport:
    """What an import does, or would do, line by line."""

    format: HolidayFormat
    rows: Sequence[ImportRow]
    updated: int
    """How many holidays that were stored before get other days."""
    event_count: int = 0
    """How many events were brought in step; a preview does not say."""
    notes: Sequence[Sentence] = ()
    """What must be said of the whole list, though it is taken."""
    options: PlaceOptions = NO_OPTIONS
    """The places that could have been chosen."""

    @property
    def inserted(self) -> int:
        """How many lines become holidays of their own."""
        return holiday_import.count(self.rows, Outcome.INSERTED)

    @property
    def merged(self) -> int:
        """How many lines are joined with a holiday of the same name and region."""
        return holiday_import.count(self.rows, Outcome.MERGED)

    @property
    def skipped(self) -> int:
        """How many lines say nothing new."""
        return holiday_import.count(self.rows, Outcome.SKIPPED)

    @property
    def conflicts(self) -> int:
        """How many lines are left out because they overlap another holiday."""
        return holiday_import.count(self.rows, Outcome.CONFLICT)

    @property
    def invalid(self) -> int:
        """How many lines are wrong; with any, nothing is imported."""
        return holiday_import.count(self.rows, Outcome.INVALID)


def preview_import(
    session: Session,
    period_id: int,
    content: bytes,
    *,
    file_name: str,
    language: str = "de",
    place: PlaceChoice = ALL_PLACES,
    actor: Actor,
) -> ImportReport:
    """Return what `import_holidays` would do; nothing is written.

    Raises `InvalidInputError` for a file that is no list of holidays at all, and for a place that
    it does not hold.
    """
    actor.require(Role.EDITOR)
    listed = _read(session, period_id, content, language)
    _source(file_name)
    return preview_list(session, period_id, listed, place)


def import_holidays(  # noqa: PLR0913 - which file, for whom, into what, who and when
    session: Session,
    period_id: int,
    content: bytes,
    *,
    file_name: str,
    language: str = "de",
    place: PlaceChoice = ALL_PLACES,
    actor: Actor,
    now: datetime,
) -> ImportReport:
    """Enter the holidays of a file; lines that overlap another holiday are left out and reported.

    So is what holds for other places than the chosen one. The whole file is refused for a line that
    cannot be read, or, in a table of one's own, lies outside the period: `InvalidInputError` names
    the first such line, `preview_import` all of them.
    """
    actor.require(Role.EDITOR)
    listed = _read(session, period_id, content, language)
    return enter_list(
        session, period_id, listed, place, source=_source(file_name), actor=actor, now=now
    )


def preview_list(
    session: Session, period_id: int, listed: HolidayList, place: PlaceChoice = ALL_PLACES
) -> ImportReport:
    """Return what `enter_list` would do."""
    period = get_period(session, period_id)
    bounds = Bounds(period.name, period.start_date, period.end_date)
    listed, options = choose_place(listed, place)
    before = calendar_of(queries.list_holidays_of(session, period_id))
    rows, after = plan_import(listed, before, bounds)
    _check_has_some(listed, rows, bounds)
    updated = _count_updated(before, after)
    return ImportReport(listed.format, rows, updated, notes=listed.notes, options=options)


def enter_list(
    session: Session,
    period_id: int,
    listed: HolidayList,
    place: PlaceChoice = ALL_PLACES,
    *,
    source: str,
    actor: Actor,
    now: datetime,
) -> ImportReport:
    """Enter a list of holidays; raise `InvalidInputError`, and enter none, if a line is wrong."""
    bounds = lock_bounds(session, period_id)
    listed, options = choose_place(listed, place)
    before = calendar_of(queries.list_holidays_of(session, period_id, is_locked=True))
    rows, after = plan_import(listed, before, bounds)
    _check_has_some(listed, rows, bounds)
    _refuse_invalid(rows)
    written = holiday_calendars.write(
        session, period_id, before, after, actor=actor, now=now, source=source
    )
    report = ImportReport(
        listed.format,
        rows,
        _count_updated(before, after),
        written.event_count,
        listed.notes,
        options,
    )
    _record(session, period_id, _summary(report, source, place), actor, now)
    changes.bump(session)
    return report


def default_zone(session: Session) -> ZoneInfo:
    """Return the installation's time zone."""
    return load_zone(system_settings.get_setting(session, "default_timezone"))


def _source(file_name: str) -> str:
    return clean_line(PurePath(file_name).name, field="file", limit=_SOURCE_LENGTH)


def _read(session: Session, period_id: int, content: bytes, language: str) -> HolidayList:
    period = get_period(session, period_id)
    return read_holiday_file(
        content,
        zone=default_zone(session),
        language=language,
        first=period.start_date,
        last=period.end_date,
    )


def _check_has_some(listed: HolidayList, rows: Sequence[ImportRow], bounds: Bounds) -> None:
    readable = [row for row in rows if row.holiday is not None]
    if not any(row.outcome is Outcome.INVALID for row in rows) and not readable:
        raise _nothing_to_take(listed, rows)
    inside = [row for row in readable if row.sentence != holiday_import.outside(bounds)]
    if listed.is_official and readable and not inside:
        raise InvalidInputError(
            "No holiday of the file (it has {count}) lies inside the period {period} ({days}).",
            field="file",
            count=len(readable),
            period=bounds.name,
            days=Days(bounds.first, bounds.last),
        )


def _nothing_to_take(listed: HolidayList, rows: Sequence[ImportRow]) -> InvalidInputError:
    if not rows or listed.format is HolidayFormat.TABLE:  # at most headings and comments
        return InvalidInputError("The file has no holidays; choose another one.", field="file")
    if len(rows) == 1:
        return InvalidInputError(
            "The file has nothing that could be taken as a holiday. Line {line}: {problem}",
            field="file",
            line=rows[0].line,
            problem=rows[0].sentence,
        )
    return InvalidInputError(
        "The file has {count} entries, none of which can be taken as a holiday. The first one, "
        "line {line}: {problem}",
        field="file",
        count=len(rows),
        line=rows[0].line,
        problem=rows[0].sentence,
    )


def _refuse_invalid(rows: Sequence[ImportRow]) -> None:
    wrong = [row for row in rows if row.outcome is Outcome.INVALID]
    if not wrong:
        return
    if len(wrong) == 1:
        raise InvalidInputError(
            "Nothing was imported. Line {line}: {problem}",
            field="file",
            line=wrong[0].line,
            problem=wrong[0].sentence,
        )
    raise InvalidInputError(
        "Nothing was imported: {count} lines are wrong. The first one, line {line}: {problem}",
        field="file",
        count=len(wrong),
        line=wrong[0].line,
        problem=wrong[0].sentence,
    )


def _count_updated(before: Calendar, after: Calendar) -> int:
    return sum(after[key] != holiday for key, holiday in before.items() if key in after)


def _summary(report: ImportReport, source: str, place: PlaceChoice) -> dict[str, object]:
    chosen = {"subdivision": place.subdivision, "school_group": place.school_group}
    return {
        "source": source,
        "format": report.format.value,
        **{name: value for name, value in chosen.items() if value},
        "inserted": report.inserted,
        "updated": report.updated,
        "merged": report.merged,
        "skipped": report.skipped,
        "conflicts": report.conflicts,
    }


def _record(
    session: Session, period_id: int, after: dict[str, object], actor: Actor, now: datetime
) -> None:
    audit.record(
        session, "holiday.imported", "period", period_id, actor=actor, now=now, after=after
    )
