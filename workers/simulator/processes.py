"""Fleets too large for one process."""

import os
import signal
import time
from types import FrameType

from infoscreen_core.log import get_logger
from workers.simulator.fleet import FleetPlan
from workers.supervision import (
    ChildEnded,
    ChildEvent,
    ChildSpec,
    ChildStarted,
    Supervisor,
    infoscreen_command,
)

log = get_logger()

PLAYERS_PER_PROCESS = 500
_STEP_SECONDS = 0.2


def run_processes(plan: FleetPlan, arguments: list[str]) -> None:
    """Run the fleet in several processes of the same command until told to stop."""
    stopping: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        stopping.append(number)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    supervisor = Supervisor(_report)
    for first in range(plan.first, plan.first + plan.clients, PLAYERS_PER_PROCESS):
        share = min(PLAYERS_PER_PROCESS, plan.first + plan.clients - first)
        supervisor.add(_share(plan, arguments, first, share))
    while not stopping:
        supervisor.step()
        time.sleep(_STEP_SECONDS)
    supervisor.stop()


def _share(plan: FleetPlan, arguments: list[str], first: int, clients: int) -> ChildSpec:
    # Of an option given twice the last one counts.
    command = infoscreen_command(*arguments, "--first", str(first), "--clients", str(clients))
    return ChildSpec(
        f"players-{first}", command, os.environ, plan.directory / f"players-{first}.log"
    )


def _report(event: ChildEvent) -> None:
    if isinstance(event, ChildStarted):
        log.info("simulator.process_started", name=event.name, pid=event.pid)
    elif isinstance(event, ChildEnded):
        log.warning("simulator.process_ended", name=event.name, exit_code=event.exit_code)
    else:
        log.warning("simulator.process_not_started", name=event.name, problem=event.problem)
