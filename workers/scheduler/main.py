"""`infoscreen scheduler`: every group's screens show what they should, at the second they should."""

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from queue import SimpleQueue

from sqlalchemy.exc import SQLAlchemyError

from infoscreen_core.clock import utc_now
from infoscreen_core.contracts.topics import EVENT_LISTS_FILTER, POWER_INTENTS_FILTERS
from infoscreen_core.log import get_logger
from infoscreen_core.settings import Settings
from workers.mqtt.connection import MqttConnection, ReceivedMessage
from workers.runtime import Worker, worker_process
from workers.scheduler.jobs import Jobs
from workers.scheduler.lease import Leadership
from workers.scheduler.lists import Scheduler
from workers.scheduler.power import PowerScheduler
from workers.scheduler.publisher import Publisher

log = get_logger()

KEEP_SECONDS = 0.5
"""How often lease, jobs and sign of life are looked after."""
WATCH_SECONDS = 0.5
STOP_SECONDS = 1.5
BACK_OFF_SECONDS = 0.2, 2.0
"""Wait after the first failure, and at most."""


def run(worker: Worker) -> None:
    """Schedule until the worker is told to stop; outages of broker and database are waited out.

    Three threads, so that no slow write ever delays a boundary: one publishes event lists, one power intents,
    one keeps lease and jobs. They are daemons: a database that hangs cannot keep the process from ending.
    """
    leadership = Leadership(worker.sessions)
    lists = _connect(worker.settings, f"scheduler-{leadership.tag}", [EVENT_LISTS_FILTER])
    intents = _connect(worker.settings, f"power-{leadership.tag}", POWER_INTENTS_FILTERS)
    scheduler = Scheduler(worker.settings, worker.read_sessions, lists.mqtt, leadership, lists.seen, utc_now)
    power = PowerScheduler(
        worker.settings,
        worker.sessions,
        worker.read_sessions,
        intents.mqtt,
        leadership,
        intents.seen,
        utc_now,
    )
    connections = [*lists.connections, *intents.connections]
    keeper = _Keeper(worker, leadership, (lists.mqtt, intents.mqtt), scheduler, power)
    threads = [
        _start(worker.stop, "publish", lambda: _publish_step(scheduler)),
        _start(worker.stop, "power", lambda: _publish_step(power)),
        _start(worker.stop, "keep", keeper.step, at_end=leadership.release),
    ]
    while not worker.stop.wait(WATCH_SECONDS):
        for connection in connections:
            connection.check_thread()
    for thread in threads:
        thread.join(STOP_SECONDS)
    for connection in connections:
        connection.stop(1.0)


@dataclass(frozen=True)
class _Line:
    """Where a publisher publishes, and what was seen of its topics."""

    mqtt: MqttConnection
    seen: SimpleQueue[ReceivedMessage]
    connections: Sequence[MqttConnection]


def _connect(settings: Settings, name: str, filters: Sequence[str]) -> _Line:
    """Start a publishing connection; the one that watches is the same, or has the canary's account."""
    seen: SimpleQueue[ReceivedMessage] = SimpleQueue()
    client_id = f"{settings.mqtt_client_prefix}-{name}"
    watched = [(topic_filter, 0) for topic_filter in filters]
    if settings.mqtt_canary_user is None:
        connections = [
            MqttConnection(settings, client_id=client_id, on_message=seen.put, subscriptions=watched)
        ]
    else:
        login = {"mqtt_user": settings.mqtt_canary_user, "mqtt_password": settings.mqtt_canary_password}
        canary = settings.model_copy(update=login)
        connections = [
            MqttConnection(settings, client_id=client_id),
            MqttConnection(
                canary, client_id=f"{client_id}-canary", on_message=seen.put, subscriptions=watched
            ),
        ]
    for connection in connections:
        connection.start()
    return _Line(connections[0], seen, connections)


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
        self._jobs = Jobs(worker.sessions, utc_now, lambda: scheduler.emergencies)

    def step(self) -> float:
        """Do what is due; return how long to sleep."""
        is_leading = self._leadership.renew(utc_now())
        self._worker.show_sign_of_life(
            is_broker_connected=all(mqtt.is_connected for mqtt in self._connections),
            metrics=self._scheduler.metrics() | self._power.metrics(),
            is_standby=not is_leading,
        )
        return 0.0 if is_leading and self._jobs.step() else KEEP_SECONDS


def _publish_step(publisher: Publisher) -> float:
    publisher.step()
    return publisher.pause_seconds()


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
