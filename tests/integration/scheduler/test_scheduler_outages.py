"""`infoscreen scheduler` when it, its broker or its database dies: all goes on where it was."""

import signal
import subprocess
import time
from pathlib import Path

from infoscreen_core.contracts import PowerIntent
from infoscreen_core.contracts.topics import events_topic, group_power_intent_topic
from infoscreen_core.db.engine import make_engine, make_session_factory
from infoscreen_core.db.migrate import upgrade
from infoscreen_core.domain.events.event import Priority
from infoscreen_core.domain.screens.power import DesiredPower
from tests.support.events.planning import Sessions, add_group
from tests.support.people import actions_of
from tests.support.playing.messages import remove, show
from tests.support.playing.scheduling import Ear, SchedulerProcess
from tests.support.ports import is_open, wait_until
from tests.support.servers import MariaDB, Mosquitto


def test_a_broker_that_lost_everything_gets_it_back(
    scheduler: SchedulerProcess, group: int, sqlite_sessions: Sessions, own_mosquitto: Mosquitto
) -> None:
    show(sqlite_sessions, group, "bleibt")
    with sqlite_sessions.begin() as session:
        empty = add_group(session, "Hof")
    scheduler.start()
    first = Ear(own_mosquitto)
    first.wait_for(group, title="bleibt")
    first.wait_for(empty, title=None)
    first.close()
    own_mosquitto.kill()
    for stored in own_mosquitto.directory.glob("*.db*"):
        stored.unlink()
    own_mosquitto.start()
    second = Ear(own_mosquitto)
    second.wait_for(group, title="bleibt")
    second.wait_for(empty, title=None)
    second.close()


def test_a_scheduler_that_was_killed_or_stopped_goes_on_where_it_was(
    scheduler: SchedulerProcess, ear: Ear, group: int, sqlite_sessions: Sessions
) -> None:
    scheduler.start()
    ear.wait_for(group, title=None)
    scheduler.kill()
    event_id = show(sqlite_sessions, group, "inzwischen")
    begun = time.monotonic()
    scheduler.start()
    ear.wait_for(group, title="inzwischen", seconds=60)
    print(f"after SIGKILL: {time.monotonic() - begun:.1f} s")  # noqa: T201 - the figure is worth seeing
    assert scheduler.terminate() < 5
    remove(sqlite_sessions, event_id)
    begun = time.monotonic()
    scheduler.start()
    ear.wait_for(group, title=None)
    print(f"after SIGTERM: {time.monotonic() - begun:.1f} s")  # noqa: T201 - the figure is worth seeing


def test_of_two_schedulers_one_publishes_and_the_other_takes_over(
    ear: Ear,
    group: int,
    sqlite_sessions: Sessions,
    sqlite_url: str,
    own_mosquitto: Mosquitto,
    tmp_path: Path,
) -> None:
    polls_every, power_on = {"POLL_INTERVAL_SECONDS": "5"}, {"POWER_INTENT_PUBLISH_ENABLED": "true"}
    first, second = (
        SchedulerProcess(
            sqlite_url, own_mosquitto, tmp_path / f"{name}.log", polls_every | power_on
        ).start()
        for name in ("first", "second")
    )
    topic = group_power_intent_topic(group)
    try:
        wait_until(
            lambda: all(log.count("mqtt.connected") == 2 for log in (first.log(), second.log())),
            seconds=60,
            what="both connections of both",
        )
        ear.wait_for(group, title=None)
        for title in ("eins", "zwei", "drei"):
            show(sqlite_sessions, group, title)
            ear.wait_for(group, title=title)
        wait_until(lambda: _is_on(ear.intent(topic)), what="the TVs being told to be on")
        before = ear.intent(topic)
        leader, follower = (first, second) if "lease.taken" in first.log() else (second, first)
        assert "lease.taken" not in follower.log()
        begun = time.monotonic()
        leader.kill()
        mark = len(ear.heard)
        show(sqlite_sessions, group, "vier")
        ear.wait_for(group, title="vier")
        wait_until(
            lambda: topic in {m.topic for m in ear.heard[mark:]}, what="the intent being renewed"
        )
        took = time.monotonic() - begun
        print(f"taken over after {took:.1f} s")  # noqa: T201 - the figure is worth seeing
        assert took < 10  # two polls
        after = ear.intent(topic)
        assert before
        assert after
        assert (after.intent_id, after.desired_state) == (before.intent_id, before.desired_state)
        assert after.issued_at > before.issued_at
        _wait_for_a_heartbeat(ear, topic)
        lists = [message for message in ear.heard if message.topic == events_topic(group)]
        assert len(lists) == 5  # nothing twice, the handover included
        times = [
            PowerIntent.model_validate_json(m.payload).issued_at
            for m in ear.heard[mark:]
            if m.topic == topic
        ]
        assert times == sorted(set(times))
    finally:
        first.stop()
        second.stop()


def _is_on(intent: PowerIntent | None) -> bool:
    return intent is not None and intent.desired_state is DesiredPower.ON


def _wait_for_a_heartbeat(ear: Ear, topic: str) -> None:
    heard = len([message for message in ear.heard if message.topic == topic])
    wait_until(
        lambda: len([message for message in ear.heard if message.topic == topic]) > heard,
        what="the intent's heartbeat",
    )


def test_an_emergency_is_alone_and_noted_once_though_the_scheduler_dies_meanwhile(
    scheduler: SchedulerProcess, ear: Ear, group: int, sqlite_sessions: Sessions
) -> None:
    def noted() -> list[str]:
        with sqlite_sessions() as session:
            return [action for action in actions_of(session) if action.startswith("emergency.")]

    show(sqlite_sessions, group, "Mathe 3B")
    scheduler.start()
    ear.wait_for(group, title="Mathe 3B")
    alarm = show(sqlite_sessions, group, "Feueralarm", priority=Priority.EMERGENCY)
    ear.wait_for(group, title="Feueralarm")
    assert "Mathe 3B" not in (ear.last(group) or b"").decode()
    wait_until(lambda: noted() == ["emergency.began"], what="the note of its beginning")
    scheduler.kill()
    scheduler.start()
    wait_until(lambda: scheduler.log().count("lease.taken") == 2, seconds=60, what="leading again")
    ear.wait_for(group, title="Feueralarm")
    remove(sqlite_sessions, alarm)
    ear.wait_for(group, title="Mathe 3B")
    wait_until(lambda: "emergency.ended" in noted(), what="the note of its end")
    assert noted() == ["emergency.began", "emergency.ended"]


def test_a_database_that_dies_and_comes_back_is_waited_for(
    tmp_path: Path, own_mosquitto: Mosquitto
) -> None:
    database = MariaDB(tmp_path / "mariadb")
    database.start()
    url = database.new_database()
    engine = make_engine(url)
    upgrade(engine)
    sessions = make_session_factory(engine)
    with sessions.begin() as session:
        group = add_group(session)
    scheduler = SchedulerProcess(url, own_mosquitto, tmp_path / "scheduler.log").start()
    ear = Ear(own_mosquitto)
    try:
        ear.wait_for(group, title=None)
        assert database.process
        database.process.kill()
        database.process.wait()
        wait_until(
            lambda: "scheduler.database_failed" in scheduler.log(), what="the outage being noticed"
        )
        _restart(database)
        engine.dispose()
        show(sessions, group, "wieder da")
        ear.wait_for(group, title="wieder da")
        database.process.send_signal(signal.SIGSTOP)
        assert scheduler.terminate() < 5  # also while the database hangs
        database.process.send_signal(signal.SIGCONT)
    finally:
        ear.close()
        scheduler.stop()
        engine.dispose()
        database.stop()


def _restart(database: MariaDB) -> None:
    assert database.process
    database.process = subprocess.Popen(
        database.process.args, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    wait_until(lambda: is_open(database.port), seconds=60, what="MariaDB being back")
