"""The page of the audit trail with 1,000,000 entries, against a page with next to nothing on it.

    python tests/bench/people/audit_page.py [--entries 1000000] [--rounds 40]
        [--backend sqlite|mariadb|both] [--keep FOLDER] [--json]

Fills a database as `audit.py` does (with `--keep` in a folder where the next run finds it), and
runs the console's script as a click in a browser does: the newest entries, the next ones, some deep
inside, one unfolded; each kind of filter, with values that are frequent, rare and nowhere; texts
that are in many entries, in one and in none; and how a file with all entries begins. They take
turns with the empty page, so that other programs disturb all alike. Each rerun reads its entries
anew; what they may be narrowed to, and what things are called, is kept for some seconds.

What must hold for each of them: it takes at most 3 times as long as the empty page's rerun in the
same minutes, by the clock on the wall and by processor time of the console (with SQLite in it,
without MariaDB). What counts is the fastest quarter of the rounds, which other programs disturbed
least; medians are told beside it.
"""

import sys
from pathlib import Path

sys.path.pop(0)  # this folder, whose modules would hide others
sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

import asyncio
import logging
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from statistics import median, quantiles
from typing import Any, Final

from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import StreamingResponse
from streamlit.testing.v1 import AppTest

from console.runtime import SESSION_COOKIE
from console.web.files import audit as audit_files
from infoscreen_core.db.models import AuditEntry
from infoscreen_core.domain.people.audit import AuditPlace
from infoscreen_core.formats.row_files import FileFormat
from tests.bench.figures import options_of, tell
from tests.bench.fleet import console
from tests.bench.people.audit import END, fill
from tests.support.big_fleet.kept import fill_once, kept_database
from tests.support.big_fleet.prepared import BACKENDS
from tests.support.console import Console

MOST_TIMES_EMPTY: Final = 3.0
MARKS: Final = 200
"""More bytes than a file has before its first entry."""
DAY: Final = timedelta(days=1)
Rerun = Callable[[], object]


@contextmanager
def prepared(backend: str, entries: int, directory: Path) -> Iterator[str]:
    """Return the URL of a database with such a trail; it is filled if the folder has none."""
    with kept_database(backend, "audit", directory, memory="768M") as url:
        fill_once(url, directory / f"{backend}-{entries}", lambda made: fill(made, entries))
        yield url


def queries(made: Console, entries: int) -> dict[str, dict[str, str]]:
    """Return what the page is asked for, by its name."""
    with made.sessions() as session:
        newest = select(AuditEntry).order_by(AuditEntry.at.desc()).offset(49).limit(1)
        last = session.scalars(newest).one()
        place = str(AuditPlace(last.at, last.id))
    deep = str(AuditPlace(END - timedelta(seconds=9 * entries), 10**9))
    span = {"from": f"{END - 40 * DAY:%Y-%m-%d}", "to": f"{END - 39 * DAY:%Y-%m-%d}"}
    return {
        "newest": {},
        "next": {"page": place},
        "deep": {"page": deep},
        "unfolded": {"entry": str(last.id)},
        "actor": {"actor": "lehrer07"},
        "actor, rare": {"actor": "selten"},
        "actor, nobody": {"actor": "niemand"},
        "action": {"action": "event.updated"},
        "action, deep": {"action": "event.updated", "page": deep},
        "action, none": {"action": "event.exploded"},
        "entity": {"entity": "event"},
        "entity, one": {"entity": "event", "id": "4711"},
        "address": {"source": "10.0.1.7"},
        "address, none": {"source": "192.168.1.1"},
        "span": span,
        "span, empty": {"from": "2027-01-02", "to": "2027-01-03"},
        "together": {"actor": "lehrer07", "action": "event.updated", **span},
        "together, none": {"actor": "lehrer07", "action": "user.signed_in", "text": "xyzzy"},
        "text, common": {"text": "pünktlich"},
        "text, in one entry": {"text": "prüfung 4711"},
        "text, none": {"text": "xyzzy"},
        "text, none, deep": {"text": "xyzzy", "page": deep},
        "text of one thing": {"text": "xyzzy", "entity": "event", "id": "4711"},
    }


def reruns(made: Console, entries: int) -> dict[str, Rerun]:
    """Open the pages that are measured; raise when one fails or the first shows nothing."""
    found: dict[str, Rerun] = {"empty": made.open("client").run}
    for name, query in queries(made, entries).items():
        app = made.open("audit", **query)
        if app.exception or (name == "newest" and not _labels(app)):
            message = f"{name} shows nothing: {app.exception}"
            raise RuntimeError(message)
        found[name] = app.run
    for kind in FileFormat:
        found[f"begin of {kind}"] = partial(_begin, made, kind)
    return found


def _begin(made: Console, kind: FileFormat) -> None:
    asyncio.run(begin_file(made, kind))


def _labels(app: AppTest) -> list[str]:
    return [one.label for one in app.button if (one.key or "").startswith("audit-entry-")]


async def begin_file(made: Console, kind: FileFormat) -> None:
    """Ask for the file with all entries, and take it until the first of them is there."""
    scope = {
        "type": "http",
        "method": "GET",
        "path": f"/audit.{kind}",
        "query_string": b"zone=Europe/Vienna",
        "headers": [(b"cookie", f"{SESSION_COOKIE}={made.token}".encode())],
    }
    answer = audit_files.serve_as(kind)(Request(scope))
    if not isinstance(answer, StreamingResponse):
        message = f"There is no file: {answer.status_code}"
        raise TypeError(message)
    async for chunk in answer.body_iterator:
        if len(chunk) > MARKS:
            return


def measure(made: Console, pages: dict[str, Rerun], rounds: int) -> dict[str, Any]:
    """Rerun them in turn; return the figures of each in milliseconds."""
    took: dict[str, list[tuple[float, float]]] = {name: [] for name in pages}
    for _round in range(rounds + 1):
        made.keep_workers_alive()
        for name, rerun in pages.items():
            wall, cpu = time.perf_counter(), time.process_time()
            rerun()
            took[name].append((time.perf_counter() - wall, time.process_time() - cpu))
    spread = {name: _spread(times[1:]) for name, times in took.items()}
    wall, cpu = spread["empty"]["wall_ms"], spread["empty"]["cpu_ms"]
    return {
        name: one
        | {
            "wall_times_empty": round(one["wall_ms"] / wall, 2),
            "cpu_times_empty": round(one["cpu_ms"] / cpu, 2),
        }
        for name, one in spread.items()
    }


def _spread(times: list[tuple[float, float]]) -> dict[str, float]:
    walls, cpus = zip(*times, strict=True)
    return {
        "wall_ms": round(1000 * quantiles(walls, n=4)[0], 1),
        "cpu_ms": round(1000 * quantiles(cpus, n=4)[0], 1),
        "median_wall_ms": round(1000 * median(walls), 1),
        "median_cpu_ms": round(1000 * median(cpus), 1),
    }


def main() -> None:
    """Run it and print its table; the exit code says whether all of it holds."""
    logging.disable(logging.WARNING)  # Streamlit warns of running without a server
    parser = options_of(__doc__, entries=1_000_000, rounds=40)
    parser.add_argument("--backend", choices=(*BACKENDS, "both"), default="both")
    parser.add_argument("--keep", type=Path, help="a folder for the databases")
    options = parser.parse_args()
    figures: dict[str, Any] = {"entries": options.entries}
    slow: list[str] = []
    with tempfile.TemporaryDirectory() as scratch:
        for backend in BACKENDS if options.backend == "both" else (options.backend,):
            directory = options.keep or Path(scratch)
            with (
                prepared(backend, options.entries, directory) as url,
                console(url, Path(scratch)) as made,
            ):
                found = measure(made, reruns(made, options.entries), options.rounds)
            named = {f"{backend}: {name}": one for name, one in found.items()}
            slow += [name for name, one in named.items() if is_slow(one)]
            figures |= named
    tell({**figures, "slower": slow, "holds": not slow}, as_json=options.json)


def is_slow(figures: dict[str, float]) -> bool:
    """Whether it is more than it may be."""
    return max(figures["wall_times_empty"], figures["cpu_times_empty"]) > MOST_TIMES_EMPTY


if __name__ == "__main__":
    main()
