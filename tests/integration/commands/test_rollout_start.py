"""Who takes part in a roll-out, who is left out and why, and what is refused."""

from datetime import timedelta

import pytest

from infoscreen_core.db.models import Incident
from infoscreen_core.domain.commands.lifecycle import Action
from infoscreen_core.domain.commands.rollout import (
    LeftOut,
    MemberStatus,
    RolloutStatus,
    Waves,
)
from infoscreen_core.domain.monitoring.fleet_wish import FleetFilter, FleetWish
from infoscreen_core.domain.monitoring.incidents.kinds import IncidentKind
from infoscreen_core.errors import (
    ConflictError,
    InfoscreenError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
)
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.commands.commands import issue_command
from infoscreen_core.services.commands.foresight import interruptions, preview
from infoscreen_core.services.commands.rollouts import rollouts
from infoscreen_core.services.commands.rollouts.rollout_request import Target
from infoscreen_core.services.commands.rollouts.rollout_start import start_rollout
from infoscreen_core.services.commands.rollouts.rollouts import MemberFilter
from tests.support.commands.rollouts import GRACE, add_fleet, request_for
from tests.support.events.planning import Sessions, add_group, plan
from tests.support.people import EDITOR, NOW, actions_of, add_client, uuid_of


def test_a_rollout_is_started_listed_paused_resumed_and_cancelled(sessions: Sessions) -> None:
    with sessions.begin() as session:
        uuids = add_fleet(session, 40)
        started = start_rollout(session, request_for(uuids), actor=CLI, now=NOW)
    assert (started.status, started.total) == (RolloutStatus.RUNNING, 40)
    assert [(wave.total, wave.settled) for wave in started.waves] == [
        (1, 0),
        (5, 0),
        (25, 0),
        (9, 0),
    ]
    assert (started.wave, started.counts) == (1, {"waiting": 40})
    key = started.rollout_id
    with sessions.begin() as session:
        assert [one.rollout_id for one in rollouts.list_rollouts(session)] == [key]
        assert rollouts.pause_rollout(session, key, actor=CLI, now=NOW).status == "paused"
        with pytest.raises(ConflictError, match="paused already"):
            rollouts.pause_rollout(session, key, actor=CLI, now=NOW)
        assert rollouts.resume_rollout(session, key, actor=CLI, now=NOW).status == "running"
        with pytest.raises(ConflictError, match="not paused"):
            rollouts.resume_rollout(session, key, actor=CLI, now=NOW)
        ended = rollouts.cancel_rollout(session, key, actor=CLI, now=NOW)
        assert (ended.status, ended.counts, ended.wave) == ("canceled", {"left_out": 40}, None)
        with pytest.raises(ConflictError, match="start a new one"):
            rollouts.resume_rollout(session, key, actor=CLI, now=NOW)
        assert rollouts.list_rollouts(session, statuses=[RolloutStatus.RUNNING]) == []
        assert rollouts.count_rollouts(session) == 1
        assert actions_of(session) == [
            "rollout.started",
            "rollout.paused",
            "rollout.resumed",
            "rollout.canceled",
        ]


def test_who_cannot_take_part_is_left_out_with_the_reason(sessions: Sessions) -> None:
    with sessions.begin() as session:
        uuids = add_fleet(session, 2)
        add_client(session, 3, is_approved=False)
        add_client(session, 4, is_active=False)
        first = start_rollout(session, request_for(uuids[:1]), actor=CLI, now=NOW)
        everybody = [uuid_of(number) for number in range(1, 5)]
        view = start_rollout(session, request_for(everybody), actor=CLI, now=NOW)
        members = rollouts.list_members(session, view.rollout_id)
        assert {one.client_uuid: one.left_out_reason for one in members} == {
            uuid_of(1): LeftOut.IN_OTHER_ROLLOUT,
            uuid_of(2): None,
            uuid_of(3): LeftOut.PENDING,
            uuid_of(4): LeftOut.OUT_OF_SERVICE,
        }
        assert (view.counts, view.left_out_at_start) == ({"waiting": 1, "left_out": 3}, 3)
        waiting = MemberFilter(statuses=frozenset({MemberStatus.WAITING}))
        (left,) = rollouts.list_members(session, view.rollout_id, filters=waiting)
        assert (left.name, left.wave, left.command_status) == ("S0002", 1, None)
        rollouts.cancel_rollout(session, first.rollout_id, actor=CLI, now=NOW)
        assert start_rollout(session, request_for(uuids[:1]), actor=CLI, now=NOW).total == 1


def test_a_group_the_unassigned_and_a_filter_name_screens(sessions: Sessions) -> None:
    with sessions.begin() as session:
        group_id = add_group(session, "Aula")
        add_fleet(session, 3, group_id=group_id)
        add_client(session, 4, last_alive=NOW)
        of_group = request_for((), target=Target(group_ids=(group_id,)), waves=Waves((2,)))
        seen = preview(session, of_group, grace=GRACE, now=NOW)
        assert [one.client_uuid for one in seen.screens] == [uuid_of(one) for one in (1, 2, 3)]
        assert seen.wave_sizes == (2, 1)
        unassigned = Target(group_ids=(None,))
        found = Target(wish=FleetWish(show=FleetFilter.ANYTHING, search="s0002"))
        for target, number in ((unassigned, 4), (found, 2)):
            foreseen = preview(session, request_for((), target=target), grace=GRACE, now=NOW)
            assert [one.client_uuid for one in foreseen.screens] == [uuid_of(number)]
        view = start_rollout(session, of_group, actor=CLI, now=NOW)
        assert view.target == {"groups": ["Aula"]}


def test_an_incident_names_its_screen_and_an_outage_those_that_it_explains(
    sessions: Sessions,
) -> None:
    with sessions.begin() as session:
        uuids = add_fleet(session, 4)
        outage = Incident(kind=IncidentKind.OUTAGE, opened_at=NOW)
        session.add(outage)
        session.flush()
        silent = [
            Incident(kind=IncidentKind.SILENT, client_uuid=uuid, opened_at=at, outage_id=outage_id)
            for uuid, at, outage_id in (
                (uuids[0], NOW - timedelta(minutes=3), outage.id),
                (uuids[1], NOW + timedelta(hours=2), outage.id),
                (uuids[2], NOW, None),
            )
        ]
        session.add_all(silent)
        session.flush()
        for incident, expected in ((outage, uuids[:2]), (silent[2], uuids[2:3])):
            target = Target(incident_id=incident.id)
            seen = preview(session, request_for((), target=target), grace=GRACE, now=NOW)
            assert [one.client_uuid for one in seen.screens] == expected


def test_canaries_come_first_as_a_wave_of_their_own(sessions: Sessions) -> None:
    with sessions.begin() as session:
        uuids = add_fleet(session, 6)
        canary = Target(client_uuids=(uuids[4], uuids[2]))
        request = request_for(uuids, canary=canary, waves=Waves((1,)))
        view = start_rollout(session, request, actor=CLI, now=NOW)
        members = rollouts.list_members(session, view.rollout_id)
        assert [(one.client_uuid, one.wave) for one in members] == [
            (uuids[2], 1),
            (uuids[4], 1),
            (uuids[0], 2),
            (uuids[1], 3),
            (uuids[3], 3),
            (uuids[5], 3),
        ]
        add_client(session, 9)
        foreign = request_for(uuids[:1], canary=Target(client_uuids=(uuid_of(9),)))
        with pytest.raises(InvalidInputError, match="come first"):
            preview(session, foreign, grace=GRACE, now=NOW)


def test_the_preview_says_what_is_interrupted_and_who_would_be_left_out(
    sessions: Sessions,
) -> None:
    with sessions.begin() as session:
        group_id, important = add_group(session, "Aula"), add_group(session, "Foyer")
        now = NOW.replace(month=9, day=7, hour=6, minute=10)
        plan(session, group_id, now=now)
        plan(session, important, priority=10, now=now)
        add_fleet(session, 2, now=now, group_id=group_id)
        add_client(session, 3, last_alive=now, group_id=important)
        add_client(session, 4, last_alive=now)
        add_client(session, 5, last_alive=now - timedelta(minutes=4))
        for _ in range(3):
            issue_command(session, uuid_of(2), Action.RESTART_APP, reason=None, actor=CLI, now=now)
        everybody = [uuid_of(number) for number in range(1, 6)]
        seen = preview(session, request_for(everybody), grace=GRACE, now=now)
        assert {one.client_uuid: one.left_out for one in seen.left_out} == {
            uuid_of(2): LeftOut.LOCKED_OUT,
            uuid_of(5): LeftOut.OFFLINE,
        }
        assert [one.client_uuid for one in seen.taking_part if one.is_put_off] == [uuid_of(3)]
        (group,) = seen.interruptions.interrupted
        assert (group.group_name, group.screens, seen.interruptions.idle) == ("Aula", 1, 1)
        single = interruptions(session, [uuid_of(3)], now=now)
        assert [(one.group_name, one.end) for one in single.interrupted] == [
            ("Foyer", now.replace(minute=50))
        ]


@pytest.mark.parametrize(
    ("changes", "error", "sentence"),
    [
        ({"target": Target()}, InvalidInputError, "No screen is chosen"),
        ({"target": Target(group_ids=(None,))}, InvalidInputError, "No screen is chosen"),
        ({"target": Target(client_uuids=(uuid_of(7),))}, NotFoundError, "UUID"),
        ({"target": Target(group_ids=(99,))}, NotFoundError, "99"),
        ({"target": Target(incident_id=99)}, NotFoundError, "99"),
        ({"reason": " "}, InvalidInputError, "Say why"),
        ({"expiry": timedelta(seconds=179)}, InvalidInputError, "180 to 360"),
        ({"target": Target(client_uuids=(uuid_of(2),))}, InvalidInputError, "None of the chosen"),
    ],
)
def test_what_cannot_be_rolled_out_gets_a_sentence(
    sqlite_sessions: Sessions,
    changes: dict[str, object],
    error: type[InfoscreenError],
    sentence: str,
) -> None:
    with sqlite_sessions.begin() as session:
        group_id = add_group(session, "Aula")
        add_client(session, 1, group_id=group_id)
        add_client(session, 2, is_approved=False, group_id=group_id)
        with pytest.raises(error, match=sentence):
            start_rollout(session, request_for([uuid_of(1)], **changes), actor=CLI, now=NOW)
        with pytest.raises(NotAllowedError):
            start_rollout(session, request_for([uuid_of(1)]), actor=EDITOR, now=NOW)
