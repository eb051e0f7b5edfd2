"""Figures by week: counted in portions, equal to the record, read by group and by screen."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.db.models import (
    BlindSpan,
    Client,
    ClientGroup,
    ClientStatusChange,
    ClientWeek,
    GroupWeekSums,
    JobRun,
)
from infoscreen_core.db.queries.monitoring.sums.weeks import delete_weeks_before
from infoscreen_core.domain.monitoring.availability import BlindCause, Figures
from infoscreen_core.domain.monitoring.liveness import Status, StatusReason
from infoscreen_core.domain.monitoring.spans import Span
from infoscreen_core.services.monitoring import analysis, weeks
from infoscreen_core.services.monitoring.availability import measure_clients, week_of
from tests.support.events.planning import add_group
from tests.support.monitoring.weeks import count_week, count_weeks
from tests.support.people import add_client, uuid_of

Sessions = sessionmaker[Session]
VIENNA = ZoneInfo("Europe/Vienna")
HOUR = timedelta(hours=1)
MONDAY = date(2026, 10, 19)
"""The week in which the clocks go back: it has 169 hours."""
BEGIN = week_of(MONDAY, VIENNA).start
NOW = BEGIN + timedelta(days=17)
SCREENS = 3

DOWN = (Status.OFFLINE, StatusReason.HEARTBEAT_STALE)
UP = (Status.HEALTHY, StatusReason.ALL_WELL)
FLIPS = st.lists(
    st.tuples(st.integers(1, SCREENS), st.integers(0, 17 * 24 - 1), st.sampled_from([UP, DOWN])),
    max_size=12,
)


@pytest.fixture
def school(sessions: Sessions) -> Sessions:
    """Two screens in a group, one without."""
    with sessions.begin() as session:
        hall = add_group(session, "Aula")
        for number in range(1, SCREENS + 1):
            add_client(session, number, group_id=hall if number > 1 else None)
    return sessions


def flip(session: Session, number: int, at: datetime, status: Status, why: StatusReason) -> None:
    session.add(ClientStatusChange(client_uuid=uuid_of(number), at=at, status=status, reason=why))


def count(sessions: Sessions, *, now: datetime = NOW) -> list[date]:
    """Do what a leading scheduler does every hour."""
    with sessions.begin() as session:
        return count_weeks(session, VIENNA, now=now)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
@given(FLIPS)
def test_counted_in_portions_is_what_the_record_says(
    school: Sessions,
    monkeypatch: pytest.MonkeyPatch,
    flips: list[tuple[int, int, tuple[Status, StatusReason]]],
) -> None:
    monkeypatch.setattr(weeks, "BATCH", 2)
    with school.begin() as session:
        for table in (ClientStatusChange, ClientWeek, GroupWeekSums, BlindSpan):
            session.execute(delete(table))
        for number, hour, (status, why) in flips:
            flip(session, number, BEGIN + hour * HOUR, status, why)
        session.add(BlindSpan(cause=BlindCause.BROKER, began_at=BEGIN, ended_at=BEGIN + 30 * HOUR))
    for monday in (MONDAY, MONDAY + timedelta(days=7), MONDAY + timedelta(days=14)):
        with school.begin() as session:
            count_week(session, monday, VIENNA, now=NOW)
    with school() as session:
        for monday in (MONDAY, MONDAY + timedelta(days=7), MONDAY + timedelta(days=14)):
            whole = week_of(monday, VIENNA)
            found = measure_clients(session, Span(whole.start, min(whole.end, NOW)))
            expected = sum(found.values(), Figures())
            rows = analysis.group_weeks(session, analysis.Weeks(monday, monday))
            assert sum((row.figures for row in rows), Figures()) == expected
        weeks_of_all = analysis.Weeks(MONDAY, MONDAY + timedelta(days=14))
        of_groups: dict[int | None, Figures] = {}
        for row in analysis.group_weeks(session, weeks_of_all):
            before = of_groups.get(row.group_id, Figures())
            of_groups[row.group_id] = before + row.figures
        assert analysis.group_sums(session, weeks_of_all) == of_groups


def test_weeks_of_groups_are_those_of_their_screens_also_when_some_are_gone(
    school: Sessions,
) -> None:
    with school.begin() as session:
        for number in range(1, SCREENS + 1):
            flip(session, number, BEGIN, *UP)
            flip(session, number, BEGIN + number * HOUR, *DOWN)
            flip(session, number, BEGIN + 2 * number * HOUR, *UP)
    count(school)
    of_all = analysis.Weeks(MONDAY, MONDAY + timedelta(days=14))
    with school.begin() as session:
        assert kept(session, of_all) == added_up(session)
        session.execute(delete(Client).where(Client.uuid == uuid_of(2)))
    count(school, now=NOW + HOUR)  # only the last week is counted again
    with school.begin() as session:
        assert kept(session, of_all) == added_up(session)
        assert sum(down for _week, down, _outages in kept(session, of_all)) == 4 * 3600
        session.execute(delete(ClientGroup))
        assert kept(session, of_all) == added_up(session)  # at once, with those of no group
        delete_weeks_before(session, MONDAY + timedelta(days=7))
        assert kept(session, of_all) == added_up(session)
        assert {monday for (monday, _group), *_ in kept(session, of_all)} == {
            MONDAY + timedelta(days=7),
            MONDAY + timedelta(days=14),
        }


def kept(
    session: Session, of_weeks: analysis.Weeks
) -> list[tuple[tuple[date, int | None], int, int]]:
    """Return down time and outages of each group's week as charts read them."""
    return [
        (
            (row.monday, row.group_id),
            round(row.figures.down.total_seconds()),
            row.figures.outage_count,
        )
        for row in analysis.group_weeks(session, of_weeks)
    ]


def added_up(session: Session) -> list[tuple[tuple[date, int | None], int, int]]:
    """Return the same from the weeks of the screens."""
    key = (ClientWeek.monday, ClientWeek.group_id)
    query = select(*key, func.sum(ClientWeek.down_seconds), func.sum(ClientWeek.outages))
    found = session.execute(query.group_by(*key).order_by(*key))
    return [((monday, group), int(down), int(outages)) for monday, group, down, outages in found]


def test_only_weeks_that_may_have_changed_are_counted_again(school: Sessions) -> None:
    assert count(school) == []  # no record yet
    with school.begin() as session:
        session.execute(delete(JobRun))
        flip(session, 1, BEGIN + HOUR, *UP)
    assert count(school) == [MONDAY, date(2026, 10, 26), date(2026, 11, 2)]
    assert count(school, now=NOW + HOUR) == [date(2026, 11, 2)]
    first_hour = week_of(date(2026, 11, 9), VIENNA).start + HOUR
    assert count(school, now=first_hour) == [date(2026, 11, 2), date(2026, 11, 9)]
    with school() as session:
        assert weeks.counted_until(session) == first_hour


def test_a_week_of_169_hours_has_them_all(school: Sessions) -> None:
    with school.begin() as session:
        flip(session, 1, BEGIN, *UP)
        flip(session, 1, BEGIN + 100 * HOUR, *DOWN)
        flip(session, 1, BEGIN + 101 * HOUR, *UP)
    count(school)
    with school() as session:
        (row,) = analysis.group_weeks(session, analysis.Weeks(MONDAY, MONDAY))
    assert (row.group_id, row.figures) == (None, Figures(168 * HOUR, HOUR, timedelta(), 1))


def test_the_screens_that_were_down_longest_come_first_with_their_outages(
    school: Sessions,
) -> None:
    with school.begin() as session:
        for number in range(1, SCREENS + 1):
            flip(session, number, BEGIN, *UP)
            flip(session, number, BEGIN + 24 * HOUR, *DOWN)
            flip(session, number, BEGIN + (24 + number) * HOUR, *UP)
    count(school)
    found = analysis.last_weeks(3, zone=VIENNA, now=NOW)
    assert found.mondays == [MONDAY, date(2026, 10, 26), date(2026, 11, 2)]
    assert found.before == analysis.Weeks(date(2026, 9, 28), date(2026, 10, 12))
    with school() as session:
        figures = analysis.down_longest(session, found, group=None, limit=2)
        worst = analysis.list_screens(session, figures)
        outages = analysis.outages_of(session, worst, found.window(VIENNA, now=NOW))
        hall = worst[0].group_id
        assert hall is not None
        of_hall = analysis.down_longest(session, found, group=hall, limit=9)
    assert [screen.uuid for screen in worst] == [uuid_of(3), uuid_of(2)]
    assert list(of_hall) == [uuid_of(3), uuid_of(2)]
    assert [screen.figures for screen in worst] == list(figures.values())
    assert [(one.uuid, one.outage.down) for one in outages.longest] == [
        (uuid_of(3), 3 * HOUR),
        (uuid_of(2), 2 * HOUR),
    ]
