"""Plugs for tests: they speak the documented HTTP on a free port, and keep time when told to."""

import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from infoscreen_core.domain.commands.plug_address import PlugAddress
from infoscreen_core.domain.commands.plugs import PlugKind
from infoscreen_core.domain.exchange.addresses import AllowedHosts
from infoscreen_core.fetching.plugs.conversation import PlugPolicy
from tests.support.exchange.calendar_server import (
    Answer,
    CalendarServer,
    Request,
    calendar_server,
)

LOOPBACK = AllowedHosts.read("127.0.0.0/8")
PASSWORD = "s3cret &%#ü"
POLICY = PlugPolicy(LOOPBACK, seconds=30.0)


@dataclass
class Plug:
    """One relay or several; a pause under way ends when `elapse` says that time has passed."""

    kind: PlugKind
    relays: int = 1
    password: str | None = None
    on: set[int] = field(default_factory=set)
    """The relays, from 1, that are on."""
    pause: tuple[int, float] | None = None
    """The relay that will be switched on by itself, and after how many seconds."""
    offs: int = 0
    """How often a relay was switched off."""
    orders: list[str] = field(default_factory=list)
    """What it was told to switch, in its own words."""

    def __post_init__(self) -> None:
        self.on = self.on or set(range(1, self.relays + 1))

    @property
    def is_on(self) -> bool:
        return 1 in self.on

    def elapse(self) -> None:
        """Let the pause end."""
        if self.pause:
            self.on.add(self.pause[0])
            self.pause = None

    def set(self, relay: int, *, on: bool) -> None:
        if on:
            self.on.add(relay)
        else:
            self.on.discard(relay)
            self.offs += 1

    def answer(self, request: Request) -> Answer:
        raise NotImplementedError


class ShellyPlug(Plug):
    """A Shelly of the second generation."""

    nonce = 1000

    def __init__(self, **given: object) -> None:
        super().__init__(PlugKind.SHELLY_GEN2, **given)  # type: ignore[arg-type]

    def answer(self, request: Request) -> Answer:
        path, query = urlsplit(request.path).path, parse_qs(urlsplit(request.path).query)
        if path == "/rpc/Shelly.GetDeviceInfo":
            return said(id="shellyplusplugs-test", gen=2, app="PlusPlugS", ver="1.4.4")
        if not path.startswith("/rpc/Switch."):
            return said(404, code=404, message=f"No handler for {path}")
        if self.password is not None and not self._is_authorised(request):
            return self._challenge()
        relay = int(query["id"][0]) + 1
        if relay > self.relays:
            return said(500, code=-105, message=f"Argument 'id', value {relay - 1} not found!")
        if path == "/rpc/Switch.GetStatus":
            return said(id=relay - 1, source="http", output=relay in self.on)
        return self._set(relay, query)

    def _set(self, relay: int, query: dict[str, list[str]]) -> Answer:
        was_on = relay in self.on
        on = query["on"][0] == "true"
        self.orders.append(f"{on} {query.get('toggle_after', ['-'])[0]}")
        self.set(relay, on=on)
        if "toggle_after" in query and not on:
            self.pause = (relay, float(query["toggle_after"][0]))
        return said(was_on=was_on)

    def _challenge(self) -> Answer:
        ShellyPlug.nonce += 1
        value = (
            f'Digest qop="auth", realm="shellyplusplugs-test", nonce="{self.nonce}", '
            "algorithm=SHA-256"
        )
        return Answer(status=401, headers={"WWW-Authenticate": value})

    def _is_authorised(self, request: Request) -> bool:
        given = request.headers.get("authorization", "")
        parts = dict(re.findall(r'(\w+)="?([^",]*)"?', given))
        if parts.get("nonce") != str(self.nonce) or parts.get("uri") != request.path:
            return False
        who = _hashed(f"admin:{parts['realm']}:{self.password}")
        what = _hashed(f"GET:{request.path}")
        middle = f"{parts['nonce']}:{parts['nc']}:{parts['cnonce']}:{parts['qop']}"
        return bool(parts["response"] == _hashed(f"{who}:{middle}:{what}"))


class TasmotaPlug(Plug):
    """A plug with Tasmota; whatever it is asked ends a `Delay`, as with the real ones."""

    was_cut_short = False

    def __init__(self, **given: object) -> None:
        super().__init__(PlugKind.TASMOTA, **given)  # type: ignore[arg-type]

    def answer(self, request: Request) -> Answer:
        url = urlsplit(request.path)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        if url.path != "/cm":
            return Answer(b"<!DOCTYPE html>", 404)
        login = (query.get("user"), query.get("password"))
        if self.password is not None and login != ("admin", self.password):
            return said(401, WARNING="Need user=<username>&password=<password>")
        if self.pause:
            self.was_cut_short = True
            self.elapse()
        return self._do(query["cmnd"])

    def _do(self, command: str) -> Answer:
        word, _, rest = command.partition(" ")
        if word == "Backlog":
            self._backlog(rest)
            return said()
        if command == "Status 2":
            return said(StatusFWR={"Version": "14.2.0(tasmota)", "Hardware": "ESP8266EX"})
        relay = int(word.removeprefix("Power") or 1)
        if relay > self.relays:
            return said(Command="Unknown")
        if rest:
            self.orders.append(command)
            self.set(relay, on=rest == "ON")
        name = "POWER" if self.relays == 1 else f"POWER{relay}"
        return said(**{name: "ON" if relay in self.on else "OFF"})

    def _backlog(self, commands: str) -> None:
        self.orders.append(commands)
        off, delay, on = (one.strip() for one in commands.split(";"))
        relay = int(off.split(" ")[0].removeprefix("Power"))
        assert (off, on) == (f"Power{relay} OFF", f"Power{relay} ON")
        tenths = int(delay.removeprefix("Delay "))
        assert 2 <= tenths <= 3600
        self.set(relay, on=False)
        self.pause = (relay, tenths / 10)


@contextmanager
def running(plug: Plug) -> Iterator[CalendarServer]:
    """Let a plug answer on a port of this machine."""
    with calendar_server() as server:
        server.answering = plug.answer
        yield server


def address_of(server: CalendarServer) -> PlugAddress:
    return PlugAddress("127.0.0.1", server.port)


def said(status: int = 200, /, **content: object) -> Answer:
    return Answer(json.dumps(content).encode(), status, {"Content-Type": "application/json"})


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
