"""Each benchmark and trial starts: nothing in its folder stands in the way of what it imports."""

import json
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


def test_the_mixed_load_finds_everything_again_that_a_small_fleet_said() -> None:
    words = ("--players", "20", "--seconds", "1", "--backend", "sqlite", "--json")
    done = subprocess.run(
        [sys.executable, BENCHMARKS / "mixed.py", *words],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout, done.stderr
    figures = json.loads(done.stdout)  # whose times are not judged here: the machine may be busy
    assert not any(figures["lost"].values()), figures
    assert figures["doubled"] == 0


def test_there_are_benchmarks() -> None:
    assert {"ingest.py", "latency.py", "mixed.py", "schedule.py"} <= set(PROGRAMS)


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
