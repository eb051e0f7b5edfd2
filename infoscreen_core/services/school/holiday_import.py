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
from infoscreen_core.domain.school.holiday_import import (
    Bounds,
    HolidayFormat,
    HolidayList,
    ImportRow,
    plan_import,
)
from infoscreen_core.domain.school.holidays import Calendar, Outcome
from infoscreen_core.domain.text.local_time import load_zone
from infoscreen_core.domain.text.plain_text import clean_line
from infoscreen_core.domain.text.wording import Days
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
    actor: Actor,
) -> ImportReport:
    """Return what `import_holidays` would do; nothing is written.

    Raises `InvalidInputError` for a file that is no list of holidays at all.
    """
    actor.require(Role.EDITOR)
    listed = read_holiday_file(content, zone=default_zone(session), language=language)
    _source(file_name)
    return preview_list(session, period_id, listed)


def import_holidays(
    session: Session,
    period_id: int,
    content: bytes,
    *,
    file_name: str,
    language: str = "de",
    actor: Actor,
    now: datetime,
) -> ImportReport:
    """Enter the holidays of a file; lines that overlap another holiday are left out and reported.

    The whole file is refused for a line that cannot be read, or, in a table of one's own, lies
    outside the period: `InvalidInputError` names the first such line, `preview_import` all of them.
    """
    actor.require(Role.EDITOR)
    listed = read_holiday_file(content, zone=default_zone(session), language=language)
    return enter_list(session, period_id, listed, source=_source(file_name), actor=actor, now=now)


def preview_list(session: Session, period_id: int, listed: HolidayList) -> ImportReport:
    """Return what `enter_list` would do."""
    period = get_period(session, period_id)
    bounds = Bounds(period.name, period.start_date, period.end_date)
    before = calendar_of(queries.list_holidays_of(session, period_id))
    rows, after = plan_import(listed, before, bounds)
    _check_has_some(listed, rows, bounds)
    return ImportReport(listed.format, rows, _count_updated(before, after))


def enter_list(
    session: Session,
    period_id: int,
    listed: HolidayList,
    *,
    source: str,
    actor: Actor,
    now: datetime,
) -> ImportReport:
    """Enter a list of holidays; raise `InvalidInputError`, and enter none, if a line is wrong."""
    bounds = lock_bounds(session, period_id)
    before = calendar_of(queries.list_holidays_of(session, period_id, is_locked=True))
    rows, after = plan_import(listed, before, bounds)
    _check_has_some(listed, rows, bounds)
    _refuse_invalid(rows)
    written = holiday_calendars.write(
        session, period_id, before, after, actor=actor, now=now, source=source
    )
    report = ImportReport(listed.format, rows, _count_updated(before, after), written.event_count)
    _record(session, period_id, report, source, actor, now)
    changes.bump(session)
    return report


def default_zone(session: Session) -> ZoneInfo:
    """Return the installation's time zone."""
    return load_zone(system_settings.get_setting(session, "default_timezone"))


def _source(file_name: str) -> str:
    return clean_line(PurePath(file_name).name, field="file", limit=_SOURCE_LENGTH)


def _check_has_some(listed: HolidayList, rows: Sequence[ImportRow], bounds: Bounds) -> None:
    readable = [row for row in rows if row.holiday is not None]
    if not any(row.outcome is Outcome.INVALID for row in rows) and not readable:
        raise InvalidInputError("The file has no holidays; choose another one.", field="file")
    inside = [row for row in readable if row.sentence != holiday_import.outside(bounds)]
    if listed.is_official and readable and not inside:
        raise InvalidInputError(
            "No holiday of the file (it has {count}) lies inside the period {period} ({days}).",
            field="file",
            count=len(readable),
            period=bounds.name,
            days=Days(bounds.first, bounds.last),
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


def _record(
    session: Session, period_id: int, report: ImportReport, source: str, actor: Actor, now: datetime
) -> None:
    after = {
        "source": source,
        "format": report.format.value,
        "inserted": report.inserted,
        "updated": report.updated,
        "merged": report.merged,
        "skipped": report.skipped,
        "conflicts": report.conflicts,
    }
    audit.record(
        session, "holiday.imported", "period", period_id, actor=actor, now=now, after=after
    )
