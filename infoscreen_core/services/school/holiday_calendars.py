"""Write a period's holidays as a whole, and bring in step exactly the events that this touches."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from infoscreen_core.db.models import SchoolHoliday
from infoscreen_core.db.queries import periods as queries
from infoscreen_core.domain.school.holidays import Calendar, Holiday, changed_days
from infoscreen_core.services import audit
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.events.event_exceptions import takes_place_on
from infoscreen_core.services.events.events import is_finished
from infoscreen_core.services.events.occurrences import settle_all

_DAY: Final = timedelta(days=1)
_BATCH: Final = 200


@dataclass(frozen=True)
class CalendarWritten:
    """What a write did."""

    ids: Mapping[int, int]
    """The id of the stored row for each key of the calendar."""
    event_count: int


def holiday_of(row: SchoolHoliday) -> Holiday:
    """Return a stored holiday as the rules know it."""
    return Holiday(
        name=row.name, start_date=row.start_date, end_date=row.end_date, region=row.region
    )


def calendar_of(rows: Iterable[SchoolHoliday]) -> dict[int, Holiday]:
    """Return stored holidays by their ids."""
    return {row.id: holiday_of(row) for row in rows}


def write(
    session: Session,
    period_id: int | None,
    before: Calendar,
    after: Calendar,
    *,
    actor: Actor,
    now: datetime,
    source: str | None = None,
) -> CalendarWritten:
    """Make the stored holidays of a period what `after` says.

    `source` is the file that new ones come from. The caller holds the period's lock, and raises the
    change counter afterwards.
    """
    rows = {row.id: row for row in queries.list_holidays_of(session, period_id)}
    for key in before.keys() - after.keys():
        _delete(session, rows[key], actor, now)
    ids = {
        key: _update(session, rows[key], holiday, actor, now).id
        if key in rows
        else _insert(session, period_id, holiday, source, actor, now).id
        for key, holiday in after.items()
    }
    days = changed_days(before.values(), after.values())
    return CalendarWritten(ids, follow(session, period_id, days, now=now))


def follow(
    session: Session, period_id: int | None, days: Collection[date], *, now: datetime
) -> int:
    """Bring in step the events that heed the period's holidays on one of `days`; return how many.

    An event that had ended early, because its last dates fell into holidays, becomes active again
    when they no longer do.
    """
    if not days:
        return 0
    session.flush()
    spans = _spans(sorted(days))
    followers = queries.list_followers(session, period_id, _midnight(spans[-1][1]) + 2 * _DAY)
    touched = [event for event in followers if takes_place_on(event, spans)]
    for first in range(0, len(touched), _BATCH):
        batch = touched[first : first + _BATCH]
        over = [event for event in batch if not event.is_active and is_finished(event, now)]
        settle_all(session, batch, now=now)
        back = [event for event in over if not is_finished(event, now)]
        for event in back:
            event.is_active = True
        settle_all(session, back, now=now)
    return len(touched)


def _spans(days: Sequence[date]) -> list[tuple[date, date]]:
    """Return the days, in order, as stretches without a gap."""
    spans: list[tuple[date, date]] = []
    for day in days:
        if spans and spans[-1][1] + _DAY == day:
            spans[-1] = (spans[-1][0], day)
        else:
            spans.append((day, day))
    return spans


def _midnight(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), UTC)


def _insert(
    session: Session,
    period_id: int | None,
    holiday: Holiday,
    source: str | None,
    actor: Actor,
    now: datetime,
) -> SchoolHoliday:
    row = SchoolHoliday(
        academic_period_id=period_id,
        name=holiday.name,
        region=holiday.region,
        start_date=holiday.start_date,
        end_date=holiday.end_date,
        source_file_name=source,
        created_at=now,
        updated_at=now,
    )
    session.add(row)
    session.flush()
    after = audit.audited_columns(row)
    audit.record(session, "holiday.created", "holiday", row.id, actor=actor, now=now, after=after)
    return row


def _update(
    session: Session, row: SchoolHoliday, holiday: Holiday, actor: Actor, now: datetime
) -> SchoolHoliday:
    if holiday_of(row) == holiday:
        return row
    before = audit.audited_columns(row)
    row.name, row.region = holiday.name, holiday.region
    row.start_date, row.end_date, row.updated_at = holiday.start_date, holiday.end_date, now
    session.flush()
    after = audit.audited_columns(row)
    audit.record(
        session,
        "holiday.updated",
        "holiday",
        row.id,
        actor=actor,
        now=now,
        before=before,
        after=after,
    )
    return row


def _delete(session: Session, row: SchoolHoliday, actor: Actor, now: datetime) -> None:
    before = audit.audited_columns(row)
    audit.record(session, "holiday.deleted", "holiday", row.id, actor=actor, now=now, before=before)
    session.delete(row)
    session.flush()
