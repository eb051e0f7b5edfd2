"""The leading scheduler's jobs: what they roll up and delete, and what they put on record."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.db.base import Base
from infoscreen_core.db.models import (
    ClientHealth,
    ClientHealthHour,
    ClientLog,
    ClientStatusChange,
    DeadLetter,
)
from infoscreen_core.domain.monitoring.health import (
    HOUR,
    STRETCH,
    Stretch,
    fold,
    stretch_start,
)
from infoscreen_core.domain.monitoring.housekeeping import JobName, Portion
from infoscreen_core.domain.monitoring.liveness import Status, StatusReason
from infoscreen_core.services.monitoring import health_upkeep
from infoscreen_core.services.monitoring.upkeep.jobs import JobView, list_jobs
from infoscreen_core.settings import load_settings
from tests.support.listener.telemetry import empty
from tests.support.monitoring.health_rows import (
    NOW,
    add_players,
    days_ago,
    stored,
    stretch,
    varied,
    write,
)
from tests.support.people import uuid_of
from tests.support.ports import wait_until
from workers.housekeeping import JobRunner
from workers.scheduler.housekeeping import Housekeeping

Sessions = sessionmaker[Session]
NEXT_HOUR = NOW + HOUR


@pytest.fixture
def sessions(shared: Sessions) -> Sessions:
    empty(shared)
    add_players(shared, uuid_of(1), uuid_of(2))
    return shared


def run(sessions: Sessions, now: datetime = NOW, **settings: int) -> None:
    """Let a scheduler that leads do everything that is due."""
    keeper = Housekeeping(load_settings(**settings), sessions)
    while keeper._runner.step(now=now):  # noqa: SLF001 - without its pauses
        pass


def job(sessions: Sessions, name: JobName) -> JobView:
    with sessions() as session:
        return next(one for one in list_jobs(session) if one.name is name)


def count(sessions: Sessions, model: type[object]) -> int:
    with sessions() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def assert_alike(found: list[Stretch], wanted: list[Stretch]) -> None:
    assert [(one.at, one.reconnects) for one in found] == [
        (one.at, one.reconnects) for one in wanted
    ]
    for one, other in zip(found, wanted, strict=True):
        assert one.figures.keys() == other.figures.keys()
        for metric, figures in one.figures.items():
            expected = other.figures[metric]
            assert figures.mean == pytest.approx(expected.mean)
            assert (figures.low, figures.high) == (expected.low, expected.high)
            assert figures.count == expected.count


def hours_of(stretches: list[Stretch], *, until: datetime) -> list[Stretch]:
    return fold([one for one in stretches if one.at < stretch_start(until, HOUR)], HOUR)


def test_hours_equal_what_their_stretches_say(sessions: Sessions) -> None:
    said = {uuid_of(n): varied(stretch_start(days_ago(1)), 288, seed=n) for n in (1, 2)}
    for uuid, stretches in said.items():
        write(sessions, uuid, stretches)
    run(sessions)
    for uuid, stretches in said.items():
        wanted = hours_of(stretches, until=NOW)
        assert len(wanted) > 20
        assert_alike(stored(sessions, ClientHealthHour, uuid), wanted)
    assert job(sessions, JobName.HEALTH_HOURS).row_count == 48


def test_an_hour_is_made_anew_when_a_part_of_it_came_late(sessions: Sessions) -> None:
    uuid, since = uuid_of(1), stretch_start(NOW, HOUR) - HOUR
    early, late = varied(since, 10, seed=3), varied(since + STRETCH * 10, 14, seed=4)
    write(sessions, uuid, early)
    run(sessions)
    write(sessions, uuid, late)
    run(sessions, NEXT_HOUR)
    run(sessions, NEXT_HOUR + timedelta(hours=1))
    wanted = hours_of([*early, *late], until=NEXT_HOUR)
    assert_alike(stored(sessions, ClientHealthHour, uuid), wanted)


def test_old_health_goes_by_both_retentions_and_hours_outlive_their_stretches(
    sessions: Sessions,
) -> None:
    uuid = uuid_of(1)
    ages = (70, 59, 31, 29, 0.1)
    write(sessions, uuid, [stretch(stretch_start(days_ago(age))) for age in ages])
    run(sessions, health_hours_retention_days=60)
    kept = [one.at for one in stored(sessions, ClientHealth, uuid)]
    assert kept == [stretch_start(days_ago(age)) for age in (29, 0.1)]
    hours = [one.at for one in stored(sessions, ClientHealthHour, uuid)]
    assert hours == [stretch_start(days_ago(age), HOUR) for age in (59, 31, 29, 0.1)]
    run(sessions, NEXT_HOUR, health_hours_retention_days=30, health_retention_days=1)
    assert [one.at for one in stored(sessions, ClientHealth, uuid)] == kept[1:]
    assert [one.at for one in stored(sessions, ClientHealthHour, uuid)] == hours[2:]


def test_what_is_not_rolled_up_yet_is_not_deleted(sessions: Sessions) -> None:
    write(sessions, uuid_of(1), [stretch(stretch_start(days_ago(40)))])
    with sessions.begin() as session:
        portion = health_upkeep.delete_old_stretches(session, days=30, now=NOW, after="")
    assert portion == Portion(0, None)
    assert count(sessions, ClientHealth) == 1


def test_health_is_deleted_in_small_portions(sessions: Sessions) -> None:
    for uuid in (uuid_of(1), uuid_of(2)):
        write(
            sessions, uuid, [stretch(stretch_start(days_ago(40)) + STRETCH * n) for n in range(700)]
        )
    run(sessions, health_retention_days=60)
    portions, after = [], ""
    while True:
        with sessions.begin() as session:
            portion = health_upkeep.delete_old_stretches(session, days=30, now=NOW, after=after)
        portions.append(portion.row_count)
        if portion.last_uuid is None:
            break
        after = portion.last_uuid
    assert sum(portions) == 1_400
    assert max(portions) <= 700


def test_logs_dead_letters_and_statuses_that_are_too_old_go(sessions: Sessions) -> None:
    add_logs(sessions, 1_200, days=91)
    add_logs(sessions, 30, days=89)
    add_letters(sessions, 7, days=31)
    add_letters(sessions, 5, days=29)
    for days in (900, 800, 700):
        add_status(sessions, days)
    run(sessions)
    left = [count(sessions, table) for table in (ClientLog, DeadLetter, ClientStatusChange)]
    assert left == [30, 5, 2]  # of the statuses, the one that was in force then stays
    assert job(sessions, JobName.OLD_LOGS).row_count == 1_200
    assert job(sessions, JobName.OLD_DEAD_LETTERS).row_count == 7


def test_a_takeover_does_not_do_again_what_was_done(sessions: Sessions) -> None:
    run(sessions)
    done = job(sessions, JobName.OLD_LOGS)
    assert (done.began_at, done.error, done.is_running) == (NOW, None, False)
    assert done.next_at == datetime.fromisoformat("2026-11-23T09:06:00+00:00")
    add_logs(sessions, 1, days=91)
    run(sessions, NOW + timedelta(minutes=58))
    assert count(sessions, ClientLog) == 1
    run(sessions, NOW + timedelta(minutes=59))
    assert count(sessions, ClientLog) == 0


def test_a_job_that_was_cut_short_begins_again(sessions: Sessions) -> None:
    add_logs(sessions, 1_200, days=91)
    killed = Housekeeping(load_settings(), sessions)
    while count(sessions, ClientLog) == 1_200:
        killed._runner.step(now=NOW)  # noqa: SLF001 - piece by piece
    assert job(sessions, JobName.OLD_LOGS).is_running
    run(sessions, NOW + timedelta(seconds=6))
    assert count(sessions, ClientLog) == 0
    assert not job(sessions, JobName.OLD_LOGS).is_running


def test_a_job_that_fails_says_so_and_is_tried_again(sessions: Sessions) -> None:
    attempts = []

    def work(now: datetime) -> Iterator[int]:
        attempts.append(now)
        yield 3
        if len(attempts) == 1:
            message = "The disk is gone."
            raise OSError(message)

    runner = JobRunner(sessions, {JobName.OLD_LOGS: work})
    while runner.step(now=NOW):
        pass
    failed = job(sessions, JobName.OLD_LOGS)
    assert failed.error == "OSError: The disk is gone."
    assert (failed.row_count, failed.succeeded_at) == (3, None)
    assert failed.next_at == NOW + timedelta(minutes=10)
    for minutes in (9, 10, 11):
        runner.stop()
        while runner.step(now=NOW + timedelta(minutes=minutes)):
            pass
    mended = job(sessions, JobName.OLD_LOGS)
    assert attempts == [NOW, NOW + timedelta(minutes=10)]
    assert (mended.error, mended.succeeded_at) == (None, attempts[1])


def test_a_turn_that_was_set_while_the_clock_was_ahead_does_not_count(sessions: Sessions) -> None:
    run(sessions, NOW + timedelta(days=365))
    add_logs(sessions, 1, days=91)
    run(sessions)
    assert count(sessions, ClientLog) == 0


def test_room_that_a_lower_retention_gives_back_is_used_again(sessions: Sessions) -> None:
    uuid, days = uuid_of(1), 40
    fill(sessions, uuid, since=days_ago(days), days=days)
    run(sessions, health_retention_days=days + 1)
    full = size(sessions, ClientHealth)
    run(sessions, NEXT_HOUR, health_retention_days=2)
    assert count(sessions, ClientHealth) < 3 * 288
    wait_until(lambda: not waits_for_purge(sessions), seconds=60, what="the purge")
    fill(sessions, uuid_of(2), since=days_ago(days), days=days - 4)
    assert size(sessions, ClientHealth) < full * 1.5


def test_room_of_lines_that_went_by_a_lower_retention_is_used_again(sessions: Sessions) -> None:
    add_logs(sessions, 3_000, days=40, message="x" * 2_000)
    run(sessions)
    full = size(sessions, ClientLog)
    run(sessions, NEXT_HOUR, log_retention_days=30)
    assert count(sessions, ClientLog) == 0
    wait_until(lambda: not waits_for_purge(sessions), seconds=60, what="the purge")
    add_logs(sessions, 3_000, days=20, message="y" * 2_000)
    assert size(sessions, ClientLog) < full * 1.5


def test_room_of_statuses_that_went_by_a_lower_retention_is_used_again(sessions: Sessions) -> None:
    add_statuses(sessions, uuid_of(1), 8_000, days=500)
    run(sessions)
    full = size(sessions, ClientStatusChange)
    run(sessions, NEXT_HOUR, status_retention_days=400)
    assert count(sessions, ClientStatusChange) == 1  # which was in force then
    wait_until(lambda: not waits_for_purge(sessions), seconds=60, what="the purge")
    add_statuses(sessions, uuid_of(2), 8_000, days=300)
    assert size(sessions, ClientStatusChange) < full * 1.5


def fill(sessions: Sessions, uuid: str, *, since: datetime, days: int) -> None:
    start = stretch_start(since)
    write(sessions, uuid, [stretch(start + STRETCH * n) for n in range(288 * days)])


def size(sessions: Sessions, model: type[Base]) -> int:
    """Bytes of the file that holds a table (SQLite: pages of that which holds everything)."""
    with sessions() as session:
        if session.get_bind().dialect.name == "sqlite":
            return int(session.execute(text("PRAGMA page_count")).scalar_one())
        query = (
            "SELECT FILE_SIZE FROM information_schema.INNODB_SYS_TABLESPACES "
            "WHERE NAME = CONCAT(DATABASE(), '/', :table)"
        )
        return int(session.execute(text(query), {"table": model.__tablename__}).scalar_one())


def waits_for_purge(sessions: Sessions) -> bool:
    """Whether MariaDB has rows to remove that are deleted already."""
    with sessions() as session:
        if session.get_bind().dialect.name == "sqlite":
            return False
        found = session.execute(text("SHOW GLOBAL STATUS LIKE 'Innodb_history_list_length'"))
        return int(found.one()[1]) > 10


def add_logs(sessions: Sessions, number: int, *, days: int, message: str = "x") -> None:
    moment = days_ago(days)
    row = {"client_uuid": uuid_of(1), "level": "INFO", "message": message, "is_clock_skewed": False}
    row |= {"timestamp": moment, "received_at": moment, "ordered_at": moment}
    with sessions.begin() as session:
        session.execute(insert(ClientLog), [row | {"digest": uuid4().hex} for _ in range(number)])


def add_letters(sessions: Sessions, number: int, *, days: int) -> None:
    row = {"received_at": days_ago(days), "topic": "t", "reason": "schema", "detail": ""}
    with sessions.begin() as session:
        session.execute(insert(DeadLetter), [row | {"payload": b"", "payload_size": 0}] * number)


def add_status(sessions: Sessions, days: int) -> None:
    with sessions.begin() as session:
        session.add(
            ClientStatusChange(
                client_uuid=uuid_of(1),
                at=days_ago(days),
                status=Status.HEALTHY,
                reason=StatusReason.ALL_WELL,
            )
        )


def add_statuses(sessions: Sessions, uuid: str, number: int, *, days: int) -> None:
    """Add changes of one player's status, one a minute."""
    row = {"client_uuid": uuid, "status": Status.HEALTHY, "reason": StatusReason.ALL_WELL}
    since = days_ago(days)
    with sessions.begin() as session:
        session.execute(
            insert(ClientStatusChange),
            [row | {"at": since + timedelta(minutes=place)} for place in range(number)],
        )
