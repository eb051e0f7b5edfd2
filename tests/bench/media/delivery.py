"""Do players that fetch files keep people waiting? And how fast is it, beside nginx?

    python tests/bench/media/delivery.py [--players 20] [--size 200] [--loads 12] [--json]

Players fetch one file of so many MiB in ranges of a few MiB each, with links as their lists have
them, over connections that stay open, in turn from nginx (`sendfile on`) and from `infoscreen
console` as shipped. Then they go on while a browser loads a page again and again, which it did
before while nobody fetched anything. All programs share the machine's cores.
"""

import argparse
import asyncio
import hashlib
import http.client
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import psutil

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT))

from sqlalchemy.orm import Session  # noqa: E402 - after the path

from console.runtime import SESSION_COOKIE  # noqa: E402
from infoscreen_core.clock import utc_now  # noqa: E402
from infoscreen_core.domain.media.types import MediaType  # noqa: E402
from infoscreen_core.files.store import MediaStore  # noqa: E402
from infoscreen_core.settings import load_settings  # noqa: E402
from tests.bench.browsers import sign_in  # noqa: E402
from tests.bench.figures import tell  # noqa: E402
from tests.support.console_process import add_demo_school, running_console  # noqa: E402
from tests.support.events.planning import add_group  # noqa: E402
from tests.support.media.files import add_file  # noqa: E402
from tests.support.media.kept import addresses, link_to  # noqa: E402
from tests.support.media.nginx import Nginx  # noqa: E402
from tests.support.socket_browser import SocketBrowser  # noqa: E402

MIB: Final = 2**20
RANGE: Final = 4 * MIB
MIN_SHARE: Final = 0.5
MAX_SLOWER: Final = 2.0
PASS_SECONDS: Final = 5.0
ROUNDS: Final = 3
PAUSE_SECONDS: Final = 0.3
"""In which players get all that the machine can give: each page comes in the midst of it."""
PAGE: Final = ""
"""The overview."""


class Player(threading.Thread):
    """Fetches one file over and over, range by range, over one connection."""

    def __init__(self, url: str, size: int, is_over: threading.Event) -> None:
        super().__init__(daemon=True)
        self._url, self._size, self._is_over = urlsplit(url), size, is_over
        self.fetched = 0
        self.trouble: str | None = None

    def run(self) -> None:
        buffer = memoryview(bytearray(RANGE))
        link = http.client.HTTPConnection(str(self._url.hostname), self._url.port, timeout=60)
        first = 0
        while not self._is_over.is_set() and self.trouble is None:
            last = min(first + RANGE, self._size) - 1
            link.request(
                "GET",
                f"{self._url.path}?{self._url.query}",
                headers={"range": f"bytes={first}-{last}"},
            )
            answer = link.getresponse()
            if answer.status != http.client.PARTIAL_CONTENT:
                self.trouble = f"{answer.status} {answer.read(200)!r}"
            got = 0
            while count := answer.readinto(buffer[got:]):
                got += count
            self.fetched += got
            if got != last + 1 - first:
                self.trouble = f"{got} bytes of {last + 1 - first}"
            first = last + 1 if last + 1 < self._size else 0


def fetch(url: str, players: int, size: int) -> None:
    """Be the players' process until its input ends: print what was fetched, as JSON."""
    began, is_over = time.monotonic(), threading.Event()
    fetching = [Player(url, size, is_over) for _ in range(players)]
    for player in fetching:
        player.start()
    print("fetching", flush=True)
    sys.stdin.read()
    is_over.set()
    for player in fetching:
        player.join()
    took = time.monotonic() - began
    troubles = [player.trouble for player in fetching if player.trouble]
    total = sum(player.fetched for player in fetching)
    print(json.dumps({"mib_s": total / MIB / took, "troubles": troubles}))


@contextmanager
def fetching(url: str, options: Any) -> Iterator[Callable[[], float]]:  # noqa: ANN401 - argparse's
    """Let players fetch all the while; what is given ends it and returns their MiB/s together."""
    process = subprocess.Popen(
        [
            *(sys.executable, __file__, "--fetch", url),
            *("--players", str(options.players), "--size", str(options.size)),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert process.stdout.readline() == "fetching\n"

    def end() -> float:
        assert process.stdin
        assert process.stdout
        process.stdin.close()
        found = json.loads(process.stdout.readline())
        assert not found["troubles"], found["troubles"]
        return float(found["mib_s"])

    try:
        yield end
    finally:
        process.terminate()
        process.wait(timeout=30)


def throughput(url: str, options: Any) -> float:  # noqa: ANN401 - argparse's
    """Return MiB/s of all players together while nobody asks for a page."""
    with fetching(url, options) as end:
        time.sleep(PASS_SECONDS)
        return end()


@dataclass
class Visitor:
    """Somebody who loads a page, and asks for its document."""

    port: int
    token: str

    def load(self) -> float:
        """Return the seconds from opening the page until it is drawn."""
        browser = SocketBrowser(self.port, self.token, PAGE)

        async def until_there() -> None:
            watching = asyncio.create_task(browser.watch(60))
            while not browser.loads:
                assert not watching.done(), "the page was closed before it was there"
                await asyncio.sleep(0.005)
            watching.cancel()

        asyncio.run(until_there())
        return browser.loads[0]

    def ask(self) -> float:
        """Return the seconds that the page's document takes."""
        began = time.perf_counter()
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        cookie = f"{SESSION_COOKIE}={self.token}"
        link.request("GET", "/", headers={"cookie": cookie, "accept": "text/html"})
        answer = link.getresponse()
        assert answer.status == http.client.OK
        answer.read()
        link.close()
        return time.perf_counter() - began

    def visit(self, loads: int) -> tuple[list[float], list[float]]:
        """Load the page so often, now and then; return the seconds of loads and of documents."""
        drawn, asked = [], []
        for _ in range(loads):
            time.sleep(PAUSE_SECONDS)
            drawn.append(self.load())
            time.sleep(PAUSE_SECONDS)
            asked.append(self.ask())
        return drawn, asked


@dataclass
class School:
    """A console whose library has one big file."""

    port: int
    pid: int
    token: str
    link: str
    content: Path


@contextmanager
def school(directory: Path, size: int) -> Iterator[School]:
    """Let such a console run."""
    settings = load_settings(infoscreen_data_dir=directory)
    store = MediaStore(settings.media_dir)
    made: list[tuple[str, Path]] = []

    def furnish(session: Session) -> None:
        add_demo_school(session)
        checksum, path = _big_content(store, size * MIB)
        group = add_group(session, "Players")
        media = add_file(
            session,
            "film.mp4",
            MediaType.MP4,
            now=utc_now(),
            checksum_sha256=checksum,
            size=size * MIB,
        )
        at = addresses(session, settings, group, now=utc_now())
        made.append((link_to(session, at, media), path))

    with running_console(directory, furnish) as console:
        token = sign_in(console.sessions, 1)[0]
        link, path = made[0]
        yield School(console.port, console.pid, token, console.url + link, path)


def _big_content(store: MediaStore, size: int) -> tuple[str, Path]:
    store.uploads.mkdir(parents=True)
    part, digest = store.uploads / "part", hashlib.sha256()
    with part.open("wb") as file:
        for _ in range(size // MIB):
            block = os.urandom(MIB)
            digest.update(block)
            file.write(block)
    return digest.hexdigest(), store.keep(part, digest.hexdigest())


def check_whole(url: str, path: Path) -> None:
    """Fetch it once in ranges, and compare."""
    asked, digest, size = urlsplit(url), hashlib.sha256(), path.stat().st_size
    link = http.client.HTTPConnection(str(asked.hostname), asked.port, timeout=60)
    for first in range(0, size, RANGE):
        said = {"range": f"bytes={first}-{min(first + RANGE, size) - 1}"}
        link.request("GET", f"{asked.path}?{asked.query}", headers=said)
        digest.update(link.getresponse().read())
    assert digest.hexdigest() == path.name, "what arrived is not what was sent"


def run(options: Any, directory: Path) -> dict[str, Any]:  # noqa: ANN401 - argparse's
    with school(directory / "school", options.size) as made:
        url, path = made.link, made.content
        check_whole(url, path)
        nginx = Nginx(
            directory / "nginx",
            f"server {{ listen 127.0.0.1:{{port}}; location / {{ alias {path.parent}/; }} }}",
        )
        nginx.start()
        try:  # in turn, and the best of each: the one that other programs disturbed least
            plain = f"http://127.0.0.1:{nginx.port}/{path.name}?plain"
            rates = [(throughput(plain, options), throughput(url, options)) for _ in range(ROUNDS)]
        finally:
            nginx.stop()
        beside, alone = map(max, zip(*rates, strict=True))
        visitor, process = Visitor(made.port, made.token), psutil.Process(made.pid)
        visitor.visit(3)
        idle = visitor.visit(options.loads)
        memory = process.memory_info().rss
        with fetching(url, options) as end:
            busy = visitor.visit(options.loads)
            grown = (process.memory_info().rss - memory) / MIB
            meanwhile = end()
    found = {"nginx_mib_s": beside, "console_mib_s": alone, "with_pages_mib_s": meanwhile}
    return (
        {name: round(rate) for name, rate in found.items()}
        | figures(alone / beside, idle, busy)
        | {"grown_mib": round(grown, 1)}
    )


def figures(
    share: float, idle: tuple[list[float], list[float]], busy: tuple[list[float], list[float]]
) -> dict[str, Any]:
    median = [[1000 * statistics.median(times) for times in pair] for pair in (idle, busy)]
    slower = [after / before for before, after in zip(*median, strict=True)]
    return {
        "share_of_nginx": round(share, 2),
        "page_idle_ms": round(median[0][0], 1),
        "page_fetching_ms": round(median[1][0], 1),
        "page_times": round(slower[0], 2),
        "document_idle_ms": round(median[0][1], 1),
        "document_fetching_ms": round(median[1][1], 1),
        "document_times": round(slower[1], 2),
        "holds": share >= MIN_SHARE and max(slower) < MAX_SLOWER,
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--players", type=int, default=20)
    parser.add_argument("--size", type=int, default=200, help="MiB of the file")
    parser.add_argument("--loads", type=int, default=12, help="of the page, idle and busy each")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--fetch", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.fetch:
        fetch(options.fetch, options.players, options.size * MIB)
        return
    with tempfile.TemporaryDirectory(prefix="infoscreen-bench-") as name:
        (Path(name) / "school").mkdir()
        found = run(options, Path(name))
    tell(found, as_json=options.json)


if __name__ == "__main__":
    main()
