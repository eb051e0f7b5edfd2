"""What browsers are told: read once for all of them, by one thread, while any is connected.

A connection holds neither a thread nor a session of the database. It is woken when there is news
for it and asks `Connection.news`, which compares what it was told with what holds now. So a browser
that reads slowly misses intermediate states, and nothing piles up for it.
"""

import asyncio
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Final, NamedTuple

import orjson

from console.runtime import OutageError, now, read_session, resources
from console.web.player import assets
from infoscreen_core.clock import to_zulu
from infoscreen_core.contracts import Command
from infoscreen_core.errors import BusyError
from infoscreen_core.log import get_logger
from infoscreen_core.services import changes
from infoscreen_core.services.commands import dispatching
from infoscreen_core.services.encryption import load_signer
from infoscreen_core.services.playing.web_screens import (
    FeedDesk,
    GroupScreen,
    WebFeed,
    read_feed,
)
from infoscreen_core.services.screens.views import OpenWebPlayer

log = get_logger()

LOOK_SECONDS: Final = 0.5
"""How often the change counter and the commands are looked at."""
WHOLE_SECONDS: Final = 30.0
"""After so long all is read anew, whatever the counter says."""
OUTAGE_SECONDS: Final = 2.0
MAX_CONNECTIONS: Final = 1000

Event = tuple[str, bytes]
"""A server-sent event: its name, and its data in one line."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What holds now for all browsers."""

    feed: WebFeed
    commands: Mapping[str, list[Command]]
    """By the player's UUID; told until it acknowledges them."""


class _State(NamedTuple):
    """What one browser is to know."""

    screen: bytes
    payload: bytes
    speaks: bool
    commands: dict[str, Command]


@dataclass(eq=False)
class Connection:
    """One browser's stream."""

    player: OpenWebPlayer
    window: str
    """Tells one window of a browser from another; it stays over reconnects."""
    hub: "Hub"
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    is_over: bool = False
    """Whether the address has ended, or the window has another stream by now."""
    _told: _State | None = None

    def news(self) -> Iterator[Event]:
        """Return what this browser has not been told yet."""
        shown, before = self.hub.shown, self._told
        if shown is None or (state := self._state(shown)) is None:
            return
        self._told = state
        if before is None or before.screen != state.screen:
            yield "screen", state.screen
        if before is None or before.payload != state.payload:
            yield "list", _list_event(state.payload, now())
        if before is None or before.speaks != state.speaks:
            yield "role", orjson.dumps({"speaks": state.speaks})
        for command_id, command in state.commands.items():
            if before is None or command_id not in before.commands:
                yield "command", command.to_payload()

    def has_news(self) -> bool:
        """Whether the stream has something to do: news, or to end."""
        shown = self.hub.shown
        return self.is_over or (shown is not None and self._state(shown) != self._told)

    def _state(self, shown: Shown) -> _State | None:
        player = shown.feed.players.get(self.player.token_hash)
        if player is None or self.is_over:
            self.is_over = True
            return None
        speaks = self.hub.is_speaker(self)
        commands = shown.commands.get(player.uuid, ()) if speaks else ()
        return _State(
            _screen_event(shown.feed, player),
            shown.feed.screen_of(player).payload,
            speaks,
            {str(command.command_id): command for command in commands},
        )


def _screen_event(feed: WebFeed, player: OpenWebPlayer) -> bytes:
    facts = {
        "uuid": player.uuid,
        "name": player.name,
        "hasGroup": player.group_id is not None,
        "organization": feed.organization,
        "timezone": feed.timezone,
        "version": assets.version(),
    }
    return orjson.dumps(facts)


def _list_event(payload: bytes, at: datetime) -> bytes:
    return b'{"serverTime":"%s","items":%s}' % (to_zulu(at).encode(), payload)


class Hub:
    """All connected browsers of this process; its methods belong to the event loop's thread."""

    def __init__(self) -> None:
        self.shown: Shown | None = None
        self.looks = 0
        """How often the database was asked."""
        self._of_player: dict[str, list[Connection]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._reader: _Reader | None = None

    @property
    def size(self) -> int:
        """How many browsers are connected."""
        return sum(map(len, self._of_player.values()))

    def connect(self, player: OpenWebPlayer, window: str) -> Connection:
        """Add a browser; raise `BusyError` when there are too many.

        A window that comes again takes the place of its stream before, which may be dead without
        anybody knowing.
        """
        if self.size >= MAX_CONNECTIONS:
            raise BusyError("Too many browsers are connected; try again later.")
        connection = Connection(player, window, self)
        others = self._of_player.setdefault(player.uuid, [])
        for other in [one for one in others if one.window == window]:
            others.remove(other)
            other.is_over = True
            other.wake.set()
        others.append(connection)
        self._read()
        self._wake_those_with_news()
        return connection

    def disconnect(self, connection: Connection) -> None:
        """Forget a browser that has gone; the last one ends the reading."""
        others = self._of_player.get(connection.player.uuid, [])
        if connection in others:
            others.remove(connection)
        if not others:
            self._of_player.pop(connection.player.uuid, None)
        if not self._of_player:
            self.close()
        self._wake_those_with_news()  # another window may speak now

    def is_speaker(self, connection: Connection) -> bool:
        """Whether this window reports as the screen: of several with one address, the newest."""
        others = self._of_player.get(connection.player.uuid, [])
        return bool(others) and others[-1] is connection

    def close(self) -> None:
        """End the reading."""
        if self._reader is not None:
            self._reader.stop.set()
            self._reader.kick.set()
        self._reader, self.shown = None, None

    def screen_of(self, player: OpenWebPlayer) -> GroupScreen | None:
        """Return what a browser shows, as far as that was read; None: nobody is connected."""
        return None if self.shown is None else self.shown.feed.screen_of(player)

    def take(self, reader: "_Reader", shown: Shown) -> None:
        """Take over what was read."""
        if reader is self._reader:
            self.shown = shown
            self.looks += 1
            self._wake_those_with_news()

    def uuids(self) -> list[str]:
        """Return the players that are connected; any thread may ask."""
        return list(self._of_player)

    def _read(self) -> None:
        loop = asyncio.get_running_loop()
        if self._reader is None or self._loop is not loop:
            self.close()
            self._loop = loop
            self._reader = _Reader(self, loop)
            self._reader.start()
        self._reader.kick.set()

    def _wake_those_with_news(self) -> None:
        for connections in self._of_player.values():
            for connection in connections:
                if connection.has_news():
                    connection.wake.set()


class _Reader(threading.Thread):
    """Asks the database, a little twice a second, and all of it when something changed."""

    def __init__(self, hub: Hub, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(name="web-players", daemon=True)
        self.stop, self.kick = threading.Event(), threading.Event()
        self._hub, self._loop = hub, loop
        made = resources()
        self._desk = FeedDesk(made.media_store, partial(load_signer, made.settings))
        self._feed: WebFeed | None = None
        self._counter: int | None = None
        self._due = 0.0

    def run(self) -> None:
        """Look again and again until nobody is connected any more."""
        while not self.stop.is_set():
            pause = LOOK_SECONDS
            try:
                shown = self._look()
            except OutageError as error:
                log.warning("web_players.database_failed", error=type(error).__name__)
                pause = OUTAGE_SECONDS
            except Exception:  # whatever it is, the screens must go on
                log.exception("web_players.look_failed")
                pause = OUTAGE_SECONDS
            else:
                self._hand_over(shown)
            self.kick.wait(pause)
            self.kick.clear()

    def _look(self) -> Shown:
        at = now()
        with read_session() as session:
            counter = changes.current(session)  # before the lists: they are at least as new
            if self._feed is None or self._is_due(counter, at):
                self._feed = read_feed(session, self._desk, now=at)
                self._counter, self._due = counter, time.monotonic() + WHOLE_SECONDS
            commands = dispatching.list_published(session, self._hub.uuids(), now=at)
        of_player: dict[str, list[Command]] = {}
        for command in commands:
            of_player.setdefault(str(command.client_uuid), []).append(command)
        return Shown(self._feed, of_player)

    def _is_due(self, counter: int, at: datetime) -> bool:
        has_passed = self._feed is not None and self._feed.next_boundary <= at
        return has_passed or counter != self._counter or time.monotonic() >= self._due

    def _hand_over(self, shown: Shown) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._hub.take, self, shown)


hub: Final = Hub()
