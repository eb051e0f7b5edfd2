"""Does the HTTP API answer lists nearly as fast as nothing, and do pages stay usable beside it?

    python tests/bench/api.py [--rows 10000] [--rounds 200] [--rate 200] [--loads 12]
        [--backend sqlite|mariadb] [--json]

A console runs as shipped on a school with so many players, commands, events, files and people.
First, one program asks for `/healthz` and for 50 entries of each list in turn, over one connection:
`quiet`. Then each is asked for again and again, to see what it costs the console: `cpu`; and each
list in such a way that nothing kept can be the answer: `miss`. At last, programs ask for all at a
steady rate, while a browser loads a page again and again: `busy`. Each list's 95th percentile is
divided by that of `/healthz` in the same part of the run.
"""

import argparse
import asyncio
import http.client
import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

ROOT = Path(__file__).resolve().parents[2]
sys.path[0] = str(ROOT)

import psutil  # noqa: E402 - after the path
from sqlalchemy import insert  # noqa: E402 - after the path
from sqlalchemy.orm import Session  # noqa: E402

from infoscreen_core.clock import utc_now  # noqa: E402
from infoscreen_core.db.engine import make_engine, make_session_factory  # noqa: E402
from infoscreen_core.db.models import (  # noqa: E402
    Client,
    ClientCommand,
    Event,
    EventMedia,
    User,
)
from infoscreen_core.domain.events.limits import HORIZON  # noqa: E402
from infoscreen_core.domain.media.types import MediaType  # noqa: E402
from infoscreen_core.domain.people.api_tokens import Scope  # noqa: E402
from infoscreen_core.domain.people.roles import Role  # noqa: E402
from infoscreen_core.services.people import api_tokens  # noqa: E402
from tests.bench.figures import tell  # noqa: E402
from tests.support.commands.given import give  # noqa: E402
from tests.support.console_process import PASSWORD, start_console  # noqa: E402
from tests.support.databases import Lender, migrated_file  # noqa: E402
from tests.support.events.planning import add_group, plan  # noqa: E402
from tests.support.media.files import file_row  # noqa: E402
from tests.support.people import acting_as, add_session, add_user, uuid_of  # noqa: E402
from tests.support.ports import free_port, is_open, wait_until  # noqa: E402
from tests.support.servers import MariaDB  # noqa: E402
from tests.support.socket_browser import SocketBrowser  # noqa: E402

MOST_TIMES: Final = 3.0
MOST_PAGE_TIMES: Final = 3.0
HEALTH: Final = "/healthz"
LISTS: Final = {
    "clients": "/api/clients?limit=50",
    "alive": "/api/clients/with_alive_status?limit=50",
    "commands": f"/api/clients/{uuid_of(1)}/commands?limit=50",
    "events": "/api/events?limit=50",
    "eventmedia": "/api/eventmedia?limit=50",
    "users": "/api/users?limit=50",
}
PATHS: Final = (HEALTH, *LISTS.values())
ASKERS: Final = 20
PAUSE_SECONDS: Final = 0.3


@dataclass(frozen=True)
class Server:
    """A console that answers."""

    port: int
    token: str
    cookie: str
    pid: int


def furnish(session: Session, rows: int) -> str:
    """Fill the school; return an API token that reads."""
    now = utc_now()
    group = add_group(session)
    session.execute(
        insert(Client),
        [
            {
                "uuid": uuid_of(number),
                "registration_time": now,
                "approved_at": now,
                "group_id": group,
                "description": f"Screen {number}",
                "last_alive": now,
            }
            for number in range(1, rows + 1)
        ],
    )
    session.execute(insert(ClientCommand), _commands(session, rows))
    session.execute(insert(Event), _events(session, group, rows))
    session.execute(insert(EventMedia), [_media(number) for number in range(rows)])
    session.execute(insert(User), [_user(number) for number in range(rows)])
    anna = add_user(session, "anna", PASSWORD, Role.SUPERADMIN, now=now)
    until = (now + timedelta(days=30)).date()
    made = api_tokens.create_token(
        session, "bench", Scope.READ, until, actor=acting_as(anna), now=now
    )
    return made.secret


def _commands(session: Session, rows: int) -> list[dict[str, Any]]:
    """Return commands of one player, one a minute, as one that was given."""
    now = utc_now()
    first = give(session, 1, now)
    columns = {one.key: getattr(first, one.key) for one in ClientCommand.__table__.columns}
    return [
        columns | {"command_id": uuid_of(number), "issued_at": now - timedelta(minutes=number)}
        for number in range(1, rows)
    ]


def _events(session: Session, group: int, rows: int) -> list[dict[str, Any]]:
    """Return single events, one an hour, as one that was planned."""
    first = plan(session, group)
    columns = {one.key: getattr(first, one.key) for one in Event.__table__.columns}
    del columns["id"]
    at = utc_now() + HORIZON
    return [
        columns
        | {"start": at + timedelta(hours=number), "end": at + timedelta(hours=number, minutes=50)}
        for number in range(rows)
    ]


def _media(number: int) -> dict[str, Any]:
    row = file_row(f"Plan {number}.pdf", MediaType.PDF, now=utc_now())
    columns = {one.key: getattr(row, one.key) for one in EventMedia.__table__.columns}
    return {name: value for name, value in columns.items() if value is not None}


def _user(number: int) -> dict[str, Any]:
    now, name = utc_now(), f"user{number:05}"
    return {
        "username": name,
        "search_text": name,
        "password_hash": "never matches",
        "role": Role.USER,
        "created_at": now,
        "updated_at": now,
    }


@contextmanager
def server(directory: Path, rows: int, database_url: str) -> Iterator[Server]:
    """Let a console run on such a school."""
    engine = make_engine(database_url or migrated_file(directory / "infoscreen.db"))
    sessions = make_session_factory(engine)
    with sessions.begin() as session:
        token = furnish(session, rows)
        add_session(session, "a session", Role.ADMIN, at=utc_now(), username="berta")
    more = {"DB_CONN": database_url} if database_url else {}
    process = start_console(
        directory, port := free_port(), API_REQUESTS_PER_MINUTE="100000", **more
    )
    try:
        wait_until(lambda: is_open(port), seconds=60, what="the console's port")
        yield Server(port, token, "a session", process.pid)
    finally:
        process.terminate()
        process.wait(timeout=20)
        engine.dispose()


class Asker:
    """A program with one connection that stays open."""

    def __init__(self, port: int, token: str) -> None:
        self._link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._headers = {"authorization": f"Bearer {token}"}

    def ask(self, path: str) -> float:
        """Return the milliseconds of an answer."""
        began = time.perf_counter()
        self._link.request("GET", path, headers=self._headers)
        answer = self._link.getresponse()
        body = answer.read()
        took = time.perf_counter() - began
        assert answer.status == http.client.OK, (path, answer.status, body[:200])
        return took * 1000


def quiet(made: Server, rounds: int) -> dict[str, list[float]]:
    """Ask for everything in turn; return the milliseconds of each."""
    asker = Asker(made.port, made.token)
    for path in PATHS:
        for _ in range(20):
            asker.ask(path)
    found: dict[str, list[float]] = {path: [] for path in PATHS}
    for _ in range(rounds):
        for path in PATHS:
            found[path].append(asker.ask(path))
    return found


def costs(made: Server, rounds: int) -> dict[str, float]:
    """Return the milliseconds of the processor that the console needs for each."""
    asker, process = Asker(made.port, made.token), psutil.Process(made.pid)
    found = {}
    for name, path in {"healthz": HEALTH, **LISTS}.items():
        before = sum(process.cpu_times()[:2])
        for _ in range(rounds):
            asker.ask(path)
        spent = sum(process.cpu_times()[:2]) - before
        found[f"cpu_{name}_ms"] = round(spent / rounds * 1000, 2)
    return found


def misses(made: Server, rounds: int) -> dict[str, float]:
    """Return what a list takes that nobody asked for before."""
    asker = Asker(made.port, made.token)
    found = {}
    for name, path in LISTS.items():
        took = [asker.ask(f"{path}&_={number}") for number in range(rounds)]
        found[f"miss_{name}_p50_ms"] = round(statistics.median(took), 2)
        found[f"miss_{name}_p95_ms"] = round(percentile(took), 2)
    return found


def ask_steadily(port: int, token: str, rate: float) -> None:
    """Be the programs' process until its input ends: print what answers took, as JSON."""
    found: dict[str, list[float]] = {path: [] for path in PATHS}
    is_over, guard, began = threading.Event(), threading.Lock(), time.monotonic()

    def go_on(first: int) -> None:
        asker = Asker(port, token)
        number = first
        while not is_over.is_set():
            due = began + number / rate
            time.sleep(max(due - time.monotonic(), 0))
            path = PATHS[number % len(PATHS)]
            took = asker.ask(path)
            with guard:
                found[path].append(took)
            number += ASKERS

    threads = [threading.Thread(target=go_on, args=(first,)) for first in range(ASKERS)]
    for thread in threads:
        thread.start()
    print("asking", flush=True)
    sys.stdin.read()
    is_over.set()
    for thread in threads:
        thread.join()
    count = sum(map(len, found.values()))
    print(json.dumps({"rate": count / (time.monotonic() - began), "took": found}))


@contextmanager
def asking(made: Server, rate: float) -> Iterator[Callable[[], dict[str, Any]]]:
    """Let programs ask all the while; what is given ends it and returns what they found."""
    process = subprocess.Popen(
        [sys.executable, __file__, "--ask", f"{made.port} {made.token}", "--rate", str(rate)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert process.stdout.readline() == "asking\n"

    def end() -> dict[str, Any]:
        assert process.stdin
        assert process.stdout
        process.stdin.close()
        found: dict[str, Any] = json.loads(process.stdout.readline())
        return found

    try:
        yield end
    finally:
        process.terminate()
        process.wait(timeout=30)


def load_page(made: Server) -> float:
    """Return the milliseconds until the overview is drawn."""
    browser = SocketBrowser(made.port, made.cookie, "")

    async def until_there() -> None:
        watching = asyncio.create_task(browser.watch(60))
        while not browser.loads:
            assert not watching.done(), "the page was closed before it was there"
            await asyncio.sleep(0.005)
        watching.cancel()

    asyncio.run(until_there())
    return browser.loads[0] * 1000


def load_pages(made: Server, loads: int) -> list[float]:
    """Load the overview now and then."""
    found = []
    for _ in range(loads):
        time.sleep(PAUSE_SECONDS)
        found.append(load_page(made))
    return found


def percentile(times: list[float]) -> float:
    """Return the 95th percentile."""
    return sorted(times)[int(len(times) * 0.95)]


def compared(took: dict[str, list[float]], part: str) -> dict[str, float]:
    """Return the percentiles of a part of the run, and how many times that of `/healthz`."""
    health = percentile(took[HEALTH])
    found = {
        f"{part}_healthz_p50_ms": round(statistics.median(took[HEALTH]), 2),
        f"{part}_healthz_p95_ms": round(health, 2),
    }
    for name, path in LISTS.items():
        found[f"{part}_{name}_p50_ms"] = round(statistics.median(took[path]), 2)
        found[f"{part}_{name}_p95_ms"] = round(percentile(took[path]), 2)
        found[f"{part}_{name}_times"] = round(percentile(took[path]) / health, 2)
    return found


def run(options: Any, directory: Path) -> dict[str, Any]:  # noqa: ANN401 - argparse's
    """Run the benchmark and return its figures."""
    with ExitStack() as stack:
        url = _mariadb(stack, directory) if options.backend == "mariadb" else ""
        made = stack.enter_context(server(directory, options.rows, url))
        alone = compared(quiet(made, options.rounds), "quiet")
        alone |= costs(made, options.rounds) | misses(made, options.rounds)
        load_pages(made, 3)
        idle = statistics.median(load_pages(made, options.loads))
        with asking(made, options.rate) as end:
            busy = statistics.median(load_pages(made, options.loads))
            found = end()
    beside = compared(found["took"], "busy")
    times = [one for name, one in {**alone, **beside}.items() if name.endswith("_times")]
    return {
        **alone,
        **beside,
        "rate": round(found["rate"], 1),
        "page_idle_ms": round(idle, 1),
        "page_busy_ms": round(busy, 1),
        "page_times": round(busy / idle, 2),
        "holds": max(times) <= MOST_TIMES
        and found["rate"] >= 0.95 * options.rate
        and busy / idle <= MOST_PAGE_TIMES,
    }


def _mariadb(stack: ExitStack, directory: Path) -> str:
    database = MariaDB(directory / "mariadb")
    database.start()
    stack.callback(database.stop)
    return stack.enter_context(Lender(database).lend())


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=200, help="of each list, while it is quiet")
    parser.add_argument("--rate", type=float, default=200.0, help="requests in a second")
    parser.add_argument("--loads", type=int, default=12, help="of the page, idle and busy each")
    parser.add_argument("--backend", choices=("sqlite", "mariadb"), default="sqlite")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--ask", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.ask:
        port, token = options.ask.split()
        ask_steadily(int(port), token, options.rate)
        return
    with tempfile.TemporaryDirectory(prefix="infoscreen-bench-") as name:
        found = run(options, Path(name))
    tell(found, as_json=options.json)


if __name__ == "__main__":
    main()
