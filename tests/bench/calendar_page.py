"""The calendar page with thousands of occurrences in view, against the same page with none.

    python tests/bench/calendar_page.py [--occurrences 2000] [--rounds 100] [--json]

Runs the console's own script as every click in a browser does, on a database of its own, with the
calendar component (its whole input is encoded each time); nothing is replaced but the session
cookie. Three pages take turns in the same minutes: a month full of occurrences, the same month of a
period that has none, and a page of the console that holds next to nothing. The best of each counts,
being the one that other programs disturbed least. Then it measures what only happens after a change
of the plan, or in a new minute: everything is read and drawn anew.
"""

import sys
from pathlib import Path

sys.path.pop(0)  # this folder, whose `calendar` would hide the standard one
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import json
import logging
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any
from unittest.mock import patch

from sqlalchemy.orm import Session
from streamlit.testing.v1 import AppTest

from console import runtime
from console.calendar.presenters.view import View, stretch_of
from infoscreen_core.clock import utc_now
from infoscreen_core.db.engine import make_engine
from infoscreen_core.db.migrate import upgrade
from infoscreen_core.db.models import AcademicPeriod
from infoscreen_core.domain.events.event import PeriodType
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.services import changes
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.events import events
from tests.bench.figures import options_of, tell
from tests.support.console import Console, console_on
from tests.support.events.planning import add_group, lesson

MOST_TIMES_EMPTY = 2.0
GROUPS = 10
HOURS = range(6, 22)


@contextmanager
def console() -> Iterator[Console]:
    """Open a console on a fresh database, with an editor signed in."""
    with tempfile.TemporaryDirectory() as directory:
        url = f"sqlite:///{directory}/bench.db"
        engine = make_engine(url)
        upgrade(engine)
        engine.dispose()
        with (
            console_on(url, Path(directory)) as made,
            patch.object(runtime, "session_token", lambda: made.token or None),
        ):
            made.keep_workers_alive()
            made.sign_in_as(Role.EDITOR, language="de")
            yield made


def fill(session: Session, day: date, occurrences: int) -> int:
    """Plan daily lessons until the month of `day` has so many dates; return a free period."""
    shown = stretch_of(View.MONTH, day)
    groups = [add_group(session, f"Raumgruppe {number + 1}") for number in range(GROUPS)]
    for number in range(-(-occurrences // (shown.end - shown.start).days)):
        start = datetime.combine(shown.start, datetime.min.time()) + timedelta(
            hours=HOURS[number // GROUPS % len(HOURS)]
        )
        draft = lesson(
            groups[number % GROUPS],
            title=f"Unterricht {number + 1}",
            start=start,
            end=start + timedelta(minutes=50),
            recurrence_rule="FREQ=DAILY",
        )
        events.create_events(session, draft, actor=CLI, now=utc_now())
    period = AcademicPeriod(
        name="Ohne Termine",
        period_type=PeriodType.TRIMESTER,
        start_date=shown.start,
        end_date=shown.end,
        created_at=utc_now(),
        updated_at=utc_now(),
    )
    session.add(period)
    session.flush()
    return period.id


def drawn_count(app: AppTest) -> int:
    """Return how many occurrences the page hands to the component."""
    (component,) = app.get("component_instance")
    return sum("id" in event for event in json.loads(component.proto.json_args)["events"])


def seconds_of(act: Callable[[], object]) -> tuple[float, float]:
    """Return the seconds on the wall clock, and of this process's CPU."""
    wall, cpu = time.perf_counter(), time.process_time()
    act()
    return time.perf_counter() - wall, time.process_time() - cpu


def measure(pages: dict[str, AppTest], rounds: int) -> dict[str, dict[str, float]]:
    """Rerun the pages in turn; return the best milliseconds of each."""
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in pages}
    for _round in range(rounds):
        for name, app in pages.items():
            times[name].append(seconds_of(app.run))
    return {name: _best(found) for name, found in times.items()}


def measure_afresh(made: Console, app: AppTest, rounds: int) -> dict[str, float]:
    """Let the plan change before each rerun, so that nothing drawn before can be used."""
    times = []
    for _round in range(rounds):
        with made.sessions.begin() as session:
            changes.bump(session)
        times.append(seconds_of(app.run))
    return _best(times)


def _best(times: list[tuple[float, float]]) -> dict[str, float]:
    wall, cpu = (min(column) for column in zip(*times, strict=True))
    return {"wall_ms": round(wall * 1000, 1), "cpu_ms": round(cpu * 1000, 1)}


def run(occurrences: int, rounds: int) -> dict[str, Any]:
    """Run the benchmark and return its figures."""
    day = utc_now().date()
    with console() as made:
        with made.sessions.begin() as session:
            period = fill(session, day, occurrences)
        full = made.open("calendar", view="month", date=day.isoformat())
        empty = made.open("calendar", view="month", date=day.isoformat(), period=str(period))
        pages = {"full": full, "empty": empty, "bare": made.open("client")}
        in_view = {"full": drawn_count(full), "empty": drawn_count(empty)}
        if in_view["full"] < occurrences or in_view["empty"]:
            message = f"the pages show {in_view}, not {occurrences} and none"
            raise RuntimeError(message)
        figures: dict[str, Any] = {"occurrences": in_view["full"], **measure(pages, rounds)}
        figures["full after a change"] = measure_afresh(made, full, max(3, rounds // 10))
    for kind in ("wall", "cpu"):
        ratio = figures["full"][f"{kind}_ms"] / figures["empty"][f"{kind}_ms"]
        figures[f"full / empty, {kind}"] = round(ratio, 2)
    figures["holds"] = figures["full / empty, wall"] <= MOST_TIMES_EMPTY
    return figures


def main() -> None:
    """Run it and print its table; the exit code says whether the ratio holds."""
    options = options_of(__doc__, occurrences=2000, rounds=100).parse_args()
    logging.disable(logging.WARNING)  # Streamlit warns of running without a server
    tell(run(options.occurrences, options.rounds), as_json=options.json)


if __name__ == "__main__":
    main()
