"""The console's pages about a fleet of thousands, against a page with next to nothing on it.

    python tests/bench/fleet.py [--players 10000] [--groups 500] [--logs 10000000] [--flips 90]
        [--pictures 20] [--incidents 5] [--commands 2] [--curves 100] [--rounds 40]
        [--backend sqlite|mariadb|both] [--keep FOLDER] [--json]

Fills a database of its own (`tests/support/big_fleet`; with `--keep` in a folder where the next run
finds it) and runs the console's own script as every click in a browser does; nothing is replaced
but the session cookie and the browser's time zone; messages are written for a browser, and read by
none. The pages take turns in the same minutes, so that other programs disturb all alike. A rerun is

- *warm* when it finds what browsers share;
- *old* when that grew old since the last rerun, a few seconds ago: it is shown, and made anew in
  the background (what that takes of the processor is *renewing*);
- *first* when nobody looked for ten minutes, and the console kept ready what pages show when they
  are opened (`console/ready.py`); what that takes of the processor is *keeping ready*;
- *cold* when nothing may be shown that was read before, as just after a start: all of it is read
  anew while the browser waits;
- *chosen* when all that was kept ready is there, but somebody chose a group, a page, a filter or an
  order that nobody looks at: its rows are read and drawn while they wait (lists only);
- *changed* after somebody looked after an incident, so that what has to do with incidents is read
  again.

At last every statement that the pages sent is explained: none may read a table that grows from end
to end.
"""

import sys
from pathlib import Path

sys.path.pop(0)  # this folder, whose modules would hide others
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import gc
import logging
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import fields
from statistics import median, quantiles
from typing import Any, Final, NamedTuple
from unittest.mock import patch

import streamlit as st
from streamlit.testing.v1 import AppTest

from console import ready, renewals, runtime, shared, tidying
from console.monitoring.snapshots import FRESH_SECONDS
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.services.monitoring import incidents
from tests.bench.figures import options_of, tell
from tests.bench.fleet_choices import Choices, choices_of
from tests.bench.fleet_server import Server, set_options
from tests.support import console as console_support
from tests.support.big_fleet.fleet import Size, player_uuid
from tests.support.big_fleet.prepared import BACKENDS, prepared
from tests.support.console import Console, console_on, html_of
from tests.support.sql.plans import Statement, full_reads, statements

MOST_TIMES_EMPTY: Final = 3.0
MOST_CHART_MS: Final = 300.0
LISTS: Final = ("overview", "monitoring", "wall", "screens", "groups")
"""Pages whose reruns may cost so many times that of an empty one."""
CHARTS: Final = ("screen", "logs", "families", "analysis")
"""Pages with charts, which may take so long."""
SIZES: Final = {
    "players": 10_000,
    "groups": 500,
    "logs": 10_000_000,
    "flips": 90,
    "pictures": 20,
    "incidents": 5,
    "commands": 2,
    "curves": 100,
}
PATIENCE_SECONDS: Final = 600.0
"""For one run of a page, on a machine that has other work, too."""
PLAYER: Final = 10
"""Which has no trouble, but a past like all others."""
OPEN: Final = incidents.IncidentFilter()
YEAR_SECONDS: Final = 365 * 24 * 3600.0
UNWATCHED_SECONDS: Final = 600.0
"""Longer than anything is made anew that nobody asks for."""
OLD_SECONDS: Final = FRESH_SECONDS
"""After these, whatever is read most often has grown old, but may still be shown."""


@contextmanager
def console(url: str, directory: Path) -> Iterator[Console]:
    """Open a console on a fleet, with an administrator signed in."""
    with (
        console_on(url, directory) as made,
        patch.object(console_support, "_SECONDS", PATIENCE_SECONDS),
        patch.object(runtime, "session_token", lambda: made.token or None),
        patch.object(type(st.context), "timezone", property(lambda _self: "Europe/Vienna")),
        clock(),
    ):
        set_options()
        made.is_watched = False  # what is on record was written with the fleet
        made.keep_workers_alive()
        made.sign_in_as(Role.ADMIN, language="de")
        renewals_of_all = runtime.resources().renewals
        renewals_of_all.start()
        renewals_of_all.plan(tidying.collect_when_quiet(), Clock.monotonic())
        gc.freeze()
        keep_ready()
        yield made


@contextmanager
def clock() -> Iterator[None]:
    """Let all that the console keeps grow old by the benchmark's own clock."""
    with ExitStack() as changes:
        for module in (shared, renewals, ready, tidying):
            changes.enter_context(patch.object(module, "time", Clock))
        yield


def open_pages(made: Console, size: Size) -> dict[str, AppTest]:
    """Open the pages that are measured; raise when one does not show the fleet."""
    quarter = {"hours": "2160"}
    pages = {
        "empty": made.open("client"),
        "overview": made.open(),
        "monitoring": made.open("monitoring"),
        "wall": made.open("monitoring", view="wall"),
        "screens": made.open("clients"),
        "groups": made.open("clients", list="groups"),
        "screen": made.open("client", uuid=player_uuid(PLAYER), health="30d"),
        "logs": made.open("logs", **quarter),
        "families": made.open("logs", view="families", **quarter),
        "analysis": made.open("analysis"),
    }
    for name, app in pages.items():
        if app.exception or (name in LISTS and "Raum" not in html_of(app)):
            message = f"{name} does not show the fleet of {size.players}: {html_of(app)[:500]}"
            raise RuntimeError(message)
    return pages


class Took(NamedTuple):
    """What a rerun took, in milliseconds."""

    wall: float
    cpu: float
    """Of this process, with SQLite but without MariaDB: other programs hardly change it."""
    renewing: float
    """CPU of making anew in the background what it showed, after it."""


class Clock:
    """The clock by which shared readings grow old."""

    ahead = 0.0

    @classmethod
    def monotonic(cls) -> float:
        """Return the time in seconds."""
        return time.monotonic() + cls.ahead


class Last:
    """What is done when all is made anew that is due."""

    def __init__(self) -> None:
        self.was_due = threading.Event()

    def renew(self) -> None:
        """Say so."""
        self.was_due.set()


READY: Final = ready.Ready()


def settle() -> None:
    """Wait until what is due is made anew."""
    last = Last()
    runtime.resources().renewals.plan(last, Clock.monotonic())
    if not last.was_due.wait(PATIENCE_SECONDS):
        message = "The readings were not made anew."
        raise RuntimeError(message)


def grow_old(app: AppTest) -> None:
    """Let what browsers share be as old as it is at the next click, or the next refresh."""
    app.run()
    settle()
    Clock.ahead += OLD_SECONDS


def forget(_app: AppTest | None = None) -> None:
    """Let everything that browsers share be too old, also what was kept ready once."""
    Clock.ahead += YEAR_SECONDS
    settle()  # which makes that anew, for the last time
    Clock.ahead += YEAR_SECONDS


def come_first(_app: AppTest | None = None) -> None:
    """Let nobody have looked for a while, and the console keep ready what it does."""
    Clock.ahead += UNWATCHED_SECONDS
    settle()
    keep_ready()
    Clock.ahead += shared.READY_SECONDS / 2


def choose(choices: Choices) -> None:
    """Let all be ready, and somebody choose what nobody looked at for a while."""
    come_first()
    choices.choose()


def keep_ready() -> None:
    """Go once through all that the console keeps ready."""
    while READY.renew() <= Clock.monotonic():
        pass


def cost_of_keeping_ready(rounds: int) -> dict[str, float]:
    """Return what it costs to keep ready what pages show, every few seconds, with nobody there."""
    found = []
    forget()
    keep_ready()
    for _round in range(rounds):
        Clock.ahead += shared.READY_SECONDS / 2
        worked = time.process_time()
        keep_ready()
        found.append((time.process_time() - worked) * 1000)
    return {"cpu_ms": round(median(found), 1), "every_seconds": shared.READY_SECONDS / 2}


def acknowledge(app: AppTest) -> None:
    """Let somebody look after an incident: what people change most on these pages."""
    app.run()
    note = f"Bank {time.time_ns()}"  # another one than in the run that left the database
    with runtime.read_session() as session:
        (one, *_others) = incidents.list_incidents(session, OPEN, limit=1).incidents
    runtime.change(
        lambda session, actor, now: incidents.acknowledge(
            session, one.id, note=note, actor=actor, now=now
        )
    )


KINDS: Final[dict[str, Callable[[AppTest], object]]] = {
    "warm": AppTest.run,  # what they share may have grown old while the others ran
    "old": grow_old,
    "cold": forget,
    "changed": acknowledge,
    "first": come_first,  # after the others: what was kept ready once is made anew at a watch's end
}


def measure(
    made: Console, pages: dict[str, AppTest], rounds: int, before: Callable[[AppTest], object]
) -> dict[str, list[Took]]:
    """Rerun the pages in turn; return what each rerun took after what is done before it."""
    times: dict[str, list[Took]] = {name: [] for name in pages}
    server = Server()
    for _round in range(rounds):
        made.keep_workers_alive()  # a silent one makes pages try whether anything can be stored
        for name, app in pages.items():
            before(app)
            with server.serving():
                began, worked = time.perf_counter(), time.process_time()
                app.run()
                wall, cpu = time.perf_counter() - began, time.process_time() - worked
            settle()
            renewing = time.process_time() - worked - cpu
            server.show(app)
            times[name].append(Took(wall * 1000, cpu * 1000, renewing * 1000))
    return times


def measure_chosen(
    made: Console, pages: dict[str, AppTest], rounds: int, size: Size
) -> dict[str, list[Took]]:
    """Do the same for lists of which somebody chose a part."""
    lists = {name: pages[name] for name in LISTS}
    choices = {id(app): Choices(app, choices_of(name, size)) for name, app in lists.items()}
    times = measure(made, lists, rounds, lambda app: choose(choices[id(app)]))
    for one in choices.values():
        one.take_back()
    return times


def figures_of(made: Console, pages: dict[str, AppTest], rounds: int, size: Size) -> dict[str, Any]:
    """Return median and 95th percentile of each page in milliseconds, and its times of empty."""
    figures: dict[str, Any] = {}
    found = {kind: measure(made, pages, rounds, before) for kind, before in KINDS.items()}
    found["chosen"] = measure_chosen(made, pages, rounds, size)
    figures["keeping ready"] = cost_of_keeping_ready(rounds)
    empty = Took(*(median(values) for values in zip(*found["warm"]["empty"], strict=True)))
    for name in pages:
        for kind, times in found.items():
            if name not in times:
                continue
            walls, cpus, renewing = zip(*times[name], strict=True)
            last = quantiles(walls, n=20)[-1]
            figures[f"{name}, {kind}"] = {
                "median_ms": round(median(walls), 1),
                "p95_ms": round(last, 1),
                "times_empty": round(median(walls) / empty.wall, 2),
                "p95_times_empty": round(last / empty.wall, 2),
                "cpu_ms": round(median(cpus), 1),
                "cpu_p95_ms": round(quantiles(cpus, n=20)[-1], 1),
                "cpu_times_empty": round(median(cpus) / empty.cpu, 2),
                "renewing_cpu_ms": round(median(renewing), 1),
                "holds": is_held(name, last, empty.wall),
            }
    return figures


def is_held(name: str, milliseconds: float, empty: float) -> bool:
    """Whether a page's reruns are as quick as they have to be."""
    if name in CHARTS:
        return milliseconds <= MOST_CHART_MS
    return name not in LISTS or milliseconds <= MOST_TIMES_EMPTY * empty


def explain(asked: list[Statement]) -> list[str]:
    """Return which growing tables are read from end to end, with the beginning of the statement."""
    with runtime.resources().engine.connect() as connection:
        return [
            f"{table}: {' '.join(statement.split())[:200]}"
            for statement, values in dict(asked).items()
            for table in full_reads(connection, statement, values)
        ]


def run(backend: str, size: Size, rounds: int, directory: Path) -> dict[str, Any]:
    """Measure on one database."""
    began = time.perf_counter()
    with prepared(backend, size, directory) as url:
        seconds = round(time.perf_counter() - began)
        with console(url, directory) as made:
            with statements(runtime.resources().engine) as asked:
                pages = open_pages(made, size)
            figures = figures_of(made, pages, rounds, size)
            scans = explain(asked)
        return {
            "seconds to fill it": seconds,
            **figures,
            "statements explained": len(dict(asked)),
            "full reads of growing tables": scans,
        }


def main() -> None:
    """Run it and print its table; the exit code says whether all of it holds."""
    parser = options_of(__doc__, **SIZES, days=90, rounds=40)
    parser.add_argument("--backend", choices=(*BACKENDS, "both"), default="both")
    parser.add_argument("--keep", type=Path, help="a folder for the databases")
    options = parser.parse_args()
    logging.disable(logging.WARNING)  # Streamlit warns of running without a server
    size = Size(**{one.name: getattr(options, one.name) for one in fields(Size)})
    figures: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as scratch:
        for backend in BACKENDS if options.backend == "both" else (options.backend,):
            found = run(backend, size, options.rounds, options.keep or Path(scratch))
            figures |= {f"{backend}: {name}": value for name, value in found.items()}
    of_pages = [
        one["holds"] for one in figures.values() if isinstance(one, dict) and "holds" in one
    ]
    scans = [one for one in figures.values() if isinstance(one, list) and one]
    tell({**figures, "holds": all(of_pages) and not scans}, as_json=options.json)


if __name__ == "__main__":
    main()
