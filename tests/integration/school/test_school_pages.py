"""Single periods and pages of holidays, as programs ask for them."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

from infoscreen_core.db.models import AcademicPeriod, SchoolHoliday
from infoscreen_core.errors import ConflictError
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.school import pages, periods
from infoscreen_core.services.school.pages import HolidaysAsked
from infoscreen_core.services.school.period_usage import BlockedError
from tests.support.events.planning import MONDAY as NOW
from tests.support.events.planning import Sessions, add_group, add_holiday, add_period, plan

FIRST = date(2026, 10, 1)


@pytest.fixture
def session(shared: Sessions) -> Iterator[Session]:
    with shared.begin() as session:
        for table in (SchoolHoliday, AcademicPeriod):
            session.execute(delete(table))
        yield session
        session.rollback()


def _ids(session: Session, asked: HolidaysAsked) -> list[int]:
    found: list[int] = []
    after = None
    while part := pages.list_holiday_page(session, asked, after=after, limit=2):
        found += [one.id for one in part]
        after = part[-1].start_date, part[-1].id
    return found


def test_holidays_come_page_by_page(session: Session) -> None:
    period = add_period(session)
    days = [FIRST + timedelta(days=n // 3) for n in range(8)]
    ids = [add_holiday(session, day, day, period).id for day in days]
    free = add_holiday(session, FIRST, FIRST).id
    assert _ids(session, HolidaysAsked(period_id=period)) == ids
    assert _ids(session, HolidaysAsked(without_period=True)) == [free]
    assert set(_ids(session, HolidaysAsked())) == {*ids, free}
    assert _ids(session, HolidaysAsked(period_id=period, first=days[-1])) == ids[6:]
    assert _ids(session, HolidaysAsked(period_id=period, last=FIRST)) == ids[:3]


def test_the_period_of_a_day(session: Session) -> None:
    period = add_period(session)
    found = pages.find_period_on(session, date(2026, 12, 24))
    assert found is not None
    assert found.id == period
    assert pages.find_period_on(session, date(2027, 8, 1)) is None


def test_whoever_may_not_archive_is_told_all_reasons(session: Session) -> None:
    period = add_period(session)
    periods.activate_period(session, period, actor=CLI, now=NOW)
    event = plan(
        session, add_group(session), recurrence_rule="FREQ=WEEKLY", academic_period_id=period
    )
    with pytest.raises(BlockedError) as raised:
        periods.archive_period(session, period, actor=CLI, now=NOW)
    assert isinstance(raised.value, ConflictError)
    assert [one.event_id for one in raised.value.blockers] == [None, event.id]
    assert str(raised.value) == str(raised.value.blockers[0].sentence)
