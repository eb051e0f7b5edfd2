"""The service for holidays: what is stored, joined, refused, and who may change it."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from infoscreen_core.db.models import AuditEntry, SchoolHoliday
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.school.holidays import Holiday, Outcome
from infoscreen_core.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from infoscreen_core.services.actor import CLI, Actor
from infoscreen_core.services.school import holidays
from infoscreen_core.services.school import periods as academic_periods
from tests.support.events.planning import MONDAY, Sessions, add_period
from tests.support.people import EDITOR, actions_of
from tests.support.school.holidays import enter

NOW = MONDAY
AUTUMN = Holiday(name="Herbstferien", start_date=date(2026, 10, 27), end_date=date(2026, 10, 31))


def stored(session: Session) -> list[tuple[str, str, str]]:
    rows = session.scalars(select(SchoolHoliday).order_by(SchoolHoliday.start_date))
    return [(row.name, row.start_date.isoformat(), row.end_date.isoformat()) for row in rows]


def test_a_holiday_is_stored_with_its_period_and_audited(sessions: Sessions) -> None:
    with sessions.begin() as session:
        period = add_period(session)
        written = holidays.create_holiday(session, period, AUTUMN, actor=EDITOR, now=NOW)
        assert (written.outcome, written.event_count) == (Outcome.INSERTED, 0)
    with sessions() as session:
        row = holidays.get_holiday(session, written.holiday.id)
        assert (row.academic_period_id, row.region, row.created_at) == (period, None, NOW)
        assert stored(session) == [("Herbstferien", "2026-10-27", "2026-10-31")]
        assert actions_of(session) == ["holiday.created"]
        assert session.scalars(select(AuditEntry.after)).one()["start_date"] == "2026-10-27"


def test_the_same_again_is_skipped_and_what_touches_is_joined(sessions: Sessions) -> None:
    with sessions.begin() as session:
        period = add_period(session)
        first = enter(session, period, "2026-10-27", "2026-10-31")
        again = enter(session, period, "2026-10-27", "2026-10-31", name="  HERBSTFERIEN ")
        assert (again.outcome, again.holiday.id) == (Outcome.SKIPPED, first.holiday.id)
        next_day = enter(session, period, "2026-11-01", "2026-11-02")
        assert (next_day.outcome, next_day.holiday.id) == (Outcome.MERGED, first.holiday.id)
        apart = enter(session, period, "2026-11-05", "2026-11-06")
        assert apart.outcome is Outcome.INSERTED
        bridge = enter(session, period, "2026-11-02", "2026-11-05")
        assert bridge.outcome is Outcome.MERGED
        assert stored(session) == [("Herbstferien", "2026-10-27", "2026-11-06")]


def test_another_holiday_on_the_same_day_is_refused(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        period = add_period(session)
        written = enter(session, period, "2026-10-27", "2026-10-31")
        with pytest.raises(
            ConflictError, match=r"Allerheiligen would overlap Herbstferien \(2026-10-27 – 20"
        ):
            enter(session, period, "2026-10-31", "2026-11-01", name="Allerheiligen")
        other = enter(session, period, "2026-11-01", "2026-11-01", name="Allerheiligen")
        moved = Holiday(
            name="Allerheiligen", start_date=date(2026, 10, 30), end_date=date(2026, 11, 1)
        )
        with pytest.raises(ConflictError, match="would overlap Herbstferien"):
            holidays.update_holiday(session, other.holiday.id, moved, actor=EDITOR, now=NOW)
        assert written.holiday.end_date == date(2026, 10, 31)
        assert other.holiday.start_date == date(2026, 11, 1)


def test_a_changed_holiday_takes_in_its_like(sessions: Sessions) -> None:
    with sessions.begin() as session:
        period = add_period(session)
        first = enter(session, period, "2026-10-27", "2026-10-28")
        second = enter(session, period, "2026-11-02", "2026-11-03", name="Zwickeltage")
        written = holidays.update_holiday(
            session,
            second.holiday.id,
            Holiday(
                name="herbstferien",
                region="WIEN",
                start_date=date(2026, 10, 29),
                end_date=date(2026, 11, 3),
            ),
            actor=EDITOR,
            now=NOW,
        )
        assert (written.outcome, written.holiday.id) == (Outcome.MERGED, second.holiday.id)
        assert stored(session) == [("Herbstferien", "2026-10-27", "2026-11-03")]
        with pytest.raises(NotFoundError):
            holidays.get_holiday(session, first.holiday.id)


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        ("2026-09-06", "2026-09-08", "start_date"),
        ("2027-07-02", "2027-07-03", "end_date"),
        ("2025-10-01", "2025-10-02", "start_date"),
    ],
)
def test_a_holiday_lies_inside_its_period(
    sqlite_sessions: Sessions, first: str, last: str, field: str
) -> None:
    with sqlite_sessions.begin() as session:
        period = add_period(session)
        with pytest.raises(
            InvalidInputError, match="must lie inside the period 2026/27"
        ) as refused:
            enter(session, period, first, last)
        assert refused.value.field == field
        assert stored(session) == []


def test_holidays_of_an_archived_period_are_left_alone(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        period = add_period(session)
        written = enter(session, period, "2026-10-27", "2026-10-31")
        academic_periods.archive_period(session, period, actor=CLI, now=NOW)
        with pytest.raises(ConflictError, match="is archived"):
            enter(session, period, "2026-12-24", "2027-01-06", name="Weihnachtsferien")
        with pytest.raises(ConflictError, match="is archived"):
            holidays.delete_holiday(session, written.holiday.id, actor=EDITOR, now=NOW)


def test_users_only_look(sqlite_sessions: Sessions) -> None:
    user = Actor(None, "a user", Role.USER, "10.0.0.1")
    with sqlite_sessions.begin() as session:
        period = add_period(session)
        row = enter(session, period, "2026-10-27", "2026-10-31").holiday
        with pytest.raises(NotAllowedError):
            holidays.create_holiday(session, period, AUTUMN, actor=user, now=NOW)
        with pytest.raises(NotAllowedError):
            holidays.update_holiday(session, row.id, AUTUMN, actor=user, now=NOW)
        with pytest.raises(NotAllowedError):
            holidays.delete_holiday(session, row.id, actor=user, now=NOW)
        assert holidays.list_holidays(session, period) == [row]
