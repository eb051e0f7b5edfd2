"""The power scheduler's step, without a broker: what intents say, and when they are renewed."""

from datetime import timedelta
from typing import Any

import pytest

from infoscreen_core.contracts import TopicKind, parse_topic
from infoscreen_core.contracts.topics import client_power_intent_topic, group_power_intent_topic
from infoscreen_core.db.models import GroupPower, PowerOverride
from infoscreen_core.domain.events.event import Priority
from infoscreen_core.domain.screens.power import DesiredPower, PowerReason
from infoscreen_core.services import changes
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.events import events, occurrences
from infoscreen_core.services.screens import groups, power
from tests.support.events.planning import MONDAY, Sessions, add_group, local, plan, utc
from tests.support.people import add_client
from tests.support.screens.power_desk import GROUP, Clock, Desk


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    for module in ("publisher", "power"):
        monkeypatch.setattr(f"workers.scheduler.{module}.time.monotonic", clock.monotonic)
    return clock


@pytest.fixture
def group(sessions: Sessions) -> int:
    with sessions.begin() as session:
        return add_group(session)


@pytest.fixture
def desk(sessions: Sessions, clock: Clock, group: int) -> Desk:
    assert group == 1
    return Desk(sessions, clock)


def on_air(sessions: Sessions, start: str, end: str, **more: Any) -> int:  # noqa: ANN401 - fields of a draft
    """Plan a message on Monday between two wall times in UTC."""
    with sessions.begin() as session:
        return plan(
            session,
            1,
            timezone="UTC",
            start=local(f"2026-09-07T{start}"),
            end=local(f"2026-09-07T{end}"),
            **more,
        ).id


def test_an_intent_says_all_that_the_contract_asks_for(desk: Desk, sessions: Sessions) -> None:
    event_id = on_air(sessions, "06:00", "06:50")
    off = desk.group_at("2026-09-07T05:30:00")
    assert (off.desired_state, off.reason) == (DesiredPower.OFF, PowerReason.NO_ACTIVE_EVENT)
    assert (off.active_event_ids, off.event_window_start, off.event_window_end) == ([], None, None)
    on = desk.group_at("2026-09-07T06:00:00")
    assert (on.desired_state, on.reason) == (DesiredPower.ON, PowerReason.ACTIVE_EVENT)
    assert on.active_event_ids == [event_id]
    assert (on.event_window_start, on.event_window_end) == (
        utc("2026-09-07T06:00"),
        utc("2026-09-07T06:50"),
    )
    assert (on.group_id, on.poll_interval_sec, on.schema_version) == (1, 30, "1.0")
    assert "client_uuid" not in on.model_fields_set
    assert (on.issued_at, on.expires_at) == (desk.clock.now, desk.clock.now + timedelta(seconds=90))
    assert on.intent_id != off.intent_id


def test_a_heartbeat_keeps_the_identity_and_renews_the_times(desk: Desk) -> None:
    first = desk.group_at("2026-09-07T05:00:00")
    assert desk.step_at("2026-09-07T05:00:29") == {}
    second = desk.group_at("2026-09-07T05:00:30")
    assert second.intent_id == first.intent_id
    assert second.issued_at == first.issued_at + timedelta(seconds=30)
    assert second.expires_at == second.issued_at + timedelta(seconds=90)


def test_a_change_in_between_does_not_put_the_heartbeat_off(desk: Desk, sessions: Sessions) -> None:
    desk.step_at("2026-09-07T05:00:00")
    with sessions.begin() as session:
        changes.bump(session)
    assert desk.step_at("2026-09-07T05:00:20") == {}
    assert desk.step_at("2026-09-07T05:00:30").keys() == {GROUP}


@pytest.mark.usefixtures("group")
def test_without_heartbeats_only_changes_go_out(sessions: Sessions, clock: Clock) -> None:
    on_air(sessions, "06:00", "06:50")
    desk = Desk(sessions, clock, power_intent_heartbeat_enabled=False)
    assert desk.step().keys() == {GROUP}
    for minute in range(1, 5):
        assert desk.step_at(f"2026-09-07T05:0{minute}:00") == {}
    assert desk.group_at("2026-09-07T06:00:00").desired_state is DesiredPower.ON


@pytest.mark.usefixtures("group")
@pytest.mark.parametrize(
    ("poll", "multiplier", "least", "seconds"),
    [(30, 3, 90, 90), (60, 3, 90, 180), (10, 2, 45, 45), (60, 4, 1, 240)],
)
def test_it_expires_after_so_many_polls_but_not_too_soon(
    sessions: Sessions, clock: Clock, poll: int, multiplier: int, least: int, seconds: int
) -> None:
    desk = Desk(
        sessions,
        clock,
        poll_interval_seconds=poll,
        power_intent_expiry_multiplier=multiplier,
        power_intent_min_expiry_seconds=least,
    )
    intent = desk.group_at("2026-09-07T05:00:00")
    assert intent.poll_interval_sec == poll
    assert intent.expires_at - intent.issued_at == timedelta(seconds=seconds)


def test_touching_events_of_different_series_are_one_window_and_one_intent(
    desk: Desk, sessions: Sessions
) -> None:
    first = on_air(sessions, "06:00", "06:50", recurrence_rule="FREQ=DAILY")
    second = on_air(sessions, "06:50", "07:40", recurrence_rule="FREQ=WEEKLY;BYDAY=MO")
    third = on_air(sessions, "07:30", "08:00")
    on_air(sessions, "08:01", "09:00")
    begun = desk.group_at("2026-09-07T06:00:00")
    window = (utc("2026-09-07T06:00"), utc("2026-09-07T08:00"))
    assert (begun.event_window_start, begun.event_window_end) == window
    for moment, ids in (
        ("06:49:59.999999", [first]),
        ("06:50:00", [second]),
        ("07:30:00", [second, third]),
        ("07:40:00", [third]),
        ("07:59:59.999999", [third]),
    ):
        intent = desk.group_at(f"2026-09-07T{moment}")
        assert (intent.desired_state, intent.intent_id) == (DesiredPower.ON, begun.intent_id)
        assert intent.active_event_ids == ids
        assert (intent.event_window_start, intent.event_window_end) == window
    off = desk.group_at("2026-09-07T08:00:00")
    assert (off.desired_state, off.active_event_ids) == (DesiredPower.OFF, [])
    assert desk.group_at("2026-09-07T08:01:00").intent_id not in {begun.intent_id, off.intent_id}


def test_the_window_reaches_back_to_events_that_were_put_away(
    desk: Desk, sessions: Sessions, clock: Clock
) -> None:
    on_air(sessions, "06:00", "06:50")
    on_air(sessions, "06:50", "07:40")
    desk.step_at("2026-09-07T06:00:00")
    with sessions.begin() as session:
        occurrences.deactivate_finished(session, now=utc("2026-09-07T06:51"))
    after = desk.group_at("2026-09-07T06:55:00")
    assert after.event_window_start == utc("2026-09-07T06:00")
    restarted = Desk(sessions, clock)
    assert restarted.group_at("2026-09-07T06:56:00").event_window_start == utc("2026-09-07T06:00")


def test_who_starts_in_the_middle_finds_the_whole_window(desk: Desk, sessions: Sessions) -> None:
    on_air(sessions, "05:10", "06:00", recurrence_rule="FREQ=DAILY")
    on_air(sessions, "06:00", "06:50", recurrence_rule="FREQ=DAILY")
    intent = desk.group_at("2026-09-08T06:10:00")
    assert intent.event_window_start == utc("2026-09-08T05:10")


@pytest.mark.usefixtures("group")
def test_a_window_without_an_end_is_followed_as_far_as_the_look_ahead(
    sessions: Sessions, clock: Clock
) -> None:
    for start, end in (("00:00", "12:00"), ("12:00", "23:59")):
        on_air(sessions, start, end, recurrence_rule="FREQ=DAILY")
    with sessions.begin() as session:
        gap = {"start": local("2026-09-07T23:59"), "end": local("2026-09-08T00:00")}
        plan(session, 1, timezone="UTC", recurrence_rule="FREQ=DAILY", **gap)
    desk = Desk(sessions, clock, events_window_days=3)
    window_end = desk.group_at("2026-09-07T05:00:00").event_window_end
    assert window_end
    assert utc("2026-09-10T05:00") <= window_end <= utc("2026-09-11T00:00")


def test_a_window_that_was_cut_short_ends_where_the_plan_says_now(
    desk: Desk, sessions: Sessions
) -> None:
    long = on_air(sessions, "06:00", "16:00")
    assert desk.group_at("2026-09-07T06:00:00").event_window_end == utc("2026-09-07T16:00")
    with sessions.begin() as session:
        events.delete_event(session, long, actor=CLI, now=utc("2026-09-07T06:30"))
    on_air(sessions, "06:00", "07:00")
    intent = desk.group_at("2026-09-07T06:30:01")
    assert (intent.event_window_start, intent.event_window_end) == (
        utc("2026-09-07T06:00"),
        utc("2026-09-07T07:00"),
    )


def test_an_emergency_is_the_only_event_that_is_named(desk: Desk, sessions: Sessions) -> None:
    on_air(sessions, "06:00", "06:50")
    alarm = on_air(sessions, "06:10", "06:20", priority=Priority.EMERGENCY)
    before = desk.group_at("2026-09-07T06:00:00")
    during = desk.group_at("2026-09-07T06:10:00")
    assert during.active_event_ids == [alarm]
    assert during.intent_id == before.intent_id


def test_identities_outlive_a_restart_and_a_takeover(desk: Desk, sessions: Sessions) -> None:
    on_air(sessions, "06:00", "06:50")
    first = desk.group_at("2026-09-07T06:00:00")
    second_desk = Desk(sessions, desk.clock)
    assert second_desk.group_at("2026-09-07T06:00:10").intent_id == first.intent_id
    desk.leadership.leads = False
    desk.step_at("2026-09-07T06:00:20")
    second_desk.step_at("2026-09-07T06:50:00")
    desk.leadership.leads = True
    again = desk.group_at("2026-09-07T06:50:05")
    with sessions() as session:
        assert session.get_one(GroupPower, 1).intent_id == again.intent_id != first.intent_id


def test_all_is_published_again_after_each_reconnect(desk: Desk) -> None:
    first = desk.group_at("2026-09-07T05:00:00")
    desk.broker.epoch += 1
    again = desk.group_at("2026-09-07T05:00:03")
    assert (again.intent_id, again.issued_at) == (first.intent_id, utc("2026-09-07T05:00:03"))


def test_a_follower_publishes_and_stores_nothing(desk: Desk, sessions: Sessions) -> None:
    desk.leadership.leads = False
    assert desk.step() == {}
    with sessions() as session:
        assert session.get(GroupPower, 1) is None


def test_what_strangers_retain_is_put_right_and_stale_intents_are_cleared(desk: Desk) -> None:
    desk.step()
    stale = [
        group_power_intent_topic(77),
        client_power_intent_topic("0" * 8 + "-0000-4000-8000-" + "0" * 12),
    ]
    for topic in (GROUP, *stale, "infoscreen/groups/x/power/intent"):
        desk.hear(topic, b"{}")
    assert desk.step() == dict.fromkeys(stale)
    desk.clock.now += timedelta(seconds=1)
    assert desk.step().keys() == {GROUP}


def test_a_deleted_groups_intent_is_cleared(desk: Desk, sessions: Sessions) -> None:
    desk.step()
    with sessions.begin() as session:
        groups.delete_group(session, 1, actor=CLI, now=MONDAY)
    assert desk.step_at("2026-09-07T05:00:05") == {GROUP: None}
    with sessions() as session:
        assert session.get(GroupPower, 1) is None
    assert desk.step_at("2026-09-07T05:00:35") == {}


def test_switched_off_it_clears_what_it_published_and_forgets_it(
    desk: Desk, sessions: Sessions
) -> None:
    first = desk.group_at("2026-09-07T05:00:00")
    off = Desk(sessions, desk.clock, power_intent_publish_enabled=False)
    assert off.step_at("2026-09-07T05:01:00") == {GROUP: None}
    with sessions() as session:
        assert session.get(GroupPower, 1) is None
    assert off.step_at("2026-09-07T05:02:00") == {}
    again = Desk(sessions, desk.clock)
    assert again.group_at("2026-09-07T05:03:00").intent_id != first.intent_id


class TestOverrides:
    """An operator's order for one player."""

    @pytest.fixture
    def topic(self, sessions: Sessions, group: int) -> str:
        with sessions.begin() as session:
            uuid = add_client(session, group_id=group).uuid
        return client_power_intent_topic(uuid)

    def order(
        self, sessions: Sessions, topic: str, state: str, *, at: str, lasting: timedelta
    ) -> None:
        parsed = parse_topic(topic)
        assert parsed
        assert parsed.kind is TopicKind.CLIENT_POWER_INTENT
        with sessions.begin() as session:
            power.set_override(
                session,
                str(parsed.client_uuid),
                DesiredPower(state),
                reason="Probe",
                lasting=lasting,
                actor=CLI,
                now=utc(at),
            )

    @pytest.mark.parametrize("are_groups_published", [True, False])
    def test_it_is_retained_renewed_and_cleared_at_its_end(
        self, sessions: Sessions, clock: Clock, topic: str, *, are_groups_published: bool
    ) -> None:
        desk = Desk(
            sessions,
            clock,
            power_intent_publish_enabled=are_groups_published,
            power_intent_heartbeat_enabled=False,
        )
        desk.step_at("2026-09-07T05:00:00")
        self.order(sessions, topic, "on", at="2026-09-07T05:00:01", lasting=timedelta(minutes=3))
        first = desk.step_at("2026-09-07T05:00:01")[topic]
        assert first
        assert (first.desired_state, first.reason) == (
            DesiredPower.ON,
            PowerReason.OPERATOR_OVERRIDE,
        )
        assert (first.client_uuid, first.group_id, first.active_event_ids) == (
            topic.split("/")[1],
            None,
            [],
        )
        assert first.expires_at == utc("2026-09-07T05:01:31")
        second = desk.step_at("2026-09-07T05:00:31")[topic]
        assert second
        assert (second.intent_id, second.issued_at) == (first.intent_id, utc("2026-09-07T05:00:31"))
        last = desk.step_at("2026-09-07T05:02:31")[topic]
        assert last
        assert last.expires_at == utc("2026-09-07T05:03:01")
        assert desk.step_at("2026-09-07T05:03:01") == {topic: None}
        assert topic not in desk.step_at("2026-09-07T05:04:00")
        assert self.is_kept(sessions, topic)
        desk = Desk(sessions, clock)
        again = desk.step_at("2026-09-07T05:02:00")[topic]  # the clock was ahead, and is set back
        assert again
        assert again.intent_id == first.intent_id
        assert desk.step_at("2026-09-07T05:03:01")[topic] is None
        desk.step_at("2026-09-08T05:03:02")
        desk.step_at("2026-09-08T05:03:33")
        assert not self.is_kept(sessions, topic)

    def is_kept(self, sessions: Sessions, topic: str) -> bool:
        with sessions() as session:
            return session.get(PowerOverride, topic.split("/")[1]) is not None

    def test_a_scheduler_that_starts_after_its_end_clears_it_too(
        self, sessions: Sessions, clock: Clock, topic: str
    ) -> None:
        self.order(sessions, topic, "off", at="2026-09-07T05:00:00", lasting=timedelta(minutes=1))
        assert Desk(sessions, clock).step_at("2026-09-07T06:00:00")[topic] is None

    def test_ended_early_it_is_cleared_and_set_again_it_is_new(
        self, desk: Desk, sessions: Sessions, topic: str
    ) -> None:
        hour = timedelta(hours=1)
        self.order(sessions, topic, "off", at="2026-09-07T05:00:00", lasting=hour)
        first = desk.step_at("2026-09-07T05:00:00")[topic]
        with sessions.begin() as session:
            power.clear_override(
                session, topic.split("/")[1], actor=CLI, now=utc("2026-09-07T05:00:05")
            )
        assert desk.step_at("2026-09-07T05:00:05") == {topic: None}
        self.order(sessions, topic, "off", at="2026-09-07T05:00:06", lasting=hour)
        again = desk.step_at("2026-09-07T05:00:06")[topic]
        assert first
        assert again
        assert again.intent_id != first.intent_id

    def test_its_identity_outlives_a_restart(
        self, sessions: Sessions, clock: Clock, topic: str
    ) -> None:
        self.order(sessions, topic, "on", at="2026-09-07T05:00:00", lasting=timedelta(hours=1))
        ids = set()
        for second in range(3):
            intent = Desk(sessions, clock).step_at(f"2026-09-07T05:00:0{second}")[topic]
            assert intent
            ids.add(intent.intent_id)
        assert len(ids) == 1

    def test_the_sign_of_life_counts_groups_and_orders(
        self, desk: Desk, sessions: Sessions, topic: str
    ) -> None:
        self.order(sessions, topic, "on", at="2026-09-07T05:00:00", lasting=timedelta(hours=1))
        desk.step()
        said = {"intents": 1, "overrides": 1, "intents_published": 2}
        assert desk.scheduler.metrics().items() >= said.items()
