"""The record of incidents, as it comes from judging screens and from our own outages."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from infoscreen_core.db.models import Client, Incident, IncidentCondition
from infoscreen_core.domain.monitoring.fleet_count import DOWN_STATUSES
from infoscreen_core.domain.monitoring.incidents.kinds import IncidentKind, open_key
from infoscreen_core.domain.monitoring.incidents.limits import Limits
from infoscreen_core.domain.screens.player import ProcessStatus
from infoscreen_core.domain.screens.screens import ScreenHealth
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.services import system_settings
from infoscreen_core.services.monitoring import incident_record, incidents
from infoscreen_core.services.monitoring.upkeep import retention
from infoscreen_core.services.screens.clients import set_active
from tests.support.monitoring.watched_school import GRACE, Sessions, WatchedSchool
from tests.support.people import ADMIN, NOW, uuid_of

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


class School(WatchedSchool):
    """Tells what is on record of its incidents."""

    def record(self) -> list[tuple[str, int | None, datetime, datetime | None]]:
        """Return kind, screen, opening and end of each incident in their order."""
        numbers = {uuid_of(number): number for number in range(1, 8)}
        with self.sessions() as session:
            rows = session.scalars(select(Incident).order_by(Incident.id))
            return [
                (row.kind.value, numbers.get(row.client_uuid or ""), row.opened_at, row.closed_at)
                for row in rows
            ]


@pytest.fixture
def school(sessions: Sessions) -> School:
    return School(sessions)


def test_an_incident_opens_and_closes_in_the_transaction_that_judges(school: School) -> None:
    school.judge(NOW)
    school.report(NOW + SECOND, 1, process_status=ProcessStatus.CRASHED)
    school.judge(NOW + 2 * SECOND)
    opened = ("process_crashed", 1, NOW + 2 * SECOND)
    assert school.record() == [(*opened, None)]
    school.judge(NOW + 3 * SECOND)
    school.report(NOW + 4 * SECOND, 1, process_status=ProcessStatus.RUNNING)
    school.judge(NOW + 5 * SECOND)
    assert school.record() == [(*opened, NOW + 5 * SECOND)]


def test_a_condition_opens_as_soon_as_it_has_lasted_long_enough(school: School) -> None:
    school.judge(NOW)
    school.report(NOW, 1, temperature_c=85.5)
    school.judge(NOW + SECOND)
    with school.sessions() as session:
        condition = session.scalars(select(IncidentCondition)).one()
        assert (condition.kind, condition.since) == (IncidentKind.HOT, NOW + SECOND)
    school.report(NOW + 30 * SECOND, 1)
    school.judge(NOW + 31 * SECOND)
    assert school.record() == []
    school.judge(NOW + 61 * SECOND)
    assert school.record() == [("hot", 1, NOW + 61 * SECOND, None)]
    with school.sessions() as session:
        assert session.scalars(select(IncidentCondition)).all() == []
        (found,) = incidents.list_incidents(session, incidents.NEEDING_SOMEBODY, limit=9).incidents
        assert str(found.summary) == "It is 86 °C hot."
    school.report(NOW + 70 * SECOND, 1, temperature_c=71.0)
    school.judge(NOW + 71 * SECOND)
    assert school.record()[0][3] == NOW + 71 * SECOND


def test_one_silent_screen_is_one_incident_since_the_end_of_its_grace(school: School) -> None:
    for second in range(0, 171, 10):
        school.report(NOW + second * SECOND, 2, 3, 4, 5)
        school.look(NOW + second * SECOND)
    assert school.record() == []
    school.look(NOW + GRACE + SECOND)
    assert school.record() == [("silent", 1, NOW + GRACE, None)]
    school.report(NOW + 180 * SECOND, 1)
    school.look(NOW + 181 * SECOND)
    assert school.record() == [("silent", 1, NOW + GRACE, NOW + 181 * SECOND)]


def test_an_outage_of_ours_is_one_incident_and_no_screen_is_silent(school: School) -> None:
    everybody = (1, 2, 3, 4, 5)
    for second in range(0, 60, 10):
        school.listener(NOW + second * SECOND)
        school.report(NOW + second * SECOND, *everybody)
        school.look(NOW + second * SECOND)
    gone = NOW + 60 * SECOND
    for second in range(60, 600, 10):
        school.listener(NOW + second * SECOND, is_connected=False)
        school.look(NOW + second * SECOND)
        assert len(school.record()) == (second >= 80)
    back = NOW + 600 * SECOND
    for second in range(600, 700, 10):  # screens come back one after the other
        school.listener(NOW + second * SECOND)
        school.look(NOW + second * SECOND)
        school.report(NOW + second * SECOND, *everybody[: (second - 610) // 10])
    assert school.record() == [("outage", None, gone, back)]
    with school.sessions() as session:
        (outage,) = session.scalars(select(Incident))
        assert outage.evidence == {"cause": "broker"}


def test_a_short_break_of_ours_is_no_incident(school: School) -> None:
    for second, is_connected in ((0, True), (10, False), (20, True), (30, True)):
        school.listener(NOW + second * SECOND, is_connected=is_connected)
        school.look(NOW + second * SECOND)
    assert school.record() == []


def test_screens_that_fell_silent_just_before_an_outage_belong_to_it(school: School) -> None:
    for second in range(0, 270, 10):  # two graces end, 90 and 30 seconds before the outage
        school.listener(NOW + second * SECOND)
        talking = [number for number, last in ((1, 70), (2, 10)) if second <= last]
        school.report(NOW + second * SECOND, 3, 4, 5, *talking)
        school.look(NOW + second * SECOND)
    for second in range(270, 300, 10):
        school.listener(NOW + second * SECOND, is_connected=False)
        school.look(NOW + second * SECOND)
    kinds = [(kind, number) for kind, number, *_ in school.record()]
    assert kinds == [("silent", 2), ("silent", 1), ("outage", None)]
    with school.sessions() as session:
        rows = session.scalars(select(Incident).order_by(Incident.id)).all()
        ids = [row.id for row in rows]
        assert [row.outage_id for row in rows] == [None, ids[2], None]
        found = incidents.list_incidents(session, incidents.NEEDING_SOMEBODY, limit=9)
        assert [(one.id, one.inside) for one in found.incidents] == [(ids[2], 1), (ids[0], 0)]
        assert (found.total, incidents.count_incidents(session)) == (2, 2)
    school.listener(NOW + 300 * SECOND)
    school.look(NOW + 300 * SECOND)
    with school.sessions() as session:  # what goes on after the outage stands for itself
        assert incidents.count_incidents(session) == 2
    assert school.record()[2][3] == NOW + 300 * SECOND


def test_a_standstill_of_ours_is_an_incident_that_is_over(school: School) -> None:
    school.look(NOW)
    back = NOW + timedelta(hours=2)
    school.look(back)
    school.look(back + SECOND)
    assert school.record() == [("outage", None, NOW, back)]


def test_a_listener_that_is_back_a_moment_after_a_standstill_is_no_outage_of_its_own(
    school: School,
) -> None:
    school.listener(NOW)
    school.look(NOW)
    back = NOW + timedelta(hours=2)
    for second in (0, 5, 10):  # its sign of life is that of before
        school.look(back + second * SECOND)
    school.listener(back + 12 * SECOND)
    school.look(back + 12 * SECOND)
    school.look(back + 20 * SECOND)
    assert school.record() == [("outage", None, NOW, back)]


def test_a_listener_that_stays_away_after_a_standstill_is_away_since_then(school: School) -> None:
    school.listener(NOW)
    school.look(NOW)
    back = NOW + timedelta(hours=2)
    for second in range(0, 30, 5):
        school.look(back + second * SECOND)
    assert school.record() == [("outage", None, NOW, back), ("outage", None, back, None)]


def test_what_leaves_service_has_no_incident(school: School) -> None:
    school.report(NOW, 1, screen_health_status=ScreenHealth.BLACK, temperature_c=90.0)
    school.judge(NOW)
    assert school.record() == [("screen_black", 1, NOW, None)]
    with school.sessions.begin() as session:
        set_active(session, [uuid_of(1)], is_active=False, actor=ADMIN, now=NOW + SECOND)
    school.judge(NOW + 2 * SECOND)
    assert school.record() == [("screen_black", 1, NOW, NOW + 2 * SECOND)]
    with school.sessions.begin() as session:
        assert session.scalars(select(IncidentCondition)).all() == []
        session.delete(session.get_one(Client, uuid_of(1)))
    assert school.record() == []


def test_a_player_back_in_a_past_boot_shares_its_uuid_with_another(school: School) -> None:
    for minute, boot in enumerate("aabab"):
        school.report(NOW + minute * MINUTE, 1, 2, 3, 4, 5)
        school.report(NOW + minute * MINUTE, 1, boot_id=boot)
        school.judge(NOW + minute * MINUTE)
    assert school.record() == [("duplicate_id", 1, NOW + 3 * MINUTE, None)]
    for minute in range(5, 21):
        school.report(NOW + minute * MINUTE, 1, 2, 3, 4, 5)
        school.judge(NOW + minute * MINUTE)
    assert school.record()[0][3] == NOW + 20 * MINUTE


def test_while_a_screen_is_down_or_broken_an_incident_of_it_is_open(school: School) -> None:
    school.report(NOW, 1, screen_health_status=ScreenHealth.FROZEN)
    school.report(NOW, 2, process_status=ProcessStatus.CRASHED)
    school.report(NOW, 3, service_failed_at=NOW)
    with school.sessions.begin() as session:
        newcomer = session.get_one(Client, uuid_of(4))
        newcomer.last_alive, newcomer.approved_at = None, NOW - 11 * MINUTE
        session.get_one(Client, uuid_of(5)).last_alive = NOW - timedelta(hours=1)
    school.judge(NOW)
    assert len(DOWN_STATUSES) == 2
    assert sorted((number, kind) for kind, number, *_ in school.record()) == [
        (1, "screen_frozen"),
        (2, "process_crashed"),
        (3, "service_failed"),
        (4, "silent"),
        (5, "silent"),
    ]


def test_two_open_incidents_of_one_kind_and_screen_are_impossible(school: School) -> None:
    def add() -> None:
        kind = IncidentKind.HOT
        key = open_key(kind, uuid_of(1))
        with school.sessions.begin() as session:
            session.add(Incident(kind=kind, client_uuid=uuid_of(1), opened_at=NOW, open_key=key))

    add()
    with pytest.raises(IntegrityError):
        add()


def test_closed_ones_are_kept_as_long_as_the_history(school: School) -> None:
    school.report(NOW, 1, 2, screen_health_status=ScreenHealth.BLACK)
    school.judge(NOW)
    school.report(NOW + MINUTE, 1, screen_health_status=ScreenHealth.OK)
    school.judge(NOW + MINUTE)
    with school.sessions.begin() as session:
        retention.delete_old_statuses(session, days=10, now=NOW + timedelta(days=10))
    assert len(school.record()) == 2
    with school.sessions.begin() as session:
        retention.delete_old_statuses(session, days=10, now=NOW + timedelta(days=11))
    assert [number for _, number, *_ in school.record()] == [2]


def test_limits_are_settings(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        assert incident_record.read_limits(session) == Limits()
        system_settings.set_settings(
            session,
            {"incident_temperature": 70, "incident_temperature_over": 60},
            actor=ADMIN,
            now=NOW,
        )
        assert incident_record.read_limits(session).temperature_opens == 70


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"incident_temperature": 72}, "incident_temperature_over", "72 is not less"),
        ({"incident_cpu_over_percent": "95"}, "incident_cpu_over_percent", "opens at 90"),
        ({"incident_disk_mb": 3000}, "incident_disk_over_mb", "2560 MB is not more"),
        ({"incident_cpu_minutes": "bald"}, "incident_cpu_minutes", "from 0 to 120"),
    ],
)
def test_limits_between_which_nothing_could_settle_are_refused(
    sqlite_sessions: Sessions, values: dict[str, object], field: str, words: str
) -> None:
    with (
        sqlite_sessions.begin() as session,
        pytest.raises(InvalidInputError, match=words) as refused,
    ):
        system_settings.set_settings(session, values, actor=ADMIN, now=NOW)
    assert refused.value.field == field
