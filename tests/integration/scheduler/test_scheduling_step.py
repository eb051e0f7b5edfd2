"""The scheduler's step without a broker: what it reads, when, and what it hands over."""

import json
from datetime import datetime, timedelta
from queue import SimpleQueue
from typing import cast

import pytest
from sqlalchemy import event, update
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.contracts.topics import TEST_GROUPS, events_topic
from infoscreen_core.db.models import ClientGroup, Event
from infoscreen_core.domain.events.event import EventType
from infoscreen_core.domain.media.types import MediaType
from infoscreen_core.services import system_settings
from infoscreen_core.services.actor import CLI
from infoscreen_core.settings import load_settings
from tests.support.events.planning import MONDAY, Sessions, add_group, local, plan, utc
from tests.support.media.files import add_file
from tests.support.playing.scheduling import AlwaysLeading, FakeBroker
from workers.leadership import LEASE_SECONDS, RENEW_SECONDS, Leadership
from workers.mqtt.connection import MqttConnection, ReceivedMessage
from workers.scheduler.jobs import Jobs
from workers.scheduler.line import BrokerLine
from workers.scheduler.lists import POLL_SECONDS, Scheduler
from workers.scheduler.publisher import Surroundings


class Desk:
    """A scheduler whose clock the test turns."""

    def __init__(self, sessions: Sessions) -> None:
        self.now = MONDAY
        self.broker = FakeBroker()
        self.seen: SimpleQueue[ReceivedMessage] = SimpleQueue()
        self.leadership = AlwaysLeading()
        self.scheduler = Scheduler(
            Surroundings(
                settings=load_settings(),
                sessions=sessions,
                read_sessions=sessions,
                line=BrokerLine(cast("MqttConnection", self.broker), self.seen),
                leadership=self.leadership,
                clock=lambda: self.now,
            )
        )

    def step(self) -> list[tuple[str, list[str]]]:
        self.scheduler.step()
        return [
            (topic.rpartition("/")[2], [item["title"] for item in json.loads(payload)])
            for topic, payload in self.broker.take()
        ]

    def step_at(self, text: str) -> list[tuple[str, list[str]]]:
        self.now = utc(text)
        return self.step()


@pytest.fixture
def desk(sqlite_sessions: Sessions) -> Desk:
    return Desk(sqlite_sessions)


def test_boundaries_are_met_exactly_and_nothing_is_sent_between(
    desk: Desk, sqlite_sessions: Sessions
) -> None:
    with sqlite_sessions.begin() as session:
        plan(session, add_group(session), recurrence_rule="FREQ=DAILY")
    assert desk.step() == [("1", [])]
    assert desk.scheduler.metrics()["next_boundary"] == "2026-09-07T06:00:00Z"
    assert desk.step_at("2026-09-07T05:59:59.999999") == []
    assert desk.step_at("2026-09-07T06:00:00") == [("1", ["Mathe 3B"])]
    assert desk.scheduler.metrics()["last_lag_ms"] == 0.0
    assert desk.step_at("2026-09-07T06:49:59.999999") == []
    assert desk.step_at("2026-09-07T06:50:00.250000") == [("1", [])]
    figures = desk.scheduler.metrics()
    assert figures["last_lag_ms"] == 250.0
    assert figures["lag_seconds"]["sum"] == 0.25
    assert sum(figures["look_seconds"]["counts"]) == figures["readings"]
    assert desk.step_at("2026-09-08T06:30:00") == [("1", ["Mathe 3B"])]


def test_what_the_broker_confirmed_is_handed_over_for_the_record(
    desk: Desk, sqlite_sessions: Sessions
) -> None:
    with sqlite_sessions.begin() as session:
        plan(session, add_group(session))
    desk.step()
    assert desk.scheduler.confirmed.empty()
    desk.step_at("2026-09-07T06:00:00")
    desk.step_at("2026-09-07T06:00:01")
    taken = [desk.scheduler.confirmed.get(timeout=1) for _ in range(2)]
    assert desk.scheduler.confirmed.empty()
    assert [(one.at, [event.title for event in one.events]) for one in taken] == [
        (utc("2026-09-07T06:00:00"), []),
        (utc("2026-09-07T06:00:01"), ["Mathe 3B"]),
    ]
    desk.broker.epoch += 1
    desk.step()  # it may have lost all: everything is sent, and goes onto the record, once more
    desk.step()
    assert desk.scheduler.confirmed.get(timeout=1).group_id == 1


def test_it_sleeps_to_the_boundary_but_never_past_the_next_look(
    desk: Desk, sqlite_sessions: Sessions
) -> None:
    with sqlite_sessions.begin() as session:
        plan(session, add_group(session))
    desk.step()
    assert desk.scheduler.pause_seconds() == POLL_SECONDS
    desk.now = utc("2026-09-07T05:59:59.970")
    assert desk.scheduler.pause_seconds() == pytest.approx(0.03)
    desk.now = utc("2026-09-07T06:00:05")
    assert desk.scheduler.pause_seconds() == 0.0


def test_the_topics_of_conformance_runs_are_left_alone(desk: Desk) -> None:
    desk.step()
    for group in (*TEST_GROUPS, 7):
        topic = events_topic(group)
        desk.seen.put(
            ReceivedMessage(
                topic, b'[{"id": 1}]', 1, retain=False, mid=1, received_at=desk.now, epoch=1
            )
        )
    assert desk.step() == [("7", [])]


def test_a_change_is_seen_at_the_next_look(desk: Desk, sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        group = add_group(session)
    desk.now = utc("2026-09-07T06:10:00")
    desk.step()
    with sqlite_sessions.begin() as session:
        plan(session, group)
    desk.scheduler._throttled_until = 0.0  # noqa: SLF001 - the rest after a reading is real time
    assert desk.step() == [("1", ["Mathe 3B"])]


def test_an_idle_look_is_one_small_query(desk: Desk, sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        plan(session, add_group(session))
    desk.step()
    desk.scheduler._throttled_until = 0.0  # noqa: SLF001 - as above
    statements: list[str] = []
    engine = sqlite_sessions.kw["bind"]
    event.listen(engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    desk.step()
    assert [
        "change_counters" in statement for statement in statements if "BEGIN" not in statement
    ] == [True]


def test_what_changes_within_a_list_is_sent_and_only_that(
    desk: Desk, sqlite_sessions: Sessions
) -> None:
    with sqlite_sessions.begin() as session:
        group = add_group(session)
        other = ClientGroup(name="Hof", created_at=MONDAY)
        session.add(other)
        session.flush()
        first = plan(session, group)
        plan(session, other.id)
        other_id = other.id
    on_air = desk.step_at("2026-09-07T06:10:00")
    assert on_air == [(str(group), ["Mathe 3B"]), (str(other_id), ["Mathe 3B"])]
    with sqlite_sessions.begin() as session:
        session.execute(update(Event).where(Event.id == first.id).values(title="Physik"))
    desk.scheduler._next_poll = 0.0  # noqa: SLF001 - a poll is real time
    assert desk.step() == [(str(group), ["Physik"])]
    desk.scheduler._next_poll = 0.0  # noqa: SLF001 - as above
    assert desk.step() == []
    assert desk.scheduler.metrics()["readings"] == 3


def test_a_follower_sends_nothing_and_a_new_leader_everything(
    desk: Desk, sqlite_sessions: Sessions
) -> None:
    with sqlite_sessions.begin() as session:
        add_group(session)
        session.add(ClientGroup(name="Hof", created_at=MONDAY))
    desk.leadership.leads = False
    assert desk.step() == []
    desk.leadership.leads = True
    assert desk.step() == [("1", []), ("2", [])]
    desk.leadership.leads = False
    desk.step()
    desk.leadership.leads = True
    assert desk.step() == [("1", []), ("2", [])]


def test_while_the_broker_is_away_the_newest_state_waits_for_it(
    desk: Desk, sqlite_sessions: Sessions
) -> None:
    with sqlite_sessions.begin() as session:
        plan(session, add_group(session))
    desk.step()
    desk.broker.is_connected = False
    assert desk.step_at("2026-09-07T06:00:01") == []
    desk.broker.is_connected = True
    desk.broker.epoch += 1
    assert desk.step() == [("1", ["Mathe 3B"])]


def test_everything_is_sent_again_every_refresh_seconds(
    desk: Desk, sqlite_sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = 1000.0
    monkeypatch.setattr("workers.scheduler.publisher.time.monotonic", lambda: moment)
    with sqlite_sessions.begin() as session:
        add_group(session)
        system_settings.set_setting(session, "refresh_seconds", 7, actor=CLI, now=MONDAY)
    assert desk.step() == [("1", [])]
    moment += 6.9
    assert desk.step() == []
    moment += 0.2
    assert desk.step() == [("1", [])]
    moment += 6.8
    assert desk.step() == []


def test_one_lease_has_one_holder_until_it_runs_out(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = 1000.0
    monkeypatch.setattr("workers.leadership.time.monotonic", lambda: moment)
    first, second = Leadership(sessions), Leadership(sessions)
    now = MONDAY

    def pass_time(seconds: float) -> datetime:
        nonlocal moment, now
        moment, now = moment + seconds, now + timedelta(seconds=seconds)
        return now

    assert first.renew(now)
    assert not second.renew(now)
    for _ in range(5):
        pass_time(RENEW_SECONDS)
        assert first.renew(now)
        assert not second.renew(now)
    pass_time(LEASE_SECONDS - 0.1)
    assert not first.is_held
    assert not second.renew(now)
    pass_time(RENEW_SECONDS)
    assert second.renew(now)
    assert not first.renew(now)
    second.release()
    pass_time(RENEW_SECONDS)
    assert first.renew(now)


def test_the_jobs_extend_the_index_batch_by_batch_and_put_finished_events_away(
    sqlite_sessions: sessionmaker[Session],
) -> None:
    with sqlite_sessions.begin() as session:
        group = add_group(session)
        over = plan(session, group)
        going_on = plan(session, group, recurrence_rule="FREQ=DAILY")
    later = MONDAY + timedelta(days=20)
    jobs = Jobs(sqlite_sessions, lambda: later)
    steps = 0
    while jobs.step():
        steps += 1
    assert steps < 10
    with sqlite_sessions() as session:
        assert not session.get_one(type(over), over.id).is_active
        reach = session.get_one(type(going_on), going_on.id).indexed_until
        assert reach
        assert reach > later + timedelta(days=59)


def test_at_each_midnight_lists_with_media_are_signed_anew_though_nobody_changes_anything(
    desk: Desk, sqlite_sessions: Sessions
) -> None:
    with sqlite_sessions.begin() as session:
        group = add_group(session)
        media = add_file(session, "Plan.pdf", MediaType.PDF, now=MONDAY)
        other = ClientGroup(name="Hof", created_at=MONDAY)
        session.add(other)
        session.flush()
        weeks = {"end": local("2026-09-28T08:00")}
        plan(session, other.id, **weeks)
        plan(session, group, event_type=EventType.PRESENTATION, event_media_id=media, **weeks)
    assert len(desk.step_at("2026-09-07T06:00:00")) == 2
    for day in range(7, 27):  # midnight in Vienna is at 22:00
        assert desk.step_at(f"2026-09-{day:02}T21:59:59.999999") == []
        assert desk.step_at(f"2026-09-{day:02}T22:00:00") == [(str(group), ["Mathe 3B"])]
    assert desk.scheduler.metrics()["next_boundary"] == "2026-09-28T06:00:00Z"
