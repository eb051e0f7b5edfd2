"""The console's pages about a fleet of thousands, against a page with next to nothing on it.

    python tests/bench/fleet.py [--players 10000] [--groups 500] [--logs 2000000] [--flips 90]
        [--pictures 20] [--rounds 40] [--backend sqlite|mariadb|both] [--json]

Fills a database of its own (`tests/support/big_fleet.py`) and runs the console's own script as
every click in a browser does; nothing is replaced but the session cookie. The pages take turns in
the same minutes, so that other programs disturb all alike. *Warm* is a rerun that finds what
browsers share; *anew* one before which somebody changed something, so that all is read again.
"""

import sys
from pathlib import Path

sys.path.pop(0)  # this folder, whose modules would hide others
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import logging
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median, quantiles
from typing import Any
from unittest.mock import patch

from streamlit.testing.v1 import AppTest

from console import runtime
from infoscreen_core.clock import utc_now
from infoscreen_core.db.engine import make_engine, make_session_factory
from infoscreen_core.db.migrate import upgrade
from infoscreen_core.domain.people.roles import Role
from tests.bench.figures import options_of, tell
from tests.support.big_fleet import Size, add_fleet, player_uuid
from tests.support.console import Console, console_on, html_of
from tests.support.servers import MariaDB

MOST_TIMES_EMPTY = 3.0
LISTS = ("monitoring", "wall", "screens", "overview")
"""Pages whose warm rerun may cost so many times that of an empty one."""
PLAYER = 10
"""Which has no trouble, but a past like all others."""


@contextmanager
def console(url: str, directory: Path, size: Size) -> Iterator[Console]:
    """Open a console on a fresh database with a fleet in it, and an administrator signed in."""
    engine = make_engine(url)
    upgrade(engine)
    with make_session_factory(engine).begin() as session:
        add_fleet(session, size, now=utc_now())
    engine.dispose()
    with (
        console_on(url, directory) as made,
        patch.object(runtime, "session_token", lambda: made.token or None),
    ):
        made.is_watched = False  # what is on record was written with the fleet
        made.keep_workers_alive()
        made.sign_in_as(Role.ADMIN, language="de")
        yield made


def open_pages(made: Console, size: Size) -> dict[str, AppTest]:
    """Open the pages that are measured; raise when one does not show the fleet."""
    pages = {
        "empty": made.open("client"),
        "overview": made.open(),
        "monitoring": made.open("monitoring"),
        "wall": made.open("monitoring", view="wall"),
        "screens": made.open("clients"),
        "client": made.open("client", uuid=player_uuid(PLAYER)),
    }
    for name, app in pages.items():
        if app.exception or (name != "empty" and "Raum" not in html_of(app)):
            message = f"{name} does not show the fleet of {size.players}: {html_of(app)[:500]}"
            raise RuntimeError(message)
    return pages


def measure(pages: dict[str, AppTest], rounds: int, *, is_anew: bool) -> dict[str, list[float]]:
    """Rerun the pages in turn; return the milliseconds of each rerun."""
    times: dict[str, list[float]] = {name: [] for name in pages}
    for _round in range(rounds):
        for name, app in pages.items():
            if is_anew:
                runtime.resources().writes.count += 1
            else:
                app.run()  # whose readings may have grown old while the others ran
            began = time.perf_counter()
            app.run()
            times[name].append((time.perf_counter() - began) * 1000)
    return times


def figures_of(pages: dict[str, AppTest], rounds: int) -> dict[str, Any]:
    """Return median and 95th percentile of each page in milliseconds, and its times of empty."""
    figures: dict[str, Any] = {}
    warm = measure(pages, rounds, is_anew=False)
    anew = measure(pages, rounds, is_anew=True)
    for name in pages:
        for kind, times in (("warm", warm[name]), ("anew", anew[name])):
            figures[f"{name}, {kind}"] = {
                "median_ms": round(median(times), 1),
                "p95_ms": round(quantiles(times, n=20)[-1], 1),
                "times_empty": round(median(times) / median(warm["empty"]), 2),
            }
    figures["holds"] = all(
        figures[f"{name}, warm"]["times_empty"] <= MOST_TIMES_EMPTY for name in LISTS
    )
    return figures


def run(backend: str, size: Size, rounds: int) -> dict[str, Any]:
    """Measure on one database."""
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        if backend == "sqlite":
            with console(f"sqlite:///{directory / 'bench.db'}", directory, size) as made:
                return figures_of(open_pages(made, size), rounds)
        server = MariaDB(directory / "mariadb")
        server.start()
        try:
            with console(server.new_database(), directory, size) as made:
                return figures_of(open_pages(made, size), rounds)
        finally:
            server.stop()


def main() -> None:
    """Run it and print its table; the exit code says whether the ratios hold."""
    numbers = {"players": 10_000, "groups": 500, "logs": 2_000_000, "flips": 90, "pictures": 20}
    parser = options_of(__doc__, **numbers, rounds=40)
    parser.add_argument("--backend", choices=("sqlite", "mariadb", "both"), default="both")
    options = parser.parse_args()
    logging.disable(logging.WARNING)  # Streamlit warns of running without a server
    size = Size(**{name: getattr(options, name) for name in numbers})
    backends = ("sqlite", "mariadb") if options.backend == "both" else (options.backend,)
    found = {backend: run(backend, size, options.rounds) for backend in backends}
    figures = {f"{one}: {name}": value for one in backends for name, value in found[one].items()}
    figures["holds"] = all(one["holds"] for one in found.values())
    tell(figures, as_json=options.json)


if __name__ == "__main__":
    main()
