"""How long the command line takes to start, as ratios to an interpreter that does nothing.

    python tests/bench/startup.py [--rounds 10] [--json]

Counts processor time of the child, user and system, which other programs on the machine disturb
least; the calls take turns, and the best of each counts. `client list` reads a database of its own.
"""

import sys
from pathlib import Path

sys.path.pop(0)  # this folder holds no modules
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import os
import subprocess
import tempfile
from typing import Any, Final

from tests.bench.figures import measure

MOST_TIMES: Final = {"--help": 12.0, "event --help": 16.0}
"""What must hold, in starts of a bare interpreter."""
CALLS: Final = ("--version", "--help", "event --help", "rrule", "client list")
WORDS: Final = {
    "rrule": ["rrule", "FREQ=DAILY;COUNT=2", "--start", "2027-01-04T08:00"],
}
PROGRAM: Final = Path(sys.executable).with_name("infoscreen")


def cpu_seconds(arguments: list[str], environment: dict[str, str]) -> float:
    """Run a child to its end and return the processor time it took."""
    before = os.times()
    subprocess.run(arguments, env=environment, check=True, capture_output=True)
    after = os.times()
    return (
        after.children_user + after.children_system - before.children_user - before.children_system
    )


def run(rounds: int) -> dict[str, Any]:
    """Run the benchmark and return its figures."""
    calls = {"python -c pass": [sys.executable, "-c", "pass"]}
    for call in CALLS:
        calls[call] = [sys.executable, str(PROGRAM), *WORDS.get(call, call.split())]
    with tempfile.TemporaryDirectory() as directory:
        environment = {**os.environ, "INFOSCREEN_DATA_DIR": directory}
        cpu_seconds([sys.executable, str(PROGRAM), "migrate"], environment)
        best = dict.fromkeys(calls, float("inf"))
        for _round in range(rounds):
            for call, arguments in calls.items():
                best[call] = min(best[call], cpu_seconds(arguments, environment))
    bare = best["python -c pass"]
    figures: dict[str, Any] = {
        call: {"cpu_ms": round(seconds * 1000), "ratio": round(seconds / bare, 1)}
        for call, seconds in best.items()
    }
    figures["holds"] = all(figures[call]["ratio"] <= most for call, most in MOST_TIMES.items())
    return figures


if __name__ == "__main__":
    measure(run, __doc__, rounds=10)
