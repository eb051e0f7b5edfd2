"""The page of the library with 100,000 files, against a page with next to nothing on it.

    python tests/bench/media/library_page.py [--files 100000] [--rounds 40]
        [--backend sqlite|mariadb|both] [--keep FOLDER] [--json]

Fills a database as `library.py` does (with `--keep` in a folder where the next run finds it), and
runs the console's script as a click in a browser does: the top of the library as tiles and as
lines, a folder with a fifth of all files, a search, each kind of filter, a page deep inside and a
file beside the list. They take turns with the empty page, so that other programs disturb all alike.
A rerun is

- *warm* when it finds what browsers share;
- *old* when that has grown old since the last rerun, as it has at the next click: lists are read
  anew while somebody waits, folders and counts are made anew in the background;
- *cold* when nothing may be shown that was read before, as after a start: all is read anew, who is
  signed in, too.

What must hold for every page and each of the three: median and 95th percentile are at most 3 times
those of the empty page's reruns of the same kind, in the same minutes. What counts is processor
time of the console, with SQLite but without MariaDB: other programs change it less than the clock
on the wall, which is told beside it.
"""

import sys
from pathlib import Path

sys.path.pop(0)  # this folder, whose modules would hide others
sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

import logging
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median, quantiles
from typing import Any, Final
from unittest.mock import patch

from streamlit.testing.v1 import AppTest

from console import renewals, shared
from console.media import board, upload
from tests.bench.figures import options_of, tell
from tests.bench.fleet import Clock, Took, console, forget, grow_old, measure
from tests.bench.media.library import FULL_FOLDER, fill
from tests.support.big_fleet.kept import fill_once, kept_database
from tests.support.big_fleet.prepared import BACKENDS
from tests.support.console import Console
from tests.support.media.parts import FakeBoard, FakeUploads

MOST_TIMES_EMPTY: Final = 3.0
PAGES: Final[dict[str, dict[str, str]]] = {
    "tiles": {},
    "lines": {"view": "list"},
    "latest": {"sort": "new", "kind": "pictures"},
    "full folder": {"folder": str(FULL_FOLDER)},
    "search": {"text": "sportfest labor"},
    "deep": {"kind": "documents", "page": "500"},
    "used": {"used": "yes"},
    "failed": {"state": "failed"},
    "ready": {"state": "ready"},
    "unexpired": {"expired": "no"},
    "file": {"file": "77"},
}
KINDS: Final[dict[str, Callable[[AppTest], object]]] = {
    "warm": AppTest.run,
    "old": grow_old,
    "cold": forget,
}


@contextmanager
def prepared(backend: str, files: int, directory: Path) -> Iterator[str]:
    """Return the URL of a database with such a library; it is filled if the folder has none."""
    with kept_database(backend, "library", directory, memory="512M") as url:
        fill_once(url, directory / f"{backend}-{files}", lambda made: fill(made, files))
        yield url


def open_pages(made: Console, tiles: FakeBoard) -> dict[str, AppTest]:
    """Open the pages that are measured; raise when one shows no file."""
    pages = {"empty": made.open("client")}
    for name, query in PAGES.items():
        pages[name] = made.open("library", **query)
        if pages[name].exception or "data-open" not in tiles.html:
            message = f"{name} shows no file: {pages[name].exception}"
            raise RuntimeError(message)
    return pages


def run(url: str, rounds: int, directory: Path) -> dict[str, Any]:
    """Measure on one database; return the figures, in milliseconds."""
    tiles = FakeBoard()
    with (
        console(url, directory) as made,
        patch.object(board, "ask_component", tiles),
        patch.object(upload, "ask_component", FakeUploads()),
        patch.object(shared, "time", Clock),
        patch.object(renewals, "time", Clock),
    ):
        pages = open_pages(made, tiles)
        found = {kind: measure(made, pages, rounds, before) for kind, before in KINDS.items()}
    figures: dict[str, Any] = {}
    for kind, took in found.items():
        figures |= {f"{name}, {kind}": times(took[name], took["empty"]) for name in pages}
    return figures


def times(took: list[Took], empty: list[Took]) -> dict[str, Any]:
    """Return what reruns took, and how many times the empty page that is."""
    usual, last = spread(took)
    usual_empty, last_empty = spread(empty)
    return {
        "cpu_ms": round(usual, 1),
        "p95_cpu_ms": round(last, 1),
        "times_empty": round(usual / usual_empty, 2),
        "p95_times_empty": round(last / last_empty, 2),
        "p95_times_median": round(last / usual_empty, 2),
        "wall_ms": round(median(one.wall for one in took), 1),
    }


def spread(took: list[Took]) -> tuple[float, float]:
    """Return median and 95th percentile of the processor time."""
    cpus = [one.cpu for one in took]
    return median(cpus), quantiles(cpus, n=20)[-1]


def is_slow(figures: dict[str, Any]) -> bool:
    """Whether it is more than it may be."""
    return bool(max(figures["times_empty"], figures["p95_times_empty"]) > MOST_TIMES_EMPTY)


def main() -> None:
    """Run it and print its table; the exit code says whether all of it holds."""
    logging.disable(logging.WARNING)  # Streamlit warns of running without a server
    parser = options_of(__doc__, files=100_000, rounds=40)
    parser.add_argument("--backend", choices=(*BACKENDS, "both"), default="sqlite")
    parser.add_argument("--keep", type=Path, help="a folder for the databases")
    options = parser.parse_args()
    figures: dict[str, Any] = {"files": options.files}
    slow: list[str] = []
    with tempfile.TemporaryDirectory() as scratch:
        for backend in BACKENDS if options.backend == "both" else (options.backend,):
            with prepared(backend, options.files, options.keep or Path(scratch)) as url:
                found = run(url, options.rounds, Path(scratch))
            named = {f"{backend}: {name}": one for name, one in found.items()}
            slow += [name for name, one in named.items() if is_slow(one)]
            figures |= named
    tell({**figures, "slower": slow, "holds": not slow}, as_json=options.json)


if __name__ == "__main__":
    main()
