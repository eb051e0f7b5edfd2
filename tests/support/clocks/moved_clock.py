"""A run of the tests at another instant: all Python processes' wall clocks are moved there.

The monotonic clock stays, so that waiting, sleeping and time-outs are real. Debian's libfaketime
0.9.10 is no help with Python 3.11: if it moves the monotonic clock too, locks wait for ever; if
not, `time.sleep` raises.
"""

import os
import runpy
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import Final

from time_machine import Traveller

from infoscreen_core.clock import utc_now

AHEAD: Final = "INFOSCREEN_TESTS_CLOCK_AHEAD_SECONDS"
"""The variable that tells child processes, and the browser, how far the clock was moved."""
FOR_CHILDREN: Final = Path(__file__).with_name("child_clock")


_moved: Final[list[Traveller]] = []


def move_clock(to: datetime) -> None:
    """Move the clock of this process, and of all Python processes that it starts from now on."""
    ahead = (to - utc_now()).total_seconds()
    os.environ[AHEAD] = str(ahead)
    known = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = f"{FOR_CHILDREN}{os.pathsep}{known}" if known else str(FOR_CHILDREN)
    here = runpy.run_path(str(FOR_CHILDREN / "sitecustomize.py"))  # the same start, in this process
    _moved.append(here["_clock"])


@contextmanager
def clock_of(url: str) -> Iterator[None]:
    """Go by the clock that programs on this database go by: MariaDB has one, which is not moved."""
    with _true_clock() if url.startswith("mysql") else nullcontext():
        yield


@contextmanager
def _true_clock() -> Iterator[None]:
    """Take the move back for a while."""
    ahead, clocks = seconds_ahead(), _clocks()
    for clock in clocks:
        clock.shift(-ahead)
    os.environ |= {AHEAD: "0"} if ahead else {}
    yield
    for clock in clocks:
        clock.shift(ahead)
    os.environ |= {AHEAD: str(ahead)} if ahead else {}


def _clocks() -> list[Traveller]:
    """Return what moves this process's clock; one of xdist's workers was started with it."""
    started = getattr(sys.modules.get("sitecustomize"), "_clock", None)
    return [*_moved, started] if started else _moved


def clock_environment() -> dict[str, str]:
    """Return what a child's environment needs for the child to have this clock, too."""
    return {name: os.environ[name] for name in (AHEAD, "PYTHONPATH")} if AHEAD in os.environ else {}


def seconds_ahead() -> float:
    """Return how far the clock was moved; 0: not at all."""
    return float(os.environ.get(AHEAD, "0"))
