"""A fleet of simulated players in one process, on one asyncio loop."""

import asyncio
import fcntl
import resource
import signal
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from infoscreen_core.clock import utc_now
from infoscreen_core.errors import ConflictError
from infoscreen_core.log import get_logger
from workers.simulator.control import FleetNote, obey, take_notes
from workers.simulator.identity import fleet
from workers.simulator.link import BrokerAddress, Link
from workers.simulator.media.desk import MediaDesk
from workers.simulator.media.shelf import Shelf
from workers.simulator.memory import CommandMemory
from workers.simulator.player import Player
from workers.simulator.reports import Habits

log = get_logger()

_NOTES_SECONDS = 1.0


@dataclass(frozen=True)
class FleetPlan:
    """Which players to run, how they behave, and what befalls them at the start."""

    prefix: str
    clients: int
    first: int
    directory: Path
    """The fleet's own: what it remembers, and notes to it."""
    habits: Habits
    notes: tuple[FleetNote, ...] = field(default=())

    @property
    def numbers(self) -> range:
        """The players' numbers."""
        return range(self.first, self.first + self.clients)


def lock_fleet(plan: FleetPlan) -> BinaryIO:
    """Claim these players for this process; raise `ConflictError` when another one runs them.

    Two processes with the same players would throw each other off the broker for ever.
    """
    plan.directory.mkdir(parents=True, exist_ok=True)
    file = (plan.directory / f"players-{plan.first}.lock").open("ab")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise ConflictError(
            "The fleet {prefix} is being simulated already; choose another --prefix.",
            prefix=plan.prefix,
        ) from error
    return file


async def run_fleet(plan: FleetPlan, address: BrokerAddress) -> None:
    """Simulate until SIGTERM or SIGINT."""
    _allow_many_sockets()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    memory = CommandMemory(plan.directory / f"commands-{plan.first}.jsonl")
    players = {
        who.number: Player(who, plan.habits, memory)
        for who in fleet(plan.prefix, plan.clients, first=plan.first)
    }
    desk = MediaDesk(Shelf(plan.directory / "media", owner=str(plan.first)), loop)
    links = {number: Link(player, address, loop, desk) for number, player in players.items()}
    tasks = [asyncio.create_task(link.run()) for link in links.values()]
    log.info("simulator.started", prefix=plan.prefix, clients=plan.clients, first=plan.first)
    for note in plan.notes:
        _follow(note, players, links)
    await _read_notes(plan, players, links, stop)
    for task in tasks:
        task.cancel()
    for link in links.values():
        link.close()
    desk.close()
    log.info("simulator.stopped")


async def _read_notes(
    plan: FleetPlan, players: dict[int, Player], links: dict[int, Link], stop: asyncio.Event
) -> None:
    directory = plan.directory / "notes"
    while not stop.is_set():
        with suppress(OSError):  # of a disk that fails: the notes stay
            for note in take_notes(directory, plan.numbers, now=utc_now()):
                _follow(note, players, links)
        try:
            await asyncio.wait_for(stop.wait(), _NOTES_SECONDS)
        except TimeoutError:
            continue


def _follow(note: FleetNote, players: dict[int, Player], links: dict[int, Link]) -> None:
    if note.number in players:
        log.info("simulator.note", note=str(note))
        obey(players[note.number], note, utc_now())
        links[note.number].touch()


def _allow_many_sockets() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
