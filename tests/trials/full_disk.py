"""A disk that fills up under a running installation, and has room again later.

    python tests/trials/full_disk.py [--seconds 40] [--megabytes 60] [--restart] [--kill]

Needs root: the data directory is a tmpfs of its own. `infoscreen up` runs there with three demo
players, logs and broker included, while a publisher sends numbered log lines of QoS 1 and a browser
looks at the overview. Then the disk is filled to the last byte for some time, and has room again.
With `--restart`, somebody ends `up` on the full disk and starts it when there is room; with
`--kill`, each process but the broker is killed on the full disk. The figures are printed; the exit
code is 1 when an acknowledged line was lost, a good message was buried, a process ended by itself,
or a log holds a traceback.
"""

import argparse
import os
import signal
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.support.browser import chromium, keep_screenshot, new_page, sign_in
from tests.support.installation import Installation, run_infoscreen
from tests.support.listener.steady_publisher import SteadyPublisher
from tests.support.trials.shared import (
    WORD,
    Disk,
    Stored,
    judge,
    messages_of,
    probe,
    seconds_to_recover,
    small_disk,
)

STEADY_SECONDS = 6.0


def main() -> int:
    options = _options()
    if os.geteuid() != 0:
        print("This trial mounts a small disk, which only root may; nothing was tried.")
        return 2
    with (
        tempfile.TemporaryDirectory(prefix="full-disk-") as name,
        small_disk(Path(name) / "var", options.megabytes) as disk,
    ):
        running = Installation(Path(name), demo=3)
        running.start()
        try:
            running.wait_ready()
            return 0 if _try(running, disk, options) else 1
        finally:
            running.stop()


def _try(running: Installation, disk: Disk, options: argparse.Namespace) -> bool:
    state = running.state()
    pids, url, stored = running.pids(), state["console_url"], Stored(state["database_url"])
    publisher = SteadyPublisher(state, stored.a_player(), word=WORD, per_second=50)
    with publisher, chromium() as browser:
        page = new_page(browser)
        sign_in(page, url, "admin", running.first_password())
        time.sleep(STEADY_SECONDS)
        print("--- the disk is full")
        disk.fill()
        if options.kill:
            _kill_all(pids)
        _stay_full(running, url, disk, options.seconds)
        page.goto(f"{url}/monitoring")
        page.wait_for_timeout(5000)
        print("the page:", " | ".join(messages_of(page)))
        keep_screenshot(page, "trial-full-disk")
        if options.restart:
            print("up is ended, with code", running.stop())
        disk.free()
        print("--- there is room again")
        if options.restart:
            running.start()
            running.wait_ready()
        print(f"well again after {seconds_to_recover(url, stored, publisher)} s")
        if options.restart or options.kill:
            pids = running.pids()
        time.sleep(STEADY_SECONDS)
    print("up said:", [line for line in running.output.splitlines() if " ended (" in line])
    return judge(running, stored, publisher, pids)


def _kill_all(pids: dict[str, int]) -> None:
    for name, pid in pids.items():
        if name != "broker":
            os.kill(pid, signal.SIGKILL)


def _stay_full(running: Installation, url: str, disk: Disk, seconds: float) -> None:
    end = time.monotonic() + seconds
    next_look = time.monotonic() + 3
    while time.monotonic() < end:
        disk.fill()
        if time.monotonic() >= next_look:
            next_look += 10
            print(probe(url))
        time.sleep(0.1)
    status = run_infoscreen("status", environment=running.environment)
    print(f"infoscreen status: code {status.returncode}; {status.stderr.strip()}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=40, help="how long the disk is full")
    parser.add_argument("--megabytes", type=int, default=60, help="the disk's size")
    parser.add_argument("--restart", action="store_true", help="end `up` on the full disk")
    parser.add_argument("--kill", action="store_true", help="kill processes on the full disk")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
