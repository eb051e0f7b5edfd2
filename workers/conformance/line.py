"""The way to the player: the broker, as the server's account sees it."""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from queue import Empty, SimpleQueue
from typing import Final, Protocol, TypeAlias
from uuid import uuid4

from infoscreen_core.clock import utc_now
from infoscreen_core.contracts import TopicKind
from infoscreen_core.contracts import topics as wire
from infoscreen_core.contracts.topics import DISCOVERY_TOPIC
from infoscreen_core.domain.screens.player import LogLevel
from infoscreen_core.errors import UnavailableError
from infoscreen_core.settings import Settings
from workers.conformance.journal import Entry, Journal, heard_entry, sent_entry
from workers.mqtt.connection import MqttConnection, NotConnectedError, ReceivedMessage
from workers.mqtt.kinds import ConnectionKind, Will

Condition: TypeAlias = Callable[[], object]
CONNECT_SECONDS: Final = 10.0
RETAINED_SECONDS: Final = 1.5
"""How long to wait for a retained message after subscribing; the broker sends it at once."""
_POLL_SECONDS: Final = 0.1
_CONFIRM_SECONDS: Final = 5.0
_ONCE_MORE_SECONDS: Final = 1.5


class Loan(Protocol):
    """A retained topic that is the server's, for as long as a case needs it."""

    def put(self, payload: bytes) -> None:
        """Retain something for the player."""

    def give_back(self, payload: bytes) -> None:
        """Retain what the server wants there, and end the loan."""


class Line(Protocol):
    """How cases talk to the player and wait for it."""

    journal: Journal

    @property
    def is_connected(self) -> bool:
        """Whether the broker is there."""

    def now(self) -> datetime:
        """Return the instant, aware, in UTC."""

    def moment(self) -> float:
        """Return seconds that only ever grow."""

    def publish(self, topic: str, payload: bytes, *, is_retained: bool = False) -> None:
        """Send a message with QoS 1; while the broker is away, wait for it."""

    def wait(self, condition: Condition, seconds: float) -> bool:
        """Listen until the condition holds; return False when it does not within the time."""

    def borrow(self, topic: str, *, owed: bytes) -> Loan:
        """Borrow a retained topic; should this program die, the broker retains `owed` there."""

    def read_retained(self, topic: str) -> bytes | None:
        """Return what the broker retains on a topic; None for nothing."""


def filters_of(uuid: str) -> Sequence[tuple[str, int]]:
    """Return what is to be heard of and for a player.

    Acknowledgements of all players, since one may answer for another. The last two are the server's
    own words; where its account may not read them, nothing comes.
    """
    own = (
        wire.heartbeat_topic(uuid),
        wire.health_topic(uuid),
        wire.dashboard_topic(uuid),
        wire.screenshot_topic(uuid),
        wire.service_failed_topic(uuid),
        wire.power_state_topic(uuid),
        *(wire.log_topic(uuid, level) for level in (LogLevel.ERROR, LogLevel.WARN, LogLevel.INFO)),
        wire.client_power_intent_topic(uuid),
        wire.discovery_ack_topic(uuid),
    )
    every = (DISCOVERY_TOPIC, wire.command_ack_topic("+"), wire.command_ack_alias_topic("+"))
    return [(name, 1) for name in (*every, *own)]


def concerns(entry: Entry, uuid: str) -> bool:
    """Whether a message is the player's, or an acknowledgement, which anybody may have sent."""
    if entry.kind is TopicKind.DISCOVERY:  # of which the topic does not tell whose it is
        return uuid.encode() in entry.payload.lower()
    return True


class BrokerLine:
    """A line over the configured broker."""

    def __init__(self, settings: Settings, uuid: str) -> None:
        self.journal = Journal()
        self._settings = settings
        self._uuid = uuid
        self._queue: SimpleQueue[ReceivedMessage] = SimpleQueue()
        self._loans: list[_BrokerLoan] = []
        self._connection = self._connect(ConnectionKind(), filters_of(uuid))

    @property
    def is_connected(self) -> bool:
        """Whether the broker is there."""
        return self._connection.is_connected

    def now(self) -> datetime:
        """Return the instant."""
        return utc_now()

    def moment(self) -> float:
        """Return seconds that only ever grow."""
        return time.monotonic()

    def publish(self, topic: str, payload: bytes, *, is_retained: bool = False) -> None:
        """Send a message and wait until the broker has it."""
        self._deliver(self._connection, topic, payload, is_retained=is_retained)

    def wait(self, condition: Condition, seconds: float) -> bool:
        """Listen until the condition holds, or the time is over."""
        end = time.monotonic() + seconds
        while True:
            self._take_in()
            if condition():
                return True
            left = end - time.monotonic()
            if left <= 0:
                return False
            try:
                self._note(self._queue.get(timeout=min(left, _POLL_SECONDS)))
            except Empty:
                continue

    def borrow(self, topic: str, *, owed: bytes) -> Loan:
        """Borrow a retained topic, over a connection whose will is `owed`."""
        connection = self._connect(ConnectionKind(will=Will(topic, owed)), ())
        loan = _BrokerLoan(self, connection, topic, owed)
        self._loans.append(loan)
        return loan

    def read_retained(self, topic: str) -> bytes | None:
        """Subscribe anew, since only then the broker sends what it retains."""
        found: SimpleQueue[ReceivedMessage] = SimpleQueue()
        ear = self._connect(ConnectionKind(), [(topic, 1)], found)
        try:
            self.wait(lambda: not found.empty(), RETAINED_SECONDS)
            return found.get().payload if not found.empty() else None
        finally:
            ear.stop()

    def close(self) -> None:
        """Give back what was not, and say good-bye.

        While the broker is away nothing can be given back; then the dispatcher tells each player
        its group when the broker is there again, and nobody else reads the rest.
        """
        for loan in list(self._loans):
            with suppress(NotConnectedError):
                loan.give_back(loan.owed)
        self._connection.stop()

    def deliver_loan(self, loan: "_BrokerLoan", payload: bytes) -> None:
        """Retain what a case wants, or the server, on a borrowed topic."""
        self._deliver(loan.connection, loan.topic, payload, is_retained=True)

    def end_loan(self, loan: "_BrokerLoan") -> None:
        """Forget a loan that was given back."""
        loan.connection.stop()
        self._loans.remove(loan)

    def _connect(
        self,
        kind: ConnectionKind,
        filters: Sequence[tuple[str, int]],
        queue: "SimpleQueue[ReceivedMessage] | None" = None,
    ) -> MqttConnection:
        connection = MqttConnection(
            self._settings,
            client_id=f"{self._settings.mqtt_client_prefix}-conformance-{uuid4().hex[:12]}",
            on_message=(self._queue if queue is None else queue).put,
            subscriptions=filters,
            kind=kind,
        )
        connection.start()
        self.wait(lambda: connection.is_connected or connection.is_refused, CONNECT_SECONDS)
        # Once more: a broker that is just being started hangs up as well.
        if not self.wait(lambda: connection.is_connected, _ONCE_MORE_SECONDS):
            connection.stop()
            raise self._unavailable(is_refused=connection.is_refused)
        return connection

    def _unavailable(self, *, is_refused: bool) -> UnavailableError:
        settings, login = self._settings, self._settings.mqtt_login
        host, port = settings.mqtt_broker_host, settings.mqtt_broker_port
        if is_refused:
            return UnavailableError(
                "The broker at {host}:{port} refuses the account {user}; check MQTT_USER, "
                "MQTT_PASSWORD and MQTT_TLS_ENABLED. Those of `infoscreen up` stand in up.json in "
                "its data directory.",
                host=host,
                port=port,
                user=login[0] if login else "–",
            )
        return UnavailableError(
            "The broker at {host}:{port} does not answer; is it running, and are MQTT_BROKER_HOST, "
            "MQTT_BROKER_PORT and the MQTT_TLS_… settings right? Those of `infoscreen up` stand in "
            "up.json in its data directory.",
            host=host,
            port=port,
        )

    def _deliver(
        self, connection: MqttConnection, topic: str, payload: bytes, *, is_retained: bool
    ) -> None:
        self.wait(lambda: connection.is_connected, CONNECT_SECONDS)
        at, moment = self.now(), self.moment()
        self.journal.note(sent_entry(topic, payload, at=at, moment=moment, is_retained=is_retained))
        token = connection.publish(topic, payload, retain=is_retained)
        confirmed: set[int] = set()

        def is_confirmed() -> bool:
            while not connection.confirmed.empty():
                confirmed.add(connection.confirmed.get())
            return token in confirmed

        self.wait(is_confirmed, _CONFIRM_SECONDS)

    def _take_in(self) -> None:
        while not self._queue.empty():
            self._note(self._queue.get())

    def _note(self, message: ReceivedMessage) -> None:
        entry = heard_entry(
            message.topic,
            message.payload,
            at=message.received_at,
            moment=time.monotonic(),
            is_retained=message.retain,
            qos=message.qos,
        )
        if concerns(entry, self._uuid):
            self.journal.note(entry)


class _BrokerLoan:
    def __init__(
        self, line: BrokerLine, connection: MqttConnection, topic: str, owed: bytes
    ) -> None:
        self._line = line
        self.connection = connection
        self.topic = topic
        self.owed = owed

    def put(self, payload: bytes) -> None:
        self._line.deliver_loan(self, payload)

    def give_back(self, payload: bytes) -> None:
        self._line.deliver_loan(self, payload)
        self._line.end_loan(self)
