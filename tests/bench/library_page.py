"""The page of the library with 100,000 files, against a page with next to nothing on it.

    python tests/bench/library_page.py [--files 100000] [--rounds 40] [--json]

Fills a database as `library.py` does, and runs the console's script as a click in a browser does:
the top of the library as tiles and as lines, a folder with a fifth of all files, a search, filters
and a file beside the board. They take turns with the empty page, so that other programs disturb all
alike. *Warm* is a rerun that finds what browsers share, *old* one for which it has grown old, as it
has at the next click. What must hold: the 95th percentile of each warm list is at most 3 times the
median of the empty page. The others are told.
"""

import sys
from pathlib import Path

sys.path.pop(0)  # this folder, whose modules would hide others
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import tempfile
from statistics import median, quantiles
from typing import Any, Final
from unittest.mock import patch

from streamlit.testing.v1 import AppTest

from console import renewals, shared
from console.media import board, upload
from tests.bench.figures import options_of, tell
from tests.bench.fleet import Clock, Took, console, grow_old, measure
from tests.bench.library import FULL_FOLDER, fill
from tests.support.console import Console
from tests.support.databases import migrated_file
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
    "file": {"file": "77"},
}


def open_pages(made: Console, tiles: FakeBoard) -> dict[str, AppTest]:
    """Open the pages that are measured; raise when one shows no file."""
    pages = {"empty": made.open("client")}
    for name, query in PAGES.items():
        pages[name] = made.open("library", **query)
        if pages[name].exception or "data-open" not in tiles.html:
            message = f"{name} shows no file: {pages[name].exception}"
            raise RuntimeError(message)
    return pages


def run(files: int, rounds: int) -> dict[str, Any]:
    """Run the benchmark and return its figures, in milliseconds."""
    tiles = FakeBoard()
    with (
        tempfile.TemporaryDirectory() as directory,
        console(migrated_file(Path(directory) / "many.db"), Path(directory)) as made,
        patch.object(board, "ask_component", tiles),
        patch.object(upload, "ask_component", FakeUploads()),
        patch.object(shared, "time", Clock),
        patch.object(renewals, "time", Clock),
    ):
        fill(made.sessions, files)
        pages = open_pages(made, tiles)
        warm = measure(made, pages, rounds, AppTest.run)
        old = measure(made, pages, rounds, grow_old)
    empty = median(took.wall for took in warm["empty"])
    figures: dict[str, Any] = {"files": files, "empty_ms": round(empty, 1)}
    for name in PAGES:
        figures[name] = {
            kind: times(found[name], empty) for kind, found in (("warm", warm), ("old", old))
        }
    judged = [figures[name]["warm"]["p95_times_empty"] for name in PAGES if name != "file"]
    return figures | {"holds": max(judged) <= MOST_TIMES_EMPTY}


def times(took: list[Took], empty: float) -> dict[str, float]:
    """Return median and 95th percentile of reruns, and how many times the empty page that is."""
    walls = [one.wall for one in took]
    last = quantiles(walls, n=20)[-1]
    return {
        "median_ms": round(median(walls), 1),
        "p95_ms": round(last, 1),
        "p95_times_empty": round(last / empty, 2),
    }


if __name__ == "__main__":
    options = options_of(__doc__, files=100_000, rounds=40).parse_args()
    tell(run(options.files, options.rounds), as_json=options.json)
