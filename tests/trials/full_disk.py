"""A disk that fills up under a running installation, and has room again later.

    python tests/trials/full_disk.py [--seconds 40] [--megabytes 60] [--restart]

Needs root: the data directory is a tmpfs of its own. `infoscreen up` runs there with three demo
players, logs and broker included, while a publisher sends numbered log lines of QoS 1. Then the
disk is filled to the last byte for some time, and has room again. With
`--restart`, somebody ends `up` on the full disk and starts it when there is room. The figures are
printed; the exit code is 1 when an acknowledged line was lost, a good message was buried, a process
ended, or a log holds a traceback.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from sqlalchemy import func, select

from infoscreen_core.db.engine import make_engine, make_read_session_factory
from infoscreen_core.db.models import Client, ClientLog, DeadLetter
from tests.support.installation import Installation, run_infoscreen
from tests.support.listener.steady_publisher import SteadyPublisher

WORD = "steady"
LINES_PER_SECOND = 50.0
STEADY_SECONDS = 6.0
BACK_SECONDS = 60.0
_CHUNK = bytes(64 * 1024)


@dataclass
class Disk:
    """A tmpfs, and the file that fills it."""

    directory: Path

    @property
    def _ballast(self) -> Path:
        return self.directory / "filled-by-somebody-else"

    def fill(self) -> None:
        """Take what room there is, to the last byte; again and again, since some is given back."""
        with suppress(OSError), self._ballast.open("ab", buffering=0) as file:
            for size in (len(_CHUNK), 4096, 1):
                with suppress(OSError):
                    while file.write(_CHUNK[:size]):
                        pass

    def free(self) -> None:
        self._ballast.unlink(missing_ok=True)


@contextmanager
def small_disk(directory: Path, megabytes: int) -> Iterator[Disk]:
    directory.mkdir(parents=True)
    options = f"size={megabytes}m,mode=0700"
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(directory)], check=True)
    try:
        yield Disk(directory)
    finally:
        subprocess.run(["umount", "-l", str(directory)], check=True)


class Database:
    """What is stored, read as any reader may on a full disk."""

    def __init__(self, path: Path) -> None:
        self._sessions = make_read_session_factory(make_engine(f"sqlite:///{path}"))

    def a_player(self) -> str:
        with self._sessions() as session:
            return session.scalars(select(Client.uuid).order_by(Client.uuid)).first() or ""

    def lines(self) -> Counter[str]:
        with self._sessions() as session:
            query = select(ClientLog.message).where(ClientLog.message.like(f"{WORD} %"))
            return Counter(session.scalars(query))

    def letters(self) -> dict[str, int]:
        with self._sessions() as session:
            query = select(DeadLetter.reason, func.count()).group_by(DeadLetter.reason)
            return dict(list(session.execute(query)))


def get(url: str) -> tuple[int, bytes]:
    """Ask the console, whatever became of the files that say where it is."""
    try:
        with urllib.request.urlopen(url, timeout=20) as answer:  # noqa: S310 - ours
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()
    except OSError:
        return 0, b"no answer"


def watch_full(running: Installation, url: str, disk: Disk, seconds: float) -> list[str]:
    """Keep the disk full for a while; return what probes and commands said meanwhile."""
    said: list[str] = []
    end = time.monotonic() + seconds
    next_look = time.monotonic() + 3
    while time.monotonic() < end:
        disk.fill()
        if time.monotonic() >= next_look:
            next_look += 10
            said.append(_look(url))
        time.sleep(0.1)
    status = run_infoscreen("status", environment=running.environment)
    said.append(f"infoscreen status: exit {status.returncode}; {status.stderr.strip()}")
    return said


def _look(url: str) -> str:
    began = time.monotonic()
    status, body = get(f"{url}/readyz")
    spent = time.monotonic() - began
    return f"/readyz {status} in {spent:.1f} s: {_short(body)}; /healthz {get(f'{url}/healthz')[0]}"


def _short(body: bytes) -> str:
    with suppress(ValueError):
        checks: dict[str, Any] = json.loads(body)["checks"]
        return json.dumps({name: check for name, check in checks.items() if not check["ok"]})
    return body[:200].decode(errors="replace")


def seconds_until(condition: Callable[[], bool]) -> float | None:
    began = time.monotonic()
    while time.monotonic() - began < BACK_SECONDS:
        with suppress(Exception):  # whatever a machine that is not well yet answers
            if condition():
                return time.monotonic() - began
        time.sleep(0.2)
    return None


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
            return _try(running, disk, options)
        finally:
            running.stop()


def _try(running: Installation, disk: Disk, options: argparse.Namespace) -> int:
    database = Database(running.data_dir / "infoscreen.db")
    pids, state = running.pids(), running.state()
    url = state["console_url"]
    with SteadyPublisher(
        state, database.a_player(), word=WORD, per_second=LINES_PER_SECOND
    ) as publisher:
        time.sleep(STEADY_SECONDS)
        disk.fill()
        print("--- the disk is full")
        print("\n".join(watch_full(running, url, disk, options.seconds)))
        before = _ended(running)
        if options.restart or _has_ended(running):
            print("up is started again; it ended with", running.stop())
            options.restart = True
        disk.free()
        print("--- there is room again;", before or "nobody ended")
        if options.restart:
            running.start()
            running.wait_ready()
        ready = seconds_until(lambda: get(f"{url}/readyz")[0] == 200)
        stored = seconds_until(lambda: publisher.acknowledged <= _numbers(database))
        time.sleep(STEADY_SECONDS)
    acknowledged = {publisher.message(number) for number in publisher.acknowledged}
    seconds_until(lambda: acknowledged <= set(database.lines()))
    lines = database.lines()
    lost = acknowledged - set(lines)
    same = options.restart or running.pids() == pids
    tracebacks = _tracebacks(running)
    letters = database.letters()
    print(f"published {publisher.published}, acknowledged {len(acknowledged)}, lost {len(lost)}")
    print(f"doubled {sum(count - 1 for count in lines.values())}, dead letters {letters}")
    print(f"/readyz 200 after {ready} s, all stored after {stored} s more")
    print(f"same processes: {same}; tracebacks: {tracebacks}")
    print(f"up said: {_ended(running)}")
    is_good = not lost and same and not tracebacks and not letters and ready is not None
    print("GOOD" if is_good else "BAD")
    return 0 if is_good else 1


def _numbers(database: Database) -> set[int]:
    return {int(line.rsplit(" ", 1)[1]) for line in database.lines()}


def _has_ended(running: Installation) -> bool:
    return running.process is not None and running.process.poll() is not None


def _ended(running: Installation) -> list[str]:
    return [line for line in running.output.splitlines() if " ended (" in line]


def _tracebacks(running: Installation) -> dict[str, int]:
    logs = [*(running.data_dir / "log").glob("*.log*"), running.directory / "up.log"]
    counts = {log.name: log.read_text(errors="replace").count("Traceback") for log in logs}
    return {name: count for name, count in counts.items() if count}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=40, help="how long the disk is full")
    parser.add_argument("--megabytes", type=int, default=60, help="the disk's size")
    parser.add_argument("--restart", action="store_true", help="end `up` on the full disk")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
