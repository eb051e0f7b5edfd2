"""`infoscreen dispatcher`: sends commands and retained state, marks what the broker confirms."""

import time
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from infoscreen_core.domain.monitoring.histograms import SECONDS, Histogram
from infoscreen_core.errors import BusyError
from infoscreen_core.log import get_logger
from infoscreen_core.services import outbox
from infoscreen_core.services.commands import dispatching
from infoscreen_core.services.commands.rollouts import rollout_steps
from infoscreen_core.services.screens import assignments
from workers.clock_steps import ClockSteps
from workers.dispatcher.hearing import Hearing
from workers.dispatcher.maintenance import Maintenance
from workers.dispatcher.messages import Publication, publications_of
from workers.dispatcher.rollouts import Rollouts
from workers.leadership import Leadership
from workers.mqtt.confirmations import ConfirmationTimes
from workers.mqtt.connection import MqttConnection, NotConnectedError
from workers.runtime import DatabaseError, Session, Worker, in_transaction, worker_process

log = get_logger()

POLL_SECONDS = 0.08
SWEEP_SECONDS = 0.25
DATABASE_RETRY_SECONDS = 0.5
MAX_IN_FLIGHT = 500
RESTORE_BATCH = 200
"""How many retained groups are published in one round."""


class Dispatcher:
    """Claims work, commits, publishes, and marks what was confirmed; `step()` is one round.

    Several may run: a command is claimed by one of them. The outbox, whose order counts, is sent by
    the one that leads, which also begins maintenance and carries roll-outs out.
    """

    def __init__(self, worker: Worker, mqtt: MqttConnection) -> None:
        self._worker = worker
        self._mqtt = mqtt
        self.leadership = Leadership(worker.sessions, worker.read_sessions, name="dispatcher")
        self._was_leading = False
        self._epoch = mqtt.epoch
        self._outbox_tokens: dict[int, int] = {}
        self._command_tokens: dict[int, str] = {}
        self._confirmed: list[int] = []
        """Confirmed by the broker, not yet marked in the database."""
        self._last_outbox_id = 0
        self._restored_up_to: str | None = ""
        """The last UUID whose retained group went out on this connection; None when all have."""
        self._next_sweep = 0.0
        self._maintenance = Maintenance(worker)
        self._rollouts = Rollouts(worker)
        self._hearing = Hearing(mqtt, now=worker.clock())
        self._steps = ClockSteps(worker.clock)
        self._step_due = timedelta()
        self._apps_down: set[str] = set()
        """Commands whose player said that its process does not run; see `dispatching.sweep`."""
        self.published = 0
        self._confirmations = ConfirmationTimes()
        self._rounds = Histogram(SECONDS)
        """How long rounds took in which there was something to do."""

    def step(self) -> bool:
        """Do one round; return whether there was anything to do."""
        began = time.monotonic()
        is_busy = self._do_round()
        if is_busy:
            self._rounds.note(time.monotonic() - began)
        return is_busy

    def metrics(self) -> dict[str, Any]:
        """Return figures for the sign of life."""
        return {
            "published": self.published,
            "commands_under_way": len(self._command_tokens),
            "messages_under_way": len(self._outbox_tokens),
            "round_seconds": self._rounds.said(),
            "confirm_seconds": self._confirmations.seconds.said(),
        }

    def _do_round(self) -> bool:
        self._follow_clock()
        now = self._worker.clock()
        self._forget_old_connection()
        self._lead(now)
        confirmed = self._mark_confirmed(now)
        issued = self._roll_out()
        sent = self._mqtt.is_connected and (
            self._send_commands(now) + self._send_outbox() + self._restore_assignments() > 0
        )
        swept = self._sweep(now)
        return bool(confirmed or issued or sent or swept)

    def _follow_clock(self) -> None:
        """When the clock was set, let commands under way wait as long as they would have."""
        step = self._step_due or self._steps.take()
        if step:
            self._step_due = step  # until it is written: the database may be away
            with self._worker.sessions.begin() as session:
                now = self._worker.clock()
                count = dispatching.shift_open(session, step, now=now)
                rollout_steps.shift_put_off(session, step, now=now)
            self._step_due = timedelta()
            self._hearing.shift(step)
            log.warning("clock.set", by_seconds=round(step.total_seconds(), 1), commands=count)

    def _forget_old_connection(self) -> None:
        # Tokens of an earlier connection are never confirmed, so read everything anew. Repeating a
        # publication is harmless: retained state is idempotent, and players run a command id once.
        if self._mqtt.epoch != self._epoch:
            self._epoch = self._mqtt.epoch
            self._outbox_tokens.clear()
            self._command_tokens.clear()
            self._confirmed.clear()
            self._confirmations.forget()
            self._last_outbox_id = 0
            self._restored_up_to = ""

    def _lead(self, now: datetime) -> None:
        is_leading = self.leadership.renew(now)
        if is_leading and not self._was_leading:
            self._last_outbox_id = 0  # whoever led before may not have sent what it read
        self._was_leading = is_leading

    def _mark_confirmed(self, now: datetime) -> bool:
        while not self._mqtt.confirmed.empty():
            self._confirmed.append(self._mqtt.confirmed.get())
            self._confirmations.note_confirmed(self._confirmed[-1])
        commands = [self._command_tokens[t] for t in self._confirmed if t in self._command_tokens]
        rows = [self._outbox_tokens[t] for t in self._confirmed if t in self._outbox_tokens]
        if not commands and not rows:
            self._confirmed.clear()
            return False

        def mark(session: Session) -> None:
            dispatching.confirm_published(session, commands, now=now)
            if rows:
                outbox.delete_sent(session, rows)

        in_transaction(self._worker.sessions, mark)
        self._drop_confirmed()
        return True

    def _drop_confirmed(self) -> None:
        for token in self._confirmed:
            self._command_tokens.pop(token, None)
            self._outbox_tokens.pop(token, None)
        self._confirmed.clear()
        if not self._outbox_tokens:
            # A transaction that began earlier may have committed a smaller id later.
            self._last_outbox_id = 0

    def _roll_out(self) -> int:
        if not self.leadership.is_held:
            return 0
        self._maintenance.step()
        return self._rollouts.step(is_broker_connected=self._mqtt.is_connected)

    def _send_commands(self, now: datetime) -> int:
        if not self._has_queued(now):
            return 0
        claimed = in_transaction(
            self._worker.sessions,
            lambda session: dispatching.claim_queued(
                session, owner=self.leadership.holder, now=now
            ),
        )
        for claim in claimed:
            command, messages = claim.command, publications_of(claim, self._worker.settings)
            token = self._publish(messages[0])
            if token is not None:
                self._command_tokens[token] = command.command_id
            for message in messages[1:]:
                self._publish(message)
            log.info(
                "command.published", command_id=command.command_id, client_uuid=command.client_uuid
            )
        return len(claimed)

    def _has_queued(self, now: datetime) -> bool:
        with self._worker.read_sessions() as session:
            return dispatching.has_queued(session, now=now)

    def _send_outbox(self) -> int:
        room = MAX_IN_FLIGHT - len(self._outbox_tokens)
        if room <= 0 or not self.leadership.is_held:
            return 0
        with self._worker.read_sessions() as session:
            rows = outbox.list_waiting(session, after_id=self._last_outbox_id, limit=room)
        for row in rows:
            token = self._publish_leading(Publication(row.topic, row.payload, row.qos, row.retain))
            if token is None:
                break
            self._outbox_tokens[token] = row.id
            self._last_outbox_id = row.id
        return len(rows)

    def _restore_assignments(self) -> int:
        # A broker that died may have lost retained state. What is read here is published at once,
        # before any later change can have left the outbox, so an older group never overwrites a
        # newer one.
        if self._restored_up_to is None or not self.leadership.is_held:
            return 0
        with self._worker.read_sessions() as session:
            rows = assignments.list_retained(
                session, after_uuid=self._restored_up_to, limit=RESTORE_BATCH
            )
        for row in rows:
            if self._publish_leading(Publication(row.topic, row.payload, retain=True)) is None:
                return 0
            self._restored_up_to = row.client_uuid
        if not rows:
            self._restored_up_to = None
        return len(rows)

    def _publish_leading(self, message: Publication) -> int | None:
        # Reading may have taken longer than the lease: then another dispatcher sends it by now.
        return self._publish(message) if self.leadership.is_held else None

    def _publish(self, message: Publication) -> int | None:
        try:
            token = self._mqtt.publish(
                message.topic, message.payload, qos=message.qos, retain=message.retain
            )
        except NotConnectedError:
            return None  # the command's claim runs out, the outbox row stays: both are tried again
        self.published += 1
        self._confirmations.note_sent(token)
        return token

    def _sweep(self, now: datetime) -> int:
        if time.monotonic() < self._next_sweep:
            return 0
        self._next_sweep = time.monotonic() + SWEEP_SECONDS
        with self._worker.read_sessions() as session:
            self._hearing.note(session, now=now)
            if not dispatching.has_open(session):
                self._apps_down.clear()
                return 0
            deaf = self._hearing.read(session, now=now)
        with self._worker.sessions.begin() as session:
            grace = self._worker.settings.heartbeat_grace
            return dispatching.sweep(session, self._apps_down, grace=grace, deaf=deaf, now=now)


def run(worker: Worker) -> None:
    """Dispatch until the worker is told to stop; database and broker outages are waited out."""
    # An id of its own for each: with one and the same, two would put each other off the broker.
    mqtt = MqttConnection(
        worker.settings,
        client_id=f"{worker.settings.mqtt_client_prefix}-dispatcher-{uuid4().hex[:8]}",
    )
    mqtt.start()
    dispatcher = Dispatcher(worker, mqtt)
    guard = _DatabaseGuard()
    try:
        while not worker.stop.is_set():
            worker.stop.wait(0 if guard.step(dispatcher) else POLL_SECONDS)
            mqtt.check_thread()
            worker.show_sign_of_life(
                is_broker_connected=mqtt.is_connected,
                metrics=dispatcher.metrics(),
                is_standby=not dispatcher.leadership.is_held,
            )
    finally:
        with suppress(DatabaseError):
            dispatcher.leadership.release()
        mqtt.stop(2.0)


class _DatabaseGuard:
    """Waits while the database is away, and logs that once, not at every try."""

    def __init__(self) -> None:
        self._trouble = ""

    def step(self, dispatcher: Dispatcher) -> bool:
        try:
            is_busy = dispatcher.step()
        except (BusyError, DatabaseError) as error:
            self._note(str(getattr(error, "orig", None) or error)[:300])
            time.sleep(DATABASE_RETRY_SECONDS)
            return False
        self._note("")
        return is_busy

    def _note(self, trouble: str) -> None:
        if trouble and trouble != self._trouble:
            log.warning("dispatcher.database_failed", error=trouble)
        elif self._trouble and not trouble:
            log.info("dispatcher.database_recovered")
        self._trouble = trouble


def command() -> None:
    """Send commands and retained state to the players."""
    with worker_process("dispatcher") as worker:
        run(worker)


if __name__ == "__main__":
    command()
