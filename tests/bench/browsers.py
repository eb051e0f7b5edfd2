"""Fifty browsers that look at the monitoring page of a large fleet, at its usual refresh.

    python tests/bench/browsers.py [--players 10000] [--groups 500] [--logs 10000000] …
        [--browsers 50] [--seconds 60] [--page monitoring] [--backend sqlite|mariadb|both]
        [--keep FOLDER] [--json]

The console runs as a process of its own on a database as `fleet.py` makes it. The browsers are
sockets that speak Streamlit's protocol (`tests/support/socket_browser.py`): for the server they are
browsers, and they ask as often as the page tells them to, but they draw nothing. The rest of the
machine is free for the console; its share of a core is measured by its own CPU time.
"""

import sys
from pathlib import Path

sys.path.pop(0)  # this folder, whose modules would hide others
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import asyncio
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from statistics import median, quantiles
from typing import Any, Final

import psutil
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.clock import utc_now
from infoscreen_core.db.engine import make_engine, make_session_factory
from infoscreen_core.domain.people.roles import Role
from tests.bench.figures import options_of, tell
from tests.bench.fleet import SIZES
from tests.support.big_fleet.fleet import Size
from tests.support.big_fleet.prepared import BACKENDS, prepared
from tests.support.console import show_workers
from tests.support.console_process import start_console
from tests.support.people import add_session
from tests.support.ports import free_port, is_open, wait_until
from tests.support.socket_browser import SocketBrowser

MOST_OF_A_CORE: Final = 0.8
MOST_SECONDS: Final = 1.0
"""For a rerun, at the 95th percentile."""
WARM_UP: Final = 15.0
"""Seconds in which all of them open their page; not measured."""


def sign_in(sessions: sessionmaker[Session], count: int) -> list[str]:
    """Let that many people be signed in; return the tokens of their sessions."""
    now, tokens = utc_now(), [f"browser-{number}" for number in range(count)]
    with sessions.begin() as session:
        for token in tokens:
            add_session(session, token, Role.ADMIN, at=now, language="de", username=token)
    return tokens


@contextmanager
def console(
    url: str, directory: Path, sessions: sessionmaker[Session]
) -> Iterator[tuple[int, int]]:
    """Let a console run on this database, and its workers seem to; return its port and pid."""
    port, is_over = free_port(), threading.Event()

    def show() -> None:
        while not is_over.wait(2):
            with sessions.begin() as session:
                show_workers(session)

    process = start_console(directory, port, DB_CONN=url)
    thread = threading.Thread(target=show)
    thread.start()
    try:
        wait_until(lambda: is_open(port), seconds=120, what="the console's port")
        yield port, process.pid
    finally:
        is_over.set()
        thread.join()
        process.terminate()
        process.wait(timeout=20)


async def watch(browsers: list[SocketBrowser], pid: int, seconds: float) -> dict[str, float]:
    """Let the browsers look at their pages; return what that took of the console's core."""
    watching = [
        asyncio.create_task(_watch_later(browser, number / len(browsers) * WARM_UP, seconds))
        for number, browser in enumerate(browsers)
    ]
    await asyncio.sleep(2 * WARM_UP)
    for browser in browsers:
        browser.reruns.clear()
        browser.received = 0
    process = psutil.Process(pid)
    before, began = process.cpu_times(), time.perf_counter()
    await asyncio.sleep(seconds)
    after, took = process.cpu_times(), time.perf_counter() - began
    cpu = after.user + after.system - before.user - before.system
    found = {"cpu": cpu, "seconds": took, "memory": process.memory_info().rss / 2**20}
    await asyncio.gather(*watching)
    return found


async def _watch_later(browser: SocketBrowser, wait: float, seconds: float) -> None:
    await asyncio.sleep(wait)
    await browser.watch(seconds + 2 * WARM_UP - wait)


def figures_of(browsers: list[SocketBrowser], found: dict[str, float]) -> dict[str, Any]:
    """Return the figures of one run."""
    reruns = [seconds for browser in browsers for seconds in browser.reruns]
    loads = [seconds for browser in browsers for seconds in browser.loads]
    p95, share = quantiles(reruns, n=20)[-1], found["cpu"] / found["seconds"]
    received = sum(browser.received for browser in browsers) / found["seconds"] / 1024
    return {
        "share of a core": round(share, 3),
        "reruns a second": round(len(reruns) / found["seconds"], 2),
        "cpu of a rerun, ms": round(found["cpu"] / len(reruns) * 1000, 1),
        "rerun, median ms": round(median(reruns) * 1000, 1),
        "rerun, p95 ms": round(p95 * 1000, 1),
        "first load, p95 ms": round(quantiles(loads, n=20)[-1] * 1000, 1),
        "sent to all, KiB/s": round(received, 1),
        "console, MiB": round(found["memory"]),
        "holds": share < MOST_OF_A_CORE and p95 < MOST_SECONDS,
    }


def run(backend: str, size: Size, options: Any, directory: Path) -> dict[str, Any]:  # noqa: ANN401 - argparse's
    """Measure on one database."""
    with prepared(backend, size, directory) as url:
        sessions = make_session_factory(make_engine(url))
        tokens = sign_in(sessions, options.browsers)
        with console(url, directory, sessions) as (port, pid):
            browsers = [SocketBrowser(port, token, options.page) for token in tokens]
            found = asyncio.run(watch(browsers, pid, options.seconds))
    if not all(any("is-truth" in text for text in one.texts) for one in browsers):
        message = f"Not every browser saw the page: {browsers[0].texts}"
        raise RuntimeError(message)
    return figures_of(browsers, found)


def main() -> None:
    """Run it and print its table; the exit code says whether it holds."""
    parser = options_of(__doc__, **SIZES, days=90, browsers=50, seconds=60)
    parser.add_argument("--page", default="monitoring")
    parser.add_argument("--backend", choices=(*BACKENDS, "both"), default="both")
    parser.add_argument("--keep", type=Path, help="a folder for the databases")
    options = parser.parse_args()
    size = Size(**{one.name: getattr(options, one.name) for one in fields(Size)})
    figures: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as scratch:
        for backend in BACKENDS if options.backend == "both" else (options.backend,):
            found = run(backend, size, options, options.keep or Path(scratch))
            figures |= {f"{backend}: {name}": value for name, value in found.items()}
    is_held = all(value for name, value in figures.items() if name.endswith(": holds"))
    tell({**figures, "holds": is_held}, as_json=options.json)


if __name__ == "__main__":
    main()
