from datetime import UTC, datetime, timedelta

import pytest

from infoscreen_core.domain.screens.crashes import CrashReason, find_crash_reason
from infoscreen_core.domain.screens.player import ProcessStatus

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
GRACE = timedelta(seconds=180)
CRASHED, RUNNING = ProcessStatus.CRASHED, ProcessStatus.RUNNING


@pytest.mark.parametrize(
    ("is_active", "process", "seconds_ago", "reason"),
    [
        (True, RUNNING, 5, None),
        (True, RUNNING, 180, None),
        (True, RUNNING, 181, CrashReason.HEARTBEAT_STALE),
        (True, None, None, CrashReason.HEARTBEAT_STALE),
        (True, CRASHED, 5, CrashReason.PROCESS_CRASHED),
        (True, CRASHED, 900, CrashReason.PROCESS_CRASHED),
        (True, CRASHED, None, CrashReason.PROCESS_CRASHED),
        (False, CRASHED, 900, None),
        (True, RUNNING, -3600, None),
    ],
)
def test_a_crashed_process_wins_over_a_stale_heartbeat(
    *, is_active: bool, process: ProcessStatus | None, seconds_ago: int | None, reason: object
) -> None:
    found = find_crash_reason(
        is_active=is_active,
        process_status=process,
        last_alive=None if seconds_ago is None else NOW - timedelta(seconds=seconds_ago),
        now=NOW,
        grace=GRACE,
    )
    assert found is reason
