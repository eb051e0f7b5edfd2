"""Time in which TVs were meant to be off: put on record, left out of figures, deleted when old."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.db.models import ClientStatusChange, PowerChange, PowerOverride
from infoscreen_core.domain.monitoring.availability import Figures
from infoscreen_core.domain.monitoring.liveness import Status, StatusReason
from infoscreen_core.domain.monitoring.spans import Span
from infoscreen_core.domain.screens.power import (
    OFF_BASIS,
    DesiredPower,
    PowerBasis,
    PowerReason,
    Window,
)
from infoscreen_core.services.monitoring import analysis, availability
from infoscreen_core.services.monitoring.upkeep import retention
from infoscreen_core.services.playing import power_intents
from infoscreen_core.services.screens import power
from tests.support.events.planning import add_group
from tests.support.monitoring.weeks import count_weeks
from tests.support.people import ADMIN, add_client, uuid_of

Sessions = sessionmaker[Session]
VIENNA = ZoneInfo("Europe/Vienna")
HOUR = timedelta(hours=1)
MONDAY = date(2026, 11, 2)
BEGIN = availability.week_of(MONDAY, VIENNA).start
NOW = BEGIN + 48 * HOUR
WHOLE = Span(BEGIN, NOW)
ON_BASIS = PowerBasis(
    desired_state=DesiredPower.ON,
    reason=PowerReason.ACTIVE_EVENT,
    window=Window(BEGIN, BEGIN + 9 * HOUR),
)
LONGER = PowerBasis(
    desired_state=DesiredPower.ON,
    reason=PowerReason.ACTIVE_EVENT,
    window=Window(BEGIN, BEGIN + 10 * HOUR),
)


def at(hour: float) -> datetime:
    return BEGIN + hour * HOUR


@pytest.fixture
def hall(sessions: Sessions) -> int:
    """A group that is off at night; its screen was down for an hour by day, and at each end of it.

    A second screen, with nothing asked of its TV, was down as often.
    """
    with sessions.begin() as session:
        hall = add_group(session, "Aula")
        add_client(session, 1, group_id=hall)
        add_client(session, 2, group_id=add_group(session, "Labor"))
        for number in (1, 2):
            for hour, status, reason in (
                (0, Status.HEALTHY, StatusReason.ALL_WELL),
                (2, Status.OFFLINE, StatusReason.HEARTBEAT_STALE),
                (3, Status.HEALTHY, StatusReason.ALL_WELL),
                (5, Status.OFFLINE, StatusReason.HEARTBEAT_STALE),
                (7, Status.HEALTHY, StatusReason.ALL_WELL),
                (10, Status.OFFLINE, StatusReason.HEARTBEAT_STALE),
                (11, Status.HEALTHY, StatusReason.ALL_WELL),
            ):
                session.add(
                    ClientStatusChange(
                        client_uuid=uuid_of(number), at=at(hour), status=status, reason=reason
                    )
                )
    for hour, basis in ((-3, OFF_BASIS), (6, ON_BASIS), (8, LONGER), (18, OFF_BASIS)):
        with sessions.begin() as session:
            power_intents.keep(session, {hall: basis}, now=at(hour))
    return hall


def record(session: Session) -> list[tuple[datetime, DesiredPower | None]]:
    rows = session.scalars(select(PowerChange).order_by(PowerChange.at))
    return [(row.at, row.desired_state) for row in rows]


def clear(sessions: Sessions, hall: int, *, now: datetime) -> None:
    """Do what the scheduler does once power intents are published no more."""
    with sessions.begin() as session:
        plan = power_intents.read_plan(
            session, now=now, look_ahead=HOUR, are_groups_published=False
        )
        topics = list(power_intents.wishes(plan, now=now))
        assert topics == [f"infoscreen/groups/{hall}/power/intent"]
        power_intents.forget_cleared(session, topics, plan, now=now)


def test_only_changes_of_state_go_on_record(sessions: Sessions, hall: int) -> None:
    clear(sessions, hall, now=at(20))
    with sessions() as session:
        assert record(session) == [
            (at(-3), DesiredPower.OFF),
            (at(6), DesiredPower.ON),
            (at(18), DesiredPower.OFF),
            (at(20), None),
        ]


@pytest.mark.usefixtures("hall")
def test_a_night_is_left_out_for_the_screens_of_its_group(sessions: Sessions) -> None:
    with sessions() as session:
        whole = availability.measure_clients(session, WHOLE)
        on = availability.measure_clients(session, WHOLE, leave_out_tv_off=True)
    assert [of.outage_count for of in whole.values()] == [3, 3]
    dark, lit = on[uuid_of(1)], on[uuid_of(2)]
    # From midnight to 6:00, and from 18:00 on: one outage nobody saw, another one half of it.
    assert (dark.left_out, dark.down, dark.outage_count) == (36 * HOUR, 2 * HOUR, 2)
    assert dark.up == 12 * HOUR - dark.down
    assert lit == whole[uuid_of(2)]


@pytest.mark.usefixtures("hall")
def test_an_order_wins_until_it_ends(sessions: Sessions) -> None:
    def order(state: DesiredPower, *, hour: float, lasting: timedelta) -> None:
        with sessions.begin() as session:
            power.set_override(
                session,
                uuid_of(1),
                state,
                reason="Ball",
                lasting=lasting,
                actor=ADMIN,
                now=at(hour),
            )

    order(DesiredPower.ON, hour=1, lasting=2 * HOUR)
    order(DesiredPower.OFF, hour=9, lasting=9 * HOUR)
    with sessions.begin() as session:
        power.clear_override(session, uuid_of(1), actor=ADMIN, now=at(12))
    with sessions() as session:
        found = availability.measure_clients(
            session, WHOLE, client_uuids=[uuid_of(1)], leave_out_tv_off=True
        )
        assert session.scalar(select(func.count()).select_from(PowerOverride)) == 1
    # Dark: 0 to 1, 3 to 6, 9 to 12, 18 to 48.
    assert found[uuid_of(1)].left_out == 37 * HOUR
    assert found[uuid_of(1)].down == 2 * HOUR


@pytest.mark.usefixtures("hall")
def test_weeks_hold_both_figures(sessions: Sessions) -> None:
    weeks = analysis.Weeks(MONDAY, MONDAY)
    with sessions.begin() as session:
        count_weeks(session, VIENNA, now=NOW)
    with sessions() as session:
        for leave_out in (False, True):
            counted = analysis.group_weeks(session, weeks, leave_out_tv_off=leave_out)
            sums = analysis.group_sums(session, weeks, leave_out_tv_off=leave_out)
            assert sum(sums.values(), Figures()) == sum((one.figures for one in counted), Figures())
            measured = availability.measure_groups(session, WHOLE, leave_out_tv_off=leave_out)
            assert {one.group_id: one.figures for one in counted} == {
                group: Figures(of.up, of.down, of.unknown, of.outage_count, of.left_out)
                for group, of in measured.items()
            }
            (week,) = availability.measure_weeks(session, WHOLE, VIENNA, leave_out_tv_off=leave_out)
            assert week.figures == sum((one.figures for one in counted), Figures())
        figures = analysis.down_longest(session, weeks, group=None, limit=5, leave_out_tv_off=True)
        worst = analysis.list_screens(session, figures)
        assert [one.uuid for one in worst] == [uuid_of(2), uuid_of(1)]
        outages = analysis.outages_of(session, worst, WHOLE, leave_out_tv_off=True)
        assert [one.outage.down for one in outages.longest if one.uuid == uuid_of(1)] == [
            HOUR,
            HOUR,
        ]


def test_what_was_in_force_stays_on_record(sessions: Sessions, hall: int) -> None:
    with sessions.begin() as session:
        retention.delete_old_statuses(session, days=1, now=at(31))
    with sessions() as session:
        assert record(session) == [(at(6), DesiredPower.ON), (at(18), DesiredPower.OFF)]
    with sessions.begin() as session:
        retention.delete_old_statuses(session, days=1, now=at(900))
    with sessions() as session:
        assert record(session) == [(at(18), DesiredPower.OFF)]
        assert session.scalar(select(PowerChange.group_id)) == hall
