from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from infoscreen_core.domain.monitoring.availability import Outage
from infoscreen_core.domain.monitoring.days import down_by_day
from infoscreen_core.domain.monitoring.liveness import StatusReason
from infoscreen_core.domain.monitoring.past.months import Month, month_of, read_month
from infoscreen_core.domain.monitoring.spans import Span
from infoscreen_core.errors import InvalidInputError

VIENNA = ZoneInfo("Europe/Vienna")
HOUR = timedelta(hours=1)
OCTOBER = Month(2026, 10)


def test_a_month_is_read_as_it_is_written() -> None:
    assert read_month(" 2026-10 ") == OCTOBER
    assert str(Month(2026, 3)) == "2026-03"
    assert month_of(date(2026, 10, 31)) == OCTOBER


@pytest.mark.parametrize("text", ["", "2026", "2026-13", "2026-00", "10/2026", "1899-01"])
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError, match="is no month; write it as 2026-10") as refused:
        read_month(text)
    assert refused.value.field == "month"


@pytest.mark.parametrize("month", [OCTOBER, Month(2026, 12), Month(2027, 1)])
def test_months_follow_each_other(month: Month) -> None:
    assert month.after.before == month
    assert month.before < month < month.after
    assert month.span(VIENNA).end == month.after.span(VIENNA).start


def test_october_has_an_hour_more() -> None:
    assert OCTOBER.span(VIENNA).length == timedelta(days=31) + HOUR


def test_outages_are_cut_at_midnight_and_leave_out_what_nobody_saw() -> None:
    window = Span(datetime(2026, 10, 24, 22, tzinfo=UTC), datetime(2026, 10, 26, 11, tzinfo=UTC))
    began, blind = datetime(2026, 10, 25, 20, tzinfo=UTC), datetime(2026, 10, 26, 1, tzinfo=UTC)
    goes_on = Outage(began, None, StatusReason.HEARTBEAT_STALE, 13 * HOUR)
    days = down_by_day([goes_on], window, blind=[Span(blind, blind + 2 * HOUR)], zone=VIENNA)
    assert days == {date(2026, 10, 25): 3 * HOUR, date(2026, 10, 26): 10 * HOUR}
    assert sum(days.values(), timedelta()) == goes_on.down
