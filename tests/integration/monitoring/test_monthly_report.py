"""The report of a month: its figures are those of the record and of the analysis."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.domain.commands.lifecycle import Action, State
from infoscreen_core.domain.monitoring.availability import Figures
from infoscreen_core.domain.monitoring.incidents.kinds import IncidentKind
from infoscreen_core.domain.monitoring.past.months import Month
from infoscreen_core.errors import InvalidInputError, NotFoundError
from infoscreen_core.services.monitoring import analysis, availability
from infoscreen_core.services.monitoring.monthly import report as service
from infoscreen_core.services.monitoring.monthly.views import MonthReport
from tests.support.monitoring.months import (
    AFTER,
    BEGIN,
    DAY,
    FEBRUARY,
    HOUR,
    VIENNA,
    add_february,
)
from tests.support.monitoring.weeks import count_weeks
from tests.support.people import uuid_of

Sessions = sessionmaker[Session]


@pytest.fixture
def school(sessions: Sessions) -> Sessions:
    with sessions.begin() as session:
        add_february(session)
        count_weeks(session, VIENNA, now=AFTER)
    return sessions


def report(
    school: Sessions,
    month: Month = FEBRUARY,
    *,
    group: int | None = None,
    now: timedelta = 29 * DAY,
) -> MonthReport:
    with school() as session:
        return service.make_report(session, month, group_id=group, log_days=90, now=BEGIN + now)


def plain(figures: Figures) -> tuple[timedelta, timedelta, timedelta, int]:
    return figures.up, figures.down, figures.unknown, figures.outage_count


def test_its_figures_are_those_of_the_analysis_and_of_the_record(school: Sessions) -> None:
    found = report(school)
    with school() as session:
        weeks = analysis.Weeks(date(2021, 2, 1), date(2021, 2, 22))
        assert weeks.window(VIENNA, now=AFTER) == found.window
        by_week: dict[int | None, Figures] = {}
        for row in analysis.group_weeks(session, weeks):
            by_week[row.group_id] = by_week.get(row.group_id, Figures()) + row.figures
        measured = availability.measure_groups(session, found.window)
        clients = availability.measure_clients(session, found.window)
    by_report = {one.id: plain(one.figures) for one in found.groups}
    assert by_report == {key: plain(of) for key, of in by_week.items()}
    assert by_report == {key: plain(of) for key, of in measured.items()}
    assert {one.uuid: one.figures for one in found.screens} == clients
    assert plain(found.whole) == plain(sum(clients.values(), Figures()))


def test_it_says_what_happened(school: Sessions) -> None:
    found = report(school)
    assert (found.whole.down, found.whole.outage_count) == (4.5 * HOUR, 3)
    assert (found.before.down, found.unseen, found.our_outages) == (6 * HOUR, 2 * HOUR, 1)
    assert [(one.screen.name, one.group_name, one.outage.down) for one in found.longest] == [
        ("Links", "Aula", 3 * HOUR),
        ("Links", "Aula", HOUR),
        ("<b>", "Labor <1>", 0.5 * HOUR),
    ]
    assert [(one.name, [screen.name for screen in one.screens]) for one in found.groups] == [
        ("Aula", ["Links"]),
        ("Labor <1>", ["<b>"]),
        ("", ["Gang"]),
    ]
    assert [one.lines for one in found.families] == [5, 1]
    assert found.commands == {
        Action.REBOOT_HOST: {State.COMPLETED: 2, State.TIMED_OUT: 1},
        Action.RESTART_APP: {State.COMPLETED: 1},
    }


def test_days_add_up_to_the_time_down(school: Sessions) -> None:
    days = report(school).days
    assert list(days)[0::27] == [date(2021, 2, 1), date(2021, 2, 28)]
    assert {day.day: length for day, length in days.items() if length} == {
        4: 1.5 * HOUR,
        5: 1.5 * HOUR,
        10: HOUR,
        13: 0.5 * HOUR,
    }


def test_incidents_are_counted_by_kind_with_how_long_they_took(school: Sessions) -> None:
    found = {one.kind: one for one in report(school).incidents}
    assert list(found) == [IncidentKind.OUTAGE, IncidentKind.SILENT, IncidentKind.HOT]
    silent = found[IncidentKind.SILENT]
    assert (silent.count, silent.acknowledged, silent.closed) == (3, 2, 2)
    assert silent.until_acknowledged == timedelta(minutes=20)
    assert silent.until_closed == 2 * HOUR
    assert found[IncidentKind.HOT].until_acknowledged is None


def test_of_one_group_only_its_own_is_told_and_what_concerns_all(school: Sessions) -> None:
    labor = next(one.id for one in report(school).groups if one.name.startswith("Labor"))
    found = report(school, group=labor)
    assert [one.uuid for one in found.screens] == [uuid_of(2)]
    assert (found.group_name, found.whole.down) == ("Labor <1>", 0.5 * HOUR)
    assert {one.kind: one.count for one in found.incidents} == {
        IncidentKind.OUTAGE: 1,
        IncidentKind.SILENT: 1,
        IncidentKind.HOT: 1,
    }
    assert [(one.lines, one.clients) for one in found.families] == [(1, 1)]
    assert found.commands == {
        Action.REBOOT_HOST: {State.COMPLETED: 1},
        Action.RESTART_APP: {State.COMPLETED: 1},
    }
    assert found.our_outages == 1


def test_a_month_that_goes_on_reaches_until_now(school: Sessions) -> None:
    found = report(school, now=10 * DAY)
    assert found.goes_on
    assert (found.window.end, len(found.days)) == (BEGIN + 10 * DAY, 10)
    assert (found.whole.down, found.whole.outage_count) == (4 * HOUR, 2)


def test_a_month_before_the_record_knows_nothing(school: Sessions) -> None:
    found = report(school, Month(2020, 6))
    assert (found.whole, found.groups, found.longest) == (Figures(), [], [])
    assert found.known_since == BEGIN - 10 * DAY


def test_what_does_not_exist_is_refused(school: Sessions) -> None:
    with pytest.raises(InvalidInputError, match="2021-04 has not begun"):
        report(school, Month(2021, 4))
    with pytest.raises(NotFoundError):
        report(school, group=99)
    with school() as session:
        assert service.last_whole_month(session, now=AFTER) == FEBRUARY
