"""The audit trail with 1,000,000 entries.

    python tests/bench/people/audit.py [--entries 1000000] [--rounds N]
        [--backend sqlite|mariadb|both]

Each filter of the page *Audit*, on its first page and deep inside, and filters together, as an
administrator asks; the lists of choices; looking for what has no seal; how long it takes to seal
all, and to verify all.

What must hold: no single filter but the text takes more than three times the unfiltered page.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

from sqlalchemy import insert, text
from sqlalchemy.orm import Session, sessionmaker

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from infoscreen_core.db.engine import make_engine, make_session_factory
from infoscreen_core.db.models import AuditEntry
from infoscreen_core.domain.people.audit import AuditFilter, AuditPlace
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.audit_trail import reading, sealing
from tests.bench.commands import database_url
from tests.bench.figures import options_of, tell
from tests.support.databases import migrate
from tests.support.servers import MariaDB

MAX_RATIO: Final = 3.0
END: Final = datetime(2026, 11, 23, 7, tzinfo=UTC)
ADMIN: Final = Actor(1, "admin", Role.ADMIN, "10.0.0.1")
_AT_ONCE: Final = 5_000
_ROWS: Final = 50
_ACTIONS: Final = (
    *[("event.updated", "event")] * 12,
    *[("event.created", "event")] * 5,
    *[("command.issued", "command")] * 6,
    *[("user.signed_in", "user")] * 4,
    ("group.renamed", "group"),
    ("setting.changed", "setting"),
    ("media.added", "media"),
)
Ask = Callable[[Session], object]


def fill(sessions: sessionmaker[Session], count: int) -> None:
    """Write so many entries, ten seconds apart: one of many is different, the others come again."""
    first = min(count, _FIRST)
    for start in range(1, first + 1, _AT_ONCE):
        numbers = range(start, min(start + _AT_ONCE, first + 1))
        with sessions.begin() as session:
            session.execute(insert(AuditEntry), [_entry(number, first) for number in numbers])
    for done in range(first, count, first):
        with sessions.begin() as session:
            words = _AGAIN[session.get_bind().dialect.name]
            session.execute(text(words), {"seconds": 10 * done, "first": min(first, count - done)})
    with sessions.begin() as session:
        session.add(AuditEntry(**_entry(2, 2) | {"at": END - _RARE_AGE, "after": _RARE}))
        if session.get_bind().dialect.name != "sqlite":
            session.execute(text("ANALYZE TABLE audit_log"))


def _entry(number: int, count: int) -> dict[str, Any]:
    action, entity = _ACTIONS[number * 7 % len(_ACTIONS)]
    event = {
        "title": f"Termin {number % 20_000} der Klasse {number % 40}",
        "description": "Bitte pünktlich; die Aula ist ab 8 Uhr offen." if number % 3 else None,
        "group_id": number % 60,
        "start": "2026-09-07T06:00:00Z",
        "end": "2026-09-07T07:00:00Z",
        "recurrence_rule": "FREQ=WEEKLY;BYDAY=MO,WE",
        "timezone": "Europe/Vienna",
        "is_active": True,
        "version": number % 9,
    }
    return {
        "at": END - timedelta(seconds=10 * (count - number)),
        "actor_id": number % 40 + 2,
        "actor_name": f"lehrer{number % 40:02}" if number % 5_000 else "selten",
        "source": f"10.0.{number % 3}.{number % 200}",
        "action": action,
        "entity": entity,
        "entity_id": str(number % 20_000),
        "before": event,
        "after": event,
    }


_FIRST: Final = 50_000
_RARE: Final = {"title": "Prüfung 4711"}
_RARE_AGE: Final = timedelta(days=57)
_COPIED: Final = "actor_id, actor_name, source, action, entity, entity_id, `before`, `after`"
_INTO: Final = f"INSERT INTO audit_log (at, {_COPIED}) SELECT"
_REST: Final = f"{_COPIED} FROM audit_log WHERE id <= :first"
_AGAIN: Final = {
    "sqlite": f"{_INTO} strftime('%Y-%m-%d %H:%M:%f', at, '-' || :seconds || ' seconds') || '000',"
    f" {_REST}",
    "mysql": f"{_INTO} at - INTERVAL :seconds SECOND, {_REST}",
}
"""Copies the first entries into an earlier time."""


def filters() -> dict[str, AuditFilter]:
    """Return what the page may be asked for, by its name."""
    day = timedelta(days=1)
    return {
        "all": AuditFilter(),
        "actor": AuditFilter(actor="lehrer07"),
        "actor, rare": AuditFilter(actor="selten"),
        "actor, nobody": AuditFilter(actor="niemand"),
        "action": AuditFilter(action="event.updated"),
        "action, none": AuditFilter(action="event.exploded"),
        "entity": AuditFilter(entity="event"),
        "entity, one": AuditFilter(entity="event", entity_id="4711"),
        "address": AuditFilter(source="10.0.1.7"),
        "address, none": AuditFilter(source="192.168.1.1"),
        "span": AuditFilter(start=END - 40 * day, end=END - 39 * day),
        "span, empty": AuditFilter(start=END + day),
        "text, common": AuditFilter(text="pünktlich"),
        "text, in one entry": AuditFilter(text="prüfung 4711"),
        "text, none": AuditFilter(text="xyzzy"),
        "text of one thing": AuditFilter(text="xyzzy", entity="event", entity_id="4711"),
        "together": AuditFilter(actor="lehrer07", action="event.updated", source="10.0.1.7"),
        "together, none": AuditFilter(actor="lehrer07", entity="group", text="xyzzy"),
    }


def questions(count: int) -> dict[str, Ask]:
    """Return what is asked of the database, by its name."""
    asked: dict[str, Ask] = {}
    for name, wanted in filters().items():
        asked[name] = _page(wanted)
    deep = AuditPlace(END - timedelta(seconds=9 * count), 10**9)
    asked |= {f"{name}, deep": _page(wanted, deep) for name, wanted in filters().items()}
    asked["choices"] = partial(reading.list_choices, actor=ADMIN)
    return asked


def _page(wanted: AuditFilter, place: AuditPlace | None = None) -> Ask:
    return lambda session: reading.find_entries(
        session, wanted, before=place, limit=_ROWS, actor=ADMIN
    )


def seconds(sessions: sessionmaker[Session], ask: Ask) -> float:
    with sessions() as session:
        begun = time.perf_counter()
        ask(session)
        return time.perf_counter() - begun


def measured(url: str, count: int, rounds: int) -> dict[str, Any]:
    sessions = make_session_factory(make_engine(url))
    fill(sessions, count)
    times: dict[str, list[float]] = {name: [] for name in questions(count)}
    for _ in range(rounds + 1):
        for name, ask in questions(count).items():
            times[name].append(seconds(sessions, ask))
    figures = {name: round(statistics.median(taken[1:]) * 1000, 2) for name, taken in times.items()}
    return {"ms": figures, **_chain(sessions)}


def _chain(sessions: sessionmaker[Session]) -> dict[str, float]:
    begun, after = time.perf_counter(), 0
    while True:
        with sessions.begin() as session:
            sealing.seal_entries(session, after=after, now=END)
            after = sealing.next_sweep(session, after)
        if not after:
            break
    sealed = time.perf_counter()
    verdict = sealing.verify(sessions)
    assert verdict.is_whole
    return {
        "seal_all_s": round(sealed - begun, 1),
        "verify_all_s": round(time.perf_counter() - sealed, 1),
        "has_unsealed_ms": round(1000 * seconds(sessions, sealing.has_unsealed), 2),
        "sweep_ms": round(1000 * seconds(sessions, partial(sealing.has_unsealed, after=500)), 2),
    }


def _url(stack: ExitStack, folder: Path, backend: str) -> str:
    """Return the URL of a migrated database; MariaDB has room for the indexes in its memory."""
    if backend == "sqlite":
        return database_url(stack, folder, backend)
    server = MariaDB(folder / "mariadb", memory="768M")
    server.start()
    stack.callback(server.stop)
    url = server.new_database()
    migrate(url)
    return url


def run(count: int, rounds: int, backends: Sequence[str]) -> dict[str, Any]:
    figures: dict[str, Any] = {"entries": count, "rounds": rounds}
    with ExitStack() as stack:
        for backend in backends:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            figures[backend] = measured(_url(stack, folder, backend), count, rounds)
    slow = [f"{one}: {name}" for one in backends for name in _slow(figures[one]["ms"])]
    return figures | {"slower": slow, "holds": not slow}


def _slow(figures: Mapping[str, float]) -> list[str]:
    most = MAX_RATIO * figures["all"]
    single = [name for name in figures if not name.startswith(("text", "together", "choices"))]
    return [name for name in single if figures[name] > most]


if __name__ == "__main__":
    parser = options_of(__doc__, entries=1_000_000, rounds=5)
    parser.add_argument("--backend", choices=("sqlite", "mariadb", "both"), default="both")
    options = parser.parse_args()
    chosen = ("sqlite", "mariadb") if options.backend == "both" else (options.backend,)
    tell(run(options.entries, options.rounds, chosen), as_json=options.json)
