"""The record of statuses: written once by whoever judges, on a deadline or when news came."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from infoscreen_core.db.models import (
    BlindSpan,
    ClientStatus,
    ClientStatusChange,
)
from infoscreen_core.db.queries.monitoring import history
from infoscreen_core.domain.monitoring.availability import BlindCause
from infoscreen_core.domain.monitoring.liveness import Status, StatusReason
from infoscreen_core.domain.monitoring.spans import Span
from infoscreen_core.domain.screens.player import ProcessStatus
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.services.monitoring import availability
from infoscreen_core.services.screens.clients import set_active
from tests.support.monitoring.watched_school import GRACE, Sessions, WatchedSchool
from tests.support.people import ADMIN, NOW, uuid_of

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
VIENNA = ZoneInfo("Europe/Vienna")


class School(WatchedSchool):
    """Tells what is on record of its screens, and of our sight of them."""

    def watch(self, start: datetime, end: datetime, *, step: timedelta = 10 * SECOND) -> None:
        """Look every so often."""
        while start <= end:
            self.look(start)
            start += step

    def record(self, number: int) -> list[tuple[datetime, Status | None, StatusReason]]:
        with self.sessions() as session:
            query = select(ClientStatusChange).where(
                ClientStatusChange.client_uuid == uuid_of(number)
            )
            rows = session.scalars(query.order_by(ClientStatusChange.id))
            return [(row.at, row.status, row.reason) for row in rows]

    def blind_spans(self) -> list[tuple[BlindCause, datetime, datetime | None]]:
        with self.sessions() as session:
            rows = session.scalars(select(BlindSpan).order_by(BlindSpan.id))
            return [(row.cause, row.began_at, row.ended_at) for row in rows]


@pytest.fixture
def school(sessions: Sessions) -> School:
    return School(sessions)


ALL_WELL = (Status.HEALTHY, StatusReason.ALL_WELL)
STALE = (Status.OFFLINE, StatusReason.HEARTBEAT_STALE)


def test_each_player_gets_a_first_row_and_then_one_for_each_change(school: School) -> None:
    assert len(school.look(NOW)) == 5
    assert school.look(NOW + SECOND) == []
    school.report(NOW + 5 * SECOND, 1, process_status=ProcessStatus.CRASHED)
    crashed = (Status.CRITICAL, StatusReason.PROCESS_CRASHED)
    assert school.look(NOW + 6 * SECOND) == [(uuid_of(1), *crashed)]
    assert school.look(NOW + 7 * SECOND) == []
    assert school.record(1) == [(NOW, *ALL_WELL), (NOW + 6 * SECOND, *crashed)]


def test_silence_is_noticed_on_its_deadline_and_began_there(school: School) -> None:
    school.look(NOW)
    for number in range(2, 6):
        school.report(NOW + 160 * SECOND, number)
    school.watch(NOW + 10 * SECOND, NOW + 170 * SECOND)
    assert len(school.record(1)) == 1
    assert school.look(NOW + 171 * SECOND) == [(uuid_of(1), *STALE)]
    assert school.record(1)[-1] == (NOW + GRACE, *STALE)
    school.report(NOW + 300 * SECOND, 1)
    school.report(NOW + 300 * SECOND, 2)
    assert (uuid_of(1), *ALL_WELL) in school.look(NOW + 301 * SECOND)


def test_a_player_that_reports_goes_on_being_alive_without_a_row(school: School) -> None:
    for minute in range(20):
        for number in range(1, 6):
            school.report(NOW + minute * MINUTE, number)
        school.look(NOW + minute * MINUTE + 30 * SECOND)
    assert [len(school.record(number)) for number in range(1, 6)] == [1] * 5


def test_what_is_said_while_one_is_judged_is_not_lost(school: School) -> None:
    school.look(NOW)
    with school.sessions() as session:
        before = session.get_one(ClientStatus, uuid_of(1)).judge_at
    school.report(NOW + SECOND, 1, process_status=ProcessStatus.CRASHED)
    with school.sessions.begin() as session:  # somebody who judged by what was known before
        history.look_again(session, [(uuid_of(1), before, NOW + 60 * SECOND)])
    assert [row[0] for row in school.look(NOW + 2 * SECOND)] == [uuid_of(1)]


def test_a_player_out_of_service_has_no_status(school: School) -> None:
    school.look(NOW)
    with school.sessions.begin() as session:
        set_active(session, [uuid_of(1)], is_active=False, actor=ADMIN, now=NOW + SECOND)
    assert school.look(NOW + 2 * SECOND) == [(uuid_of(1), None, StatusReason.DEACTIVATED)]


def test_a_listener_that_is_away_leaves_no_player_down(school: School) -> None:
    school.listener(NOW)
    school.look(NOW)
    for second in range(10, 600, 10):  # the listener died; screens go on, unheard
        school.look(NOW + second * SECOND)
    back = NOW + 600 * SECOND
    school.listener(back)
    school.look(back)
    for second in range(610, 700, 10):
        at = NOW + second * SECOND
        school.listener(at)
        for number in range(2, 6):
            school.report(at, number)
        school.look(at)
    assert school.blind_spans() == [(BlindCause.LISTENER, NOW, back)]
    assert [len(school.record(number)) for number in range(1, 6)] == [1] * 5
    deadline = back + GRACE
    for second in range(700, 800, 10):
        at = NOW + second * SECOND
        school.listener(at)
        for number in range(2, 6):
            school.report(at, number)
        school.look(at)
    assert school.record(1)[-1][0] == deadline


def test_a_player_that_was_silent_before_stays_offline(school: School) -> None:
    for number in range(1, 6):
        school.report(NOW + (0 if number == 1 else 200) * SECOND, number)
    school.watch(NOW + 200 * SECOND, NOW + 210 * SECOND)
    assert school.record(1)[-1][1:] == STALE
    at = NOW + 220 * SECOND
    for connected in (False, True):
        at += 10 * SECOND
        school.listener(at, is_connected=connected)
        for number in range(2, 6):
            school.report(at, number)
        school.look(at)
    assert [cause for cause, _, _ in school.blind_spans()] == [BlindCause.BROKER]
    assert len(school.record(1)) == 1


def test_all_falling_silent_together_is_the_networks_fault(school: School) -> None:
    school.look(NOW)
    for number in range(1, 6):
        school.report(NOW + number * SECOND, number)
    school.watch(NOW + 10 * SECOND, NOW + 400 * SECOND)
    ((cause, began, ended),) = school.blind_spans()
    assert (cause, began, ended) == (BlindCause.NETWORK, NOW + SECOND, None)
    assert [len(school.record(number)) for number in range(1, 6)] == [1] * 5
    back = NOW + 410 * SECOND
    for number in range(1, 5):
        school.report(back, number)
    school.look(back)
    assert school.blind_spans()[0][2] == back
    for seconds in range(420, 600, 10):
        for number in range(1, 5):
            school.report(NOW + seconds * SECOND, number)
        school.look(NOW + seconds * SECOND)
    assert [len(school.record(number)) for number in range(1, 6)] == [1, 1, 1, 1, 2]


def test_one_that_fell_silent_before_does_not_move_the_beginning_of_the_outage(
    school: School,
) -> None:
    school.look(NOW)
    for second in range(10, 130, 10):
        for number in range(2, 6):
            school.report(NOW + second * SECOND, number)
        school.look(NOW + second * SECOND)
    last = NOW + 120 * SECOND
    school.watch(last + 10 * SECOND, last + 200 * SECOND)
    assert school.blind_spans() == [(BlindCause.NETWORK, last, None)]


def test_players_that_only_send_heartbeats_and_all_at_once_are_seen(school: School) -> None:
    for beat in range(5):
        at = NOW + beat * 65 * SECOND
        for number in range(1, 6):
            school.report(at, number)
        school.watch(at, at + 64 * SECOND, step=2 * SECOND)
    assert school.blind_spans() == []


def test_a_standstill_of_ours_is_unknown(school: School) -> None:
    school.look(NOW)
    back = NOW + timedelta(hours=2)
    school.look(back)
    assert school.blind_spans() == [(BlindCause.STANDSTILL, NOW, back)]
    assert [len(school.record(number)) for number in range(1, 6)] == [1] * 5


def test_availability_by_client_group_and_week(school: School) -> None:
    school.look(NOW)
    end = NOW + timedelta(minutes=20)
    for minute in range(21):
        at = NOW + minute * MINUTE
        status = ProcessStatus.CRASHED if 5 <= minute < 10 else ProcessStatus.RUNNING
        for number in range(1, 6):
            school.report(
                at, number, process_status=status if number == 1 else ProcessStatus.RUNNING
            )
        school.watch(at, at + 40 * SECOND, step=20 * SECOND)
    with school.sessions() as session:
        window = Span(NOW, end)
        figures = availability.measure_clients(session, window)
        assert set(figures) == {uuid_of(number) for number in range(1, 6)}
        assert figures[uuid_of(2)].percent == 100.0
        assert figures[uuid_of(1)].percent == 75.0
        groups = availability.measure_groups(session, window)
        weeks = availability.measure_weeks(session, window, VIENNA)
    assert list(groups) == [None]
    assert (groups[None].up, groups[None].down) == (95 * MINUTE, 5 * MINUTE)
    assert [(week.week, week.figures) for week in weeks] == [("2026-W48", groups[None])]


def test_weeks_begin_on_monday_in_the_zone_and_are_cut_to_the_window() -> None:
    start, end = NOW - timedelta(days=9), NOW + timedelta(days=1)
    weeks = availability.weeks_of(Span(start, end), VIENNA)
    assert (weeks[0].start, weeks[-1].end) == (start, end)
    assert [f"{week.end.astimezone(VIENNA):%a %H:%M}" for week in weeks[:-1]] == ["Mon 00:00"] * 2


@pytest.mark.parametrize(
    ("start", "end", "field"),
    [
        (NOW, NOW, "to"),
        (NOW - SECOND, NOW - MINUTE, "to"),
        (NOW, NOW + MINUTE, "from"),
        (NOW + SECOND, NOW + MINUTE, "from"),
        (NOW + MINUTE, NOW, "from"),
    ],
)
def test_a_window_without_a_record_is_refused(start: datetime, end: datetime, field: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        availability.checked_window(start, end, now=NOW)
    assert refused.value.field == field


def test_old_changes_are_deleted_but_the_one_in_force(school: School) -> None:
    school.look(NOW)
    for hour in (1, 2, 3):
        at = NOW + timedelta(hours=hour)
        for number in range(1, 6):
            school.report(at, number)
        status = ProcessStatus.CRASHED if hour % 2 else ProcessStatus.RUNNING
        school.report(at, 1, process_status=status)
        school.look(at)
    before = len(school.record(1))
    with school.sessions.begin() as session:
        history.delete_changes_before(session, NOW + timedelta(hours=2.5), limit=500)
    assert before == 4
    assert [at for at, _, _ in school.record(1)] == [
        NOW + timedelta(hours=2),
        NOW + timedelta(hours=3),
    ]
