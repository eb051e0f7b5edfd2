"""Pages of a library of 100,000 files, next to those of a small one.

    python tests/bench/media/library.py [--files 100000] [--rounds N]
        [--backend sqlite|mariadb|both]

What the page *Medien* asks the database for: a page of sixty files with what is made of them and
how often they are used, in the order of each column, at the start and deep inside, of a folder and
of all, filtered and searched; the folders, and what the library holds. In each round the same is
asked of a library of sixty files.
"""

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any, Final

from sqlalchemy import insert, text
from sqlalchemy.orm import Session, sessionmaker

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from infoscreen_core.db.engine import make_engine, make_session_factory
from infoscreen_core.db.models import (
    ClientGroup,
    Conversion,
    Event,
    EventMedia,
    MediaFolder,
    MediaRoom,
)
from infoscreen_core.domain.events.event import EventType
from infoscreen_core.domain.media.names import place_of
from infoscreen_core.domain.media.types import (
    MIME_TYPES,
    TARGETS,
    ConversionStatus,
    MediaType,
)
from infoscreen_core.domain.text.names import searchable
from infoscreen_core.services.media import folders, library, room
from infoscreen_core.services.media.views import (
    TOP,
    MediaFilter,
    MediaSort,
    PageAsked,
    SortBy,
)
from tests.bench.commands import database_url
from tests.bench.figures import options_of, tell

MAX_RATIO: Final = 3.0
WORKING: Final = frozenset({ConversionStatus.PENDING, ConversionStatus.PROCESSING})
NOW: Final = datetime(2026, 9, 7, 6, tzinfo=UTC)
TODAY: Final = date(2026, 9, 7)
FOLDERS: Final = 300
FULL_FOLDER: Final = 1
"""Holds a fifth of all files."""
USED_FILES, EVENTS = 2_000, 5_000
_AT_ONCE: Final = 5_000
_KINDS: Final = (MediaType.PDF, MediaType.PPTX, MediaType.PNG, MediaType.JPG, MediaType.MP4)
_WORDS: Final = tuple(
    word
    for line in (
        "Speiseplan Menü Aula Foyer Begrüßung Tag der offenen Tür Sportfest Jahresbericht",
        "Elternabend Projektwoche Vertretung Maturaball Schulchor Klassenfoto Exkursion Plakat",
        "Wandertag Bibliothek Lehrer Förderverein Einladung Übersicht Stundenplan Ferien Labor",
    )
    for word in line.split()
)

Ask = Callable[[Session], object]


def fill(sessions: sessionmaker[Session], count: int) -> None:
    """Write so many files, their conversions, folders, and events that show some."""
    draw = random.Random(11)
    with sessions.begin() as session:
        session.execute(insert(ClientGroup), [{"name": "Aula", "created_at": NOW}])
        session.execute(insert(MediaFolder), list(_folders()))
        for start in range(1, count + 1, _AT_ONCE):
            numbers = range(start, min(start + _AT_ONCE, count + 1))
            files = [_file(number, draw) for number in numbers]
            session.execute(insert(EventMedia), files)
            session.execute(
                insert(Conversion), [one for file in files for one in _made(file, draw)]
            )
        session.execute(insert(Event), [_event(number, count) for number in range(1, EVENTS + 1)])
        session.merge(MediaRoom(id=1, file_count=count, byte_count=count * 1_000_000))
        session.flush()
        if session.get_bind().dialect.name != "sqlite":
            session.execute(text(_ANALYSE))


_ANALYSE: Final = "ANALYZE TABLE event_media, conversions, events, event_files"
"""MariaDB does so by itself after a while; SQLite never does."""


def _folders() -> Iterator[dict[str, Any]]:
    for number in range(1, FOLDERS + 1):
        name = f"Ordner {number:03}"
        yield {
            "id": number,
            "parent_id": None,
            "name": name,
            "place": place_of(None, name),
            "created_at": NOW,
        }


def _file(number: int, draw: random.Random) -> dict[str, Any]:
    kind = _KINDS[number % len(_KINDS)]
    name = f"{' '.join(draw.choices(_WORDS, k=3))} {number}.{kind}"
    folder = draw.choice((None, FULL_FOLDER, *[draw.randint(2, FOLDERS)] * 3))
    return {
        "id": number,
        "folder_id": folder,
        "media_type": kind,
        "name": name,
        "place": place_of(folder, name),
        "search_name": searchable(name)[:255],
        "checksum_sha256": f"{number:064x}",
        "size": draw.randint(10_000, 50_000_000),
        "mime_type": MIME_TYPES[kind],
        "version": 1,
        "expires_on": TODAY + timedelta(days=draw.randint(-200, 200)) if number % 20 == 0 else None,
        "created_at": NOW - timedelta(minutes=draw.randint(0, 500_000)),
        "updated_at": NOW - timedelta(minutes=draw.randint(0, 500_000)),
    }


def _made(file: dict[str, Any], draw: random.Random) -> Iterator[dict[str, Any]]:
    for target in TARGETS[file["media_type"]]:
        yield {
            "media_id": file["id"],
            "target_format": target,
            "file_hash": file["checksum_sha256"],
            "status": ConversionStatus.FAILED if draw.random() < 0.005 else ConversionStatus.READY,
            "attempts": 1,
            "created_at": NOW,
        }


def _event(number: int, count: int) -> dict[str, Any]:
    return {
        "id": number,
        "group_id": 1,
        "title": f"Termin {number}",
        "event_type": EventType.PRESENTATION,
        "start": NOW,
        "end": NOW + timedelta(hours=1),
        "timezone": "Europe/Vienna",
        "is_active": True,
        "event_media_id": (number % USED_FILES) * (count // USED_FILES or 1) % count + 1,
        "created_at": NOW,
        "updated_at": NOW,
    }


def questions(count: int) -> dict[str, Ask]:
    """Return what is asked, by its name."""
    places: dict[str, int | None] = {"folder": FULL_FOLDER, "top": TOP, "all": None}
    found: dict[str, Ask] = {}
    for (place, folder), by, is_descending in product(places.items(), SortBy, (False, True)):
        sort = MediaSort(by, is_descending)
        name = f"{place} by {by}{' down' if is_descending else ''}"
        found[name] = _page(MediaFilter(folder_id=folder), sort)
    for place, folder in places.items():
        deep = PageAsked(max(count // 5 // 60 // 2, 1))
        found[f"{place} deep"] = _page(MediaFilter(folder_id=folder), MediaSort(), deep)
    deep = PageAsked(max(count // 5 // 60, 1))
    found["type deep"] = _page(MediaFilter(types=frozenset(_KINDS[:2])), MediaSort(), deep)
    filters = {
        "search rare": MediaFilter(text="plakat 77777"),
        "search common": MediaFilter(text="menu"),
        "search nothing": MediaFilter(text="xyzzy"),
        "search in folder": MediaFilter(folder_id=FULL_FOLDER, text="bericht aula"),
        "type": MediaFilter(types=frozenset({MediaType.PPTX})),
        "types in folder": MediaFilter(folder_id=FULL_FOLDER, types=frozenset(_KINDS[:2])),
        "failed": MediaFilter(states=frozenset({ConversionStatus.FAILED})),
        "working": MediaFilter(states=WORKING),
        "converted": MediaFilter(converted=True),
        "used": MediaFilter(used=True),
        "unused": MediaFilter(used=False),
        "expired": MediaFilter(expired=True),
        "unexpired": MediaFilter(expired=False),
    }
    found |= {name: _page(wanted, MediaSort()) for name, wanted in filters.items()}
    found["folders"] = folders.list_folders
    found["room"] = partial(room.measured, quota_bytes=None)
    found["uses"] = lambda session: library.list_uses(session, 1, now=NOW)
    return found


def _page(wanted: MediaFilter, sort: MediaSort, page: PageAsked | None = None) -> Ask:
    asked = page or PageAsked()
    return lambda session: library.list_page(session, wanted, sort, asked, today=TODAY)


def seconds(sessions: sessionmaker[Session], ask: Ask) -> float:
    with sessions() as session:
        begun = time.perf_counter()
        ask(session)
        return time.perf_counter() - begun


def measured(url: str, small_url: str, count: int, rounds: int) -> dict[str, Any]:
    large, small = (make_session_factory(make_engine(one)) for one in (url, small_url))
    fill(large, count)
    fill(small, 60)
    base = questions(60)["all by name"]
    asked = questions(count)
    times: dict[str, list[float]] = {name: [] for name in asked}
    small_times: list[float] = []
    for sessions, warm in ((small, base), *((large, ask) for ask in asked.values())):
        seconds(sessions, warm)
    for _ in range(rounds):
        small_times.append(seconds(small, base))
        for name, ask in asked.items():
            times[name].append(seconds(large, ask))
    p95 = {name: _p95(taken) * 1000 for name, taken in times.items()}
    return {
        "small_best_ms": round(min(small_times) * 1000, 2),
        "small_p95_ms": round(_p95(small_times) * 1000, 2),
        "best_ms": {name: round(min(taken) * 1000, 2) for name, taken in times.items()},
        "p95_ms": {name: round(one, 2) for name, one in p95.items()},
        "ratios": {name: round(one / 1000 / _p95(small_times), 2) for name, one in p95.items()},
    }


def _p95(taken: Sequence[float]) -> float:
    return statistics.quantiles(taken, n=20)[-1]


def run(count: int, rounds: int, backends: Sequence[str]) -> dict[str, Any]:
    figures: dict[str, Any] = {"files": count, "rounds": rounds}
    with ExitStack() as stack:
        for backend in backends:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            (folder / "small").mkdir()
            url = database_url(stack, folder, backend)
            small = database_url(stack, folder / "small", backend)
            figures[backend] = measured(url, small, count, rounds)
    slow = [
        f"{backend}: {name}"
        for backend in backends
        for name, ratio in figures[backend]["ratios"].items()
        if ratio > MAX_RATIO
    ]
    return figures | {"slower": slow, "holds": not slow}


if __name__ == "__main__":
    parser = options_of(__doc__, files=100_000, rounds=20)
    parser.add_argument("--backend", choices=("sqlite", "mariadb", "both"), default="both")
    options = parser.parse_args()
    chosen = ("sqlite", "mariadb") if options.backend == "both" else (options.backend,)
    tell(run(options.files, options.rounds, chosen), as_json=options.json)
