"""What an attacker has: addresses, browsers, and all the time in the world."""

from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Final

import httpx
import psutil

from console.runtime import SESSION_COOKIE
from infoscreen_core.domain.people.roles import Role
from tests.support.console_process import RunningConsole

PASSWORD: Final = "vier-zufaellige-Woerter"
PEOPLE: Final = {
    "eva": Role.USER,
    "emil": Role.EDITOR,
    "anna": Role.ADMIN,
    "otto": Role.ADMIN,
    "chefin": Role.SUPERADMIN,
}
_addresses: Final = count(1)


@dataclass(frozen=True)
class Target:
    """The console, what it writes down, and its process."""

    console: RunningConsole
    log_path: Path
    process: psutil.Process

    def caller(self, address: str = "") -> httpx.Client:
        """Return a browser or program at an address of its own: a proxy before us tells it."""
        number = next(_addresses)
        origin = address or f"10.{number // 65536}.{number // 256 % 256}.{number % 256}"
        return httpx.Client(
            base_url=self.console.url, headers={"x-forwarded-for": origin}, timeout=60
        )

    def signed_in(self, name: str, address: str = "") -> httpx.Client:
        """Return somebody at work."""
        caller = self.caller(address)
        answer = knock(caller, name, PASSWORD)
        assert answer.status_code == 303, answer.text
        return caller

    def log(self) -> str:
        """Return all that the console wrote."""
        return self.log_path.read_text(encoding="utf-8")

    def mebibytes(self) -> float:
        """Return the memory that the console holds."""
        return float(self.process.memory_info().rss) / 2**20


def knock(caller: httpx.Client, name: str, password: str) -> httpx.Response:
    """Send the form of the sign-in page."""
    return caller.post("/login", data={"username": name, "password": password})


def is_in(caller: httpx.Client) -> bool:
    """Whether the browser's session opens anything: routes, pages and the API."""
    opened = {
        caller.get("/api/auth/me").status_code == 200,
        caller.get("/views/1").status_code != 401,
        caller.get("/calendar", headers={"accept": "text/html"}).status_code == 200,
    }
    assert len(opened) == 1, "one door is open, and another is not"
    return opened.pop()


def session_of(caller: httpx.Client) -> str:
    """Return the browser's session cookie."""
    return caller.cookies[SESSION_COOKIE]
