"""Topics: what is built can be taken apart, and nothing else can."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infoscreen_core.contracts import topics
from infoscreen_core.contracts.errors import Fault
from infoscreen_core.contracts.topics import ParsedTopic, TopicKind, parse_topic, topic_fault
from infoscreen_core.domain.screens.player import LogLevel

PLAYER = "9b2f6f0e-3c1a-4d5e-8f70-123456789abc"

CLIENT_TOPICS: list[tuple[Callable[[str], str], str, TopicKind]] = [
    (topics.heartbeat_topic, f"infoscreen/{PLAYER}/heartbeat", TopicKind.HEARTBEAT),
    (topics.health_topic, f"infoscreen/{PLAYER}/health", TopicKind.HEALTH),
    (topics.dashboard_topic, f"infoscreen/{PLAYER}/dashboard", TopicKind.DASHBOARD),
    (topics.screenshot_topic, f"infoscreen/{PLAYER}/screenshot", TopicKind.SCREENSHOT),
    (topics.command_topic, f"infoscreen/{PLAYER}/commands", TopicKind.COMMAND),
    (topics.command_alias_topic, f"infoscreen/{PLAYER}/command", TopicKind.COMMAND),
    (topics.legacy_restart_topic, f"clients/{PLAYER}/restart", TopicKind.LEGACY_RESTART),
    (topics.command_ack_topic, f"infoscreen/{PLAYER}/commands/ack", TopicKind.COMMAND_ACK),
    (topics.command_ack_alias_topic, f"infoscreen/{PLAYER}/command/ack", TopicKind.COMMAND_ACK),
    (topics.service_failed_topic, f"infoscreen/{PLAYER}/service_failed", TopicKind.SERVICE_FAILED),
    (topics.discovery_ack_topic, f"infoscreen/{PLAYER}/discovery_ack", TopicKind.DISCOVERY_ACK),
    (topics.group_id_topic, f"infoscreen/{PLAYER}/group_id", TopicKind.GROUP_ID),
    (
        topics.client_power_intent_topic,
        f"infoscreen/{PLAYER}/power/intent",
        TopicKind.CLIENT_POWER_INTENT,
    ),
    (topics.power_state_topic, f"infoscreen/{PLAYER}/power/state", TopicKind.POWER_STATE),
]


@pytest.mark.parametrize(("build", "topic", "kind"), CLIENT_TOPICS)
def test_a_players_topic_is_built_and_taken_apart(
    build: Callable[[str], str], topic: str, kind: TopicKind
) -> None:
    assert build(PLAYER) == topic
    assert parse_topic(topic) == ParsedTopic(kind, client_uuid=PLAYER)
    assert topic_fault(topic) is None


@pytest.mark.parametrize("level", [LogLevel.ERROR, LogLevel.WARN, LogLevel.INFO])
def test_a_log_topic_carries_its_level(level: LogLevel) -> None:
    topic = topics.log_topic(PLAYER, level)
    assert topic == f"infoscreen/{PLAYER}/logs/{level.lower()}"
    assert parse_topic(topic) == ParsedTopic(TopicKind.LOG, client_uuid=PLAYER, log_level=level)


def test_the_wire_has_no_topic_for_debug_lines() -> None:
    with pytest.raises(ValueError, match="DEBUG"):
        topics.log_topic(PLAYER, LogLevel.DEBUG)
    assert parse_topic(f"infoscreen/{PLAYER}/logs/debug") is None


@pytest.mark.parametrize("group_id", [1, 17, 2**31 - 1])
def test_a_groups_topics_are_built_and_taken_apart(group_id: int) -> None:
    assert topics.events_topic(group_id) == f"infoscreen/events/{group_id}"
    assert topics.group_power_intent_topic(group_id) == f"infoscreen/groups/{group_id}/power/intent"
    kinds = (TopicKind.EVENTS, TopicKind.GROUP_POWER_INTENT)
    parsed = tuple(parse_topic(topic) for topic in topics.retained_group_topics(group_id))
    assert parsed == tuple(ParsedTopic(kind, group_id=group_id) for kind in kinds)


def test_discovery_names_nobody() -> None:
    assert parse_topic(topics.discovery_topic()) == ParsedTopic(TopicKind.DISCOVERY)


@pytest.mark.parametrize(
    ("topic", "fault"),
    [
        ("", Fault.UNKNOWN_TOPIC),
        ("/", Fault.UNKNOWN_TOPIC),
        ("infoscreen", Fault.UNKNOWN_TOPIC),
        ("infoscreen/", Fault.UNKNOWN_TOPIC),
        ("infoscreen/discovery/", Fault.UNKNOWN_TOPIC),
        ("infoscreen/discovery/x", Fault.UNKNOWN_TOPIC),
        ("/infoscreen/discovery", Fault.UNKNOWN_TOPIC),
        ("Infoscreen/discovery", Fault.UNKNOWN_TOPIC),
        (f"infoscreen/{PLAYER}", Fault.UNKNOWN_TOPIC),
        (f"infoscreen/{PLAYER}/", Fault.UNKNOWN_TOPIC),
        (f"infoscreen/{PLAYER}/Health", Fault.UNKNOWN_TOPIC),
        (f"infoscreen/{PLAYER}/health/", Fault.UNKNOWN_TOPIC),
        (f"infoscreen/{PLAYER}/logs", Fault.UNKNOWN_TOPIC),
        (f"infoscreen/{PLAYER}/logs/fatal", Fault.UNKNOWN_TOPIC),
        (f"infoscreen/{PLAYER}/restart", Fault.UNKNOWN_TOPIC),
        (f"clients/{PLAYER}/health", Fault.UNKNOWN_TOPIC),
        (f"other/{PLAYER}/health", Fault.UNKNOWN_TOPIC),
        ("infoscreen/groups/5/power/state", Fault.UNKNOWN_TOPIC),
        ("infoscreen/groups/5/power", Fault.UNKNOWN_TOPIC),
        ("infoscreen/groups/power/intent", Fault.BAD_UUID),
        ("infoscreen/events/5/6", Fault.UNKNOWN_TOPIC),
        (f"infoscreen/{PLAYER.upper()}/health", Fault.BAD_UUID),
        (f"infoscreen/{PLAYER.replace('-', '')}/health", Fault.BAD_UUID),
        (f"infoscreen/{PLAYER}\n/health", Fault.BAD_UUID),
        (f"infoscreen/ {PLAYER}/health", Fault.BAD_UUID),
        ("infoscreen//health", Fault.BAD_UUID),
        ("infoscreen/+/health", Fault.BAD_UUID),
        ("infoscreen/player-1/health", Fault.BAD_UUID),
        (f"clients/{PLAYER.upper()}/restart", Fault.BAD_UUID),
        ("infoscreen/events/", Fault.BAD_GROUP_ID),
        ("infoscreen/events/0", Fault.BAD_GROUP_ID),
        ("infoscreen/events/05", Fault.BAD_GROUP_ID),
        ("infoscreen/events/-5", Fault.BAD_GROUP_ID),
        ("infoscreen/events/5\n", Fault.BAD_GROUP_ID),
        ("infoscreen/events/\N{ARABIC-INDIC DIGIT FIVE}", Fault.BAD_GROUP_ID),
        ("infoscreen/events/2147483648", Fault.BAD_GROUP_ID),
        ("infoscreen/events/health", Fault.BAD_GROUP_ID),
        ("infoscreen/groups/x/power/intent", Fault.BAD_GROUP_ID),
    ],
)
def test_a_foreign_topic_is_refused_with_its_reason(topic: str, fault: Fault) -> None:
    assert parse_topic(topic) is None
    assert topic_fault(topic) is fault


@settings(max_examples=300, derandomize=True, database=None, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["infoscreen", "clients", PLAYER, "events", "groups", "5", "health", "x", ""]
        )
    )
)
def test_every_topic_is_either_known_or_has_a_fault(parts: list[str]) -> None:
    topic = "/".join(parts)
    assert (parse_topic(topic) is None) == (topic_fault(topic) is not None)


def _matches(topic_filter: str, topic: str) -> bool:
    wanted, given_parts = topic_filter.split("/"), topic.split("/")
    pairs = zip(wanted, given_parts, strict=False)
    return len(wanted) == len(given_parts) and all(want in ("+", part) for want, part in pairs)


def _example(subscription: topics.Subscription) -> str:
    return subscription.topic_filter.replace("+", PLAYER)


def test_the_listener_subscribes_to_every_topic_of_the_players_and_to_no_other() -> None:
    subscribed = [
        parse_topic(_example(subscription)) for subscription in topics.SERVER_SUBSCRIPTIONS
    ]
    kinds = {parsed.kind for parsed in subscribed if parsed is not None}
    assert None not in subscribed
    assert kinds == {kind for kind in TopicKind if kind.is_from_player}
    for build, topic, kind in CLIENT_TOPICS:
        hits = [s for s in topics.SERVER_SUBSCRIPTIONS if _matches(s.topic_filter, build(PLAYER))]
        assert len(hits) == kind.is_from_player, topic


def test_the_listener_asks_for_the_quality_of_service_of_each_topic() -> None:
    for subscription in topics.SERVER_SUBSCRIPTIONS:
        parsed = parse_topic(_example(subscription))
        assert parsed is not None
        is_log = parsed.log_level is not None
        wanted = (
            topics.log_qos(parsed.log_level)
            if is_log and parsed.log_level
            else topics.DELIVERY[parsed.kind].qos
        )
        assert subscription.qos == wanted


def test_a_player_subscribes_to_what_the_server_says_to_it_and_its_group() -> None:
    mine = (*topics.client_subscriptions(PLAYER), *topics.group_subscriptions(5))
    kinds = {parsed.kind for parsed in map(parse_topic, map(_example, mine)) if parsed is not None}
    assert kinds == {kind for kind in TopicKind if not kind.is_from_player} - {
        TopicKind.LEGACY_RESTART
    }
    assert all(subscription.qos == 1 for subscription in mine)


def test_exactly_the_contracts_retained_topics_are_retained() -> None:
    retained = {kind for kind, delivery in topics.DELIVERY.items() if delivery.retain}
    by_client = {
        parsed.kind for parsed in map(parse_topic, topics.retained_client_topics(PLAYER)) if parsed
    }
    by_group = {
        parsed.kind for parsed in map(parse_topic, topics.retained_group_topics(5)) if parsed
    }
    assert retained == by_client | by_group
    assert set(topics.DELIVERY) == set(TopicKind)
