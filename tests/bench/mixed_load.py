"""What a whole fleet says at once, sent over raw sockets out of packets that are made before.

One process sends health and heartbeats (QoS 0) over one connection; log lines, pictures and
acknowledgements of commands (QoS 1) over another, where it counts what the broker confirms. It
keeps to the clock: when it was held up, it sends what is due by now.
"""

import base64
import io
import json
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import orjson
from PIL import Image

from tests.bench.ingest import mqtt_string, packet, payload_of, uuid_of
from tests.support.servers import Mosquitto

HEALTH_SECONDS: Final = 5
HEARTBEAT_SECONDS: Final = 65
PICTURE_BYTES: Final = 150_000
_TICK: Final = 0.02
_GREETED_AT_ONCE: Final = 500
_MARK_SECONDS: Final = 0.1
_PATIENCE: Final = 60.0
_STAMP: Final = b"2026-11-23T08:00:00Z"
"""Stands in prepared packets where the time belongs."""
_FIGURES: Final = 50
"""Different ones, before they begin anew."""
_LEVELS: Final = ("error", "warn")


@dataclass(frozen=True, slots=True)
class Load:
    """Who speaks, how long, and how much there is beside health, each second."""

    players: int
    seconds: int
    health: int
    """Health messages of all players together."""
    logs: int = 50
    pictures: int = 20
    acks: int = 10

    @property
    def marker(self) -> str:
        """The player that says nothing but the time."""
        return uuid_of(self.players)

    def command_id(self, number: int) -> str:
        """The command that the nth acknowledgement is for; its player is the nth as well."""
        return str(UUID(int=1_000_000_000 + number))


@dataclass
class Sent:
    """What was sent, as the sending process tells it when it ends."""

    health: int = 0
    heartbeats: int = 0
    logs: int = 0
    pictures: int = 0
    acks: int = 0
    confirmed: int = 0
    """Messages of QoS 1 that the broker has acknowledged."""
    marks: list[int] = field(default_factory=list)
    """Milliseconds at which the marker said the time, in its health and in a log line."""
    late_ms: int = 0
    """The longest that it lagged behind the clock itself."""
    cpu_seconds: float = 0.0
    """Processor time of the sending."""

    @property
    def sure(self) -> int:
        """Messages of QoS 1."""
        return self.logs + self.pictures + self.acks

    @property
    def total(self) -> int:
        """All messages."""
        return self.sure + self.health + self.heartbeats


class Link:
    """One connection to the broker."""

    def __init__(self, broker: Mosquitto, name: str) -> None:
        flags = mqtt_string("MQTT") + b"\x04\xc2" + (600).to_bytes(2, "big")
        login = mqtt_string(name) + mqtt_string(broker.user) + mqtt_string(broker.password)
        self.confirmed = 0
        self._rest = b""
        self._mid = 0
        self._socket = socket.create_connection((broker.host, broker.port))
        self._socket.sendall(packet(0x10, flags + login))
        assert self._socket.recv(4)[3] == 0, "the broker refused the publisher"

    def send(self, packets: bytes) -> None:
        self._socket.sendall(packets)

    def say(self, topic: str, payload: bytes) -> None:
        """Publish with QoS 1, and count what was confirmed meanwhile."""
        self._mid = self._mid % 65_535 + 1
        self.send(packet(0x32, mqtt_string(topic) + self._mid.to_bytes(2, "big") + payload))
        self.read()

    def read(self) -> None:
        with suppress(BlockingIOError):
            self._rest += self._socket.recv(65_536, socket.MSG_DONTWAIT)
        # Each is four bytes: nothing else comes here, since there is no subscription and no ping.
        whole = len(self._rest) // 4 * 4
        self.confirmed += whole // 4
        self._rest = self._rest[whole:]


class Health:
    """What each player says of its health: another figure each time, at the time of its sending."""

    def __init__(self, players: int) -> None:
        tails = [_tail(number) for number in range(_FIGURES)]
        heads = [
            _pieces(f"{uuid_of(number)}/health", payload_of(0, 1_000, _STAMP.decode()))
            for number in range(players)
        ]
        self._heads = [head for head, _, _ in heads]
        self._middle = heads[0][1]
        self._tails = tails
        assert {len(tail) for tail in tails} == {len(heads[0][2])}, "a packet has its length inside"

    def said(self, begun: int, end: int, now: bytes) -> bytes:
        """Return the packets of these numbers; players take turns."""
        heads, tails, middle = self._heads, self._tails, now + self._middle + now
        players = len(heads)
        return b"".join(
            [
                heads[number % players] + middle + tails[(number + number // players) % _FIGURES]
                for number in range(begun, end)
            ]
        )


def _tail(number: int) -> bytes:
    """Return what follows the times in a message with that figure."""
    payload = payload_of(number, 1_000, _STAMP.decode()).replace(
        b"41.5", b"%.1f" % (41 + number / 10)
    )
    return payload.rpartition(_STAMP)[2].replace(b"51.2", b"%.1f" % (50 + number / 10))


class Fleet:
    """All players, as one process that sends what is due."""

    def __init__(self, broker: Mosquitto, load: Load, origin: float) -> None:
        self.sent = Sent()
        self._load, self._origin = load, origin
        self._quick, self._sure = Link(broker, "bench-quick"), Link(broker, "bench-sure")
        self._health = Health(load.players)
        self._heartbeats = [_pieces(f"{uuid_of(n)}/heartbeat", _BEAT) for n in range(load.players)]
        self._picture = _picture_message(uuid_of(0))

    def run(self) -> Sent:
        """Speak for the time given; wait until what has to arrive is confirmed."""
        begun, used = time.monotonic(), time.process_time()
        while (elapsed := time.monotonic() - begun) < self._load.seconds:
            self._speak(elapsed)
            spent = time.monotonic() - begun - elapsed
            self.sent.late_ms = max(self.sent.late_ms, round((spent - _TICK) * 1000))
            time.sleep(max(0.0, _TICK - spent))
        self._speak(self._load.seconds)
        self.sent.cpu_seconds = time.process_time() - used
        end = time.monotonic() + _PATIENCE
        while self._sure.confirmed < self._sure_count() and time.monotonic() < end:
            time.sleep(_TICK)
            self._sure.read()
        self.sent.confirmed = self._sure.confirmed
        return self.sent

    def greet(self) -> None:
        """Let each player say how it is, as fast as the broker reads."""
        for start in range(0, self._load.players, _GREETED_AT_ONCE):
            end = min(start + _GREETED_AT_ONCE, self._load.players)
            self._quick.send(self._health.said(start, end, _now()))
            time.sleep(_TICK)

    def _sure_count(self) -> int:
        return self.sent.sure + len(self.sent.marks)

    def _speak(self, elapsed: float) -> None:
        load, sent = self._load, self.sent
        now = _now()
        begun, sent.health = sent.health, int(elapsed * load.health)
        self._quick.send(self._health.said(begun, sent.health, now))
        begun = sent.heartbeats
        sent.heartbeats = int(elapsed * load.players / HEARTBEAT_SECONDS)
        beats = (
            self._heartbeats[number % load.players] for number in range(begun, sent.heartbeats)
        )
        self._quick.send(b"".join([now.join(beat) for beat in beats]))
        for name, rate, say in (
            ("logs", load.logs, self._log),
            ("acks", load.acks, self._ack),
            ("pictures", load.pictures, self._show),
        ):
            self._say_due(name, int(elapsed * rate), say)
        if elapsed >= len(sent.marks) * _MARK_SECONDS:
            self._mark(now)

    def _say_due(self, name: str, until: int, say: Callable[[int], None]) -> None:
        for number in range(getattr(self.sent, name), until):
            say(number)
        setattr(self.sent, name, until)

    def _log(self, number: int) -> None:
        uuid = uuid_of(number % self._load.players)
        stamp = datetime.now(UTC).isoformat()  # noqa: TID251 - a player's clock
        line = {"message": f"mixed line {number}", "timestamp": stamp}
        self._sure.say(f"infoscreen/{uuid}/logs/{_LEVELS[number % 2]}", orjson.dumps(line))

    def _ack(self, number: int) -> None:
        uuid = uuid_of(number % self._load.players)
        step = {"command_id": self._load.command_id(number), "status": "accepted"}
        ack = step | {"error_code": None, "error_message": None}
        self._sure.say(f"infoscreen/{uuid}/commands/ack", orjson.dumps(ack))

    def _show(self, number: int) -> None:
        uuid = uuid_of(number % self._load.players)
        payload = self._picture.replace(uuid_of(0).encode(), uuid.encode()).replace(_STAMP, _now())
        self._sure.say(f"infoscreen/{uuid}/dashboard", payload)

    def _mark(self, now: bytes) -> None:
        """Say the time in the midst of all else, over both connections."""
        at = round((time.monotonic() - self._origin) * 1000)
        self.sent.marks.append(at)
        uuid = self._load.marker
        health = payload_of(0, at, now.decode())
        self._quick.send(packet(0x30, mqtt_string(f"infoscreen/{uuid}/health") + health))
        stamp = datetime.now(UTC).isoformat()  # noqa: TID251 - a player's clock
        line = {"message": f"mark {at}", "timestamp": stamp}
        self._sure.say(f"infoscreen/{uuid}/logs/warn", orjson.dumps(line))


_BEAT: Final = orjson.dumps(
    {"timestamp": _STAMP.decode(), "current_process": "chromium", "process_status": "running"}
)


def _now() -> bytes:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ").encode()  # noqa: TID251 - a player's


def _pieces(leaf: str, payload: bytes) -> list[bytes]:
    """Return a packet of QoS 0, cut where the time belongs."""
    return packet(0x30, mqtt_string(f"infoscreen/{leaf}") + payload).split(_STAMP)


def _picture_message(uuid: str) -> bytes:
    picture = {"data": base64.b64encode(_picture()).decode()}
    health = {"current_process": "chromium", "process_pid": 1_000, "process_status": "running"}
    message = {
        "message": {"client_id": uuid, "status": "ok"},
        "content": {"screenshot": picture},
        "runtime": {"process_health": health},
        "metadata": {
            "schema_version": "2.0",
            "capture": {"type": "periodic", "captured_at": _STAMP.decode()},
        },
    }
    return orjson.dumps(message)


def _picture() -> bytes:
    """Return a picture in full HD, and as many bytes as one of a busy page has."""
    image = Image.effect_noise((480, 270), 60).resize((1920, 1080)).convert("RGB")
    for quality in range(95, 5, -3):
        file = io.BytesIO()
        image.save(file, "JPEG", quality=quality)
        if file.tell() <= PICTURE_BYTES:
            break
    return file.getvalue()


def greet(broker: Mosquitto, load: Load) -> None:
    """Be the process that says each player's first word: print "greeted" at the end."""
    Fleet(broker, load, 0.0).greet()
    print("greeted", flush=True)


def speak(broker: Mosquitto, load: Load, origin: float) -> None:
    """Be the sending process: print "sending", and at the end what was sent, as JSON."""
    fleet = Fleet(broker, load, origin)
    print("sending", flush=True)
    print(json.dumps(asdict(fleet.run())), flush=True)
