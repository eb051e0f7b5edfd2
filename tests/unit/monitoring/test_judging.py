"""When a player is judged, and what silence means while the server itself was blind."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from infoscreen_core.domain.monitoring.availability import StatusChange
from infoscreen_core.domain.monitoring.judging import LONGEST_WAIT, Judgement, Sight, judge
from infoscreen_core.domain.monitoring.liveness import ClientFacts, Status, StatusReason
from infoscreen_core.domain.screens.player import ProcessStatus
from tests.support.screens.facts import facts_of_a_well_one

NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
GRACE = timedelta(seconds=170)
SECOND = timedelta(seconds=1)
RUNS = facts_of_a_well_one(NOW)
WELL = StatusChange(NOW, Status.HEALTHY, StatusReason.ALL_WELL)


def judged(
    facts: ClientFacts = RUNS,
    *,
    after: float = 0,
    known: StatusChange | None = WELL,
    sight: Sight | None = None,
) -> Judgement:
    now = NOW + timedelta(seconds=after)
    return judge(facts, known, now=now, grace=GRACE, sight=sight or Sight())


def test_a_player_is_judged_again_at_the_deadline_of_its_silence_at_the_latest() -> None:
    assert judged(after=10).judge_at == NOW + 10 * SECOND + LONGEST_WAIT
    soon = judged(after=150).judge_at
    assert NOW + GRACE < soon < NOW + GRACE + SECOND


def test_silence_began_at_its_deadline_however_late_it_is_noticed() -> None:
    found = judged(after=500)
    assert found.change == StatusChange(NOW + GRACE, Status.OFFLINE, StatusReason.HEARTBEAT_STALE)


def test_while_the_server_is_blind_silence_means_nothing() -> None:
    assert judged(after=500, sight=Sight(is_blind=True)).change == WELL


def test_while_it_is_blind_what_is_said_all_the_same_counts() -> None:
    crashed = replace(RUNS, process_status=ProcessStatus.CRASHED)
    found = judged(crashed, after=5, sight=Sight(is_blind=True))
    assert found.change.reason is StatusReason.PROCESS_CRASHED


def test_after_a_blind_span_players_get_the_whole_grace_to_be_heard() -> None:
    sight = Sight(seen_since=NOW + 600 * SECOND)
    assert judged(after=700, sight=sight).change.status is Status.HEALTHY
    found = judged(after=800, sight=sight)
    assert found.change.at == NOW + 600 * SECOND + GRACE
    assert found.change.status is Status.OFFLINE


def test_one_that_was_offline_before_stays_so() -> None:
    known = StatusChange(NOW, Status.OFFLINE, StatusReason.HEARTBEAT_STALE)
    facts = replace(RUNS, last_alive=NOW - GRACE)
    sight = Sight(seen_since=NOW + 600 * SECOND)
    assert judged(facts, after=610, known=known, sight=sight).change.status is Status.OFFLINE


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        (replace(RUNS, is_active=False), StatusReason.DEACTIVATED),
        (replace(RUNS, is_approved=False), StatusReason.PENDING),
        (replace(RUNS, is_approved=False, is_rejected=True), StatusReason.REJECTED),
        (replace(RUNS, last_alive=None), StatusReason.NEVER_SEEN),
    ],
)
def test_what_does_not_count_has_no_status(facts: ClientFacts, reason: StatusReason) -> None:
    found = judged(facts).change
    assert (found.status, found.reason) == (None, reason)
