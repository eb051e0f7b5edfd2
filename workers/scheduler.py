"""`infoscreen scheduler`: every group's screens show what they should, at the second they should."""

import threading
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue

from sqlalchemy.exc import SQLAlchemyError

from infoscreen_core.clock import utc_now
from infoscreen_core.contracts.topics import EVENT_LISTS_FILTER
from infoscreen_core.log import get_logger
from infoscreen_core.settings import Settings
from workers.mqtt import MqttConnection, ReceivedMessage
from workers.runtime import Worker, worker_process
from workers.scheduling import Scheduler
from workers.scheduling_jobs import Jobs
from workers.scheduling_lease import Leadership

log = get_logger()

KEEP_SECONDS = 0.5
"""How often lease, jobs and sign of life are looked after."""
WATCH_SECONDS = 0.5
STOP_SECONDS = 1.5
BACK_OFF_SECONDS = 0.2, 2.0
"""Wait after the first failure, and at most."""


def run(worker: Worker) -> None:
    """Schedule until the worker is told to stop; outages of broker and database are waited out.

    Two threads, so that no slow write ever delays a boundary: one publishes, one keeps lease and jobs. They
    are daemons: a database that hangs cannot keep the process from ending.
    """
    seen: SimpleQueue[ReceivedMessage] = SimpleQueue()
    leadership = Leadership(worker.sessions)
    connections = _connect(worker.settings, leadership.holder, seen)
    mqtt = connections[0]
    scheduler = Scheduler(worker.settings, worker.read_sessions, mqtt, leadership, seen, utc_now)
    keeper = _Keeper(worker, mqtt, leadership, scheduler)
    threads = [
        _start(worker.stop, "publish", lambda: _publish_step(scheduler)),
        _start(worker.stop, "keep", keeper.step, at_end=leadership.release),
    ]
    while not worker.stop.wait(WATCH_SECONDS):
        for connection in connections:
            connection.check_thread()
    for thread in threads:
        thread.join(STOP_SECONDS)
    for connection in connections:
        connection.stop(1.0)


def _connect(settings: Settings, holder: str, seen: "SimpleQueue[ReceivedMessage]") -> list[MqttConnection]:
    """Start the publishing connection; the one that watches is the same, or has the canary's account."""
    name = f"{settings.mqtt_client_prefix}-scheduler-{holder.rpartition(':')[2]}"
    watched = [(EVENT_LISTS_FILTER, 0)]
    if settings.mqtt_canary_user is None:
        connections = [MqttConnection(settings, client_id=name, on_message=seen.put, subscriptions=watched)]
    else:
        login = {"mqtt_user": settings.mqtt_canary_user, "mqtt_password": settings.mqtt_canary_password}
        canary = settings.model_copy(update=login)
        connections = [
            MqttConnection(settings, client_id=name),
            MqttConnection(canary, client_id=f"{name}-canary", on_message=seen.put, subscriptions=watched),
        ]
    for connection in connections:
        connection.start()
    return connections


class _Keeper:
    """Looks after lease, jobs and sign of life."""

    def __init__(
        self, worker: Worker, mqtt: MqttConnection, leadership: Leadership, scheduler: Scheduler
    ) -> None:
        self._worker = worker
        self._mqtt = mqtt
        self._leadership = leadership
        self._scheduler = scheduler
        self._jobs = Jobs(worker.sessions, utc_now)

    def step(self) -> float:
        """Do what is due; return how long to sleep."""
        self._worker.show_sign_of_life(
            is_broker_connected=self._mqtt.is_connected, metrics=self._scheduler.metrics()
        )
        is_busy = self._leadership.renew(utc_now()) and self._jobs.step()
        return 0.0 if is_busy else KEEP_SECONDS


def _publish_step(scheduler: Scheduler) -> float:
    scheduler.step()
    return scheduler.pause_seconds()


def _start(
    stop: threading.Event, name: str, step: Callable[[], float], at_end: Callable[[], None] | None = None
) -> threading.Thread:
    thread = threading.Thread(target=_loop, args=(stop, name, step, at_end), name=name, daemon=True)
    thread.start()
    return thread


def _loop(
    stop: threading.Event, name: str, step: Callable[[], float], at_end: Callable[[], None] | None
) -> None:
    failures = 0
    while not stop.is_set():
        try:
            pause = step()
            failures = 0
        except SQLAlchemyError as error:
            if not failures:
                log.warning("scheduler.database_failed", thread=name, error=str(error)[:300])
            failures += 1
        except Exception:  # whatever it is, the screens of all other groups must go on
            log.exception("scheduler.step_failed", thread=name)
            failures += 1
        stop.wait(_back_off(failures) if failures else pause)
    if at_end:
        with suppress(SQLAlchemyError):  # the lease runs out by itself
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
