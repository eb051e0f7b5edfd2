"""Which holidays touch a stretch of days: SQL repeats the domain's rule and agrees with it."""

from datetime import date, timedelta
from typing import Final

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infoscreen_core.db.queries.periods import HolidayDays, list_holidays_touching
from infoscreen_core.domain.school.days import share_a_day
from tests.support.events.planning import Sessions, add_holiday

FIRST: Final = date(2026, 10, 1)
stretches = st.builds(
    lambda begins, lasts: HolidayDays(FIRST + timedelta(begins), FIRST + timedelta(begins + lasts)),
    st.integers(0, 30),
    st.integers(0, 10),
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(stretches, max_size=8), stretches)
def test_exactly_what_shares_a_day_touches(
    sessions: Sessions, holidays: list[HolidayDays], wanted: HolidayDays
) -> None:
    with sessions() as session:
        stored = [add_holiday(session, *one) for one in holidays]
        found = list_holidays_touching(session, *wanted)
        assert {row.id for row in found} == {row.id for row in stored if share_a_day(row, wanted)}
