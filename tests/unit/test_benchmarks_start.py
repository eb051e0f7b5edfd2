"""Each benchmark and trial starts: nothing in its folder stands in the way of what it imports."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

BENCHMARKS = Path(__file__).parents[1] / "bench"
PROGRAMS = [path.name for path in sorted(BENCHMARKS.glob("*.py")) if "__main__" in path.read_text()]


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_benchmark_says_what_it_measures(program: str) -> None:
    done = subprocess.run(
        [sys.executable, BENCHMARKS / program, "--help"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "--json" in done.stdout


def test_there_are_benchmarks() -> None:
    assert {"ingest.py", "latency.py", "schedule.py"} <= set(PROGRAMS)


@pytest.mark.parametrize("program", ["full_disk.py", "failing_mariadb.py"])
def test_a_trial_says_what_it_tries(program: str) -> None:
    done = subprocess.run(
        [sys.executable, BENCHMARKS.with_name("trials") / program, "--help"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "--seconds" in done.stdout
