"""The other instants at which the suite is run, and the clock that child processes have then."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from infoscreen_core.clock import utc_now
from tests.support.clocks.instants import INSTANTS, instant_of_day
from tests.support.installation import clean_environment

NEW_YEARS_EVE = datetime(2026, 12, 31, 12, tzinfo=UTC)


def test_every_instant_has_its_turn_within_a_week() -> None:
    assert len(INSTANTS) == 7
    for first in (datetime(2026, 11, 28, tzinfo=UTC), NEW_YEARS_EVE - timedelta(days=6)):
        assert {instant_of_day(first + timedelta(days=day)) for day in range(7)} == set(INSTANTS)


def test_instants_are_in_utc() -> None:
    assert {datetime.fromisoformat(one.at).utcoffset() for one in INSTANTS} == {timedelta()}


def test_a_child_process_has_the_clock_of_the_tests(tmp_path: Path) -> None:
    program = "from infoscreen_core.clock import utc_now; print(utc_now().isoformat())"
    before = utc_now()
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=clean_environment(tmp_path),
        capture_output=True,
        text=True,
        check=True,
    )
    assert before <= datetime.fromisoformat(done.stdout.strip()) <= utc_now()
