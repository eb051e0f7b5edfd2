"""A large upload to the console: its memory, its speed, and the pages meanwhile.

    python tests/bench/media/uploads.py [--mebibytes 1024] [--cut 40] [--json]

Starts a console on a database of its own. A file is sent by tus; after `--cut` per cent of it the
connection is cut, and tuspy goes on from the byte that arrived. All the while the resident
memory of the console is read every 20 ms, and `/healthz` is asked for, as before when it is idle.
It must hold that memory grows by less than 50 MiB, that nothing is sent twice, that the content's
SHA-256 is that of the file, and that the median answer takes less than 10 times what it takes idle.
"""

import sys
from pathlib import Path

sys.path.pop(0)  # this folder, whose modules would hide others
sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

import hashlib
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median
from typing import Any, Final

import psutil
from sqlalchemy.orm import Session

from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import EventMedia
from infoscreen_core.domain.people.roles import Role
from tests.bench.figures import options_of, tell
from tests.support.console_process import RunningConsole, running_console
from tests.support.media.tus import Sender, tus_client, uploader, write_video
from tests.support.people import add_session
from tests.support.ports import wait_until

TOKEN: Final = "token-of-the-benchmark"
MOST_GROWTH: Final = 50 * 2**20
MOST_TIMES_IDLE: Final = 10.0
PIECE: Final = 64 * 2**20
LOOK_SECONDS: Final = 0.02


@dataclass
class Watch:
    """Looks at a console from beside it."""

    console: RunningConsole
    highest: int = 0
    answers: list[float] = field(default_factory=list)

    def rss(self) -> int:
        """Return the console's resident memory in bytes."""
        return int(psutil.Process(self.console.pid).memory_info().rss)

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Note the highest memory, and how long answers take, in seconds."""
        is_over = threading.Event()
        threads = [
            threading.Thread(target=work, args=(is_over,)) for work in (self._look, self._ask)
        ]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            is_over.set()
            for thread in threads:
                thread.join()

    def _look(self, is_over: threading.Event) -> None:
        while not is_over.wait(LOOK_SECONDS):
            self.highest = max(self.highest, self.rss())

    def _ask(self, is_over: threading.Event) -> None:
        sender = Sender(self.console.url, TOKEN)
        while not is_over.wait(LOOK_SECONDS):
            began = time.perf_counter()
            sender.ask("GET", "/healthz")
            self.answers.append(time.perf_counter() - began)


def furnish(session: Session) -> None:
    """Let an editor be signed in."""
    add_session(session, TOKEN, Role.EDITOR, at=utc_now())


def send(console: RunningConsole, file: Path, cut_percent: int) -> tuple[int, float]:
    """Send a file with a cut; return where tuspy went on, and the seconds of all of it."""
    sender, size = Sender(console.url, TOKEN), file.stat().st_size
    began = time.perf_counter()
    path = sender.begin(size, file.name)
    sender.send_and_break_off(path, 0, file, after=size * cut_percent // 100)
    wait_until(
        lambda: sender.send(path, sender.offset(path), b"").status == 204,
        seconds=60,
        what="the end of what was cut",
    )
    url = f"{console.url}{path}"
    going_on = uploader(tus_client(console.url, TOKEN), file, chunk_size=PIECE, url=url)
    at: int = going_on.offset
    going_on.upload()
    return at, time.perf_counter() - began


def run(mebibytes: int, cut_percent: int) -> dict[str, Any]:
    """Run the benchmark and return its figures."""
    with tempfile.TemporaryDirectory() as directory:
        folder = Path(directory)
        file = write_video(folder / "large.mp4", mebibytes)
        with running_console(folder, furnish, with_workers=False) as console:
            sender = Sender(console.url, TOKEN)
            sender.send(sender.begin(4, "small.pdf"), 0, b"%PDF")  # what the first one loads
            idle, busy = Watch(console), Watch(console)
            with idle.watching():
                time.sleep(2)
            before = idle.rss()
            with busy.watching():
                went_on_at, seconds = send(console, file, cut_percent)
            with console.sessions() as session:
                kept = session.query(EventMedia).one().checksum_sha256
        with file.open("rb") as content:
            is_right = kept == hashlib.file_digest(content, "sha256").hexdigest()
        size = file.stat().st_size
    growth = busy.highest - before
    times = median(busy.answers) / median(idle.answers)
    is_gapless = 0 < went_on_at <= size * cut_percent // 100
    return {
        "file_mib": mebibytes,
        "went_on_at_percent": round(100 * went_on_at / size, 2),
        "mib_per_second": round(mebibytes / seconds, 1),
        "console_mib_before": round(before / 2**20, 1),
        "growth_mib": round(growth / 2**20, 1),
        "idle_answer_ms": round(median(idle.answers) * 1000, 2),
        "answer_ms": round(median(busy.answers) * 1000, 2),
        "times_idle": round(times, 2),
        "sha256_is_right": is_right,
        "holds": is_right and is_gapless and growth < MOST_GROWTH and times < MOST_TIMES_IDLE,
    }


if __name__ == "__main__":
    options = options_of(__doc__, mebibytes=1024, cut=40).parse_args()
    tell(run(options.mebibytes, options.cut), as_json=options.json)
