"""The one MQTT connection wrapper: auth, TLS, endless reconnect, the only publish()."""

import random
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from queue import SimpleQueue
from typing import Any, NamedTuple, NoReturn

from paho.mqtt.client import Client, ConnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from infoscreen_core.clock import utc_now
from infoscreen_core.errors import InfoscreenError
from infoscreen_core.log import get_logger
from infoscreen_core.settings import Settings
from workers.mqtt.ack_order import AckOrder
from workers.mqtt.arrivals import ArrivalClock
from workers.mqtt.eviction import EvictionWatch
from workers.mqtt.intake import IntakeClient
from workers.mqtt.kinds import ORDINARY, ConnectionKind
from workers.mqtt.tls import make_tls_context

log = get_logger()

RECONNECT_SECONDS = 1, 4
"""Wait before the first and before every later attempt to reconnect."""
EVICTED_SECONDS = 20, 60
"""The same while somebody else uses the client id: each has it for a while, and can be found."""
SESSION_EXPIRY_SECONDS = 86_400
"""How long the broker keeps a persistent MQTT 5 session; with 3.1.1 the broker decides."""
MAX_INFLIGHT = 100
"""Unconfirmed publishes under way at once; mosquitto is set to the same."""
MARK_SECONDS = 60.0
"""When the end of the backlog is marked anew: a broker whose queue was full lost the mark."""
_REFUSED = 0x80  # MQTT 5 reason codes from here on are failures
_MID_BITS = 16
_TAKEN = (
    "another program seems to connect to this broker under the same client id, and each puts the "
    "other off: start this worker once only, and give each installation its own MQTT_CLIENT_PREFIX"
)


class NotConnectedError(InfoscreenError):
    """There is no broker connection now; nothing was sent, and nothing will be."""

    code = "not_connected"


class ReceivedMessage(NamedTuple):
    """One message as the broker handed it over; `received_at` is the server's clock."""

    topic: str
    payload: bytes
    qos: int
    retain: bool
    mid: int
    received_at: datetime
    epoch: int
    may_have_waited: bool = False
    """Whether the broker may have kept it for us while we were away."""


class MqttConnection:
    """A connection that is kept up in a thread of its own, from `start()` to `stop()`.

    Callbacks (`on_message`, `on_connected`) run in that thread: they must only enqueue. Each
    successful connect begins a new `epoch`: packet ids of an older one are void, so unacknowledged
    messages come again and unconfirmed publishes must be repeated.

    With a `backlog_topic` messages say whether they may have waited for us. The broker sends what
    it kept for a session first; so once connected we send ourselves an empty message there, and
    what comes before it may have waited.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        client_id: str,
        on_message: Callable[[ReceivedMessage], None] | None = None,
        subscriptions: Sequence[tuple[str, int]] = (),
        on_connected: Callable[[int], None] | None = None,
        kind: ConnectionKind = ORDINARY,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self.confirmed: SimpleQueue[int] = SimpleQueue()
        """Tokens of publishes that the broker has acknowledged."""
        self.is_refused = False  # the broker said no, or hung up, when we came last
        self._settings = settings
        self._client_id = client_id
        self._on_message = on_message
        self._subscriptions = [(name, qos) for name, qos in subscriptions]
        self._kind = kind
        self._on_connected = on_connected
        self._is_in_backlog = False
        self._marked_at = 0.0
        self._ack_order = AckOrder()
        self._arrival = ArrivalClock(clock)
        self._lock = threading.RLock()
        self._epoch = 0
        self._is_connected = False
        self._is_started = False
        self._trouble = ""
        self._evictions = EvictionWatch()
        self._thread: threading.Thread | None = None
        self._client = self._build_client()

    @property
    def is_connected(self) -> bool:
        """Whether the broker has accepted the connection and it has not been seen to break."""
        return self._is_connected

    @property
    def is_evicted(self) -> bool:
        """Whether another program seems to use the same client id on this broker."""
        return self._evictions.is_evicted

    @property
    def epoch(self) -> int:
        """The number of successful connects so far."""
        return self._epoch

    def start(self) -> None:
        """Begin to connect, and to reconnect for ever; returns at once."""
        self._is_started = True
        self._run(self._client)

    def stop(self, timeout: float = 2.0) -> None:
        """Disconnect cleanly; leave a network thread that hangs longer than `timeout` seconds."""
        self._is_started = False
        self._client.disconnect()
        thread = self._thread
        if thread and thread is not threading.current_thread():
            thread.join(timeout)
        self._is_connected = False

    def publish(
        self,
        topic: str,
        payload: bytes,
        *,
        qos: int = 1,
        retain: bool = False,
        expiry_seconds: int | None = None,
    ) -> int:
        """Send one message and return its token, put into `confirmed` once the broker has it.

        Raises `NotConnectedError` while offline. A connection that breaks before the confirmation
        forgets the message: the caller repeats it. `expiry_seconds` (MQTT 5 only) lets the broker
        drop it undelivered.
        """
        epoch = self._epoch
        if not self._is_connected:
            self._refuse(topic)
        info = self._client.publish(
            topic, payload, qos, retain, self._publish_properties(expiry_seconds)
        )
        if info.rc != MQTTErrorCode.MQTT_ERR_SUCCESS:
            self._refuse(
                topic
            )  # paho would have kept it for the next connection; `_forget` drops it
        return _token(epoch, info.mid)

    def ack(self, message: ReceivedMessage) -> bool:
        """Acknowledge a message (`is_manual_ack`) from any thread; False after a reconnect.

        The broker is told once those that came before it are acknowledged, too.
        """
        if message.qos == 0:
            return True
        with self._lock:  # no new epoch may begin between the comparison and the acknowledgement
            if not self._is_connected or message.epoch != self._epoch:
                return False
            return self._acknowledge(message.mid)

    def _acknowledge(self, mid: int) -> bool:
        sent = [self._client.ack(one, 1) for one in self._ack_order.done(mid)]
        return all(code == MQTTErrorCode.MQTT_ERR_SUCCESS for code in sent)

    def check_thread(self) -> None:
        """Bring the network thread back when it died; call it every second or so."""
        if not self._is_started or self._thread is None or self._thread.is_alive():
            if self._is_connected and time.monotonic() - self._marked_at > MARK_SECONDS:
                self._mark_backlog(self._client)
            return
        log.error("mqtt.network_thread_died", client_id=self._client_id)
        with self._lock:
            self._is_connected = False
            self._client.disconnect()
            # A client whose thread crashed on a packet would crash on it again: take a new one.
            self._client = self._build_client()
            self._run(self._client)

    def _run(self, client: Client) -> None:
        self._thread = None
        client.connect_async(
            self._settings.mqtt_broker_host,
            self._settings.mqtt_broker_port,
            self._settings.mqtt_keepalive,
            clean_start=not self._kind.is_persistent,
            properties=self._connect_properties(),
        )
        client.loop_start()

    def _build_client(self) -> Client:
        client = self._new_client(
            CallbackAPIVersion.VERSION2,
            client_id=self._client_id,
            clean_session=None if self._kind.is_mqtt5 else not self._kind.is_persistent,
            protocol=MQTTProtocolVersion.MQTTv5
            if self._kind.is_mqtt5
            else MQTTProtocolVersion.MQTTv311,
            manual_ack=self._kind.is_manual_ack,
        )
        if self._settings.mqtt_login:
            client.username_pw_set(*self._settings.mqtt_login)
        if self._settings.mqtt_tls_enabled:
            client.tls_set_context(make_tls_context(self._settings))
            client.tls_insecure_set(self._settings.mqtt_tls_insecure)
        if self._kind.will:
            client.will_set(*self._kind.will, qos=1, retain=True)
        client.reconnect_delay_set(*RECONNECT_SECONDS)
        client.max_inflight_messages_set(MAX_INFLIGHT)
        client.on_pre_connect = self._forget
        client.on_connect = self._connected
        client.on_connect_fail = self._not_reached
        client.on_disconnect = self._disconnected
        client.on_publish = self._published
        client.on_message = self._received
        return client

    def _new_client(self, *arguments: Any, **options: Any) -> Client:  # noqa: ANN401 - passed on
        if self._kind.is_manual_ack and not self._kind.is_mqtt5:
            return IntakeClient(*arguments, on_publish_packet=self._hand_over, **options)
        return Client(*arguments, **options)

    def _connect_properties(self) -> Properties | None:
        if not (self._kind.is_mqtt5 and self._kind.is_persistent):
            return None
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        properties.SessionExpiryInterval = SESSION_EXPIRY_SECONDS
        return properties

    def _publish_properties(self, expiry_seconds: int | None) -> Properties | None:
        if expiry_seconds is None or not self._kind.is_mqtt5:
            return None
        properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
        properties.MessageExpiryInterval = expiry_seconds
        return properties

    def _refuse(self, topic: str) -> NoReturn:
        raise NotConnectedError(
            "There is no connection to the broker; {topic} was not sent.", topic=topic
        )

    # From here on: callbacks, in the network thread.

    def _forget(self, client: Client, _userdata: object) -> None:
        self._thread = threading.current_thread()
        with self._lock:
            self._is_connected = False
        # paho would send again by itself what was not confirmed; the caller does that, once.
        client.drop_out_messages()

    def _connected(
        self,
        client: Client,
        _userdata: object,
        flags: ConnectFlags,
        reason: ReasonCode,
        _properties: object,
    ) -> None:
        self.is_refused = reason.is_failure
        if reason.is_failure:
            self._complain("mqtt.connection_refused", reason=str(reason), hint=_hint(reason))
            return
        if self._subscriptions:
            client.subscribe(self._subscriptions)
        self._is_in_backlog = flags.session_present
        self._mark_backlog(client)
        with self._lock:
            self._epoch += 1
            self._ack_order = AckOrder()
            self._is_connected = True
            self._trouble = ""
        self._evictions.accepted(is_session_present=flags.session_present)
        log.info("mqtt.connected", epoch=self._epoch, is_session_present=flags.session_present)
        try:
            if self._on_connected:
                self._on_connected(self._epoch)
        except Exception:  # it would silently end the network thread
            log.exception("mqtt.callback_failed", client_id=self._client_id)

    def _mark_backlog(self, client: Client) -> None:
        topic = self._kind.backlog_topic
        if self._is_in_backlog and topic is not None:
            self._marked_at = time.monotonic()
            # QoS 1, or it would overtake; retained, since the contract lets us publish only that.
            client.publish(topic, b"", qos=1, retain=True)

    def _not_reached(self, client: Client, _userdata: object) -> None:
        if self._evictions.not_reached():
            client.reconnect_delay_set(*RECONNECT_SECONDS)
        self._complain(
            "mqtt.broker_unreachable", hint="is it running, and are host and port right?"
        )

    def _disconnected(
        self,
        client: Client,
        _userdata: object,
        _flags: object,
        reason: ReasonCode,
        _properties: object,
    ) -> None:
        with self._lock:
            was_connected, self._is_connected = self._is_connected, False
        self.is_refused = not was_connected
        if was_connected and self._is_started:
            if self._evictions.ended():
                self._complain("mqtt.client_id_taken", hint=_TAKEN)
            self._choose_pause(client, str(reason))

    def _choose_pause(self, client: Client, reason: str) -> None:
        if self.is_evicted:
            earliest, latest = EVICTED_SECONDS  # at random, so that the two do not keep step
            client.reconnect_delay_set(random.randint(earliest, latest), latest)  # noqa: S311
        else:
            log.warning("mqtt.disconnected", reason=reason)
            client.reconnect_delay_set(*RECONNECT_SECONDS)

    def _published(
        self, _client: Client, _userdata: object, mid: int, reason: ReasonCode, _properties: object
    ) -> None:
        # Takes no lock: paho holds one of its own here that publish() needs as well.
        if reason.value >= _REFUSED:
            log.error(
                "mqtt.publish_refused", reason=str(reason), hint="check the broker's access list"
            )
            return
        self.confirmed.put(_token(self._epoch, mid))

    def _received(self, _client: Client, _userdata: object, message: MQTTMessage) -> None:
        self._hand_over(
            message.topic, bytes(message.payload), message.qos, message.retain, message.mid
        )

    def _hand_over(self, topic: str, payload: bytes, qos: int, retain: bool, mid: int) -> None:  # noqa: FBT001
        is_late = self._is_in_backlog
        if qos and self._kind.is_manual_ack:
            self._ack_order.arrived(mid)
        if is_late and topic == self._kind.backlog_topic:
            self._is_in_backlog = False
            with self._lock:
                self._acknowledge(mid)
            return
        try:
            if self._on_message:
                self._on_message(
                    ReceivedMessage(
                        topic, payload, qos, retain, mid, self._arrival(), self._epoch, is_late
                    )
                )
        except Exception:  # it would silently end the network thread
            log.exception("mqtt.callback_failed", client_id=self._client_id)
            if qos and self._kind.is_manual_ack:
                with self._lock:
                    self._ack_order.skip(mid)

    def _complain(self, event: str, **details: str) -> None:
        """Log a problem once, not at every attempt."""
        trouble = f"{event} {details}"
        if trouble != self._trouble:
            self._trouble = trouble
            settings = self._settings
            where = f"{settings.mqtt_broker_host}:{settings.mqtt_broker_port}"
            log.error(event, broker=where, client_id=self._client_id, **details)


def _token(epoch: int, mid: int) -> int:
    return epoch << _MID_BITS | mid


def _hint(reason: ReasonCode) -> str:
    is_login = reason.getName() in {"Bad user name or password", "Not authorized"}
    return "check MQTT_USER and MQTT_PASSWORD" if is_login else "check the broker's configuration"
