"""A MariaDB that hangs under a running installation, then one whose disk is full.

    python tests/trials/failing_mariadb.py [--seconds 35] [--only hang|full]

Needs root: our tables lie on a tmpfs of their own, the server's own files elsewhere (without room
for those it ends, and somebody has to start it). `infoscreen up` runs with three demo
players, a browser looks at the overview, and a publisher sends numbered log lines of QoS 1. First
the server is stopped (SIGSTOP) and goes on later; then that disk is filled, and has room again. The
figures are printed; the exit code is 1 when an acknowledged line was lost, a good message was
buried, a process ended, or a log holds a traceback.
"""

import argparse
import os
import signal
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from playwright.sync_api import Page

from tests.support.browser import chromium, keep_screenshot, new_page, sign_in
from tests.support.installation import Installation
from tests.support.listener.steady_publisher import SteadyPublisher
from tests.support.servers import MariaDB
from tests.support.trials.shared import (
    WORD,
    Disk,
    Stored,
    judge,
    messages_of,
    probe,
    seconds_to_recover,
    seconds_until,
    small_disk,
)

STEADY_SECONDS = 6.0
MEGABYTES = 60


def main() -> int:
    options = _options()
    if os.geteuid() != 0:
        print("This trial mounts a small disk, which only root may; nothing was tried.")
        return 2
    with tempfile.TemporaryDirectory(prefix="mariadb-") as name:
        server = MariaDB(Path(name) / "server")
        server.start()
        try:
            return 0 if _try_with(server, Path(name), options) else 1
        finally:
            server.stop()


def _try_with(server: MariaDB, directory: Path, options: argparse.Namespace) -> bool:
    running = Installation(directory, variables={"DB_CONN": server.new_database()})
    tables = server.directory / "data" / f"test_{server.databases}"
    description = (tables / "db.opt").read_bytes()
    with small_disk(tables, MEGABYTES) as disk:
        (tables / "db.opt").write_bytes(description)
        running.start()
        try:
            running.wait_ready()
            return _try(running, server, disk, options)
        finally:
            running.stop()


def _try(running: Installation, server: MariaDB, disk: Disk, options: argparse.Namespace) -> bool:
    state = running.state()
    pids, url, stored = running.pids(), state["console_url"], Stored(state["database_url"])
    publisher = SteadyPublisher(state, stored.a_player(), word=WORD, per_second=50)
    with publisher, chromium() as browser:
        page = new_page(browser)
        sign_in(page, url, "admin", running.first_password())
        time.sleep(STEADY_SECONDS)
        if options.only != "full":
            _hang(server, url, page, options.seconds)
            print(f"well again after {seconds_to_recover(url, stored, publisher)} s")
            print(f"the page, too, after {seconds_until(lambda: _is_fresh(page))} s")
        if options.only != "hang":
            _fill(disk, url, page, options.seconds)
            print(f"well again after {seconds_to_recover(url, stored, publisher)} s")
            print(f"the page, too, after {seconds_until(lambda: _is_fresh(page))} s")
        time.sleep(STEADY_SECONDS)
    return judge(running, stored, publisher, pids)


def _hang(server: MariaDB, url: str, page: Page, seconds: float) -> None:
    assert server.process
    os.kill(server.process.pid, signal.SIGSTOP)
    print("--- MariaDB hangs")
    _watch(url, page, seconds)
    keep_screenshot(page, "trial-hanging-database")
    os.kill(server.process.pid, signal.SIGCONT)
    print("--- MariaDB goes on")


def _fill(disk: Disk, url: str, page: Page, seconds: float) -> None:
    print("--- MariaDB's disk is full")
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        disk.fill()
        _watch(url, page, 10)
    keep_screenshot(page, "trial-full-database")
    disk.free()
    print("--- there is room again")


def _watch(url: str, page: Page, seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        print(probe(url))
        print("  the page:", " | ".join(messages_of(page)))
        page.wait_for_timeout(5000)


def _is_fresh(page: Page) -> bool:
    page.wait_for_timeout(100)
    return page.locator('[data-testid="stAlert"]').count() == 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=35, help="how long each trouble lasts")
    parser.add_argument("--only", choices=("hang", "full"), help="only one of the two")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
