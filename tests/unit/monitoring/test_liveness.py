from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from infoscreen_core.domain.monitoring.liveness import (
    ClientFacts,
    Status,
    StatusReason,
    find_broker_outage,
    is_alive,
    is_outage_over,
    judge_client,
)
from infoscreen_core.domain.screens.player import ProcessStatus
from infoscreen_core.domain.screens.screens import ScreenHealth
from tests.support.screens.facts import facts_of_a_well_one

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
GRACE = timedelta(seconds=180)
WELL = facts_of_a_well_one(NOW)
STOPPED = replace(WELL, process_status=ProcessStatus.STOPPED)


@pytest.mark.parametrize(
    ("facts", "status", "reason"),
    [
        (WELL, Status.HEALTHY, StatusReason.ALL_WELL),
        (replace(WELL, is_approved=False), Status.HEALTHY, StatusReason.PENDING),
        (replace(WELL, last_alive=NOW - GRACE), Status.HEALTHY, StatusReason.ALL_WELL),
        (
            replace(WELL, last_alive=NOW - GRACE - timedelta(seconds=1)),
            Status.OFFLINE,
            StatusReason.HEARTBEAT_STALE,
        ),
        (replace(WELL, last_alive=None), Status.OFFLINE, StatusReason.NEVER_SEEN),
        (replace(WELL, is_active=False), Status.OFFLINE, StatusReason.DEACTIVATED),
        (
            replace(WELL, process_status=ProcessStatus.CRASHED),
            Status.CRITICAL,
            StatusReason.PROCESS_CRASHED,
        ),
        (replace(WELL, service_failed_at=NOW), Status.CRITICAL, StatusReason.SERVICE_FAILED),
        (
            replace(WELL, screen_health=ScreenHealth.BLACK),
            Status.CRITICAL,
            StatusReason.SCREEN_BLACK,
        ),
        (
            replace(WELL, screen_health=ScreenHealth.FROZEN),
            Status.CRITICAL,
            StatusReason.SCREEN_FROZEN,
        ),
        (replace(WELL, screen_health=ScreenHealth.UNKNOWN), Status.HEALTHY, StatusReason.ALL_WELL),
        (
            replace(STOPPED, errors_last_hour=1),
            Status.CRITICAL,
            StatusReason.ERRORS_WHILE_NOT_RUNNING,
        ),
        (
            replace(WELL, errors_last_hour=1, errors_in_window=1),
            Status.WARNING,
            StatusReason.ERROR_LOGS,
        ),
        (STOPPED, Status.WARNING, StatusReason.PROCESS_NOT_RUNNING),
        (replace(WELL, warns_in_window=4), Status.HEALTHY, StatusReason.ALL_WELL),
        (replace(WELL, warns_in_window=5), Status.WARNING, StatusReason.WARN_LOGS),
        (
            replace(WELL, expected_event_id=1, current_event_id=2),
            Status.WARNING,
            StatusReason.UNEXPECTED_EVENT,
        ),
        (replace(WELL, expected_event_id=1), Status.WARNING, StatusReason.UNEXPECTED_EVENT),
        (replace(WELL, current_event_id=1), Status.HEALTHY, StatusReason.ALL_WELL),
        (replace(WELL, reconnects_last_hour=2), Status.HEALTHY, StatusReason.ALL_WELL),
        (replace(WELL, reconnects_last_hour=3), Status.WARNING, StatusReason.RECONNECTS),
    ],
)
def test_the_first_rule_that_matches_wins(
    facts: ClientFacts, status: Status, reason: StatusReason
) -> None:
    verdict = judge_client(facts, now=NOW, grace=GRACE)
    assert (verdict.status, verdict.reason) == (status, reason)


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        (
            replace(WELL, process_status=ProcessStatus.CRASHED, service_failed_at=NOW),
            StatusReason.PROCESS_CRASHED,
        ),
        (
            replace(WELL, service_failed_at=NOW, screen_health=ScreenHealth.BLACK),
            StatusReason.SERVICE_FAILED,
        ),
        (
            replace(STOPPED, screen_health=ScreenHealth.BLACK, errors_last_hour=1),
            StatusReason.SCREEN_BLACK,
        ),
        (replace(STOPPED, errors_in_window=1), StatusReason.PROCESS_NOT_RUNNING),
        (replace(WELL, errors_in_window=1, warns_in_window=9), StatusReason.ERROR_LOGS),
        (replace(WELL, warns_in_window=9, expected_event_id=1), StatusReason.WARN_LOGS),
        (replace(WELL, expected_event_id=1, reconnects_last_hour=9), StatusReason.UNEXPECTED_EVENT),
        (replace(STOPPED, service_failed_at=NOW, last_alive=None), StatusReason.NEVER_SEEN),
    ],
)
def test_of_several_reasons_the_first_is_named(facts: ClientFacts, reason: StatusReason) -> None:
    assert judge_client(facts, now=NOW, grace=GRACE).reason is reason


@pytest.mark.parametrize("status", [ProcessStatus.STOPPED, ProcessStatus.STARTING, None])
def test_only_a_running_process_runs(status: ProcessStatus | None) -> None:
    verdict = judge_client(replace(WELL, process_status=status), now=NOW, grace=GRACE)
    assert verdict.reason is StatusReason.PROCESS_NOT_RUNNING


def test_a_verdict_carries_the_figures_behind_it() -> None:
    facts = replace(WELL, errors_in_window=2, warns_in_window=7, reconnects_last_hour=1)
    assert judge_client(facts, now=NOW, grace=GRACE).details == {
        "errors": 2,
        "warns": 7,
        "reconnects": 1,
    }


def test_a_deactivated_player_is_never_alive() -> None:
    assert not is_alive(is_active=False, last_alive=NOW, now=NOW, grace=GRACE)


@pytest.mark.parametrize(
    ("seconds_ago", "began"),
    [
        ([100, 101, 102], 102),
        ([100, 101], None),
        ([100, 101, 102, 1], None),
        ([100, 101, 102, 103, 1], 103),
        ([100, 161, 222], None),
        ([30, 31, 32], None),
        ([66, 66, 66], None),
        ([90, 90, 90], None),
        ([91, 100, 151], 151),
        ([91, 100, 152], None),
        ([280, 101, 102, 103, 104], 104),
        ([], None),
    ],
)
def test_an_outage_is_most_players_falling_silent_within_a_minute(
    seconds_ago: list[int], began: int | None
) -> None:
    found = find_broker_outage([NOW - timedelta(seconds=s) for s in seconds_ago], now=NOW)
    assert found == (began and NOW - timedelta(seconds=began))


@pytest.mark.parametrize(
    ("back", "away", "is_over"),
    [(0, 3, False), (1, 2, False), (2, 1, True), (6, 4, False), (7, 3, True)],
)
def test_an_outage_is_over_when_two_thirds_are_back(back: int, away: int, is_over: bool) -> None:
    last_seen = [NOW + timedelta(seconds=1)] * back + [NOW] * away
    assert is_outage_over(last_seen, began_at=NOW) is is_over
