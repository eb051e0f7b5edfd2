"""A simulated player's connection: paho on an asyncio loop, without threads and select().

paho's own loop uses select(), which ends at file descriptor 1,023; asyncio's selector has no such
end.
"""

import asyncio
import contextlib
import socket
import ssl
from dataclasses import dataclass
from datetime import timedelta

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.reasoncodes import ReasonCode

from infoscreen_core.clock import utc_now
from infoscreen_core.log import get_logger
from infoscreen_core.settings import Settings
from workers.clock_steps import ClockSteps
from workers.mqtt.tls import make_tls_context
from workers.simulator.agenda import (
    Effect,
    Fetch,
    GoOffline,
    GoOnline,
    Publish,
    Subscribe,
    Unsubscribe,
)
from workers.simulator.media.desk import MediaDesk
from workers.simulator.media.files import Outcome
from workers.simulator.player import Player

log = get_logger()

_KEEPALIVE_SECONDS = 30
_MISC_SECONDS = 5.0
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.3, 3.0
_LONGEST_SLEEP = timedelta(hours=1)


@dataclass(frozen=True)
class BrokerAddress:
    """Where players connect, and as whom."""

    host: str
    port: int
    login: tuple[str, str] | None
    settings: Settings
    """For the TLS variables."""


class Link:
    """Keeps one player connected while its machine has power, and carries out what it wants."""

    def __init__(
        self,
        player: Player,
        address: BrokerAddress,
        loop: asyncio.AbstractEventLoop,
        desk: MediaDesk,
    ) -> None:
        self._player = player
        self._address = address
        self._loop = loop
        self._desk = desk
        self._socket: socket.socket | None = None
        self._alarm: asyncio.TimerHandle | None = None
        self._changed = asyncio.Event()
        self._pause = _FIRST_PAUSE_SECONDS
        self._steps = ClockSteps(utc_now)
        self._client = self._make_client()

    async def run(self) -> None:
        """Connect, and connect again, until cancelled."""
        while True:
            if not self._player.is_powered:
                await self._wait_for_change()
                continue
            await self._connect()
            while self._socket is not None:
                self._client.loop_misc()
                await self._wait_for_change()
            await asyncio.sleep(self._pause)
            self._pause = min(self._pause * 2, _LONGEST_PAUSE_SECONDS)

    def close(self) -> None:
        """Say good-bye to the broker; undelivered messages stay for the next session."""
        if self._alarm:
            self._alarm.cancel()
        self._leave()

    def touch(self) -> None:
        """Let the player do what is due, carry out its wishes, and set the alarm for the next."""
        if step := self._steps.take():
            self._player.follow_clock(step)
        self._player.run_due(utc_now())
        self._carry_out()

    # --- the player's wishes ---

    def _carry_out(self) -> None:
        for effect in self._player.drain():
            self._do(effect)
        self._set_alarm()

    def _do(self, effect: Effect) -> None:
        match effect:
            case Publish():
                # paho keeps QoS 1 for the next connection; a late QoS 0 report would only be wrong.
                if effect.qos or self._player.is_connected:
                    self._client.publish(effect.topic, effect.payload, effect.qos, effect.retain)
            case Subscribe():
                self._client.subscribe(effect.topic_filter, effect.qos)
            case Unsubscribe():
                self._client.unsubscribe(effect.topic_filter)
            case Fetch():
                self._desk.ask(effect.file, self._arrived)
            case GoOffline():
                self._leave()
            case GoOnline():
                self._changed.set()

    def _arrived(self, outcome: Outcome) -> None:
        self._player.arrived(outcome, utc_now())
        self._carry_out()

    def _set_alarm(self) -> None:
        if self._alarm:
            self._alarm.cancel()
            self._alarm = None
        due = self._player.next_at
        if due is not None:
            delay = min(due - utc_now(), _LONGEST_SLEEP).total_seconds()
            self._alarm = self._loop.call_later(max(delay, 0.0), self.touch)

    def _leave(self) -> None:
        if self._socket is not None:
            self._client.disconnect()
            self._client.loop_write()  # paho closes the socket once its good-bye is out

    # --- paho's side ---

    def _make_client(self) -> mqtt.Client:
        client = mqtt.Client(
            CallbackAPIVersion.VERSION2,
            # Fixed, with a lasting session: commands sent while the player is away wait for it.
            client_id=f"infoscreen-player-{self._player.uuid}",
            clean_session=False,
        )
        settings = self._address.settings
        if self._address.login:
            client.username_pw_set(*self._address.login)
        if settings.mqtt_tls_enabled:
            client.tls_set_context(make_tls_context(settings))
            client.tls_insecure_set(settings.mqtt_tls_insecure)
        client.connect_timeout = 3.0
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_message = self._on_message
        client.on_socket_close = lambda *_: self._detach()
        client.on_socket_register_write = self._on_want_write
        return client

    async def _connect(self) -> None:
        try:
            # In a thread: a host that does not answer must not stop the other players.
            await asyncio.to_thread(
                self._client.connect, self._address.host, self._address.port, _KEEPALIVE_SECONDS
            )
        except OSError as error:
            log.debug("player.connect_failed", error=str(error))
            return
        connected = self._client.socket()
        if isinstance(connected, socket.socket):
            self._socket = connected
            self._loop.add_reader(connected, self._read)
            self._want_write()

    def _read(self) -> None:
        self._client.loop_read()
        while isinstance(self._socket, ssl.SSLSocket) and self._socket.pending():
            self._client.loop_read()  # decrypted already: no selector will tell of it
        self._carry_out()

    def _write(self) -> None:
        self._client.loop_write()
        if self._socket is not None and not self._client.want_write():
            self._loop.remove_writer(self._socket)

    def _want_write(self) -> None:
        if self._socket is not None and self._client.want_write():
            self._loop.add_writer(self._socket, self._write)

    def _detach(self) -> None:
        if self._socket is not None:
            self._loop.remove_reader(self._socket)
            self._loop.remove_writer(self._socket)
            self._socket = None
            self._changed.set()

    def _on_want_write(self, *_arguments: object) -> None:
        self._loop.call_soon_threadsafe(self._want_write)

    def _on_connect(
        self, _client: object, _data: object, _flags: object, reason: ReasonCode, _: object
    ) -> None:
        if reason.is_failure:
            if self._pause < _LONGEST_PAUSE_SECONDS:  # said a few times, not for ever
                log.warning("player.refused", client_uuid=self._player.uuid, reason=str(reason))
            return
        self._pause = _FIRST_PAUSE_SECONDS
        self._player.connected(utc_now())

    def _on_disconnect(self, *_arguments: object) -> None:
        if self._player.is_connected:
            self._player.disconnected(utc_now())

    def _on_message(self, _client: object, _data: object, message: mqtt.MQTTMessage) -> None:
        self._player.receive(message.topic, bytes(message.payload), now=utc_now())

    async def _wait_for_change(self) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._changed.wait(), _MISC_SECONDS)
        self._changed.clear()
