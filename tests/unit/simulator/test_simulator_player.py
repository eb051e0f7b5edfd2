import json
from datetime import timedelta
from pathlib import Path

import pytest

from infoscreen_core.contracts import Dashboard, Discovery, Health, Heartbeat, PowerState, TopicKind
from infoscreen_core.domain.screens.player import ObservedPower, PictureType, ProcessStatus
from tests.support.screens.players import Stage, event
from workers.simulator.agenda import GoOffline, GoOnline, Publish, Subscribe, Unsubscribe
from workers.simulator.identity import PlayerIdentity, fleet
from workers.simulator.reports import Habits


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


def filters(stage: Stage, kind: type[Subscribe] | type[Unsubscribe]) -> list[str]:
    return [effect.topic_filter for effect in stage.take() if isinstance(effect, kind)]


def test_the_same_prefix_and_number_are_the_same_player() -> None:
    assert PlayerIdentity("demo", 3).uuid == PlayerIdentity("demo", 3).uuid
    uuids = {player.uuid for player in fleet("demo", 500)} | {
        player.uuid for player in fleet("other", 500)
    }
    assert len(uuids) == 1000


def test_a_player_announces_itself_until_it_is_answered(stage: Stage) -> None:
    stage.player.connected(stage.now)
    stage.wait(21)
    found = stage.take_messages(TopicKind.DISCOVERY)
    assert len(found) == 3
    assert isinstance(found[0], Discovery)
    assert found[0].uuid == stage.uuid
    assert len(found[0].mac_addresses) == 2
    stage.tell("discovery_ack", {"status": "new", "uuid": stage.uuid})
    stage.wait(60)
    assert stage.take_messages(TopicKind.DISCOVERY) == []


def test_a_player_that_nobody_knows_yet_reports_after_the_answer(stage: Stage) -> None:
    stage.player.connected(stage.now)
    stage.wait(4)
    assert stage.take_messages(TopicKind.HEALTH) == []
    stage.tell("discovery_ack", {"status": "new", "uuid": stage.uuid})
    assert len(stage.take_messages(TopicKind.HEALTH)) == 1


def test_without_any_answer_it_reports_all_the_same(stage: Stage) -> None:
    stage.player.connected(stage.now)
    stage.wait(6)
    assert len(stage.take_messages(TopicKind.HEARTBEAT)) == 1


def test_reports_come_at_the_intervals_of_the_contract(stage: Stage) -> None:
    stage.connect()
    stage.take()
    stage.wait(130)
    sent = [
        effect.topic.split("/", 2)[-1] for effect in stage.take() if isinstance(effect, Publish)
    ]
    assert sent.count("heartbeat") == 2
    assert sent.count("health") == 26
    assert sent.count("dashboard") == 3


def test_it_follows_its_group_from_one_to_another(stage: Stage) -> None:
    stage.connect()
    stage.tell("group_id", b"7")
    assert {"infoscreen/events/7", "infoscreen/groups/7/power/intent"} <= set(
        filters(stage, Subscribe)
    )
    stage.tell("group_id", b"9")
    assert filters(stage, Unsubscribe) == [
        "infoscreen/events/7",
        "infoscreen/groups/7/power/intent",
    ]
    stage.tell("group_id", b"")
    assert filters(stage, Unsubscribe) == [
        "infoscreen/events/9",
        "infoscreen/groups/9/power/intent",
    ]


def test_an_unassignment_while_it_was_away_is_learned_from_the_answer(stage: Stage) -> None:
    stage.connect(group_id=7)
    stage.player.disconnected(stage.now)
    stage.connect(group_id=None)
    assert stage.player.state.group_id is None


def test_events_of_a_former_group_are_left(stage: Stage) -> None:
    stage.connect(group_id=7)
    stage.take()
    stage.tell("infoscreen/events/5", [event(1, group_id=5)])
    assert stage.player.state.shown is None
    assert filters(stage, Unsubscribe) == [
        "infoscreen/events/5",
        "infoscreen/groups/5/power/intent",
    ]


def test_of_several_events_the_highest_is_shown(stage: Stage) -> None:
    stage.connect(group_id=7)
    stage.tell(
        "infoscreen/events/7",
        [event(4), event(3, priority=10, start="2026-11-23T09:00:00Z"), event(2, priority=10)],
    )
    assert stage.player.state.shown
    assert stage.player.state.shown.id == 2


def test_a_change_of_the_shown_event_is_told_at_once(stage: Stage) -> None:
    stage.connect(group_id=7)
    stage.tell("infoscreen/events/7", [event(1)])
    pictures = stage.take_messages(TopicKind.DASHBOARD)
    stage.tell("infoscreen/events/7", [event(2)])
    pictures += stage.take_messages(TopicKind.DASHBOARD)
    stage.tell("infoscreen/events/7", [])
    pictures += stage.take_messages(TopicKind.DASHBOARD)
    kinds = [picture.picture_type for picture in pictures if isinstance(picture, Dashboard)]
    assert kinds == [
        PictureType.EVENT_START,
        PictureType.EVENT_STOP,
        PictureType.EVENT_START,
        PictureType.EVENT_STOP,
    ]


def test_the_list_sent_again_changes_nothing(stage: Stage) -> None:
    stage.connect(group_id=7)
    stage.tell("infoscreen/events/7", [event(1)])
    stage.take()
    stage.tell("infoscreen/events/7", [event(1, title="Another title")])
    assert stage.take() == []
    assert stage.player.state.shown
    assert stage.player.state.shown.title == "Another title"


def test_expected_and_actual_event_are_reported(stage: Stage) -> None:
    stage.connect(group_id=7)
    stage.take()
    stage.tell("infoscreen/events/7", [event(5)])
    effects = stage.take()
    stage.effects = list(effects)
    beat = stage.take_messages(TopicKind.HEARTBEAT)[-1]
    stage.effects = list(effects)
    health = stage.take_messages(TopicKind.HEALTH)[-1]
    assert isinstance(beat, Heartbeat)
    assert beat.current_event_id == 5
    assert isinstance(health, Health)
    assert health.expected_state
    assert health.expected_state.event_id == 5


def test_a_crashed_process_shows_nothing_until_it_recovers(stage: Stage) -> None:
    stage.connect(group_id=7)
    stage.tell("infoscreen/events/7", [event(5)])
    stage.player.crash(stage.now)
    stage.take()
    stage.wait(6)
    health = stage.take_messages(TopicKind.HEALTH)[-1]
    assert isinstance(health, Health)
    assert health.actual_state.status is ProcessStatus.CRASHED
    stage.player.recover(stage.now)
    assert stage.player.state.shown
    assert stage.take_messages(TopicKind.DASHBOARD)


def test_a_lost_connection_is_counted_and_then_reported(stage: Stage) -> None:
    stage.connect()
    stage.player.disconnected(stage.now)
    stage.take()
    stage.wait(30)
    assert stage.take() == []
    stage.player.connected(stage.now)
    health = stage.take_messages(TopicKind.HEALTH)[-1]
    assert isinstance(health, Health)
    assert health.broker_connection
    assert health.broker_connection.reconnect_count == 1


def test_power_comes_back_by_itself_only_when_told_how_soon(stage: Stage) -> None:
    stage.connect()
    stage.take()
    stage.player.power_off(stage.now, seconds=20)
    stage.wait(19)
    assert stage.take() == [GoOffline()]
    stage.wait(2)
    assert stage.take() == [GoOnline()]
    stage.player.power_off(stage.now)
    stage.wait(100_000)
    assert stage.take() == [GoOffline()]
    stage.player.power_on(stage.now)
    assert stage.take() == [GoOnline()]


def intent(number: int, state: str, **values: object) -> dict[str, object]:
    return {
        "schema_version": "1.0",
        "intent_id": f"00000000-0000-4000-8000-{number:012d}",
        "group_id": 7,
        "desired_state": state,
        "reason": "active_event" if state == "on" else "no_active_event",
        "issued_at": "2026-11-23T11:59:00Z",
        "expires_at": "2026-11-23T13:00:00Z",
        "poll_interval_sec": 30,
        "active_event_ids": [],
        "event_window_start": None,
        "event_window_end": None,
        **values,
    }


def test_a_power_intent_is_answered_once_and_the_own_one_wins(stage: Stage) -> None:
    stage.connect(group_id=7)
    stage.take()
    group_topic = "infoscreen/groups/7/power/intent"
    stage.tell(group_topic, intent(1, "off"))
    stage.tell(group_topic, intent(1, "off"))  # a heartbeat of the intent
    (report,) = stage.take_messages(TopicKind.POWER_STATE)
    assert isinstance(report, PowerState)
    assert report.state is ObservedPower.OFF
    stage.tell("power/intent", intent(2, "on", reason="operator_override", client_uuid=stage.uuid))
    stage.tell(group_topic, intent(3, "off"))
    assert stage.player.state.is_screen_on
    assert len(stage.take_messages(TopicKind.POWER_STATE)) == 1


def test_an_expired_power_intent_is_ignored(stage: Stage) -> None:
    stage.connect(group_id=7)
    stage.tell(
        "infoscreen/groups/7/power/intent", intent(1, "off", expires_at="2026-11-23T11:59:30Z")
    )
    assert stage.player.state.is_screen_on


def test_an_intent_that_nobody_renews_is_void_in_the_end(stage: Stage) -> None:
    stage.connect(group_id=7)
    group_topic = "infoscreen/groups/7/power/intent"
    stage.tell(group_topic, intent(1, "off", expires_at="2026-11-23T12:01:30Z"))
    stage.tell(
        "power/intent", intent(2, "on", expires_at="2026-11-23T12:01:00Z", client_uuid=stage.uuid)
    )
    stage.take()
    stage.wait(59)
    assert stage.take_messages(TopicKind.POWER_STATE) == []
    stage.wait(32)
    reports = [m for m in stage.take_messages(TopicKind.POWER_STATE) if isinstance(m, PowerState)]
    assert [(report.state, report.intent_id) for report in reports] == [
        (ObservedPower.OFF, intent(1, "off")["intent_id"]),
        (ObservedPower.ON, None),
    ]


def test_what_the_tv_does_is_said_after_each_connect_and_is_not_always_what_it_should(
    stage: Stage,
) -> None:
    stage.connect(group_id=7)
    (report,) = stage.take_messages(TopicKind.POWER_STATE)
    assert isinstance(report, PowerState)
    assert (report.state, report.intent_id) == (ObservedPower.ON, None)
    stage.player.fix_tv(ObservedPower.OFF, stage.now)
    stage.tell("infoscreen/groups/7/power/intent", intent(1, "on"))
    states = [
        m.state for m in stage.take_messages(TopicKind.POWER_STATE) if isinstance(m, PowerState)
    ]
    assert states == [ObservedPower.OFF, ObservedPower.OFF]


def test_nothing_that_breaks_the_contract_disturbs_it(stage: Stage) -> None:
    stage.connect(group_id=7)
    stage.take()
    for leaf in (
        "group_id",
        "infoscreen/events/7",
        "discovery_ack",
        "power/intent",
        "commands",
        "unheard/of",
    ):
        stage.tell(leaf, b"\xff\x00 nonsense")
    assert stage.take() == []


def test_in_a_day_there_are_few_warnings_and_no_errors(tmp_path: Path) -> None:
    stage = Stage(
        tmp_path, Habits(health_seconds=86_400, picture_seconds=86_400, heartbeat_seconds=86_400)
    )
    stage.connect()
    stage.take()
    stage.wait(86_400)
    topics = [effect.topic for effect in stage.take() if isinstance(effect, Publish)]
    assert sum(topic.endswith("/logs/error") for topic in topics) == 0
    assert sum(topic.endswith("/logs/warn") for topic in topics) < 5
    assert sum(topic.endswith("/logs/info") for topic in topics) > 100


@pytest.mark.parametrize("step", [timedelta(hours=1), timedelta(hours=-1)])
def test_it_goes_on_at_the_same_pace_when_its_clock_is_set(stage: Stage, step: timedelta) -> None:
    stage.connect()
    stage.wait(60)
    stage.take()
    boot = stage.player.state.boot_id
    stage.now += step
    stage.player.follow_clock(step)
    stage.wait(60)
    reports = [one for one in stage.take() if isinstance(one, Publish)]
    health = [one for one in reports if one.topic.endswith("/health")]
    assert len(health) == 12
    last = json.loads(health[-1].payload)
    assert 118 < last["uptime_seconds"] <= 120
    assert last["boot_id"] == boot
