"""`infoscreen scheduler`: keeps what every group's screens show as planned, to the second."""

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Protocol

from infoscreen_core.contracts.topics import EVENT_LISTS_FILTER, POWER_INTENTS_FILTERS
from infoscreen_core.log import get_logger
from workers.leadership import Leadership
from workers.mqtt.connection import MqttConnection
from workers.runtime import DatabaseError, Worker, worker_process
from workers.scheduler.housekeeping import Housekeeping
from workers.scheduler.jobs import Jobs
from workers.scheduler.line import BrokerLine, connect
from workers.scheduler.lists import Scheduler
from workers.scheduler.power import PowerScheduler
from workers.scheduler.published import PublishedRecord
from workers.scheduler.publisher import Surroundings
from workers.scheduler.recovery import CrashRecovery
from workers.scheduler.sealing import AuditSealing
from workers.scheduler.strangers import StrangersNote
from workers.scheduler.watch import StatusWatch

log = get_logger()

KEEP_SECONDS = 0.5
"""How often lease, jobs and sign of life are looked after."""
WATCH_SECONDS = 0.5
STOP_SECONDS = 1.5
BACK_OFF_SECONDS = 0.2, 2.0
"""How long to wait after the first failure, and at most."""


def run(worker: Worker) -> None:
    """Schedule until the worker is told to stop; outages of broker and database are waited out.

    Three threads, so that no slow write ever delays a boundary: one publishes event lists, one
    power intents, one keeps lease and jobs. They are daemons: a database that hangs cannot keep the
    process from ending.
    """
    leadership = Leadership(worker.sessions, worker.read_sessions)
    lists = connect(worker.settings, f"scheduler-{leadership.tag}", [EVENT_LISTS_FILTER])
    intents = connect(worker.settings, f"power-{leadership.tag}", POWER_INTENTS_FILTERS)
    scheduler = Scheduler(_surroundings(worker, leadership, lists))
    power = PowerScheduler(_surroundings(worker, leadership, intents))
    connections = [*lists.connections, *intents.connections]
    keeper = _Keeper(worker, leadership, (lists.mqtt, intents.mqtt), scheduler, power)
    threads = [
        _start(worker.stop, "publish", scheduler),
        _start(worker.stop, "power", power),
        _start(worker.stop, "keep", keeper, at_end=leadership.release),
    ]
    while not worker.stop.wait(WATCH_SECONDS):
        for connection in connections:
            connection.check_thread()
    for thread in threads:
        thread.join(STOP_SECONDS)
    for connection in connections:
        connection.stop(1.0)


def _surroundings(worker: Worker, leadership: Leadership, line: BrokerLine) -> Surroundings:
    return Surroundings(
        settings=worker.settings,
        sessions=worker.sessions,
        read_sessions=worker.read_sessions,
        line=line,
        leadership=leadership,
        clock=worker.clock,
    )


class _Keeper:
    """Looks after lease, jobs and sign of life."""

    def __init__(
        self,
        worker: Worker,
        leadership: Leadership,
        connections: Sequence[MqttConnection],
        scheduler: Scheduler,
        power: PowerScheduler,
    ) -> None:
        self._worker = worker
        self._leadership = leadership
        self._connections = connections
        self._scheduler = scheduler
        self._power = power
        self._jobs = Jobs(worker.sessions, worker.clock, lambda: scheduler.emergencies)
        self._published = PublishedRecord(worker, scheduler.confirmed)
        self._statuses = StatusWatch(worker)
        self._recovery = CrashRecovery(worker)
        self._housekeeping = Housekeeping(worker.settings, worker.sessions)
        self._sealing = AuditSealing(worker)
        self._strangers = StrangersNote(worker)
        self._is_busy = False

    def step(self) -> bool:
        """Do what is due; return whether a job had work."""
        self._is_busy = False
        is_leading = self._leadership.renew(self._worker.clock())
        self._worker.show_sign_of_life(
            is_broker_connected=all(mqtt.is_connected for mqtt in self._connections),
            metrics=self._scheduler.metrics() | self._power.metrics(),
            is_standby=not is_leading,
        )
        if is_leading:
            self._published.step()  # first, since screens are judged by it
            # In this order, since recovery asks whether we see our screens.
            self._is_busy = self._statuses.step() | self._recovery.step() | self._jobs.step()
            self._strangers.step()
            self._sealing.step()
            self._housekeeping.step(self._worker.clock)
        else:
            self._published.forget()
            self._housekeeping.stop()
        return self._is_busy

    def pause_seconds(self) -> float:
        """Return how long to sleep: not at all while jobs have work."""
        return 0.0 if self._is_busy else KEEP_SECONDS


class _Steps(Protocol):
    """What a thread repeats until it is told to stop."""

    def step(self) -> bool:
        """Do what is due; return whether there was anything."""

    def pause_seconds(self) -> float:
        """Return how long to sleep before the next step."""


def _start(
    stop: threading.Event, name: str, steps: _Steps, at_end: Callable[[], None] | None = None
) -> threading.Thread:
    thread = threading.Thread(
        target=_loop, args=(stop, name, steps, at_end), name=name, daemon=True
    )
    thread.start()
    return thread


def _loop(
    stop: threading.Event, name: str, steps: _Steps, at_end: Callable[[], None] | None
) -> None:
    failures = 0
    while not stop.is_set():
        try:
            steps.step()
            pause = steps.pause_seconds()
            failures = 0
        except DatabaseError as error:
            if not failures:
                log.warning("scheduler.database_failed", thread=name, error=str(error)[:300])
            failures += 1
        except Exception:  # whatever it is, the screens of all other groups must go on
            log.exception("scheduler.step_failed", thread=name)
            failures += 1
        stop.wait(_back_off(failures) if failures else pause)
    if at_end:
        with suppress(DatabaseError):  # the lease runs out by itself
            at_end()


def _back_off(failures: int) -> float:
    first, most = BACK_OFF_SECONDS
    return min(first * 2.0 ** min(failures - 1, 10), most)


def command() -> None:
    """Publish what each group shows; several may run, one leads."""
    with worker_process("scheduler") as worker:
        run(worker)


if __name__ == "__main__":
    command()
