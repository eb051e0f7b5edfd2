"""What the trials share: a small disk, numbered lines through everything, and the verdict."""

import json
import subprocess
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Page
from sqlalchemy import func, select

from infoscreen_core.db.engine import make_engine, make_read_session_factory
from infoscreen_core.db.models import Client, ClientLog, DeadLetter
from tests.support.installation import Installation
from tests.support.listener.steady_publisher import SteadyPublisher

WORD = "steady-" + 800 * "x"
"""Lines long enough to use up room."""
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
    """Mount a tmpfs of that size, which only root may."""
    directory.mkdir(parents=True, exist_ok=True)
    options = f"size={megabytes}m,mode=0700"
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(directory)], check=True)
    try:
        yield Disk(directory)
    finally:
        subprocess.run(["umount", "-l", str(directory)], check=True)


class Stored:
    """What is in the database, read as any reader may on a full disk."""

    def __init__(self, url: str) -> None:
        self._sessions = make_read_session_factory(make_engine(url))

    def a_player(self) -> str:
        with self._sessions() as session:
            return session.scalars(select(Client.uuid).order_by(Client.uuid)).first() or ""

    def lines(self) -> Counter[str]:
        with self._sessions() as session:
            query = select(ClientLog.message).where(ClientLog.message.like(f"{WORD} %"))
            return Counter(session.scalars(query))

    def numbers(self) -> set[int]:
        return {int(line.rsplit(" ", 1)[1]) for line in self.lines()}

    def letters(self) -> dict[str, int]:
        with self._sessions() as session:
            query = select(DeadLetter.reason, func.count()).group_by(DeadLetter.reason)
            return dict(list(session.execute(query)))


def get(url: str) -> tuple[int, bytes]:
    """Ask the console, whatever became of the files that say where it is."""
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:  # noqa: S310 - our own
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()
    except OSError:
        return 0, b"no answer"


def probe(url: str) -> str:
    """Ask for health, readiness and the sign-in page; return what was said, and how fast."""
    return "; ".join(_timed(url, path) for path in ("/healthz", "/readyz", "/login"))


def _timed(url: str, path: str) -> str:
    began = time.monotonic()
    status, body = get(f"{url}{path}")
    spent = time.monotonic() - began
    return f"{path} {status} in {spent:.1f} s {_short(body)}".rstrip()


def _short(body: bytes) -> str:
    with suppress(ValueError, KeyError):
        checks: dict[str, Any] = json.loads(body)["checks"]
        return json.dumps({name: check for name, check in checks.items() if not check["ok"]})
    return "" if body[:1] in {b"{", b"<"} else body[:100].decode(errors="replace")


def messages_of(page: Page) -> list[str]:
    """Return what the page says on top and in small print."""
    found = page.locator('[data-testid="stAlert"], .is-truth, .is-fresh')
    return [" ".join(text.split()) for text in found.all_inner_texts()]


def seconds_until(condition: Callable[[], bool]) -> float | None:
    """Wait until it holds; return how long that took, None when it took too long."""
    began = time.monotonic()
    while time.monotonic() - began < BACK_SECONDS:
        with suppress(Exception):  # whatever a machine that is not well yet answers
            if condition():
                return time.monotonic() - began
        time.sleep(0.2)
    return None


def seconds_to_recover(url: str, stored: Stored, publisher: SteadyPublisher) -> float | None:
    """Wait for readiness, and for every line acknowledged so far; return how long that took."""
    began = time.monotonic()
    ready = seconds_until(lambda: get(f"{url}/readyz")[0] == 200)
    expected = set(publisher.acknowledged)
    all_stored = seconds_until(lambda: expected <= stored.numbers())
    return None if ready is None or all_stored is None else time.monotonic() - began


def judge(
    running: Installation, stored: Stored, publisher: SteadyPublisher, pids: dict[str, int]
) -> bool:
    """Print what is left of it; return whether nothing was lost, buried, ended or thrown."""
    acknowledged = {publisher.message(number) for number in publisher.acknowledged}
    seconds_until(lambda: acknowledged <= set(stored.lines()))
    lines, letters, tracebacks = stored.lines(), stored.letters(), _tracebacks(running)
    lost = acknowledged - set(lines)
    print(f"published {publisher.published}, acknowledged {len(acknowledged)}, lost {len(lost)}")
    print(f"doubled {sum(count - 1 for count in lines.values())}, dead letters {letters}")
    print(f"the same processes: {running.pids() == pids}, tracebacks {tracebacks}")
    is_good = not lost and not letters and not tracebacks and running.pids() == pids
    print("GOOD" if is_good else "BAD")
    return is_good


def _tracebacks(running: Installation) -> dict[str, int]:
    logs = [*(running.data_dir / "log").glob("*.log*"), running.directory / "up.log"]
    counts = {log.name: log.read_text(errors="replace").count("Traceback") for log in logs}
    return {name: count for name, count in counts.items() if count}
