"""`infoscreen up`: the whole operation on one machine, under one supervisor."""

import os
import signal
import time
from dataclasses import replace
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from infoscreen_core.clock import utc_now
from infoscreen_core.log import configure_logging
from infoscreen_core.settings import Settings, load_settings
from workers.runtime import Database, open_database
from workers.supervision import ChildEvent, ChildStarted, Supervisor
from workers.up.broker import Broker, BrokerKind, choose_kind, find_mosquitto, keep_login
from workers.up.plan import StartPlan
from workers.up.ports import choose_port
from workers.up.ready import WORKERS, Readiness
from workers.up.report import (
    describe_beginning,
    describe_child,
    describe_prepared,
    describe_ready,
    say,
    say_if_moved,
)
from workers.up.reserve import Reserve
from workers.up.state import (
    StateFiles,
    UpState,
    await_predecessor,
    exclusive,
    remove_state,
)

if TYPE_CHECKING:
    from workers.up.prepare import Prepared

STEP_SECONDS = 0.1
READY_POLL_SECONDS = 0.4
PATIENCE_SECONDS = 30.0
"""After this long, and again after as long, it is said what the start still waits for."""

DemoOption = Annotated[
    int, typer.Option(min=0, max=5000, help="Simulate so many players, in a demo school.")
]
PortOption = Annotated[
    int | None, typer.Option(min=1, max=65535, help="If taken, the next free one.")
]
BrokerOption = Annotated[
    BrokerKind | None,
    typer.Option(help="Default: the configured one, else mosquitto, else embedded."),
]


def command(
    demo: DemoOption = 0,
    console_port: PortOption = None,
    mqtt_port: PortOption = None,
    broker: BrokerOption = None,
) -> None:
    """Start broker, workers and console, keep them running, and end them all on Ctrl-C."""
    settings = load_settings()
    configure_logging(settings, program="up")
    with exclusive(settings.data_dir):
        if await_predecessor(settings.data_dir):
            say("Waited for an earlier run that was still ending.")
        remove_state(settings.data_dir)
        chosen = choose_broker(settings, mqtt_port, broker)
        Installation(
            StartPlan(settings, chosen, _choose_console_port(settings, console_port, chosen), demo)
        ).run()


def choose_broker(settings: Settings, port: int | None, wanted: BrokerKind | None) -> Broker:
    """Return the broker to use; a taken port is said aloud."""
    kind = choose_kind(settings, wanted)
    if kind is BrokerKind.EXTERNAL:
        return Broker(
            kind, settings.mqtt_broker_host, settings.mqtt_broker_port, settings.mqtt_login
        )
    wish = port or settings.mqtt_broker_port
    chosen = choose_port("127.0.0.1", wish)
    say_if_moved("broker", wish, chosen)
    program = find_mosquitto() if kind is BrokerKind.MOSQUITTO else None
    return Broker(kind, "127.0.0.1", chosen, keep_login(settings), program)


def _choose_console_port(settings: Settings, port: int | None, broker: Broker) -> int:
    wish = port or settings.console_port
    chosen = choose_port(settings.console_host, wish, besides={broker.port})
    say_if_moved("console", wish, chosen)
    return chosen


class Installation:
    """One run, from the first child to the last."""

    def __init__(self, plan: StartPlan) -> None:
        self._plan = plan
        self._started_at = utc_now()
        self._begin = time.monotonic()
        self._is_stopping = False
        self._reserve = Reserve(plan.data_dir)
        self._files = StateFiles(plan.data_dir)
        self._supervisor = Supervisor(self._note, before_last=self._reserve.give_back)
        self._pids: dict[str, int] = {}
        self._state: UpState | None = None
        """What up.json says; None before everything is ready."""

    def run(self) -> None:
        """Start everything, watch over it until told to stop, end it."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop)
        with open_database(self._plan.settings) as database:
            try:
                prepared = self._start(database)
                self._await_ready(database, prepared)
                self._watch()
            finally:
                say("Ending …")
                self._supervisor.stop()
                remove_state(self._plan.data_dir)
                say("Ended.")

    def _start(self, database: Database) -> "Prepared":
        plan = self._plan
        for line in describe_beginning(plan):
            say(line)
        # The console takes longest and touches no table before somebody looks at it: it starts
        # first.
        if plan.broker.kind is BrokerKind.MOSQUITTO:  # the others save nothing, or not here
            self._reserve.take()
        for child in (plan.broker_child(), plan.console_child()):
            if child is not None:
                self._supervisor.add(child)
        from workers.up.prepare import prepare_database  # noqa: PLC0415 - slow to load; the console is on its way

        prepared = prepare_database(database, plan.settings, demo=plan.demo_fleet)
        for line in describe_prepared(prepared):
            say(line)
        for child in plan.worker_children(WORKERS):
            self._supervisor.add(child)
        return prepared

    def _await_ready(self, database: Database, prepared: "Prepared") -> None:
        plan = self._plan
        readiness = Readiness(
            database.read_sessions,
            plan.console_address,
            plan.console_port,
            plan.demo_players,
            self._started_at,
        )
        next_word = time.monotonic() + PATIENCE_SECONDS
        while not self._is_stopping:
            missing = readiness.list_missing(self._supervisor.pids())
            if not missing:
                self._announce(prepared)
                return
            if time.monotonic() >= next_word:
                next_word += PATIENCE_SECONDS
                say(f"Still waiting for: {', '.join(missing)}. See {plan.data_dir / 'log'}.")
            self._look_after_children(READY_POLL_SECONDS)

    def _watch(self) -> None:
        while not self._is_stopping:
            self._look_after_children(STEP_SECONDS)

    def _look_after_children(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not self._is_stopping:
            self._supervisor.step()
            self._files.catch_up()
            if time.monotonic() >= deadline:
                return
            time.sleep(STEP_SECONDS)

    def _announce(self, prepared: "Prepared") -> None:
        plan = self._plan
        user, password = plan.broker.login or (None, None)
        self._state = UpState(
            console_url=plan.console_url,
            mqtt_host=plan.broker.host,
            mqtt_port=plan.broker.port,
            mqtt_user=user,
            mqtt_password=password,
            database_url=plan.settings.database_url,
            admin_username=prepared.bootstrapped.admin_username,
            supervisor_pid=os.getpid(),
            processes=dict(self._pids),
        )
        self._files.note(self._pids, self._state)
        for line in describe_ready(plan, prepared, seconds=time.monotonic() - self._begin):
            say(line)

    def _note(self, event: ChildEvent) -> None:
        line = describe_child(event)
        if line:
            say(line)
        if isinstance(event, ChildStarted):
            self._pids[event.name] = event.pid
            if self._state is not None:
                self._state = replace(self._state, processes=dict(self._pids))
            self._files.note(self._pids, self._state)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._is_stopping = True
