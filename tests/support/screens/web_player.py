"""A browser that is a screen, without a browser: its address, and its stream of events."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from sqlalchemy.orm import Session

from infoscreen_core.clock import utc_now
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.screens import groups, web_players

SECONDS = 20.0


@dataclass(frozen=True)
class Address:
    """A browser's address and what it opens."""

    uuid: str
    group_id: int
    token: str

    @property
    def path(self) -> str:
        return f"/player/{self.token}"


def add_address(session: Session, name: str = "Lesesaal") -> Address:
    """Make a browser's screen in a group of its own."""
    group = groups.create_group(session, f"Gruppe {name}", actor=CLI, now=utc_now())
    made = web_players.add_web_player(session, name, group_id=group.id, actor=CLI, now=utc_now())
    return Address(made.player.uuid, group.id, made.token)


class EventSource:
    """Reads a stream of events; each is a name and what its data says."""

    def __init__(self, response: httpx.Response) -> None:
        self.status = response.status_code
        self.headers = response.headers
        self._lines = response.iter_lines()

    def next(self) -> tuple[str, Any]:
        """Wait for the next event; raise `StopIteration` when the stream has ended."""
        name = ""
        while True:
            line = next(self._lines)
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            elif line.startswith("data: "):
                return name, json.loads(line.removeprefix("data: "))

    def wait_for(self, name: str) -> Any:  # noqa: ANN401 - what the data says
        """Skip events of other names."""
        while True:
            found, data = self.next()
            if found == name:
                return data

    def titles(self) -> list[str]:
        """The titles on the next list."""
        return [item["title"] for item in self.wait_for("list")["items"]]

    def has_ended(self) -> bool:
        """Wait until the stream ends; False when an event comes instead."""
        try:
            self.next()
        except StopIteration:
            return True
        return False


@contextmanager
def listening(url: str, address: Address, window: str = "w-1") -> Iterator[EventSource]:
    """Open the stream as a window of the browser does."""
    with (
        httpx.Client(timeout=SECONDS) as client,
        client.stream("GET", f"{url}{address.path}/events?window={window}") as response,
    ):
        yield EventSource(response)
